"""A task as kernels are told of it: parts and numbers, without its points; Python's kernels and a page's alike."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..formulas.activations import Activation
from ..formulas.catalogue import Part
from ..formulas.clipping import ClipArrayNorm, ClipNorm, Clipping, ClipValue
from ..formulas.losses import Loss
from ..formulas.normalizations import BatchNorm, LayerNorm, Normalization
from ..formulas.optimizers import Optimizer
from ..formulas.parametrizations import NTK, ScalingLayer
from ..formulas.penalties import L1, L2, ElasticNet, OfSum, Penalty
from ..formulas.regularizers import Dropout
from ..network import Network
from .engine import Task

PENALTIES: dict[type[Part], Callable[[Any], tuple[float, float]]] = {
    L1: lambda penalty: (penalty.strength, 0.0),
    L2: lambda penalty: (0.0, penalty.strength),
    ElasticNet: lambda penalty: (penalty.strength * penalty.ratio, penalty.strength * (1 - penalty.ratio)),
}
"""The strengths of |w| and of w², of which each of these is a sum."""


NORMALIZATIONS: dict[type[Normalization], Callable[[Any], tuple[int, float, float]]] = {
    BatchNorm: lambda part: (part.axis, part.epsilon, part.momentum),
    LayerNorm: lambda part: (part.axis, part.epsilon, 0.0),
}
"""The axis, epsilon, and the weight of a batch in running means."""


CLIPS: tuple[type[Clipping], ...] = (ClipValue, ClipNorm, ClipArrayNorm)
"""What cuts a gradient down: each entry of it, the norm of all of it, that of each array."""


@dataclass(frozen=True)
class Description:
    """What is told of a task. Of its optimiser, the rule that takes the step stands apart from what is around it."""

    widths: tuple[int, ...]
    activations: tuple[Activation, ...]
    normalized: list[tuple[int, float, float]]
    """As `normalizations_of` has it."""
    loss: Loss
    rule: Optimizer
    clips: list[tuple[int, float]]
    """In their order: the place of the rule in `CLIPS`, and the bound."""
    penalty: tuple[float, float, bool]
    """Strengths of |w| and of w², and whether they are added to the sum over a batch's points and divided with it."""
    dropout: tuple[list[float], int]
    """The rate of each A^0 .. A^(L-1), none without dropout; and the seed."""
    parametrization: tuple[float, float]
    """ntk's beta and scaling_layer's rate, 0 where there is none."""
    max_norm: float
    """Infinite where there is none."""


def described(task: Task) -> Description:
    """The description of a task that has no `lacking_part`."""
    parametrization, clips, rule = split_optimizer(task.optimizer)
    net = task.network
    return Description(
        widths=net.widths,
        activations=net.activations,
        normalized=normalizations_of(net),
        loss=task.loss,
        rule=rule,
        clips=clips,
        penalty=_penalty_strengths(task.penalty),
        dropout=([], 0) if task.dropout is None else (_dropout_rates(task.dropout, net.L), task.seed),
        parametrization=parametrization,
        max_norm=math.inf if task.max_norm is None else task.max_norm.largest,
    )


def normalizations_of(net: Network) -> list[tuple[int, float, float]]:
    """Of each layer the axis, or -1, epsilon and momentum of its normalisation; empty where no layer is normalised."""
    if not net.normalization:
        return []
    return [(-1, 0.0, 0.0) if part is None else NORMALIZATIONS[type(part)](part) for part in net.normalizations]


def lacking_part(task: Task, known: Callable[[Part], bool]) -> str:
    """Which part of a task kernels lack; empty where they have all. `known` tells it of an activation, a loss or a rule."""
    parametrized, clips, rule = split_optimizer(task.optimizer)
    if any(parametrized) and clips:
        return f"{task.optimizer.name} around {str(task.optimizer.then)!r} has no kernel"  # type: ignore[attr-defined]
    parts: list[Part | None] = [*task.network.activations, task.loss, _inside(task.penalty), *_other_parts(task)]
    if not rule.whole_set:  # whose steps are taken elsewhere, and want a gradient only
        parts.append(rule)
    lacking = [part for part in parts if part is not None and not known(part) and type(part) not in PENALTIES]
    return f"{lacking[0].kind} {str(lacking[0])!r} has no kernel" if lacking else ""


def _other_parts(task: Task) -> tuple[Part | None, ...]:
    """What a task may have beside its layers, its loss and its optimiser."""
    return (*task.network.normalizations, task.input_noise, task.max_norm)


def split_optimizer(optimizer: Optimizer) -> tuple[tuple[float, float], list[tuple[int, float]], Optimizer]:
    """What is around the rule that takes the step, and that rule.

    First ntk's beta and scaling_layer's rate, 0 where there is none; then what cuts a gradient down, in the order in which
    it does: the place of the rule in `CLIPS`, and the bound.
    """
    beta, rate, clips = 0.0, 0.0, []
    while (type(optimizer) is NTK and not beta) or (type(optimizer) is ScalingLayer and not rate):
        if isinstance(optimizer, NTK):
            beta = optimizer.beta
        elif isinstance(optimizer, ScalingLayer):
            rate = optimizer.rate
        optimizer = optimizer.then
    while type(optimizer) in CLIPS:
        assert isinstance(optimizer, Clipping)
        clips.append((CLIPS.index(type(optimizer)), optimizer.largest))
        optimizer = optimizer.then
    return (beta, rate), clips, optimizer


def _penalty_strengths(penalty: Penalty | None) -> tuple[float, float, bool]:
    """Of |w| and of w², and whether they are added to the sum over a batch's points and divided with it."""
    added = _inside(penalty)
    return (*((0.0, 0.0) if added is None else PENALTIES[type(added)](added)), added is not penalty)


def _inside(penalty: Penalty | None) -> Penalty | None:
    """The penalty that is added to a batch's sum, or to its mean."""
    return penalty.of if type(penalty) is OfSum and penalty.points == 1 else penalty


def _dropout_rates(dropout: Dropout, L: int) -> list[float]:
    """The rate of each A^0 .. A^(L-1)."""
    rates = dropout.of_layers(L)
    return [rates.get(l, 0.0) for l in range(L)]
