"""Parts of one's own that give something of another shape or kind: training says which part, and what it must give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import clearprop as cp

X = np.random.default_rng(0).normal(size=(20, 3))
Y = np.sin(X[:, :2])


class OneEta(cp.Schedule):
    name = "one_eta"

    def eta(self, t: Any) -> Any:
        return 0.1


class Negative(cp.Schedule):
    name = "negative_eta"

    def eta(self, t: Any) -> Any:
        return 0.2 - 0.1 * t


class SaysTrue(cp.Stop):
    name = "says_true"

    def watch(self) -> Any:
        return lambda report: True


class Lists(cp.Sampling):
    name = "lists"

    def draw(self, n: int, b: int, rng: Any) -> Any:
        return [list(range(b))]


def each_number(A: Any, Y: Any) -> Any:
    return A - Y


class Turned(cp.Initializer):
    name = "turned"

    def W(self, m: int, n: int, rng: Any) -> Any:
        return rng.normal(size=(n, m))

    def W0(self, m: int, n: int, rng: Any) -> Any:
        return np.zeros(n)


def trained(init: Any = "gaussian", **choices: Any) -> cp.Run:
    net = cp.Network((3, 8, 2), ("tanh", "identity"), init=init)
    return cp.train(net, X, Y, **{"loss": "square", "epochs": 5, "batch_size": 10, "progress": False} | choices)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"eta": OneEta()}, r"schedule 'one_eta': eta\(t\) must have shape .*, a step size for each t; it has shape \(\)"),
    ({"eta": Negative(), "steps": 2, "epochs": None}, ""),
    ({"eta": Negative()}, "schedule 'negative_eta': a step size is a finite number, 0 or more"),
    ({"stop": SaysTrue()}, "stop 'says_true': a watch gives None, or a text with the reason; it gave True"),
    ({"sampling": Lists()}, "sampling 'lists' must draw arrays .k, b. of row numbers from 0 to 19; given .0, 1,"),
    ({"init": Turned()}, r"initializer 'turned': W must have shape \(3, 8\), those of layer 1; it has shape \(8, 3\)"),
    ({"metrics": each_number}, r"must give one number for all points; it gave an array of shape \(20, 2\)"),
]


@pytest.mark.parametrize(("choices", "words"), WRONG, ids=[f"{[*given]} {words[:30]}" for given, words in WRONG])
def test_what_a_part_must_give_is_said(choices: dict[str, Any], words: str) -> None:
    if not words:
        trained(**choices)
        return
    with pytest.raises((ValueError, TypeError), match=words):
        trained(**choices)


def test_a_trainer_says_the_same() -> None:
    net = cp.Network((3, 2), ("identity",))
    with pytest.raises(ValueError, match="schedule 'one_eta'"):
        cp.Trainer(net, loss="square", eta=OneEta()).step(X, Y)
    with pytest.raises(TypeError, match="stop 'says_true'"):
        cp.Trainer(net, loss="square").until(SaysTrue(), [(X, Y)], report_every=1)
    with pytest.raises(ValueError, match="schedule 'one_eta'"):
        cp.Population(net, 5, loss="square", eta=OneEta()).step(X, Y)
