"""The page of a step in Firefox: it opens from its file, is walked by keys, and every phase's equation is in view."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clearprop.explanation.page.live import after_step, nudge_document, step_document

from .conftest import moons
from .firefox import FIREFOX, Firefox, started
from .test_live_step import given
from .test_stage import NETWORKS, SEEN, SIZES

pytestmark = pytest.mark.skipif(FIREFOX is None, reason="no Firefox is installed: apt-get install firefox-esr")


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with started(tmp_path_factory.mktemp("firefox")) as browser:
        yield browser


@pytest.mark.parametrize("size", [size for size in SIZES if size != "phone"])  # its window is not as narrow as a phone
@pytest.mark.parametrize("name", ["moons", "four layers", "chain", "dropout"])
def test_every_phase_is_in_view_in_firefox_too(
    firefox: Firefox, files: Callable[[str, str], Path], name: str, size: str
) -> None:
    firefox.open(files(f"firefox-{name}", NETWORKS[name]().html()), *SIZES[size])
    assert firefox.run("return [innerWidth, innerHeight]") == list(SIZES[size])
    found = []
    for phase in [None, *NETWORKS[name]().to_dict()["phases"]]:
        seen = firefox.run(f"return ({SEEN})(document.querySelector('#stage'))")
        step = firefox.run("return document.querySelector('.now-card').dataset.step")
        if phase and phase["shows"]:
            assert step.split(":")[0] in {"update", *(each.split(":")[0] for each in phase["shows"])}
        if seen["cut"] or seen["tall"] > 0.45 or not seen["numbers"]:
            found.append(f"{step}: {seen}")
        firefox.press("ArrowRight")
    assert found == []


def test_a_live_step_is_moved_nudged_and_taken_in_firefox_too(
    firefox: Firefox, files: Callable[[str, str], Path]
) -> None:
    trace = moons()
    base = given(trace)
    firefox.open(files("firefox-live", trace.html()), 1366, 768)
    firefox.click("button[aria-pressed]:not(.masthead *)")  # Nudge
    firefox.run("document.querySelector('.side [data-handle=\"X:0\"]').focus()")
    firefox.press("ArrowUp")
    firefox.press("ArrowUp")
    now = copy.deepcopy(base)
    now["X"][0][0] = 0.61
    rows = (
        "[...document.querySelectorAll('.nudging tbody tr')].map(row => Number(row.querySelector('td').dataset.value))"
    )
    whole = nudge_document({"base": base, "now": now})["shares"][0]
    assert firefox.run(f"return {rows}") == pytest.approx(
        [whole["measured"], whole["estimate"], whole["gap"]], rel=1e-9
    )
    firefox.drag('.diagram [data-handle="X:1"]', 20)
    now["X"][0][1] = float(firefox.run("return document.querySelector('#typed').value"))
    assert now["X"][0][1] == pytest.approx(-1.2 + 20 * 0.01 * 1.2)
    loss = float(firefox.run("return document.querySelector('.hand output').title"))
    assert loss == pytest.approx(step_document(now)["header"]["loss"]["value"], rel=1e-12)
    firefox.click(".hand .strong")
    loss = float(firefox.run("return document.querySelector('.hand output').title"))
    after = now | after_step(now) | {"t": now["t"] + 1}
    assert loss == pytest.approx(step_document(after)["header"]["loss"]["value"], rel=1e-12)
