"""How text files are laid out: separators, encodings, names, lines above the table, rows of other lengths."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from clearprop.io import Table, read_table
from clearprop.io.tables import text_lines
from clearprop.io.tables.headers import each_its_own
from clearprop.io.tables.reading import Reading


def read(folder: Path, text: str | bytes, **how: object) -> Table:
    path = folder / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(path, **how)


@pytest.mark.parametrize(
    ("separator", "said"), [(",", None), (";", "semicolons"), ("\t", "tabs"), ("|", "pipes"), (" ", "spaces")]
)
def test_the_separator_is_found_and_said(separator: str, said: str | None, tmp_path: Path) -> None:
    table = read(tmp_path, "size,colour,b\n1.5,red,3\n2,blue,4\n".replace(",", separator))
    assert table.names == ["size", "colour", "b"]
    assert table["size"].tolist() == [1.5, 2]
    assert table.said == (() if said is None else (f"cells are separated by {said}",))


def test_a_separator_that_the_cells_have_too_is_not_taken(tmp_path: Path) -> None:
    table = read(tmp_path, "name;note;x\nA;b, c;1,5\nB;d, e;2,5\n")
    assert table["note"].tolist() == ["b, c", "d, e"]
    assert read(tmp_path, "city,x\nNew York,1\nLos Angeles,2\n").names == ["city", "x"]


def test_the_separator_can_be_told(tmp_path: Path) -> None:
    assert read(tmp_path, "a~b\n1~2\n", separator="~").names == ["a", "b"]
    assert read(tmp_path, "a,b;c\n1,2;3\n", separator="semicolon").names == ["a,b", "c"]
    for wrong in ("ab", '"', "", "a"):
        with pytest.raises(ValueError, match="separator must be one sign, such as ';', or one of comma"):
            Reading(separator=wrong)


@pytest.mark.parametrize("title", ["Sales report of 2021", "Sales report", "Sales"])
@pytest.mark.parametrize("separator", [";", "\t", "|", ","])
def test_the_words_of_a_title_are_no_cells(title: str, separator: str, tmp_path: Path) -> None:
    rows = "".join(f"2021-01-{day:02} 10:00;{day};red wine\n" for day in range(1, 29))
    text = f"{title}\n" + ("day and time;amount;kind\n" + rows).replace(";", separator)
    with pytest.raises(ValueError, match=r"line 1 has 1 cell, and most lines have 3; .* give skip=1"):
        read(tmp_path, text)
    assert read(tmp_path, text, skip=1).names == ["day and time", "amount", "kind"]


def test_decimal_commas_between_spaces_are_no_separators(tmp_path: Path) -> None:
    assert read(tmp_path, "a b\n" + "1,5 2,5\n" * 9).names == ["a", "b"]


def test_a_line_that_tells_excel_the_separator_is_heeded(tmp_path: Path) -> None:
    table = read(tmp_path, "sep=;\r\na;b,c\r\n1;2\r\n3;4\r\n")
    assert table.names == ["a", "b,c"]
    assert table.where(0) == "line 3"


def test_any_number_of_spaces_and_tabs_is_one_separator(tmp_path: Path) -> None:
    table = read(tmp_path, '  a \t  b  c\n1.5  "two  words"   3  \n  2\tone 4\n')
    assert table["b"].tolist() == ["two  words", "one"]
    assert table["c"].tolist() == [3, 4]


def test_decimal_commas_as_told(tmp_path: Path) -> None:
    table = read(tmp_path, "a;b;c\n1,5;1.234,5;x,y\n-2,25;12;1,2,3\n", decimal=",")
    assert table["a"].tolist() == [1.5, -2.25]
    assert table["b"].tolist() == [1234.5, 12]
    assert table["c"].tolist() == ["x,y", "1,2,3"]
    with pytest.raises(ValueError, match="separator and decimal are both ','"):
        Reading(separator=",", decimal=",")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_encoding_is_found(encoding: str, tmp_path: Path) -> None:
    assert read(tmp_path, "größe,α\n1,ü\n".encode(encoding))["α"].tolist() == ["ü"]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_another_encoding_is_told(encoding: str, tmp_path: Path) -> None:
    content = "größe,a\n1,ü\n".encode(encoding)
    with pytest.raises(ValueError, match=r"line 1: byte 0xf6 is not UTF-8 text; .* give encoding='cp1252'"):
        read(tmp_path, content)
    assert read(tmp_path, content, encoding=encoding).names == ["größe", "a"]
    with pytest.raises(ValueError, match="unknown encoding 'latin-x'"):
        read(tmp_path, content, encoding="latin-x")


HEADLESS = {
    "decimals": "5.1,3.5,setosa\n4.9,3.0,setosa\n",
    "whole numbers": "39,State-gov,77516,Male\n50,Private,83311,Male\n38,Private,215646,Female\n",
    "cells that come again": "p,x,s\ne,x,s\np,b,y\ne,x,w\n",
    "numbers alone": "6,148,72,1\n1,85,66,0\n8,183,64,1\n",
}


@pytest.mark.parametrize("what", HEADLESS)
def test_a_file_without_names_is_noticed_and_no_row_is_lost(what: str, tmp_path: Path) -> None:
    text = HEADLESS[what]
    width = text.partition("\n")[0].count(",") + 1
    with pytest.raises(ValueError, match=rf"line 1: .* give header=False: .* 1 to {width}, and -1 is the last one too"):
        read(tmp_path, text)
    table = read(tmp_path, text, header=False)
    assert table.names == [str(place) for place in range(1, width + 1)]
    assert len(table) == text.count("\n")
    assert table.where(0) == "line 1"
    assert table.name_of("-1") == str(width)


@pytest.mark.parametrize("names", ["1,2,3", "country,1990,1991", "a,b,a", "x,2020,y", "yes,no,maybe", "y1,y2,y3"])
def test_names_that_look_like_cells_are_names(names: str, tmp_path: Path) -> None:
    table = read(tmp_path, f"{names}\n5.5,6,7\n8.25,9,10\n")
    assert len(table) == 2
    assert table.names == each_its_own(names.split(","))


@pytest.mark.parametrize("name", ["PAR1", "ORCID", "RDX", "BZh1", "GIF8", "FEA1", "Rar!", "%PDF", "ARROW1", "C#", "#n"])
def test_a_name_may_begin_as_files_of_other_kinds_do(name: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"{name},b\n1,2\n").names == [name.removeprefix("#"), "b"]
    assert read(tmp_path, f"{name}\tb\n1\t2\n").names == [name.removeprefix("#"), "b"]


def test_a_name_for_a_row_of_numbers_can_be_told(tmp_path: Path) -> None:
    assert read(tmp_path, "0.5,1.5\n1,2\n", header=True).names == ["0.5", "1.5"]


def test_the_first_column_of_r_and_pandas_has_no_name(tmp_path: Path) -> None:
    of_pandas = read(tmp_path, ",x,y\n0,1.5,a\n1,2.5,b\n")
    of_r = read(tmp_path, '"x" "y"\n"1" 1.5 "a"\n"2" 2.5 "b"\n')
    for table in (of_pandas, of_r):
        assert table.names == ["column 1", "x", "y"]
        assert table["x"].tolist() == [1.5, 2.5]
        assert "column 1 has no name, and is called 'column 1'" in table.said


def test_repeated_names_are_told_apart_and_said(tmp_path: Path) -> None:
    table = read(tmp_path, "a,a,a (2),b\n1,2,3,4\n")
    assert table.names == ["a", "a (3)", "a (2)", "b"]
    assert table.said == ("column 2 is called 'a' like another, and becomes 'a (3)'",)


def test_names_in_single_quotes_lose_them(tmp_path: Path) -> None:
    assert read(tmp_path, "'a' 'b'\n1 2\n").names == ["a", "b"]


def test_lines_above_the_table(tmp_path: Path) -> None:
    text = "Report of sales\nmade in 2020\n\nshop,month,sold\nA,1,5\nB,2,6\n"
    with pytest.raises(ValueError, match=r"line 1 has 1 cell, and most lines have 3; .* on line 4, give skip=3"):
        read(tmp_path, text)
    table = read(tmp_path, text, skip=3)
    assert table.names == ["shop", "month", "sold"]
    assert table.where(0) == "line 5"
    with pytest.raises(ValueError, match="has no line of a table below the 9 that are skipped"):
        read(tmp_path, text, skip=9)
    counts = "3,2,setosa\n" + "".join(f"{k}.5,1,2,3,4\n" for k in range(4))
    with pytest.raises(ValueError, match=r"if the table begins on line 2, give skip=1, header=False"):
        read(tmp_path, counts)
    assert len(read(tmp_path, counts, skip=1, header=False)) == 4


def test_a_first_line_of_counts_is_neither_names_nor_a_row(tmp_path: Path) -> None:
    text = "3,14,setosa,virginica\n5.1,3.5,1.4,0\n4.9,3.0,1.4,0\n6.3,3.3,6.0,1\n"
    with pytest.raises(ValueError, match=r"line 1: '3' is a number, and others are texts .* give skip=1, header=False"):
        read(tmp_path, text)
    assert len(read(tmp_path, text, skip=1, header=False)) == 3


def test_comments(tmp_path: Path) -> None:
    table = read(tmp_path, "# made by hand\n# 2020\na,b\n1,2\n")
    assert table.names == ["a", "b"]
    assert table.where(0) == "line 4"
    assert table.said == ("2 lines that begin with # are left out",)
    of_numpy = read(tmp_path, "# a b\n1.5 2\n3 4\n")
    assert of_numpy.names == ["a", "b"]
    assert of_numpy.said[0] == "the # before the first name is left out"
    assert read(tmp_path, "#name,city\nAnn,Bonn\nBob,Rome\n")["name"].tolist() == ["Ann", "Bob"]
    inside = read(tmp_path, "a,b\n1,2\n% no row\n3,4\n", comment="%")
    assert inside["b"].tolist() == [2, 4]
    assert inside.where(1) == "line 4"


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    table = read(tmp_path, "\n\na,b\n\n1,2\n  \n3,4\n\n")
    assert table["a"].tolist() == [1, 3]
    assert [table.where(0), table.where(1)] == ["line 5", "line 7"]


def test_separators_at_the_ends_of_lines(tmp_path: Path) -> None:
    for names in ("a,b,", "a,b"):
        table = read(tmp_path, f"{names}\n1,2,\n3,4,\n")
        assert table.names == ["a", "b"]
        assert table["b"].tolist() == [2, 4]
        assert "ends with a separator" in table.said[0]
        with pytest.raises(ValueError, match="line 3 has '5' behind the last of 2 columns"):
            read(tmp_path, f"{names}\n1,2,\n3,4,5\n1,2,\n" + "1,2,\n" * 200)


@pytest.mark.parametrize("ragged", ["fill", "skip"])
def test_rows_of_another_length_as_told(ragged: str, tmp_path: Path) -> None:
    text = "a,b,c\n1,2,3\n4,5\n6,7,8\n"
    with pytest.raises(
        ValueError, match=r"table.csv, line 3 has 2 cells, where 3 are .*; give ragged='fill' .* ragged='skip'"
    ) as refused:
        read(tmp_path, text)
    assert refused.value.__notes__ == ["In Python: ragged='fill'"]
    table = read(tmp_path, text, ragged=ragged)
    if ragged == "fill":
        np.testing.assert_array_equal(table["c"], [3, np.nan, 8])
    else:
        assert table["a"].tolist() == [1, 6]
        assert table.where(1) == "line 4"
        assert table.said == ("1 row with too few or too many cells is left out",)


def test_a_long_row_is_not_cut(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"line 2 has 4 cells, where 3 are expected; put quotes around a cell that has ','"
    ):
        read(tmp_path, "a,b,c\n1,2,3,4\n" + "1,2,3\n" * 9, ragged="fill")


def test_line_ends_of_every_kind_in_one_file(tmp_path: Path) -> None:
    table = read(tmp_path, b'a,b\r\n1,"x\r\ny"\r2,z\n3,w')
    assert table["b"].tolist() == ["x\ny", "z", "w"]
    assert [table.where(row) for row in range(3)] == ["line 2", "line 4", "line 5"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_pieces_of_any_size_give_the_same_table(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'n,größe,s\r\n1,1.5,"a ""b""\r\nc"\r\n\r\n2,NA,"d, e"\r\n3,2.5,ü\r\n'.encode()
    expected = read(tmp_path, text)
    monkeypatch.setattr(text_lines, "FIRST_PIECE", size)
    monkeypatch.setattr(text_lines, "PIECE", size)
    table = read(tmp_path, text)
    assert table["s"].tolist() == expected["s"].tolist() == ['a "b"\nc', "d, e", "ü"]
    np.testing.assert_array_equal(table["größe"], expected["größe"])
    assert table.row_numbers.tolist() == expected.row_numbers.tolist() == [2, 5, 6]  # type: ignore[union-attr]


def test_an_unclosed_quote_is_told_with_the_line_where_it_opens(tmp_path: Path) -> None:
    rows = "".join(f"{k},x\n" for k in range(40_000))
    with pytest.raises(ValueError, match="line 3: a cell is longer than 131,072 characters; perhaps a quote is"):
        read(tmp_path, f'a,b\n1,x\n2,"y\n{rows}')
    with pytest.raises(ValueError, match="line 3: a quote is opened and never closed"):
        read(tmp_path, 'a,b\n1,x\n2,"y\n3,z\n')


def test_a_line_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_lines, "LONGEST_LINE", 1 << 20)
    with pytest.raises(ValueError, match="line 2 is longer than 1 MiB: this is no table of text"):
        read(tmp_path, "a,b\n" + "1" * (1 << 23))


def test_a_column_of_codes_stays_one_of_texts(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b,c\n007,1_0,-0.5\n12,20,00:30\n")
    assert table["a"].tolist() == ["007", "12"]
    assert table["b"].tolist() == ["1_0", "20"]


@pytest.mark.parametrize("option", [{"skip": -1}, {"comment": "##"}, {"ragged": "guess"}, {"decimal": ";"}])
def test_an_option_is_checked(option: dict[str, object]) -> None:
    (name,) = option
    with pytest.raises(ValueError, match=rf"^{name} must be .*; given {re.escape(repr(option[name]))}"):
        Reading(**option)
