"""Mistakes in the step: what was done with a gradient, right or wrong, to change the parameters (7.1)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...formulas.catalogue import Array, register
from ...formulas.optimizers import SGD, Momentum
from ..mistake import Mistake, Place


class _OfUpdate(Mistake):
    links = ("update",)

    def step(self, at: Place, eta: float) -> Iterator[Array | None]:
        """The parameters after the step."""
        raise NotImplementedError

    def computed(self, at: Place) -> Iterator[Array | None]:
        if at.eta is not None and isinstance(at.optimizer, SGD) and at.G.shape == at.parameters.shape:
            yield from self.step(at, at.eta)


@register
class Ascent(_OfUpdate):
    """The step goes with the gradient, to where the loss grows."""

    name = "ascent"
    formula = "Wˡ ← Wˡ + η ∂L/∂Wˡ"
    source = "7.1; Concept 2 reads as if the gradient pointed down"
    lesson = "The gradient points where the loss grows, so the step is against it."

    def step(self, at: Place, eta: float) -> Iterator[Array | None]:
        yield at.parameters + eta * at.G


@register
class WithoutEta(_OfUpdate):
    """The step size is missing."""

    name = "eta_missing"
    formula = "Wˡ ← Wˡ − ∂L/∂Wˡ"
    lesson = "The gradient says a direction; how far to go is η."
    where_told = "a step size that is not 1"

    def step(self, at: Place, eta: float) -> Iterator[Array | None]:
        yield at.parameters - at.G


@register
class EtaTwice(_OfUpdate):
    """The step size was multiplied twice, as by a gradient that already held it."""

    name = "eta_twice"
    formula = "Wˡ ← Wˡ − η² ∂L/∂Wˡ"
    lesson = "A gradient has no η in it. Multiply by η in the update and nowhere else."
    where_told = "a step size that is not 1"

    def step(self, at: Place, eta: float) -> Iterator[Array | None]:
        yield at.parameters - eta**2 * at.G


@register
class AveragedAgain(_OfUpdate):
    """The update divides by, or multiplies with, the number of points, which the gradient already accounts for."""

    name = "update_averaged_again"
    formula = "Wˡ ← Wˡ − (η/n) ∂L/∂Wˡ, n points"
    variants = ("divided", "multiplied")
    lesson = "Divide by the number of points once, at one place."

    def step(self, at: Place, eta: float) -> Iterator[Array | None]:
        yield at.parameters - eta / at.points * at.G
        yield at.parameters - eta * at.points * at.G


@register
class Replaced(_OfUpdate):
    """The parameters were replaced by the step, and not changed by it."""

    name = "replaced_by_the_step"
    formula = "Wˡ ← −η ∂L/∂Wˡ"
    variants = ("−η ∂L/∂W", "η ∂L/∂W", "∂L/∂W")
    lesson = "W −= η dL/dW changes W by the step; W = −η dL/dW forgets all that was learnt."

    def step(self, at: Place, eta: float) -> Iterator[Array | None]:
        yield -eta * at.G
        yield eta * at.G
        yield at.G.copy()


@register
class UpdateTransposed(_OfUpdate):
    """The step was taken with the transpose of the gradient."""

    name = "update_transposed"
    formula = "Wˡ ← Wˡ − η (∂L/∂Wˡ)ᵀ"
    lesson = "Each weight steps by its own entry of the gradient. Shapes show it unless W is square."
    where_told = "a layer with other numbers of inputs and units"

    def step(self, at: Place, eta: float) -> Iterator[Array | None]:
        W = at.parameters
        yield W - eta * at.G.T if W.ndim == 2 and W.shape[0] == W.shape[1] else None


@register
class TakenTwice(_OfUpdate):
    """The step was taken twice with the same gradient."""

    name = "step_taken_twice"
    formula = "Wˡ ← Wˡ − 2η ∂L/∂Wˡ"
    lesson = "After a step the gradient is another one: go forward and back again before the next."

    def step(self, at: Place, eta: float) -> Iterator[Array | None]:
        yield at.parameters - 2 * eta * at.G


@register
class ShrunkByEta(_OfUpdate):
    """η was multiplied onto the parameters too."""

    name = "eta_on_the_weights"
    formula = "Wˡ ← η (Wˡ − ∂L/∂Wˡ)"
    variants = ("η (W − ∂L/∂W)", "(1 − η) W − η ∂L/∂W", "(1 − η) W + η ∂L/∂W")
    lesson = "Only the gradient is multiplied by η."

    def step(self, at: Place, eta: float) -> Iterator[Array | None]:
        yield eta * (at.parameters - at.G)
        yield (1 - eta) * at.parameters - eta * at.G
        yield (1 - eta) * at.parameters + eta * at.G


@register
class NotUpdated(Mistake):
    """The parameters of this layer did not change."""

    name = "not_updated"
    links = ("update",)
    formula = "Wˡ ← Wˡ"
    lesson = (
        "Every layer takes the step, weights and biases. Assigning to a name in a loop changes no array: use W −= ..."
    )

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.parameters.copy()


@register
class MomentumSign(Mistake):
    """The momentum has the wrong sign, or the step goes with it and not against it."""

    name = "momentum_sign"
    links = ("update",)
    formula = "v ← βv − ∂L/∂W; W ← W − ηv, or v ← βv + ∂L/∂W; W ← W + ηv"
    variants = ("v ← βv − g with W − ηv", "W + ηv", "v ← −βv + g")
    source = "7.1, with Polyak 1964"
    lesson = "v ← βv + g goes with W − ηv, and v ← βv − ηg with W + v. Do not mix the two forms."

    def computed(self, at: Place) -> Iterator[Array | None]:
        if isinstance(at.optimizer, Momentum) and at.eta is not None and at.velocity is not None:
            v, g, W = at.optimizer.beta * at.velocity, at.G, at.parameters
            yield W - at.eta * (v - g)
            yield W + at.eta * (v + g)
            yield W - at.eta * (g - v) if np.any(v) else None


@register
class MomentumScaled(Mistake):
    """The momentum was averaged, lost, or not decayed."""

    name = "momentum_form"
    links = ("update",)
    formula = "v ← v + ∂L/∂W; W ← W − ηv"
    variants = ("v ← v + g, no decay", "v left out: W − ηg", "v ← g; the old v alone moves W")
    source = "Polyak 1964"
    lesson = "v ← βv + g first, then W ← W − ηv with the new v."
    where_told = "a momentum that is not 0"

    def computed(self, at: Place) -> Iterator[Array | None]:
        if isinstance(at.optimizer, Momentum) and at.eta is not None and at.velocity is not None and at.velocity.any():
            yield at.parameters - at.eta * (at.velocity + at.G)
            yield at.parameters - at.eta * at.G
            yield at.parameters - at.eta * at.velocity
