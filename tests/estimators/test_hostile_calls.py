"""Every call, given what does not fit: it refuses what scikit-learn's refuses, in the same words, and takes what that takes."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network as theirs
from scipy.sparse import coo_matrix, csc_matrix, csr_array, csr_matrix

from clearprop import estimators as ours

from .since import SINCE_1_7, SINCE_1_9

X, Y = np.random.default_rng(0).normal(size=(30, 3)), np.arange(30) % 2


def holed(value: Any) -> np.ndarray:
    """X with one number changed."""
    changed = X.copy() if isinstance(value, float) else X.astype(object)
    changed[4, 1] = value
    return changed


def locked(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array


POINTS: dict[str, Any] = {
    "a word among objects": holed("a word"),
    "None among objects": holed(None),
    "numbers as objects": X.astype(object),
    "rows of different lengths": [[1, 2], [3]],
    "infinity": holed(np.inf),
    "minus infinity": holed(-np.inf),
    "NaN": holed(np.nan),
    "1e-300": X * 1e-300,
    "one column": X[:, :1],
    "too many columns": np.hstack([X, X]),
    "constant features": np.ones((30, 3)),
    "complex numbers": X + 1j,
    "words": np.full((30, 3), "a"),
    "numbers as text": X.astype(str),
    "numbers as bytes": X.astype("S9"),
    "no rows": np.empty((0, 3)),
    "no columns": np.empty((30, 0)),
    "one dimension": X[:, 0],
    "a number": np.float64(3),
    "three dimensions": X[None],
    "nothing": None,
    "a dictionary": {"a": 1},
    "a word": "abc",
    "whole numbers": np.round(X).astype(int),
    "huge whole numbers": np.full((30, 3), 2**62),
    "truth values": X > 0,
    "half precision": X.astype(np.float16),
    "more than double precision": X.astype(np.longdouble),
    "the other byte order": X.astype(">f8"),
    "dates": np.full((30, 3), np.datetime64("2020")),
    "a list of arrays": list(X),
    "columns first": np.asfortranarray(X),
    "backwards": X[::-1],
    "read only": locked(X.copy()),
    "masked nowhere": np.ma.masked_array(X, mask=False),
    "a sparse NaN": csr_matrix(holed(np.nan)),
    "a sparse infinity": csr_matrix(holed(np.inf)),
    "a sparse table without rows": csr_matrix((0, 3)),
    "a sparse table of coordinates": coo_matrix(X),
    "a sparse table by columns": csc_matrix(X),
    "a sparse array": csr_array(X),
    "sparse complex numbers": csr_matrix(X + 1j),
}
TARGETS: dict[str, Any] = {
    "too few": Y[:-1],
    "too many": np.append(Y, 1),
    "NaN": np.where(Y, np.nan, 1.0),
    "infinity": np.where(Y, np.inf, 1.0),
    "nothing": None,
    "three dimensions": np.zeros((30, 2, 2)),
    "none": [],
    "one class": np.zeros(30, int),
    "complex numbers": Y + 1j,
    "real numbers": X[:, 0],
    "whole numbers as real ones": Y * 1.0,
    "objects of two kinds": np.array(["a", 1], object)[Y],
    "truth values": Y > 0,
    "a number": 3,
    "a dictionary": {"a": 1},
    "rows of different lengths": [[1], [1, 2]] * 15,
    "a column": Y[:, None],
    "a list of lists": Y[:, None].tolist(),
    "below 0": -Y,
}
WEIGHTS: dict[str, Any] = {
    "all 0": np.zeros(30),
    "too few": np.ones(29),
    "none": [],
    "two dimensions": np.ones((30, 1)),
    "NaN": np.where(Y, np.nan, 1.0),
    "infinity": np.where(Y, np.inf, 1.0),
    "a word": "abc",
    "words": ["a"] * 30,
    "a number": 2.0,
    "a whole number": 3,
    "one 0": np.r_[0, np.ones(29)],
    "a list": [1] * 30,
    "complex numbers": np.ones(30) + 1j,
    "1e300": np.full(30, 1e300),
}
ROWS: dict[str, tuple[Any, Any]] = {
    "NaN": (holed(np.nan)[4:5], [1]),
    "infinity": (holed(np.inf)[4:5], [1]),
    "two rows, one target": (X[:2], [1]),
    "one row, two targets": (X[:1], [1, 0]),
    "no rows": (X[:0], [1]),
    "no targets": (X[:1], []),
    "one dimension": (X[0], [1]),
    "three dimensions": (X[None, :1], [1]),
    "objects": (X[:1].astype(object), [1]),
    "words": ([["a"] * 3], [1]),
    "too few columns": (X[:1, :2], [1]),
    "an unknown label": (X[:1], [7]),
    "NaN as target": (X[:1], [np.nan]),
    "a half as target": (X[:1], [0.5]),
    "a whole number as a real target": (X[:1], [1.0]),
    "a list as target": (X[:1], [[1]]),
    "a truth value as target": (X[:1], [True]),
    "a tuple as target": (X[:1], (1,)),
}
CALLS: dict[str, Callable[..., Any]] = {
    "fit": lambda model, X, y, w: model.fit(X, y, w),
    "fit by lbfgs": lambda model, X, y, w: model.set_params(solver="lbfgs").fit(X, y, w),
    "fit that stops early": lambda model, X, y, w: model.set_params(early_stopping=True).fit(X, y, w),
    "a first partial_fit": lambda model, X, y, w: model.partial_fit(X, y, w, **labels(model)),
    "a second partial_fit": lambda model, X, y, w: streaming(model).partial_fit(X, y, w),
    "score": lambda model, X, y, w: streaming(model).score(X, y, w),
}
LOOKING = ("predict", "predict_proba", "predict_log_proba")
kinds = pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])


def labels(model: Any) -> dict[str, Any]:
    return {"classes": [0, 1]} if hasattr(model, "predict_proba") else {}


def streaming(model: Any) -> Any:
    """The model, having learnt some points and one more."""
    return model.partial_fit(X, Y, **labels(model)).partial_fit(X[:1], Y[:1])


def said(call: Callable[[], Any]) -> str:
    """The error of a call and its words, or that there was none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
            return f"{type(error).__name__}: {error}"
    return "no error"


def both(kind: str, call: Callable[[Any], Any]) -> list[str]:
    return [said(lambda room=room: call(getattr(room, kind)(max_iter=2, random_state=0))) for room in (ours, theirs)]


def begins_alike(mine: str, other: str) -> bool:
    """Whether a refusal is scikit-learn's, or begins as its first sentence does: ours then says which cells are meant."""
    return mine == other or (
        other.startswith(("ValueError", "TypeError")) and mine.startswith(other.partition("\n")[0].rstrip("."))
    )


def fitting(given: Any) -> Any:
    """As many targets as points are given, if that can be said."""
    rows = given.shape[0] if getattr(given, "ndim", 0) else len(given) if isinstance(given, list) else 30
    return Y[:rows] if 0 < rows < 30 else Y


@SINCE_1_7
@kinds
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("points", POINTS)
def test_points(kind: str, call: str, points: str) -> None:
    given = POINTS[points]
    mine, other = both(kind, lambda model: CALLS[call](model, given, fitting(given), None))
    assert begins_alike(mine, other)


@SINCE_1_7
@kinds
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("targets", TARGETS)
def test_targets(kind: str, call: str, targets: str) -> None:
    mine, other = both(kind, lambda model: CALLS[call](model, X, TARGETS[targets], None))
    named = "'<' not supported" in other and mine.startswith("TypeError: y mixes text and other values")
    assert named or begins_alike(mine, other)  # where theirs is of sorting, ours names the labels


@SINCE_1_9
@kinds
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("weights", WEIGHTS)
def test_weights(kind: str, call: str, weights: str) -> None:
    mine, other = both(kind, lambda model: CALLS[call](model, X, Y, WEIGHTS[weights]))
    if weights == "all 0" and "partial_fit" in call:  # a piece of an epoch may hold nothing but points of weight 0
        assert mine == "no error"
        assert "at least one non-zero number" in other
    else:
        assert begins_alike(mine, other)


@kinds
@pytest.mark.parametrize("row", ROWS)
def test_one_more_row_of_a_stream(kind: str, row: str) -> None:
    mine, other = both(kind, lambda model: streaming(model).partial_fit(*ROWS[row]))
    assert begins_alike(mine, other)


@pytest.mark.parametrize("call", LOOKING)
@pytest.mark.parametrize("points", POINTS)
def test_points_to_look_at(call: str, points: str) -> None:
    mine, other = both("MLPClassifier", lambda model: getattr(streaming(model), call)(POINTS[points]))
    assert begins_alike(mine, other)
    if call == "predict":
        mine, other = both("MLPRegressor", lambda model: streaming(model).predict(POINTS[points]))
        assert begins_alike(mine, other)


@pytest.mark.parametrize("classes", [None, [0], [0, 1, 2], ["a", "b"], [], [0, 0, 1]], ids=str)
def test_labels_that_are_to_come(classes: Any) -> None:
    for before in ({}, {"classes": [0, 1]}):

        def call(model: Any, before: dict[str, Any] = before) -> None:
            if before:
                model.partial_fit(X, Y, **before)
            model.partial_fit(X, Y, classes=classes)

        mine, other = both("MLPClassifier", call)
        assert begins_alike(mine, other)


@pytest.mark.parametrize(
    "targets", [np.c_[Y, 1 - Y], csr_matrix(np.c_[Y, 1 - Y]), np.eye(3, dtype=int)[np.arange(30) % 3]]
)
def test_several_labels_where_one_was_learnt_or_others_were_announced(targets: Any) -> None:
    for first in (True, False):
        mine, other = both(
            "MLPClassifier",
            lambda model, first=first: (model if first else streaming(model)).partial_fit(
                X, targets, **(labels(model) if first else {})
            ),
        )
        assert begins_alike(mine, other)


def test_these_cases_meet_errors_and_fits() -> None:
    outcomes = [
        both(kind, lambda model, y=y: model.fit(X, y))[0]
        for kind in ("MLPClassifier", "MLPRegressor")
        for y in TARGETS.values()
    ]
    assert 5 < outcomes.count("no error") < len(outcomes) - 5


# ---- where scikit-learn stumbles or carries on, and an error says what is wrong


@pytest.mark.parametrize(
    "targets", [np.array(["a", "b"])[Y], Y.astype(str), Y.astype("S1"), np.array(["2020", "2021"], "M8[Y]")[Y]]
)
def test_values_that_are_no_numbers_are_a_type_error_there_too(targets: Any) -> None:
    mine, other = both("MLPRegressor", lambda model: model.fit(X, targets))
    if targets.dtype.kind == "U":
        given = f"texts, such as {str(targets.ravel()[0])!r}: for classes take MLPClassifier"
    else:
        given = f"one of type {targets.dtype}"
    assert mine is not None
    assert mine.startswith(f"TypeError: y must be a dense array of numbers; given {given}")
    assert other.startswith("UFuncTypeError")  # which is a TypeError


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_value_that_is_missing_is_said_to_be(solver: str) -> None:
    with pytest.raises(ValueError, match=r"Input y contains NaN\."):
        ours.MLPRegressor(solver=solver).fit(X, np.array([1, None], object)[Y])


def test_sparse_values_are_refused() -> None:
    with pytest.raises(TypeError, match="dense array of numbers; given a sparse one"):
        ours.MLPRegressor().fit(X, csr_matrix(np.c_[Y, Y]))


@pytest.mark.parametrize(
    "points", [X * 1e155, X * 1e300, (X * 1e38).astype(np.float32)], ids=["1e155", "1e300", "float32"]
)
def test_points_too_large_for_squares_end_training_with_the_remedy(points: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy's own, of a sum that scikit-learn's check looks at
        with pytest.raises(ValueError, match=r"non-finite parameter weights.*diverged in epoch 1, step 1.*scale them"):
            ours.MLPRegressor(random_state=0).fit(points, Y)
