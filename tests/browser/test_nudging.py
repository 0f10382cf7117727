"""Nudges and the valley in the reader's hands: by mouse, by touch and by keyboard, beside what Python measures."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation.page.live import nudge_document, step_document, step_valley

from .conftest import Opened, batch, moons
from .test_live_step import given, to
from .test_stage import SEEN, SIZES

Open = Callable[..., Opened]
READ = "all => all.map(one => Number(one.dataset.value.replace('inf', 'Infinity')))"
POINTS = "line => [...line.points].map(({ x, y }) => [x, y])"
ENDS = "line => ['x1', 'y1', 'x2', 'y2'].map(name => line[name].baseVal.value)"
OUTSIDE = """panel => [...panel.querySelectorAll('button, input, select')]
    .filter(one => one.getBoundingClientRect().right > panel.getBoundingClientRect().right)
    .map(one => one.ariaLabel ?? one.textContent)"""


def begin(there: Opened, handle: str | None = None) -> None:
    there.page.get_by_role("button", name="Nudge", exact=True).click()
    if handle:
        there.page.locator(handle).first.scroll_into_view_if_needed()


def told(there: Opened) -> dict[str, Any]:
    """What the panel of nudges has: its rows of numbers and its sentences."""
    panel = there.page.locator(".nudging")
    rows = panel.locator("tbody tr")
    return {
        "nudges": panel.locator("li[data-nudge]").evaluate_all("all => all.map(one => one.dataset.nudge)"),
        "rows": [rows.nth(at).locator("[data-value]").evaluate_all(READ) for at in range(rows.count())],
        "says": panel.locator(".says p").all_inner_texts(),
    }


def agree(there: Opened, base: dict[str, Any], now: dict[str, Any]) -> None:
    python, shown = nudge_document({"base": base, "now": now}), told(there)
    assert shown["nudges"] == [each["symbol"]["plain"] for each in python["nudges"]]
    for row, name in zip(shown["rows"], ("measured", "estimate", "gap"), strict=True):
        assert row == pytest.approx([each[name] for each in python["shares"]], rel=1e-9, abs=1e-14)
    assert shown["says"] == python["says"]
    reached = there.page.locator(".diagram .flow.forward.tinted").evaluate_all(
        "all => all.map(one => one.dataset.step)"
    )
    assert {each.replace("input:0", "A:0") for each in reached if not each.startswith("loss")} >= set(
        python["reached"]
    ) - {f"A:{len(base['widths']) - 1}"}
    assert there.complaints == []


def middle(there: Opened, handle: str) -> tuple[float, float]:
    box = there.page.locator(handle).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_an_input_is_nudged_by_mouse_in_the_drawing_and_what_changes_is_tinted(visit: Open) -> None:
    base = given(moons())
    there = visit("nudging", lambda: moons().html())
    begin(there)
    assert "Move any weight" in there.text(".nudging")
    assert there.page.locator(".tinted").count() == 0
    x, y = middle(there, '.diagram [data-handle="X:0"]')
    mouse = there.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 12, y)
    mouse.move(x + 25, y)
    mouse.up()
    now = copy.deepcopy(base)
    now["X"][0][0] = 0.66
    agree(there, base, now)
    whole, half, quarter = told(there)["rows"][2]
    there.page.get_by_role("button", name="Halve it").click()
    assert told(there)["rows"][2][:2] == pytest.approx([half, quarter], rel=1e-9)
    assert half / whole == pytest.approx(0.25, abs=0.1)
    there.page.get_by_role("button", name="Take it back").click()
    assert "Move any weight" in there.text(".nudging")


def test_an_input_is_nudged_by_touch(visit: Open) -> None:
    base = given(moons())
    there = visit("nudging", lambda: moons().html(), width=390, height=844, has_touch=True)
    begin(there, '.side [data-handle="X:1"]')
    x, y = middle(there, '.side [data-handle="X:1"]')
    touch = there.page.context.new_cdp_session(there.page)
    for kind, at in (("touchStart", [x]), ("touchMove", [x + 5]), ("touchMove", [x + 10]), ("touchEnd", [])):
        points = [{"x": each, "y": y} for each in at]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    now = copy.deepcopy(base)
    now["X"][0][1] = float(there.page.get_by_label("x₂, its value").input_value())
    assert now["X"][0][1] == pytest.approx(-1.2 + 10 * 0.01 * 1.2)
    agree(there, base, now)


def test_there_is_nothing_to_undo_before_something_is_moved(visit: Open) -> None:
    page = visit("nudging", lambda: moons().html()).page
    nudge, undo, reset = (page.get_by_role("button", name=name, exact=True) for name in ("Nudge", "Undo", "Reset"))
    for pressed in ("true", "false", "true"):
        nudge.click()
        page.locator(f'.hand [aria-pressed="{pressed}"]').wait_for()
        assert undo.is_disabled()
        assert reset.is_disabled()
    page.locator("#typed").fill("0.3")
    page.keyboard.press("Enter")
    assert undo.is_enabled()


def test_any_number_is_chosen_and_nudged_by_keyboard_and_several_add_up(visit: Open) -> None:
    base = given(moons())
    there = visit("nudging", lambda: moons().html())
    page = there.page
    begin(there)
    now = copy.deepcopy(base)
    for array, places, index in (("W¹", (1, 2), 5), ("W₀²", (1,), 16)):
        page.get_by_label("Number of").select_option(label=array)
        for label, place in zip(("Input number", "Unit number")[-len(places) :], places, strict=True):
            page.get_by_label(label).select_option(index=place)
        page.locator("#typed").fill(str(round(now["parameters"][index] + 0.05, 6)))
        page.keyboard.press("Enter")
        now["parameters"][index] = float(page.locator("#typed").input_value())
    agree(there, base, now)
    assert "planar approximation" in there.text(".nudging")
    page.locator('.side [data-handle="X:0"]').focus()
    page.keyboard.press("ArrowUp")
    now["X"][0][0] = 0.51
    agree(there, base, now)
    page.get_by_role("button", name="Undo").click()
    now["X"][0][0] = 0.41
    agree(there, base, now)
    page.get_by_role("button", name="Nudge", exact=True).click()
    assert page.locator(".nudging, .tinted").count() == 0


def test_weights_and_biases_are_nudged_in_the_drawing_of_neurons(visit: Open) -> None:
    base = given(moons())
    there = visit("nudging", lambda: moons().html())
    begin(there)
    there.page.get_by_role("button", name="Neurons", exact=True).click()
    for handle in ("W0:1:1", "W0:2:0"):
        x, y = middle(there, f'.neurons [data-handle="{handle}"]')
        there.page.mouse.move(x, y)
        there.page.mouse.down()
        there.page.mouse.move(x + 6, y)
        there.page.mouse.move(x + 12, y)
        there.page.mouse.up()
    now = copy.deepcopy(base)
    for place in (7, 15):
        now["parameters"][place] += 0.12
    python = nudge_document({"base": base, "now": now})
    assert told(there)["rows"][0] == pytest.approx([each["measured"] for each in python["shares"]], rel=1e-9)
    tints = there.page.locator(".neuron circle.tint").evaluate_all(
        "all => all.map(one => Number(one.style.getPropertyValue('--tint')))"
    )
    assert tints == pytest.approx([each for layer in python["tints"] for each in layer], rel=1e-9, abs=1e-12)


def test_a_kink_speaks_for_itself(visit: Open) -> None:
    net = cp.Network.from_weights([([[1.0]], [0.0]), ([[1.0]], [0.0])], activations=("relu", "identity"))
    there = visit("nudging-kink", lambda: cp.explain(net, [0.25], [1.0], "square", eta=0.1).html())
    begin(there)
    there.page.locator('.side [data-handle="X:0"]').focus()
    for _ in range(5):
        there.page.keyboard.press("ArrowDown")
    assert "over the kink of relu at 0 (f′ = 0 below it, 1 above)" in there.text(".nudging")


def test_the_step_is_dragged_through_its_valley_and_the_best_step_size_is_taken(visit: Open) -> None:
    asked = given(batch())
    there = visit("valley", lambda: batch().html())
    page = there.page
    page.get_by_role("button", name="Valley").click()

    def shown() -> list[float]:
        found: list[float] = page.locator(".valley b[data-value]").evaluate_all(READ)
        return found

    python = step_valley(asked)
    assert shown() == pytest.approx([python["eta"], python["loss"], python["start"]], rel=1e-12)
    assert page.locator(".valley .says p").all_inner_texts() == python["says"]
    box = page.locator(".curve-of-eta").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 60)
    page.mouse.move(box["x"] + 200, box["y"] + 60)
    page.mouse.up()
    eta = shown()[0]
    assert eta > 0.15
    update = step_document(asked | {"eta": eta})["update"]
    assert shown() == pytest.approx([eta, update["loss_after"], update["loss_before"]], rel=1e-10)
    page.locator(".curve-of-eta").focus()
    page.keyboard.press("ArrowLeft")
    assert shown()[0] < eta
    page.get_by_role("button", name="Go to").click()
    best = step_valley(asked)["best_loss"]
    assert shown()[1] == pytest.approx(best, rel=1e-3)
    assert there.complaints == []


def test_the_tangent_has_the_slope_of_the_curve_to_its_end(visit: Open) -> None:
    """Pixels of the curve's points and of the line's ends, beside what Python measures."""
    there, python = visit("valley-moons", lambda: moons().html()), step_valley(given(moons()))
    there.page.get_by_role("button", name="Valley").click()
    curve = np.array(there.page.locator(".valley .curve").evaluate(POINTS))
    x1, y1, x2, y2 = there.page.locator(".valley .tangent").evaluate(ENDS)
    across = np.ptp(curve[:, 0]) / np.ptp(python["etas"])
    up = (curve[0, 1] - curve[-1, 1]) / (python["losses"][-1] - python["losses"][0])
    assert (y1 - y2) / (x2 - x1) == pytest.approx(python["slope"] * up / across, rel=1e-6)
    assert np.hypot(x2 - x1, y2 - y1) > 100  # as far as the drawing goes


@pytest.mark.parametrize("name", ["moons", "batch"])
def test_the_controls_stay_within_their_panel(visit: Open, name: str) -> None:
    made = {"moons": moons, "batch": batch}[name]
    there = visit(f"panel-{name}", lambda: made().html(), width=1366, height=768)
    number = there.page.locator(".hand").get_by_label("Number of")
    there.page.get_by_role("button", name="Parts", exact=True).click()
    for array in range(number.locator("option").count()):
        number.select_option(index=array)
        assert there.page.locator(".hand").evaluate(OUTSIDE) == []


@pytest.mark.parametrize("size", SIZES)
def test_the_equation_stays_in_view_while_numbers_are_nudged(visit: Open, size: str) -> None:
    width, height = SIZES[size]
    there = visit("nudging", lambda: moons().html(), width=width, height=height)
    begin(there)
    there.page.locator('.side [data-handle="X:0"]').focus()
    there.page.keyboard.press("ArrowUp")
    there.page.evaluate("scrollTo(0, 0)")
    for step in ("input:0", "Z:1", "dL_dZ:1", "dL_dW:1"):
        to(there, step)
        seen = there.page.locator("#stage").evaluate(SEEN)
        assert not seen["cut"], (step, json.dumps(seen))
