"""The blocks of some pages run as they stand, one after another, and print what the page shows below them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shown import DOCS, programs_of, require_shown


@pytest.mark.parametrize("name", ["serving", "populations", "recipes"])
def test_the_page_runs_and_prints_what_it_shows(name: str, tmp_path: Path) -> None:
    page = DOCS / f"{name}.md"
    assert len(programs_of(page)) >= 6
    require_shown(page, tmp_path)


def test_what_a_page_does_not_show_or_shows_otherwise_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    shown = "```python\nprint('loss', 0.5)\n```\n\n```text\nloss {}\n```\n"
    page.write_text(shown.format("0.501"))
    require_shown(page, tmp_path)
    for wrong in (shown.format("0.7"), shown.format("0.5 more"), shown.partition("\n\n")[0] + "\n"):
        page.write_text(wrong)
        with pytest.raises(AssertionError, match=r"page.md"):
            require_shown(page, tmp_path)
