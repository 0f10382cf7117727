"""Schedules that listen: a step size that falls where the loss no longer does. They look at reported losses only."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from .catalogue import Array, hyper, part_hyper, register
from .schedules import Constant, Listener, Schedule, as_schedule


@register
@dataclass(frozen=True)
class ReduceOnPlateau(Schedule):
    """The step size of another schedule, cut down each time the loss has not fallen for more than `patience` reports.

    The loss is that of the validation set where there is one. It has fallen where it is below the best so far by more than
    `threshold` of that. As PyTorch's ReduceLROnPlateau, relative, with its defaults; Keras' ReduceLROnPlateau compares with
    an absolute min_delta, cuts one report earlier, and has a least step size where ours has a least factor.

    >>> listen = ReduceOnPlateau(patience=1, factor=0.5).listener()
    >>> [listen(loss) for loss in (1.0, 0.9, 0.9, 0.9, 0.9, 0.9)]
    [1.0, 1.0, 1.0, 0.5, 0.5, 0.25]
    """

    name = "reduce_on_plateau"
    formula = "η(t) = of(t) · factor^k, k the plateaus so far"
    latex = r"\eta(t) = \eta'(t)\, f^k"
    source = "standard; PyTorch, torch.optim.lr_scheduler.ReduceLROnPlateau"
    of: Schedule = part_hyper(Schedule, Constant(), about="what is cut down")  # noqa: RUF009 - a field
    factor: float = hyper(0.1, low=0.0, high=1.0, about="by which it is multiplied at each plateau")
    patience: int = hyper(10, low=0, high=2**31, about="reports without improvement that are borne")
    threshold: float = hyper(1e-4, low=0.0, high=1.0, about="how much lower, of the best loss, counts as better")
    cooldown: int = hyper(0, low=0, high=2**31, about="reports after a cut in which nothing is counted")
    least: float = hyper(0.0, low=0.0, high=1.0, about="the smallest product of factors")

    def __post_init__(self) -> None:
        object.__setattr__(self, "of", as_schedule(self.of))  # a number or a function of t is a schedule too
        super().__post_init__()

    def eta(self, t: Array) -> Array:
        return self.of.eta(t)

    def over(self, steps: int) -> Schedule:
        return replace(self, of=self.of.over(steps))

    def listener(self) -> Listener:
        best, waited, cooling, product = math.inf, 0, 0, 1.0
        inner = self.of.listener()

        def listen(loss: float) -> float:
            nonlocal best, waited, cooling, product
            better = loss < best - abs(best) * self.threshold if math.isfinite(best) else loss < best
            waited = 0 if better else waited + 1
            best = loss if better else best
            if cooling:
                cooling, waited = cooling - 1, 0
            if waited > self.patience:
                product = max(product * self.factor, self.least)
                waited, cooling = 0, self.cooldown
            return product if inner is None else product * inner(loss)

        return listen
