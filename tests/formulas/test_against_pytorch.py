"""Values and derivatives as another library computes them, recorded by `record_with_pytorch.py`."""

from __future__ import annotations

import json

import numpy as np
import pytest

from clearprop.formulas import find
from clearprop.formulas.activations import Activation, Elementwise
from clearprop.formulas.losses import Loss
from clearprop.formulas.smooth_activations import LogSoftmax
from tests.formulas.record_with_pytorch import FILE

RECORDED = json.loads(FILE.read_text())


@pytest.mark.parametrize("text", RECORDED["activations"])
def test_an_activation_and_its_derivative_are_pytorch_s(text: str) -> None:
    told, activation = RECORDED["activations"][text], find(Activation, text)
    assert isinstance(activation, Elementwise)
    Z = np.array([told["z"]])
    A = activation.A(Z)
    # Both round; where a gate is nearly shut PyTorch's (1 + erf) / 2 and (1 + tanh) / 2 have lost digits: its 1e-16 is shown.
    np.testing.assert_allclose(A[0], told["a"], rtol=1e-14, atol=1e-15, err_msg=text)
    # In float64 too, PyTorch's derivative of hardsigmoid is 1/6 rounded to float32.
    rtol = 2.0**-24 if text == "hard_sigmoid" else 1e-14
    np.testing.assert_allclose(activation.dA_dZ(Z, A)[0], told["da_dz"], rtol=rtol, atol=1e-15, err_msg=text)


def test_log_softmax_and_its_product_with_a_gradient_are_pytorch_s() -> None:
    told = {name: np.array(values) for name, values in RECORDED["log_softmax"].items()}
    A = LogSoftmax().A(told["Z"])
    np.testing.assert_allclose(A, told["A"], rtol=1e-14, err_msg="rounding")
    ours = LogSoftmax().dL_dZ(told["dL_dA"], told["Z"], A)
    np.testing.assert_allclose(ours, told["dL_dZ"], rtol=1e-13, atol=1e-15, err_msg="a difference of values of size 4")


@pytest.mark.parametrize("text", RECORDED["losses"])
def test_a_loss_and_its_derivative_are_pytorch_s(text: str) -> None:
    told, loss = {name: np.array(values) for name, values in RECORDED["losses"][text].items()}, find(Loss, text)
    A, Y = told["A"], told["Y"]
    left_out = 0.0
    if text == "poisson":  # PyTorch leaves out y log y - y, which is 0 log 0 = 0 for y = 0
        left_out = (np.where(Y > 0, Y * np.log(np.where(Y > 0, Y, 1)), 0) - Y).sum(axis=1)
    np.testing.assert_allclose(loss.L(A, Y), told["L"] + left_out, rtol=1e-13, atol=1e-14, err_msg=f"{text}: sums of 3")
    np.testing.assert_allclose(loss.dL_dA(A, Y), told["dL_dA"], rtol=1e-14, atol=1e-15, err_msg=text)
