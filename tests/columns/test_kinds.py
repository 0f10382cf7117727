"""What columns are taken for, with the evidence: each rule on the smallest column that shows it, and on its neighbour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clearprop.columns.cells import read
from clearprop.columns.kinds import KINDS, decide, is_name_of_rows

UNIQUE = [f"K-{each:03}" for each in range(40)]
DATED = [f"2021-{1 + each % 12:02}-{1 + each % 28:02}" for each in range(40)]

CASES: dict[str, tuple[Any, str, str, str]] = {
    "numbers": (np.arange(40.0), "x", "number", "its type is float64"),
    "whole numbers": (pd.Series(range(40)), "x", "number", "its type is int64"),
    "names of rows": (
        np.arange(40),
        "id",
        "identifier",
        "its name is 'id', and its 40 whole numbers are all different",
    ),
    "names of rows in no order": (pd.Series(range(40))[::-1] * 7, "PassengerId", "identifier", "all different"),
    "a column without a name": (np.arange(1, 41), "", "identifier", "all different"),
    "an index written to a file": (np.arange(40), "Unnamed: 0", "identifier", "all different"),
    "names that repeat": (np.arange(40) // 2, "id", "number", "its type is int64"),
    "fractions with such a name": (np.arange(40) / 3, "id", "number", "its type is float64"),
    "few rows with such a name": (np.arange(9), "id", "number", "its type is int64"),
    "a word that ends so": (np.arange(40), "humid", "number", "its type is int64"),
    "truths": (np.arange(40) > 9, "x", "yes/no", "its type is bool"),
    "yes and no": (["yes", "No", "no"] * 9, "x", "category", "3 different texts in 27 cells"),
    "Yes and No": (["Yes", "No", "No"] * 9, "x", "yes/no", "its texts are 'No' and 'Yes'"),
    "categories": (["red", "blue", "red"], "x", "category", "2 different texts in 3 cells"),
    "categories by type": (pd.Series(UNIQUE, dtype="category"), "x", "category", "its type is category"),
    "a text of its own in each row": (UNIQUE, "x", "identifier", "40 different texts in 40 cells"),
    "a text of its own in most rows": (UNIQUE + UNIQUE[:30], "x", "identifier", "40 different texts in 70 cells"),
    "texts twice each": (UNIQUE + UNIQUE, "x", "category", "40 different texts in 80 cells"),
    "few rows, each another": (UNIQUE[:9], "x", "category", "9 different texts in 9 cells"),
    "ten rows, each another": (UNIQUE[:10], "x", "identifier", "10 different texts in 10 cells"),
    "twenty, some twice": (UNIQUE[:20] + UNIQUE[:3], "x", "category", "20 different texts in 23 cells"),
    "sentences": ([f"this is a sentence about {each}" for each in UNIQUE], "x", "text", "40 different texts"),
    "dates": (pd.Series(pd.date_range("2020", periods=40)), "x", "date", "from 2020-01-01 to 2020-02-09"),
    "texts of dates": (DATED, "x", "date", "its texts are dates, year first, such as '2021-01-01'"),
    "dates with gaps": ([*DATED, "", None, "NA"], "x", "date", "year first, such as '2021-01-01'"),
    "dates with a word": ([*DATED, "unknown"], "x", "date", "; 'unknown' counts as a gap"),
    "dates with a word that is sorted before them": (
        [*DATED, "(none)"],
        "x",
        "date",
        "such as '2021-01-01'; '(none)' counts as a gap",
    ),
    "day first": (["3/4/2021", "13/4/2021"], "x", "date", "day first"),
    "month first": (["3/4/2021", "3/14/2021"], "x", "date", "month first"),
    "day or month first": (["3/4/2021", "5/6/2021"] * 2, "x", "category", "day and month cannot be told"),
    "years of two digits": (["3/14/21", "5/6/21"] * 2, "x", "category", "the century cannot be told"),
    "both orders": (["13/4/2021", "4/13/2021"] * 2, "x", "category", "2 different texts in 4 cells"),
    "named months": (["4 Jul 1976", "31 December 1999"], "x", "date", "day and month's name"),
    "a month alone": (["1991 Jul", "1992-Dec"], "x", "date", "dates, year and month's name"),
    "a month before its year": (["July 1991", "Dec-1992"], "x", "date", "dates, month's name and year"),
    "months by number": (["1991M07", "1992M12"], "x", "date", "dates, year and month, such"),
    "a year before a named day": (["1991 Jul 4", "1992-Dec-31"], "x", "date", "year, month's name and day"),
    "quarters": (["1991Q1", "1992 Q4"], "x", "date", "dates, year and quarter"),
    "quarters named first": (["Q1 1991", "Q4-1992"], "x", "date", "dates, quarter and year"),
    "months named first": (["July 4, 1976", "Dec 31 1999"], "x", "date", "month's name and day"),
    "seasons": (["1920-21", "1921-22"] * 2, "x", "category", "2 different texts in 4 cells"),
    "no such day": (["2021-02-30", "2021-02-31"] * 2, "x", "category", "2 different texts"),
    "numbers as texts": (["1", "2.5", "-3e2"], "x", "number", "its texts are numbers"),
    "few of them, said to be texts": (pd.Series(["1", "2", "1"]), "x", "category", "2 different texts in 3 cells"),
    "few, and each another": (pd.Series([str(each / 2) for each in range(12)]), "x", "number", "its texts are numbers"),
    "many of them": (pd.Series([str(each) for each in range(40)]), "x", "number", "its texts are numbers"),
    "with marks of gaps": ([*map(str, range(40)), "?", "?"], "x", "number", "its texts are numbers"),
    "with a word": ([*map(str, range(40)), "none given"], "x", "number", "; 'none given' counts as a gap"),
    "codes, some with letters": ([*map(str, range(40)), *UNIQUE[:20]], "x", "identifier", "60 different texts"),
    "codes that begin with 0": ([f"{each:05}" for each in range(40)], "x", "identifier", "40 different texts"),
    "numbered rows as texts": ([str(each) for each in range(40)], "row", "identifier", "40 different texts"),
    "a constant number": (np.ones(4), "x", "constant", "1.0 in every row"),
    "a constant text": (["a"] * 4, "x", "constant", "'a' in every row"),
    "one text and gaps": (["a", None], "x", "category", "1 different text in 1 cell"),
    "nothing": ([None, None], "x", "empty", "every cell is a gap"),
    "no rows": ([], "x", "empty", "every cell is a gap"),
}


@pytest.mark.parametrize(("column", "name", "kind", "why"), CASES.values(), ids=CASES)
def test_a_column_is_taken_for_what_it_is_and_the_reason_is_said(column: Any, name: str, kind: str, why: str) -> None:
    found, said = decide(read(column), name)
    assert (found, why in said) == (kind, True), said


def test_every_kind_has_a_case() -> None:
    assert {kind for _, _, kind, _ in CASES.values()} == set(KINDS)


@pytest.mark.parametrize(
    "name",
    ["", "id", "ID", "row", "rownames", "row_id", "Row.names", "index", "Unnamed: 0", "user_id", "userId", "uuid"],
)
def test_names_of_rows(name: str) -> None:
    assert is_name_of_rows(name)


@pytest.mark.parametrize("name", ["x", "humid", "paid", "Android", "grid", "width", "rowing", "indexed price", 3])
def test_other_names(name: Any) -> None:
    assert not is_name_of_rows(name)


@pytest.mark.parametrize("value", [str, lambda i: f"2024-{1 + i // 28:02d}-{1 + i % 28:02d}"], ids=["numbers", "dates"])
def test_a_word_in_half_of_the_cells_makes_a_category_and_is_no_gap(value: Callable[[int], str]) -> None:
    half = ["low" if i % 2 else value(i) for i in range(120)]
    kind, why = decide(read(half), "a")
    assert kind == "category"
    assert "60 of 120 cells are 'low', others are" in why
    fewer = ["low" if i % 3 == 0 else value(i) for i in range(120)]
    assert decide(read(fewer), "a")[0] in {"number", "date"}


def test_numbers_and_a_word_of_python_are_as_their_texts_are() -> None:
    mixed = ["low" if i % 2 == 0 else i for i in range(120)]
    assert decide(read(mixed), "a") == decide(read([str(cell) for cell in mixed]), "a")


SENTENCES = {
    "reviews of which most are short": [
        *(f"Fine {k}" for k in range(30)),
        *(f"I had it {k} years and it broke in the rain" for k in range(6)),
    ],
    "three long words": [f"internationalisation considerations incomprehensible{k}" for k in range(30)],
    "Japanese": [f"これは良い本ですが終わりがありません{k}" for k in range(30)],
    "German": [f"Das ist nun der Satz Nummer {k}" for k in range(30)],
}
NAMES = {
    "names of cars": [f"ford torino {k}" for k in range(30)],
    "bank accounts": [f"GB29 NWBK 6016 1331 92{k} 19" for k in range(30)],
    "addresses of pages": [f"https://example.org/a/long/path/to/some/page/of/{k}" for k in range(30)],
    "Japanese names": [f"佐藤{k}" for k in range(30)],
    "hashes": [f"{k:032x}" for k in range(30)],
    "codes with spaces": [f"A {k} B 7 C 9" for k in range(30)],
}


@pytest.mark.parametrize(("names", "kind"), [(SENTENCES, "text"), (NAMES, "identifier")])
def test_free_texts_are_told_from_names_and_codes(names: dict[str, list[str]], kind: str) -> None:
    for name, cells in names.items():
        assert decide(read(cells), "x")[0] == kind, name
