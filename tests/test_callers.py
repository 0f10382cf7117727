"""What a message says to give is in the words of who reads it: options in a shell, keywords in Python."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.callers import column_of, give, in_the_words_of_the_shell, keywords
from clearprop.cli.train import command as train
from clearprop.fitting.recipe import Recipe
from clearprop.runs import RunFolder, fit_in

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


SENTENCE = re.compile(r"(?<![-\w])--[a-z][a-z-]+")
IN_WORDS = {"give", "either", "going_on", "_train_on", "Refusal", "with_options"}
"""Functions that say an option in the words of who reads it."""
SOURCES = Path(cp.__file__).parent
OF_ONE_READER = {"cli", "callers.py", "estimators", "frameworks", "exercises", "report_html.py"}
"""What speaks to one reader alone, or writes CSS."""
WHOLE_COMMAND = re.compile(r"clearprop [a-z]+( --[a-z-]+)*")


def spoken(node: ast.AST, parents: tuple[ast.AST, ...] = ()) -> Iterator[tuple[str, tuple[ast.AST, ...]]]:
    """The texts in a tree that are no docstrings, each with what it stands in."""
    for child in ast.iter_child_nodes(node):
        docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value, (*parents, node)
        elif not docstring:
            yield from spoken(child, (*parents, node))


def called_in(parents: tuple[ast.AST, ...]) -> set[str]:
    """The names of the functions in whose calls a text stands."""
    calls = (each.func for each in parents if isinstance(each, ast.Call))
    return {
        each.id if isinstance(each, ast.Name) else each.attr
        for each in calls
        if hasattr(each, "id") or hasattr(each, "attr")
    }


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(SOURCES.rglob("*.py")) if not OF_ONE_READER & {*path.relative_to(SOURCES).parts}],
    ids=lambda path: str(path.relative_to(SOURCES)),
)
def test_no_sentence_outside_the_command_line_names_an_option_in_the_words_of_one_reader(path: Path) -> None:
    options = {each.name for each in train.params}
    for text, parents in spoken(ast.parse(path.read_text(encoding="utf-8"))):
        if IN_WORDS & called_in(parents):
            continue
        is_sentence = " " in text.strip()
        assert not (is_sentence and SENTENCE.search(WHOLE_COMMAND.sub("", text))), text
        told_to_give = [*re.finditer(r"\b(?:give|with|without) ([a-z_]+)=", text)]
        assert not {each[1] for each in told_to_give} & options, text


def test_a_run_folder_says_how_it_goes_on_in_the_words_of_who_reads_it(tmp_path: Path) -> None:
    run = tmp_path / "a"
    fit_in(run, cp.Table.of(ROWS), Recipe(target="y", epochs=1, validation=0, preset="fast"), progress=False)
    said = []
    for words in (nullcontext, in_the_words_of_the_shell):
        with words(), pytest.raises(FileExistsError) as raised:
            RunFolder(run).require_none()
        said.append(str(raised.value))
    assert f"resume({str(run)!r})" in said[0]
    assert "--" not in said[0]
    assert f"--resume {run}" in said[1]
