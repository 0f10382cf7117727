"""Training that is interrupted or diverges keeps the network so far, and impossible arguments are errors before it starts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from clearprop import Diverged, Network, Report, forward_pass
from clearprop.formulas.activations import Elementwise
from clearprop.formulas.optimizers import SGD
from tests.training.small import X, Y, a_net, run

# ---- interruptions and divergence


def interrupt_at(step: int):
    def callback(report: Report) -> None:
        if report.step >= step:
            raise KeyboardInterrupt

    return callback


def test_ctrl_c_returns_what_there_is() -> None:
    trained = run(callbacks=interrupt_at(5), epochs=50)
    assert trained.stopped_because == "interrupted"
    assert np.array_equal(trained.network.parameters, run(epochs=5).network.parameters)
    assert len(trained.history) == 5


def test_ctrl_c_within_a_step_returns_what_there_is() -> None:
    class Interrupted(Elementwise):
        name = "interrupted"
        calls = 0

        def A(self, Z):
            type(self).calls += 1
            if self.calls == 4:
                raise KeyboardInterrupt
            return Z.copy()

        def dA_dZ(self, Z, A):
            return np.ones_like(Z)

    net = Network((2, 1), (Interrupted(),), seed=1)
    trained = run(net, batch_size=None, epochs=50)
    assert trained.stopped_because == "interrupted"
    same = Network((2, 1), ("identity",), seed=1)
    np.testing.assert_allclose(
        trained.network.parameters, run(same, batch_size=None, epochs=3).network.parameters, rtol=1e-14
    )


def test_ctrl_c_returns_the_best_so_far_where_there_is_a_validation_set() -> None:
    Yv = a_net().predict(X[:4]) + 0.01
    trained = run(validation=(X[:4], Yv), callbacks=interrupt_at(20), epochs=50)
    kept = forward_pass(trained.network, X[:4], Yv, "square").loss
    assert kept == pytest.approx(trained.history["validation_loss"].min(), rel=1e-13)


def test_an_error_in_a_callback_is_the_caller_s_own() -> None:
    with pytest.raises(ZeroDivisionError):
        run(callbacks=lambda report: 1 / 0)


def diverging(**options: Any) -> Diverged:
    with pytest.raises(Diverged) as error:
        run(**options)
    return error.value


def test_divergence_names_epoch_step_and_layer_and_keeps_the_last_finite_network() -> None:
    at = 1 + 2 * 4  # the third epoch of four steps begins with step 9
    error = diverging(
        net=Network((2, 1), ("identity",), seed=1),
        eta=lambda t: 1e300 if t == at else 0.05,
        batch_size=3,
        epochs=9,
    )
    assert f"training diverged in epoch 3, step {at + 1}: the loss of layer 1 is not finite" in str(error)
    assert "eta was 0.05" in str(error)
    assert error.run.stopped_because == f"diverged in step {at + 1}"
    assert len(error.run.history) == 2
    assert np.isfinite(error.run.network.parameters).all()


def test_a_last_step_that_overflows_the_weights_is_caught_too() -> None:
    net = Network((2, 1), ("identity",), seed=1)
    error = diverging(net=net, X=X * 10, eta=lambda t: 1e308 if t == 4 else 1e-4, batch_size=None, epochs=4)
    assert "step 4: W of layer 1 is not finite; eta was 1e+308" in str(error)
    before = run(net, X=X * 10, eta=1e-4, batch_size=None, epochs=3).network
    np.testing.assert_allclose(error.run.network.parameters, before.parameters, rtol=1e-13)


def test_divergence_of_a_first_step_keeps_the_start() -> None:
    error = diverging(X=X * 1e200, net=Network((2, 1), ("identity",), seed=1))
    assert "epoch 1, step 1: the loss of layer 1 is not finite" in str(error)
    assert np.array_equal(error.run.network.parameters, Network((2, 1), ("identity",), seed=1).parameters)


def test_divergence_leaves_the_network_given_as_it_was() -> None:
    net = a_net()
    diverging(net=net, X=X * 1e200, Y=Y * 1e200)
    assert np.array_equal(net.parameters, a_net().parameters)


# ---- what is wrong is said before training starts


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loss": "sqare"}, "unknown loss 'sqare'; did you mean 'square'"),
        ({"loss": "nll"}, "nll takes predictions in .*identity gives .*output activations that go with it: sigmoid"),
        ({"optimizer": "sgdd"}, "unknown optimizer 'sgdd'; did you mean 'sgd'"),
        ({"sampling": "shufle"}, "unknown sampling 'shufle'; did you mean 'shuffle'"),
        ({"penalty": "l3"}, "unknown penalty 'l3'"),
        ({"metrics": ["acuracy"]}, "unknown metric 'acuracy'; did you mean 'accuracy'"),
        ({"stop": "target"}, "unknown stop 'target'; did you mean 'target_loss'"),
        ({"engine": "numppy"}, "unknown engine 'numppy'; did you mean 'numpy'"),
        ({"eta": -1}, "eta must be a finite number, 0 or more, given -1"),
        ({"eta": "fast"}, "unknown schedule 'fast'"),
        ({"eta": lambda t: -t}, r"eta\(1\) = -1; a step size is a finite number"),
        ({"batch_size": 0}, "batch_size must be a whole number, 1 or more, or None for all points; given 0"),
        ({"batch_size": 2.5}, "batch_size must be a whole number"),
        ({"batch_size": "32"}, "batch_size must be a whole number.*given '32'"),
        ({"batch_size": math.nan}, "batch_size must be a whole number"),
        ({"batch_size": math.inf}, "batch_size must be a whole number"),
        ({"batch_size": True}, "batch_size must be a whole number"),
        ({"steps": -1}, "steps must be a whole number, 0 or more; given -1"),
        ({"steps": 1.5}, "steps must be a whole number, 0 or more; given 1.5"),
        ({"epochs": -1}, "epochs must be a finite number, 0 or more; given -1"),
        ({"epochs": math.inf}, "epochs must be a finite number"),
        ({"epochs": "3"}, "epochs must be a finite number, 0 or more; given '3'"),
        ({"epochs": 1, "steps": 1}, "give epochs or steps, not both"),
        ({"X": X[:, :1]}, r"X must be \(n, 2\), a row for each point; given shape \(10, 1\)"),
        ({"Y": Y[:3]}, "Y must have a row for each of the 10 points"),
        ({"sample_weight": [1.0]}, r"sample_weight must be \(10,\)"),
        ({"validation": X}, r"validation must be a pair \(X, Y\)"),
        ({"validation": (X, Y[:2])}, "validation Y must have a row for each of the 10 points"),
        ({"validation": (X * np.nan, Y)}, "validation X has nan in row 0 column 0"),
    ],
    ids=lambda given: str(given).split(" at 0x")[0][:40],
)
def test_a_wrong_argument_is_named_before_the_first_step(options: dict, message: str) -> None:
    def never(report: Report) -> None:
        raise AssertionError("training has begun")

    with pytest.raises(ValueError, match=message):
        run(callbacks=never, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"callbacks": 3}, "a callback is a function of a Report; given 3"),
        ({"callbacks": [print, None]}, "a callback is a function of a Report; given None"),
        ({"loss": None}, "loss must be a name or a part of that kind, given None"),
        ({"optimizer": SGD}, r"optimizer must be a name or a part of that kind.*with \(\)"),
        ({"eta": [0.1]}, "eta must be a number, the text of a schedule or a function of t"),
        ({"stop": 5}, "stop must be a condition, such as .*, or a cp.Stop; given an object of type int"),
    ],
    ids=str,
)
def test_an_argument_of_a_wrong_type_is_named(options: dict, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        run(**options)
