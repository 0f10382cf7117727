"""The checks of a user's arrays, with their error messages. Code that runs after them trusts shapes and values.

Points are rows everywhere. No array is changed in place, and none is copied that has the right type already.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from numbers import Real
from typing import Any

import numpy as np

from .formulas.activations import Activation
from .formulas.catalogue import CATALOGUE, Array
from .formulas.domains import SIGNS, LogSimplex, Simplex
from .formulas.known_targets import KnownTargets
from .formulas.losses import Loss
from .sparse_rows import SparseRows


@dataclass(frozen=True)
class Targets:
    """Targets as a loss takes them, Y (n, outputs), and the classes that its columns stand for, if any."""

    Y: Array
    classes: Array | None = None


@cache
def type_name(dtype: np.dtype[Any]) -> str:
    """The name of a type of numbers, such as `float32`. To ask NumPy takes as long as to copy a small network."""
    return str(dtype)


def refuse_estimator(given: object, instead: str) -> None:
    """TypeError for an estimator, or the course's modules, where a network is meant; it says what to use `instead`."""
    if hasattr(type(given), "to_network"):
        name = type(given).__name__
        raise TypeError(
            f"given {name}, where a network is meant: give its to_network(), with points in rows, or use its own methods"
        )
    if hasattr(type(given), "network_"):
        raise TypeError(f"given {type(given).__name__}, an estimator, where a network is meant: {instead}")


WITH_NETWORK = "give clf.network_, with clf.preparation_.transform(X) for X"
"""How a function of networks takes what an estimator has learnt."""


def as_generator(seed: object) -> np.random.Generator:
    """The generator that a seed stands for, or the one that is given; ValueError for anything else."""
    try:
        return np.random.default_rng(seed)  # type: ignore[arg-type]  # which says so where it is none
    except (TypeError, ValueError):
        raise ValueError(
            f"seed must be a whole number, 0 or more, or a numpy.random.Generator; given {seed!r}"
        ) from None


def as_threads(given: object) -> int | None:
    """The most threads for a step; None for the fastest number. ValueError for anything else."""
    return None if given is None else whole_number(given, 1, "threads", "None for what is fastest")


def whole_number(given: object, least: int, name: str, otherwise: str = "", *, most: int | None = None) -> int:
    """A whole number from `least` to `most`; ValueError for anything else, which names what may be given `otherwise`."""
    number = float(given) if isinstance(given, Real) and not isinstance(given, bool) else math.nan
    if number % 1 != 0 or number < least or (most is not None and number > most):  # NaN % 1 and inf % 1 are NaN
        range_ = f"{least} or more" if most is None else f"{least} to {most}"
        also = f", or {otherwise}" if otherwise else ""
        raise ValueError(f"{name} must be a whole number, {range_}{also}; given {given!r}")
    return int(number)


def as_points(X: Any, m: int, dtype: np.dtype[Any], name: str = "X", *, one: bool = False) -> Array:
    """X as (n, m) of the network's type; ValueError for another shape, no rows, text, NaN or infinity (row and column).

    With `one` it is the row of a single point, and a message speaks of its m numbers.
    """
    if isinstance(X, SparseRows):
        points: Any = X if X.dtype == dtype else X.converted(lambda values: _numbers(values, name, dtype))
        require_finite(points.values, name)
    else:
        points = _numbers(X, name, dtype)
    if one and points.ndim == 2 and points.shape[1] != m:
        raise ValueError(f"{name} has {_counted(points.shape[1], 'number')}, and the network takes {m}")
    if one and points.shape != (1, m):
        raise ValueError(f"{name} must be ({m},), the inputs of one point; given shape {points.shape[1:]}")
    if points.ndim != 2 or points.shape[1] != m:
        raise ValueError(
            f"{name} must be (n, {m}), a row for each point; given {_shape(points)}{_points_hint(points, m, name)}"
        )
    if len(points) == 0:
        raise ValueError(f"{name} has no rows")
    if not isinstance(points, SparseRows):
        require_finite(points, name)
    made: Array = points
    return made


def _points_hint(points: Array, m: int, name: str) -> str:
    """What mends an array of points with another shape than (n, m), where that is plain."""
    if points.shape == (m,):
        return f"; for one point give {name}[None, :]"
    if points.ndim == m == 1:
        return f"; for one feature give {name}[:, None]"
    if points.ndim == 2 and len(points) == m:
        return f"; if its columns are the points, give {name}.T"
    return ""


def as_target(y: Any, loss: Loss, *, outputs: int, dtype: np.dtype[Any]) -> Array:
    """The target of one point, y (n^L,), or the number of its class where there are several outputs, as (1, n^L)."""
    given = as_numbers(y, "y") if y is None else as_array(y, "y")
    require_length_of_target(given, outputs // loss.outputs_per_target)
    return as_targets(given[None], loss, points=1, outputs=outputs, dtype=dtype, name="y").Y


def require_length_of_target(given: Array, outputs: int) -> None:
    """ValueError where the target of one point, y (n^L,), is not as long as the outputs; one number may be a label."""
    if given.ndim == 1 and given.size not in {1, outputs} and given.dtype.kind in "fiub":
        raise ValueError(f"y has {_counted(given.size, 'number')}, and the network has {_counted(outputs, 'output')}")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def as_targets(
    Y: Any,
    loss: Loss,
    *,
    points: int,
    outputs: int,
    dtype: np.dtype[Any],
    classes: Array | None = None,
    name: str = "Y",
    remedy: str = "",
) -> Targets:
    """Y as (n, outputs): values, one-hot rows, or class labels (n,) where there are several outputs or labels are text.

    For a loss with targets -1 and 1, labels become -1 and 1: 1 for the class, or for the second of two with one output.
    For a loss with several outputs for each target, Y has a column for each target.
    NaN is a target that is missing, where the loss is over known ones; else it is refused, with the `remedy`.
    `classes` fixes the order of the classes; without it whole numbers 0..outputs-1 stand for themselves and other
    labels are sorted. Raises ValueError for a shape that does not fit or values outside the loss's domain.
    """
    outputs //= loss.outputs_per_target
    given = as_array(Y, name)
    if given.ndim == 0 or len(given) != points:
        raise ValueError(f"{name} must have a row for each of the {points} points; given {_shape(given)}")
    is_text = _is_text(given, name)
    if given.ndim == 1 and (outputs > 1 or is_text):
        labels = given if is_text else as_numbers(given, name)
        encoded = _encode_labels(labels, max(outputs, 2), classes, name, dtype, one_hot=outputs > 1)
        return Targets(2 * encoded.Y - 1, encoded.classes) if loss.domain_Y == SIGNS else encoded
    values = _numbers(given, name, dtype)
    if values.ndim == 1:
        values = values[:, None]
    if values.shape[1:] != (outputs,):
        raise ValueError(
            f"{name} must be (n, {outputs}) for {_counted(outputs, 'output')}, or labels (n,); given {_shape(given)}"
        )
    _require_known(loss, values, given, name, remedy)
    return Targets(values, classes)


def _require_known(loss: Loss, values: Array, given: Array, name: str, remedy: str) -> None:
    """ValueError for targets that are not finite or not allowed; NaN is allowed where the loss is over known targets."""
    missing = np.isnan(values)
    if not missing.any():
        require_finite(values, name)
        require_targets(loss, values, given, name)
        return
    if not isinstance(loss, KnownTargets):
        try:
            require_finite(values, name)
        except ValueError as error:
            raise ValueError(f"{error}{remedy}") from None
    if missing.all():
        raise ValueError(f"{name} has no known target in any row")
    known = np.where(missing, values[~missing][0], values)
    require_finite(known, name)
    require_targets(loss, known, given, name)


def require_targets(loss: Loss, values: Array, given: Array, name: str) -> None:
    """ValueError where values (n, targets) are outside of the loss's domain; it shows the row as it was `given`."""
    inside = loss.domain_Y.contains(values)
    if not inside.all():
        row = int(np.argmax(~inside.reshape(len(values), -1).all(axis=1)))
        shown = f"{name}[{row}] = {given[row].tolist()!r}"
        remedy = _target_remedy(loss, values.shape[1])
        raise ValueError(f"{loss.name} takes targets in {loss.domain_Y}; {shown}{remedy}")


def as_weights(sample_weight: Any, points: int, dtype: np.dtype[Any], *, negative: bool | None = None) -> Array | None:
    """Weights (n,), finite and not negative, not all 0; None stays None.

    `negative` tells whether negative ones are allowed; None where nobody can ask for it.
    """
    if sample_weight is None:
        return None
    weights = _numbers(sample_weight, "sample_weight", dtype)
    if weights.shape != (points,):
        raise ValueError(f"sample_weight must be ({points},), one for each point; given {_shape(weights)}")
    require_finite(weights, "sample_weight")
    if not negative and (weights < 0).any():
        row = int(np.argmax(weights < 0))
        option = "" if negative is None else "; negative_weights=True allows it, as for advantages"
        raise ValueError(f"sample_weight must not be negative; sample_weight[{row}] = {weights[row]:g}{option}")
    if not weights.any():
        raise ValueError("sample_weight is 0 for every point")
    return weights


def of_mean_1(weights: Array, rows: Any = slice(None), what: str = "that is trained on") -> tuple[Array, float]:
    """Weights (n,) divided by their mean over some rows, and that mean. ValueError where they are 0 on all of these rows.

    They are scaled by a power of 2 first, which rounds nothing, so that neither very large nor very small weights overflow or
    underflow.
    """
    if not (weights[rows] > 0).any():
        raise ValueError(f"sample_weight, or the class_weight of its class, is 0 for every point {what}")
    scaled, power = scaled_by_power_of_2(weights, rows)
    mean = scaled[rows].mean()
    return scaled / mean, float(np.ldexp(float(mean), power))


def product_of_weights(weights: Array, others: Array | None) -> Array:
    """Weights (n,) times others (n,), up to a power of 2, so that a product of large ones does not overflow."""
    scaled, _ = scaled_by_power_of_2(weights)
    return scaled if others is None else scaled * scaled_by_power_of_2(others)[0]


def scaled_by_power_of_2(weights: Array, rows: Any = slice(None)) -> tuple[Array, int]:
    """Weights (n,) times 2^-power, the largest of some rows being between a half and 1 then; and that power."""
    power = int(np.frexp(weights[rows].max())[1])
    with np.errstate(over="ignore", under="ignore"):  # of rows that are not among these
        return np.ldexp(weights, -power), power


def as_factors(
    factors: Mapping[int, Any] | None, points: int, widths: Sequence[int], dtype: np.dtype[Any]
) -> dict[int, Array]:
    """Dropout's factors of A[l], (n, n^l) for some l from 0 to L-1; an empty dict for None."""
    if factors is not None and not isinstance(factors, Mapping):
        raise TypeError(f"factors must be a dict from l to the factors of A[l]; given {type(factors).__name__}")
    checked = {}
    for l, given in (factors or {}).items():
        if l not in range(len(widths) - 1):
            raise ValueError(
                f"factors[{l!r}]: only A[0] .. A[{len(widths) - 2}] have a layer after them and may be multiplied"
            )
        checked[l] = _numbers(given, f"factors[{l}]", dtype)
        if checked[l].shape != (points, widths[l]):
            raise ValueError(f"factors[{l}] must be ({points}, {widths[l]}); given {_shape(checked[l])}")
        require_finite(checked[l], f"factors[{l}]")
    return checked


def require_pair(activation: Activation, loss: Loss, outputs: int) -> None:
    """ValueError where the output activation's range is not in the loss's domain or is one number, or outputs are missing."""
    if outputs % loss.outputs_per_target:
        per = loss.outputs_per_target
        raise ValueError(
            f"{loss.name} takes {per} outputs for each target, the predictions first; the network has {outputs}"
        )
    if not loss.domain_A.includes(activation.range):
        raise ValueError(
            f"{loss.name} takes predictions in {loss.domain_A}, and {activation.name} gives {activation.range}"
            f"; {_remedy(loss)}"
        )
    if isinstance(activation.range, Simplex | LogSimplex) and outputs == 1:
        always = 1 if isinstance(activation.range, Simplex) else 0
        raise ValueError(f"{activation.name} of one output is always {always}; use sigmoid with nll, or two outputs")


CHECKED_AT_ONCE = 1 << 15
"""Rows: what is known of a table larger than the memory need not fit there either."""


def require_finite(values: Array, name: str) -> None:
    """ValueError that names the first NaN or infinity by row and column, counted from 0."""
    blocks = range(0, len(values), CHECKED_AT_ONCE) if values.ndim else range(0)
    if values.ndim and all(np.isfinite(values[start : start + CHECKED_AT_ONCE]).all() for start in blocks):
        return
    finite = np.isfinite(values)
    if not finite.all():
        where = np.argwhere(~finite)[0]
        count = int((~finite).sum())
        more = f" ({count} such values)" if count > 1 else ""
        raise ValueError(f"{name} has {values[tuple(where)]:g} in {_place(where)}{more}")


def as_numbers(given: Any, name: str) -> Array:
    """An array of real numbers of whatever type; ValueError for text, dates, complex numbers and ragged rows."""
    array = as_array(given, name)
    if array.dtype.kind == "O":
        array = _from_objects(array, name)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must be real numbers; given {array.dtype}, such as {array.ravel()[:1].tolist()}")
    return array


def _numbers(given: Any, name: str, dtype: np.dtype[Any]) -> Array:
    array = as_numbers(given, name)
    if array.dtype == dtype:
        return array
    with np.errstate(over="ignore"):
        cast = array.astype(dtype)
    lost = np.isfinite(array) & ~np.isfinite(cast)
    if lost.any():
        where = np.argwhere(lost)[0]
        raise ValueError(f"{name} has {array[tuple(where)]:g} in {_place(where)}, too large for {dtype}")
    return cast


def as_array(given: Any, name: str) -> Array:
    """Anything as an array; ValueError for masked values and for rows of different lengths."""
    if np.ma.is_masked(given):
        raise ValueError(f"{name} has masked values; fill them or leave their rows out")
    try:
        return np.asarray(given)
    except ValueError:
        raise ValueError(f"{name} has rows of different lengths") from None


def _from_objects(objects: Array, name: str) -> Array:
    """Numbers that came as Python objects, as a column of mixed types does."""
    if objects.ndim == 0:
        hint = f"; give {name}.toarray()" if hasattr(objects.item(), "toarray") else ""
        raise ValueError(f"{name} must be an array of numbers; given {type(objects.item()).__name__}{hint}")
    for where, value in np.ndenumerate(objects):
        try:
            number = not isinstance(value, str | bytes) and float(value) is not None
        except (TypeError, ValueError, OverflowError):
            number = False
        if not number:
            raise ValueError(f"{name} has {value!r} in {_place(where)}, which is not a number")
    inferred = np.array(objects.tolist())  # whole numbers stay whole: they may be labels
    return objects.astype(float) if inferred.dtype.kind == "O" else inferred


def _is_text(given: Array, name: str) -> bool:
    """Whether these are labels in text; ValueError where text and other things are mixed."""
    if given.dtype.kind != "O" or given.ndim != 1:
        return given.dtype.kind in "SUT"
    text = np.array([isinstance(label, str) for label in given.tolist()])
    if text.any() and not text.all():
        row = int(np.argmin(text))
        raise ValueError(f"{name}[{row}] = {given[row]!r} is not text, as other labels are")
    return bool(text.all())


def _encode_labels(
    labels: Array, outputs: int, classes: Array | None, name: str, dtype: np.dtype[Any], *, one_hot: bool
) -> Targets:
    if classes is None:
        classes = _classes_of(labels, outputs, name)
    indices = _places(labels, classes)
    if (indices < 0).any():
        row = int(np.argmax(indices < 0))
        raise ValueError(f"{name}[{row}] = {labels.tolist()[row]!r} is none of the classes {classes.tolist()}")
    return Targets(np.eye(outputs, dtype=dtype)[indices] if one_hot else indices[:, None].astype(dtype), classes)


def _places(labels: Array, classes: Array) -> Array:
    """Where each label is among the classes, (n,); -1 where it is none of them."""
    if not labels.dtype.kind == classes.dtype.kind == "i":
        order = {label: index for index, label in enumerate(classes.tolist())}
        return np.array([order.get(label, -1) for label in labels.tolist()])
    ascending = classes.argsort()
    places = ascending[classes.searchsorted(labels, sorter=ascending) % len(classes)]
    return np.where(classes[places] == labels, places, -1)


def _classes_of(labels: Array, outputs: int, name: str) -> Array:
    if labels.dtype.kind == "f":
        require_finite(labels, name)
        if (labels % 1 != 0).any():
            raise ValueError(
                f"{name} is (n,) of values that are not whole; for {outputs} outputs give (n, {outputs}) or labels"
            )
    if labels.dtype.kind == "b" and outputs == 2:
        return np.array([False, True])
    found = np.unique(labels)
    if labels.dtype.kind in "fiu" and found[0] >= 0 and found[-1] < outputs:
        return np.arange(outputs)
    if len(found) != outputs:
        shown = ", ".join(map(repr, found[:6].tolist())) + (", ..." if len(found) > 6 else "")
        classes = f"{len(found)} class{'' if len(found) == 1 else 'es'} ({shown})"
        fewer = f"; where some classes are missing, labels are 0 to {outputs - 1}, or rows are one-hot"
        raise ValueError(
            f"{name} has {classes}, and the network's outputs stand for {outputs}{fewer if len(found) < outputs else ''}"
        )
    return found


def _place(where: Iterable[int]) -> str:
    """The place of a value: `row 3 column 0, counted from 0`."""
    axes = zip(("row", "column", "layer"), where, strict=False)
    return " ".join(f"{axis} {index}" for axis, index in axes) + ", counted from 0"


def _shape(array: Array) -> str:
    return f"shape {array.shape}" if array.ndim else f"{array.item()!r}"


def _target_remedy(loss: Loss, outputs: int) -> str:
    if math.isinf(loss.domain_Y.high):
        return ""  # amounts, for which there are no labels
    no, yes = (f"{end:g}" for end in (loss.domain_Y.low, loss.domain_Y.high))
    if outputs == 1:
        return f"; give class labels as text, or as {no} and {yes}"
    return "; give class labels (n,) or " + (f"rows of {no} and {yes}" if loss.domain_Y == SIGNS else "one-hot rows")


def _remedy(loss: Loss) -> str:
    fitting = [
        name
        for name, part in CATALOGUE["activation"].items()
        if issubclass(part, Activation) and loss.domain_A.includes(part.range)
    ]
    return f"output activations that go with it: {', '.join(fitting)}"
