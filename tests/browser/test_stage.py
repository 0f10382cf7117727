"""The stage in a browser: in every phase the equation with its numbers is in view, on a desk, in a notebook and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import Trace

from .conftest import Opened, batch, chain, moons, normalised, wide
from .test_products import learnt
from .test_products import normalised as with_dropout

Open = Callable[..., Opened]
SIZES = {"desk": (1366, 768), "notebook": (760, 760), "phone": (390, 844)}
TALLEST = 0.45
"""The part of the window's height that the drawing may take."""

SEEN = """stage => {
  const box = one => one.getBoundingClientRect();
  const scrubber = box(stage.querySelector('.scrubber')), equation = box(stage.querySelector('.fit'));
  const drawing = box(stage.querySelector('.diagram, .neurons')), card = box(stage.querySelector('.now-card'));
  const beside = card.left >= drawing.right - 1;
  const numbers = [...stage.querySelectorAll('.fit [data-value]')].map(box);
  const bottom = beside ? Math.min(card.bottom, innerHeight) : scrubber.top;
  return {
    beside,
    tall: drawing.height / innerHeight,
    cut: [equation, ...numbers].some(each => each.bottom > bottom + 0.5 || each.top < 0),
    below: equation.bottom - bottom,
    numbers: numbers.length,
    scrubber: scrubber.bottom <= innerHeight + 0.5,
    fixed: getComputedStyle(stage.querySelector('.scrubber')).position,
    scrolled: scrollY,
  };
}"""


def layers(*widths: int, last: str = "softmax", loss: str = "nllm") -> Callable[[], Trace]:
    def make() -> Trace:
        activations = ("tanh", "relu", "sigmoid")[: len(widths) - 2]
        net = cp.Network(widths, (*activations, last), seed=2)
        rng = np.random.default_rng(1)
        y = np.eye(widths[-1])[0] if last == "softmax" else rng.normal(size=widths[-1])
        return cp.explain(net, rng.normal(size=widths[0]), y, loss=loss, eta=0.1)

    return make


def chain_of_four() -> Trace:
    net = cp.Network((1, 1, 1, 1, 1), ("tanh", "relu", "tanh", "sigmoid"), seed=3)
    return cp.explain(net, [0.4], [1], loss="nll", eta=0.5)


NETWORKS: dict[str, Callable[[], Trace]] = {
    "one layer": layers(5, 4),
    "two layers": layers(4, 8, 3),
    "three layers": layers(3, 5, 4, 2, last="identity", loss="square"),
    "four layers": layers(6, 8, 8, 7, 5),
    "chain": chain,
    "chain of four": chain_of_four,
    "moons": moons,
    "batch": batch,
    "wide": wide,
    "normalised": normalised,
    "dropout": with_dropout,
    "learnt": learnt,
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NETWORKS)
def test_the_equation_of_every_phase_is_in_view_without_scrolling(visit: Open, name: str, size: str) -> None:
    width, height = SIZES[size]
    there = visit(f"stage-{name}", lambda: NETWORKS[name]().html(), width=width, height=height)
    steps, found = len(NETWORKS[name]().to_dict()["phases"]) + 1, []
    for _ in range(steps):
        there.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        seen = there.page.locator("#stage").evaluate(SEEN)
        where = f"{there.step()}: {seen}"
        assert seen["tall"] <= TALLEST, where
        assert seen["beside"] == (size == "desk"), where
        assert seen["scrubber"], where
        assert seen["numbers"] > 0, where
        assert seen["scrolled"] == 0, where
        assert (seen["fixed"] == "fixed") == (size == "phone"), where
        if seen["cut"]:
            found.append(f"{there.step()}: {seen['below']:.0f} pixels too low")
        there.page.keyboard.press("ArrowRight")
    assert found == []


HELD = """stage => {
  const drawing = stage.querySelector('.diagram'), hand = stage.querySelector('.hand');
  const numbers = [...stage.querySelectorAll('.change-bars .number')].map(each => each.getBoundingClientRect());
  const bars = [...stage.querySelectorAll('.change-bars rect')].map(each => each.getBoundingClientRect());
  const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return {
    drawn: drawing.scrollWidth - drawing.clientWidth,
    below: Math.max(stage.getBoundingClientRect().bottom, hand.getBoundingClientRect().bottom) - innerHeight,
    hidden: hand.scrollHeight - hand.clientHeight,
    over: numbers.filter(each => bars.some(bar => over(each, bar))).length,
    numbers: numbers.length,
  };
}"""


def small() -> Trace:
    net = cp.Network((2, 3, 2), ("tanh", "softmax"), seed=3)
    return cp.explain(net, [0.41, -1.2], [0, 1], loss="nllm", eta=0.05)


@pytest.mark.parametrize(("width", "height"), [(1100, 760), (1200, 800), (1366, 768)])
def test_the_first_screen_holds_the_drawing_and_the_controls(visit: Open, width: int, height: int) -> None:
    there = visit("stage-small", lambda: small().html(), width=width, height=height, theme="dark")
    there.page.keyboard.press("End")
    there.page.locator(".change-bars").wait_for()
    there.until("document.querySelector('#stage').getBoundingClientRect().bottom <= innerHeight")
    held = there.page.locator("#stage").evaluate(HELD)
    assert held["drawn"] <= 0, held
    assert held["below"] <= 0, held
    assert held["hidden"] <= 1, held
    assert held["numbers"] == 18
    assert held["over"] == 0, held
