"""No row that is learnt from has a part of its own target in its inputs: in a search, a training, a refit, a baseline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.columns.mean_targets import FOLDS, SMOOTHING, MeanColumn
from clearprop.fitting import baselines, fits, one_training, settling
from clearprop.fitting.fits import plan
from clearprop.io import memory
from clearprop.sparse_rows import SparseRows

ROWS = 1200
rng = np.random.default_rng(4)
CITY = [f"city {k:03}" for k in rng.integers(0, 400, ROWS)]
NOISE = cp.Table.of({"city": CITY, "size": rng.normal(size=ROWS), "y": rng.normal(size=ROWS)}, target="y")
"""A city says nothing of y: only a row's own target can."""
SHORT: dict[str, Any] = {"epochs": 2, "layers": "4:tanh", "progress": False}


def correlation(X: Any, Y: np.ndarray, place: int) -> float:
    dense = X.toarray() if isinstance(X, SparseRows) else X
    return float(np.corrcoef(dense[:, place], Y[:, 0])[0, 1])


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("penalty", ["none", ("none", "l2(strength=0.1)")])
def test_what_is_learnt_from_has_no_part_of_a_rows_own_target(
    penalty: Any, sparse: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sparse:
        monkeypatch.setattr(memory, "SPARSE_FROM", 0)
    planned = plan(NOISE, cp.Recipe(**{k: v for k, v in SHORT.items() if k != "progress"}))
    column = planned.start.prepared.inputs[0]
    assert isinstance(column, MeanColumn)
    place, training = column.width - 1, planned.rows("training")
    assert correlation(planned.start.inputs(training), planned.start.targets(training), place) > 0.3
    learnt: list[tuple[int, float]] = []
    own, own_baselines = one_training.train, baselines.fit_baselines

    def seen(X: Any, Y: np.ndarray) -> None:
        assert isinstance(X, SparseRows) == sparse
        learnt.append((len(X), correlation(X, Y, place)))

    monkeypatch.setattr(one_training, "train", lambda net, X, Y, **more: (seen(X, Y), own(net, X, Y, **more))[1])
    monkeypatch.setattr(
        fits, "fit_baselines", lambda start, X, Y, *more: (seen(X, Y), own_baselines(start, X, Y, *more))[1]
    )
    fitted = cp.fit(NOISE, penalty=penalty, **SHORT)
    first, all_learnt = len(fitted.split.training), len(fitted.split.training) + len(fitted.split.validation)
    assert fitted.refit is not None
    choices = 1 if penalty == "none" else 2
    assert [rows for rows, _ in learnt] == [first] * choices + [all_learnt] * 2
    assert all(found < 0.1 for _, found in learnt), learnt


def test_the_means_of_a_refit_are_over_all_its_rows_in_the_units_of_the_first_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planned = plan(NOISE, cp.Recipe())
    column, split = planned.start.prepared.inputs[0], planned.split
    assert isinstance(column, MeanColumn)
    numbers = np.sort(np.concatenate([split.training, split.validation]))
    rows, marked = planned.table.rows(numbers), planned.fitted_on(numbers)
    assert (numbers[marked] == split.training).all()
    Y = planned.start.prepared.Y(rows)

    def out_of_fold(city: np.ndarray, y: np.ndarray) -> np.ndarray:
        part, made = np.arange(len(y)) % FOLDS, []
        for i in range(len(y)):
            others = part != part[i]
            same = others & (city == city[i])
            made.append((y[same].sum() + SMOOTHING * y[others].mean()) / (same.sum() + SMOOTHING))
        return np.array(made)

    means = out_of_fold(rows["city"], Y[:, 0])
    first = out_of_fold(rows["city"][marked], Y[marked, 0])
    found = planned.start.training_inputs(rows, marked)[:, column.width - 1]
    assert found == pytest.approx((means - first.mean()) / first.std(), abs=1e-5)
    given: list[Any] = []
    own = one_training.train
    monkeypatch.setattr(
        one_training, "train", lambda net, X, *more, **named: (given.append(X), own(net, X, *more, **named))[1]
    )
    cp.fit(NOISE, penalty="none", **SHORT)
    assert (given[-1][:, column.width - 1] == found).all()
    training = planned.rows("training")
    every = np.ones(len(training), bool)
    assert (planned.start.training_inputs(training, every) == planned.start.training_inputs(training)).all()


def test_choices_are_compared_on_one_part_where_a_column_has_mean_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    splits: list[Any] = []
    own = settling.train_plan
    monkeypatch.setattr(
        settling, "train_plan", lambda planned, *more: (splits.append(planned.split), own(planned, *more))[1]
    )
    penalties = {"penalty": ("none", "l2(strength=0.1)")}
    fitted = cp.fit(NOISE, **SHORT, **penalties)
    assert len(splits) == 2
    assert all((each.validation == fitted.split.validation).all() for each in splits)
    splits.clear()
    cp.fit(NOISE, **SHORT, **penalties, kinds={"city": "category(by='inputs')"})
    assert len({each.validation.tobytes() for each in splits}) == settling.FOLDS
