"""The state of a training: all that a continuation needs, beside the arguments of `train`. No file is written here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..amounts import count
from ..formulas.catalogue import Array
from ..sparse_rows import SparseRows
from ..validation import type_name

DIGESTED = 4096
"""The number of values of a table, spread over all of it, that go into its digest."""


@dataclass(frozen=True, repr=False)
class State:
    """The state of a training after a report, or at its end.

    `train(..., resume=state)` with the same arguments takes exactly the steps that the uninterrupted training takes, to the
    bit, on the same engine and kind of processor, with any number of threads. To keep a state in a file, write what `packed`
    gives: arrays, with `numpy.savez` for one, and values that JSON can hold.

    >>> import json
    >>> from clearprop import Network, train
    >>> net, X, Y = Network((1, 1), ("identity",), seed=0), [[0.0], [1.0]], [[1.0], [3.0]]
    >>> half = train(net, X, Y, loss="square", eta=0.1, epochs=10)
    >>> arrays, rest = half.state.packed()
    >>> state = State.unpacked(arrays, json.loads(json.dumps(rest)))
    >>> whole = train(net, X, Y, loss="square", eta=0.1, epochs=20, resume=state)
    >>> at_once = train(net, X, Y, loss="square", eta=0.1, epochs=20)
    >>> bool((whole.network.parameters == at_once.network.parameters).all())
    True
    """

    kind: str
    """"single"; or, of several restarts, "one_after_another" or "side_by_side"."""
    about: dict[str, Any]
    """A description of network, data and options, as texts and numbers, so that no other training is continued by mistake."""
    values: dict[str, Any]
    """Parameters, running moments, the optimiser's arrays, the number of steps, the seed of dropout and noise, the position
    in the sampling (a generator's state and the number of steps used from its last draw), the sums of the reported loss, the
    factor of eta, the average, the stop conditions, the best network, the history and the recorded steps: numbers, texts,
    arrays, lists and dicts.
    """

    def __repr__(self) -> str:
        return f"State of a training after {count(self.step, 'step')}"

    @property
    def step(self) -> int:
        """The number of steps taken, t."""
        return int(self.values["step"])

    def packed(self) -> tuple[dict[str, Array], dict[str, Any]]:
        """The arrays, each under its path, and the rest, which JSON can hold. `unpacked` joins them again."""
        arrays: dict[str, Array] = {}
        rest = _without_arrays(self.values, "", arrays)
        return arrays, {"kind": self.kind, "about": self.about, "values": rest}

    @classmethod
    def unpacked(cls, arrays: dict[str, Array], rest: dict[str, Any]) -> State:
        """The state from what `packed` gave."""
        return cls(rest["kind"], rest["about"], _with_arrays(rest["values"], arrays))

    def require_same(self, about: dict[str, Any]) -> None:
        """ValueError, which says what differs, if `about` does not describe the training of this state."""
        for name, given in about.items():
            held = self.about.get(name)
            if held == given:
                continue
            if name in DIGESTS:
                raise ValueError(f"resume: {DIGESTS[name]} not those of the training that the state is of")
            raise ValueError(f"resume: the state is of a training with {name} {held!r}; given {given!r}")


DIGESTS = {
    "data": "X, Y, sample_weight, class_weight or label_smoothing are",
    "validation": "the validation points or targets are",
    "mask": "the weights that mask holds at 0 are",
    "starts": "the network or the seed, from which the restarts are drawn, are",
}
"""Of what `about` holds a digest, which would tell a reader nothing."""
ARRAY = "array:"
"""The prefix of the text that replaces an array; its path follows."""


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


def digest(*tables: Array | SparseRows | None) -> str:
    """A digest of tables, as a short text: of their shapes and types, and of about 4,096 values of each, spread over it."""
    digested = hashlib.sha256()
    for table in (part for each in tables for part in (each.parts if isinstance(each, SparseRows) else (each,))):
        if table is not None:
            flat = table.reshape(-1)
            digested.update(f"{table.shape}{type_name(table.dtype)}".encode())
            digested.update(np.ascontiguousarray(flat[:: max(1, -(-flat.size // DIGESTED))]).data)
    return digested.hexdigest()[:16]
