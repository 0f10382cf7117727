"""Losses beyond the notes': values by scikit-learn, SciPy and mpmath, conventions at kinks, no NaN where a limit is finite."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy.special import rel_entr
from sklearn.metrics import (
    hinge_loss,
    mean_gamma_deviance,
    mean_pinball_loss,
    mean_poisson_deviance,
    mean_squared_error,
)

import clearprop as cp
from clearprop.fitting import plan
from clearprop.formulas import find
from clearprop.formulas.activations import Sigmoid, Softmax
from clearprop.formulas.class_losses import Focal, FocalM, Hinge, KLDivergence, NLLMLog, SquaredHinge
from clearprop.formulas.losses import NLL, NLLM, HalfSquare, Loss
from clearprop.formulas.metrics import Accuracy
from clearprop.formulas.regression_losses import Gamma, Huber, LogCosh, Poisson, PoissonLog, Quantile, SmoothL1
from clearprop.formulas.shortcuts import shortcut
from clearprop.validation import as_targets

RNG = np.random.default_rng(0)
AMOUNTS, COUNTS, ERRORS = RNG.gamma(2.0, size=(2, 40, 1)), RNG.poisson(2.0, (40, 1)), RNG.normal(size=(2, 40, 1))
EPS = 2.0**-52


# ---- values by other libraries


def test_half_square_is_half_of_scikit_learns_mean() -> None:
    A, Y = ERRORS
    assert HalfSquare().L(A, Y).mean() == pytest.approx(mean_squared_error(Y, A) / 2, rel=1e-14), "40 terms"


@pytest.mark.parametrize("tau", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_quantile_is_scikit_learns_pinball_loss(tau: float) -> None:
    A, Y = ERRORS
    ours = Quantile(tau).L(A, Y).mean()
    assert ours == pytest.approx(mean_pinball_loss(Y, A, alpha=tau), rel=1e-14), "40 terms"


def test_poisson_and_gamma_are_half_of_scikit_learns_deviances() -> None:
    A, Y = AMOUNTS
    assert Poisson().L(A, COUNTS).mean() == pytest.approx(mean_poisson_deviance(COUNTS, A) / 2, rel=1e-13), "40 terms"
    assert Gamma().L(A, Y).mean() == pytest.approx(mean_gamma_deviance(Y, A) / 2, rel=1e-13), "40 terms"


def test_poisson_log_is_poisson_of_the_exponential_but_for_what_the_targets_alone_decide() -> None:
    a, Y = ERRORS[0], COUNTS.astype(float)
    difference = Poisson().L(np.exp(a), Y) - PoissonLog().L(a, Y)
    alone = np.where(Y > 0, Y * np.log(np.maximum(Y, 1)), 0) - Y
    np.testing.assert_allclose(difference, alone[:, 0], atol=1e-14, err_msg="differences of values of size 10")


def test_hinge_is_scikit_learns() -> None:
    A, Y = ERRORS[0], np.sign(ERRORS[1])
    assert Hinge().L(A, Y).mean() == pytest.approx(hinge_loss(Y[:, 0], A[:, 0]), rel=1e-14), "40 terms"
    assert SquaredHinge().L(A, Y) == pytest.approx(Hinge().L(A, Y) ** 2, rel=1e-15), "of one output"


def test_kl_divergence_is_scipys_relative_entropy() -> None:
    A, Y = RNG.dirichlet(np.ones(4), 30), RNG.dirichlet(np.ones(4), 30)
    Y[::3] = np.eye(4)[RNG.integers(4, size=10)]
    np.testing.assert_allclose(KLDivergence().L(A, Y), rel_entr(Y, A).sum(axis=1), rtol=0, atol=1e-15 * 16)


def test_nllm_log_is_nllm_of_the_exponential() -> None:
    A, Y = RNG.dirichlet(np.ones(4), 30), RNG.dirichlet(np.ones(4), 30)
    np.testing.assert_allclose(NLLMLog().L(np.log(A), Y), NLLM().L(A, Y), rtol=1e-14, err_msg="the same sum of 4")


def test_smooth_l1_is_huber_by_its_width() -> None:
    A, Y = ERRORS
    np.testing.assert_allclose(SmoothL1(0.4).L(A, Y), Huber(0.4).L(A, Y) / 0.4, rtol=1e-14, err_msg="a quotient")


def test_a_wide_huber_is_half_the_square_and_a_narrow_smooth_l1_the_absolute_error() -> None:
    A, Y = ERRORS
    assert np.array_equal(Huber(1e6).L(A, Y), find(Loss, "half_square").L(A, Y))
    np.testing.assert_allclose(SmoothL1(1e-9).L(A, Y), find(Loss, "linear").L(A, Y), atol=1e-9, err_msg="beta / 2")


def test_focal_without_gamma_is_nll() -> None:
    A, Y = RNG.uniform(0.01, 0.99, (20, 3)), RNG.random((20, 3))
    np.testing.assert_allclose(Focal(0).L(A, Y), NLL().L(A, Y), rtol=1e-14, err_msg="the same sum")
    np.testing.assert_allclose(Focal(0).dL_dA(A, Y), NLL().dL_dA(A, Y), rtol=1e-14, err_msg="the same terms")


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0, 5.0])
@pytest.mark.parametrize("y", [0.0, 0.25, 1.0])
def test_focal_is_the_paper_s_to_rounding(gamma: float, y: float) -> None:
    def exact(a):
        return -y * (1 - a) ** gamma * mpmath.log(a) - (1 - y) * a**gamma * mpmath.log(1 - a)

    a = np.array([[2.0**-40], [0.1], [0.5], [0.9], [1 - 2.0**-40]])
    with mpmath.workdps(50):
        value = [float(exact(mpmath.mpf(each))) for each in a[:, 0]]
        slope = [float(mpmath.diff(exact, mpmath.mpf(each), h=mpmath.mpf(10) ** -30)) for each in a[:, 0]]
    Y = np.full_like(a, y)
    np.testing.assert_allclose(Focal(gamma).L(a, Y), value, rtol=1e-15 * 16, err_msg="powers and logs")
    np.testing.assert_allclose(Focal(gamma).dL_dA(a, Y)[:, 0], slope, rtol=1e-14, err_msg="powers and logs")


# ---- saturation


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("y", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("z", [-1e4, -745.0, -40.0, -30.0, 0.0, 1e-12, 30.0, 40.0, 745.0, 1e4])
def test_sigmoid_with_focal_is_exact_at_any_size(z: float, y: float, gamma: float) -> None:
    def exact(at):
        a = 1 / (1 + mpmath.exp(-at))
        return -y * (1 - a) ** gamma * mpmath.log(a) - (1 - y) * a**gamma * mpmath.log(1 - a)

    with mpmath.workdps(9000 if abs(z) > 1000 else 1200):
        value = float(exact(mpmath.mpf(z)))
        h = mpmath.mpf(10) ** -200
        slope = float((exact(z + h) - exact(z - h)) / (2 * h))
    Z, Y = np.array([[z]]), np.array([[y]])
    direct = shortcut(Sigmoid(), Focal(gamma))
    assert direct is not None
    assert direct.L(Z, Y)[0] == pytest.approx(value, rel=64 * EPS, abs=1e-320)
    # From a alone: 1 - a is rounded at the size of 1, as a - y is, and may be multiplied by its log, 36 at most.
    assert direct.dL_dZ(Sigmoid().A(Z), Y)[0, 0] == pytest.approx(slope, rel=0, abs=(4 + 36 * gamma) * EPS)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("right", [0, 1, 2])
@pytest.mark.parametrize("size", [0.0, 1e-12, 1.0, 30.0, 40.0, 745.0, 1e4])
def test_softmax_with_focalm_is_exact_at_any_size(size: float, right: int, gamma: float) -> None:
    z = [size, -size, size / 2]

    def exact(at):
        powers = [mpmath.exp(each) for each in at]
        others = mpmath.fsum(power for j, power in enumerate(powers) if j != right)
        whole = mpmath.fsum(powers)
        return -((others / whole) ** gamma) * mpmath.log(powers[right] / whole)

    with mpmath.workdps(9000 if size > 1000 else 1200):
        at, h = [mpmath.mpf(each) for each in z], mpmath.mpf(10) ** -200
        value = float(exact(at))
        moved = [[x + (k == j) * h for k, x in enumerate(at)] for j in range(3)]
        slope = [float((exact(each) - exact(at)) / h) for each in moved]
    Z, Y = np.array([z]), np.eye(3)[[right]]
    direct = shortcut(Softmax(), FocalM(gamma))
    assert direct is not None
    assert direct.L(Z, Y)[0] == pytest.approx(value, rel=64 * EPS, abs=1e-320)
    # From a alone: 1 - a is rounded at the size of 1, and a power below 1 of it is rounded at the size of its root.
    rounded = np.sqrt(4 * EPS) if gamma == 0.5 else (4 + 36 * gamma) * EPS
    np.testing.assert_allclose(direct.dL_dZ(Softmax().A(Z), Y)[0], slope, rtol=0, atol=rounded)


def test_focalm_without_gamma_is_nllm() -> None:
    A = Softmax().A(np.random.default_rng(0).normal(size=(20, 3)))
    Y = np.eye(3)[np.arange(20) % 3]
    np.testing.assert_allclose(FocalM(0).L(A, Y), NLLM().L(A, Y), rtol=1e-15)
    np.testing.assert_allclose(FocalM(0).dL_dA(A, Y), NLLM().dL_dA(A, Y), rtol=1e-15)


def test_a_shortcut_has_its_loss_s_hyper_parameters() -> None:
    direct = shortcut(Sigmoid(), Focal(0.75))
    assert str(direct) == "sigmoid + focal(gamma=0.75)"


@pytest.mark.parametrize("a", [0.0, 1.0])
@pytest.mark.parametrize("loss", [Focal(0), Focal(0.5), Focal(2)], ids=str)
def test_focal_is_0_where_it_was_sure_and_right_and_infinite_where_wrong(loss: Focal, a: float) -> None:
    right, wrong = np.array([[a]]), np.array([[1 - a]])
    assert loss.L(right, right).tolist() == [0]
    assert loss.L(right, wrong).tolist() == [np.inf]
    assert np.isfinite(loss.dL_dA(right, right)).all()
    assert abs(loss.dL_dA(right, wrong)).tolist() == [[np.inf]]


@pytest.mark.parametrize("u", [1e4, -1e4, 1e300, -1e300, np.inf, -np.inf])
@pytest.mark.parametrize("loss", [Huber(), SmoothL1(), LogCosh(), Quantile()], ids=str)
def test_a_robust_loss_grows_no_faster_than_its_error(loss: Loss, u: float) -> None:
    A, Y = np.array([[u]]), np.zeros((1, 1))
    assert abs(u) / 2 - 1 <= loss.L(A, Y)[0] <= abs(u)
    assert abs(loss.dL_dA(A, Y)[0, 0]) in {0.5, 1.0}


def test_a_count_of_0_costs_its_rate() -> None:
    A, Y = np.array([[1e-300], [1e-3], [2.0]]), np.zeros((3, 1))
    assert Poisson().L(A, Y).tolist() == [1e-300, 1e-3, 2.0]
    assert Poisson().dL_dA(A, Y).tolist() == [[1], [1], [1]]


def test_a_class_without_probability_that_did_not_happen_costs_nothing() -> None:
    assert NLLMLog().L(np.array([[0.0, -np.inf]]), np.array([[1.0, 0.0]])).tolist() == [0]
    assert KLDivergence().L(np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]])).tolist() == [0]


# ---- conventions


def test_at_its_corner_a_hinge_takes_the_slope_of_the_side_that_costs() -> None:
    A = Y = np.array([[1.0, -1.0]])
    assert Hinge().L(A, Y).tolist() == [0]
    assert Hinge().dL_dA(A, Y).tolist() == [[-1, 1]]
    assert not Hinge().dL_dA(1.5 * A, Y).any()


def test_quantile_takes_the_right_hand_slope_at_0() -> None:
    A = np.array([[2.0, -1.0]])
    assert Quantile(0.25).dL_dA(A, A.copy()).tolist() == [[0.75, 0.75]]


def test_the_best_constant_is_the_quantile() -> None:
    y = np.arange(1.0, 102.0)[:, None]
    costs = [Quantile(0.9).L(np.full_like(y, a), y).mean() for a in y[:, 0]]
    assert y[int(np.argmin(costs)), 0] == 91, "the 0.9-quantile of 1..101"


# ---- labels


def test_labels_become_minus_one_and_one_for_a_hinge() -> None:
    one, three = ({"points": 3, "outputs": outputs, "dtype": np.dtype(float)} for outputs in (1, 3))
    assert as_targets(["no", "yes", "no"], Hinge(), **one).Y.tolist() == [[-1], [1], [-1]]
    assert as_targets([-1, 1, -1], Hinge(), **one).Y.tolist() == [[-1], [1], [-1]]
    assert as_targets([2, 0, 1], SquaredHinge(), **three).Y.tolist() == [[-1, -1, 1], [1, -1, -1], [-1, 1, -1]]


@pytest.mark.parametrize(
    ("loss", "Y", "message"),
    [
        ("hinge", [0, 1], r"hinge takes targets in \{-1, 1\}; Y\[0\] = 0; give class labels as text, or as -1 and 1"),
        ("hinge", [[0.0, 1.0], [1.0, 0.0]], r"give class labels \(n,\) or rows of -1 and 1"),
        ("poisson", [1, -3], r"poisson takes targets in \[0, ∞\); Y\[1\] = -3$"),
        ("gamma", [0.0, 2.0], r"gamma takes targets in \(0, ∞\); Y\[0\] = 0.0$"),
    ],
)
def test_targets_outside_the_domain_are_named_with_what_helps(loss: str, Y: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_targets(Y, find(Loss, loss), points=2, outputs=np.asarray(Y).ndim, dtype=np.dtype(float))


def test_one_output_of_a_hinge_is_judged_against_0() -> None:
    A, Y = np.array([[0.2], [-0.2], [0.7], [-3.0]]), np.array([[1.0], [-1.0], [-1.0], [-1.0]])
    assert Accuracy().value(A, Y) == 0.75
    net = cp.Network.from_weights([([[1.0]], [0.0])], ("identity",))
    header = cp.explain(net, [0.2], 1, "hinge", classes=["no", "yes"]).header
    assert (header.label, header.predicted, header.probability) == ("yes", "yes", None)


def test_a_network_learns_from_text_labels_by_its_hinge() -> None:
    X = np.random.default_rng(1).normal(size=(60, 2))
    labels = np.where(X[:, 0] > X[:, 1], "right", "left")
    run = cp.train(cp.Network((2, 1), ("identity",)), X, labels, loss="hinge", eta=0.1, epochs=40, metrics=["accuracy"])
    assert run.classes.tolist() == ["left", "right"]
    assert run.history["accuracy"][-1] > 0.9


@pytest.mark.parametrize(
    ("task", "loss", "output"), [("classification", "hinge", "identity"), ("regression", "gamma", "softplus")]
)
def test_a_table_s_targets_that_a_loss_does_not_take_are_refused_before_training(
    task: str, loss: str, output: str
) -> None:
    table = cp.Table.of({"x": [0.0, 1.0, 2.0, 3.0] * 9, "y": [1, 2, 1, 2] * 9})
    recipe = cp.Recipe(target="y", task=task, loss=loss, output_activation=output)
    with pytest.raises(ValueError, match=rf"{loss} takes targets in .*; losses that go with them: .*square"):
        plan(table, recipe)
