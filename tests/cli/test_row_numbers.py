"""A column that counts the rows is no input whatever its name; and the command that mends a file without a header."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from clearprop.fitting.fits import plan

from .conftest import Shell

COUNTING: dict[str, Callable[[int], list[int]]] = {
    "1 to n": lambda n: list(range(1, n + 1)),
    "0 to n - 1": lambda n: list(range(n)),
    "n to 1": lambda n: list(range(n, 0, -1)),
}


def inputs_of(numbers: list[int], y: list[float | None] | None = None, **kinds: str) -> list[str]:
    columns = {"Nr": numbers, "x": np.arange(len(numbers)) ** 2 % 7 / 2, "y": y or np.arange(len(numbers)) // 5}
    planned = plan(cp.Table.of(columns), cp.Recipe(target="y", kinds=kinds, task="regression"))
    return [column.name for column in planned.start.prepared.inputs]


@pytest.mark.parametrize("how", COUNTING)
@pytest.mark.parametrize("n", [10, 60])
def test_a_column_that_counts_the_rows_is_left_out_and_said(how: str, n: int) -> None:
    numbers = COUNTING[how](n)
    assert inputs_of(numbers) == ["x"]
    assert inputs_of(numbers, Nr="number") == ["Nr", "x"]
    assert inputs_of([2 * number for number in numbers]) == ["Nr", "x"]
    assert inputs_of([numbers[1], numbers[0], *numbers[2:]]) == ["Nr", "x"]
    assert inputs_of([2000 + number for number in numbers]) == ["Nr", "x"], "years"


def test_rows_without_a_target_make_no_difference() -> None:
    assert inputs_of(list(range(1, 61)), [None if k % 9 == 4 else float(k // 5) for k in range(60)]) == ["x"]


def test_a_small_table_and_a_sole_input_are_exempt() -> None:
    assert inputs_of(list(range(1, 10))) == ["Nr", "x"]
    alone = plan(cp.Table.of({"t": np.arange(40.0), "y": np.arange(40.0) * 2}), cp.Recipe(target="y"))
    assert [column.name for column in alone.start.prepared.inputs] == ["t"]


def test_the_shell_says_why(shell: Shell) -> None:
    Path("t.csv").write_text("Nr,x,y\n" + "".join(f"{k + 1},{k % 7 / 2},{'ab'[k // 30]}\n" for k in range(60)))
    said = "its numbers are 1 to 60 in the order of the rows"
    assert said in shell("train", "t.csv", "--target", "y", "--epochs", "1").out
    assert "identifier" in shell("plan", "t.csv", "--target", "y").out


def test_a_question_is_not_followed_by_a_semicolon(shell: Shell, penguins: Path) -> None:
    said = shell("train", "penguins.csv", "--target", "specie").err
    assert (
        "did you mean 'species'? There are species, island, bill, mass; try: clearprop train penguins.csv --target=species\n"
        in said
    )


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (("--target", "1"), "try: clearprop train t.csv --target 1 --no-header\n"),
        (("--target=-2",), "try: clearprop train t.csv --target=-2 --no-header\n"),
        (("--target", "y"), "try: clearprop train t.csv --no-header --target=3\n"),
        ((), "try: clearprop train t.csv --no-header --target=3\n"),
    ],
)
def test_the_command_that_works_keeps_a_target_by_number(shell: Shell, target: tuple[str, ...], said: str) -> None:
    Path("t.csv").write_text("".join(f"{k % 5}.5,{k % 7}.25,{k % 3}\n" for k in range(60)))
    assert said in shell("train", "t.csv", *target).err
    assert "--target" not in shell("predict", "no", "t.csv").err.partition("try:")[2]
