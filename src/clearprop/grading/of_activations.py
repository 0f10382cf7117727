"""Tanh, ReLU and Sigmoid: their values, and their link back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from ..diagnosis import Diagnosis, diagnose
from ..formulas.catalogue import Array
from ..network import Network
from .criterion import CRITERIA, Answers, Criterion, Given, Slip, agree, draw
from .script import REFERENCE, Steps

UNITS, POINTS = 3, 4


class _OfActivation(Criterion):
    kind: ClassVar[str]

    def given(self, rng: np.random.Generator) -> dict[str, Array]:
        return {"Z": draw(rng, UNITS, POINTS), "dLdA": draw(rng, UNITS, POINTS)}

    def _network(self) -> Network:
        """Layer 1 hands its inputs on to the activation."""
        name = REFERENCE[self.kind].activation
        return Network.from_weights([(np.eye(UNITS), np.zeros(UNITS))], activations=(name,))


class _Forward(_OfActivation):
    def script(self, given: Given) -> Steps:
        steps = Steps()
        steps.make("f", self.kind)
        steps.call("f", "forward", given["Z"], to="A", give=True)
        return steps


class _Backward(_OfActivation):
    def script(self, given: Given) -> Steps:
        steps = Steps()
        steps.make("f", self.kind)
        steps.call("f", "forward", given["Z"], to="A", give=True)
        steps.call("f", "backward", given["dLdA"], to="dLdZ", give=True)
        return steps

    def right(self, given: Given, answers: Answers) -> Answers:
        """f′ from the saved output: from the submission's own, where its forward pass is another function."""
        module: Any = REFERENCE[self.kind]()
        A = module.forward(given["Z"])
        if "A" in answers and answers["A"].shape == A.shape and not agree(answers["A"], A):
            module.A = answers["A"]
            carried = module.backward(given["dLdA"])
            if "dLdZ" in answers and agree(answers["dLdZ"], carried):
                return {"dLdZ": carried}
        return {"dLdZ": self.script(given).followed()["dLdZ"]}

    def diagnosis(self, given: Given, answers: Answers) -> Diagnosis | None:
        A = REFERENCE[self.kind]().forward(given["Z"])
        Y = (A - given["dLdA"] / 2).T  # a square loss whose derivative is dLdA
        dL_dZ = answers["dLdZ"].T
        return diagnose(self._network(), given["Z"].T, Y, loss="square", dL_dA={1: given["dLdA"].T}, dL_dZ={1: dL_dZ})


def _slip(name: str, about: str, formula: str, lesson: str, f: Any) -> Slip:
    return Slip(name, about, formula, lesson, lambda given: {"A": f(given["Z"])})


def _link(name: str, about: str, formula: str, lesson: str, slope: Callable[[Array], Array]) -> Slip:
    """A slip that is another slope."""
    return Slip(name, about, formula, lesson, lambda given: {"dLdZ": slope(given["Z"]) * given["dLdA"]})


def _sign(kind: str) -> Slip:
    """The right link with the other sign."""

    def computed(given: Given) -> Answers:
        module: Any = REFERENCE[kind]()
        module.forward(given["Z"])
        return {"dLdZ": -module.backward(given["dLdA"])}

    about = "The sign is the other."
    return Slip("f_prime_sign", about, "dLdZ = −f′ ∗ dLdA", "The minus belongs to the step, and only there.", computed)


def _sigmoid(Z: Array) -> Array:
    return 1 / (1 + np.exp(-Z))


_NOTHING = _slip(
    "forward_nothing", "The input is handed on as it is.", "A = Z", "The module applies its function.", lambda Z: Z
)


@CRITERIA.add
class TanhForward(_Forward):
    """tanh."""

    kind, name = "Tanh", "Tanh.forward"
    about, rule = "Tanh.forward(Z) returns A.", "A = tanh Z = (eᶻ − e⁻ᶻ)/(eᶻ + e⁻ᶻ) (7.39)"
    slips = (
        _NOTHING,
        _slip(
            "forward_sigmoid",
            "It is the sigmoid.",
            "A = 1/(1 + e⁻ᶻ)",
            "tanh goes from −1 to 1, and tanh 0 = 0.",
            _sigmoid,
        ),
        _slip(
            "forward_half",
            "The argument is halved or doubled.",
            "A = tanh(z/2)",
            "tanh z = 2 sigmoid(2z) − 1.",
            lambda Z: np.tanh(Z / 2),
        ),
        _slip(
            "forward_double",
            "The argument is doubled.",
            "A = tanh(2z)",
            "tanh z = 2 sigmoid(2z) − 1.",
            lambda Z: np.tanh(2 * Z),
        ),
        _slip("forward_sign", "The sign is the other.", "A = −tanh z", "tanh grows with z.", lambda Z: -np.tanh(Z)),
        _slip("forward_tangent", "It is the tangent.", "A = tan z", "The hyperbolic tangent is np.tanh.", np.tan),
    )


@CRITERIA.add
class TanhBackward(_Backward):
    """1 − A²."""

    kind, name = "Tanh", "Tanh.backward"
    about, rule = "Tanh.backward(dLdA) returns dLdZ.", "dLdZ = (1 − A²) ∗ dLdA (7.40)"
    slips = (
        _sign("Tanh"),
        _link(
            "derivative_of_sigmoid",
            "It is the sigmoid's derivative.",
            "dLdZ = A ∗ (1 − A) ∗ dLdA",
            "tanh′ = 1 − a².",
            lambda Z: np.tanh(Z) * (1 - np.tanh(Z)),
        ),
    )


@CRITERIA.add
class ReLUForward(_Forward):
    """max(0, Z)."""

    kind, name = "ReLU", "ReLU.forward"
    about, rule = "ReLU.forward(Z) returns A.", "A = max(0, Z) (7.34)"
    slips = (
        _NOTHING,
        _slip(
            "forward_step",
            "It is the step function.",
            "A = 1 for z > 0, else 0",
            "ReLU hands z on where it is positive.",
            lambda Z: (Z > 0) * 1.0,
        ),
        _slip("forward_absolute", "It is the absolute value.", "A = |z|", "ReLU is 0 for negative z.", np.abs),
        _slip(
            "forward_minimum",
            "It is the minimum.",
            "A = min(0, z)",
            "ReLU is 0 for negative z.",
            lambda Z: np.minimum(0, Z),
        ),
        _slip(
            "forward_maximum_of_all",
            "One maximum was taken of all entries.",
            "A = max(0, max Z)",
            "np.maximum works entry by entry, np.max gives one number.",
            lambda Z: np.maximum(0, Z.max()),
        ),
    )


@CRITERIA.add
class ReLUBackward(_Backward):
    """dL/dA where Z is positive."""

    kind, name = "ReLU", "ReLU.backward"
    about, rule = "ReLU.backward(dLdA) returns dLdZ.", "dLdZ = dLdA where z > 0, else 0 (7.35)"
    slips = (_sign("ReLU"),)


@CRITERIA.add
class SigmoidForward(_Forward):
    """sigmoid."""

    kind, name = "Sigmoid", "Sigmoid.forward"
    about, rule = "Sigmoid.forward(Z) returns A.", "A = 1/(1 + e⁻ᶻ) (7.36)"
    slips = (
        _NOTHING,
        _slip(
            "forward_exponent_sign",
            "The sign of the exponent is the other.",
            "A = 1/(1 + eᶻ)",
            "The sigmoid grows with z.",
            lambda Z: _sigmoid(-Z),
        ),
        _slip("forward_tanh", "It is tanh.", "A = tanh z", "The sigmoid goes from 0 to 1.", np.tanh),
    )


@CRITERIA.add
class SigmoidBackward(_Backward):
    """A (1 − A)."""

    kind, name = "Sigmoid", "Sigmoid.backward"
    about, rule = "Sigmoid.backward(dLdA) returns dLdZ.", "dLdZ = A ∗ (1 − A) ∗ dLdA (7.37)"
    slips = (
        _sign("Sigmoid"),
        _link(
            "derivative_of_tanh",
            "It is the derivative of tanh.",
            "dLdZ = (1 − A²) ∗ dLdA",
            "σ′ = a (1 − a).",
            lambda Z: 1 - _sigmoid(Z) ** 2,
        ),
    )
