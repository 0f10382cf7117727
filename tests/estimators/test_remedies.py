"""Warnings measure what they recommend: what they name helps, sparse or dense, and costs little beside the training."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning

from clearprop.advice.trials import larger_step_helps, loss_of
from clearprop.engines import Task
from clearprop.engines.compiled import CompiledEngine
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.estimators import MLPClassifier, MLPRegressor
from clearprop.estimators.remedies import LOOKS, SHARE, trial_size
from clearprop.formulas.losses import HalfSquare
from clearprop.formulas.optimizers import SGD
from clearprop.formulas.regularizers import Dropout
from clearprop.network import Network

X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
kinds_of_table = pytest.mark.parametrize("table", [np.asarray, csr_matrix], ids=["dense", "sparse"])


@kinds_of_table
def test_a_fit_cut_short_says_how_fast_the_loss_still_falls_and_what_was_measured(table: type) -> None:
    with pytest.warns(
        ConvergenceWarning, match=r"Maximum iterations \(150\) reached.*still fell by .* measured"
    ) as said:
        slow = MLPClassifier(max_iter=150, random_state=0, learning_rate_init=1e-4).fit(table(X), Y)
    rate = float(re.findall(r"learning_rate_init=(\S+) lowered", str(said[0].message))[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        faster = MLPClassifier(max_iter=150, random_state=0, learning_rate_init=rate).fit(table(X), Y)
    assert faster.loss_ < slow.loss_


def test_a_step_that_is_large_enough_is_not_said_to_be_too_small() -> None:
    model = MLPClassifier(max_iter=200, tol=0, n_iter_no_change=200, random_state=0, solver="sgd", momentum=0)
    with pytest.warns(
        ConvergenceWarning, match=r"larger max_iter \(measured: over \d+ steps, a step size 5 times larger did not"
    ):
        model.set_params(learning_rate_init=3.0).fit(X, Y)


@pytest.mark.filterwarnings("ignore::clearprop.advice.ConstantPrediction")
@pytest.mark.parametrize(
    ("loss", "y", "rate"),
    [
        ("squared_error", 9 + 0.1 * X[:, 0], 1e-6),
        ("linear", 9 + 0.1 * X[:, 0], 1e-6),
        ("poisson", np.round(5000 + 100 * X[:, 0]), 1e-12),
    ],
)
def test_a_step_too_small_is_told_where_the_loss_is_large(loss: str, y: np.ndarray, rate: float) -> None:
    options = {"loss": loss, "max_iter": 300, "batch_size": 50, "solver": "sgd", "tol": 0, "random_state": 0}
    with pytest.warns(ConvergenceWarning, match="Maximum iterations") as said:
        MLPRegressor(**options, learning_rate_init=rate).fit(X, y)
    pattern = rf"={5 * rate:g} lowered the loss by (\S+), where {rate:g} lowered it by (\S+)\.$"
    (text,) = [str(each.message) for each in said if "Maximum iterations" in str(each.message)]
    larger, now = (float(each) for each in re.search(pattern, text).groups())
    assert 4 < larger / now < 6  # far from any minimum, a step five times as large lowers the loss five times as much


@pytest.mark.parametrize("size", [1.0, 3e3])
def test_falls_are_compared_whatever_the_size_of_the_targets(size: float) -> None:
    net = Network(widths=(4, 1), activations=("identity",), init="zeros")
    task = Task(net, HalfSquare(), SGD(), X, size * (3 + X[:, :1]))
    assert loss_of(task) == pytest.approx(np.mean(task.Y**2) / 2)
    for rate, helps in ((1e-6, True), (0.3, False)):
        assert (larger_step_helps(task, rate, 20) is not None) == helps
    dropped = replace(
        task, network=Network(widths=(4, 8, 1), activations=("relu", "identity")), dropout=Dropout((0.5,)), seed=1
    )
    now, larger = larger_step_helps(dropped, 1e-6 / size, 20)
    assert now.before == larger.before == pytest.approx(loss_of(dropped), rel=0)
    assert larger.fall > now.fall > 0  # what is left out at random is in no comparison


def test_a_short_fit_is_told_without_a_measurement() -> None:
    with pytest.warns(ConvergenceWarning, match=r"still fell by .*; try a larger max_iter or .* too short to be worth"):
        MLPClassifier(max_iter=15, random_state=0, learning_rate_init=1e-4).fit(X, Y)


@pytest.mark.filterwarnings("ignore::clearprop.advice.ConstantPrediction")
def test_a_layer_that_learns_least_is_named() -> None:
    model = MLPClassifier((6, 6), solver="sgd", max_iter=200, tol=0, warm_start=True, random_state=0).initialize(X, Y)
    model.coefs_[2][:] *= 1e-4  # what the layers below are told of the loss is that much smaller
    with pytest.warns(ConvergenceWarning, match=r"layer [12] learns least, its gradient being \d+ times smaller"):
        model.set_params(learning_rate_init=1e-6).fit(X, Y)


@pytest.mark.parametrize("options", [{"max_iter": 150}, {"max_iter": 150, "batch_size": 1}, {"max_iter": 600}], ids=str)
def test_trials_see_a_fiftieth_of_the_points_that_training_saw(
    options: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [0]
    for engine in (CompiledEngine, NumpyEngine):

        def counted(self, batches, etas, t, run=engine.run):
            seen[0] += batches.size if isinstance(batches, np.ndarray) else len(batches.rows)
            return run(self, batches, etas, t)

        monkeypatch.setattr(engine, "run", counted)
    with pytest.warns(ConvergenceWarning, match="measured"):
        model = MLPClassifier(tol=0, n_iter_no_change=1000, random_state=0, learning_rate_init=1e-4, **options).fit(
            X, Y
        )
    assert model.t_ < seen[0] <= model.t_ * (1 + 1 / SHARE)


@pytest.mark.parametrize("rows", [3, 40, 10_000])
def test_a_trial_is_as_large_as_its_share_allows_or_not_made(rows: int) -> None:
    sizes = {seen: trial_size(rows, seen) for seen in range(rows, 10**7, 9973)}
    assert {steps for _, steps in sizes.values()} >= {0, 40}
    for seen, (points, steps) in sizes.items():
        assert steps == 0 or (5 <= steps <= 40 and min(rows, 32) <= points <= 256)
        assert steps == 0 or points * (2 * steps + LOOKS) * SHARE <= seen


@kinds_of_table
def test_a_step_too_large_is_named_with_its_layer_and_a_smaller_one_that_was_tried(table: type) -> None:
    model = MLPRegressor(solver="sgd", learning_rate_init=1e4, random_state=0, hidden_layer_sizes=5)
    with pytest.raises(
        ValueError, match=r"layer \d is not finite\. Measured: learning_rate_init=.* lowers the loss"
    ) as caught:
        model.fit(table(X), Y)
    rate = float(str(caught.value).split("learning_rate_init=")[1].split()[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert np.isfinite(model.set_params(learning_rate_init=rate).fit(table(X), Y).loss_)


def test_rates_of_a_schedule_are_named_as_such() -> None:
    model = MLPClassifier(max_iter=150, random_state=0, learning_rate="constant(value=0.0001)")
    with pytest.warns(ConvergenceWarning, match=r"a rate of 0\.0005 lowered the loss by \S+, where 0\.0001 lowered it"):
        model.fit(X, Y)
    values = MLPRegressor(solver="sgd", learning_rate="constant(value=1e4)", hidden_layer_sizes=5, random_state=0)
    with pytest.raises(ValueError, match=r"Measured: a rate of 0\.\d+ lowers the loss"):
        values.fit(X, Y)


@kinds_of_table
def test_inputs_that_are_too_large_are_named_before_the_step(table: type) -> None:
    with pytest.raises(ValueError, match=r"root mean square is .* scale them"):
        MLPRegressor(solver="sgd", random_state=0).fit(table(X * 1e200), Y)
