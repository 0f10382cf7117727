"""Trainable activations: both derivatives, by z and by alpha, are those of the function, at any alpha and of any s."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop.formulas import find
from clearprop.formulas.activations import Activation, Elementwise, Identity, Softmax
from clearprop.formulas.learnt_activations import Learnt, Parametric, PReLU
from tests.parts import ELEMENTWISE, central_difference, complex_step, label

LEARNT = [f for f in ELEMENTWISE if isinstance(f, Learnt)]
OF_ANY = [Parametric(of=f) for f in ELEMENTWISE if not isinstance(f, Learnt)]
every_learnt = pytest.mark.parametrize("activation", [*LEARNT, *OF_ANY], ids=label)
ALPHA = np.array([-0.75, 0.0, 0.5, 1.0, 1.75])


def points(activation: Activation, n: int = 30, seed: int = 0) -> np.ndarray:
    """Pre-activations (n, 5) that keep away from kinks."""
    Z = np.random.default_rng(seed).normal(scale=2, size=(n, len(ALPHA)))
    for kink in activation.kinks:
        Z[abs(Z - kink) < 0.01] += 0.1
    return Z


@every_learnt
def test_dA_dalpha_is_the_complex_step_derivative_by_alpha(activation: Learnt) -> None:
    Z = points(activation)
    at = activation.at(ALPHA)
    for i, z in enumerate(Z):
        ours = at.dA_dalpha(z[None], at.A(z[None]))[0]
        numeric = complex_step(lambda alpha, z=z: activation.at(alpha).A(z[None]), ALPHA)
        np.testing.assert_allclose(ours, numeric, rtol=1e-13, atol=1e-15, err_msg=f"{activation}, row {i}: {z!r}")


@every_learnt
def test_dA_dZ_is_the_complex_step_derivative_by_z_at_every_alpha(activation: Learnt) -> None:
    Z, at = points(activation), activation.at(ALPHA)
    numeric = complex_step(at.A, Z)
    # f' is a sum of two numbers of size 1, which may cancel.
    np.testing.assert_allclose(at.dA_dZ(Z, at.A(Z)), numeric, rtol=1e-12, atol=1e-14, err_msg=str(activation))


@every_learnt
def test_both_derivatives_are_differences_of_the_function(activation: Learnt) -> None:
    Z, at = points(activation, seed=3), activation.at(ALPHA)
    A = at.A(Z)
    np.testing.assert_allclose(at.dA_dZ(Z, A), central_difference(at.A, Z), rtol=0, atol=1e-6)
    by_alpha = central_difference(lambda alpha: activation.at(alpha).A(Z), ALPHA)
    np.testing.assert_allclose(at.dA_dalpha(Z, A).sum(axis=0), by_alpha, rtol=0, atol=1e-6)


@pytest.mark.parametrize("of", [each.of for each in OF_ANY], ids=label)
def test_alpha_0_is_the_identity_and_alpha_1_is_s_to_the_last_bit(of: Elementwise) -> None:
    Z = np.array([[-1e4, -3.0, -0.5, 0.0, 0.7, 3.0, 80.0]])
    assert np.array_equal(Parametric(of, start=0.0).A(Z), Z)
    assert np.array_equal(Parametric(of, start=1.0).A(Z), of.A(Z))
    assert Parametric(of, start=1.0).kinks == of.kinks


def test_a_record_is_the_function_where_alpha_starts_and_at_other_alphas_another_one() -> None:
    f, alpha = PReLU(start=0.5), np.array([0.1, 2.0])
    there = f.at(alpha)
    Z = np.array([[-2.0, -2.0]])
    assert f.A(Z).tolist() == [[-1, -1]]
    assert there.A(Z).tolist() == [[-0.2, -4]]
    alpha[0] = 3.0  # held, not copied: what training changes is what is computed with
    assert there.A(Z).tolist() == [[-6, -4]]
    assert (there, hash(there), str(there)) == (f, hash(f), "prelu(start=0.5)")


@every_learnt
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_type_stays_with_alphas_of_it(activation: Learnt, dtype: str) -> None:
    Z, at = points(activation).astype(dtype), activation.at(ALPHA.astype(dtype))
    A = at.A(Z)
    assert {array.dtype.name for array in (A, at.dA_dZ(Z, A), at.dA_dalpha(Z, A))} == {dtype}


@every_learnt
def test_the_formulas_are_pure(activation: Learnt) -> None:
    Z, alpha = points(activation), ALPHA.copy()
    Z.flags.writeable = alpha.flags.writeable = False
    at = activation.at(alpha)
    A = at.A(Z)
    A.flags.writeable = False
    for found in (at.dA_dZ(Z, A), at.dA_dalpha(Z, A)):
        assert not any(np.shares_memory(found, given) for given in (Z, A, alpha))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("parametric(of=softmax)", "softmax mixes its units"),
        ("parametric(of=prelu)", r"prelu\(start=0.25\) has an alpha of its own"),
        ("parametric(of=selo)", "unknown activation 'selo'; did you mean 'selu'"),
        ("prelu(alpha=0.1)", "prelu has no hyper-parameter 'alpha'; it has start"),
        ("prelu(start=inf)", "cannot read|must be finite|must be a number"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        find(Activation, text)


def test_what_is_no_element_wise_part_is_refused_as_a_record_too() -> None:
    with pytest.raises(TypeError, match="activation must be a name or a part of that kind, given Softmax"):
        Parametric(of=Softmax())  # type: ignore[arg-type]  # the mistake
    assert str(Parametric(of=Identity(), start=2)) == "parametric(of=identity, start=2)"
