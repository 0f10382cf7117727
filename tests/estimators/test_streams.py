"""`partial_fit` on a few rows at a time: quickly, and to the bits of the full path."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.estimators.improvement import LONGEST_CURVE
from clearprop.estimators.stream import Stream

RNG = np.random.default_rng(2)
X = RNG.normal(size=(900, 4))
TEXTS = np.array(["no", "perhaps", "yes"])
CLASSES = (X[:, 0] > 0).astype(int) + (X[:, 1] > 1)
TARGETS: dict[str, tuple[type, Any]] = {
    "three classes": (MLPClassifier, CLASSES),
    "classes in text": (MLPClassifier, TEXTS[CLASSES]),
    "classes in a list": (MLPClassifier, CLASSES.tolist()),
    "two classes": (MLPClassifier, X[:, 0] > 0),
    "numbers": (MLPRegressor, X @ [1.0, 2.0, 0.0, -1.0]),
    "several numbers": (MLPRegressor, X[:, :2] * 2),
    "whole numbers": (MLPRegressor, CLASSES),
}
SIZES = [8, 8, 8, 1, 200, 3, 8, 64, 64, 2]
SETTINGS: list[dict[str, Any]] = [
    {},
    {"random_state": None},
    {"random_state": np.random.RandomState(1)},  # a fresh one for each
    {"shuffle": False},
    {"solver": "sgd"},
    {"solver": "sgd", "momentum": 0.0, "alpha": 0.0},
    {"dropout": 0.2},
    {"batch_size": 8},
    {"engine": "numpy"},
]


def learnt(kind: type, y: Any, settings: dict[str, Any], *, streamed: bool, monkeypatch: Any) -> tuple[Any, int]:
    """An estimator after calls of many sizes, and how many of them were streamed."""
    quick: list[int] = []
    learn = Stream.learn

    def counted(self: Any, estimator: Any, points: Any, Y: Any) -> bool:
        quick.append(len(points))
        return learn(self, estimator, points, Y)

    monkeypatch.setattr(Stream, "learn", counted)
    monkeypatch.setattr(Stream, "may_begin", staticmethod(MAY_BEGIN if streamed else lambda *a, **k: False))
    state = settings.get("random_state", 0)
    if isinstance(state, np.random.RandomState):
        settings = settings | {"random_state": np.random.RandomState(1)}
    np.random.seed(4)  # noqa: NPY002 - what random_state=None means
    model = kind(**{"hidden_layer_sizes": (6,), "random_state": 0} | settings)
    first: dict[str, Any] = {} if kind is MLPRegressor else {"classes": np.unique(y)}
    model.partial_fit(X[:40], y[:40], **first)
    begin = 40
    for n in SIZES:
        model.partial_fit(X[begin : begin + n], y[begin : begin + n])
        begin += n
    return model, len(quick)


MAY_BEGIN = Stream.may_begin


@pytest.mark.filterwarnings("ignore:Got `batch_size` less than 1")
@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: " ".join(settings) or "defaults")
@pytest.mark.parametrize("targets", TARGETS)
def test_calls_of_many_sizes_are_those_of_the_full_path(
    targets: str, settings: dict[str, Any], monkeypatch: Any
) -> None:
    kind, y = TARGETS[targets]
    quick, streamed = learnt(kind, y, settings, streamed=True, monkeypatch=monkeypatch)
    full, none = learnt(kind, y, settings, streamed=False, monkeypatch=monkeypatch)
    assert none == 0
    assert streamed == (4 if settings.get("batch_size") else len(SIZES))
    single = SIZES.index(1)  # a step on one row has a kernel of its own on the full path, which rounds in another order
    for mine, other in zip(quick.coefs_ + quick.intercepts_, full.coefs_ + full.intercepts_, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-13)
    assert [float(loss) for loss in quick.loss_curve_[:single]] == [float(loss) for loss in full.loss_curve_[:single]]
    np.testing.assert_allclose(quick.loss_curve_, full.loss_curve_, rtol=1e-9)
    assert (quick.t_, quick.n_iter_, quick.settings.batch_size) == (full.t_, full.n_iter_, full.settings.batch_size)
    assert quick.settings["batch_size"] == full.settings["batch_size"]


@pytest.mark.parametrize(
    ("points", "labels", "words"),
    [
        (np.full((3, 4), np.nan), [0, 1, 2], "Input X contains NaN"),
        (X[:3, :3], [0, 1, 2], "X has 3 features, but MLPClassifier is expecting 4"),
        (X[:3], [0, 1, 7], "classes"),
        (X[:3], [0, 1], "inconsistent numbers of samples"),
        (X[:0], [], "0 sample"),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_the_stream_goes_on(points: Any, labels: Any, words: str) -> None:
    model = MLPClassifier(hidden_layer_sizes=(6,), random_state=0)
    model.partial_fit(X[:8], CLASSES[:8], classes=[0, 1, 2])
    model.partial_fit(X[8:16], CLASSES[8:16])
    other = MLPClassifier(hidden_layer_sizes=(6,), random_state=0)
    other.partial_fit(X[:8], CLASSES[:8], classes=[0, 1, 2]).partial_fit(X[8:16], CLASSES[8:16])
    with pytest.raises(ValueError, match=words):
        model.partial_fit(points, np.array(labels, int))
    for each in (model, other):
        each.partial_fit(X[16:30], CLASSES[16:30])
    np.testing.assert_array_equal(model.coefs_[0], other.coefs_[0])


@pytest.mark.parametrize("layout", [np.asarray, csr_matrix])
def test_with_warm_start_rows_of_fewer_classes_are_refused_as_on_the_full_path(layout: Any) -> None:
    model = MLPClassifier(hidden_layer_sizes=(6,), random_state=0, warm_start=True)
    model.partial_fit(layout(X[:20]), CLASSES[:20], classes=[0, 1, 2])
    model.partial_fit(layout(X[20:40]), CLASSES[20:40])
    before = weights(model)
    for rows in ([40], [41, 42]):
        with pytest.raises(ValueError, match="the same classes as in the previous call"):
            model.partial_fit(layout(X[rows]), CLASSES[rows])
    assert weights(model) == before


def test_a_layer_that_normalises_over_points_needs_two() -> None:
    model = MLPRegressor(hidden_layer_sizes=(6,), normalization="batch_norm", random_state=0)
    for _ in range(3):
        model.partial_fit(X[:8], X[:8, 0])
    with pytest.raises(ValueError, match="nothing to normalise over in batches of one point"):
        model.partial_fit(X[:1], X[:1, 0])


def test_the_loss_curve_of_a_stream_is_bounded() -> None:
    model = MLPRegressor(hidden_layer_sizes=(2,), random_state=0)
    losses = []
    for _ in range(LONGEST_CURVE + 500):
        model.partial_fit(X[:2], X[:2, 0])
        losses.append(float(model.loss_))
    half = LONGEST_CURVE // 2
    assert len(model.loss_curve_) == half + 500
    np.testing.assert_allclose(model.loss_curve_[:half], np.reshape(losses[:LONGEST_CURVE], (-1, 2)).mean(axis=1))
    assert [float(loss) for loss in model.loss_curve_[half:]] == losses[LONGEST_CURVE:]


def test_a_few_sparse_rows_are_streamed_as_the_same_rows_of_an_array(monkeypatch: Any) -> None:
    taken: list[int] = []
    learn = Stream.learn
    monkeypatch.setattr(Stream, "learn", lambda self, *given: taken.append(1) or learn(self, *given))
    rows = np.where(np.abs(X) < 1, 0, X)
    models = [MLPClassifier(hidden_layer_sizes=(6,), random_state=0) for _ in range(2)]
    for model, points in zip(models, (rows, csr_matrix(rows)), strict=True):
        for begin in range(0, 60, 20):
            first: dict[str, Any] = {} if begin else {"classes": [0, 1, 2]}
            model.partial_fit(points[begin : begin + 20], CLASSES[begin : begin + 20], **first)
    assert len(taken) == 4
    assert weights(models[0]) == weights(models[1])


def weights(model: Any) -> list[bytes]:
    return [array.tobytes() for array in (*model.coefs_, *model.intercepts_)]
