"""Faults in the reading of tables."""

from __future__ import annotations

from ..fault import Fault

TABLES = [
    Fault(
        "the first row of a file without names is taken for names",
        "io/tables/dialects.py",
        "why = None if told else why_no_names(first, body if len(rows) > 1 else [])",
        "why = None",
    ),
    Fault(
        "a name of one year is a number",
        "io/tables/headers.py",
        "return all(number in _YEARS for number in numbers) or (",
        "return (",
    ),
    Fault(
        "two columns of one name become one",
        "io/tables/headers.py",
        "while name in used or (name != given and name in taken):",
        "while False:",
    ),
    Fault(
        "a name less than cells shifts the names",
        "io/tables/headers.py",
        '        given = ["", *given]\n',
        '        given = [*given, ""]\n',
    ),
    Fault(
        "a column that begins with numbers loses the texts below",
        "io/tables/csv_file.py",
        "        if mixed:\n",
        "        if False:\n",
    ),
    Fault(
        "the line of a row below a cell of two lines is one too small",
        "io/tables/text_pieces.py",
        "                begins = first + done + reader.line_num\n",
        "                begins += 1\n",
    ),
    Fault(
        "a line end in two pieces is two line ends",
        "io/tables/text_lines.py",
        'if content.endswith(b"\\r") and not last:',
        "if False:",
    ),
    Fault(
        "a code that begins with 0 is a number in a large file",
        "io/tables/arrow_pieces.py",
        "or self._has_codes(content, numeric):",
        "or False:",
    ),
    Fault(
        "a quote within a cell is left to pyarrow",
        "io/tables/arrow_pieces.py",
        "(content.count(self._quote) % 2 or self._quote_inside.search(content))",
        "(content.count(self._quote) % 2)",
    ),
    Fault(
        "pyarrow reads ahead and holds the whole Parquet file",
        "io/tables/arrow_file.py",
        "opened(stream, pre_buffer=False, buffer_size=BUFFER)",
        "opened(stream, buffer_size=BUFFER)",
    ),
    Fault(
        "a row below one with a wrong quote is skipped too",
        "io/tables/text_pieces.py",
        "wrong, done = wrong + 1, begins + 1 - first",
        "wrong, done = wrong + 1, begins + 2 - first",
    ),
    Fault(
        "the options of a refusal are not tried further down in the file",
        "io/tables/remedies.py",
        "            options = (*options, *more.options)\n",
        "            break\n",
    ),
    Fault(
        "quotes are signs although cells are moved by that",
        "io/tables/remedies.py",
        "return options != WITHOUT_QUOTES or list(names) != list(with_quotes)",
        "return False",
    ),
    Fault(
        "a refusal for two columns mends the first alone",
        "io/tables/refusal.py",
        "        others = len(refused) - 1\n",
        "        others = 0\n",
    ),
    Fault(
        "rows that are too long are cut",
        "io/tables/text_pieces.py",
        'elif how.ragged == "fill" and len(row) < width:',
        'elif how.ragged == "fill":',
    ),
    Fault(
        "a packed file may fill the memory",
        "io/tables/sources.py",
        "        if self._read > self._source.limit:\n",
        "        if False:\n",
    ),
    Fault(
        "an array of objects is unpickled or taken for numbers",
        "io/tables/numpy_file.py",
        "    if dtype.hasobject:\n",
        "    if False:\n",
    ),
    Fault(
        "a moment in a time zone is that of Greenwich",
        "io/tables/arrow_file.py",
        '    if getattr(column.type, "tz", None):\n',
        "    if False:\n",
    ),
    Fault(
        "a gap among truth values is false",
        "io/tables/arrow_file.py",
        "column.cast(arrow.int8()).cast(arrow.float64())",
        "column.fill_null(False).cast(arrow.int8()).cast(arrow.float64())",
    ),
    Fault(
        "labels of another file of images are taken",
        "io/tables/idx_file.py",
        'name = _IMAGES.sub(r"labels\\1idx1", images.name)',
        'name = "t10k" + _IMAGES.sub(r"labels\\1idx1", images.name).partition("-")[1] + "labels-idx1-ubyte"',
    ),
    Fault(
        "a cell that a sparse row leaves out is a gap",
        "io/tables/arff_file.py",
        "row = [each.first for each in self._attributes]",
        'row = ["?" for each in self._attributes]',
    ),
    Fault(
        "asking for the size of an open file moves the place where it is read",
        "io/tables/sources.py",
        "self.held.seek(place)",
        "self.held.seek(place, io.SEEK_END)",
    ),
    Fault(
        "rows of rows are rows of the whole table",
        "io/tables/stored_table.py",
        "return rows if self.index is None else self.index[rows]",
        "return rows",
    ),
    Fault(
        "a column that is mixed keeps the numbers of its first blocks",
        "io/tables/stored_column.py",
        'if self._sort not in {"", sort}:\n            self.mixed = True\n            return',
        'if self._sort not in {"", sort}:\n            return',
    ),
    Fault(
        "inputs in a file are those of the first block",
        "io/tables/stored_table.py",
        "file.append(encode(self._loaded(np.arange(rows.start, rows.stop)), rows))",
        "file.append(encode(self._loaded(np.arange(rows.stop - rows.start)), rows))",
    ),
]
