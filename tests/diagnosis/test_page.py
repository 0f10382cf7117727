"""docs/diagnose.md: its Python runs, and its output is what is printed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from clearprop.cli import clearprop
from clearprop.diagnosis import Mistake
from clearprop.formulas import CATALOGUE

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/diagnose.md").read_text(encoding="utf-8")


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


def test_the_blocks_of_the_page_run_and_print_what_it_shows(capsys: Any) -> None:
    names: dict[str, Any] = {}
    for block in _blocks("python"):
        exec(compile(block, "diagnose.md", "exec"), names)
    printed = capsys.readouterr().out
    for line in _blocks("text")[0].splitlines():
        assert line in printed


def test_the_file_of_the_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "solution.json"
    path.write_text(_blocks("json")[0], encoding="utf-8")
    result = CliRunner().invoke(clearprop, ["diagnose", str(path), "--json"])
    assert result.exit_code == 1
    assert json.loads(result.output)["mistakes"][0]["name"] == "unknown"


def test_the_number_of_mistakes_is_the_catalogues() -> None:
    assert len(CATALOGUE[Mistake.kind]) == 70
    assert "[Seventy mistakes]" in PAGE
