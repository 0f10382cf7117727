"""Objects that change during training, and the state of them that a continuation needs. Nothing is written to a file here."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, ClassVar


class Stateful:
    """An object that changes from report to report: `changing` names the attributes that do.

    A state is made of numbers, texts, arrays, lists and dicts, so that any file format can hold it.

    >>> class Counter(Stateful):
    ...     changing = ("count",)
    ...     count = 0
    >>> first, second = Counter(), Counter()
    >>> first.count = 3
    >>> second.restore(first.state())
    >>> second.count
    3
    """

    changing: ClassVar[tuple[str, ...]] = ()

    def state(self) -> dict[str, Any]:
        """The attributes that change, by name, copied; of a `Stateful` attribute its own state."""
        return {name: state_of(getattr(self, name)) for name in self.changing}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from the state of an object that was made in the same way."""
        for name in self.changing:
            value = getattr(self, name)
            if isinstance(value, Stateful):
                value.restore(state[name])
            else:
                setattr(self, name, deepcopy(state[name]))


def state_of(value: Any) -> Any:
    """The state of a `Stateful`, None for a function, a copy of anything else."""
    if isinstance(value, Stateful):
        return value.state()
    return None if callable(value) else deepcopy(value)
