"""Mistakes within a layer: the activation's derivative, and that of a normalisation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...formulas.activations import Elementwise, LeakyReLU, ReLU, Sigmoid, Softmax, Step, Tanh
from ...formulas.catalogue import Array, register
from ...formulas.piecewise_activations import ELU
from ...formulas.shortcuts import shortcut
from ..mistake import Mistake, Place


@register
class MissingSlope(Mistake):
    """f′ is missing: what came in was passed on as it was."""

    name = "missing_f_prime"
    links = ("activation",)
    formula = "∂L/∂Zˡ = ∂L/∂Aˡ"
    lesson = "Between dL/dA and dL/dZ stands the activation function. Its link, f′(z), is a factor like any other."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.G.copy()


@register
class SlopeAtOutput(Mistake):
    """f′ was evaluated at a and not at z.

    For ReLU this is harmless where step(0) = 0, since a > 0 just where z > 0. With the notes' step(0) = 1 it is wrong: a ≥ 0
    everywhere, so f′(a) = 1 for every unit.
    """

    name = "f_prime_at_a"
    links = ("activation",)
    formula = "∂L/∂Zˡ = f′(Aˡ) ∗ ∂L/∂Aˡ"
    lesson = (
        "f′ takes what f takes: z. A formula such as a(1 − a) is f′(z) written with f's output; do not apply f again."
    )
    where_told = "an activation other than ReLU, where f′(a) is not 1"

    def computed(self, at: Place) -> Iterator[Array | None]:
        if isinstance(at.f, Elementwise) and at.f.A(at.A).shape == at.A.shape:
            yield at.f.dA_dZ(at.A, at.f.A(at.A)) * at.G


@register
class FormulaOnZ(Mistake):
    """The formula in a was given z: z(1 − z) for the sigmoid, 1 − z² for tanh."""

    name = "formula_in_a_on_z"
    links = ("activation",)
    formula = "∂L/∂Zˡ = Zˡ(1 − Zˡ) ∗ ∂L/∂Aˡ for the sigmoid, (1 − (Zˡ)²) ∗ ∂L/∂Aˡ for tanh"
    source = "Notation 13, 7.40"
    lesson = "σ′ = x(1 − x) holds for x = σ(z), the output. With z in hand, compute a = σ(z) first."

    def computed(self, at: Place) -> Iterator[Array | None]:
        if isinstance(at.f, Sigmoid):
            yield at.Z * (1 - at.Z) * at.G
        elif isinstance(at.f, Tanh):
            yield (1 - at.Z**2) * at.G


@register
class OutputForSlope(Mistake):
    """f itself was multiplied where f′ belongs."""

    name = "f_for_f_prime"
    links = ("activation",)
    formula = "∂L/∂Zˡ = f(Zˡ) ∗ ∂L/∂Aˡ"
    lesson = "The forward pass applies f, the backward pass multiplies by f′."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.A * at.G


@register
class HalfOfSlope(Mistake):
    """A part of f′ was lost: 1 − a for a(1 − a), or 1 − a for 1 − a²."""

    name = "part_of_f_prime"
    links = ("activation",)
    formula = "∂L/∂Zˡ = (1 − Aˡ) ∗ ∂L/∂Aˡ"
    source = "Notation 13, 7.40"
    lesson = "σ′ = a(1 − a), and tanh′ = 1 − a². Check f′ alone at one z against a difference before it is used."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield (1 - at.A) * at.G if isinstance(at.f, Sigmoid | Tanh) else None


@register
class SlopeSign(Mistake):
    """A sign inside f′ is wrong: a(1 + a), or 1 + a²."""

    name = "sign_inside_f_prime"
    links = ("activation",)
    formula = "∂L/∂Zˡ = Aˡ(1 + Aˡ) ∗ ∂L/∂Aˡ for the sigmoid, (1 + (Aˡ)²) ∗ ∂L/∂Aˡ for tanh"
    source = "Notation 13, 7.40"
    lesson = "Both slopes shrink where the unit saturates: σ′ = a(1 − a), tanh′ = 1 − a²."

    def computed(self, at: Place) -> Iterator[Array | None]:
        if isinstance(at.f, Sigmoid):
            yield at.A * (1 + at.A) * at.G
        elif isinstance(at.f, Tanh):
            yield (1 + at.A**2) * at.G


@register
class SlopeTwice(Mistake):
    """f′ was multiplied twice, once in the loss or the layer after and once here."""

    name = "f_prime_twice"
    links = ("activation",)
    formula = "∂L/∂Zˡ = f′(Zˡ) ∗ f′(Zˡ) ∗ ∂L/∂Aˡ"
    lesson = "Each link occurs once in the chain. Decide which function multiplies f′, and let no other do it."

    def computed(self, at: Place) -> Iterator[Array | None]:
        fused = at.l == at.net.L and shortcut(at.f, at.fwd.loss_function) is not None
        yield None if fused else at.f.dL_dZ(at.f.dL_dZ(at.G, at.Z, at.A), at.Z, at.A)


@register
class SlopeOfSquare(Mistake):
    """tanh′ was written 1 − tanh(z)² with the square on z: 1 − tanh(z²)."""

    name = "square_inside_tanh"
    links = ("activation",)
    formula = "∂L/∂Zˡ = (1 − tanh((Zˡ)²)) ∗ ∂L/∂Aˡ"
    source = "7.40"
    lesson = "tanh(z)² is the square of the output, not tanh of the square."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield (1 - np.tanh(at.Z**2)) * at.G if isinstance(at.f, Tanh) else None


@register
class MaskOfGradient(Mistake):
    """ReLU's mask was taken from the gradient, which was cut off at 0, and not from z."""

    name = "relu_of_the_gradient"
    links = ("activation",)
    formula = "∂L/∂Zˡ = max(0, ∂L/∂Aˡ)"
    variants = ("alone", "beside the mask of z")
    lesson = "ReLU's derivative is step(z) of the forward pass. The sign of the gradient decides nothing."

    def computed(self, at: Place) -> Iterator[Array | None]:
        if isinstance(at.f, ReLU | LeakyReLU):
            yield np.maximum(at.G, 0)
            yield np.maximum(at.G, 0) * Step().A(at.Z)


@register
class SlopeLost(Mistake):
    """The slope below 0 was taken as that of ReLU, 0."""

    name = "slope_below_zero_lost"
    links = ("activation",)
    formula = "∂L/∂Zˡ = step(Zˡ) ∗ ∂L/∂Aˡ"
    source = "Notation 13"
    lesson = "A leaky unit passes some gradient back where z < 0: its slope there is a factor, not 0."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield Step().A(at.Z) * at.G if isinstance(at.f, LeakyReLU | ELU) else None


@register
class SlopeOfAnotherLayer(Mistake):
    """f′ was evaluated at another layer's z, off by one."""

    name = "f_prime_of_another_layer"
    links = ("activation",)
    formula = "∂L/∂Zˡ = f′(Z of another layer) ∗ ∂L/∂Aˡ"
    variants = ("the layer before", "the layer after", "the input")
    lesson = "∂A^l/∂Z^l takes Z of the same layer. Count layers 1..L, with A^0 the input, in both passes."

    def computed(self, at: Place) -> Iterator[Array | None]:
        f, layers = at.f, at.net.layers
        if isinstance(f, Elementwise):
            others = [at.fwd.into_f(k) if k in layers else None for k in (at.l - 1, at.l + 1)]
            for Z in (*others, at.fwd.A[at.l - 1]):
                yield f.dA_dZ(Z, f.A(Z)) * at.G if Z is not None and Z.shape == at.Z.shape else None


@register
class SoftmaxByElement(Mistake):
    """Softmax was differentiated element by element, as if a_j depended on z_j alone."""

    name = "softmax_by_element"
    links = ("activation",)
    formula = "∂L/∂Zˡ = Aˡ(1 − Aˡ) ∗ ∂L/∂Aˡ"
    source = "softmax, section 7.5.12"
    lesson = "Each output of softmax depends on every z through the sum. The link is the full matrix diag(a) − a aᵀ."

    def computed(self, at: Place) -> Iterator[Array | None]:
        yield at.A * (1 - at.A) * at.G if isinstance(at.f, Softmax) else None


@register
class SoftmaxOuterSign(Mistake):
    """Of softmax's link diag(a) − a aᵀ one of the two terms was lost."""

    name = "softmax_half"
    links = ("activation",)
    formula = "∂L/∂Zˡ = diag(Aˡ) ∂L/∂Aˡ, or −Aˡ(Aˡ)ᵀ ∂L/∂Aˡ"
    variants = ("diag(a) alone", "−a aᵀ alone", "diag(a) + a aᵀ")
    source = "softmax, section 7.5.12"
    lesson = "∂a_j/∂z_i = a_j([i = j] − a_i): both terms, on the diagonal too."

    def computed(self, at: Place) -> Iterator[Array | None]:
        if isinstance(at.f, Softmax):
            along = (at.A * at.G).sum(axis=1, keepdims=True)
            yield at.A * at.G
            yield -at.A * along
            yield at.A * (at.G + along)


@register
class GradientInPlace(Mistake):
    """dL/dA was multiplied by f′ in place, so the array that should hold dL/dA holds dL/dZ."""

    name = "gradient_changed_in_place"
    links = ("layers", "loss")
    formula = "∂L/∂Aˡ holds ∂L/∂Zˡ, since dA *= f′ changed it"
    source = "Notation 11"
    lesson = "Write dZ = dA * f′, which makes a new array. `dA *= f′` changes the array that somebody else still holds."
    where_told = "dL_dA"

    def computed(self, at: Place) -> Iterator[Array | None]:
        return iter(())  # the search itself compares a given dL/dA with dL/dZ


@register
class MomentsFixed(Mistake):
    """Mean and variance of the batch were taken as constants, though both depend on every z of the batch."""

    name = "moments_as_constants"
    links = ("normalization",)
    formula = "∂L/∂Zˡ = gain ∗ ∂L/∂Vˡ / √(σ² + ε)"
    variants = ("both", "the variance alone", "the mean alone")
    source = "Ioffe and Szegedy 2015, page 4"
    lesson = (
        "μ and σ² are functions of Z. Three ways lead from Ẑ to Z: straight, through the mean, through the variance."
    )

    def computed(self, at: Place) -> Iterator[Array | None]:
        part, (_, variance) = at.net.normalization[at.l], at.fwd.moments[at.l]
        G, Z_hat, axis = at.G * at.net.gain[at.l], at.fwd.Z_hat[at.l], part.axis
        root = np.sqrt(variance + part.epsilon)
        yield G / root
        yield (G - G.mean(axis=axis, keepdims=True)) / root
        yield (G - Z_hat * (Z_hat * G).mean(axis=axis, keepdims=True)) / root


@register
class GainLost(Mistake):
    """The gain of the normalisation is missing on the way back."""

    name = "gain_lost"
    links = ("normalization",)
    formula = "∂L/∂Ẑˡ = ∂L/∂Vˡ"
    source = "Ioffe and Szegedy 2015, page 4"
    lesson = "v = gain · ẑ + shift, so ∂v/∂ẑ = gain is a link of its own."
    where_told = "a gain that is not 1"

    def computed(self, at: Place) -> Iterator[Array | None]:
        part, (_, variance) = at.net.normalization[at.l], at.fwd.moments[at.l]
        if at.fwd.is_fixed(at.net, at.l):
            yield part.dL_dZ_fixed(at.G, variance)
        else:
            yield part.dL_dZ(at.G, at.fwd.Z_hat[at.l], variance)


@register
class NormalizationSkipped(Mistake):
    """The normalisation was left out on the way back, as if v were z."""

    name = "normalization_skipped"
    links = ("normalization",)
    formula = "∂L/∂Zˡ = ∂L/∂Vˡ"
    variants = ("altogether", "but for the gain", "but for the division by √(σ² + ε)")
    source = "Ioffe and Szegedy 2015, page 4"
    lesson = "Every function of the forward pass has its link in the backward pass."

    def computed(self, at: Place) -> Iterator[Array | None]:
        _, variance = at.fwd.moments[at.l]
        yield at.G.copy()
        yield at.G * at.net.gain[at.l]
        yield at.right * np.sqrt(variance + at.net.normalization[at.l].epsilon)
