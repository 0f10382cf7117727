"""The fast way to read text files: bit for bit what the plain way gives, or left to it."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np
import pytest

from clearprop.io import Table, read_table
from clearprop.io.tables import arrow_pieces, text_lines
from clearprop.io.tables.dialects import Dialect
from clearprop.io.tables.headers import Header
from clearprop.io.tables.reading import Reading
from clearprop.io.tables.text_lines import Lines
from clearprop.io.tables.text_pieces import block_of, may_have_codes

pytest.importorskip("pyarrow")

CELLS = {
    "numbers": ("1", "-2.5", "1e300", "4.9e-324", "0.1", "123456789012345678", "+3", " 7", ".5", "5.", "1e-05", "0"),
    "gaps": ("", "NA", "?", "nan", "NaN", "-", "n/a", "NULL", "na", "None"),
    "texts": ("a", "b c", "ü", "a'b", "1.5x", "true", "x_y", "٣", "\xa0", "2020-01-05", "00:30"),
    "codes": ("007", "1_0", "-01", "0x1", "1e999", "inf", "-inf", "1,5"),
    "quoted": ('"a"', '"a,b"', '"say ""so"""', '""', '"1.5"', '"a\nb"'),
}
KINDS = (
    ("numbers",),
    ("numbers",),
    ("numbers", "gaps"),
    ("texts",),
    ("texts", "gaps"),
    ("quoted", "texts"),
    ("numbers", "codes"),
    ("numbers", "quoted"),
    tuple(CELLS),
)


def drawn(seed: int, rows: int = 40) -> str:
    draw = random.Random(seed)
    columns = [[cell for kind in draw.choice(KINDS) for cell in CELLS[kind]] for _ in range(draw.choice((2, 3, 5)))]
    if draw.random() < 0.5:  # mostly right numbers at first
        columns[0] = list(CELLS["numbers"])
    lines = [",".join(f"c{place}" for place in range(len(columns)))]
    for _ in range(rows):
        cells = [draw.choice(column) for column in columns]
        lines.append(",".join(cell if "," not in cell or '"' in cell else f'"{cell}"' for cell in cells))
        if draw.random() < 0.005:
            lines.append(draw.choice(("", "1,2", ",".join("x" * 9))))
    return draw.choice(("\n", "\r\n")).join(lines) + draw.choice(("\n", ""))


def outcome(path: Path) -> Table | str:
    try:
        return read_table(path, header=True, ragged="skip")
    except ValueError as error:
        return str(error)


def assert_same(fast: Table | str, plain: Table | str) -> None:
    if isinstance(fast, str) or isinstance(plain, str):
        assert fast == plain
        return
    assert fast.names == plain.names
    assert fast.said == plain.said
    assert fast.row_numbers.tolist() == plain.row_numbers.tolist()  # type: ignore[union-attr]
    for name in fast.names:
        assert fast.cells(name).holds == plain.cells(name).holds, name
        if fast.cells(name).holds == "numbers":
            assert fast[name].tobytes() == plain[name].tobytes(), name
        else:
            np.testing.assert_array_equal(fast[name], plain[name])


@pytest.mark.parametrize("seed", range(300))
def test_it_gives_the_table_of_the_plain_way(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "drawn.csv"
    path.write_text(drawn(seed), newline="")
    monkeypatch.setattr(text_lines, "FIRST_PIECE", 200)
    monkeypatch.setattr(text_lines, "PIECE", 200)
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "pyarrow.csv", None)
        plain = outcome(path)
    monkeypatch.setattr(arrow_pieces, "WORTH_IT", 1)
    assert_same(outcome(path), plain)


@pytest.mark.parametrize(
    "cell", ["007", "-01", '"08"', " 09", "1_0", "1e999", "inf", "x", "", "NA", 'a"b"c', '"a"b', "1,5"]
)
def test_a_cell_that_comes_late_is_read_as_it_is(cell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "late.csv"
    monkeypatch.setattr(text_lines, "FIRST_PIECE", 200)
    monkeypatch.setattr(text_lines, "PIECE", 200)
    for row in (f"{cell},a", f"1,{cell}"):
        path.write_text("n,s\n" + "1,a\n22,b\n" * 100 + row + "\n3,c\n4,d")
        with monkeypatch.context() as without:
            without.setitem(sys.modules, "pyarrow.csv", None)
            plain = outcome(path)
        with monkeypatch.context() as fast:
            fast.setattr(arrow_pieces, "WORTH_IT", 1)
            assert_same(outcome(path), plain)


def test_most_pieces_of_ordinary_files_are_read_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f'{k},{k / 7!r},"a, b",2020-01-0{k % 9 + 1},' for k in range(5000)]
    path = tmp_path / "ordinary.csv"
    path.write_text("n,x,s,day,gap\n" + "\n".join(rows))
    monkeypatch.setattr(text_lines, "FIRST_PIECE", 1000)
    monkeypatch.setattr(text_lines, "PIECE", 10_000)
    monkeypatch.setattr(arrow_pieces, "WORTH_IT", 1)
    taken: list[bool] = []
    ask = arrow_pieces.Accelerated.block_of

    def counted(self: object, *given: object) -> object:
        block = ask(self, *given)  # type: ignore[arg-type]
        taken.append(block is not None)
        return block

    monkeypatch.setattr(arrow_pieces.Accelerated, "block_of", counted)
    table = read_table(path)
    assert len(table) == 5000
    assert sum(taken) >= len(taken) - 2 > 10


def test_a_small_file_does_not_import_it(tmp_path: Path) -> None:
    import subprocess

    path = tmp_path / "small.csv"
    path.write_text("a,b\n" + "1,2\n" * 1000)
    program = f"import sys; from clearprop.io import read_table; read_table({str(path)!r}); sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("cell", ["007", "-01", "+05", '"08"', " 09", "1_0", "00"])
def test_codes_are_seen_wherever_they_stand(cell: str) -> None:
    for row in (f"{cell},1\n", f"1,{cell}\n", f"1,2\n{cell},3\n", f"1,2\n3,{cell}"):
        assert may_have_codes(row.encode(), ",")
    for harmless in ("1.05,100,2006\n", "0.5,-0.25,0\n", "1e-05,20:05,5\n"):
        assert not may_have_codes(harmless.encode(), ",")


def test_the_plain_way_reads_even_rows_at_once_as_it_reads_others(tmp_path: Path) -> None:
    dialect = Dialect(",", Header(("a", "b"), 2), begins=1)
    at_once, _ = block_of(Lines(b"1,x\n2,y\n", 5), dialect, Reading(), (), "t.csv")
    one_by_one, _ = block_of(Lines(b"1,x\n2,y\n\n", 5), dialect, Reading(), (), "t.csv")
    assert at_once.numbers.tolist() == one_by_one.numbers.tolist() == [5, 6]
    assert [list(piece) for piece in at_once.pieces] == [list(piece) for piece in one_by_one.pieces]
