"""Initialisers: the weights and biases that training starts from (Concept 20). Randomness comes in as a generator."""

from __future__ import annotations

import numpy as np

from .catalogue import Array, Part, register


class Initializer(Part):
    """Draws a layer's starting point: W first, then W0."""

    kind = "initializer"

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        """Weights of a layer with m inputs and n outputs, (m, n)."""
        raise NotImplementedError(f"initializer {self.name!r} must define W")

    def W0(self, m: int, n: int, rng: np.random.Generator) -> Array:
        """Biases of that layer, (n,)."""
        raise NotImplementedError(f"initializer {self.name!r} must define W0")


@register
class Gaussian(Initializer):
    """W ~ N(0, 1/m), so that a sum over m unit inputs keeps unit variance; W0 ~ N(0, 1)."""

    name = "gaussian"
    formula = "W ~ N(0, 1/m), W₀ ~ N(0, 1)"
    latex = r"W \sim N(0, 1/m),\ W_0 \sim N(0, 1)"
    source = "Concept 20, with the course's variances"

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return rng.normal(0.0, m**-0.5, (m, n))

    def W0(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return rng.normal(0.0, 1.0, n)
