"""Faults in what columns are taken for, and in what dates become."""

from __future__ import annotations

from ..fault import Fault

COLUMNS = [
    Fault(
        "a text of its own in each row is a category",
        "columns/kinds.py",
        "    if one_each:\n",
        "    if False:\n",
    ),
    Fault(
        "all numbers that differ are names of rows",
        "columns/kinds.py",
        "if kind == NUMBER and is_name_of_rows(name) and _counts(filled, name):",
        "if kind == NUMBER and _counts(filled, name):",
    ),
    Fault(
        "day and month are guessed",
        "columns/kinds.py",
        "    if len(forms) == 1:\n",
        "    if forms:\n",
    ),
    Fault(
        "the days of the week begin with the wrong one",
        "columns/date_parts.py",
        'MONDAY = np.datetime64("1969-12-29", "us")',
        'MONDAY = np.datetime64("1969-12-28", "us")',
    ),
    Fault(
        "a year is always as long",
        "columns/date_parts.py",
        "((year + YEAR).astype(DATE) - year.astype(DATE))",
        'np.timedelta64(365, "D")',
    ),
    Fault(
        "a date that is missing is 1970",
        "columns/date_parts.py",
        "        made[gaps, : len(columns)] = 0.0\n",
        "",
    ),
    Fault(
        "the time of new rows is counted from their own mean",
        "columns/date_parts.py",
        "return [(_days(values) - self.mean) / self.scale]",
        "return [(_days(values) - _days(values).mean()) / self.scale]",
    ),
    Fault(
        "a code that begins with 0 is a number",
        "columns/texts.py",
        'if "_" in plain or re.match(r"[+-]?0\\d", plain):',
        'if "_" in plain:',
    ),
    Fault(
        "a new word in a column of numbers is a gap, without a word",
        "columns/column.py",
        "news = [text for text in others if text not in self.others]",
        "news = list[str]()",
    ),
    Fault(
        "columns are left out without a warning",
        "estimators/preparation.py",
        "    warn_of(records, HOW)\n",
        "",
    ),
    Fault(
        "a gap among dates that nobody asked to fill is filled",
        "estimators/columns.py",
        "            if not self.gaps:\n",
        "            if False:\n",
    ),
    Fault(
        "marks of gaps are named in the order of the columns",
        "estimators/columns.py",
        "key=lambda each: each[1] == MISSING",
        "key=lambda each: 0",
    ),
    Fault(
        "gaps are filled with the mean of the rows that are there",
        "columns/prepared.py",
        "fill = float(np.median(values[~gaps])) if",
        "fill = float(np.mean(values[~gaps])) if",
    ),
    Fault(
        "a new category is taken for a gap",
        "columns/choices.py",
        "new = len(self.categories) if self.grouped else -1",
        "new = len(self.categories) if self.grouped or self.marked else -1",
    ),
    Fault(
        "a decimal comma is one of thousands where nobody can tell",
        "columns/number_forms.py",
        "        if numbers not in seen:\n",
        "        if not seen:\n",
    ),
    Fault(
        "a file that writes numbers in another way is read all the same",
        "columns/prepared.py",
        "        if not (none or _are_most(cells, values, news, odd)):\n",
        "        if not none:\n",
    ),
    Fault(
        "a column that counts the rows is an input",
        "io/described.py",
        "if (why := counts_rows(whole.cells(str(record.name)))) is not None",
        "if (why := None) is not None",
    ),
    Fault(
        "a number without its percent sign or unit is read as it stands",
        "columns/number_forms.py",
        "return None if groups or not all(not each or each in MONEY for each in beside) else",
        "return None if groups else",
    ),
    Fault(
        "a point that may be between thousands is read as before decimals",
        "columns/number_forms.py",
        "return None if groups or not all(",
        "return None if not all(",
    ),
    Fault(
        "the minus before a currency is lost",
        "columns/number_forms.py",
        'minus = (found["sign"] == "-") != (found["minus"] == "-")',
        'minus = found["minus"] == "-"',
    ),
    Fault(
        "a minus beside a plus is a gap",
        "columns/file_texts.py",
        'return found - {"-"} if "+" in there else found',
        "return found",
    ),
    Fault(
        "what a person calls a gap is forgotten in predictions",
        "io/preprocessing.py",
        "return with_gaps(Table({name: cells}), self.na).cells(name) if self.na else cells",
        "return cells",
    ),
    Fault(
        "memory is told after it is taken",
        "io/memory.py",
        "    if free is None or taken <= SHARE * free:\n        return\n",
        "    return\n",
    ),
    Fault(
        "a class that one row has is held out",
        "fitting/splitting.py",
        "        training = _with_every_value(table, target, training)\n",
        "        pass\n",
    ),
    Fault(
        "a row's mean target has its own target in it",
        "columns/mean_targets.py",
        "others, own = part != k, slice(k, None, FOLDS)",
        "others, own = part >= 0, slice(k, None, FOLDS)",
    ),
    Fault(
        "training learns from means with the rows' own targets",
        "io/preprocessing.py",
        "made[:, end - len(column.of) : end] = means[column.name][rows]",
        "means[column.name][rows]",
    ),
    Fault(
        "a category that is not known has the mean of the first one",
        "columns/mean_targets.py",
        "found = [place.get(self.choice.as_category(value, cells.holds), -1) for value in different]",
        "found = [place.get(self.choice.as_category(value, cells.holds), 0) for value in different]",
    ),
]
