"""Activations with a trainable parameter alpha for each unit.

A record holds the initial alpha and computes with it. A network holds alpha[l] (n^l,) for a layer of such units, in its flat
parameter vector; `at` gives the activation with those values.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from .activations import Elementwise
from .catalogue import Array, hyper, part_hyper, register
from .piecewise_activations import SELU
from .stable import gated


class Learnt(Elementwise):
    """a = f(z, alpha) with an alpha for each unit, and two derivatives: by z and by alpha.

    A subclass has a `start`, the initial value of every alpha, and its formulas read `self.alpha`. An example:

    >>> class Bent(Learnt):
    ...     name, start = "bent", 0.5
    ...     def A(self, Z): return Z + self.alpha * np.sin(Z)
    ...     def dA_dZ(self, Z, A): return 1 + self.alpha * np.cos(Z)
    ...     def dA_dalpha(self, Z, A): return np.sin(Z)
    >>> Bent().at(np.array([0.0, 2.0])).A(np.full((1, 2), np.pi / 2)).round(3)
    array([[1.571, 3.571]])
    """

    derivative_by_alpha: ClassVar[str] = ""
    latex_derivative_by_alpha: ClassVar[str] = ""
    start: float

    @property
    def alpha(self) -> Array | float:
        """The parameter of each unit, (units,); `start` for all units where the record belongs to no network."""
        held: Array | float = vars(self).get("_alpha", self.start)
        return held

    def at(self, alpha: Array) -> Self:
        """The same activation with these alphas (units,), which are not copied."""
        there = copy.copy(self)
        object.__setattr__(there, "_alpha", alpha)  # the dataclass is frozen
        return there

    def dA_dalpha(self, Z: Array, A: Array) -> Array:
        """df/dalpha, (n, units): a value depends on the alpha of its own unit only."""
        raise NotImplementedError(f"activation {self.name!r} must define dA_dalpha")


@register
@dataclass(frozen=True)
class PReLU(Learnt):
    """z above 0, alpha z below: a leaky ReLU with a trainable slope for each unit. f'(0) = 1.

    The paper starts at 0.25 and uses no weight decay on alpha, which would turn a PReLU into a ReLU. PyTorch has one alpha
    for all units unless num_parameters is their number, starts at 0.25 and takes the slope alpha at the kink; Keras has one
    for each and starts at 0.

    >>> units = PReLU().at(np.array([0.5, 0.0]))
    >>> units.A(np.array([[-2.0, -2.0]])), units.dA_dalpha(np.array([[-2.0, 3.0]]), np.array([[-1.0, 3.0]]))
    (array([[-1.,  0.]]), array([[-2.,  0.]]))
    """

    name = "prelu"
    other_names = ("parametric_relu",)
    formula, derivative = "max(0, z) + α min(0, z)", "1 if z ≥ 0 else α"
    latex, latex_derivative = r"\max(0, z) + \alpha \min(0, z)", r"1 \text{ if } z \ge 0 \text{ else } \alpha"
    derivative_by_alpha, latex_derivative_by_alpha = "min(0, z)", r"\min(0, z)"
    source = "He, Zhang, Ren and Sun 2015, equation 1"
    kinks = (0.0,)
    start: float = hyper(0.25, low=-math.inf, high=math.inf, about="alpha of every unit before training")

    def A(self, Z: Array) -> Array:
        return np.where(Z.real < 0, gated(Z, self.alpha), Z)

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return np.where(Z.real < 0, self.alpha, 1.0).astype(Z.dtype)

    def dA_dalpha(self, Z: Array, A: Array) -> Array:
        return np.where(Z.real < 0, Z, 0).astype(Z.dtype)


@register
@dataclass(frozen=True)
class Parametric(Learnt):
    """A mix of the identity (alpha = 0) and an activation s (alpha = 1): each unit learns how non-linear it is.

    s is any element-wise activation, also one of your own. The paper's default is s = selu for classification, mish for
    regression, and a tenth of the step size for alpha. No layer of PyTorch or Keras.

    >>> Parametric("relu").at(np.array([0.0, 0.5, 1.0])).A(np.array([[-2.0, -2.0, -2.0]]))
    array([[-2., -1.,  0.]])
    """

    name = "parametric"
    formula, derivative = "(1 − α) z + α s(z)", "(1 − α) + α s′(z)"
    latex, latex_derivative = r"(1 - \alpha) z + \alpha s(z)", r"(1 - \alpha) + \alpha s'(z)"
    derivative_by_alpha, latex_derivative_by_alpha = "s(z) − z", "s(z) - z"
    source = "Holzmüller, Grinsztajn and Steinwart 2024, section 3"
    of: Elementwise = part_hyper(Elementwise, SELU(), about="the activation s at alpha = 1")  # noqa: RUF009 - a field
    start: float = hyper(1.0, low=-math.inf, high=math.inf, about="alpha of every unit before training")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.of, Elementwise) or isinstance(self.of, Learnt):
            why = "has an alpha of its own" if isinstance(self.of, Learnt) else "mixes its units"
            raise ValueError(
                f"parametric: of must be an element-wise activation without trainable parameters; {self.of} {why}"
            )
        object.__setattr__(self, "kinks", self.of.kinks)  # the dataclass is frozen
        object.__setattr__(self, "complex_step", self.of.complex_step)

    def A(self, Z: Array) -> Array:
        return gated(Z, 1 - self.alpha) + gated(self.of.A(Z), self.alpha)  # s itself to the last bit where alpha is 1

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return ((1 - self.alpha) + self.alpha * self.of.dA_dZ(Z, self.of.A(Z))).astype(Z.dtype)

    def dA_dalpha(self, Z: Array, A: Array) -> Array:
        return self.of.A(Z) - Z
