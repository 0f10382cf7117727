"""The whole function of a fitted estimator as one graph of operators: from a raw row to labels and probabilities, or to values.

It knows no library that reads such a graph.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from ...columns.cells import NUMBERS, TRUTHS
from ...formulas.answers import class_probabilities
from ...operators import CannotExpress, Graph, Symbol, graph_of
from ..classifier import outputs_are_probabilities
from ..offered import NotOffered


def graph_of_estimator(estimator: Any, dtype: Any) -> Graph:
    """From raw rows X (n, n_features_in_), all of them numbers of `dtype`, to what the estimator predicts.

    A classifier's outputs are its labels (n,), or an indicator matrix (n, labels), and the probabilities (n, classes); a
    regressor's are its values (n, outputs). CannotExpress where a part has no operators.
    """
    after = _labels_and_probabilities if hasattr(estimator, "classes_") else _values
    return graph_of(
        estimator.network_, before=lambda X: _prepared(estimator, X), after=lambda A: after(estimator, A), dtype=dtype
    )


def _prepared(estimator: Any, X: Any) -> Any:
    """The network's inputs of raw rows."""
    prepared = estimator.preparation_
    if prepared.columns is not None:
        X = _columns(prepared.columns, X)
    scaler = prepared.scaler
    return X if scaler is None else scaler.part.scaled(X, scaler.centre, scaler.factor)


def _columns(transformer: Any, X: Any) -> Any:
    """Gaps filled and marked, and an input for each category, where every raw column holds numbers."""
    parts: list[Any] = []
    for record in transformer.records:
        if record.becomes is not None and record.holds not in {NUMBERS, TRUTHS}:
            raise CannotExpress(
                f"column {record.name!r} holds {record.holds}, such as {record.values[0]!r}, and a graph takes one table of "
                "numbers: encode it in a Pipeline before the estimator"
            )
        if record.grouped:
            raise CannotExpress(
                f"column {record.name!r} has {record.grouped} categories that share one input, and a graph would take new ones "
                "for none: encode it in a Pipeline before the estimator"
            )
    for name, by, columns in transformer.transformers_:
        if name not in {"numbers", "categories"} or not len(columns):
            continue
        given = X.by("Gather", X, _whole(X, columns), axis=1)
        encoder = by[-1] if isinstance(by, Pipeline) else by
        if hasattr(encoder, "categories_"):
            parts += _categories(encoder, given)
        else:
            parts += _numbers(encoder, given)
    return np.concatenate(parts, axis=1)


def _numbers(imputer: Any, X: Any) -> list[Any]:
    """Columns of numbers, with gaps filled and marked if there is an imputer."""
    if not hasattr(imputer, "statistics_"):
        return [X]
    statistics = imputer.statistics_.astype(float)
    gaps, never_seen = np.isnan(X), np.isnan(statistics)
    filled = np.where(gaps, statistics, X)
    parts = [filled if not never_seen.any() else X.by("Gather", filled, _whole(X, np.flatnonzero(~never_seen)), axis=1)]
    if len(imputer.indicator_.features_):
        marks = gaps.astype(X.dtype)
        parts.append(X.by("Gather", marks, _whole(X, imputer.indicator_.features_), axis=1))
    return parts


def _categories(encoder: Any, X: Any) -> list[Any]:
    """An input for each category; all are 0 for one that was never seen, as in `handle_unknown="ignore"`."""
    parts = []
    for j, categories in enumerate(encoder.categories_):
        column = X.by("Gather", X, _whole(X, [j]), axis=1)
        known = categories[~np.isnan(categories.astype(float))]
        parts.append((column == known[None].astype(float)).astype(X.dtype))
        if len(known) < len(categories):
            parts.append(np.isnan(column).astype(X.dtype))
    return parts


def _whole(like: Symbol, numbers: Any) -> Symbol:
    """Whole numbers as a constant."""
    return Symbol(like.graph, like.graph.kept(np.array(numbers, np.int64)))


def _values(estimator: Any, A: Any) -> tuple[Any, ...]:
    """In y's own unit, (n, outputs)."""
    k = estimator.n_outputs_
    if k < estimator.network_.widths[-1]:
        A = A.by("Gather", A, _whole(A, range(k)), axis=1)
    targets = estimator.preparation_.targets
    return (A if targets is None else targets.unscaled(A),)


def _labels_and_probabilities(estimator: Any, A: Any) -> tuple[Any, ...]:
    labels = estimator._labels
    try:
        outputs_are_probabilities(estimator)
    except NotOffered as error:
        raise CannotExpress(str(error)) from None
    if len(labels.classes) == 1:
        raise CannotExpress(f"there is one class, {labels.classes[0]!r}: every prediction is that")
    net = estimator.network_
    if labels.kind == "multilabel-indicator":
        half_way = (1 + labels.no) / 2
        return A.by("Cast", np.greater(A, half_way), to=np.dtype(np.int64)), A
    one = net.widths[-1] == 1
    probabilities = np.concatenate([1 - A, A], axis=1) if one else class_probabilities(A, net.f[net.L].range)
    which = A.by("ArgMax", probabilities if one else A, axis=1, keepdims=0)
    names = Symbol(A.graph, A.graph.kept(label_constants(labels.classes)))
    return A.by("Gather", names, which, axis=0), probabilities


def label_constants(classes: Any) -> Any:
    """Labels (classes,) as an exported model gives them: whole numbers, or text. CannotExpress for any other."""
    if classes.dtype.kind in "iub":
        return classes.astype(np.int64)
    if classes.dtype.kind == "f" and (classes % 1 == 0).all():
        return classes.astype(np.int64)
    if classes.dtype.kind in "UO" and all(isinstance(each, str) for each in classes.tolist()):
        return classes.astype(object)
    raise CannotExpress(f"labels must be whole numbers or text; they are {classes.tolist()!r:.80}")
