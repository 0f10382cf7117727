"""The step sizes of a training whose length nobody knows."""

from __future__ import annotations

import numpy as np

from ..formulas.schedules import Constant, Schedule, etas_of

AT_ONCE = 256
"""Step sizes that are computed in one call of the schedule."""


class StepSizes:
    """eta(t), for one t after another. ValueError for a schedule that needs what a stream does not tell."""

    def __init__(self, schedule: Schedule) -> None:
        if schedule.listener() is not None:
            raise ValueError(
                f"{schedule.name} follows the losses that a training reports, and single steps report none; give a function of "
                "t"
            )
        if schedule.over(1) != schedule:
            raise ValueError(
                f"{schedule.name}: steps=0 is the length of the training, which is not known here; give steps"
            )
        self.schedule = schedule
        self.known: dict[int, float] = {}
        """By t; the same dict always."""

    def of(self, t: int) -> float:
        """eta(t). Where the schedule fails at a later one, this one alone is computed."""
        if t not in self.known:
            self._compute(t)
        return self.known[t]

    def _compute(self, first: int) -> None:
        last = self.known.get(first - 1)
        try:
            etas = self._etas(first, AT_ONCE)
        except Exception:  # noqa: BLE001 - a user's function may raise anything
            etas = self._etas(first, 1)
        self.known.clear()
        self.known.update(etas)
        if last is not None:
            self.known[first - 1] = last  # of the step before, which is shown

    def _etas(self, first: int, count: int) -> dict[int, float]:
        if type(self.schedule) is Constant:  # without NumPy, which would let a busy thread take the interpreter's lock
            return dict.fromkeys(range(first, first + count), float(self.schedule.value))
        t = np.arange(first, first + count)
        return dict(zip(t.tolist(), etas_of(self.schedule, t).tolist(), strict=True))
