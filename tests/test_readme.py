"""The README: its Python runs, block after block, as a reader would run it, and its two commands are there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)
PRINTED = re.findall(r"^```text\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)


def test_the_python_of_the_readme_runs(capsys: Any) -> None:
    assert len(BLOCKS) >= 5
    names: dict[str, Any] = {}
    for block in BLOCKS:
        exec(compile(block, "README.md", "exec"), names)
    printed = capsys.readouterr().out
    assert "∂L/∂Z²" in printed
    assert "gradients agree" in printed
    assert PRINTED
    for excerpt in PRINTED:
        assert excerpt in printed


def test_both_commands_of_the_readme_can_be_made() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in README
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


def test_every_page_that_the_readme_links_to_is_there() -> None:
    for page in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / page).exists(), page
