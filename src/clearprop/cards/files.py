"""A small table in each format: lines of Python that make it, and read it as `table`."""

from __future__ import annotations

MADE = "CREATE TABLE sizes AS SELECT 1.5 AS size, 'red' AS colour"
READ = "table = cp.read_table(file)"
FILES: dict[str, tuple[str, ...]] = {
    "csv": (
        "import io",
        'file = io.BytesIO(b"size;colour\\n1,5;red\\n2,5;blue\\n")  # a csv file',
        'table = cp.read_table(file, decimal=",")',
    ),
    "parquet": (
        "import io, pyarrow, pyarrow.parquet",
        'frame, file = pyarrow.table({"size": [1.5, 2.5], "colour": ["red", "blue"]}), io.BytesIO()',
        "pyarrow.parquet.write_table(frame, file)",
        READ,
    ),
    "arrow": (
        "import io, pyarrow.feather",
        'frame, file = pyarrow.table({"size": [1.5, 2.5], "colour": ["red", "blue"]}), io.BytesIO()',
        "pyarrow.feather.write_feather(frame, file)",
        READ,
    ),
    "excel": (
        "import io, openpyxl",
        "book, file = openpyxl.Workbook(), io.BytesIO()  # an excel workbook",
        '_ = [book.active.append(row) for row in (["size", "colour"], [1.5, "red"], [2.5, "blue"])]',
        "book.save(file)",
        READ,
    ),
    "json": (
        "import io",
        'file = io.BytesIO(b\'{"size": 1.5, "colour": "red"}\\n{"size": 2.5}\\n\')  # any.jsonl',
        READ,
    ),
    "numpy": (
        "import io",
        "file = io.BytesIO()  # a file of numpy",
        "np.savez(file, X=[[1.5, 2.0], [2.5, 3.0]], y=[0, 1])",
        READ,
    ),
    "idx": (
        "import io",
        'head = b"\\0\\0\\x08\\x03" + b"\\0\\0\\0\\2" * 3  # idx3-ubyte: 2 images of 2 x 2',
        "file = io.BytesIO(head + bytes(range(8)))",
        READ,
    ),
    "arff": (
        "import io",
        'lines = ["@relation sizes", "@attribute size numeric", "@attribute colour {red, blue}"]',
        'lines += ["@data", "1.5, red", "2.5, ?"]  # arff',
        'file = io.BytesIO("\\n".join(lines).encode())',
        READ,
    ),
    "orange": (
        "import io",
        'lines = ["size\\tcolour", "continuous\\tdiscrete", "\\tclass"]  # orange: names, types, roles',
        'lines += ["1.5\\tred", "2.5\\tblue"]',
        'file = io.BytesIO("\\n".join(lines).encode())',
        READ,
    ),
    "sqlite": (
        "import pathlib, sqlite3, tempfile",
        'path = pathlib.Path(tempfile.mkdtemp(), "sizes.sqlite")',
        "connection = sqlite3.connect(path)",
        f"_ = connection.execute({MADE!r})",
        "connection.commit()",
        "connection.close()",
        'table = cp.read_table(path, query="SELECT colour, size FROM sizes")',
    ),
    "duckdb": (
        "import duckdb, pathlib, tempfile",
        'path = pathlib.Path(tempfile.mkdtemp(), "sizes.duckdb")',
        "connection = duckdb.connect(str(path))",
        f"_ = connection.execute({MADE!r})",
        "connection.close()",
        'table = cp.read_table(path, table="sizes")',
    ),
}
