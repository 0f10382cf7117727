"""The page of a recorded training in a browser: it is played over time, and explains its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import Replay

from .conftest import Opened

Open = Callable[..., Opened]


def small() -> Replay:
    net = cp.Network((2, 4, 1), ("tanh", "sigmoid"), seed=1)
    X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    run = cp.train(net, X, Y, loss="nll", eta=0.5, batch_size=4, epochs=500, record=12, progress=False)
    return cp.replay(run)


def large() -> Replay:
    rng = np.random.default_rng(0)
    net = cp.Network((64, 32, 10), ("relu", "softmax"), seed=1)
    X, Y = rng.random((40, 64)), rng.integers(0, 10, 40)
    run = cp.train(net, X, Y, loss="nllm", eta=0.01, batch_size=10, epochs=10, record=8, progress=False)
    return cp.replay(run)


@pytest.mark.parametrize("make", [small, large], ids=["small", "large"])
@pytest.mark.parametrize("width", [360, 1200])
def test_it_is_played_without_a_complaint_or_a_request(visit: Open, make: Any, width: int) -> None:
    there = visit(f"training-{make.__name__}", lambda: make().html(), width=width)
    steps = len(make().steps)
    there.page.keyboard.press("Home")
    for _ in range(steps):
        there.page.keyboard.press("ArrowRight")
    assert there.page.locator("#training .place").inner_text() == f"{steps} / {steps}"
    assert there.page.evaluate("document.documentElement.scrollWidth") <= width
    assert there.complaints == []


def test_each_step_shows_its_loss_and_its_norms(visit: Open) -> None:
    there, document = visit("training-small", lambda: small().html()), small().to_dict()
    there.page.keyboard.press("Home")
    for step in document["steps"]:
        assert there.page.locator(".facts").first.inner_text().split()[1] == str(step["t"])
        shown = there.page.locator("#layers td[data-value]").evaluate_all(
            "all => all.map(one => Number(one.dataset.value))"
        )
        assert shown == [number for layer in step["layers"] for number in (layer["W"], layer["dL_dW"])]
        there.page.keyboard.press("ArrowRight")


def test_weights_and_gradients_are_drawn_neuron_by_neuron_where_there_are_few(visit: Open) -> None:
    page = visit("training-small", lambda: small().html()).page
    assert page.locator("#training .weight").count() == 2 * 4 + 4
    page.get_by_role("button", name="gradients", exact=True).click()
    assert page.locator("#training .weight.backward").count() == 2 * 4 + 4
    assert visit("training-large", lambda: large().html()).page.locator("#training .picture").count() == 2


def test_the_step_that_is_looked_at_is_explained(visit: Open) -> None:
    page = visit("training-small", lambda: small().html()).page
    page.keyboard.press("Home")
    page.get_by_role("heading", name="Step 1, explained").wait_for()
    assert page.locator("#chain .factor").count() > 3


def sick() -> Replay:
    net = cp.Network((2, *[5] * 9, 1), ("sigmoid",) * 10, init="glorot_normal", seed=0)
    X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    return cp.replay(cp.train(net, X, Y, loss="nll", eta=0.5, steps=50, batch_size=2, record=5, progress=False))


def test_what_is_wrong_is_told_in_the_words_of_the_step(visit: Open) -> None:
    there, document = visit("training-sick", lambda: sick().html()), sick().to_dict()
    told = there.page.locator("#warnings .lint").evaluate_all(
        "all => all.map(one => [one.dataset.code, one.innerText])"
    )
    assert [code for code, _ in told] == [lint["code"] for lint in document["lints"]]
    assert "vanishing gradient" in dict(told)
    for (_, text), lint in zip(told, document["lints"], strict=True):
        assert lint["severity"] in text.lower()
        assert f"{lint['message']}; {lint['when']}." in text
    there.page.keyboard.press("Home")
    there.page.get_by_role("heading", name="Step 1, explained").wait_for()
    assert there.page.locator('#health .lint[data-code="vanishing gradient"]').count() == 1
