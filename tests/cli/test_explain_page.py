"""docs/explain.md: its commands run, one after another, and its picture of the network is what one of them draws."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from .conftest import Shell

DOCS = Path(__file__).parents[2] / "docs"


def test_every_command_runs_and_the_picture_is_of_one_of_them(shell: Shell) -> None:
    page = (DOCS / "explain.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)
    for command in "".join(blocks).replace("\\\n", "").splitlines():
        if words := shlex.split(command, comments=True)[1:]:
            said = shell(*words)
            assert said.status == 0, (command, said.err)
    assert Path("network.svg").read_text() == (DOCS / "pictures/explain-network.svg").read_text()
