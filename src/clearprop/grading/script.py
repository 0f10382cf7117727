"""A script of calls, written: the few steps that the runner follows, and the numbers that they begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import course
from ..formulas.catalogue import Array
from .runner import Script

REFERENCE: dict[str, Any] = {name: getattr(course, name) for name in course.__all__}
"""The course's own classes, outside the sandbox."""


@dataclass
class Steps:
    """Steps in their order, the classes that they need, and the names of the values that they give."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    give: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)

    def make(self, name: str, of: str, *args: Any) -> None:
        """An object of a class."""
        self.steps.append({"step": "make", "as": name, "class": of, "args": [_written(arg) for arg in args]})
        if of not in self.classes:
            self.classes.append(of)

    def probes(self, *matrices: Array) -> None:
        """Modules `probe1`, ... and a `loss` whose arithmetic is known."""
        self.steps.append({"step": "probes", "matrices": [each.tolist() for each in matrices]})

    def set(self, of: str, **attributes: Any) -> None:
        """Attributes of an object."""
        for name, value in attributes.items():
            self.steps.append({"step": "set", "of": of, "name": name, "value": _written(value)})

    def call(self, of: str, method: str, *args: Any, to: str = "", give: bool = False, **options: Any) -> None:
        """A method, or the first that there is of `one|another`; its result is kept as `to`."""
        step = {"step": "call", "of": of, "method": method, "args": [_written(arg) for arg in args]}
        self.steps.append(step | {"as": to, "options": options})
        self.give += [to] if give else []

    def get(self, of: str, name: str, to: str = "") -> None:
        """An attribute, which is given."""
        self.steps.append({"step": "get", "of": of, "name": name, "as": to or name})
        self.give.append(to or name)

    def seed(self, value: int) -> None:
        """NumPy's global generator, from which the interface draws."""
        self.steps.append({"step": "seed", "value": value})

    def case(self, name: str) -> dict[str, Any]:
        """As the runner reads it."""
        return {"case": name, "steps": self.steps, "give": self.give, "classes": self.classes}

    def followed(self, **instead: Any) -> dict[str, Array]:
        """What the course's classes give, or others in their place: of course only ones that are trusted."""
        state = np.random.get_state()  # noqa: NPY002
        script = Script(REFERENCE | instead)
        with np.errstate(all="ignore"):
            script.follow(self.steps)
        np.random.set_state(state)  # noqa: NPY002
        return {name: np.asarray(script.given[name], dtype=float) for name in self.give}


@dataclass(frozen=True)
class Ref:
    """A value of an earlier step, or a list of them."""

    names: tuple[str, ...]
    several: bool = False


def ref(*names: str, several: bool = False) -> Ref:
    """The value of an earlier step."""
    return Ref(names, several)


def _written(value: Any) -> Any:
    if isinstance(value, Ref):
        return {"refs": list(value.names)} if value.several else {"ref": value.names[0]}
    return {"array": value.tolist()} if isinstance(value, np.ndarray) else value
