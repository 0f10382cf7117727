"""A task: which methods are judged, for how many points, with which seed and limits; read from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ..diagnosis import Mistake
from ..formulas.catalogue import CATALOGUE, nearest
from . import network as _network  # noqa: F401
from . import of_activations, of_batch_norm, of_linear, of_losses, of_sequential, of_softmax  # noqa: F401 - their criteria
from .criterion import CRITERIA
from .limits import Limits
from .sandbox import Packages

LEVELS = ("computed", "mistake", "answer")
"""What feedback says: where it is wrong and what was computed there; then the mistake and its lesson; then what is right."""
HIDDEN = ("Tanh", "ReLU", "Sigmoid")
KEYS = ("title", "file", "seed", "feedback", "given", "packages", "points", "credit", "limits")
COMMON = (
    "Linear.forward",
    "Linear.backward",
    "Linear.sgd_step",
    "Tanh.forward",
    "Tanh.backward",
    "ReLU.forward",
    "ReLU.backward",
    "SoftMax.forward",
    "SoftMax.backward",
    "SoftMax.class_fun",
    "NLL.forward",
    "NLL.backward",
    "Sequential.forward",
    "Sequential.backward",
    "Sequential.sgd",
    "Network.backward",
)
"""What is judged where a task does not say."""


@dataclass(frozen=True)
class Task:
    """What is asked, and what it is worth."""

    title: str = "Back-propagation"
    file: str = "modules.py"
    """The name of the file in each submission."""
    seed: int = 0
    """Each person's numbers follow from it and the person's name."""
    feedback: str = LEVELS[0]
    points: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(COMMON, 1.0))
    credit: Mapping[str, float] = field(default_factory=lambda: {"convention": 0.5})
    """The share of what is wrong that is given all the same: for `convention`, and for mistakes by their names."""
    limits: Limits = field(default_factory=Limits)
    packages: Packages = field(default_factory=Packages)
    given: tuple[Path, ...] = ()
    """Files that are put beside each submission."""

    @property
    def most(self) -> float:
        """All points."""
        return sum(self.points.values())

    @property
    def hidden(self) -> str:
        """The activation of the network that is tried as a whole: the first that is judged."""
        return next((each for each in HIDDEN if any(name.startswith(each) for name in self.points)), HIDDEN[0])


def read_task(path: str | Path) -> Task:
    """The task in a TOML file. ValueError with the key that is wrong, and what would be right."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            document = tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is no TOML: {error}") from None
    return task_of(document, str(path), path.parent)


def task_of(document: Mapping[str, Any], path: str = "the task", folder: Path = Path()) -> Task:
    """The task in a document; `given` are files of `folder`."""
    for key in document:
        if key not in KEYS:
            raise ValueError(f"{path} has {key!r}, which means nothing here{nearest(key, list(KEYS))}")
    told = _plain(document, path)
    tables: dict[str, Callable[[Any, str], Any]] = {"points": _points, "credit": _credit, "limits": _limits}
    told |= {key: read(document[key], path) for key, read in tables.items() if key in document}
    told["packages"] = Packages(tuple(dict.fromkeys(("numpy", *_names(document, "packages", path)))))
    told["given"] = tuple(_given(each, path, folder) for each in _names(document, "given", path))
    return Task(**told)


def _plain(document: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Texts and the seed."""
    told: dict[str, Any] = {}
    for key, kind in (("title", str), ("file", str), ("feedback", str), ("seed", int)):
        if key in document:
            if type(document[key]) is not kind:
                what = "a text" if kind is str else "a whole number"
                raise ValueError(f"{path}: {key} must be {what}; given {document[key]!r}")
            told[key] = document[key]
    if told.get("feedback", LEVELS[0]) not in LEVELS:
        raise ValueError(f"{path}: feedback is one of {', '.join(LEVELS)}; given {told['feedback']!r}")
    name = told.get("file", Task.file)
    if Path(name).name != name or not name.endswith((".py", ".ipynb")):
        raise ValueError(f"{path}: file is the name of a .py or .ipynb file, without a folder; given {name!r}")
    if told.get("seed", 0) < 0:
        raise ValueError(f"{path}: seed must be 0 or more; given {told['seed']}")
    return told


def _table(given: Any, name: str, path: str) -> dict[str, float]:
    if not isinstance(given, dict) or not given:
        raise ValueError(f"{path}: [{name}] is a table of names and numbers")
    for key, value in given.items():
        if type(value) not in (int, float) or not 0 <= value < float("inf"):
            raise ValueError(f'{path}: [{name}] "{key}" must be a number, 0 or more; given {value!r}')
    return given


def _points(given: Any, path: str) -> dict[str, float]:
    table = _table(given, "points", path)
    known = list(CRITERIA.criteria)
    for key in table:
        if key not in known:
            raise ValueError(f"{path}: [points] {key!r} is no method of the interface{nearest(key, known)}")
    return {key: float(table[key]) for key in known if key in table}


def _credit(given: Any, path: str) -> dict[str, float]:
    table = _table(given, "credit", path)
    slips = [slip.name for criterion in CRITERIA.criteria.values() for slip in criterion.slips]
    known = ["convention", *CATALOGUE[Mistake.kind], *slips]
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"{path}: [credit] {key!r} is no mistake that is known{nearest(key, known)}")
        if value > 1:
            raise ValueError(f"{path}: [credit] {key} is a share of the points, 0 to 1; given {value}")
    return dict(Task().credit) | {key: float(value) for key, value in table.items()}


def _limits(given: Any, path: str) -> Limits:
    table = _table(given, "limits", path)
    known: dict[str, type] = {each.name: type(getattr(Limits, each.name)) for each in fields(Limits)}
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"{path}: [limits] {key!r} means nothing here{nearest(key, list(known))}")
        if value <= 0 or (known[key] is int and int(value) != value):
            raise ValueError(
                f"{path}: [limits] {key} must be {'a whole' if known[key] is int else 'a'} number above 0; given {value}"
            )
    return Limits(**{key: known[key](value) for key, value in table.items()})


def _names(document: Mapping[str, Any], key: str, path: str) -> list[str]:
    names = document.get(key, [])
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise ValueError(f'{path}: {key} is a list of names, ["one", "two"]; given {names!r}')
    return names


def _given(name: str, path: str, folder: Path) -> Path:
    file = folder / name
    if not file.is_file():
        raise ValueError(f"{path}: given has {name!r}, and there is no such file in {folder}")
    return file
