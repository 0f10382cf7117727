"""The record of L-BFGS, a quasi-Newton method for whole data sets. SciPy takes the steps, called by `training`."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .catalogue import hyper, register
from .optimizers import Optimizer


@register
@dataclass(frozen=True)
class LBFGS(Optimizer):
    """A step along −H g, where H, the inverse of the loss's second derivatives, is estimated from the last `memory` steps.

    Each step uses every point, batch_size=None, and finds its step size by a line search, so there is no eta. SciPy's L-BFGS-B
    takes the steps (`pip install clearprop[lbfgs]`), with its defaults, except that the number of loss evaluations is not
    limited. scikit-learn's perceptrons search with gradient_tolerance=tol, 1e-4; PyTorch's LBFGS has no line search unless
    asked, and a memory of 100.

    >>> from clearprop import Network, train
    >>> net = Network.from_weights([([[2.0]], [1.0])], activations=("identity",))
    >>> run = train(net, [[1.0], [2.0]], [[3.0], [7.0]], loss="square", optimizer="lbfgs", batch_size=None)
    >>> run.network.W[1].round(6), run.network.W0[1].round(6)
    (array([[4.]]), array([-1.]))
    """

    name = "lbfgs"
    other_names = ("bfgs", "l_bfgs_b", "limited_memory_bfgs")
    formula = "θ ← θ − η H g, η by line search, H ≈ (∂²L/∂θ²)⁻¹ from the last `memory` steps"
    latex = (
        r"\theta \leftarrow \theta - \eta H g, \quad H \approx \left(\frac{\partial^2 L}{\partial \theta^2}\right)^{-1}"
    )
    source = "Liu and Nocedal 1989; Byrd, Lu, Nocedal and Zhu 1995"
    whole_set, steps_by_eta = True, False
    memory: int = hyper(10, low=1, high=1000, about="steps that the second derivatives are estimated from")
    loss_tolerance: float = hyper(
        2.220446049250313e-09, low=0.0, high=math.inf, about="stop when a step lowers the loss by less, relative to it"
    )
    gradient_tolerance: float = hyper(
        1e-5, low=0.0, high=math.inf, about="stop when no entry of the gradient is larger"
    )
