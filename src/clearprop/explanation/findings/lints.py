"""Lints: what will go wrong in this network, or already has, each with what was measured and what to do about it.

A lint is a function of a step that gives findings; `LINTS` lists all of them, for a step that is explained and for a training
that was recorded. None of them changes anything. What they are judged by is in `thresholds`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..trace.around import Lint
from .lints_of_gradients import exploding_gradient, rising_loss, vanishing_gradient
from .lints_of_units import dead_units, saturated_output, saturated_units, step_activation, symmetric_units
from .lints_of_values import exploding_values, first_non_finite, small_inputs, unreachable_targets, unscaled_inputs
from .seen import Seen

LINTS: tuple[Callable[[Seen], Iterator[Lint]], ...] = (
    first_non_finite,
    dead_units,
    saturated_units,
    saturated_output,
    step_activation,
    vanishing_gradient,
    exploding_gradient,
    exploding_values,
    symmetric_units,
    unscaled_inputs,
    small_inputs,
    unreachable_targets,
    rising_loss,
)
SEVERITIES = ("error", "warning", "note")


def lints_of(seen: Seen) -> tuple[Lint, ...]:
    """All findings of a step, the worst first."""
    with np.errstate(all="ignore"):
        found = [lint for look in LINTS for lint in look(seen)]
    return tuple(sorted(found, key=lambda lint: SEVERITIES.index(lint.severity)))
