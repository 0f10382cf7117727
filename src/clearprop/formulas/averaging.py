"""Averages of the parameters over training: the network that is returned has the average. The steps do not change.

A rule says which steps' parameters enter the average, and with which weight: average ← average + weight (θ − average). Mean and
variance of a batch normalisation are not averaged: they are computed anew, for the averaged network over the training points.
"""

from __future__ import annotations

from dataclasses import dataclass

from .catalogue import Part, hyper, register
from .optimizers import BELOW_ONE


class Averaging(Part):
    """A rule for which parameters enter the average, and with which weight."""

    kind = "averaging"

    def next(self, step: int, steps: int, epoch: int) -> int:
        """The first step after `step` whose parameters enter the average; a training has `steps`, an epoch has `epoch`."""
        raise NotImplementedError(f"averaging {self.name!r} must define next")

    def weight(self, count: int) -> float:
        """The weight of new parameters when `count` have entered before them; 1 for the first."""
        raise NotImplementedError(f"averaging {self.name!r} must define weight")


@register
@dataclass(frozen=True)
class EMA(Averaging):
    """An exponential moving average: roughly the mean over the last 1 / (1 − decay) updates of it.

    It starts at the first parameters, as PyTorch's get_ema_multi_avg_fn does; Keras' optimisers have ema_momentum = 0.99 and
    start at the initial ones. With `every` = 10 it costs less time; for the same average take the tenth power of `decay`.

    >>> EMA(decay=0.9).weight(0), round(EMA(decay=0.9).weight(1), 12)
    (1.0, 0.1)
    """

    name = "ema"
    other_names = ("exponential_moving_average", "moving_average", "model_ema")
    formula = "θ̄ ← decay θ̄ + (1 − decay) θ, after every step"
    latex = r"\bar\theta \leftarrow \beta \bar\theta + (1 - \beta) \theta"
    source = "Polyak and Juditsky 1992; Tarvainen and Valpola 2017, equation 2"
    decay: float = hyper(0.99, low=0.0, high=BELOW_ONE, about="decay rate of the average")
    every: int = hyper(1, low=1, high=2**31, about="steps between two updates of the average")

    def next(self, step: int, steps: int, epoch: int) -> int:
        return (step // self.every + 1) * self.every

    def weight(self, count: int) -> float:
        return 1 - self.decay if count else 1.0


@register
@dataclass(frozen=True)
class SWA(Averaging):
    """Stochastic weight averaging: the plain mean of the parameters at the end of each epoch, late in training.

    For a step size that stays large, constant or cyclic: the parameters move around a wide minimum, and their mean is nearer
    to its middle. PyTorch's AveragedModel with update_bn, where the user chooses the start; the paper's is 75 % of training.

    >>> SWA().next(step=0, steps=1000, epoch=100), SWA().next(step=800, steps=1000, epoch=100)
    (800, 900)
    """

    name = "swa"
    other_names = ("stochastic_weight_averaging", "averaged_model")
    formula = "θ̄ ← θ̄ + (θ − θ̄) / (k + 1), at the end of each epoch after start"
    latex = r"\bar\theta \leftarrow \frac{k \bar\theta + \theta}{k + 1}"
    source = "Izmailov et al. 2018, algorithm 1"
    start: float = hyper(0.75, low=0.0, high=1.0, about="the fraction of training before the first average")

    def next(self, step: int, steps: int, epoch: int) -> int:
        first = max(step + 1, self.start * steps)
        return min(int(-(-first // epoch)) * epoch, max(steps, step + 1))

    def weight(self, count: int) -> float:
        return 1 / (count + 1)
