"""L-BFGS: SciPy takes the steps, and reports, stopping, callbacks and the best network are as in any training."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from scipy.optimize import minimize

import clearprop as cp
from clearprop.formulas.lbfgs import LBFGS
from clearprop.formulas.losses import Square
from tests.engines.closeness import apart_by_rounding, distance
from tests.training.small import LABELS, X, Y, a_net, run


def fit(net: cp.Network | None = None, **options):
    return run(net, **{"optimizer": "lbfgs", "eta": None, "batch_size": None, "epochs": 30} | options)


class OwnSquare(Square):
    """A loss of the user's own, which has no kernel."""


@pytest.mark.parametrize("threads", [1, 2])
def test_either_engine_finds_the_same(threads: int) -> None:
    options = {"epochs": 6, "penalty": "l2(strength=0.01)", "sample_weight": np.linspace(0.5, 1.5, len(X))}
    compiled = fit(engine="compiled", threads=threads, **options)
    reference = fit(engine="numpy", **options)
    assert (compiled.engine.name, reference.engine.name) == ("compiled", "numpy")

    def found(parameters: np.ndarray, X: np.ndarray) -> np.ndarray:
        return fit(a_net().with_parameters(parameters), X=X, engine="numpy", **options).network.parameters

    allowed = apart_by_rounding(found, a_net().parameters, X, steps=6)
    assert distance(compiled.network.parameters, reference.network.parameters) <= allowed <= 1e-9
    assert distance(compiled.history["loss"], reference.history["loss"]) <= allowed


def test_the_path_is_scipys() -> None:
    net = a_net()

    def loss_and_gradient(parameters):
        here = net.with_parameters(parameters)
        fwd = cp.forward_pass(here, X, Y, "square")
        return fwd.loss, cp.back_propagate(here, fwd).flat

    theirs = minimize(loss_and_gradient, net.parameters, jac=True, method="L-BFGS-B", options={"maxiter": 12})
    ours = fit(epochs=12)
    # A line search doubles what rounds differently in the two gradients at every step.
    np.testing.assert_allclose(ours.network.parameters, theirs.x, rtol=0, atol=1e-9)
    assert ours.history["step"].tolist() == list(range(1, 13))
    assert ours.stopped_because == "all 12 steps taken"


def test_it_finds_the_minimum_that_least_squares_has() -> None:
    net = cp.Network((2, 1), ("identity",), seed=3)
    found = fit(net, optimizer=LBFGS(gradient_tolerance=1e-10, loss_tolerance=0.0)).network
    ones = np.hstack([X, np.ones((10, 1))])
    solution = np.linalg.lstsq(ones, Y, rcond=None)[0]
    np.testing.assert_allclose(np.vstack([found.W[1], [found.W0[1]]]), solution, atol=1e-8)


def test_each_loss_is_measured_before_its_step() -> None:
    found = fit(epochs=5)
    assert found.history["loss"][0] == cp.forward_pass(a_net(), X, Y, "square").loss
    after = [fit(epochs=k).network for k in range(1, 5)]
    losses = [cp.forward_pass(net, X, Y, "square").loss for net in after]
    np.testing.assert_allclose(found.history["loss"][1:], losses, rtol=1e-12)
    assert np.isnan(found.history["eta"]).all()


def test_it_ends_when_the_gradient_is_0_and_says_so() -> None:
    net = cp.Network((2, 1), ("identity",))
    found = fit(net, optimizer="lbfgs(loss_tolerance=0)", epochs=1000)
    assert found.stopped_because == "the gradient is 0, within gradient_tolerance"
    found = fit(net, optimizer="lbfgs(loss_tolerance=0.5)", epochs=1000)
    assert "no improvement" in found.stopped_because


def test_conditions_and_callbacks_end_it() -> None:
    assert fit(stop="target_loss(value=0.1)").stopped_because == "the loss reached 0.1"
    seen = []
    found = fit(callbacks=lambda report: seen.append(report.step) or report.step == 3)
    assert found.stopped_because == "a callback asked for it"
    assert seen == [1, 2, 3]
    assert found.history["step"].tolist() == [1, 2, 3]


def test_ctrl_c_keeps_the_last_step() -> None:
    def interrupt(report):
        if report.step == 4:
            raise KeyboardInterrupt

    found = fit(callbacks=interrupt)
    assert found.stopped_because == "interrupted"
    assert found.network.parameters.tolist() == fit(epochs=4).network.parameters.tolist()


def test_ctrl_c_within_a_line_search_goes_back_to_where_it_began() -> None:
    asked, reached = [], []

    class Interrupting(Square):
        name = "interrupting"

        def L(self, A, Y):
            asked.append(None)
            if len(asked) == 9:
                raise KeyboardInterrupt
            return super().L(A, Y)

    found = fit(loss=Interrupting(), callbacks=lambda report: reached.append(report.network.parameters.tolist()))
    assert found.stopped_because == "interrupted"
    assert found.network.parameters.tolist() == reached[-1]


def test_no_steps_change_nothing() -> None:
    assert fit(epochs=0).network.parameters.tolist() == a_net().parameters.tolist()


def test_the_best_network_by_validation_is_returned() -> None:
    rng = np.random.default_rng(1)
    held = rng.normal(size=(30, 2))
    found = fit(validation=(held, np.sin(held[:, :1])), epochs=200)
    best = int(np.argmin(found.history["validation_loss"]))
    assert best < len(found.history) - 1, "it should have learnt too much"
    ours = cp.forward_pass(found.network, held, np.sin(held[:, :1]), "square").loss
    assert ours == pytest.approx(found.history["validation_loss"][best], rel=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_weights_penalty_metrics_and_normalisation_are_part_of_it(dtype) -> None:
    net = cp.Network((2, 6, 2), ("tanh", "softmax"), normalization="batch_norm", seed=1, dtype=dtype)
    weights = np.linspace(1, 2, 10)
    options = {"penalty": "l2(strength=0.01)", "sample_weight": weights, "metrics": "accuracy"}
    found = fit(net, Y=LABELS, loss="nllm", epochs=100, **options)
    assert found.history["accuracy"][-1] == 1
    assert found.network.dtype == dtype
    Z = X @ found.network.W[1] + found.network.W0[1]
    np.testing.assert_allclose(found.network.running_mean[1], Z.mean(axis=0), rtol=1e-3, atol=1e-5)


def test_restarts_are_independent_trainings() -> None:
    found = fit(restarts=3)
    assert len(set(found.restarts.tolist())) == 3
    assert found.history["loss"][-1] == pytest.approx(min(found.restarts), rel=1e-12)


def test_a_start_that_is_not_finite_diverges_in_its_first_step() -> None:
    net = a_net()
    net.parameters[...] = 1e300
    with pytest.raises(cp.Diverged, match="training diverged in epoch 1, step 1"):
        fit(net)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 5}, "lbfgs uses every point in each step; give batch_size=None"),
        ({"eta": 0.1}, "lbfgs finds its step size by a line search; leave eta out"),
        ({"dropout": 0.5}, "lbfgs minimises one function of the weights, which dropout would change"),
        ({"averaging": "ema"}, "which ema would change"),
        ({"optimizer": "clip_norm(then=lbfgs)"}, "clip_norm changes single steps, and lbfgs takes its own"),
        ({"engine": "compiled", "loss": OwnSquare()}, "engine 'compiled' cannot take this task"),
    ],
    ids=str,
)
def test_what_it_cannot_be_combined_with_is_told(options, message) -> None:
    with pytest.raises(ValueError, match=message):
        fit(**options)


def test_without_scipy_it_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(ModuleNotFoundError, match=r"optimizer 'lbfgs' needs SciPy: pip install 'clearprop\[lbfgs\]'"):
        fit()


def test_the_record_has_no_single_steps() -> None:
    assert LBFGS.whole_set
    with pytest.raises(NotImplementedError):
        LBFGS().update_in_place(np.zeros(1), np.zeros(1), 0.1, {})
    assert math.isfinite(LBFGS().loss_tolerance)
