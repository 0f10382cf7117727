"""SoftMax: its values, what it hands on, and its classes."""

from __future__ import annotations

import numpy as np

from ..formulas.catalogue import Array
from .criterion import CRITERIA, Given, Slip, draw
from .of_activations import _NOTHING, POINTS, UNITS, _Forward, _OfActivation, _sigmoid, _slip
from .script import Steps


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
            "softmax_wrong_axis",
            "The sum goes over the points, and the largest of a column was taken from it before.",
            "a_j = e^(z_j − max) / Σ over the points",
            "Points are columns: each column sums to 1, so the sum is over axis 0.",
            lambda Z: _softmax(Z - Z.max(axis=0), 1),
        ),
        _slip(
            "softmax_over_all",
            "The sum goes over all entries.",
            "a_j = e^z_j / Σ over everything",
            "Each column sums to 1: name the axis, and keep it (keepdims=True).",
            lambda Z: _softmax(Z, None),
        ),
        _slip(
            "softmax_over_all",
            "The sum goes over all entries, and the largest of a column was taken from it before.",
            "a_j = e^(z_j − max) / Σ over everything",
            "Each column sums to 1: name the axis, and keep it (keepdims=True).",
            lambda Z: _softmax(Z - Z.max(axis=0), None),
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
