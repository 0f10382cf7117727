"""The account of an estimator's parameters: the value of each, and where it is from. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .unused import unused
from .written import Parameters, defaults_of


class Setting(NamedTuple):
    """A parameter's value and where it is from: "written", "preset", "default", or "data" where `fit` found it there."""

    value: Any
    origin: str


class Settings(Mapping[str, Setting]):
    """The parameters by name. An attribute is the parameter itself, an item says where it is from; printed, it is a table.

    >>> from clearprop.estimators import MLPClassifier
    >>> settings = MLPClassifier(preset="tabular", max_iter=64).settings
    >>> settings.max_iter, settings.batch_size, settings.tol
    (64, 256, 0.0001)
    >>> settings["max_iter"].origin, settings["batch_size"].origin, settings["tol"].origin
    ('written', 'preset', 'default')
    """

    def __init__(self, estimator: Parameters) -> None:
        self._estimator, self._names = estimator, tuple(defaults_of(estimator))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._names:
            raise AttributeError(f"there is no parameter {name!r}")
        return getattr(self._estimator, name)

    def __getitem__(self, name: str) -> Setting:
        if name not in self._names:
            raise KeyError(name)
        made = vars(self._estimator)
        if name in made.get("_found", {}):
            return Setting(made["_found"][name], "data")
        origin = "preset" if name in made["_replaced"] else "written" if name in made["_written"] else "default"
        return Setting(made[name], origin)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        idle = unused(self._estimator, given=bool(vars(self._estimator).get("validation_scores_")))
        remarks = {name: f"   # no effect: {why}" for name, why in idle.items()}
        rows = [(name, each.origin, f"{each.value!r}{remarks.get(name, '')}") for name, each in self.items()]
        widths = [max(len(row[column]) for row in rows) for column in range(2)]
        return "\n".join(f"{name:<{widths[0]}}  {origin:<{widths[1]}}  {value}" for name, origin, value in rows)


def found_in_data(estimator: Any, **values: Any) -> None:
    """Note what a parameter that leaves it to the data comes to, by its name."""
    vars(estimator).setdefault("_found", {}).update(values)
