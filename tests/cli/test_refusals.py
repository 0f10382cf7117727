"""A table that is refused: the command that is printed, run unchanged, succeeds, and loses no more than it says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import clearprop as cp

from .conftest import Outcome, Shell

FEW = ("--epochs", "1")
ROWS = "".join(f"{k * 7 % 11},x{k % 3},{k % 2}\n" for k in range(40))


def commands(outcome: Outcome) -> Iterator[list[str]]:
    """Every command that is printed, as the words after `clearprop`."""
    for found in re.findall(r": clearprop (.*)$", outcome.err, re.MULTILINE):
        yield shlex.split(found)


QUOTES = {
    "a quote never closed": ("a,b,y\n" + ROWS + '3,"x1,1\n' + ROWS, 81, "--quote=none"),
    "a quote never closed, far from the end": ("a,b,y\n" + ROWS + '3,"x1,1\n' + ROWS * 400, 16041, "--quote=none"),
    "text behind a quote": ("a,b,y\n" + ROWS + '3,"x1" big,1\n' + ROWS, 81, "--quote=none"),
    "far down": ("a,b,y\n" + ROWS * 30 + '3,"x1" big,1\n' + ROWS, 1241, "--quote=none"),
    "quotes around all": (
        '"a","b","y"\n' + re.sub(r"(\w+)", r'"\1"', ROWS) + '"3","x1" big","1"\n',
        41,
        "--quote=none",
    ),
    "separators in quotes": (
        '"a","b","y"\n' + re.sub(r"(\w+),(\w+),", r'\1,"\2, big",', ROWS) + '3,"x1" big",1\n',
        40,
        "--ragged=skip",
    ),
    "in the names": ('a,"b,y\n' + ROWS, 40, "--quote=none"),
    "and a short row": ("a,b,y\n" + ROWS + '3,"x1,1\n5\n' + ROWS, 80, "--ragged=skip"),
}


@pytest.mark.parametrize("what", QUOTES)
def test_wrong_quotes_are_refused_with_what_reads_the_file(shell: Shell, what: str) -> None:
    text, rows, option = QUOTES[what]
    Path("t.csv").write_text(text)
    refused = shell("train", "t.csv", "--target", "y", *FEW)
    assert refused.status == 1
    assert "quote" in refused.err
    (command,) = commands(refused)
    assert option in command
    outcome = shell(*command)
    assert outcome.status == 0, outcome.err
    assert f"t.csv: {rows:,} rows, " in outcome.out
    prepared = cp.load_model("t.clearprop").prepared
    assert prepared.classes == (0, 1)
    if what != "in the names":
        assert "a" in prepared.input_names


def test_quotes_that_are_skipped_are_counted(shell: Shell) -> None:
    Path("t.csv").write_text("a,b,y\n" + ROWS + '3,"x1" big,1\n3,4\n' + ROWS)
    said = shell("plan", "t.csv", "--ragged", "skip").out
    assert "1 row with wrong quotes is left out" in " ".join(said.split())
    assert "1 row with too few or too many cells is left out" in " ".join(said.split())


def test_options_that_would_leave_no_row_are_not_named(shell: Shell) -> None:
    Path("t.csv").write_text('a,b,y\n3,"x1, big,1\n4,"x2" b,ig,0\n')
    refused = shell("train", "t.csv", "--target", "y", *FEW)
    assert refused.status == 1
    for command in commands(refused):
        assert shell(*command).status == 0


def test_rows_that_are_too_short_and_too_long_have_one_command(shell: Shell) -> None:
    Path("t.csv").write_text("a,b,y\n" + ROWS + "1,2\n3,4,5,6\n" + ROWS)
    (command,) = commands(shell("train", "t.csv", "--target", "y", *FEW))
    assert "--ragged=skip" in command
    assert shell(*command).status == 0


def test_bytes_that_are_in_no_windows_text_have_a_command_too(shell: Shell) -> None:
    Path("t.csv").write_bytes(("a,b,y\n" + ROWS).replace("x1", "\xe9\x81").encode("latin-1"))
    (command,) = commands(shell("train", "t.csv", "--target", "y", *FEW))
    assert "--encoding=latin-1" in command
    assert shell(*command).status == 0


AMBIGUOUS = {
    "an input": ("a\tb\ty\n", lambda k: f"{k % 9 + 1},{100 + k * 7}\tx{k % 3}\t{k % 2}\n", 3),
    "two inputs": ("a\tb\ty\n", lambda k: f"{k % 9 + 1},{100 + k * 7}\t{k + 1},{k + 100}\t{k % 2}\n", 2),
    "the target": ("a\ty\n", lambda k: f"{k * 7 % 11}\t{k % 9 + 1},{100 + k}\n", 2),
    "the target and an input": ("a\tb\ty\n", lambda k: f"{k}\t{k + 1},{100 + k}\t{k % 9 + 1},{100 + k}\n", 2),
    "an input, and infinity": ("a\tb\ty\n", lambda k: f"{k + 1},{100 + k}\t{'inf' if k == 3 else k}\t{k % 2}\n", 3),
}


@pytest.mark.parametrize("what", AMBIGUOUS)
def test_a_comma_that_may_be_two_things_has_a_command_for_each_with_what_it_gives(shell: Shell, what: str) -> None:
    names, row, many = AMBIGUOUS[what]
    Path("t.csv").write_text(names + "".join(map(row, range(60))))
    refused = shell("train", "t.csv", "--target", "y", *FEW, "-o", "m")
    assert refused.status == 1
    first, second = re.findall(r"^  '(\d),(\d+)' is ([\d.]+): clearprop", refused.err, re.MULTILINE)
    assert first == (*first[:2], f"{first[0]}{first[1]}")
    assert float(second[2]) == float(f"{first[0]}.{first[1]}")
    given = [*commands(refused)]
    assert len(given) == many
    for command in given:
        Path("m").unlink(missing_ok=True)
        outcome = shell(*command)
        assert outcome.status == 0, outcome.err


@pytest.mark.parametrize("way", ["{}%|{}", "${}|{} €"])
def test_numbers_written_in_several_ways_are_named_and_shown(shell: Shell, way: str) -> None:
    ways = way.split("|")
    Path("t.csv").write_text("a,y\n" + "".join(f"{k},{ways[k % 2].format(100 + k)}\n" for k in range(60)))
    refused = shell("train", "t.csv", "--target", "y", *FEW)
    assert "written in several ways" in refused.err
    (command,) = commands(refused)
    shown = shell(*command)
    assert shown.status == 0, shown.err
    assert "write them in one way" in " ".join(shown.out.split())


EMPTY = {
    "t.csv": b"",
    "blank.csv": b"\n\n  \n",
    "names.csv": b"a,b,y\n",
    "t.jsonl": b"\n",
    "t.json": b"[]",
    "t.arff": b"@relation x\n@attribute a numeric\n@attribute y numeric\n@data\n",
    "t.tab": b"a\ty\nc\td\n\tclass\n",
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_table_without_a_row_says_that_no_option_mends_it(shell: Shell, name: str) -> None:
    Path(name).write_bytes(EMPTY[name])
    refused = shell("train", name, "--target", "y", *FEW)
    assert refused.status == 1
    assert refused.err.startswith(f"error: {name} ")
    assert "no option mends that: take another file" in refused.err
    assert not [*commands(refused)]


def test_a_table_without_names_has_its_last_column_as_the_target_where_none_is_named_so(shell: Shell) -> None:
    Path("t.csv").write_text(
        "60,2,red,blue\n" + "".join(f"{k},{k * 7 % 11},{k % 5},{k % 2}.5,{k % 3},{k % 2}\n" for k in range(60))
    )
    for target in ("red", "87"):
        (command,) = commands(shell("train", "t.csv", "--target", target, *FEW))
        assert "--target=6" in command
        assert shell(*command).status == 0
        Path("t.clearprop").unlink()


def test_of_a_table_with_one_column_the_column_is_shown(shell: Shell) -> None:
    Path("t.csv").write_text("".join(f"{k}.5\n" for k in range(60)))
    (command,) = commands(shell("train", "t.csv", "--target", "87", *FEW))
    assert command[0] == "plan"
    assert shell(*command).status == 0


def test_spaces_around_the_name_of_a_target_are_no_part_of_it(shell: Shell) -> None:
    Path("t.csv").write_text("a, b, y\n" + ROWS)
    assert shell("train", "t.csv", "--target", " y", *FEW).status == 0


def test_a_cell_longer_than_a_model_file_holds_is_text(shell: Shell) -> None:
    Path("t.csv").write_text("a,b,y\n" + ROWS + f"3,{'z' * 110_000},1\n" + ROWS)
    assert shell("train", "t.csv", "--target", "y", *FEW).status == 0
    assert cp.load_model("t.clearprop").prepared.input_names == ["a"]
    refused = shell("train", "t.csv", "--target", "b", *FEW)
    assert refused.status == 1
    assert "has a text of 110,000 characters" in refused.err
