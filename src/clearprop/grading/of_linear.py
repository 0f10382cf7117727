"""Linear: forward, backward with its two gradients, and its step."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..diagnosis import Diagnosis, diagnose
from ..formulas.catalogue import Array
from ..network import Network
from .criterion import CRITERIA, Answers, Criterion, Given, Slip, draw
from .script import Steps

M, N, POINTS = 3, 2, 7
"""Inputs, units and points: three different numbers, so that a transpose shows; and no mistake is known that counts 7 times."""


class _OfLinear(Criterion):
    def given(self, rng: np.random.Generator) -> dict[str, Array]:
        return {"A": draw(rng, M, POINTS), "W": draw(rng, M, N), "W0": draw(rng, N, 1), "dLdZ": draw(rng, N, POINTS)}

    def square(self, given: Given) -> dict[str, Array] | None:
        rng = np.random.default_rng([int(abs(value) * 100) for value in given["W"].ravel()])
        return {"A": draw(rng, M, POINTS), "W": draw(rng, M, M), "W0": draw(rng, M, 1), "dLdZ": draw(rng, M, POINTS)}

    def _made(self, given: Given) -> Steps:
        steps = Steps()
        steps.make("linear", "Linear", *given["W"].shape)
        steps.set("linear", W=given["W"], W0=given["W0"])
        return steps


def _z(given: Given) -> Array:
    return given["W"].T @ given["A"]


@CRITERIA.add
class LinearForward(_OfLinear):
    """Z."""

    name = "Linear.forward"
    about = "Linear.forward(A) returns Z."
    rule = "Z = Wᵀ A + W₀ (7.25)"
    slips = (
        Slip(
            "forward_W_transposed",
            "W stands where its transpose belongs.",
            "Z = W A + W₀",
            "W is m × n, with a column for each unit; A has a row for each input.",
            lambda g: {"Z": g["W"] @ g["A"] + g["W0"]},
        ),
        Slip(
            "forward_bias_missing",
            "The bias is missing.",
            "Z = Wᵀ A",
            "Each unit adds its own W₀.",
            lambda g: {"Z": _z(g)},
        ),
        Slip(
            "forward_bias_sign",
            "The bias is subtracted.",
            "Z = Wᵀ A − W₀",
            "z = w · a + w₀.",
            lambda g: {"Z": _z(g) - g["W0"]},
        ),
        Slip(
            "forward_bias_summed",
            "The sum of all biases is added to every unit.",
            "Z = Wᵀ A + Σ W₀",
            "Each unit has a bias of its own, W₀ is n × 1.",
            lambda g: {"Z": _z(g) + g["W0"].sum()},
        ),
        Slip(
            "forward_transposed",
            "The result is transposed: a row for each point.",
            "Zᵀ",
            "Points are columns in this interface.",
            lambda g: {"Z": (_z(g) + g["W0"]).T},
        ),
    )

    def script(self, given: Given) -> Steps:
        steps = self._made(given)
        steps.call("linear", "forward", given["A"], to="Z", give=True)
        return steps


@CRITERIA.add
class LinearBackward(_OfLinear):
    """dL/dA, and dL/dW and dL/dW0, which are kept."""

    name = "Linear.backward"
    about = "Linear.backward(dLdZ) returns dLdA, and stores dLdW and dLdW0, sums over the points."
    rule = "dLdA = W dLdZ (7.26), dLdW = A dLdZᵀ (7.29), dLdW0 = Σ dLdZ over the points"
    stands_on = "Linear.forward"
    slips = (
        Slip(
            "weight_gradient_returned",
            "dLdW is returned in place of dLdA.",
            "dLdA = A dLdZᵀ",
            "What goes on to the module before is the derivative by this module's input.",
            lambda g: {"dLdA": g["A"] @ g["dLdZ"].T},
        ),
    )

    def script(self, given: Given) -> Steps:
        steps = self._made(given)
        steps.call("linear", "forward", given["A"], to="Z")
        steps.call("linear", "backward", given["dLdZ"], to="before")
        steps.call("linear", "forward", given["A"], to="Z")  # once more: gradients of two calls are not added up
        steps.call("linear", "backward", given["dLdZ"], to="dLdA", give=True)
        steps.get("linear", "dLdW")
        steps.get("linear", "dLdW0")
        return steps

    def diagnosis(self, given: Given, answers: Answers) -> Diagnosis | None:
        net = Network.from_weights([(given["W"], given["W0"].ravel())], activations=("identity",))
        Z = _z(given) + given["W0"]
        Y = (Z - given["dLdZ"] / 2).T  # a square loss whose derivative is dLdZ
        arrays: dict[str, Any] = {
            name: {l: _turned(answers[key], shape)}
            for name, l, key, shape in (
                ("dL_dA", 0, "dLdA", given["A"].shape),
                ("dL_dW", 1, "dLdW", ()),
                ("dL_dW0", 1, "dLdW0", ()),
            )
            if key in answers
        }
        return diagnose(net, given["A"].T, Y, loss="square", dL_dZ={1: given["dLdZ"].T}, **arrays)


def _turned(array: Array, shape: tuple[int, ...]) -> Array:
    """Points in rows, where the array has the shape of the interface."""
    return array.T if array.shape == shape else array


@CRITERIA.add
class LinearStep(_OfLinear):
    """W and W0 after a step."""

    name = "Linear.sgd_step"
    about = "Linear.sgd_step(lrate) changes W and W0."
    rule = "W ← W − η dLdW, W₀ ← W₀ − η dLdW0 (7.1)"
    ETA = 0.15

    def _gradients(self, given: Given) -> tuple[Array, Array]:
        return given["A"] @ given["dLdZ"].T, given["dLdZ"].sum(axis=1, keepdims=True)

    def script(self, given: Given) -> Steps:
        steps = self._made(given)
        dLdW, dLdW0 = self._gradients(given)
        steps.set("linear", A=given["A"], dLdW=dLdW, dLdW0=dLdW0)
        steps.call("linear", "sgd_step|step", self.ETA)
        steps.get("linear", "W")
        steps.get("linear", "W0")
        return steps

    def diagnosis(self, given: Given, answers: Answers) -> Diagnosis | None:
        net = Network.from_weights([(given["W"], given["W0"].ravel())], activations=("identity",))
        dLdW, dLdW0 = self._gradients(given)
        Y = (_z(given) + given["W0"] - given["dLdZ"] / 2).T
        after: dict[str, Any] = {f"{name}_after": {1: answers[name]} for name in ("W", "W0") if name in answers}
        gradients: dict[str, Any] = {"dL_dZ": {1: given["dLdZ"].T}, "dL_dW": {1: dLdW}, "dL_dW0": {1: dLdW0.ravel()}}
        return diagnose(net, given["A"].T, Y, loss="square", eta=self.ETA, **gradients, **after)
