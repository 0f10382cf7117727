"""The task of a training that takes single steps: of a `Trainer`, or of each network of a `Population`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..engines import Task
from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.regularizers import Dropout, InputNoise, MaxNorm, as_regularizer
from ..network import Network


def task_of_steps(
    net: Network,
    loss: Loss,
    rule: Optimizer,
    *,
    penalty: str | Penalty | None,
    dropout: float | Sequence[float] | str | Dropout | None,
    input_noise: float | str | InputNoise | None,
    max_norm: float | str | MaxNorm | None,
    factors: Array | None,
) -> Task:
    """The parts, checked, with a point that is never used: rows come with each step. The seed is still to be drawn."""
    if rule.rule.whole_set:
        raise ValueError(f"{rule.rule.name} uses every point in each step; use train(..., batch_size=None)")
    left_out = as_regularizer(Dropout, dropout)
    if left_out is not None:
        left_out.of_layers(net.L)  # ValueError where the number of rates does not fit
    return Task(
        network=net,
        loss=loss,
        optimizer=rule,
        X=np.zeros((1, net.widths[0]), net.dtype),
        Y=np.zeros((1, net.widths[-1]), net.dtype),
        penalty=None if penalty is None else find(Penalty, penalty),
        dropout=left_out,
        input_noise=as_regularizer(InputNoise, input_noise),
        max_norm=as_regularizer(MaxNorm, max_norm),
        factors=factors,
    )
