"""The pages in Firefox: a step is walked with every equation in view; a training takes Python's steps."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clearprop.explanation.page.live import after_step, nudge_document, step_document
from clearprop.live import studio
from clearprop.live.beginning import Beginning
from clearprop.live.replay import replayed

from .conftest import moons
from .firefox import FIREFOX, Firefox, started
from .test_live_step import given
from .test_questions import SEEN as ANSWERS
from .test_questions import html as questions
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


def until(firefox: Firefox, condition: str, seconds: float = 60) -> None:
    """Waits until a script's value is true."""
    end = time.monotonic() + seconds
    while not firefox.run(f"return Boolean({condition})"):
        assert time.monotonic() < end, condition
        time.sleep(0.05)


def fact(name: str) -> str:
    return f"document.querySelector('[data-fact=\"{name}\"] dd')?.textContent"


def test_a_training_takes_python_s_steps_in_firefox_too(firefox: Firefox, files: Callable[[str, str], Path]) -> None:
    firefox.open(files("firefox-studio", studio(data="moons").html), 1366, 768)
    until(firefox, f"!isNaN({fact('test loss')})")
    before = float(firefox.run(f"return {fact('training loss')}"))
    firefox.click(".player .play")
    until(firefox, f"parseInt({fact('epoch')}) > 3")
    firefox.click(".player .play")
    until(firefox, "document.querySelector('.player .play').textContent.includes('Play')")
    assert float(firefox.run(f"return {fact('training loss')}")) < before
    run = Beginning("circles", ((5, "relu"), (4, "tanh")), "softmax", "nllm", eta=0.2, seed=3, batch_size=7)
    state = {"version": 1, "runs": [run.document() | {"past": {"taken": 150, "rates": [[0, 0.2]]}}]}
    firefox.run(f"location.hash = '#state=' + encodeURIComponent({json.dumps(json.dumps(state))})")
    until(firefox, f"{fact('step')} === '150'")
    firefox.click(".player button[title*='JSON']")
    saved = json.loads(firefox.downloaded("circles-150.json").read_text())
    wanted = replayed(run, 150, engine="numpy").network.parameters
    assert saved["parameters"] == pytest.approx(wanted.tolist(), rel=1e-11, abs=1e-12)
    drawn = firefox.run("return [...document.querySelectorAll('canvas')].map(each => each.toDataURL().length)")
    assert min(drawn) > 6000
    firefox.click(".masthead .tools button")  # Explain a step
    until(firefox, "document.querySelector('dialog.explained .now-card')")
    firefox.press("ArrowRight")
    assert firefox.run("return document.querySelector('dialog.explained .now-card').dataset.step") == "Z:1"


def test_each_question_leads_to_its_answer_in_firefox_too(firefox: Firefox, files: Callable[[str, str], Path]) -> None:
    firefox.open(files("firefox-questions", questions()), 1366, 768)
    until(firefox, "document.querySelector('.now-card')")
    for asks, (place, word) in ANSWERS.items():
        press = f"[...document.querySelectorAll('button')].find(each => each.textContent.trim() === {json.dumps(asks)})"
        firefox.run(f"{press}.closest('details')?.setAttribute('open', ''); {press}.click()")
        until(firefox, f"document.querySelector({json.dumps(place)})?.textContent.includes({json.dumps(word)})")
        until(firefox, "document.querySelector('.asked-answer').textContent.length > 40")
