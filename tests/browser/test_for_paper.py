"""What a page writes of a step for paper is what Python writes: LaTeX, and slides of its phases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.explanation.slides.test_in_page import same

from .conftest import Opened, moons
from .test_live_step import to
from .test_sharing import RUN, address, go, html, shared, wait_for_step
from .test_studio import READY, saved

Open = Callable[..., Opened]


def taken(there: Opened, dialog: Any, name: str) -> tuple[str, str]:
    """The name and the text of the file that a button writes."""
    with there.page.expect_download() as download:
        dialog.get_by_role("button", name=name).click()
    return download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8")


def agree(there: str, mine: str) -> None:
    other = [pair for pair in zip(mine.splitlines(), there.splitlines(), strict=True) if not same(*pair)]
    assert not other, other[0]


def test_a_slide_is_that_of_the_phase_shown_in_the_notation_chosen(visit: Open) -> None:
    trace = moons(notation="nielsen", check=False)
    there = visit("live-paper", moons(check=False).html(), width=1366)
    there.page.get_by_label("Notation").select_option("nielsen")
    to(there, "dL_dZ:1")
    phase = int(there.text(".place").split("/")[0]) - 1
    dialog = shared(there)
    name, slide = taken(there, dialog, f"A slide of phase {phase}")
    assert name == f"step-412-phase-{phase}.tex"
    agree(slide, trace.beamer(document=True, phase=phase))
    agree(taken(there, dialog, "Slides of all phases")[1], trace.beamer(document=True))
    _, text = taken(there, dialog, "The step in LaTeX")
    assert text.splitlines()[:40] == trace.latex(document=True).splitlines()[:40]
    assert there.complaints == []


def test_a_training_gives_its_next_step_in_latex_and_the_phase_that_is_shown_as_a_slide(visit: Open) -> None:
    there = visit("studio-moons", html, ready=READY)
    go(there, address({**RUN.document(), "batchSize": 1}))
    there.page.locator(".picture h2", has_text="circles").wait_for()
    there.page.get_by_role("button", name="One step").click()
    wait_for_step(there, 1)
    dialog = shared(there)
    assert dialog.get_by_role("button", name="A slide of the phase shown").is_disabled()
    _, text = taken(there, dialog, "The step in LaTeX")
    assert text.startswith(r"\documentclass")
    there.page.keyboard.press("Escape")
    for _ in range(2):
        there.page.get_by_role("button", name="One phase").click()
    _, slide = taken(there, shared(there), "A slide of phase 1")
    there.page.keyboard.press("Escape")
    W = saved(there)["parameters"][0]
    assert slide.count(r"\begin{frame}") == 1
    assert f"{W:.3f}" in slide
    assert there.complaints == []
