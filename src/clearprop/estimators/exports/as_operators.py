"""The whole function of a fitted estimator as one graph of operators: from a raw row to labels and probabilities, or to values.

It knows no library that reads such a graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from sklearn.pipeline import Pipeline

from ...columns import Column
from ...columns.cells import DATES, TEXTS, TIMES, is_missing
from ...ensemble import output_of
from ...formulas.activations import Activation
from ...formulas.answers import class_probabilities, require_probabilities
from ...io.exports.columns import beside
from ...io.exports.dates import inputs_of
from ...io.exports.function import Answer, first, labels_of, largest, whole
from ...operators import CannotExpress, Graph, Symbol, graph_of
from ..several import function_of
from ..spread import warn_of_spread

Pick: TypeAlias = Callable[[Sequence[int]], Any]
"""The raw columns of these numbers, side by side."""


def graph_of_estimator(estimator: Any, dtype: Any) -> Graph:
    """From raw rows X (n, n_features_in_), all of them numbers of `dtype`, to what the estimator predicts.

    A classifier's outputs are its labels (n,), or an indicator matrix (n, labels), and the probabilities (n, classes); a
    regressor's are its values (n, outputs). CannotExpress where a part has no operators.
    """
    warn_of_spread(estimator, "the graph has")
    require_none({TEXTS, DATES, TIMES}, estimator, "encode it in a Pipeline before the estimator")
    after = _labels_and_probabilities if hasattr(estimator, "classes_") else _values
    return graph_of(
        function_of(estimator),
        before=lambda X: prepared(estimator, X, lambda columns: whole(X, columns, X)),
        after=lambda A: after(estimator, A),
        dtype=dtype,
    )


def prepared(estimator: Any, X: Any, pick: Pick) -> Any:
    """The network's inputs of raw rows: of X where columns are taken as they are, else of those that `pick` gives."""
    made = estimator.preparation_
    if made.columns is not None:
        X = _columns(made.columns, pick)
    return X if made.scaler is None else made.scaler.part.scaled(X, made.scaler.centre, made.scaler.factor)


def require_none(kinds: set[str], estimator: Any, remedy: str) -> None:
    """CannotExpress for a column that holds one of these, and becomes inputs."""
    for record in estimator.preparation_.records:
        if record.becomes is not None and record.holds in kinds:
            raise CannotExpress(
                f"column {record.name!r} holds {record.holds}, such as {record.values[0]!r}, and a graph takes one table of "
                f"numbers: {remedy}"
            )


def _columns(transformer: Any, pick: Pick) -> Any:
    """Gaps filled and marked, parts of dates, and an input for each category."""
    parts: list[Any] = []
    for name, by, columns in transformer.transformers_:
        if name not in {"numbers", "dates", "categories"} or not len(columns):
            continue
        if name == "dates":
            parts += [
                part for j, each in zip(columns, by.records, strict=True) for part in inputs_of(each.parts, pick([j]))
            ]
            continue
        encoder = by[-1] if isinstance(by, Pipeline) else by
        if hasattr(encoder, "categories_"):
            parts += _categories(encoder, columns, pick, transformer.records)
        else:
            parts += _numbers(encoder, pick(columns))
    return beside(parts)


def _numbers(imputer: Any, X: Any) -> list[Any]:
    """Columns of numbers, with gaps filled and marked if there is an imputer."""
    if not hasattr(imputer, "statistics_"):
        return [X]
    statistics = imputer.statistics_.astype(float)
    gaps, never_seen = np.isnan(X), np.isnan(statistics)
    filled = np.where(gaps, statistics, X)
    parts = [filled if not never_seen.any() else whole(X, np.flatnonzero(~never_seen).tolist(), filled)]
    if len(imputer.indicator_.features_):
        marks = gaps.astype(X.dtype)
        parts.append(whole(X, imputer.indicator_.features_.tolist(), marks))
    return parts


def _categories(encoder: Any, columns: Sequence[int], pick: Pick, records: Sequence[Column]) -> list[Any]:
    """An input for each category. One that was never seen is that of the rare ones, or is 0 in all where there are none."""
    parts = []
    for j, categories in zip(columns, encoder.categories_, strict=True):
        there, with_gaps = known_categories(categories, records[j])
        column, known = pick([j]), np.array(there)
        texts = known.dtype.kind in "UO"
        if texts and with_gaps and "" in there:
            raise CannotExpress(
                f"column {records[j].name!r} has empty texts and gaps, which an export cannot tell apart; make one of them the "
                "other"
            )
        gap = column.by("Equal", column, np.array([[""]]), truth=True) if texts else np.isnan(column)
        same = column.by("Equal", column, known[None] if texts else known[None].astype(float), truth=True)
        parts.append(same.astype(column.graph.dtype))
        if records[j].grouped:
            rare: Any = np.logical_not(np.logical_or(gap, parts[-1].sum(axis=1, keepdims=True) > 0))
            parts.append(rare.astype(column.graph.dtype))
        if with_gaps:
            parts.append(gap.astype(column.graph.dtype))
    return parts


def known_categories(categories: Any, record: Column) -> tuple[list[Any], bool]:
    """The categories of an encoder's column that have inputs of their own, and whether a gap has one too."""
    there = [each for each in categories if not is_missing(each)]
    return there[: len(there) - bool(record.grouped)], len(there) < len(categories)  # rare ones come last


def gives_probabilities(output: Activation) -> bool:
    """Whether the outputs of an activation are probabilities, or their logarithms."""
    try:
        require_probabilities(output)
    except ValueError:
        return False
    return True


def _values(estimator: Any, A: Any) -> tuple[Any, ...]:
    return (answer_of(estimator, A).values,)


def _labels_and_probabilities(estimator: Any, A: Any) -> tuple[Any, ...]:
    """What converters give: labels by their names."""
    answer, labels = answer_of(estimator, A), estimator._labels
    which: Any = answer.chosen
    if labels.kind == "multilabel-indicator":
        return A.by("Cast", which, to=np.dtype(np.int64)), answer.values
    names = Symbol(A.graph, A.graph.kept(labels_of(labels.classes)))
    return A.by("Gather", names, which, axis=0), answer.values


def answer_of(estimator: Any, A: Any) -> Answer:
    """A classifier's probabilities and what it chooses, or a regressor's values in y's own unit. CannotExpress for margins."""
    width, output = estimator.networks_[0].widths[-1], output_of(function_of(estimator))
    if not hasattr(estimator, "classes_"):
        values, targets = first(A, estimator.n_outputs_, width), estimator.preparation_.targets
        return Answer(values if targets is None else targets.unscaled(values))
    labels = estimator._labels
    require_several_classes(labels)
    try:
        require_probabilities(output)
    except ValueError as error:
        raise CannotExpress(str(error)) from None
    if labels.kind == "multilabel-indicator":
        return Answer(A, np.greater(A, (1 + labels.no) / 2))
    one = width == 1
    probabilities: Any = np.concatenate([1 - A, A], axis=1) if one else class_probabilities(A, output.range)
    return Answer(probabilities, largest(probabilities if one else A))


def margins_of(estimator: Any, A: Any) -> Answer:
    """A classifier's numbers for each class where they are no probabilities, and what it chooses.

    The largest is chosen; of two classes they are -m and m of `decision_function`'s m, and of several labels those above 0.
    """
    labels = estimator._labels
    require_several_classes(labels)
    half_way = labels.answers.half_way
    if labels.kind == "multilabel-indicator":
        return Answer(A - half_way, np.greater(A, half_way))
    margins: Any = np.concatenate([half_way - A, A - half_way], axis=1) if labels.outputs == 1 else A
    return Answer(margins, largest(margins))


def require_several_classes(labels: Any) -> None:
    """CannotExpress where training had one class alone."""
    if len(labels.classes) == 1:
        raise CannotExpress(f"there is one class, {labels.classes.tolist()[0]!r}: every prediction is that")
