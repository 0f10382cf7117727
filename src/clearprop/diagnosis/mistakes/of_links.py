"""Mistakes between two layers: W^l, and dropout's factors."""

from __future__ import annotations

from collections.abc import Iterator

from ...formulas.catalogue import Array, register
from ..mistake import Mistake, Place


@register
class WeightsTransposed(Mistake):
    """The link was multiplied by the transpose of W."""

    name = "W_transposed"
    links = ("layers",)
    formula = "∂L/∂Aˡ⁻¹ = (Wˡ)ᵀ ∂L/∂Zˡ"
    lesson = "Forward Z = Wᵀ A, back dL/dA = W dL/dZ: each pass has the other's transpose. Shapes show it unless W is square."
    where_told = "a layer with as many units as inputs"

    def computed(self, at: Place) -> Iterator[Array | None]:
        W = at.net.W[at.l]
        yield at.G @ W if W.shape[0] == W.shape[1] else None


@register
class UpdatedWeights(Mistake):
    """W^l was updated before it was used as the link to the layer before it, as the pseudocode's lines 37-39 have it."""

    name = "updated_weights"
    links = ("layers",)
    formula = "∂L/∂Aˡ⁻¹ = (Wˡ − η ∂L/∂Wˡ) ∂L/∂Zˡ"
    variants = ("with the weights after the step that were given", "with W − η ∂L/∂W")
    source = "7.26; pseudocode, lines 17-42"
    lesson = "All gradients are those of one point in the space of weights. Go back through all layers first, then update all."
    where_told = "eta, or W_after"

    def computed(self, at: Place) -> Iterator[Array | None]:
        W = at.net.W[at.l]
        yield None if at.W_after is None else at.G @ at.W_after.T
        if at.eta is not None and at.dL_dW is not None and at.dL_dW.shape == W.shape:
            yield at.G @ (W - at.eta * at.dL_dW).T


@register
class WeightsOfAnotherLayer(Mistake):
    """W of another layer was used, off by one."""

    name = "W_of_another_layer"
    links = ("layers",)
    formula = "∂L/∂Aˡ⁻¹ = (W of another layer) ∂L/∂Zˡ"
    variants = ("the layer before", "the layer after")
    lesson = "dL/dA^(l−1) comes through W^l, the weights that A^(l−1) goes into."

    def computed(self, at: Place) -> Iterator[Array | None]:
        for k in (at.l - 1, at.l + 1):
            fits = k in at.net.layers and at.net.W[k].shape == at.net.W[at.l].shape
            yield at.G @ at.net.W[k].T if fits else None


@register
class LinkMissing(Mistake):
    """W is missing: dL/dZ of a layer was handed to the layer before as it was."""

    name = "missing_W"
    links = ("layers",)
    formula = "∂L/∂Aˡ⁻¹ = ∂L/∂Zˡ"
    variants = ("as it was", "summed over the units")
    lesson = "Z depends on the layer before through W, so W is the link (Concept 9)."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.G.copy() if at.G.shape == at.right.shape else None
        yield at.G.sum(axis=1, keepdims=True) + 0 * at.right


@register
class ThroughGradient(Mistake):
    """The chain was continued through dL/dW, which is no link: W is a parameter and not an input."""

    name = "through_the_weight_gradient"
    links = ("layers",)
    formula = "∂L/∂Aˡ⁻¹ = ∂L/∂Wˡ ∂L/∂Zˡ"
    source = "Concept 8, 7.12-7.15"
    lesson = "dL/dW ends a chain. To go on, take dZ^l/dA^(l−1) = W^l."

    def computed(self, at: Place) -> Iterator[Array | None]:
        fits = at.dL_dW is not None and at.dL_dW.shape == at.net.W[at.l].shape
        yield at.G @ at.dL_dW.T if fits and at.dL_dW is not None else None


@register
class LinkFromOutput(Mistake):
    """dL/dA of a layer was sent through W, and not its dL/dZ: f′ is missing on this way alone."""

    name = "link_from_dA"
    links = ("layers",)
    formula = "∂L/∂Aˡ⁻¹ = Wˡ ∂L/∂Aˡ"
    lesson = "What goes through W is dL/dZ, after f′: the same that the weight gradient takes."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield None if at.dL_dA is None else at.dL_dA @ at.net.W[at.l].T


@register
class LinkSign(Mistake):
    """A sign was lost or added between two layers."""

    name = "link_sign"
    links = ("layers",)
    formula = "∂L/∂Aˡ⁻¹ = −Wˡ ∂L/∂Zˡ"
    lesson = "The minus sign of descent belongs to the update alone; no link has one of its own."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield -at.right


@register
class WeightsBySize(Mistake):
    """The size of W was used: a square or an absolute value crept in."""

    name = "W_times_A"
    links = ("layers",)
    formula = "∂L/∂Aˡ⁻¹ = Aˡ⁻¹ ∗ (Wˡ ∂L/∂Zˡ)"
    lesson = "The input belongs to the weight gradient, dZ/dW = A. The link to the input itself is W alone."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.fwd.A[at.l - 1] * at.right


@register
class DropoutScaleLost(Mistake):
    """The mask was applied on the way back without the factor 1/(1 − rate) that the forward pass had."""

    name = "dropout_scale_lost"
    links = ("dropout",)
    formula = "∂L/∂Aˡ = mask ∗ (∂L/∂Aˡ after dropout)"
    lesson = (
        "Forward A was multiplied by mask/(1 − rate), so that is the link: multiply by the same array on the way back."
    )

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.G * (at.fwd.M[at.l] != 0)


@register
class DropoutLost(Mistake):
    """Dropout was left out on the way back: units that were left out pass a gradient."""

    name = "dropout_skipped"
    links = ("dropout",)
    formula = "∂L/∂Aˡ = ∂L/∂Aˡ after dropout"
    variants = ("altogether", "but for the factor 1/(1 − rate)")
    lesson = "A unit that was left out has no influence on the loss, so its derivative is 0."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.G.copy()
        yield at.G * at.fwd.M[at.l].max()


@register
class DropoutTwice(Mistake):
    """Dropout's factors were multiplied twice on the way back."""

    name = "dropout_twice"
    links = ("dropout",)
    formula = "∂L/∂Aˡ = Mˡ ∗ Mˡ ∗ (∂L/∂Aˡ after dropout)"
    lesson = "The mask is one link. The derivative already went through it once."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.G * at.fwd.M[at.l] ** 2
