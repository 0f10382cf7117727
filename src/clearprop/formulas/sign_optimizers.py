"""Optimisers whose step does not grow with the gradient: Adamax divides by its largest size, Lion and Rprop use its sign,
Quickprop how it has changed since the last step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .adaptive_optimizers import SMALLEST_EPSILON
from .catalogue import Array, hyper, register
from .optimizers import BELOW_ONE, Optimizer
from .running import average_in_place, count_in_place


@register
@dataclass(frozen=True)
class Adamax(Optimizer):
    """Adam with a decaying maximum of the gradients' size in place of the root mean square.

    Epsilon is added to |g|, as in PyTorch; Keras adds it to u when it divides, and the paper has none.
    """

    name, default_eta = "adamax", 0.002
    formula = "m ← β₁ m + (1 − β₁) g; u ← max(β₂ u, |g| + ε); θ ← θ − η m / ((1 − β₁ᵗ) u)"
    latex = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad u \leftarrow \max(\beta_2 u, |g| + \epsilon), \quad "
        r"\theta \leftarrow \theta - \frac{\eta}{1 - \beta_1^t} \frac{m}{u}"
    )
    source = "Kingma and Ba 2015, section 7.1"
    remembers, work_space = ("m", "u"), ("spare",)
    beta1: float = hyper(0.9, low=0.0, high=BELOW_ONE, about="decay rate of the running mean")
    beta2: float = hyper(0.999, low=0.0, high=BELOW_ONE, about="decay rate of the maximum")
    epsilon: float = hyper(1e-8, low=SMALLEST_EPSILON, high=math.inf, about="avoids division by 0")

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        return {"t": np.zeros(1, np.int64)} | super().initial_state(parameters)

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        t, m, u = count_in_place(state), state["m"], state["u"]
        average_in_place(m, gradient, self.beta1, state["spare"])
        size = np.abs(gradient, out=gradient)
        size += self.epsilon
        u *= self.beta2
        np.maximum(u, size, out=u)
        step = np.divide(m, u, out=gradient)
        step *= eta / (1 - self.beta1**t)
        parameters -= step


@register
@dataclass(frozen=True)
class Lion(Optimizer):
    """Every parameter moves by η, against the sign of a mean of the new gradient and earlier ones; where it is 0, not at all.

    Found by a search over programs. The paper's form, and that of Optax and Keras; weight decay, decoupled as in AdamW, is 0
    unless asked for. η should be 3 to 10 times smaller than Adam's.
    """

    name, default_eta = "lion", 1e-4
    formula = "θ ← θ − η (sign(β₁ m + (1 − β₁) g) + λ θ); m ← β₂ m + (1 − β₂) g"
    latex = (
        r"\theta \leftarrow \theta - \eta (\operatorname{sign}(\beta_1 m + (1 - \beta_1) g) + \lambda \theta), \quad "
        r"m \leftarrow \beta_2 m + (1 - \beta_2) g"
    )
    source = "Chen et al. 2023"
    remembers, work_space = ("m",), ("step", "spare")
    beta1: float = hyper(0.9, low=0.0, high=BELOW_ONE, about="weight of the running mean in a step")
    beta2: float = hyper(0.99, low=0.0, high=BELOW_ONE, about="decay rate of the running mean")
    weight_decay: float = hyper(0.0, low=0.0, high=math.inf, about="λ")

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        m, step, spare = state["m"], state["step"], state["spare"]
        np.copyto(step, m)
        average_in_place(step, gradient, self.beta1, spare)
        np.sign(step, out=step)
        step += np.multiply(parameters, self.weight_decay, out=spare)
        step *= eta
        parameters -= step
        average_in_place(m, gradient, self.beta2, spare)


@register
@dataclass(frozen=True)
class Rprop(Optimizer):
    """Each parameter has its own step size, larger while its gradient keeps its sign, else smaller. For full batches.

    η is the first step size; later ones depend on signs only, so a schedule has no effect after t = 1. Where the sign changes,
    the parameter does not move in this step and its gradient counts as 0 in the next (iRprop⁻), as in PyTorch. The paper undoes
    the last step instead.
    """

    name = "rprop"
    other_names = ("resilient_backpropagation",)
    steps_by_eta = False
    formula = (
        "d ← min(max(d f, shortest), longest), f = longer where g g₋ > 0, shorter where g g₋ < 0, else 1; "
        "g ← 0 where g g₋ < 0; θ ← θ − d sign(g); g₋ ← g"
    )
    latex = (
        r"d \leftarrow \begin{cases} \min(\eta^+ d, d_{\max}) & g g_- > 0 \\ \max(\eta^- d, d_{\min}) & g g_- < 0 \\ "
        r"d & g g_- = 0 \end{cases}, \quad g \leftarrow 0 \text{ where } g g_- < 0, \quad "
        r"\theta \leftarrow \theta - d \operatorname{sign}(g), \quad g_- \leftarrow g"
    )
    source = "Riedmiller and Braun 1993; Igel and Hüsken 2000"
    remembers, work_space = ("d", "before"), ("agreement",)
    longer: float = hyper(1.2, low=1.0, high=1e6, about="η⁺, the factor while the sign stays")
    shorter: float = hyper(0.5, low=1e-6, high=1.0, about="η⁻, the factor when the sign changes")
    shortest: float = hyper(1e-6, low=0.0, high=math.inf, about="the smallest step size")
    longest: float = hyper(50.0, low=0.0, high=math.inf, about="the largest step size")

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        return {"t": np.zeros(1, np.int64)} | super().initial_state(parameters)

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        t, d, before, agreement = count_in_place(state), state["d"], state["before"], state["agreement"]
        if t == 1:
            d.fill(eta)
        # A product of signs: the product of two small gradients would underflow to 0.
        np.multiply(np.sign(gradient, out=agreement), before, out=agreement)
        np.multiply(d, self.longer, out=d, where=agreement > 0)
        np.multiply(d, self.shorter, out=d, where=agreement < 0)
        np.clip(d, self.shortest, self.longest, out=d)
        np.copyto(gradient, 0, where=agreement < 0)
        np.sign(gradient, out=before)
        parameters -= np.multiply(d, before, out=gradient)


@register
@dataclass(frozen=True)
class Quickprop(Optimizer):
    """Each parameter steps to the minimum of a parabola through its last two gradients. For full batches.

    The parabola's step is Δ g / (g₋ − g). Where that would be more than μ times the last step Δ, or lead uphill, it is μ Δ.
    As long as the gradient has not turned, −η g is added: a first step is that alone. As in Fahlman's program, and in FANN,
    which takes a last step below 0.001 for none. Both add 0.0001 θ to the gradient; here a penalty of weights does that.
    """

    name, default_eta = "quickprop", 0.1
    other_names = ("quick_propagation",)
    steps_by_eta = False
    formula = (
        "Δ ← r Δ − (η g where g Δ ≤ 0), r = min(g / (g₋ − g), μ), μ where g / g₋ ≥ 1; θ ← θ + Δ; g₋ ← g; at first Δ = 0"
    )
    latex = (
        r"\Delta \leftarrow r \Delta - \begin{cases} \eta g & g \Delta \le 0 \\ 0 & g \Delta > 0 \end{cases}, \quad "
        r"r = \begin{cases} \mu & g / g_- > \mu / (1 + \mu) \\ g / (g_- - g) & \text{else} \end{cases}, \quad "
        r"\theta \leftarrow \theta + \Delta, \quad g_- \leftarrow g"
    )
    source = "Fahlman 1988"
    remembers, work_space = ("last", "before"), ("along", "ratio")
    growth: float = hyper(1.75, low=0.0, high=1e6, about="μ, how many times the last step a step may be")

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        last, before, along, ratio = state["last"], state["before"], state["along"], state["ratio"]
        # Signs, because products of small numbers would underflow to 0. Where `along` > 0, the last step would now lead uphill.
        np.sign(last, out=along)
        np.multiply(along, before, out=ratio)
        ratio *= self.growth / (1 + self.growth)  # where the parabola's step is μ times the last
        along *= gradient
        too_far, turned = along < ratio, along > 0
        too_far |= before == gradient
        np.subtract(before, gradient, out=ratio)
        np.divide(gradient, ratio, out=ratio, where=~too_far)
        ratio[too_far] = self.growth
        last *= ratio
        np.copyto(before, gradient)
        gradient *= eta
        np.copyto(gradient, 0, where=turned)
        last -= gradient
        parameters += last
