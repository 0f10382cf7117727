"""The points that a page carries: sampled where there are too many, prepared for a network, training points first."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..amounts import count
from ..columns.prepared import NumberColumn
from ..fitting.choosing import chosen_target
from ..fitting.evaluating import held_out_part
from ..fitting.fits import split_again
from ..fitting.recipe import Recipe
from ..fitting.splitting import Rows, split_rows
from ..formulas.catalogue import CATALOGUE, Array, Part, find
from ..io import Dataset, Model, Preprocessing, Table, load_table
from ..io.described import NO_CHOICES, Choices, with_gaps
from ..io.tables.datasets import FromSklearn
from ..validation import as_array, as_numbers

MOST_POINTS, MOST_NUMBERS = 5_000, 250_000
"""Points that a page carries, and numbers of their inputs: some 3 MB."""
OFFERED = ("moons", "xor", "circles", "spiral", "blobs", "line", "sine", "steps", "few_digits")
"""Data sets that every page carries beside its own."""
YOURS = "your points"
"""What arrays are called."""
TESTED = 0.2
"""The part of the points that is only tested."""
MOST_LEVELS = 256
"""Different values of a column that are numbered by a letter."""
FIRST_LETTER = 35
"""That of the value with the number 0: JSON writes what follows it as it is, but for the backslash."""


@dataclass(frozen=True)
class Embedded:
    """Points for a page. The first `training` of them are trained on, the others only looked at."""

    name: str
    about: str
    """What is to be known of them, in a sentence; empty where there is nothing to say."""
    target: str
    features: tuple[str, ...]
    classes: tuple[str, ...] | None
    """The names of the outputs; None for values."""
    X: Array
    """(n, m) as the network takes them"""
    Y: Array
    """(n, outputs)"""
    training: int
    of: int
    """How many points there were."""
    without_target: int = 0
    """How many rows of the table are no points, because they have no target."""
    named: bool = False
    """Whether `of_table(load_table(name))` gives these points again."""
    image: tuple[int, int] | None = None
    """Where a point is a picture, pixel by pixel: how many rows and columns it has."""
    source: str = ""
    """What Python loads it by, a name or a file; empty for arrays."""
    preprocessing: Preprocessing | None = None
    """What made inputs and targets of a table's columns; a model file that the page writes holds it."""

    def document(self) -> dict[str, Any]:
        """As JSON has it; arrays are as `packed` has them."""
        return {
            "name": self.name,
            "about": self.about,
            "target": self.target,
            "features": list(self.features),
            "classes": None if self.classes is None else list(self.classes),
            "X": shortest(self.X, self.preprocessing),
            "Y": shortest(self.Y),
            "shown": len(self.X),
            "training": self.training,
            "of": self.of,
            "named": self.named,
            "source": self.source,
            "preprocessing": None if self.preprocessing is None else self.preprocessing.to_json(),
            "image": None if self.image is None else list(self.image),
        }


def packed(array: npt.ArrayLike) -> str:
    """An array's float64 in base64: the lowest bytes of all numbers, then the next ones, up to signs and exponents.

    Those are much alike, and together a page packs them into fewer bytes.
    """
    numbers = np.ascontiguousarray(array, "<f8").ravel()
    return base64.b64encode(numbers.view(np.uint8).reshape(-1, 8).T.tobytes()).decode()


def unpacked(text: str) -> Array:
    """The numbers (n,) that `packed` has written."""
    planes = np.frombuffer(base64.b64decode(text), np.uint8).reshape(8, -1)
    return np.ascontiguousarray(planes.T).view("<f8").ravel()


def shortest(X: Array, made: Preprocessing | None = None) -> str | dict[str, Any]:
    """An array as it is shorter: as it is, or by the values of each column and a letter for each of its numbers.

    Classes, pixels and counts have few values in a column, and they are then a tenth as long; letters pack better than base64.
    Values that the preprocessing makes of whole numbers are not carried.
    """
    whole = None if made is None else _whole(X, made)
    if whole is not None:
        return {"levels": None, "counts": [], "codes": _letters(whole)}
    columns = [np.unique(X[:, j], return_inverse=True) for j in range(X.shape[1])]
    if any(len(values) > MOST_LEVELS for values, _ in columns) or 2 * sum(len(v) for v, _ in columns) > X.size:
        return packed(X)
    return {
        "levels": packed(np.concatenate([values for values, _ in columns])),
        "counts": [len(values) for values, _ in columns],
        "codes": _letters(np.stack([code for _, code in columns], axis=1)),
    }


def _whole(X: Array, made: Preprocessing) -> Array | None:
    """The whole numbers (n, m) of which standardising gives X to the bit, each less than `MOST_LEVELS`; None of others."""
    columns = [each for each in made.inputs if isinstance(each, NumberColumn) and each.width == 1]
    if not X.size or len(columns) < len(made.inputs):
        return None
    mean, scale = (np.array(each) for each in ([own.mean for own in columns], [own.scale for own in columns]))
    whole = np.rint(X * scale + mean)
    fits = np.array_equal((whole - mean) / scale, X) and whole.min() >= 0 and whole.max() < MOST_LEVELS
    return whole if fits else None


def _letters(numbers: Array) -> str:
    return "".join(chr(FIRST_LETTER + int(each)) for each in numbers.ravel())


def of_table(
    table: Table,
    *,
    target: str | None = None,
    validation: float = TESTED,
    seed: int = 0,
    model: Model | None = None,
    choices: Choices = NO_CHOICES,
) -> Embedded:
    """The rows of a table, prepared as `clearprop train` prepares them, by the training rows; or as a model does.

    Of the table that a model was trained on, the rows that its training held out are the ones that are only looked at.
    """
    if model is None:
        recipe = Recipe(target=target, kinds=choices.kinds, ignore=choices.ignore, na=choices.na)
        chosen = chosen_target(table, recipe)
        table, target, task, without = chosen.table, chosen.target, chosen.task, chosen.without_target
    else:
        table, without = model.prepared.with_target(with_gaps(table, choices.na))
        target, task = table.name_of(model.prepared.target.name if target is None else target), model.prepared.task
    shown = _sampled(len(table), len(table.names) - 1, seed)
    rows = table if len(shown) == len(table) else table.rows(shown)
    parts, about_parts = (None, "") if model is None else _parts_of(model, table, shown)
    if parts is None:
        split = split_rows(rows, target, task, test=0.0, validation=validation, seed=seed)
        parts = split.training, split.validation
    learnt, ordered = rows.rows(parts[0]), rows.rows(np.concatenate(parts))
    if model is None:
        records, of_target = chosen.records, chosen.of_target
        made = Preprocessing.fitted(
            learnt, target=target, task=task, records=records, of_target=of_target, na=choices.na
        )
        X = np.concatenate([made.training_X(learnt), made.X(rows.rows(parts[1]))])
    else:
        made = model.prepared
        X = made.X(ordered)
    about = [_of_kind(table), "Inputs are shown as the network takes them: standardised."]
    if task == "regression":
        about.append("The target is standardised, too.")
    if without:
        about.append(f"{count(without, 'row')} without {target} left out.")
    as_named = model is None and choices == NO_CHOICES and (validation, seed) == (TESTED, 0)
    return Embedded(
        name=_title(table.source),
        about=" ".join([*filter(None, [*about, about_parts]), _said_of(len(rows), len(table))]).strip(),
        target=target,
        features=tuple(made.input_names),
        classes=None if made.labels is None else tuple(map(str, made.labels)),
        X=X,
        Y=made.Y(ordered),
        training=len(parts[0]),
        of=len(table),
        without_target=without,
        named=as_named and bool(_of_kind(table)) and target == table.target,
        image=_image(table, len(made.input_names)),
        source="" if table.source == YOURS else table.source,
        preprocessing=made,
    )


def of_arrays(
    X: Any, y: Any, as_Y: Callable[[Any, int], Array], *, outputs: int, validation: float, seed: int
) -> Embedded:
    """Points and targets as they are, for a network that takes them so. `as_Y` makes targets (n, outputs) of some."""
    names = [str(name) for name in getattr(X, "columns", ())]
    points, labels = np.atleast_2d(as_numbers(X, "X")), as_array(y, "y")
    Y = as_Y(labels, len(points))
    rng = np.random.default_rng(seed)
    room = min(MOST_POINTS, MOST_NUMBERS // points.shape[1])
    order = rng.permutation(len(points))[:room]
    training = max(1, len(order) - round(validation * len(order)))
    one_hot = outputs > 1 and bool(np.isin(Y, (0.0, 1.0)).all()) and bool((Y.sum(axis=1) == 1).all())
    binary = outputs == 1 and bool(np.isin(Y, (0.0, 1.0)).all())
    return Embedded(
        name=YOURS,
        about=_said_of(len(order), len(points)),
        target="y",
        features=tuple(names or (f"x{j + 1}" for j in range(points.shape[1]))),
        classes=_classes(labels, Y) if one_hot else ("0", "1") if binary else None,
        X=points[order],
        Y=Y[order],
        training=training,
        of=len(points),
    )


def named_sets(names: Iterable[str] = OFFERED) -> list[Embedded]:
    """The data sets that every page carries; without those of scikit-learn where it is not installed."""
    names = list(names)
    missing = left_out(names)
    return [of_table(load_table(name)) for name in names if name not in missing]


def left_out(names: Iterable[str] = OFFERED) -> list[str]:
    """Those of the data sets that cannot be loaded here: they are part of scikit-learn."""
    found = find_spec("sklearn") is not None
    return [name for name in names if isinstance(find(Dataset, name), FromSklearn) and not found]


def _classes(labels: Array, Y: Array) -> tuple[str, ...]:
    """The labels in the order of the outputs; numbers where whole rows were given."""
    if labels.ndim != 1:
        return tuple(str(k) for k in range(Y.shape[1]))
    return tuple(str(labels[Y[:, k].argmax()]) if Y[:, k].any() else str(k) for k in range(Y.shape[1]))


def _parts_of(model: Model, table: Table, shown: Rows) -> tuple[tuple[Rows, Rows] | None, str]:
    """Which of the shown rows a model has learnt from, and which its training held out; and a sentence on that.

    None in place of the parts where the model does not know the table's rows.
    """
    try:
        split = split_again(model, table)
    except ValueError:  # another table, or a model without such facts
        return None, "Which of these rows the model has seen is not known: test points may be among them."
    part = held_out_part(model, split)
    held_out = np.isin(shown, getattr(split, part)) if part else np.zeros(len(shown), bool)
    return (np.flatnonzero(~held_out), np.flatnonzero(held_out)), _HELD_OUT[part]


_HELD_OUT = {
    "test": "Test points are the rows that the model's training held out.",
    "validation": "Test points are the rows by which the model's training chose its network; it did not learn from them.",
    None: "The model has learnt from all rows, so there are no test points.",
}


def _sampled(n: int, inputs: int, seed: int) -> Rows:
    """The numbers of as many rows as a page carries, drawn by the seed, in their order."""
    most = max(4, min(MOST_POINTS, MOST_NUMBERS // max(inputs, 1)))
    return np.arange(n) if n <= most else np.sort(np.random.default_rng(seed).permutation(n)[:most])


def _said_of(shown: int, of: int) -> str:
    return "" if shown == of else f"These are {shown:,} of {of:,} points, drawn at random: a page holds no more."


def _of_kind(table: Table) -> str:
    """What a named data set is: the first line of its description."""
    part = _named(table)
    return "" if part is None or not part.__doc__ else part.__doc__.strip().splitlines()[0]


def _image(table: Table, inputs: int) -> tuple[int, int] | None:
    """The rows and columns of a named set's pictures, where the network takes all their pixels."""
    part = _named(table)
    image = part.image if part is not None and issubclass(part, Dataset) else None
    return image if image and image[0] * image[1] == inputs else None


def _title(source: str) -> str:
    """What a data set is called on a page: a file's name without its folders, which are nobody's business there."""
    return Path(source).name if Path(source).is_file() else source


def _named(table: Table) -> type[Part] | None:
    return CATALOGUE[Dataset.kind].get(table.source.partition("(")[0])
