"""Scenes in the page: each measures what Python measures, and its claim holds there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clearprop.live import studio
from clearprop.live.scenes import SCENES

from ..live.claims import measured
from .conftest import Opened

READY = '[data-fact="test loss"]'
SCENE = ".controls > label select"


def html() -> str:
    return studio(data="moons").html


def test_every_claim_holds_and_is_python_s_number(visit: Callable[..., Opened]) -> None:
    there = visit("studio-moons", html, ready=READY)
    for at, scene in enumerate(SCENES):
        there.page.locator(SCENE).select_option(str(at))
        there.page.locator(".scene h2", has_text=scene.title).wait_for()
        there.page.locator(".result button").click()
        result = there.page.locator(".result [data-holds=true]")
        result.wait_for()
        value = float(result.get_attribute("data-value") or "nan")
        assert value == pytest.approx(measured(scene), rel=1e-7, abs=1e-14), scene.title
    assert there.complaints == []


def test_a_claim_does_not_hold_of_another_network(visit: Callable[..., Opened]) -> None:
    there = visit("studio-moons", html, ready=READY)
    there.page.locator(SCENE).select_option("0")
    there.page.get_by_role("button", name="Add a layer").click()
    there.page.locator(".result button").click()
    there.page.locator(".result [data-holds=false]").wait_for()
    assert "does not hold" in there.text(".result [role=status]")


def test_the_lints_of_a_scene_are_shown(visit: Callable[..., Opened]) -> None:
    there = visit("studio-moons", html, ready=READY)
    for at, code in ((2, "vanishing gradient"), (4, "rising loss"), (11, "no derivative")):
        there.page.locator(SCENE).select_option(str(at))
        there.page.locator(f'.findings [data-code="{code}"]').wait_for()


def test_the_next_step_is_explained_phase_by_phase(visit: Callable[..., Opened]) -> None:
    there = visit("studio-moons", html, ready=READY)
    there.page.get_by_role("button", name="One epoch").click()
    there.page.locator('[data-fact="epoch"] dd:text-is("1")').wait_for()
    there.page.get_by_role("button", name="Explain a step").click()
    there.page.locator(".explained .now-card").wait_for()
    assert "41" in there.text(".explained .facts")  # the step that comes after the 40 of the epoch
    there.page.get_by_role("button", name="Back to the training").click()
    there.page.get_by_role("button", name="One step").click()
    there.page.locator('[data-fact="step"] dd:text-is("41")').wait_for()
    assert there.complaints == []
