"""A fitted estimator as the function that `io/exports` writes: raw rows in, labels and probabilities or values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ...columns import Column
from ...columns.cells import DATES, TEXTS
from ...columns.kinds import CATEGORY, DATE, NUMBER
from ...ensemble import Ensemble, output_of
from ...io.exports.columns import Given, Prepared, beside
from ...io.exports.dates import SECONDS, seconds_required
from ...io.exports.function import OUTPUTS, PROBABILITIES, VALUES, Function, whole
from ...io.exports.required import finite
from ...io.model import Model
from ...network import Network
from ...operators import Symbol
from ..several import function_of, is_fitted
from ..spread import warn_of_spread
from .as_model import model_of_columns
from .as_operators import answer_of, gives_probabilities, margins_of, prepared


def function_of_estimator(estimator: Any) -> Function:
    """Rows X (n, n_features_in_) of numbers in, or columns by name where some hold texts.

    CannotExpress names a part that has no operators.
    """
    check_is_fitted(estimator)
    warn_of_spread(estimator, "the export has")
    classes = tuple(estimator.classes_.tolist()) if hasattr(estimator, "classes_") else None
    of_margins = classes is not None and not gives_probabilities(output_of(function_of(estimator)))
    by_name = any(_is_text(each) or each.becomes == DATE for each in estimator.preparation_.records)
    return Function(
        function_of(estimator),
        _columns(estimator) if by_name else (_rows(estimator),),
        lambda given: _prepared(estimator, given, by_name=by_name),
        lambda A: (margins_of if of_margins else answer_of)(estimator, A),
        VALUES if classes is None else OUTPUTS if of_margins else PROBABILITIES,
        classes,
        several=classes is not None and estimator._labels.kind == "multilabel-indicator",
        targets=_targets(estimator) if classes is None else (),
        held=lambda: _held(estimator, classes),
        by_name=by_name,
    )


def _is_text(record: Column) -> bool:
    return record.holds == TEXTS and record.becomes == CATEGORY


def _rows(estimator: Any) -> Given:
    """X, all numbers."""
    scaler = estimator.preparation_.scaler
    far = 0.0 if scaler is None else float(np.abs(scaler.centre * scaler.factor).max(initial=0))
    return Given("X", width=estimator.n_features_in_, distance=far)


def _columns(estimator: Any) -> tuple[Given, ...]:
    """Each column that becomes inputs; a text that is empty is a gap."""
    return tuple(_given(each) for each in estimator.preparation_.records if each.becomes is not None)


def _given(record: Column) -> Given:
    if _is_text(record):
        return Given(str(record.name), TEXTS, known=tuple(map(str, record.values)))
    return Given(str(record.name), DATES, about=SECONDS) if record.becomes == DATE else Given(str(record.name))


def _prepared(estimator: Any, given: Mapping[str, Symbol], *, by_name: bool) -> Prepared:
    records = estimator.preparation_.records

    def pick(columns: Sequence[int]) -> Symbol:
        if by_name:
            return beside([given[str(records[j].name)] for j in columns])
        return given["X"] if not records else whole(given["X"], list(columns), given["X"])

    numbers = [j for j, each in enumerate(records) if each.becomes == NUMBER] or list(range(0 if records else 1))
    required, gaps = [], bool(records) and bool(estimator.missing)
    if numbers:
        width = len(numbers) if records else estimator.n_features_in_
        names = [str(records[j].name) for j in numbers] if records else []
        required = [finite(pick(numbers), names, width, gaps=gaps)]
    dates = [j for j, each in enumerate(records) if each.becomes == DATE]
    required += [seconds_required(str(records[j].name), pick([j]), gaps=gaps) for j in dates]
    return Prepared(prepared(estimator, given.get("X"), pick), tuple(required))


def _targets(estimator: Any) -> tuple[str, ...]:
    k = estimator.n_outputs_
    return ("value",) if k == 1 else tuple(f"value {j + 1}" for j in range(k))


def _held(estimator: Any, classes: tuple[Any, ...] | None) -> Model:
    """Plain layers from raw rows, where there are any; where columns are encoded or filled, the model with them."""
    if estimator.preparation_.columns is not None:
        return model_of_columns(estimator)
    return Model(_plain(estimator), None, {} if classes is None else {"classes": list(classes)})


def _plain(estimator: Any) -> Network | Ensemble:
    """Plain layers, or those of each network of several."""
    if is_fitted(estimator):
        return Ensemble(member.folded() for member in estimator.members_)
    plain: Network = estimator.folded()
    return plain
