"""CSV files: what is read, and what is an error with its line and column."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearprop.io import read_csv


def written(folder: Path, text: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_numbers_and_text_become_columns(tmp_path: Path) -> None:
    table = read_csv(written(tmp_path, 'size,colour\n1.5,red\n-2e3,"blue, dark"\n'))
    assert table["size"].tolist() == [1.5, -2000.0]
    assert table["size"].dtype == np.float64
    assert table["colour"].tolist() == ["red", "blue, dark"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    table = read_csv(written(tmp_path, "a,b,c\n1,2,x\n3,4,y\n".replace(",", delimiter)))
    assert table.names == ["a", "b", "c"]
    assert table["b"].tolist() == [2.0, 4.0]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending_will_do(tmp_path: Path, ending: str) -> None:
    assert read_csv(written(tmp_path, f"a,b{ending}1,2{ending}3,4{ending}"))["b"].tolist() == [2.0, 4.0]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    assert read_csv(written(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n")).names == ["a", "b"]


def test_blank_lines_at_the_end_are_no_rows(tmp_path: Path) -> None:
    assert len(read_csv(written(tmp_path, "a\n1\n2\n\n\n"))) == 2


def test_a_column_called_text_stays_text(tmp_path: Path) -> None:
    table = read_csv(written(tmp_path, "code,x\n007,1\n12,2\n"), text=["code"])
    assert table["code"].tolist() == ["007", "12"]


def test_a_number_with_underscores_is_text(tmp_path: Path) -> None:
    assert read_csv(written(tmp_path, "a\n1_000\n2_000\n")).is_text("a")


def test_a_few_numbers_among_text_stay_text(tmp_path: Path) -> None:
    assert read_csv(written(tmp_path, "room\nA1\n7\nB2\n"))["room"].tolist() == ["A1", "7", "B2"]


@pytest.mark.parametrize("mark", ["", "?", "NA", "N/A", "-", ".", "nan"])
def test_what_stands_for_no_value_is_a_gap_among_numbers_and_among_texts(tmp_path: Path, mark: str) -> None:
    table = read_csv(written(tmp_path, f"a,b\nx,1\n{mark},2\ny,{mark}\n"))
    assert table["a"].tolist() == ["x", None, "y"]
    np.testing.assert_array_equal(table["b"], [1, 2, np.nan])


def test_columns_without_a_name_or_with_one_name_are_told_apart(tmp_path: Path) -> None:
    assert read_csv(written(tmp_path, ",a,a\n1,2,3\n")).names == ["column 1", "a", "a (2)"]


def test_a_column_is_of_numbers_only_if_every_cell_is_one_or_a_gap(tmp_path: Path) -> None:
    table = read_csv(written(tmp_path, "a,b\n1,2\n3,oops\n"))
    assert table["b"].tolist() == ["2", "oops"]


def test_each_row_knows_its_line(tmp_path: Path) -> None:
    table = read_csv(written(tmp_path, 'a,b\n"two\nlines",1\nx,2\n'))
    assert table["a"][0] == "two\nlines"
    assert [table.where(0), table.where(1)] == ["line 2", "line 4"]


REFUSED = {
    "an empty file": ("", "is empty"),
    "only a header": ("a,b\n", "has the columns a, b and no rows"),
    "a row that is short": ("a,b,c\n1,2,3\n4,5\n", "line 3 has 2 cells, where 3 are expected; give ragged='fill'"),
    "a row that is long": ("a,b\n1,2\n3,4,5\n", "line 3 has 3 cells, where 2 are expected; put quotes around"),
    "a quote never closed": ('a,b\n1,2\n3,"x\n4,5\n', "line 3: a quote is opened and never closed"),
    "letters after a closing quote": ('a,b\n1,"x"y\n', "line 2: "),
    "a quote never closed, in the names": ('"a,b\n1,2\n', "line 1: a quote is opened and never closed"),
    "no header": ("5.1,3.5,x\n4.9,3.0,y\n", "line 1: '5.1' is a number, where the names of the columns should be"),
    "Latin-1": (
        "a,b\nM\xfcller,1\n".encode("latin-1"),
        "line 2: byte 0xfc is not UTF-8 text; if it is from Windows",
    ),
    "a zero byte": ("a,b\n1,2\n3,\x004\n", "line 3 holds a zero byte"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_its_place(tmp_path: Path, what: str) -> None:
    text, message = REFUSED[what]
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        read_csv(written(tmp_path, text))
    assert str(tmp_path / "table.csv") in str(caught.value)


def test_a_text_column_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no column 'codes'; there are code, x"):
        read_csv(written(tmp_path, "code,x\n1,2\n"), text=["codes"])


def test_a_text_cell_in_a_late_block_makes_the_column_one_of_texts(tmp_path: Path) -> None:
    lines = [f"{k},{k}.50" for k in range(20_000)]
    lines[17_000] = "17000,few"
    table = read_csv(written(tmp_path, "a,b\n" + "\n".join(lines)))
    assert table["b"][[0, 17_000]].tolist() == ["0.50", "few"]
    assert not table.is_text("a")


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=30))
def test_every_float_is_read_back_to_the_bit(tmp_path: Path, values: list[float]) -> None:
    table = read_csv(written(tmp_path, "a\n" + "\n".join(map(repr, values)) + "\n"))
    assert table["a"].tobytes() == np.array(values).tobytes()


@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=60), st.text(alphabet='ab1.,;\t"\n\r _-e\ufeff', max_size=60)))
def test_whatever_the_file_holds_it_is_a_table_or_a_clear_error(tmp_path: Path, content: bytes | str) -> None:
    path = written(tmp_path, content)
    try:
        table = read_csv(path)
    except ValueError as error:
        if str(path) not in str(error):
            raise
        return
    assert len(table) >= 1
    assert {len(table[name]) for name in table.names} == {len(table)}
