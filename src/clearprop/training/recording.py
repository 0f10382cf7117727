"""Recording: chosen steps of a training are kept with points and parameters, so that they can be explained later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from numbers import Integral
from typing import Any, TypeAlias

import numpy as np

from ..engines import Batches, Engine, NonFinite, Task
from ..engines.batches import as_batches
from ..formulas.catalogue import Array
from ..formulas.stateful import Stateful
from ..network import Network

Record: TypeAlias = int | Sequence[int]
"""The number of steps to keep, or their numbers, counted from 1."""


@dataclass(frozen=True)
class RecordedStep:
    """One step: its points, step size and loss, and the parameters before and after it."""

    t: int
    eta: float
    points: Array
    """Row numbers of its points, (b,)."""
    before: Array
    """All parameters before the step, (p,)."""
    after: Array
    loss: float
    """The loss on its points before the step."""


@dataclass
class Recording(Stateful):
    """The recorded steps of a training, by t."""

    task: Task
    wanted: tuple[int, ...]
    """The steps to keep, in order."""
    classes: Array | None = None
    steps: dict[int, RecordedStep] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.steps)

    def state(self) -> dict[str, Any]:
        return {"steps": [asdict(step) for step in self.steps.values()]}

    def restore(self, state: dict[str, Any]) -> None:
        self.steps = {step["t"]: RecordedStep(**step) for step in state["steps"]}

    def network(self, t: int, *, after: bool = False) -> Network:
        """The network before step t, or after it. KeyError where that step was not recorded."""
        step = self[t]
        return self.task.network.with_parameters((step.after if after else step.before).copy())

    def __getitem__(self, t: int) -> RecordedStep:
        if t not in self.steps:
            raise KeyError(f"step {t} was not recorded; recorded are {_some(list(self.steps))}")
        return self.steps[t]

    def __repr__(self) -> str:
        return f"Recording of {len(self.steps)} steps: {_some(list(self.steps))}"


class Recorder(Engine):
    """An engine that lets another one take every step, and records the wanted ones."""

    name = "recorder"

    def __init__(self, engine: Engine, recording: Recording) -> None:
        super().__init__(engine.task)
        self._engine, self._recording = engine, recording

    def steps_at_once(self, batch_size: int) -> int:
        return self._engine.steps_at_once(batch_size)

    @property
    def steps_together(self) -> int:
        return self._engine.steps_together

    def state(self) -> dict[str, Array]:
        return self._engine.state()

    def restore(self, state: dict[str, Array]) -> None:
        self._engine.restore(state)

    def loss_and_gradient(self, points: Array, t: int, *, first: int = 0, of: int | None = None) -> tuple[float, Array]:
        return self._engine.loss_and_gradient(points, t, first=first, of=of)

    def apply(self, gradient: Array, eta: float, t: int) -> None:
        self._engine.apply(gradient, eta, t)

    def run(self, batches: Batches | Array, etas: Array, t: int) -> float:
        given, total, done = as_batches(batches), 0.0, 0
        while done < len(given):
            wanted = next((each for each in self._recording.wanted if each >= t + done), None)
            apart = len(given) - done if wanted is None else wanted - t - done
            take = self._keep if apart == 0 else self._engine.run
            count = max(1, min(apart, len(given) - done))
            try:
                total += take(_part(given, done, count), etas[done : done + count], t + done)
            except NonFinite as error:
                error.step += done
                raise
            done += count
        return total

    def _keep(self, batch: Batches, etas: Array, t: int) -> float:
        """Take one step and record it."""
        before = self.task.network.parameters.copy()
        lost = self._engine.run(batch, etas, t)
        after, points = self.task.network.parameters.copy(), batch[0].copy()
        self._recording.steps[t] = RecordedStep(t, float(etas[0]), points, before, after, lost / len(points))
        return lost


def wanted_steps(record: Record, steps: int) -> tuple[int, ...]:
    """The steps to record: those given, or that many, closer together at the beginning, where most changes."""
    if isinstance(record, bool) or (isinstance(record, int) and record < 1):
        raise ValueError(f"record must be how many steps to keep, 1 or more, or which ones; given {record!r}")
    if isinstance(record, int):
        return tuple(
            np.unique(np.rint(np.geomspace(1, max(steps, 1), min(record, max(steps, 1)))).astype(int)).tolist()
        )
    if isinstance(record, str) or not isinstance(record, Iterable):
        raise ValueError(f"record must be how many steps to keep, or which ones; given {record!r}")
    given = list(record)
    if not given or not all(isinstance(t, Integral) and t >= 1 for t in given):
        raise ValueError(f"record names steps, counted from 1; given {given!r}")
    named = sorted({int(t) for t in given})
    return tuple(named)


def _part(batches: Batches, start: int, count: int) -> Batches:
    begins = batches.begins[start : start + count + 1]
    return Batches(batches.rows[begins[0] : begins[-1]], begins - begins[0])


def _some(steps: list[int]) -> str:
    return ", ".join(map(str, steps[:8])) + (f", ... {steps[-1]}" if len(steps) > 8 else "") if steps else "none"
