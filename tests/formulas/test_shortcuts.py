"""Concept 19's shortcuts: the same values as the long way where that has one, and exact where it has none."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from clearprop import Network, back_propagate, forward_pass
from clearprop.formulas.activations import Activation, Sigmoid, Softmax
from clearprop.formulas.losses import NLL, NLLM, Loss
from clearprop.formulas.shortcuts import Shortcut, shortcut
from tests.parts import PAIRS, all_of, central_difference, complex_step, label, relative_error, targets_in

SHORTCUTS = all_of(Shortcut)
every_shortcut = pytest.mark.parametrize("direct", SHORTCUTS, ids=label)
EXTREMES = [0.0, 1e-12, 1.0, 30.0, 36.0, 40.0, 700.0, 745.0, 1e4]


def moderate(direct: Shortcut, outputs: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Z, A and targets where the long way has digits to compare."""
    rng = np.random.default_rng(0)
    Z = rng.normal(size=(20, outputs))
    return Z, direct.activation().A(Z), targets_in(direct.loss.domain_Y, 20, outputs, rng)


@every_shortcut
def test_the_loss_from_Z_is_the_loss_from_A(direct: Shortcut) -> None:
    Z, A, Y = moderate(direct)
    np.testing.assert_allclose(
        direct.L(Z, Y), direct.loss().L(A, Y), rtol=1e-13, err_msg="logs of values near a half lose no digits"
    )


@every_shortcut
def test_dL_dZ_is_the_product_of_the_two_links(direct: Shortcut) -> None:
    Z, A, Y = moderate(direct)
    long_way = direct.activation().dL_dZ(direct.loss().dL_dA(A, Y), Z, A)
    # The quotient y/a is multiplied by a again: a rounding or two of a value of size 1.
    np.testing.assert_allclose(direct.dL_dZ(A, Y), long_way, rtol=0, atol=1e-14, err_msg=f"{direct} at {Z!r}, {Y!r}")


@every_shortcut
def test_dL_dZ_is_the_numeric_derivative_of_the_loss_from_Z(direct: Shortcut) -> None:
    Z, A, Y = moderate(direct)
    ours = direct.dL_dZ(A, Y)
    assert relative_error(ours, complex_step(lambda Z: direct.L(Z, Y), Z)) < 1e-14, "rounding alone"
    assert relative_error(ours, central_difference(lambda Z: direct.L(Z, Y), Z)) < 1e-7, "what a difference can tell"


@every_shortcut
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_type_stays_and_nothing_is_altered(direct: Shortcut, dtype: str) -> None:
    Z, A, Y = (array.astype(dtype) for array in moderate(direct))
    for array in (Z, A, Y):
        array.flags.writeable = False
    assert direct.L(Z, Y).dtype == dtype
    assert direct.dL_dZ(A, Y).dtype == dtype


@pytest.mark.parametrize("y", [0.0, 1.0, 0.25])
@pytest.mark.parametrize("z", [*EXTREMES, *(-z for z in EXTREMES)])
def test_sigmoid_with_nll_is_exact_at_any_size(z: float, y: float) -> None:
    with mpmath.workdps(6000):  # e^-10000 and 1 need 4343 digits to be told apart in one number
        a = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        exact_L = float(-(y * mpmath.log(a) + (1 - y) * mpmath.log(1 - a)))
        exact_dL_dz = float(a - mpmath.mpf(y))
    Z, Y = np.array([[z]]), np.array([[y]])
    direct = shortcut(Sigmoid(), NLL())
    assert direct is not None
    # exp, log1p, a product and a sum of two terms that are both positive: a few roundings.
    assert direct.L(Z, Y)[0] == pytest.approx(exact_L, rel=8 * 2.0**-52, abs=5e-324), f"L at z = {z}, y = {y}"
    # a - y is rounded at the size of 1: below that, dL/dz is what float64 can hold of a.
    assert direct.dL_dZ(Sigmoid().A(Z), Y)[0, 0] == pytest.approx(exact_dL_dz, rel=0, abs=2.0**-52)


@pytest.mark.parametrize("right", [0, 1, 2])
@pytest.mark.parametrize("size", EXTREMES)
def test_softmax_with_nllm_is_exact_at_any_size(size: float, right: int) -> None:
    z = [size, -size, size / 2]
    with mpmath.workdps(9000):
        powers = [mpmath.exp(mpmath.mpf(each)) for each in z]
        shares = [power / mpmath.fsum(powers) for power in powers]
        exact_L = float(-mpmath.log(shares[right]))
        exact_dL_dz = [float(share - (j == right)) for j, share in enumerate(shares)]
    Z, Y = np.array([z]), np.eye(3)[[right]]
    direct = shortcut(Softmax(), NLLM())
    assert direct is not None
    # One difference of given numbers, exp, log1p, a sum; a loss of 1e-20 is told from 0.
    assert direct.L(Z, Y)[0] == pytest.approx(exact_L, rel=8 * 2.0**-52, abs=5e-324), f"L at z = {z}, class {right}"
    ours = direct.dL_dZ(Softmax().A(Z), Y)[0]
    np.testing.assert_allclose(ours, exact_dL_dz, rtol=0, atol=2 * 2.0**-52, err_msg=f"a - y, rounded at 1; z = {z}")


@pytest.mark.parametrize(("activation", "loss"), [(Sigmoid(), NLL()), (Softmax(), NLLM())], ids=label)
def test_a_network_that_is_sure_and_wrong_learns_from_the_shortcut_alone(activation: Activation, loss: Loss) -> None:
    net = Network.from_weights([(np.array([[1e4, -1e4]]), np.zeros(2))], activations=[activation])
    fwd = forward_pass(net, X=[[1.0]], Y=[[0.0, 1.0]], loss=loss)
    assert np.isfinite(fwd.loss)
    assert back_propagate(net, fwd).dL_dZ[1].tolist() == [[1.0, -1.0]]
    with np.errstate(invalid="ignore"):
        long_way = back_propagate(net, fwd, long_way=True).dL_dZ[1]
    assert not np.isfinite(long_way).all(), "0 times infinity has no value: that is what the shortcut is for"


@pytest.mark.parametrize(("activation", "loss"), PAIRS, ids=label)
def test_only_the_pair_that_owns_a_shortcut_gets_it(activation: Activation, loss: Loss) -> None:
    owned = [direct for direct in SHORTCUTS if (direct.activation, direct.loss) == (type(activation), type(loss))]
    found = shortcut(activation, loss)
    assert ([found] if found else []) == owned


def test_a_subclass_may_change_the_formula_so_it_has_no_shortcut() -> None:
    class Mine(Sigmoid):
        name = "mine"

    class Ours(NLL):
        name = "ours"

    assert shortcut(Mine(), NLL()) is None
    assert shortcut(Sigmoid(), Ours()) is None


@every_shortcut
def test_a_record_says_all_that_is_shown_of_it(direct: Shortcut) -> None:
    said = {name: getattr(direct, name) for name in ("name", "formula", "derivative", "latex", "latex_derivative")}
    assert all(said.values()), said
    assert "Concept 19" in direct.source
