"""A fitted estimator that encodes columns as a model of a table, which JSON holds: columns, the network, the target.

Columns stand in their own order there, each with its mark of gaps beside it, and the scaling of encoded inputs goes into the
first layer. What a table's model has no words for is refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from ...columns import Column
from ...columns.choices import ChoiceColumn
from ...columns.kinds import CATEGORY, NUMBER
from ...columns.prepared import DateColumn, NumberColumn, Prepared
from ...ensemble import Ensemble, networks_of
from ...formulas.activations import Activation, Identity
from ...formulas.catalogue import Array
from ...formulas.scalings import Scaling
from ...io.model import Model
from ...io.preprocessing import Preprocessing
from ...network import Network
from ...operators import CannotExpress
from ..several import function_of
from .as_operators import gives_probabilities, known_categories, require_several_classes

TARGET = "target"
"""What the target is called: an estimator does not know the name of y."""
ELSEWHERE = "export to onnx, c or numpy, which have it"


def model_of_columns(estimator: Any) -> Model:
    """The model that predicts from raw rows, by the names of their columns. CannotExpress names what it has no words for."""
    target = _target(estimator)
    columns, places = _columns(estimator)
    factor, shift = _own_scaling(estimator)
    networks = [
        _yes_and_no(_with_inputs(net, places, factor, shift), estimator) for net in networks_of(function_of(estimator))
    ]
    whole = Ensemble(networks) if len(networks) > 1 else networks[0]
    return Model(whole, Preprocessing(columns, target), {})


def _target(estimator: Any) -> NumberColumn | ChoiceColumn:
    """A number in its unit, or a class. CannotExpress for several targets at once."""
    if not hasattr(estimator, "classes_"):
        if estimator.n_outputs_ > 1:
            raise CannotExpress(
                f"JSON has one target beside its columns, and there are {estimator.n_outputs_}; {ELSEWHERE}"
            )
        scaled = estimator.preparation_.targets
        mean, scale = (0.0, 1.0) if scaled is None else (float(scaled.mean[0]), float(scaled.scale[0]))
        return NumberColumn(TARGET, mean, scale)
    labels = estimator._labels
    require_several_classes(labels)
    if labels.kind == "multilabel-indicator":
        raise CannotExpress(
            f"JSON has one class for a row beside its columns, and not several labels at once; {ELSEWHERE}"
        )
    return ChoiceColumn(TARGET, tuple(_plain(each) for each in labels.classes.tolist()))


def _plain(label: Any) -> Any:
    """A class as JSON has it."""
    if not isinstance(label, str | bool | int | float):
        raise CannotExpress(f"classes must be texts, truth values or numbers; there is {label!r:.80}")
    return label


# ---- columns


def _columns(estimator: Any) -> tuple[tuple[Prepared, ...], list[int]]:
    """The columns in their order, and of each of their inputs its place among those of the estimator."""
    made = estimator.preparation_
    records = [(j, each) for j, each in enumerate(made.records) if not each.is_left_out]
    of = [j for j, _ in made.columns.sources()]
    places = [place for j, _ in records for place, source in enumerate(of) if source == j]
    columns = tuple(_column(estimator, j, record, of.index(j)) for j, record in records)
    return columns, places


def _column(estimator: Any, j: int, record: Column, place: int) -> Prepared:
    """Column j, of whose inputs the first has this place."""
    if record.becomes == NUMBER:
        return _number(estimator, j, record, place)
    return _category(estimator, j, record) if record.becomes == CATEGORY else _date(estimator, record)


def _step(estimator: Any, name: str, j: int) -> tuple[Any, int]:
    """The fitted transformer of this name, and which of its columns column j is."""
    by, columns = next((by, columns) for each, by, columns in estimator.columns_.transformers_ if each == name)
    return by, list(columns).index(j)


def _number(estimator: Any, j: int, record: Column, place: int) -> NumberColumn:
    """A number with what fills its gaps, and the estimator's own scaling."""
    imputer, k = _step(estimator, "numbers", j)
    fills = hasattr(imputer, "statistics_")
    fill = float(imputer.statistics_[k]) if fills else None
    scaler = estimator.preparation_.scaler
    column = NumberColumn(
        str(record.name),
        0.0,
        1.0,
        fill,
        fills and k in imputer.indicator_.features_,
        record.numbers_form,
        record.others,
        required=not fills,
    )
    if scaler is None or scaler.factor[place] == 0:
        return column
    centre, factor = float(scaler.centre[place]), float(scaler.factor[place])
    return replace(column, mean=centre, scale=1 / factor, scaling=scaler.part)


def _category(estimator: Any, j: int, record: Column) -> ChoiceColumn:
    by, k = _step(estimator, "categories", j)
    encoder = by[-1] if isinstance(by, Pipeline) else by
    known, with_gaps = known_categories(encoder.categories_[k].tolist(), record)
    return ChoiceColumn(str(record.name), tuple(known), bool(record.grouped), with_gaps, record.spellings.joined)


def _date(estimator: Any, record: Column) -> DateColumn:
    scaler, parts = estimator.preparation_.scaler, record.parts
    assert parts is not None
    if scaler is not None and not _is_linear(scaler.part):
        raise CannotExpress(
            f"column {record.name!r} is of dates, whose inputs are scaled by {scaler.part}, and JSON has no place for that; "
            f"{ELSEWHERE}"
        )
    return DateColumn(str(record.name), parts, record.form, record.others, estimator.missing is None)


# ---- the network


def _is_linear(part: Scaling) -> bool:
    return type(part).scaled is Scaling.scaled


def _own_scaling(estimator: Any) -> tuple[Array, Array]:
    """What the columns do not do: of each of the estimator's inputs the factor (m,) and the shift (m,) of a column's value.

    A mark and a category are 0 or 1, so whatever is done to them is a straight line through two points.
    """
    made = estimator.preparation_
    sources, scaler = made.columns.sources(), made.scaler
    m = len(sources)
    if scaler is None:
        return np.ones(m), np.zeros(m)
    zero, one = (scaler.part.scaled(np.full((1, m), x), scaler.centre, scaler.factor)[0] for x in (0.0, 1.0))
    numbers = [place for place, (j, suffix) in enumerate(sources) if made.records[j].becomes == NUMBER and not suffix]
    factor, shift = one - zero, zero.copy()
    factor[numbers] = scaler.factor[numbers] != 0  # a constant column is 0 however it is scaled
    shift[numbers] = 0
    return factor, shift


def _with_inputs(net: Network, places: Sequence[int], factor: Array, shift: Array) -> Network:
    """The network on the columns' values, of which the estimator's inputs are value · factor + shift, in the columns' order."""
    made, W = net.copy(), net.W[1].astype(np.float64)
    made.W[1][...] = (factor[:, None] * W)[list(places)]
    made.W0[1][...] = net.W0[1] + shift @ W
    return made


def _yes_and_no(net: Network, estimator: Any) -> Network:
    """The network with an output for each class, where one says yes or no: a becomes 1 − a and a, a margin m becomes −m and m.

    CannotExpress for a probability that is no mirror of its opposite.
    """
    labels = getattr(estimator, "_labels", None)
    if labels is None or labels.outputs > 1:
        return net
    last, z = net.f[net.L], np.linspace(-9, 9, 19)[:, None]
    if not gives_probabilities(last):
        half_way = labels.answers.half_way
        return _with_last(net, [*net.activations, Identity()], [[-1.0, 1.0]], [half_way, -half_way])
    if not np.allclose(last.A(z) + last.A(-z), 1):
        raise CannotExpress(
            f"JSON has an output for each class beside its columns, and of one {last.name} there are no two that sum to 1; "
            f"{ELSEWHERE}"
        )
    W, W0 = net.W[net.L], net.W0[net.L]
    return _with_last(net, net.activations, np.hstack([-W, W]), np.concatenate([-W0, W0]))


def _with_last(net: Network, activations: Sequence[Activation], W: Any, W0: Any) -> Network:
    """The network with another last layer of two outputs, in the place of its own or behind it."""
    L = len(activations)
    kept = [(net.W[l], net.W0[l]) for l in range(1, L)]
    made = Network.from_weights(
        [*kept, (np.asarray(W, net.dtype), np.asarray(W0, net.dtype))],
        activations,
        normalization=[net.normalization.get(l) for l in range(1, L + 1)],
    )
    of = {(l, name): values for l, name, values in made.arrays}
    for l, name, values in net.arrays:
        if l < L and name not in {"W", "W0"}:
            of[l, name][...] = values
    made.statistics[...] = net.statistics
    return made
