"""A schedule that depends on the reported loss: the step size falls when the loss no longer does."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from .catalogue import Array, hyper, part_hyper, register
from .patience import Patience
from .schedules import Constant, Listener, Schedule, as_schedule
from .stateful import Stateful


@register
@dataclass(frozen=True)
class ReduceOnPlateau(Schedule):
    """Another schedule's step size, reduced each time the loss has not improved for more than `patience` reports.

    The loss is that of the validation set where there is one. It has improved if it is below the best so far by more than the
    fraction `threshold` of it. As PyTorch's ReduceLROnPlateau, relative, with its defaults; Keras' ReduceLROnPlateau compares
    with an absolute min_delta, reduces one report earlier, and has a smallest step size where this one has a smallest factor.

    >>> listen = ReduceOnPlateau(patience=1, factor=0.5).listener()
    >>> [listen(loss) for loss in (1.0, 0.9, 0.9, 0.9, 0.9, 0.9)]
    [1.0, 1.0, 1.0, 0.5, 0.5, 0.25]
    """

    name = "reduce_on_plateau"
    other_names = ("reduce_lr_on_plateau", "plateau", "adaptive")
    formula = "η(t) = of(t) · factor^k, k the plateaus so far"
    latex = r"\eta(t) = \eta'(t)\, f^k"
    source = "standard; PyTorch, torch.optim.lr_scheduler.ReduceLROnPlateau"
    of: Schedule = part_hyper(Schedule, Constant(), about="the schedule that is reduced")  # noqa: RUF009 - a field
    factor: float = hyper(0.1, low=0.0, high=1.0, about="what it is multiplied by at each plateau")
    patience: int = hyper(10, low=0, high=2**31, about="reports without improvement that are tolerated")
    threshold: float = hyper(1e-4, low=0.0, high=1.0, about="the relative decrease that counts as an improvement")
    cooldown: int = hyper(0, low=0, high=2**31, about="reports after a reduction that are not counted")
    least: float = hyper(0.0, low=0.0, high=1.0, about="the smallest product of factors")

    def __post_init__(self) -> None:
        object.__setattr__(self, "of", as_schedule(self.of))  # a number or a function of t is a schedule too
        super().__post_init__()

    def eta(self, t: Array) -> Array:
        return self.of.eta(t)

    def over(self, steps: int) -> Schedule:
        return replace(self, of=self.of.over(steps))

    def listener(self) -> Listener:
        return Plateaus(self)


class Plateaus(Stateful):
    """The listener of one training: how long the loss has not improved, and the product of the factors so far."""

    changing = ("patience", "cooling", "product", "inner")

    def __init__(self, part: ReduceOnPlateau) -> None:
        self.part, self.patience, self.cooling, self.product = part, RelativePatience(part.threshold), 0, 1.0
        self.inner = part.of.listener()

    def __call__(self, loss: float) -> float:
        """The factor of eta(t) from now on, after one more report."""
        part, patience = self.part, self.patience
        patience.look(loss)
        if self.cooling:
            self.cooling, patience.waited = self.cooling - 1, 0
        if patience.waited > part.patience:
            self.product = max(self.product * part.factor, part.least)
            self.cooling, patience.waited = part.cooldown, 0
        return self.product if self.inner is None else self.product * self.inner(loss)


class RelativePatience(Patience):
    """A number improves where it is lower by more than `tolerance` of the best, and only such a number becomes the best."""

    def improves(self, value: float) -> bool:
        return value < self.best - abs(self.best) * self.tolerance if math.isfinite(self.best) else value < self.best

    def best_of(self, value: float) -> float:
        return value if not self.waited else self.best
