"""The arguments of a `Trainer` or a `Population` as texts and numbers, as a file holds them."""

from __future__ import annotations

from typing import Any, NoReturn

from ..engines import Task
from ..formulas.catalogue import CATALOGUE, Part, find
from ..formulas.known_targets import KnownTargets
from ..formulas.schedules import Schedule
from .step_rows import StepRows

PARTS = ("loss", "optimizer", "penalty", "dropout", "input_noise", "max_norm")
"""Of a task, by their names in `Trainer`."""


def texts_of(task: Task) -> dict[str, str | None]:
    """The parts of a task, by name."""
    return {name: None if (part := getattr(task, name)) is None else str(part) for name in PARTS}


def refuse_pickle(holder: Any) -> NoReturn:
    """TypeError: a trainer, or a population, has a lock and kernels. It says how to keep one."""
    name = type(holder).__name__
    raise TypeError(
        f"a {name} is not copied or pickled: write it with save(path) for {name}.load, or keep its state() for resume="
    )


def settings_of(task: Task, schedule: Schedule, rows: StepRows, history: int | None) -> dict[str, Any]:
    """The arguments; `eta` is None where it is a function of the user's own. ValueError for parts that a file cannot name."""
    loss = task.loss.of if isinstance(task.loss, KnownTargets) else task.loss
    parts = {name: getattr(task, name) for name in PARTS} | {"loss": loss}
    own = [part for part in (*parts.values(), rows.smoothing) if part and not is_catalogued(part)]
    if own:
        raise ValueError(
            f"{own[0].kind} {str(own[0])!r} is not in the catalogue, and a file holds names, not code; decorate its class with "
            "@clearprop.register, here and where the file is read, or keep trainer.state()"
        )
    return {
        **{name: None if part is None else str(part) for name, part in parts.items()},
        "eta": str(schedule) if is_catalogued(schedule) else None,
        "label_smoothing": None if rows.smoothing is None else str(rows.smoothing),
        "class_weight": None if rows.of_classes is None else rows.of_classes.tolist(),
        "classes": None if rows.classes is None else rows.classes.tolist(),
        "history": history,
    }


def is_catalogued(part: Part) -> bool:
    """Whether the text of a part gives the part back."""
    definition = CATALOGUE[part.kind].get(part.name)
    try:
        return definition is not None and find(definition, str(part)) == part
    except ValueError:
        return False
