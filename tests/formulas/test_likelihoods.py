"""Gaussian NLL: SciPy's density, extreme certainty without NaN, and two outputs for each target everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

import clearprop as cp
from clearprop.formulas.likelihoods import GaussianNLL
from tests.parts import complex_step

RNG = np.random.default_rng(0)
MEAN, S, Y = RNG.normal(size=(3, 20, 2))
A = np.hstack([MEAN, S])


def test_it_is_scipys_density_but_for_a_constant() -> None:
    theirs = -norm.logpdf(Y, MEAN, np.exp(S / 2)).sum(axis=1) - np.log(2 * np.pi)  # two targets, half the log each
    np.testing.assert_allclose(GaussianNLL().L(A, Y), theirs, rtol=1e-13, atol=1e-14)


def test_its_derivative_is_the_complex_step_s() -> None:
    numeric = complex_step(lambda A: GaussianNLL().L(A, Y), A)
    np.testing.assert_allclose(GaussianNLL().dL_dA(A, Y), numeric, rtol=1e-13, atol=1e-14)


def test_a_right_prediction_costs_least_where_its_spread_is_that_of_the_errors() -> None:
    errors = RNG.normal(scale=3.0, size=(5000, 1))
    costs = [
        GaussianNLL().L(np.hstack([errors, np.full_like(errors, s)]), 0 * errors).mean() for s in (0, np.log(9), 4)
    ]
    assert costs[1] < min(costs[0], costs[2])
    best = np.log((errors**2).mean())
    slope = GaussianNLL().dL_dA(np.hstack([errors, np.full_like(errors, best)]), 0 * errors)[:, 1].mean()
    assert slope == pytest.approx(0, abs=1e-13), "a mean of 5000 numbers of size 1"


@pytest.mark.parametrize("s", [-1e4, -800.0, 800.0, 1e4])
def test_a_prediction_that_is_exactly_right_is_never_nan(s: float) -> None:
    exact = np.array([[2.0, s]])
    assert GaussianNLL().L(exact, np.array([[2.0]]))[0] == s / 2
    assert GaussianNLL().dL_dA(exact, np.array([[2.0]])).tolist() == [[0.0, 0.5]]


def network(outputs: int = 4) -> cp.Network:
    return cp.Network((2, 5, outputs), ("tanh", "identity"), seed=1)


def test_a_network_gives_means_first_and_is_trained_checked_and_explained() -> None:
    X = RNG.normal(size=(20, 2))
    check = cp.check_gradients(network(), X, Y, "gaussian_nll", penalty="l2")
    assert check.ok, str(check)
    run = cp.train(network(), X, Y, loss="gaussian_nll", epochs=3, validation=(X, Y), metrics="rmse")
    rmse = np.sqrt(((run.network.predict(X)[:, :2] - Y) ** 2).mean())
    best = int(np.argmin(run.history["validation_loss"]))
    assert run.history["rmse"][best] == pytest.approx(rmse, rel=1e-12)
    assert "gaussian_nll" in cp.explain(network(), X[0], Y[:1], loss="gaussian_nll").text()


def test_one_target_may_be_a_plain_vector() -> None:
    X = RNG.normal(size=(20, 2))
    fwd = cp.forward_pass(network(2), X, Y[:, 0], "gaussian_nll")
    assert fwd.Y.shape == (20, 1)


def test_an_odd_number_of_outputs_and_targets_too_many_are_refused() -> None:
    X = RNG.normal(size=(20, 2))
    with pytest.raises(
        ValueError, match="gaussian_nll takes 2 outputs for each target, the predictions first; the network"
    ):
        cp.forward_pass(network(3), X, Y, "gaussian_nll")
    with pytest.raises(ValueError, match=r"Y must be \(n, 2\) for 2 outputs"):
        cp.forward_pass(network(4), X, A, "gaussian_nll")


def test_a_table_is_fitted_and_predicted_in_the_target_s_unit() -> None:
    x = np.linspace(-1, 1, 200)
    table = cp.Table.of({"x": x, "y": 100 + 50 * x + RNG.normal(size=200)})
    recipe = cp.Recipe(target="y", loss="gaussian_nll", optimizer="adam", eta=0.01, epochs=300)
    fitted = cp.fit(table, recipe)
    assert fitted.model.network.widths[-1] == 2
    assert fitted.scores["test"].metrics["r2"] > 0.9
    np.testing.assert_allclose(fitted.model.predict(table), table["y"], atol=30)
