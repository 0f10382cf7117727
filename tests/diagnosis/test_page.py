"""docs/diagnose.md: its Python runs, and its output is what is printed."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from clearprop.cli import clearprop
from clearprop.diagnosis import Mistake
from clearprop.formulas import CATALOGUE
from tests.shown import DOCS, require_shown

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/diagnose.md").read_text(encoding="utf-8")


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


def test_the_blocks_of_the_page_run_and_print_what_it_shows(tmp_path: Path) -> None:
    require_shown(DOCS / "diagnose.md", tmp_path)


def test_the_file_of_the_page_is_read_and_its_mistake_named(tmp_path: Path) -> None:
    path = tmp_path / "solution.json"
    path.write_text(_blocks("json")[0], encoding="utf-8")
    result = CliRunner().invoke(clearprop, ["diagnose", str(path)])
    assert result.exit_code == 1
    assert result.output == _blocks("text")[-1]


def test_the_number_of_mistakes_is_the_catalogues() -> None:
    assert len(CATALOGUE[Mistake.kind]) == 70
    assert "[Seventy mistakes]" in PAGE
