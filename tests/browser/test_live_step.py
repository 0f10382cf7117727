"""A step in a reader's hands: what is dragged, typed, chosen, taken and taken back, beside Python's own page of that step."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clearprop.explanation import Trace
from clearprop.explanation.findings.step import Asked
from clearprop.explanation.page.html import step_as_html
from clearprop.explanation.page.live import after_step, asked_of, step_document
from clearprop.explanation.page.live_step import given_of

from .conftest import Opened, batch, chain, moons, normalised, wide
from .test_products import learnt

Open = Callable[..., Opened]
CLOSE, DIFFERENCED = 1e-12, 1e-6
"""Numbers, and those that a check divides by a small step."""
NUMBERS = """async () => {
await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
return [...document.querySelectorAll('main :is(section, .stage, dl)')].map(part => [
  part.id || part.className,
  [...part.querySelectorAll('[data-value]')].map(one => Number(one.dataset.value.replace('inf', 'Infinity'))),
])}"""
MAKERS: dict[str, Callable[..., Trace]] = {"moons": moons, "batch": batch, "chain": chain, "learnt": learnt}


def given(trace: Trace) -> dict[str, Any]:
    """What the page begins with."""
    assert isinstance(trace.asked, Asked)
    found: dict[str, Any] = json.loads(json.dumps(given_of(trace.asked, 64)))
    return found


def numbers(there: Opened) -> dict[str, list[float]]:
    """Every number that the page shows, by phase of the walk and part of the page."""
    there.page.evaluate("document.activeElement.blur()")
    there.page.keyboard.press("Home")
    found = {}
    for _ in range(int(there.text(".place").split("/")[1])):
        found |= {f"{there.step()} {part}": values for part, values in there.page.evaluate(NUMBERS) if part != "hand"}
        there.page.keyboard.press("ArrowRight")
    return found


def agree(visit: Open, there: Opened, asked: dict[str, Any], name: str) -> None:
    """The page with Python's document of this step shows the same numbers in the same places."""
    page = step_as_html(step_document(asked), [], live={"step": asked})
    shown, beside = numbers(there), numbers(visit(name, page))
    assert list(shown) == list(beside)
    for place, values in beside.items():
        close = DIFFERENCED if place.endswith("check") else CLOSE
        np.testing.assert_allclose(shown[place], values, rtol=close, atol=close, err_msg=place)
    assert there.complaints == []


def to(there: Opened, step: str) -> None:
    there.page.evaluate("document.activeElement.blur()")
    there.page.keyboard.press("Home")
    for _ in range(40):
        if there.step() == step:
            return
        there.page.keyboard.press("ArrowRight")
    raise AssertionError(f"no step {step}")


def drag(there: Opened, handle: str, by: int, *, shift: bool = False) -> float:
    """Drags the first number of this handle so many pixels to the right; gives what it is then."""
    element = there.page.locator(f'.side [data-handle="{handle}"]').first
    box, mouse = element.bounding_box(), there.page.mouse
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    if shift:
        there.page.keyboard.down("Shift")
    for part in range(1, 5):
        mouse.move(x + by * part / 4, y)
    mouse.up()
    if shift:
        there.page.keyboard.up("Shift")
    return float(element.get_attribute("aria-valuenow"))


@pytest.mark.parametrize("name", MAKERS)
def test_a_weight_that_is_dragged_moves_every_number_to_python_s(visit: Open, name: str) -> None:
    trace = MAKERS[name]()
    asked = given(trace)
    there = visit(f"live-{name}", trace.html())
    to(there, "Z:1")
    before = asked["parameters"][0]
    now = drag(there, "W:1:0:0", 40)
    assert now == pytest.approx(before + 0.4 * max(abs(before), 1), rel=1e-9)
    asked["parameters"][0] = now
    asked.pop("seed", None)
    agree(visit, there, asked, f"live-{name}-dragged")


def test_every_kind_of_number_is_a_handle_by_mouse_keyboard_and_typing(visit: Open) -> None:
    trace = moons()
    asked = given(trace)
    there = visit("live-kinds", trace.html())
    page = there.page
    to(there, "input:0")
    asked["X"][0][1] = drag(there, "X:1", -60)
    to(there, "Z:2")
    asked["parameters"][9 + 6 + 1] = drag(there, "W0:2:1", 25, shift=True)
    to(there, "loss:2")
    target = page.locator('.side [data-handle="Y:0"]')
    target.focus()
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("ArrowUp")
    target.focus()
    page.keyboard.press("ArrowDown")
    asked["Y"][0][0] = float(target.get_attribute("aria-valuenow"))
    assert asked["Y"][0][0] == pytest.approx(0.01)
    asked["Y"][0][1] = 1 - asked["Y"][0][0]  # a distribution's other entries give way
    to(there, "Z:1")
    page.locator('.stage [data-handle="W:1:1:2"]').focus()
    page.keyboard.press("Enter")
    page.keyboard.type("-0.625")
    page.keyboard.press("Enter")
    asked["parameters"][5] = -0.625
    del asked["point"]
    agree(visit, there, asked, "live-kinds-moved")


@pytest.mark.parametrize("name", ["moons", "batch"])
def test_three_steps_are_python_s_and_undo_gives_the_first_document_back(visit: Open, name: str) -> None:
    trace = MAKERS[name]()
    asked = given(trace)
    there = visit(f"live-steps-{name}", trace.html())
    first = numbers(there)
    for t in range(asked["t"], asked["t"] + 3):
        there.page.get_by_role("button", name=f"Take step {t}", exact=True).click()
        asked |= after_step(asked) | {"t": t + 1}
    weight = trace.entries[0]  # the one that the page is about stays the one that the first step depended on most
    agree(visit, there, asked | {"entries": [[weight.l, *weight.indices]]}, f"live-steps-{name}-taken")
    for _ in range(3):
        there.page.get_by_role("button", name="Undo").click()
    assert numbers(there) == first
    assert there.page.get_by_role("button", name="Undo").is_disabled()


def test_parts_and_widths_are_chosen_and_what_does_not_fit_is_refused_in_python_s_words(visit: Open) -> None:
    trace = moons()
    there = visit("live-parts", trace.html())
    page = there.page
    page.get_by_role("button", name="Parts").click()
    page.get_by_role("combobox", name="Activation of layer 1").select_option(label="relu")
    page.get_by_role("combobox", name="Optimiser").select_option(label="adam")
    asked = given(trace) | {"activations": ["relu", "softmax"], "optimizer": str(asked_of(given(trace)).optimizer)}
    asked["optimizer"] = page.get_by_role("combobox", name="Optimiser").input_value()
    agree(visit, there, asked, "live-parts-chosen")
    shown = numbers(there)
    page.get_by_role("combobox", name="Loss").select_option(label="hinge")
    refused = there.text(".hand [role=alert]")
    with pytest.raises(ValueError, match=re.escape(refused.partition(";")[0][:40])):
        step_document(asked | {"loss": "hinge"})
    assert numbers(there) == shown
    page.get_by_role("spinbutton", name="Units of layer 1").fill("5")
    page.get_by_role("spinbutton", name="Units of layer 1").press("Tab")
    assert "2 – 5 – 2" in there.text(".masthead .sub")
    page.get_by_role("button", name="One layer more").click()
    assert "2 – 5 – 5 – 2" in there.text(".masthead .sub")
    page.get_by_role("button", name="Reset").click()
    assert "2 – 3 – 2" in there.text(".masthead .sub")
    assert there.complaints == []


def test_what_cannot_be_held_stands_still_and_says_why(visit: Open) -> None:
    for make, why in ((wide, "79510 parameters"), (normalised, "normalised")):
        trace = make()
        there = visit(f"still-{make.__name__}", trace.html())
        assert "The page stands still" in there.text(".foot")
        assert why in there.text(".foot")
        assert there.page.locator(".hand, .handle").count() == 0
        with pytest.raises(ValueError, match=why):
            trace.html(live=True)


def test_the_policy_names_both_scripts_and_allows_nothing_else() -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', moons().html())
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert len(re.findall(r"script-src ('sha256-[^']+' ?){2};", policy[1] + ";")) == 1
    assert "unsafe" not in policy[1]
    assert "var clearpropLive" not in moons().html(live=False)
    assert "var clearpropLive" not in replace(moons(), asked=None).html()


def test_weights_and_inputs_are_moved_in_the_drawing_too_and_a_click_still_picks(visit: Open) -> None:
    trace = moons()
    asked = given(trace)
    there = visit("live-drawing", trace.html())
    there.page.get_by_role("button", name="Neurons", exact=True).click()
    unit = there.page.locator('.neurons [data-handle="X:0"]')
    unit.click()
    assert there.page.locator(".answer").get_attribute("data-asked") == "x₁"
    there.page.get_by_role("button", name="Back to the step").click()
    box = unit.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    there.page.mouse.move(x, y)
    there.page.mouse.down()
    there.page.mouse.move(x + 10, y)
    there.page.mouse.move(x + 20, y)
    there.page.mouse.up()
    assert there.page.locator('.neurons [data-handle="W:1:0:0"]').count() == 1
    assert there.page.locator(".answer").count() == 0
    asked["X"][0][0] = float(there.page.get_by_label("x₁, its value").input_value())
    assert asked["X"][0][0] == pytest.approx(0.61)
    there.page.get_by_role("button", name="Units", exact=True).click()
    del asked["point"]
    agree(visit, there, asked, "live-drawing-moved")
    assert there.complaints == []
