"""Tanh, ReLU, Sigmoid and SoftMax: their values, and their link back."""

from __future__ import annotations

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


def _softmax(Z: Array, axis: int | None) -> Array:
    return np.exp(Z) / np.exp(Z).sum(axis=axis, keepdims=axis is not None)


@CRITERIA.add
class SoftMaxForward(_Forward):
    """Probabilities down each column."""

    kind, name = "SoftMax", "SoftMax.forward"
    about, rule = "SoftMax.forward(Z) returns A.", "a_j = e^z_j / Σ_k e^z_k down each column"
    slips = (
        _NOTHING,
        _slip(
            "softmax_wrong_axis",
            "The sum goes over the points.",
            "a_j = e^z_j / Σ over the points",
            "Points are columns: each column sums to 1, so the sum is over axis 0.",
            lambda Z: _softmax(Z, 1),
        ),
        _slip(
            "softmax_over_all",
            "The sum goes over all entries.",
            "a_j = e^z_j / Σ over everything",
            "Each column sums to 1: name the axis, and keep it (keepdims=True).",
            lambda Z: _softmax(Z, None),
        ),
        _slip(
            "softmax_by_element_forward",
            "It is the sigmoid of each entry.",
            "a_j = 1/(1 + e^−z_j)",
            "Softmax takes all units of a point together.",
            _sigmoid,
        ),
        _slip("softmax_not_normalised", "The sum below is missing.", "a_j = e^z_j", "Probabilities sum to 1.", np.exp),
        _slip(
            "softmax_without_exp",
            "The exponential is missing.",
            "a_j = z_j / Σ z_k",
            "e^z makes every number positive.",
            lambda Z: Z / Z.sum(axis=0),
        ),
        _slip(
            "softmax_of_minus",
            "The sign of the exponent is the other.",
            "a_j = e^−z_j / Σ e^−z_k",
            "The largest z has the largest probability.",
            lambda Z: _softmax(-Z, 0),
        ),
    )


@CRITERIA.add
class SoftMaxBackward(_OfActivation):
    """It hands on what NLL gives."""

    kind, name = "SoftMax", "SoftMax.backward"
    about = "SoftMax.backward(dLdZ) returns dLdZ: NLL.backward gives the derivative by Z already."
    rule = "dLdZ as it came: dL/dZ = A − Y (Concept 19)"

    def given(self, rng: np.random.Generator) -> dict[str, Array]:
        Z, Y = draw(rng, UNITS, POINTS), np.eye(UNITS)[:, rng.integers(UNITS, size=POINTS)]
        return {"Z": Z, "Y": Y, "D": np.round(_softmax(Z, 0) - Y, 3)}

    def script(self, given: Given) -> Steps:
        steps = Steps()
        steps.make("f", "SoftMax")
        steps.call("f", "forward", given["Z"], to="A")
        steps.call("f", "backward", given["D"], to="dLdZ", give=True)
        return steps

    slips = (
        Slip(
            "softmax_twice",
            "The softmax's derivative was multiplied on once more: it is in A − Y already.",
            "dL/dZ = ∂A/∂Z · (A − Y)",
            "NLL.backward gives dL/dZ, in which the softmax is counted.",
            lambda g: {"dLdZ": _through(g, full=True)},
        ),
        Slip(
            "softmax_by_element",
            "Softmax was taken element by element, and once more.",
            "dL/dZ = A ∗ (1 − A) ∗ (A − Y)",
            "NLL.backward gives dL/dZ; and the softmax's derivative is a full matrix.",
            lambda g: {"dLdZ": _through(g, full=False)},
        ),
        Slip(
            "softmax_sign",
            "The sign is the other.",
            "dL/dZ = Y − A",
            "It is handed on as it came.",
            lambda g: {"dLdZ": -g["D"]},
        ),
    )


def _through(given: Given, *, full: bool) -> Array:
    A, D = _softmax(given["Z"], 0), given["D"]
    return A * (D - (A * D).sum(axis=0)) if full else A * (1 - A) * D


@CRITERIA.add
class SoftMaxClass(_OfActivation):
    """The likeliest class."""

    kind, name = "SoftMax", "SoftMax.class_fun"
    about, rule = (
        "SoftMax.class_fun(Ypred) returns the index of the likeliest class of each column.",
        "argmax down each column",
    )

    def given(self, rng: np.random.Generator) -> dict[str, Array]:
        columns = [_softmax(rng.permutation([0.5, 1.5, 2.5])[:, None], 0) for _ in range(POINTS)]
        return {"A": np.round(np.hstack(columns), 3)}

    def script(self, given: Given) -> Steps:
        steps = Steps()
        steps.make("f", "SoftMax")
        steps.call("f", "class_fun", given["A"], to="classes", give=True)
        return steps

    slips = (
        Slip(
            "classes_wrong_axis",
            "The maximum goes over the points.",
            "argmax(Ypred, axis=1)",
            "Points are columns: axis 0 is the classes.",
            lambda g: {"classes": g["A"].argmax(axis=1)},
        ),
        Slip(
            "classes_of_all",
            "One maximum was taken of everything.",
            "argmax(Ypred)",
            "Name the axis of the classes, 0.",
            lambda g: {"classes": np.array(g["A"].argmax())},
        ),
        Slip(
            "probability_for_class",
            "The probability is returned and not its index.",
            "max(Ypred, axis=0)",
            "argmax gives the index.",
            lambda g: {"classes": g["A"].max(axis=0)},
        ),
        Slip(
            "classes_from_1",
            "Classes are counted from 1.",
            "argmax + 1",
            "Python counts from 0.",
            lambda g: {"classes": g["A"].argmax(axis=0) + 1},
        ),
    )
