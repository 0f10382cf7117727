"""A page in a frame of the site: light or dark as the site is, when it loads and when a reader switches the site."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tools.site import runnable

from .conftest import PATIENCE, moons

STATIC = Path(runnable.__file__).parent / "_static"
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("late", [False, True], ids=["the site asks first", "the frame asks first"])
def test_a_page_in_a_frame_is_light_or_dark_as_the_site_is(
    browser: Any, files: Callable[[str, str], Path], tmp_path: Path, system: str, late: bool
) -> None:
    """Opened from files, where neither may look into the other."""
    shutil.copy(files("moons", moons().html()), tmp_path / "page.html")
    shutil.copy(STATIC / "theme.js", tmp_path)
    other = "light" if system == "dark" else "dark"
    script = '<script src="theme.js" defer></script>'
    frame = '<iframe class="live" src="page.html" style="width:900px;height:700px"></iframe>'
    (tmp_path / "index.html").write_text(
        f'<!DOCTYPE html><html data-theme="{other}"><meta charset=utf-8>{"" if late else script}{frame}'
    )
    context = browser.new_context(color_scheme=system)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    inside = page.frame_locator("iframe")
    inside.locator(".now-card").wait_for()
    if late:
        page.add_script_tag(path=tmp_path / "theme.js")
    seen = {}
    for theme in (other, system, other):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        inside.locator(f'html[data-theme="{theme}"]').wait_for(state="attached")
        seen[theme] = inside.locator("body").evaluate(f"() => {GROUND}")
    assert seen["light"] == "rgb(251, 250, 247)" != seen["dark"]
    inside.get_by_text("Settings").click()
    inside.get_by_role("button", name=system, exact=True).click()  # the reader's own choice comes first
    inside.locator(f'html[data-theme="{system}"]').wait_for(state="attached")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert inside.locator("body").evaluate(f"() => {GROUND}") == seen[system]
    context.close()
