"""Mistakes in the loss unit, dL/dA^L, and in what joins it with the output activation (Concept 19)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...formulas.activations import Elementwise, Sigmoid, Softmax
from ...formulas.catalogue import Array, register
from ...formulas.losses import NLL, NLLM, HalfSquare, Linear, Square
from ...formulas.shortcuts import shortcut
from ..mistake import Mistake, Place

CLIPS = (1e-15, 1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5)
"""Small numbers that people keep predictions away from 0 and 1 by."""


@register
class LossSign(Mistake):
    """The derivative of the loss has the wrong sign: y − a where a − y belongs, or the minus of the NLL lost (7.3 lacks it)."""

    name = "loss_sign"
    links = ("loss",)
    formula = "∂L/∂Aˡ with the opposite sign"
    source = "7.41, 7.45"
    lesson = "Differentiate the loss with its minus sign; at an output above its target L must grow with a."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield -at.right


@register
class LossItself(Mistake):
    """The loss itself was passed back where its derivative belongs."""

    name = "loss_itself"
    links = ("loss",)
    formula = "∂L/∂Aˡ = Loss(Aˡ, y)"
    source = "7.19"
    lesson = "The first link is a derivative, dL/da. The value of the loss does not occur in the chain."

    def computed(self, at: Place) -> Iterator[Array | None]:
        loss, Y = at.fwd.loss_function, at.fwd.Y
        if loss.outputs_per_target != 1 or at.A.shape != Y.shape:
            return
        columns = [loss.L(at.A[:, [j]], Y[:, [j]]) for j in range(Y.shape[1])]
        yield at.share * np.stack(columns, axis=1)


@register
class NLLOneTerm(Mistake):
    """Of the two terms of the NLL's derivative only −y/a was taken, so points with y = 0 do not count."""

    name = "nll_one_term"
    links = ("loss",)
    formula = "∂L/∂Aˡ = −y/a"
    source = "7.45"
    lesson = "The NLL has a term for y = 1 and one for y = 0, and so has its derivative: −(y/a − (1 − y)/(1 − a))."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.share * -at.fwd.Y / at.A if isinstance(at.fwd.loss_function, NLL) else None


@register
class NLLInnerSign(Mistake):
    """The inner derivative of log(1 − a), which is −1, was left out."""

    name = "nll_inner_sign"
    links = ("loss",)
    formula = "∂L/∂Aˡ = −(y/a + (1 − y)/(1 − a))"
    source = "7.45"
    lesson = "d log(1 − a)/da = −1/(1 − a): the chain rule holds inside the loss too."

    def computed(self, at: Place) -> Iterator[Array | None]:
        A, Y = at.A, at.fwd.Y
        yield at.share * -(Y / A + (1 - Y) / (1 - A)) if isinstance(at.fwd.loss_function, NLL) else None


@register
class NLLMWithoutTarget(Mistake):
    """Every output passes −1/a back, not only that of the right class."""

    name = "nllm_without_target"
    links = ("loss",)
    formula = "∂L/∂Aˡ = −1/a"
    source = "NLLM, section 7.5.13"
    lesson = "−Σ y log a has the factor y at every output: outputs of other classes have the derivative 0."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.share * -1 / at.A if isinstance(at.fwd.loss_function, NLLM) else None


@register
class LossOfAnother(Mistake):
    """The derivative of another loss was taken: of |a − y| where the loss is the square, or of the square."""

    name = "derivative_of_another_loss"
    links = ("loss",)
    formula = "∂L/∂Aˡ of another loss"
    variants = ("that of |a − y|", "that of (a − y)²", "that of (a − y)²/2")
    source = "Notation 14"
    lesson = "Each loss has its own derivative: 2(a − y) for the square, sign(a − y) for the absolute error."

    def computed(self, at: Place) -> Iterator[Array | None]:
        loss, Y = at.fwd.loss_function, at.fwd.Y
        square = isinstance(loss, Square | HalfSquare)
        if not square and (at.A.shape != Y.shape or shortcut(at.f, loss) is not None):
            return  # a − y is the shortcut of these, and is looked for as such
        for other, same in ((Linear(), isinstance(loss, Linear)), (Square(), square), (HalfSquare(), square)):
            yield None if same else at.share * other.dL_dA(at.A, Y)


@register
class RoundedOutputs(Mistake):
    """The predictions were rounded to classes before the loss, which has no derivative through that."""

    name = "rounded_outputs"
    links = ("loss",)
    formula = "∂L/∂Aˡ at the predicted class, not at Aˡ"
    source = "7.19"
    lesson = "The loss takes A^L itself. Classes are for people; rounding passes no gradient back."

    def computed(self, at: Place) -> Iterator[Array | None]:
        loss, A, Y = at.fwd.loss_function, at.A, at.fwd.Y
        if not isinstance(at.f, Sigmoid | Softmax) or not isinstance(loss, Square | HalfSquare | Linear):
            return
        classes = (A >= 0.5) if A.shape[1] == 1 else A.max(axis=1, keepdims=True) == A
        yield at.share * loss.dL_dA(classes.astype(A.dtype), Y)


@register
class FusedTwice(Mistake):
    """a − y is dL/dZ already, loss unit and output activation in one; f′ was multiplied onto it once more."""

    name = "fused_twice"
    links = ("activation",)
    formula = "∂L/∂Zˡ = f′(Zˡ) ∗ (Aˡ − y)"
    variants = ("with the whole Jacobian", "with a (1 − a)", "as softmax − y, once more minus y")
    source = "Concept 19"
    lesson = "Either multiply dL/dA and f′, or begin with dL/dZ = a − y. Never both."

    def computed(self, at: Place) -> Iterator[Array | None]:
        direct = shortcut(at.f, at.fwd.loss_function) if at.l == at.net.L else None
        if direct is None:
            return
        error = at.share * direct.dL_dZ(at.A, at.fwd.Y)
        yield at.f.dL_dZ(error, at.Z, at.A)
        yield at.A * (1 - at.A) * error if isinstance(at.f, Softmax) else None
        yield error - at.share * at.fwd.Y if isinstance(at.f, Softmax) else None


@register
class SaturatedNLL(Mistake):
    """At an output that is 0 or 1 to rounding, dL/da · f′ is infinity times 0, or was cut off by a small number."""

    name = "nll_saturated"
    links = ("loss", "activation")
    formula = "∂L/∂Zˡ = f′(Zˡ) ∗ ∂L/∂Aˡ at a saturated output: ∞ · 0"
    variants = (
        "not a number",
        "0/0 at right outputs",
        *(f"a kept {eps:g} from 0 and 1" for eps in CLIPS),
        "σ(z) σ(−z) for f′",
    )
    source = "Concept 19"
    lesson = (
        "Compute dL/dZ = a − y directly: it is finite and exact where the product of the two links is 0 times infinity."
    )
    where_told = "an output so saturated that a is 0 or 1 to rounding"

    def computed(self, at: Place) -> Iterator[Array | None]:
        loss, A, Y = at.fwd.loss_function, at.A, at.fwd.Y
        if at.l != at.net.L or shortcut(at.f, loss) is None or not isinstance(loss, NLL | NLLM):
            return
        naive = -(Y / A - (1 - Y) / (1 - A)) if isinstance(loss, NLL) else -(Y / A)
        ways = [loss.dL_dA(A, Y), naive, *(loss.dL_dA(np.clip(A, eps, 1 - eps), Y) for eps in CLIPS)]
        for dL_dA in ways:
            yield at.share * dL_dA if at.link == "loss" else at.f.dL_dZ(at.share * dL_dA, at.Z, A)
        if at.link == "activation" and isinstance(at.f, Sigmoid):
            yield at.G * A * at.f.A(-at.Z)


@register
class OutputsInPlace(Mistake):
    """A −= Y changed the outputs in place, and f′ was then computed from the changed ones."""

    name = "outputs_changed_in_place"
    links = ("activation",)
    formula = "∂L/∂Zˡ = f′ from (Aˡ − y) ∗ ∂L/∂Aˡ, since A −= Y changed Aˡ"
    source = "Definition 4"
    lesson = (
        "The forward pass keeps its values for the backward pass. Write A - Y, which makes a new array, not A -= Y."
    )

    def computed(self, at: Place) -> Iterator[Array | None]:
        finite = np.isfinite(at.G).all()
        if at.l == at.net.L and isinstance(at.f, Elementwise) and at.A.shape == at.fwd.Y.shape and finite:
            yield at.f.dL_dZ(at.G, at.Z, at.A - at.fwd.Y)
