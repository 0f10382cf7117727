"""The state of a training: all that continuing it needs, beside what was given to `train`. No file is written here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..formulas.catalogue import Array

DIGESTED = 65536
"""Numbers of a table, spread over all of it, that its digest looks at."""


@dataclass(frozen=True, repr=False)
class State:
    """A training as it stood after a report, or when it ended.

    `train(..., resume=state)`, given the same arguments, takes the steps that the undisturbed training takes, to the bit: on
    the same engine and kind of processor, with any number of threads.
    """

    kind: str
    """"single"; or, of several restarts, "one_after_another" or "side_by_side"."""
    about: dict[str, Any]
    """What was trained, on what and how, as texts and numbers: another training is not continued by mistake."""
    values: dict[str, Any]
    """Parameters, running moments, the optimiser's arrays, the number of steps, the seed of dropout and noise, the place in
    the sampling (a generator's state and how many steps of its last draw are taken), the factor of eta, the average, what
    stop conditions have seen, the best network, the history and the recorded steps. Numbers, texts, arrays, lists, dicts.
    """

    def __repr__(self) -> str:
        return f"State of a training after {self.step} steps"

    @property
    def step(self) -> int:
        """Steps taken, t."""
        return int(self.values["step"])

    def packed(self) -> tuple[dict[str, Array], dict[str, Any]]:
        """The arrays, each under its path, and all else, which JSON can hold. `unpacked` puts them together again."""
        arrays: dict[str, Array] = {}
        rest = _without_arrays(self.values, "", arrays)
        return arrays, {"kind": self.kind, "about": self.about, "values": rest}

    @classmethod
    def unpacked(cls, arrays: dict[str, Array], rest: dict[str, Any]) -> State:
        """The state that `packed` gave these for."""
        return cls(rest["kind"], rest["about"], _with_arrays(rest["values"], arrays))

    def require_same(self, about: dict[str, Any]) -> None:
        """ValueError where another training than this state's is to be continued; says what differs."""
        for name, given in about.items():
            held = self.kind if name == "kind" else self.about.get(name)
            if held != given:
                raise ValueError(f"resume: the state is of a training with {name} {held!r}, and given is {given!r}")


ARRAY = "array:"
"""What stands for an array among the other values: this, and its path."""


def _without_arrays(value: Any, path: str, arrays: dict[str, Array]) -> Any:
    if isinstance(value, np.ndarray):
        arrays[path] = value
        return ARRAY + path
    if isinstance(value, dict):
        return {name: _without_arrays(each, f"{path}/{name}".lstrip("/"), arrays) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_arrays(each, f"{path}/{index}", arrays) for index, each in enumerate(value)]
    return value.item() if isinstance(value, np.generic) else value


def _with_arrays(value: Any, arrays: dict[str, Array]) -> Any:
    if isinstance(value, str) and value.startswith(ARRAY):
        return arrays[value.removeprefix(ARRAY)]
    if isinstance(value, dict):
        return {name: _with_arrays(each, arrays) for name, each in value.items()}
    return [_with_arrays(each, arrays) for each in value] if isinstance(value, list) else value


def digest(*tables: Array | None) -> str:
    """A short text that differs for other tables: of their shapes and of some 65,536 numbers of each, spread over it."""
    digested = hashlib.sha256()
    for table in tables:
        if table is not None:
            flat = table.reshape(-1)
            digested.update(f"{table.shape}{table.dtype}".encode())
            digested.update(np.ascontiguousarray(flat[:: max(1, -(-flat.size // DIGESTED))]).data)
    return digested.hexdigest()[:16]
