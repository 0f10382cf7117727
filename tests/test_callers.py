"""What a message says to give is in the words of who reads it: options in a shell, keywords in Python."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.callers import column_of, give, in_the_words_of_the_shell, keywords

ROWS = {"x": [1.0, 2.0, 3.0, 4.0] * 10, "y": ["a", "b"] * 20}


def csv(text: str, **how: Any) -> cp.Table:
    return cp.read_table(io.BytesIO(text.encode("cp1252")), **how)


REFUSED: dict[str, Callable[[], Any]] = {
    "no names": lambda: csv("1.5,2\n2.5,3\n3.5,4\n"),
    "a title": lambda: csv("Report\na,b,c\n1,2,3\n4,5,6\n7,8,9\n"),
    "a short row": lambda: csv("a,b\n1,2\n3\n"),
    "a long row": lambda: csv("a,b\n1,2\n3,4,5\n"),
    "a wrong quote": lambda: csv('a,b\n"1,2\n3,4\n'),
    "another encoding": lambda: csv("a,b\n1,ä\n"),
    "infinity": lambda: cp.fit({**ROWS, "x": [np.inf, 1.0] * 20}, target="y"),
    "two readings": lambda: cp.fit({**ROWS, "x": ["1,234", "5,678"] * 20}, target="y"),
    "a target of dates": lambda: cp.fit({**ROWS, "y": [f"2021-01-{1 + k % 28:02}" for k in range(40)]}, target="y"),
    "no target": lambda: cp.fit(ROWS),
    "a kind that does not fit": lambda: cp.fit({**ROWS, "x": ["a", "b"] * 20}, target="y", kinds={"x": "number"}),
    "another decimal sign": lambda: cp.fit(ROWS, target="y", epochs=1, progress=False).model.predict(
        {"x": ["1,5", "2,5"]}
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_names_keywords_in_python_and_options_in_a_shell(name: str) -> None:
    with pytest.raises(ValueError) as in_python:  # noqa: PT011 - the message is what is tested
        REFUSED[name]()
    with in_the_words_of_the_shell(), pytest.raises(ValueError) as in_shell:  # noqa: PT011
        REFUSED[name]()
    assert not re.search(r"(^|\s)--[a-z]", str(in_python.value))
    assert not re.search(r"\b[a-z]+=['\[{\dFT]", str(in_shell.value))


@pytest.mark.parametrize(
    ("option", "typed", "keyword"),
    [
        ("--skip=3", "--skip 3", "skip=3"),
        ("--na=-inf", "--na=-inf", "na=['-inf']"),
        ("--ignore=two words", "--ignore 'two words'", "ignore=['two words']"),
        ("--kind=Length (cm)=category", "--kind 'Length (cm)=category'", "kinds={'Length (cm)': 'category'}"),
        ("--kind=price=number(decimal=,)", "--kind 'price=number(decimal=,)'", "kinds={'price': 'number(decimal=,)'}"),
        ("--class-weight=balanced", "--class-weight balanced", "class_weight='balanced'"),
        ("--in-memory", "--in-memory", "on_disk=False"),
        ("--sheet", "--sheet", "sheet"),
    ],
)
def test_an_option_is_said_in_both_ways(option: str, typed: str, keyword: str) -> None:
    assert give(option) == keyword
    with in_the_words_of_the_shell():
        assert give(option) == typed
    assert give(option) == keyword


def test_an_option_of_the_shell_alone_has_no_keyword() -> None:
    assert keywords(["--resume=runs/a"]) == ""


def test_the_column_of_a_kind_may_have_brackets_and_signs() -> None:
    assert [column_of(each) for each in ("a=number", "a=number(decimal=,)", "Length (cm)=category")] == [
        "a",
        "a",
        "Length (cm)",
    ]
