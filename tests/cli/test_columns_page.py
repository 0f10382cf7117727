"""Every option and the Python of docs/columns.md."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from clearprop.columns.kinds import FEW, KINDS, MOST_CATEGORIES, RARE_ROWS

from .conftest import Shell

PAGE = (Path(__file__).parents[2] / "docs/columns.md").read_text(encoding="utf-8")
OPTIONS = [text for text in re.findall(r"`(--[^`]+)`", PAGE) if "TEXT" not in text]
TABLE = "id,note,note2,zip,price,when,size,y\n" + "".join(
    f'{k},n,m,{k % 3}0,"{1 + k % 7},{k * 37 % 900 + 100}",{1 + k % 9}/{1 + k % 8}/2021,{k - 999 * (k % 5 == 0)},{"ab"[k % 2]}\n'
    for k in range(40)
)


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_of_the_page_is_taken(shell: Shell, option: str) -> None:
    Path("t.csv").write_text(TABLE)
    leave_out = [] if "price" in option else ["--ignore", "price"]
    outcome = shell("plan", "t.csv", "--target", "y", *leave_out, *shlex.split(option))
    assert outcome.status == 0, outcome.err


@pytest.mark.filterwarnings("ignore::clearprop.ColumnWarning")
def test_the_python_of_the_page_runs_and_prints_what_it_says(capsys: Any) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(block, "docs/columns.md", "exec"), {})
    printed = capsys.readouterr().out
    assert printed.startswith("['size', 'size is missing', 'zip = 1234', 'zip = 5678']\n")
    assert "fill=4.0, marked=True" in printed


def test_every_kind_and_limit_is_on_the_page() -> None:
    assert [kind for kind in KINDS if not re.search(rf"^\| [^|]*{kind}", PAGE, re.MULTILINE)] == []
    assert f"more than {FEW} categories those with fewer than {RARE_ROWS} rows" in PAGE
    assert f"at most {MOST_CATEGORIES} have one of their own" in PAGE
