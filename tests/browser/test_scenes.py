"""Scenes in the page: each measures what Python measures, and its claim holds there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clearprop.live import studio
from clearprop.live.scenes import SCENES, Scene

from ..live.claims import measured
from .conftest import Opened
from .test_studio import fact

READY = '[data-fact="test loss"] dd:not(:text-is("—"))'
SCENE = ".controls > label select"


def html() -> str:
    return studio(data="moons").html


def test_every_claim_holds_and_is_python_s_number(visit: Callable[..., Opened]) -> None:
    there = visit("studio-moons", html, ready=READY)
    for at, scene in enumerate(SCENES):
        there.page.locator(SCENE).select_option(str(at))
        there.page.locator(".scene h2", has_text=scene.title).wait_for()
        there.page.locator(".result button").click()
        there.see(".result [data-holds=true]", scene.title)
        result = there.page.locator(".result [data-holds=true]")
        value = float(result.get_attribute("data-value") or "nan")
        assert value == pytest.approx(measured(scene), rel=1e-7, abs=1e-14), scene.title
    assert there.complaints == []


def test_a_scene_is_measured_again_at_each_press(visit: Callable[..., Opened]) -> None:
    """Also where the next press comes before anything has been drawn: no run is left without its steps."""
    there = visit("studio-moons", html, ready=READY)
    for at in (1, 6):
        there.page.locator(SCENE).select_option(str(at))
        there.page.evaluate("for (let k = 0; k < 3; k++) document.querySelector('.result button').click()")
        there.see(".result [data-holds=true]", SCENES[at].title)
        there.page.get_by_role("button", name="Start again").click()
        there.see('.result [data-holds=""]', SCENES[at].title, state="attached")
    assert there.complaints == []


def test_nothing_moves_under_the_mouse_when_a_run_begins(visit: Callable[..., Opened]) -> None:
    """A button that moves between press and release is not pressed."""
    there = visit("studio-moons", html, ready=READY, width=620)
    there.page.evaluate(
        "window.tops = new Set(); const look = () => { const button = document.querySelector('.result button');"
        "  if (button && !button.disabled) tops.add(Math.round(scrollY + button.getBoundingClientRect().y));"
        "  requestAnimationFrame(look); }; look()"
    )
    for at in (0, 10):
        there.page.locator(SCENE).select_option(str(at))
        there.page.locator(".scene h2", has_text=SCENES[at].title).wait_for()
        there.page.evaluate("tops.clear()")
        there.page.get_by_role("button", name="Start again").click()
        there.page.locator('.facts:not(:has-text("—"))').first.wait_for()
        assert len(there.page.evaluate("[...tops]")) == 1, SCENES[at].title


def test_pictures_that_are_not_shown_are_not_drawn(visit: Callable[..., Opened]) -> None:
    """As in a notebook's cell that is folded away: the training goes on, and they are there when it is opened."""
    there = visit("studio-moons", html, ready=READY)
    there.page.evaluate("document.querySelector('.studio').parentElement.style.display = 'none'")
    there.page.keyboard.press("e")
    there.page.locator('[data-fact="epoch"] dd:text-is("1")').wait_for(state="attached")
    there.page.evaluate("document.querySelector('.studio').parentElement.style.display = ''")
    there.until("document.querySelector('.plane canvas').width > 100")
    assert there.complaints == []


def test_a_claim_does_not_hold_of_another_network(visit: Callable[..., Opened]) -> None:
    there = visit("studio-moons", html, ready=READY)
    there.page.locator(SCENE).select_option("0")
    there.page.get_by_role("button", name="Add a layer").click()
    there.page.locator(".result button").click()
    there.page.locator(".result [data-holds=false]").wait_for()
    assert "does not hold" in there.text(".result [role=status]")


def attempt(there: Opened, scene: Scene, act: Callable[[], object]) -> tuple[float, float]:
    """What a scene measures as it begins, and after what is tried."""
    there.page.locator(SCENE).select_option(str(SCENES.index(scene)))
    there.page.locator(".scene h2", has_text=scene.title).wait_for()
    values = [""]
    for tries in (lambda: None, act):
        tries()
        there.page.locator(".result button").click()
        new = f'.result [data-holds]:not([data-value=""], [data-value="{values[-1]}"])'
        values.append(there.page.locator(new).get_attribute("data-value") or "")
    return float(values[1]), float(values[2])


def test_a_step_size_goes_to_both_runs_of_a_scene_and_what_they_differ_in_to_the_first(
    visit: Callable[..., Opened],
) -> None:
    there = visit("studio-moons", html, ready=READY)
    by_title = {scene.title: scene for scene in SCENES}
    rate = there.page.get_by_label("Step size η")
    before, after = attempt(there, by_title["Updating too early"], lambda: rate.fill("-1.3"))
    assert before / after == pytest.approx(100, rel=0.05)
    assert there.text(".both-facts .note") == "Updated too early: no in run 1, yes in run 2."

    optimizer = there.page.get_by_label("Optimiser, run 1")
    before, after = attempt(there, by_title["Momentum in a valley"], lambda: optimizer.select_option("sgd"))
    assert (before < 0.5, after) == (True, 1)
    assert "Both runs are the same." in there.text(".both-facts .note")
    optimizer.select_option("momentum(beta=0.9)")
    assert there.text(".both-facts .note") == "Optimiser: momentum(beta=0.9) in run 1, sgd in run 2."

    there.page.get_by_role("button", name="run 2", exact=True).click()
    rate.fill("-2")
    assert "Step size η: 0.02 in run 1, 0.01 in run 2" in there.text(".both-facts .note")
    assert there.complaints == []


def test_beside_a_second_run_of_one_s_own_choices_go_to_the_first(visit: Callable[..., Opened]) -> None:
    there = visit("studio-moons", html, ready=READY)
    there.page.get_by_role("button", name="Compare").click()
    assert there.text(".both-facts .note") == "Both runs are the same. Choices go to run 1: change something."
    there.page.locator(".choices").get_by_label("Batch").select_option("16")
    assert there.text(".both-facts .note") == "Batch: 16 points in run 1, 8 points in run 2."
    there.page.get_by_role("button", name="both runs").click()
    there.page.get_by_label("Activation of layer 1").select_option("relu")
    assert there.text(".both-facts .note") == "Batch: 16 points in run 1, 8 points in run 2."
    there.page.get_by_role("button", name="End comparing").click()
    assert there.page.locator(".aim").count() == 0


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


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_a_step_is_explained_in_nearly_the_whole_window(visit: Callable[..., Opened], width: int, height: int) -> None:
    there = visit("studio-moons", html, ready=READY, width=width, height=height)
    there.page.get_by_role("button", name="Explain a step").click()
    there.page.locator(".explained .now-card").wait_for()
    there.page.keyboard.press("ArrowRight")
    there.page.locator('.explained .now-card[data-step="Z:1"]').wait_for()
    dialog, equation, steer = (
        there.page.locator(f".explained{within}").bounding_box() for within in ("", " .fit", " .hand")
    )
    assert dialog["width"] > 0.9 * width
    for part in (equation, steer):
        for start, length in (("x", "width"), ("y", "height")):
            assert dialog[start] < part[start]
            assert part[start] + part[length] < dialog[start] + dialog[length]


def test_a_step_is_taken_phase_by_phase(visit: Callable[..., Opened]) -> None:
    """Every phase of the next step is shown on the page, with its equation; the last of them takes the step."""
    there = visit("studio-moons", html, ready=READY)
    there.page.set_default_timeout(20_000)
    phase = there.page.locator(".phase")
    seen = []
    there.page.get_by_role("button", name="One phase").click()
    for _ in range(18):
        phase.wait_for()
        seen.append(phase.get_attribute("data-step"))
        assert phase.locator("math, .matrix").count(), seen
        if seen[-1].startswith("update"):
            break
        assert fact(there, "step") == "0"
        there.page.keyboard.press("p") if len(seen) % 2 else phase.get_by_role("button", name="Next phase").click()
        there.page.locator(f'.phase:not([data-step="{seen[-1]}"])').wait_for()
    assert (seen[0], seen[1], seen[-2], seen[-1]) == ("input:0", "Z:1", "dL_dW:1", "update:3")
    assert len(set(seen)) == len(seen) == 5 * 3 + 3
    there.page.locator('[data-fact="step"] dd:text-is("1")').wait_for()
    phase.get_by_role("button", name="The next step").click()
    there.page.locator('.phase[data-step="input:0"]').wait_for()
    assert "Step 2, phase 1" in phase.inner_text()
    there.page.get_by_role("button", name="One epoch").click()
    phase.wait_for(state="detached")  # the training went on without it
    there.page.get_by_role("button", name="Explain a step").click()
    there.page.locator(".explained .now-card").wait_for()
    there.page.keyboard.press("ArrowRight")
    there.page.locator('.explained .now-card[data-step="Z:1"]').wait_for()
    assert there.complaints == []
