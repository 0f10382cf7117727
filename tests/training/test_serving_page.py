"""The blocks of `docs/serving.md`, `docs/populations.md` and `docs/recipes.md` run as they stand, one after another."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SAID = {
    "serving": ["X has nan in row 0 column 0", "the loss reached 0.05"],
    "populations": [
        "network 7: X has nan in row 3 column 2, counted from 0",
        " was not taken, by any network: network 8: ",
        "compiled (one network after another: the networks of a vector take plain steps, and here is penalty)",
    ],
    "recipes": [
        "regression of price",
        "plain finds of no and yes: [0.99 0.7",
        "balanced finds of no and yes: [0.9",
        "between both: 0.8",
        "homes.c homes.h",
    ],
}
"""What each page prints, among other things."""


@pytest.mark.parametrize("name", SAID)
def test_the_page_runs(name: str, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / f"{name}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 6
    (tmp_path / "page.py").write_text("\n".join(blocks), encoding="utf-8")
    done = subprocess.run([sys.executable, "page.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for said in SAID[name]:
        assert said in done.stdout
