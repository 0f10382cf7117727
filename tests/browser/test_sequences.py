"""Random sequences of actions by hand on a real page, replayed in Python: every number at hand is that of Python's own page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation.page.html import step_as_html
from clearprop.explanation.page.live import nudge_document, step_document
from tests.explanation.page.live.acting import Action, Replay, random_actions

from .conftest import Opened
from .test_live_step import NUMBERS, given
from .test_nudging import told

Open = Callable[..., Opened]
DRAWS, LENGTH = 24, 8
PARTS = {
    "activation": ("tanh", "relu", "sigmoid", "softplus", "softmax", "identity"),
    "loss": ("square", "nll", "nllm", "hinge"),
    "optimizer": ("sgd", "adam", "rmsprop"),
}
KINDS: dict[str, type[cp.Part]] = {"activation": cp.Activation, "loss": cp.Loss, "optimizer": cp.Optimizer}


def first_step(draw: int) -> cp.Trace:
    rng = np.random.default_rng([11, draw])
    widths = (2, *rng.integers(1, 4, rng.integers(1, 3)).tolist(), 2)
    hidden = [str(rng.choice(["tanh", "relu", "prelu"])) for _ in widths[2:]]
    net = cp.Network(widths, (*hidden, "softmax"), seed=draw)
    return cp.explain(net, rng.normal(size=(2, 2)), [[1.0, 0.0], [0.0, 1.0]], "nllm", eta=0.1, at=1, check=False)


def by_hand(rng: np.random.Generator, replay: Replay, there: Opened) -> Iterator[Action]:
    """Actions that the page offers as it stands: what it has no button for is left out."""
    for _ in range(LENGTH):
        action = next(iter(random_actions(rng, Replay(replay.now), 1)))
        if action["do"] == "choose":
            kind = str(rng.choice(list(PARTS)))
            action |= {
                "kind": kind,
                "name": str(rng.choice(PARTS[kind])),
                "layer": int(rng.integers(len(replay.now["activations"]))),
            }
            text = str(cp.find(KINDS[kind], action["name"]))
            texts = [text if l == action["layer"] else each for l, each in enumerate(replay.now["activations"])]
            action["chosen"] = {"activations": texts} if kind == "activation" else {kind: text}
            if text in (replay.now["loss"], replay.now["optimizer"]) or texts == replay.now["activations"]:
                continue
        action["arrived"] = True
        nudges = there.page.locator(".nudging li").count()
        offered = {
            "undo": bool(replay.past),
            "reset": bool(replay.past),
            "nudge": replay.base is None or nudges > 0,
            "end nudge": replay.base is not None,
            "halve": nudges > 0,
            "back": nudges > 0,
        }
        if offered.get(action["do"], True):
            yield action


def perform(there: Opened, replay: Replay, action: Action) -> None:
    page, name = there.page, action["do"]
    if name == "move":
        handle = action["handle"]
        array = {"eta": "η", "X": "x", "Y": "y"}.get(handle["kind"])
        l = handle.get("l", 0)
        array = array or {"W": "W", "W0": "W₀", "alpha": "α"}[handle["kind"]] + "⁰¹²³⁴"[l]
        page.get_by_label("Number of").select_option(label=array)
        for side, label in (("i", "Input number"), ("j", "Unit number")):
            if side in handle:
                page.get_by_label(label).select_option(index=handle[side])
        page.locator("#typed").fill(repr(action["value"]))
        page.locator("#typed").press("Enter")
    elif name == "choose":
        parts = page.get_by_role("button", name="Parts")
        if parts.get_attribute("aria-expanded") != "true":
            parts.click()
        label = {"activation": f"Activation of layer {action['layer'] + 1}", "loss": "Loss", "optimizer": "Optimiser"}
        page.get_by_role("combobox", name=label[action["kind"]]).select_option(label=action["name"])
    else:
        names = {
            "step": f"Take step {replay.now['t']}",
            "undo": "Undo",
            "reset": "Reset",
            "halve": "Halve it",
            "back": "Take it back",
        }
        names["nudge"] = "Nudge" if replay.base is None else "Begin here"
        names["end nudge"] = "Nudge"
        page.get_by_role("button", name=names[name], exact=True).click()


@pytest.mark.parametrize("draw", range(DRAWS))
def test_what_was_done_by_hand_is_python_s(visit: Open, draw: int) -> None:
    trace, rng = first_step(draw), np.random.default_rng([12, draw])
    there, replay, done = visit(f"sequence-{draw}", trace.html()), Replay(given(trace)), []
    for action in by_hand(rng, replay, there):
        perform(there, replay, action)
        replay.do(action)
        done.append({name: action[name] for name in action.keys() & {"do", "handle", "value", "chosen"}})
        alarm = there.page.locator(".hand [role=alert]")
        assert (alarm.count() == 1) == (replay.refused is not None), done
    there.page.evaluate("document.activeElement.blur()")
    now = {name: value for name, value in replay.now.items() if value is not None}
    python = visit(f"sequence-{draw}-python", step_as_html(step_document(now), [], live={"step": now}))
    one_question = question(there) == question(python)  # a page keeps the weight that it was asked about at first
    for key in ("Home", "End"):
        shown, beside = (numbers(each, key) for each in (there, python))
        assert shown.keys() == beside.keys(), done
        for part, values in beside.items():
            if part == "one-weight" and not one_question:
                continue
            np.testing.assert_allclose(
                shown[part], values, rtol=1e-9, atol=1e-11, err_msg=f"{part} after {json.dumps(done)}"
            )
    if replay.base is not None:
        nudged = nudge_document({"base": replay.base, "now": replay.now})
        assert told(there)["nudges"] == [each["symbol"]["plain"] for each in nudged["nudges"]], done
    assert there.complaints == []


def question(there: Opened) -> str | None:
    return there.page.locator("#one-weight .paths").get_attribute("data-entry")


def numbers(there: Opened, key: str) -> dict[str, Any]:
    there.page.keyboard.press(key)
    found: dict[str, Any] = {
        part: values for part, values in there.page.evaluate(NUMBERS) if part != "hand" and not part.startswith("stage")
    }
    return found
