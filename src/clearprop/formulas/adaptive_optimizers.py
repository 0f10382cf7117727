"""AdaGrad, Adadelta, RMSprop and its centred form: optimisers that scale the step of each parameter by its past gradients."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .catalogue import Array, hyper, register
from .optimizers import BELOW_ONE, Optimizer
from .running import average_in_place

SMALLEST_EPSILON = 1e-30
"""The smallest epsilon allowed. A gradient that was always 0 gives 0 / 0 without one; float32 has no much smaller numbers."""


@register
@dataclass(frozen=True)
class AdaGrad(Optimizer):
    """Each parameter's step is divided by the root of the sum of its squared gradients: rare inputs get large steps.

    Epsilon is outside the root, as in the paper and PyTorch; Keras has √(s + ε), with s starting at 0.1 in place of 0.
    """

    name = "adagrad"
    formula = "s ← s + g²; θ ← θ − η g / (√s + ε)"
    latex = r"s \leftarrow s + g^2, \quad \theta \leftarrow \theta - \eta \frac{g}{\sqrt{s} + \epsilon}"
    source = "Duchi, Hazan and Singer 2011"
    remembers, work_space = ("s",), ("spare",)
    epsilon: float = hyper(1e-10, low=SMALLEST_EPSILON, high=math.inf, about="avoids division by 0")

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        s, spare = state["s"], state["spare"]
        s += np.square(gradient, out=spare)
        root = np.sqrt(s, out=spare)
        root += self.epsilon
        gradient /= root
        gradient *= eta
        parameters -= gradient


@register
@dataclass(frozen=True)
class Adadelta(Optimizer):
    """AdaGrad with running means, its steps scaled by the size of earlier steps: in principle it needs no η, so η is 1.

    Epsilon is inside both roots, as in the paper and PyTorch. Keras has the same recurrence with β = 0.95, ε = 1e-7, η = 0.001.
    """

    name, default_eta = "adadelta", 1.0
    formula = "v ← β v + (1 − β) g²; d = g √(u + ε) / √(v + ε); u ← β u + (1 − β) d²; θ ← θ − η d"
    latex = (
        r"v \leftarrow \beta v + (1 - \beta) g^2, \quad d = \frac{\sqrt{u + \epsilon}}{\sqrt{v + \epsilon}} g, \quad "
        r"u \leftarrow \beta u + (1 - \beta) d^2, \quad \theta \leftarrow \theta - \eta d"
    )
    source = "Zeiler 2012"
    remembers, work_space = ("v", "u"), ("spare", "root")
    beta: float = hyper(0.9, low=0.0, high=BELOW_ONE, about="decay rate of both running means")
    epsilon: float = hyper(
        1e-6, low=SMALLEST_EPSILON, high=math.inf, about="makes the first step possible, avoids division by 0"
    )

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        v, u, spare, root = (state[name] for name in ("v", "u", "spare", "root"))
        average_in_place(v, np.square(gradient, out=root), self.beta, spare)
        d = gradient
        d *= np.sqrt(np.add(u, self.epsilon, out=root), out=root)
        d /= np.sqrt(np.add(v, self.epsilon, out=root), out=root)
        average_in_place(u, np.square(d, out=root), self.beta, spare)
        d *= eta
        parameters -= d


@register
@dataclass(frozen=True)
class RMSprop(Optimizer):
    """Each parameter's step is divided by a running root mean square of its gradients.

    Epsilon is outside the root and there is no bias correction, so early steps are large: PyTorch's form. Keras has √(v + ε),
    and β = 0.9 as in the lecture.
    """

    name = "rmsprop"
    formula = "v ← β v + (1 − β) g²; θ ← θ − η g / (√v + ε)"
    latex = (
        r"v \leftarrow \beta v + (1 - \beta) g^2, \quad "
        r"\theta \leftarrow \theta - \eta \frac{g}{\sqrt{v} + \epsilon}"
    )
    source = "Tieleman and Hinton 2012, lecture 6.5"
    remembers, work_space = ("v",), ("spare", "root")
    beta: float = hyper(0.99, low=0.0, high=BELOW_ONE, about="decay rate of the running mean")
    epsilon: float = hyper(1e-8, low=SMALLEST_EPSILON, high=math.inf, about="avoids division by 0")

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        v, spare, root = state["v"], state["spare"], state["root"]
        average_in_place(v, np.square(gradient, out=root), self.beta, spare)
        np.sqrt(v, out=root)
        root += self.epsilon
        gradient /= root
        gradient *= eta
        parameters -= gradient


@register
@dataclass(frozen=True)
class CentredRMSprop(Optimizer):
    """RMSprop with a running standard deviation in place of the root mean square: gradients that agree take longer steps.

    Of a gradient that never changes the deviation goes to 0, and the step is then limited by epsilon alone. PyTorch's form
    (`centered=True`); Keras has √(v − m² + ε). A difference below 0, which only rounding makes, counts as 0.
    """

    name = "centred_rmsprop"
    other_names = ("centered_rmsprop",)
    formula = "m ← β m + (1 − β) g; v ← β v + (1 − β) g²; θ ← θ − η g / (√(v − m²) + ε)"
    latex = (
        r"m \leftarrow \beta m + (1 - \beta) g, \quad v \leftarrow \beta v + (1 - \beta) g^2, \quad "
        r"\theta \leftarrow \theta - \eta \frac{g}{\sqrt{v - m^2} + \epsilon}"
    )
    source = "Graves 2013, equations 38 to 41"
    remembers, work_space = ("m", "v"), ("spare", "root")
    beta: float = hyper(0.99, low=0.0, high=BELOW_ONE, about="decay rate of both running means")
    epsilon: float = hyper(1e-8, low=SMALLEST_EPSILON, high=math.inf, about="avoids division by 0")

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        m, v, spare, root = (state[name] for name in ("m", "v", "spare", "root"))
        average_in_place(m, gradient, self.beta, spare)
        average_in_place(v, np.square(gradient, out=root), self.beta, spare)
        np.subtract(v, np.square(m, out=root), out=root)
        np.sqrt(np.maximum(root, 0, out=root), out=root)
        root += self.epsilon
        gradient /= root
        gradient *= eta
        parameters -= gradient
