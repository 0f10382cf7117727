"""Mistakes in the gradients of weights and biases, with what came into them being right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...formulas.catalogue import Array, register
from ..mistake import Mistake, Place

TIMES = (2, 3, 4, 5, 10)
"""How many calls a gradient is likely to have been added up over."""


class _FromAnotherInput(Mistake):
    """The weight gradient with something else where A^(l-1) belongs."""

    links = ("weights",)

    def inputs(self, at: Place) -> Iterator[Array | None]:
        """What was taken for A^(l-1), (n, m^l) each."""
        raise NotImplementedError

    def computed(self, at: Place) -> Iterator[Array | None]:
        for A in self.inputs(at):
            fits = A is not None and A.shape[1] == at.net.W[at.l].shape[0]
            yield at.scale_of_sum(A.T @ at.G) + at.penalty_term if fits and A is not None else None


@register
class FromOwnOutput(_FromAnotherInput):
    """The weight gradient was made with the layer's own output A^l and not with its input A^(l−1)."""

    name = "weights_from_own_output"
    formula = "∂L/∂Wˡ = Aˡ (∂L/∂Zˡ)ᵀ"
    lesson = "dZ^l/dW^l is what W^l is multiplied by in the forward pass: A^(l−1). For layer 1 that is x."
    where_told = "layers whose widths differ, where it does not even fit"

    def inputs(self, at: Place) -> Iterator[Array | None]:
        yield at.A


@register
class FromPreActivation(_FromAnotherInput):
    """The weight gradient was made with Z of the layer before, before its activation function."""

    name = "weights_from_Z"
    formula = "∂L/∂Wˡ = Zˡ⁻¹ (∂L/∂Zˡ)ᵀ"
    lesson = "What goes into layer l is A^(l−1) = f(Z^(l−1)), after the activation function."

    def inputs(self, at: Place) -> Iterator[Array | None]:
        yield at.fwd.Z[at.l - 1] if at.l > 1 else None


@register
class FromAnotherLayer(_FromAnotherInput):
    """The weight gradient was made with the output of a layer further off, or with x in every layer."""

    name = "weights_from_another_layer"
    formula = "∂L/∂Wˡ = (A of another layer) (∂L/∂Zˡ)ᵀ"
    variants = ("A of the layer two before", "x", "A of the layer after")
    lesson = "Layer l takes A^(l−1). A list that holds x first has A^(l−1) at index l − 1: count once, on paper."

    def inputs(self, at: Place) -> Iterator[Array | None]:
        yield at.fwd.A[at.l - 2] if at.l > 1 else None
        yield at.fwd.A[0] if at.l > 2 else None
        yield at.fwd.A[at.l + 1] if at.l < at.net.L else None


@register
class FromUndropped(_FromAnotherInput):
    """The weight gradient was made with A before dropout, though the layer took it after."""

    name = "weights_from_undropped"
    formula = "∂L/∂Wˡ = Aˡ⁻¹ (∂L/∂Zˡ)ᵀ, Aˡ⁻¹ without dropout's factors"
    variants = ("without the factors", "with the mask, without 1/(1 − rate)")
    lesson = "The input of the layer is what it was multiplied with in this pass: A ∗ mask/(1 − rate)."

    def inputs(self, at: Place) -> Iterator[Array | None]:
        k = at.l - 1
        if k in at.fwd.M:
            yield at.fwd.A[k]
            yield at.fwd.A[k] * (at.fwd.M[k] != 0)


@register
class GradientFromOutput(Mistake):
    """dL/dA was taken where dL/dZ belongs: f′ is missing in this gradient alone."""

    name = "gradient_from_dA"
    links = ("weights", "biases")
    formula = "∂L/∂Wˡ = Aˡ⁻¹ (∂L/∂Aˡ)ᵀ; ∂L/∂W₀ˡ = Σ ∂L/∂Aˡ"
    lesson = "W and W0 act on Z, so their gradients take dL/dZ, with f′ in it."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield None if at.dL_dA is None else at.gradient_of(at.dL_dA)


@register
class SumAndMean(Mistake):
    """One gradient is a sum over the points where the others are means, or is divided by their number once more."""

    name = "sum_and_mean"
    links = ("weights", "biases")
    formula = "∂L/∂Wˡ or ∂L/∂W₀ˡ with another factor of the number of points than the other gradients"
    variants = ("the number of points times as large as it should be", "divided by the number of points once more")
    source = "7.46, Notation 16"
    lesson = (
        "Divide by the number of points once, at one place: best at the loss, then all that comes from it is a mean."
    )

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.right * at.points
        yield at.right / at.points


@register
class Accumulated(Mistake):
    """The gradients of several calls were added up, because they were not set to 0 between them."""

    name = "accumulated"
    links = ("weights", "biases")
    formula = "∂L/∂Wˡ += Aˡ⁻¹ (∂L/∂Zˡ)ᵀ, never set to 0"
    variants = tuple(f"{k} times the gradient" for k in TIMES)
    source = "Concept 6"
    lesson = "A gradient belongs to one step. Set it to 0, or assign and do not add, before each backward pass."
    where_told = "dL_dZ, which does not add up; or a call after a fresh start"

    def computed(self, at: Place) -> Iterator[Array | None]:
        for k in TIMES:
            yield k * at.right


@register
class GradientSign(Mistake):
    """A gradient has the opposite sign."""

    name = "gradient_sign"
    links = ("weights", "biases")
    formula = "∂L/∂Wˡ = −Aˡ⁻¹ (∂L/∂Zˡ)ᵀ; ∂L/∂W₀ˡ = −Σ ∂L/∂Zˡ"
    lesson = "The gradient points where the loss grows. The minus belongs to the step, W − η dL/dW, and only there."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield -at.right


@register
class OneOfThePoints(Mistake):
    """Only one point of the batch counts: in the loop over the points the gradient was assigned, and not added to."""

    name = "last_point_only"
    links = ("weights", "biases")
    formula = "∂L/∂Wˡ = Aˡ⁻¹ (∂L/∂Zˡ)ᵀ of one point"
    variants = ("the last point", "the first point", "the last point, undivided", "the first point, undivided")
    source = "7.46, Notation 16"
    lesson = (
        "The gradient of a sum over points is the sum of their gradients: add with += in the loop, and return after it."
    )

    def computed(self, at: Place) -> Iterator[Array | None]:
        if at.points == 1:
            return
        for factor in (1, at.points):
            for i in (-1, 0):
                alone = np.zeros_like(at.G)
                alone[i] = at.G[i]
                yield factor * at.gradient_of(alone)


@register
class NothingButLast(Mistake):
    """Only the last layer has a gradient; those of the layers before are 0."""

    name = "only_the_last_layer"
    links = ("weights", "biases")
    formula = "∂L/∂Wˡ = 0 and ∂L/∂W₀ˡ = 0 for l < L"
    source = "Concept 7"
    lesson = "Each layer's weights change the loss. The chain goes on to layer 1: for l = L, L−1, ..., 1."
    where_told = "dL_dW of the same layer, which is 0 too if only the last layer has a gradient"
    of_whole_layer = True

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield np.zeros_like(at.right) if at.l < at.net.L else None


@register
class GradientTransposed(Mistake):
    """The weight gradient of a layer is the transpose of what those of the other layers are."""

    name = "gradient_transposed"
    links = ("weights",)
    formula = "∂L/∂Wˡ = ∂L/∂Zˡ (Aˡ⁻¹)ᵀ"
    lesson = "A gradient has the shape of its weights, and entry i, j belongs to the weight from input i to unit j."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.right.T


@register
class GradientReshaped(Mistake):
    """The transposed gradient was brought into the right shape with reshape, which mixes up its entries."""

    name = "gradient_reshaped"
    links = ("weights",)
    formula = "∂L/∂Wˡ = reshape(∂L/∂Zˡ (Aˡ⁻¹)ᵀ)"
    variants = ("to m × n", "to n × m, for weights with a row for each unit")
    lesson = "reshape keeps the order of the entries; only .T exchanges rows and columns."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.right.T.reshape(at.right.shape)
        yield at.right.reshape(at.right.shape[::-1]).T


@register
class ProductOfMeans(Mistake):
    """Inputs and derivatives were averaged over the points before they were multiplied."""

    name = "product_of_means"
    links = ("weights",)
    formula = "∂L/∂Wˡ = mean(Aˡ⁻¹) mean(∂L/∂Zˡ)ᵀ"
    variants = ("a sum of derivatives", "a mean of derivatives")
    lesson = "A mean of products is not the product of means: multiply point by point, then average."

    def computed(self, at: Place) -> Iterator[Array | None]:
        if at.points > 1:
            outer = np.outer(at.fwd.taken(at.l).mean(axis=0), at.G.sum(axis=0))
            yield at.scale_of_sum(outer) + at.penalty_term
            yield at.scale_of_sum(outer) / at.points + at.penalty_term


@register
class WithoutInput(Mistake):
    """The input is missing in the weight gradient: every row is dL/dZ, as for the biases."""

    name = "weights_without_input"
    links = ("weights",)
    formula = "∂L/∂Wˡ = 1 (∂L/∂Zˡ)ᵀ"
    lesson = "z = Σ a_i w_i + w0: a weight's derivative has its input a_i as a factor, the bias's has 1."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.scale_of_sum(np.ones_like(at.fwd.taken(at.l)).T @ at.G) + at.penalty_term


@register
class PenaltyMissing(Mistake):
    """The penalty's part of the gradient is missing, has the wrong sign, or counts twice."""

    name = "penalty_in_the_gradient"
    links = ("weights",)
    formula = "∂L/∂Wˡ = Aˡ⁻¹ (∂L/∂Zˡ)ᵀ without + ∂R/∂Wˡ"
    variants = ("missing", "with the opposite sign", "twice", "half of it", "divided by the points")
    source = "7.1, of the loss with its penalty"
    lesson = "The penalty is a part of what is minimised, so its derivative is a part of the gradient."

    def computed(self, at: Place) -> Iterator[Array | None]:
        if at.fwd.penalty is not None:
            for missing in (1, 2, -1, 0.5, 1 - 1 / at.points):
                yield at.right - missing * at.penalty_term


@register
class PenaltyOnBiases(Mistake):
    """The penalty was applied to the biases too."""

    name = "penalty_on_biases"
    links = ("biases",)
    formula = "∂L/∂W₀ˡ = Σ ∂L/∂Zˡ + ∂R/∂W₀ˡ"
    lesson = "The penalty is a function of W alone: a bias shifts a unit and does not make the function steeper."
    where_told = "penalty, and biases that are not 0"

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield None if at.fwd.penalty is None else at.right + at.fwd.penalty.dR_dW(at.net.W0[at.l])


@register
class BiasMissing(Mistake):
    """The gradient of the biases is 0, so they are never trained."""

    name = "bias_missing"
    links = ("biases",)
    formula = "∂L/∂W₀ˡ = 0"
    lesson = "A bias is a weight whose input is always 1: its gradient is dL/dZ."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield np.zeros_like(at.right)


@register
class BiasWrongAxis(Mistake):
    """dL/dZ was summed over the units and not over the points."""

    name = "bias_wrong_axis"
    links = ("biases",)
    formula = "∂L/∂W₀ˡ = Σ over units of ∂L/∂Zˡ"
    lesson = (
        "There is a bias for each unit: sum over the points, so that the units are left. The shape mostly shows it."
    )

    def computed(self, at: Place) -> Iterator[Array | None]:
        one = at.G.shape[1] == 1  # then the sum over units changes nothing
        yield at.scale_of_sum(at.G.sum(axis=1, keepdims=one)) if at.points > 1 else None


@register
class BiasNotSummed(Mistake):
    """dL/dZ was not summed over the points: there is a bias gradient for every point."""

    name = "bias_not_summed"
    links = ("biases",)
    formula = "∂L/∂W₀ˡ = ∂L/∂Zˡ of every point"
    lesson = "One bias serves all points, so its gradient is the sum of theirs. Broadcasting hides it in W0 − η dL/dZ."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.scale_of_sum(at.G) if at.points > 1 else None


@register
class BiasSummedOver(Mistake):
    """Everything was summed into one number, which was broadcast to all biases of the layer."""

    name = "bias_broadcast"
    links = ("biases",)
    formula = "∂L/∂W₀ˡ = Σ over points and units of ∂L/∂Zˡ, the same for every unit"
    variants = ("the sum of all entries", "the mean of all entries")
    lesson = "np.sum without an axis gives one number. Each unit has a bias of its own: name the axis of the points."

    def computed(self, at: Place) -> Iterator[Array | None]:
        total = at.scale_of_sum(at.G.sum())
        yield np.full_like(at.right, total)
        yield np.full_like(at.right, total / at.right.size)


@register
class BiasWithInput(Mistake):
    """The bias's gradient was multiplied by something that belongs to a weight, or by the bias itself."""

    name = "bias_with_a_factor"
    links = ("biases",)
    formula = "∂L/∂W₀ˡ = W₀ˡ ∗ Σ ∂L/∂Zˡ"
    variants = ("times the bias", "times the unit's output")
    lesson = "z = wᵀa + w0, so dz/dw0 = 1: dL/dZ is the whole gradient."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.net.W0[at.l] * at.right
        yield at.scale_of_sum((at.A * at.G).sum(axis=0))
