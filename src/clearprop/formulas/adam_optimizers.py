"""Adam and its variants: a step divides a running mean m of the gradients by the root of a running mean v of their squares.

Both means start at 0, so after t steps they are too small by the factor 1 − β^t. Dividing by it is the bias correction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .adaptive_optimizers import SMALLEST_EPSILON
from .catalogue import Array, hyper, register
from .optimizers import BELOW_ONE, Optimizer
from .running import average_in_place, count_in_place

MOMENTS = "m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²"
CORRECTED_V, CORRECTED = "; v̂ = v / (1 − β₂ᵗ)", "; m̂ = m / (1 − β₁ᵗ); v̂ = v / (1 − β₂ᵗ)"
M_HAT_LATEX, V_HAT_LATEX = r", \quad \hat m = \frac{m}{1 - \beta_1^t}", r", \quad \hat v = \frac{v}{1 - \beta_2^t}"
MOMENTS_LATEX = r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + (1 - \beta_2) g^2"


@dataclass(frozen=True)
class Moments(Optimizer):
    """The base of Adam and its variants: their hyper-parameters and the update of the running means m and v."""

    default_eta = 0.001
    remembers: ClassVar[tuple[str, ...]] = ("m", "v")
    work_space: ClassVar[tuple[str, ...]] = ("spare",)
    beta1: float = hyper(0.9, low=0.0, high=BELOW_ONE, about="decay rate of the running mean m")
    beta2: float = hyper(0.999, low=0.0, high=BELOW_ONE, about="decay rate of the running mean v")
    epsilon: float = hyper(1e-8, low=SMALLEST_EPSILON, high=math.inf, about="avoids division by 0")

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        return {"t": np.zeros(1, np.int64)} | super().initial_state(parameters)

    def _average_in_place(self, gradient: Array, state: dict[str, Array]) -> tuple[int, Array, Array]:
        """Update m and v; gives t, m and v. `gradient` is overwritten."""
        t, m, v, spare = count_in_place(state), state["m"], state["v"], state["spare"]
        average_in_place(m, gradient, self.beta1, spare)
        average_in_place(v, np.square(gradient, out=gradient), self.beta2, spare)
        return t, m, v

    def _descend_in_place(self, parameters: Array, m: Array, v: Array, t: int, eta: float, spare: Array) -> None:
        """θ ← θ − η m̂ / (√v̂ + ε); `spare` is overwritten."""
        root = np.sqrt(np.divide(v, 1 - self.beta2**t, out=spare), out=spare)
        root += self.epsilon
        step = np.divide(m, root, out=spare)
        step *= eta / (1 - self.beta1**t)
        parameters -= step


@register
@dataclass(frozen=True)
class Adam(Moments):
    """The running mean of gradients divided by their root mean square, both with bias correction: steps of about η.

    Epsilon is added to the corrected root, as in the paper's Algorithm 1 and PyTorch. Keras adds it before the correction
    (the paper's "ε hat", end of section 2), with ε = 1e-7.
    """

    name = "adam"
    formula = MOMENTS + CORRECTED + "; θ ← θ − η m̂ / (√v̂ + ε)"
    latex = (
        MOMENTS_LATEX + M_HAT_LATEX + V_HAT_LATEX + r", \quad "
        r"\theta \leftarrow \theta - \eta \frac{\hat m}{\sqrt{\hat v} + \epsilon}"
    )
    source = "Kingma and Ba 2015"

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        t, m, v = self._average_in_place(gradient, state)
        self._descend_in_place(parameters, m, v, t, eta, gradient)


@register
@dataclass(frozen=True)
class AdamHat(Moments):
    """Adam with epsilon added to the uncorrected root, the paper's "ε hat"; scikit-learn and TensorFlow 1 have this form.

    Early steps are shorter than Adam's where gradients are near epsilon: step 1 is Adam's with an epsilon of ε / √(1 − β₂).
    """

    name = "adam_hat"
    other_names = ("adam_sklearn",)
    formula = MOMENTS + "; θ ← θ − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)"
    latex = (
        MOMENTS_LATEX + r", \quad "
        r"\theta \leftarrow \theta - \eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \frac{m}{\sqrt{v} + \hat\epsilon}"
    )
    source = "Kingma and Ba 2015, end of section 2; scikit-learn, AdamOptimizer"

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        t, m, v = self._average_in_place(gradient, state)
        root = np.sqrt(v, out=gradient)
        root += self.epsilon
        step = np.divide(m, root, out=gradient)
        step *= eta * math.sqrt(1 - self.beta2**t) / (1 - self.beta1**t)
        parameters -= step


@register
@dataclass(frozen=True)
class AdamW(Moments):
    """Adam with decoupled weight decay: each step multiplies every parameter by 1 − η λ, whatever its gradients were.

    The gradient of an L2 penalty would be divided by √v̂ too, so parameters with large gradients would decay least. All
    parameters decay, biases too: an optimiser does not know layers, and PyTorch does the same with all parameters it is given
    (Keras can leave some out; its λ is 0.004). PyTorch and Keras multiply the decay by η, the paper only by the schedule's
    factor.
    """

    name = "adamw"
    other_names = ("adam_weight_decay", "adam_with_weight_decay")
    formula = MOMENTS + CORRECTED + "; θ ← (1 − η λ) θ − η m̂ / (√v̂ + ε)"
    latex = (
        MOMENTS_LATEX + M_HAT_LATEX + V_HAT_LATEX + r", \quad "
        r"\theta \leftarrow (1 - \eta \lambda) \theta - \eta \frac{\hat m}{\sqrt{\hat v} + \epsilon}"
    )
    source = "Loshchilov and Hutter 2019"
    weight_decay: float = hyper(0.01, low=0.0, high=math.inf, about="λ")

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        t, m, v = self._average_in_place(gradient, state)
        parameters *= 1 - eta * self.weight_decay
        self._descend_in_place(parameters, m, v, t, eta, gradient)


@register
@dataclass(frozen=True)
class AMSGrad(Moments):
    """Adam with a divisor that never decreases, so that the proof of convergence holds.

    The largest v so far is corrected after the maximum is taken, as in PyTorch; the paper has no bias correction, and Keras
    corrects as it does in Adam.
    """

    name = "amsgrad"
    other_names = ("adam_amsgrad",)
    formula = MOMENTS + "; m̂ = m / (1 − β₁ᵗ); w ← max(w, v); θ ← θ − η m̂ / (√(w / (1 − β₂ᵗ)) + ε)"
    latex = (
        MOMENTS_LATEX + M_HAT_LATEX + r", \quad w \leftarrow \max(w, v), \quad "
        r"\theta \leftarrow \theta - \eta \frac{\hat m}{\sqrt{w / (1 - \beta_2^t)} + \epsilon}"
    )
    source = "Reddi, Kale and Kumar 2018"
    remembers = ("m", "v", "w")

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        t, m, v = self._average_in_place(gradient, state)
        w = np.maximum(state["w"], v, out=state["w"])
        self._descend_in_place(parameters, m, w, t, eta, gradient)


@register
@dataclass(frozen=True)
class NAdam(Moments):
    """Adam with Nesterov momentum: a step combines the gradient itself and m with the momentum of the next step.

    The momentum μ(t) warms up towards β₁, as in the paper, PyTorch and Keras; M is the product of all μ so far. Keras adds
    epsilon as it does in Adam, with ε = 1e-7.
    """

    name, default_eta = "nadam", 0.002
    other_names = ("nesterov_adam",)
    formula = (
        MOMENTS + CORRECTED_V + "; μ(t) = β₁ (1 − 0.96^(t ψ) / 2); M ← M μ(t); "
        "θ ← θ − η (g (1 − μ(t)) / (1 − M) + m μ(t+1) / (1 − M μ(t+1))) / (√v̂ + ε)"
    )
    latex = (
        MOMENTS_LATEX + V_HAT_LATEX + r", \quad \mu_t = \beta_1 (1 - \tfrac12 0.96^{t \psi}), \quad "
        r"M \leftarrow M \mu_t, \quad \theta \leftarrow \theta - \frac{\eta}{\sqrt{\hat v} + \epsilon} "
        r"\left(\frac{(1 - \mu_t) g}{1 - M} + \frac{\mu_{t+1} m}{1 - M \mu_{t+1}}\right)"
    )
    source = "Dozat 2016"
    work_space = ("spare", "g")
    momentum_decay: float = hyper(0.004, low=0.0, high=math.inf, about="ψ, how fast μ warms up")

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        return super().initial_state(parameters) | {"M": np.ones(1)}

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        g, spare = state["g"], state["spare"]
        np.copyto(g, gradient)
        t, m, v = self._average_in_place(gradient, state)
        state["M"] *= self._mu(t)
        M = float(state["M"][0])
        g *= (1 - self._mu(t)) / (1 - M)
        g += np.multiply(m, self._mu(t + 1) / (1 - M * self._mu(t + 1)), out=spare)
        root = np.sqrt(np.divide(v, 1 - self.beta2**t, out=spare), out=spare)
        root += self.epsilon
        g /= root
        g *= eta
        parameters -= g

    def _mu(self, t: int) -> float:
        return self.beta1 * (1 - 0.96 ** (t * self.momentum_decay) / 2)


@register
@dataclass(frozen=True)
class RAdam(Moments):
    """Adam with rectified variance: momentum alone while v averages few gradients, then a factor r that rises to 1.

    The effective number of gradients in v is ρ(t). Momentum alone until ρ > 5, as in PyTorch; the paper has ρ > 4.
    """

    name = "radam"
    other_names = ("rectified_adam",)
    formula = (
        MOMENTS
        + "; m̂ = m / (1 − β₁ᵗ); ρ∞ = 2 / (1 − β₂) − 1; ρ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ); θ ← θ − η m̂ if ρ ≤ 5, else "
        "θ ← θ − η r m̂ √(1 − β₂ᵗ) / (√v + ε); r² = (ρ − 4)(ρ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρ)"
    )
    latex = (
        MOMENTS_LATEX + M_HAT_LATEX + r", \quad \rho_\infty = \frac{2}{1 - \beta_2} - 1, \quad "
        r"\rho = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t}, \quad "
        r"r = \sqrt{\frac{(\rho - 4)(\rho - 2) \rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2) \rho}}, \quad "
        r"\theta \leftarrow \theta - \begin{cases} \eta \hat m & \rho \le 5 \\ "
        r"\eta r \hat m \frac{\sqrt{1 - \beta_2^t}}{\sqrt{v} + \epsilon} & \rho > 5 \end{cases}"
    )
    source = "Liu et al. 2020"

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        t, m, v = self._average_in_place(gradient, state)
        step = np.multiply(m, eta / (1 - self.beta1**t), out=gradient)
        r = self._rectification(t)
        if r > 0:
            root = np.sqrt(v, out=state["spare"])
            root += self.epsilon
            step /= root
            step *= r * math.sqrt(1 - self.beta2**t)
        parameters -= step

    def _rectification(self, t: int) -> float:
        """The factor r; 0 while v averages too few gradients to be used."""
        limit = 2 / (1 - self.beta2) - 1
        rho = limit - 2 * t * self.beta2**t / (1 - self.beta2**t)
        return math.sqrt((rho - 4) / (limit - 4) * (rho - 2) / (limit - 2) * limit / rho) if rho > 5 else 0.0
