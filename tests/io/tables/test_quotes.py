"""Quotes in text files: another sign, none at all, and rows in which they are wrong."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from clearprop.io import Table, read_table
from clearprop.io.tables import arrow_pieces


def read(text: str, **how: Any) -> Table:
    return read_table(io.BytesIO(text.encode()), **how)


def test_single_quotes_hold_separators_and_double_ones_are_signs() -> None:
    table = read("a,b\n'x, y',1\n'say ''so''',2\n5\" pipe,3\n", quote="'")
    assert table["a"].tolist() == ["x, y", "say 'so'", '5" pipe']


def test_without_quotes_a_sign_is_kept_but_around_a_whole_cell() -> None:
    table = read('\'a\',"b",c\n"x",5" pipe,\'1\'\ny,"open,2\n', quote="none")
    assert table.names == ["a", "b", "c"]
    assert table["a"].tolist() == ["x", "y"]
    assert table["b"].tolist() == ['5" pipe', '"open']
    assert table["c"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize("separator", [" ", "\t"])
def test_they_are_those_of_any_separator(separator: str) -> None:
    text = "a b\n'x_y' 1\nz 2\n".replace(" ", separator).replace("_", " ")
    assert read(text, quote="'", separator=separator)["a"].tolist() == ["x y", "z"]


def test_a_row_with_a_wrong_quote_is_skipped_alone() -> None:
    rows = [f"{k},t{k}\n" for k in range(100)]
    rows[50], rows[98] = '50,"t50" more\n', '98,"t98\n'
    table = read("n,t\n" + "".join(rows), ragged="skip")
    kept = [k for k in range(100) if k not in {50, 98}]
    assert table["n"].tolist() == kept
    assert table.row_numbers is not None
    assert table.row_numbers.tolist() == [k + 2 for k in kept]
    assert "2 rows with wrong quotes are left out" in table.said


@pytest.mark.parametrize("quote", ["'", "none", '"'])
def test_the_fast_way_gives_the_same(quote: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    sign, between = ('"', "-") if quote == "none" else (quote, ",")
    cells = ["x", f"{sign}y{between}z{sign}", f"{sign}u{sign}", "v'w" if quote == '"' else 'v"w']
    drawn = np.random.default_rng(0).choice([0, 0, 0, 1, 2], 60_000).tolist()
    text = "n,t\n" + "".join(f"{k}.5,{cells[k]}\n" for k in [*drawn, *[3] * 9])
    fast = read(text, quote=quote)
    monkeypatch.setattr(arrow_pieces, "has", lambda _: False)
    plain = read(text, quote=quote)
    assert (fast["n"] == plain["n"]).all()
    assert (fast["t"] == plain["t"]).all()
    assert sorted(set(plain["t"])) == sorted({"x", f"y{between}z", "u", cells[3]})


def test_another_word_is_refused() -> None:
    with pytest.raises(ValueError, match=r"quote must be one of .*, none; given 'x'"):
        read("a\n1\n", quote="x")


def test_a_message_names_what_python_takes() -> None:
    with pytest.raises(ValueError, match="text behind a closing quote") as refused:
        read("a,b\n" + "1,x\n" * 9 + '2,"y"z\n')
    assert refused.value.__notes__ == ["In Python: quote='none'"]
