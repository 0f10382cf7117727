"""BatchNorm: its values, its link back through mean and variance, and its step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..course import BatchNorm
from ..diagnosis import Diagnosis, diagnose
from ..formulas.catalogue import Array
from ..formulas.normalizations import BatchNorm as BatchNormPart
from ..network import Network
from .criterion import CRITERIA, Answers, Criterion, Given, Slip, draw
from .script import Steps

UNITS, POINTS = 3, 5


class _OfBatchNorm(Criterion):
    def given(self, rng: np.random.Generator) -> dict[str, Array]:
        shapes = {"A": (UNITS, POINTS), "dLdZ": (UNITS, POINTS), "G": (UNITS, 1), "B": (UNITS, 1)}
        return {name: draw(rng, *shape) for name, shape in shapes.items()}

    def _made(self, given: Given) -> Steps:
        steps = Steps()
        steps.make("norm", "BatchNorm", UNITS)
        steps.set("norm", G=given["G"], B=given["B"])
        return steps


def _values(given: Given, **options: Any) -> dict[str, Array]:
    A, ddof, root = given["A"], options.get("ddof", 0), options.get("root", True)
    variance = A.var(axis=1, keepdims=True, ddof=ddof)
    norm = (A - A.mean(axis=1, keepdims=True)) / (np.sqrt(variance) if root else variance)
    return {"Z": options.get("G", given["G"]) * norm + options.get("B", given["B"])}


@CRITERIA.add
class BatchNormForward(_OfBatchNorm):
    """G ∗ norm + B."""

    name = "BatchNorm.forward"
    about = "BatchNorm.forward(A) returns G ∗ norm + B, each row over the points."
    rule = "norm = (A − mean)/√variance over the points, Z = G ∗ norm + B"
    slips = (
        Slip(
            "moments_over_units",
            "Mean and variance go over the units.",
            "mean and variance over axis 0",
            "Each unit has a mean over the points, axis 1.",
            lambda g: {"Z": g["G"] * (g["A"] - g["A"].mean(axis=0)) / g["A"].std(axis=0) + g["B"]},
        ),
        Slip(
            "variance_without_root",
            "It is divided by the variance.",
            "norm = (A − mean)/variance",
            "Divide by the standard deviation, the root of the variance.",
            lambda g: _values(g, root=False),
        ),
        Slip(
            "variance_of_sample",
            "The variance is divided by n − 1.",
            "variance = Σ (a − mean)²/(n − 1)",
            "Batch norm takes the mean of the squares, over n.",
            lambda g: _values(g, ddof=1),
        ),
        Slip("gain_missing", "G is missing.", "Z = norm + B", "G scales each unit again.", lambda g: _values(g, G=1.0)),
        Slip(
            "shift_missing", "B is missing.", "Z = G ∗ norm", "B shifts each unit again.", lambda g: _values(g, B=0.0)
        ),
    )

    def script(self, given: Given) -> Steps:
        steps = self._made(given)
        steps.call("norm", "forward", given["A"], to="Z", give=True)
        return steps


def _backward(given: Given) -> Array:
    module = _reference(given)
    module.forward(given["A"])
    return module.backward(given["dLdZ"])


@CRITERIA.add
class BatchNormBackward(_OfBatchNorm):
    """The derivative by the input, and by G and B."""

    name = "BatchNorm.backward"
    about = "BatchNorm.backward(dLdZ) returns dLdA, and stores dLdB and dLdG."
    rule = "dLdA through norm, mean and variance; dLdB = Σ dLdZ, dLdG = Σ dLdZ ∗ norm, over the points"

    def script(self, given: Given) -> Steps:
        steps = self._made(given)
        steps.call("norm", "forward", given["A"], to="Z")
        steps.call("norm", "backward", given["dLdZ"], to="dLdA", give=True)
        steps.get("norm", "dLdB")
        steps.get("norm", "dLdG")
        return steps

    slips = (
        Slip(
            "gain_gradient_from_input",
            "The input was taken where norm belongs.",
            "dLdG = Σ dLdZ ∗ A",
            "G is multiplied with norm.",
            lambda g: {"dLdG": (g["dLdZ"] * g["A"]).sum(axis=1, keepdims=True)},
        ),
        Slip(
            "gain_gradient_without_norm",
            "norm is missing.",
            "dLdG = Σ dLdZ",
            "G is multiplied with norm, so norm is its derivative.",
            lambda g: {"dLdG": g["dLdZ"].sum(axis=1, keepdims=True)},
        ),
        Slip(
            "bias_not_summed",
            "It is not summed over the points.",
            "dLdB = dLdZ",
            "One B serves all points: the gradient is the sum of theirs.",
            lambda g: {"dLdB": g["dLdZ"]},
        ),
        Slip(
            "variance_for_deviation",
            "It is divided by the variance, and not by its root.",
            "dLdA = (...) / σ²",
            "norm = (A − μ) / √(σ² + ε), so 1/√(σ² + ε) is a factor of its derivative.",
            lambda g: {"dLdA": _backward(g) / np.sqrt(g["A"].var(axis=1, keepdims=True))},
        ),
    )

    def diagnosis(self, given: Given, answers: Answers) -> Diagnosis | None:
        if "dLdA" not in answers:
            return None
        part = BatchNormPart(epsilon=1e-20)
        net = Network((UNITS, UNITS), ("identity",), init=[(np.eye(UNITS), np.zeros(UNITS))], normalization=[part])
        net.gain[1], net.shift[1] = given["G"].ravel(), given["B"].ravel()
        module = _reference(given)
        Y = (module.forward(given["A"]) - given["dLdZ"] / 2).T
        return diagnose(net, given["A"].T, Y, loss="square", dL_dA={1: given["dLdZ"].T}, dL_dZ={1: answers["dLdA"].T})


def _moved(factor: float) -> Callable[[Given], dict[str, Array]]:
    """G and B after a step of another factor than −η."""
    return lambda g: {each: g[each] + factor * _gradients(g)[each] for each in ("G", "B")}


@CRITERIA.add
class BatchNormStep(_OfBatchNorm):
    """G and B after a step."""

    name = "BatchNorm.sgd_step"
    about = "BatchNorm.sgd_step(lrate) changes G and B."
    rule = "G ← G − η dLdG, B ← B − η dLdB (7.1)"
    ETA = 0.15
    slips = tuple(
        Slip(
            name,
            about,
            formula,
            "G − η dLdG, B − η dLdB: against the gradient, once.",
            _moved(factor),
        )
        for name, about, formula, factor in (
            ("ascent", "The step goes up the gradient.", "G + η dLdG", ETA),
            ("eta_missing", "The step size is missing.", "G − dLdG", -1.0),
            ("not_updated", "G and B did not change.", "G", 0.0),
        )
    )

    def script(self, given: Given) -> Steps:
        steps = self._made(given)
        gradients = _gradients(given)
        steps.set("norm", dLdG=gradients["G"], dLdB=gradients["B"])
        steps.call("norm", "sgd_step|step", self.ETA)
        steps.get("norm", "G")
        steps.get("norm", "B")
        return steps


def _gradients(given: Given) -> dict[str, Array]:
    return {"G": np.round(given["A"].sum(axis=1, keepdims=True), 2), "B": given["dLdZ"].sum(axis=1, keepdims=True)}


def _reference(given: Given) -> BatchNorm:
    state = np.random.get_state()  # noqa: NPY002 - the module seeds the global generator
    module = BatchNorm(UNITS)
    np.random.set_state(state)  # noqa: NPY002
    module.G, module.B = given["G"], given["B"]
    return module
