"""Every loss in the catalogue: its derivative is the derivative of its function, and its values are the known ones."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from sklearn.metrics import log_loss, mean_absolute_error, mean_squared_error

from clearprop.formulas import find
from clearprop.formulas.activations import Activation
from clearprop.formulas.domains import POSITIVE, SIGNS, LogSimplex, Simplex
from clearprop.formulas.losses import NLL, NLLM, Linear, Loss
from tests.parts import all_of, central_difference, complex_step, label, relative_error, targets_in

LOSSES = [
    *all_of(Loss),
    *(find(Loss, text) for text in ("huber(delta=0.3)", "smooth_l1(beta=0.3)", "quantile(tau=0.9)")),
    *(find(Loss, text) for text in ("focal(gamma=0)", "focal(gamma=0.5)", "focal(gamma=3.5)")),
]
every_loss = pytest.mark.parametrize("loss", LOSSES, ids=label)


def predictions(loss: Loss, n: int = 30, outputs: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Predictions and targets (n, outputs) that the loss takes, and that keep away from its kinks."""
    rng = np.random.default_rng(seed)
    Y = targets_in(loss.domain_Y, n, outputs, rng)
    outputs *= loss.outputs_per_target
    if isinstance(loss.domain_A, Simplex):
        return rng.dirichlet(np.full(outputs, 3.0), n), Y
    if isinstance(loss.domain_A, LogSimplex):
        return np.log(rng.dirichlet(np.full(outputs, 3.0), n)), Y
    if loss.domain_A == POSITIVE:
        return rng.uniform(0.3, 3.0, size=(n, outputs)), Y
    if loss.domain_A.high == 1:
        return rng.uniform(0.05, 0.95, size=(n, outputs)), Y
    A = rng.normal(size=(n, outputs))
    for kink in loss.kinks:
        A[abs(A - Y - kink) < 0.01] += 0.1
    return A, Y


@every_loss
def test_dL_dA_is_the_complex_step_derivative_of_L(loss: Loss) -> None:
    assert loss.complex_step, "a part that a complex step cannot follow needs its own line here"
    A, Y = predictions(loss)
    numeric = complex_step(lambda A: loss.L(A, Y), A)
    # Each entry is one or two quotients; nothing is subtracted but in y/a - (1-y)/(1-a), whose terms are at most 20.
    np.testing.assert_allclose(loss.dL_dA(A, Y), numeric, rtol=1e-12, atol=1e-13, err_msg=f"{loss} at {A!r}, {Y!r}")
    assert relative_error(loss.dL_dA(A, Y), numeric) < 1e-13, f"{loss}, as a whole"


@every_loss
def test_dL_dA_is_the_central_difference_of_L_away_from_kinks(loss: Loss) -> None:
    A, Y = predictions(loss, seed=4)
    numeric = central_difference(lambda A: loss.L(A, Y), A)
    # 90 terms of size 1 rounded at 1e-14, divided by 2e-6; and h^2 L'''/6 with L''' up to 2 / 0.05^3.
    np.testing.assert_allclose(loss.dL_dA(A, Y), numeric, rtol=1e-6, atol=1e-7, err_msg=f"{loss} at {A!r}, {Y!r}")


@every_loss
def test_a_loss_is_summed_over_outputs_and_not_over_points(loss: Loss) -> None:
    A, Y = predictions(loss)
    L = loss.L(A, Y)
    assert L.shape == (len(A),)
    assert L[7] == pytest.approx(loss.L(A[7:8], Y[7:8])[0], rel=1e-15)


@every_loss
def test_a_right_prediction_costs_less_than_a_wrong_one(loss: Loss) -> None:
    no, yes = {POSITIVE: (1.0, 3.0), SIGNS: (-1.0, 1.0)}.get(loss.domain_Y, (0.0, 1.0))
    of_log = np.log if loss.name in {"poisson_log", "nllm_log"} else np.asarray
    Y, surely = np.array([[no, yes]]), np.zeros((1, 2 * (loss.outputs_per_target - 1)))
    costs = [loss.L(np.hstack([of_log([[no + off, yes - off]]), surely]), Y)[0] for off in (0.01, 0.4, 0.9)]
    assert costs == sorted(costs), f"{loss}: {costs}"
    assert costs[0] >= 0


@every_loss
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_type_stays(loss: Loss, dtype: str) -> None:
    A, Y = (array.astype(dtype) for array in predictions(loss))
    assert loss.L(A, Y).dtype == dtype
    assert loss.dL_dA(A, Y).dtype == dtype


@every_loss
def test_formulas_are_pure(loss: Loss) -> None:
    A, Y = predictions(loss)
    for array in (A, Y):
        array.flags.writeable = False  # writing to an argument would raise
    assert not np.shares_memory(loss.L(A, Y), A)
    assert not any(np.shares_memory(loss.dL_dA(A, Y), array) for array in (A, Y))


@every_loss
def test_some_activation_reaches_the_loss(loss: Loss) -> None:
    assert any(loss.domain_A.includes(activation.range) for activation in all_of(Activation))


@every_loss
def test_a_record_says_all_that_is_shown_of_it(loss: Loss) -> None:
    said = {name: getattr(loss, name) for name in ("name", "formula", "derivative", "latex", "latex_derivative")}
    assert all(said.values()), said
    assert loss.source
    assert (type(loss).__doc__ or "").strip()


def test_square_summed_over_outputs_is_scikit_learns_mean_times_outputs() -> None:
    A, Y = np.random.default_rng(0).normal(size=(2, 20, 3))
    ours = find(Loss, "square").L(A, Y).mean()
    assert ours == pytest.approx(3 * mean_squared_error(Y, A), rel=1e-14), "60 terms, added in another order"


def test_linear_summed_over_outputs_is_scikit_learns_mean_times_outputs() -> None:
    A, Y = np.random.default_rng(0).normal(size=(2, 20, 3))
    ours = find(Loss, "linear").L(A, Y).mean()
    assert ours == pytest.approx(3 * mean_absolute_error(Y, A), rel=1e-14), "60 terms, added in another order"


def test_nllm_is_scikit_learns_log_loss() -> None:
    rng = np.random.default_rng(0)
    A, labels = rng.dirichlet(np.ones(4), 50), rng.integers(4, size=50)
    ours = NLLM().L(A, np.eye(4)[labels]).mean()
    assert ours == pytest.approx(log_loss(labels, A, labels=range(4)), rel=1e-13), "a row's sum may miss 1 by rounding"


def test_nll_is_scikit_learns_log_loss() -> None:
    rng = np.random.default_rng(0)
    A, labels = rng.uniform(0.01, 0.99, size=(50, 1)), rng.integers(2, size=50)
    ours = NLL().L(A, labels[:, None].astype(float)).mean()
    assert ours == pytest.approx(log_loss(labels, A[:, 0]), rel=1e-13), "1 - a is rounded on both sides"


def test_nll_takes_a_target_between_no_and_yes() -> None:
    with mpmath.workdps(30):
        exact = float(-(mpmath.mpf("0.25") * mpmath.log("0.5") + mpmath.mpf("0.75") * mpmath.log("0.5")))
    assert NLL().L(np.array([[0.5]]), np.array([[0.25]]))[0] == pytest.approx(exact, rel=1e-15)


def test_linear_takes_the_right_hand_sign_at_zero() -> None:
    A = np.array([[2.0, -1.0]])
    assert Linear().dL_dA(A, A.copy()).tolist() == [[1.0, 1.0]]
    assert Linear().L(A, A.copy()).tolist() == [0.0]


@pytest.mark.parametrize("loss", [NLL(), NLLM()], ids=label)
def test_a_likelihood_is_0_where_it_was_sure_and_right_and_infinite_where_wrong(loss: Loss) -> None:
    yes, no = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    assert loss.L(yes, yes).tolist() == [0.0]
    assert loss.L(yes, no).tolist() == [np.inf]
    assert loss.dL_dA(yes, no)[0, 1] == -np.inf
    assert np.isfinite(loss.dL_dA(yes, yes)).all()


@pytest.mark.parametrize(("method", "count"), [("L", 2), ("dL_dA", 2)])
def test_an_unfinished_loss_says_what_it_must_define(method: str, count: int) -> None:
    class Unfinished(Loss):
        name = "unfinished"

    with pytest.raises(NotImplementedError, match=f"'unfinished' must define {method}"):
        getattr(Unfinished(), method)(*[np.zeros((1, 1))] * count)
