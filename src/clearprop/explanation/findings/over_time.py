"""Lints over time: what the lints of one step find in the steps of a recorded training, and from which step on.

A training is judged by the same list, words and thresholds as a step. Two findings need more than one step: units that are
dead, which are off at every point from some step on, and a loss that grows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from ...advice.outcome import has_grown
from ...advice.thresholds import FEW_POINTS, SELDOM
from ..trace.around import Lint, LintOverTime
from .lints import SEVERITIES, lints_of
from .lints_of_units import DEAD, OFF, dead_at
from .seen import Seen


def lints_over_time(steps: Mapping[int, Seen]) -> tuple[LintOverTime, ...]:
    """All findings of the steps t, the worst first, and the earliest of these."""
    found = [*_of_single_steps(steps), *_dead_for_good(steps), *_growing_loss(steps)]
    return tuple(sorted(found, key=lambda each: (SEVERITIES.index(each.lint.severity), each.t)))


def _of_single_steps(steps: Mapping[int, Seen]) -> Iterator[LintOverTime]:
    """A finding of a step once for all steps that have it, in the words of the first of them."""
    found = [(t, lint) for t, seen in steps.items() for lint in lints_of(seen) if lint.code not in {OFF, DEAD}]
    of_layers = {
        lint.code for t, lint in found if sum(other == t and each.code == lint.code for other, each in found) > 1
    }
    where: dict[tuple[str, int | None], dict[int, Lint]] = {}
    for t, lint in found:  # one that a step has once may wander from layer to layer
        where.setdefault((lint.code, lint.l if lint.code in of_layers else None), {})[t] = lint
    last = max(steps, default=0)
    for lints in where.values():
        t, first = next(iter(lints.items()))
        passed = last not in lints and len(lints) < SELDOM.value * len(steps)
        severity = "note" if passed and first.severity == "warning" else first.severity
        yield LintOverTime(t, tuple(lints), _when(list(lints), steps), replace(first, severity=severity))


def _when(found: list[int], steps: Mapping[int, Seen]) -> str:
    if found == [t for t in steps if t >= found[0]]:
        return f"from step {found[0]} on" if found[0] != next(iter(steps)) else "in every recorded step"
    return f"in {len(found)} of {len(steps)} recorded steps, first in step {found[0]}"


def _dead_for_good(steps: Mapping[int, Seen]) -> Iterator[LintOverTime]:
    """Units that are off at all points of every recorded step from some step on, too many points for that to be chance."""
    first = next(iter(steps.values()), None)
    for l in first.passes.net.layers if first else ():
        if first is None or first.passes.net.f[l].name == "step":
            continue
        off = np.array([seen.off(l).all(axis=0) for seen in steps.values()])
        lasting = np.logical_and.accumulate(off[::-1], axis=0)[::-1]  # off in this step and in all later ones
        points = np.array([seen.points for seen in steps.values()])
        dead = points @ lasting >= FEW_POINTS.value
        if not dead.any() and points @ lasting.all(axis=1) * len(dead) >= FEW_POINTS.value:
            dead = np.ones_like(dead)
        if not dead.any():
            continue
        since = int(np.argmax(lasting[:, dead].all(axis=1)))
        tail = tuple(steps)[since:]
        for lint in dead_at(steps[tail[0]], l, dead, int(points[since:].sum())):
            yield LintOverTime(tail[0], tail, _when(list(tail), steps), lint)


def _growing_loss(steps: Mapping[int, Seen]) -> Iterator[LintOverTime]:
    """A training whose loss ends above where it began."""
    losses = [float(seen.passes.fwd.loss) for seen in steps.values()]
    if len(losses) <= 3 or not np.isfinite(losses).all():
        return
    if not has_grown(losses[0], losses):
        return
    lint = Lint(
        code="growing loss",
        severity="warning",
        l=None,
        units=(),
        message=f"the loss rose from {losses[0]:.4g} to {losses[-1]:.4g} over the recorded steps",
        remedy="take smaller steps: explain one of them for a measured eta",
        measured={"first loss": losses[0], "last loss": losses[-1]},
    )
    yield LintOverTime(next(iter(steps)), tuple(steps), _when(list(steps), steps), lint)
