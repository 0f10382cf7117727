"""check_backward: right functions agree, each planted mistake differs where it was planted, a kink cannot be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import clearprop as cp

rng = np.random.default_rng(0)
X, W, B = rng.normal(size=(5, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)
GAIN, SHIFT = rng.normal(size=3) + 2, rng.normal(size=3)
LABELS = np.array([0, 2, 1, 1, 0])


def affine(x: Any, w: Any, b: Any) -> tuple[Any, Any]:
    return x @ w + b, (x, w)


def affine_back(dout: Any, cache: Any) -> tuple[Any, ...]:
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def softmax_loss(scores: Any, y: Any) -> Any:
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(y)), y].mean()


def softmax_back(dout: Any, scores: Any, y: Any) -> Any:
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return dout * p / len(y)


def batch_norm(x: Any, gain: Any, shift: Any) -> tuple[Any, Any]:
    mean, variance = x.mean(axis=0), x.var(axis=0)
    x_hat = (x - mean) / np.sqrt(variance + 1e-5)
    return gain * x_hat + shift, (x_hat, gain, np.sqrt(variance + 1e-5))


def batch_norm_back(dout: Any, cache: Any) -> tuple[Any, ...]:
    x_hat, gain, deviation = cache
    d = dout * gain
    dx = (d - d.mean(axis=0) - x_hat * (d * x_hat).mean(axis=0)) / deviation
    return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


RIGHT: dict[str, tuple[Callable[..., Any], Callable[..., Any], tuple[Any, ...]]] = {
    "affine": (affine, affine_back, (X, W, B)),
    "softmax": (softmax_loss, softmax_back, (X, LABELS)),
    "batch norm": (batch_norm, batch_norm_back, (X, GAIN, SHIFT)),
    "scalar": (lambda a, b: a * b, lambda dout, a, b: (dout * b, dout * a), (2.0, 3.0)),
    "unused": (lambda a, b: a.sum(), lambda dout, a, b: (dout * np.ones(3), np.zeros(2)), (np.ones(3), np.ones(2))),
}


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_right_backward_agrees(name: str, dtype: type) -> None:
    forward, backward, inputs = RIGHT[name]
    cast = [np.asarray(each, dtype) if np.asarray(each).dtype == np.float64 else each for each in inputs]
    check = cp.check_backward(forward, backward, *cast)
    assert check.ok, str(check)
    assert all(each.error < check.tolerance / 10 for each in check.inputs)


MISTAKES: dict[str, tuple[str, Callable[..., Any], list[str], str]] = {
    "a transpose": ("affine", lambda d, c: (d @ c[1], c[0].T @ d, d.sum(axis=0)), ["input 1"], ""),
    "a gradient that lies the other way": (
        "affine",
        lambda d, c: (d @ c[1].T, d.T @ c[0], d.sum(axis=0)),
        ["input 2"],
        "it is the transpose of the numeric one",
    ),
    "a sign": ("affine", lambda d, c: (d @ c[1].T, -c[0].T @ d, d.sum(axis=0)), ["input 2"], "every entry is -1 times"),
    "a mean": (
        "affine",
        lambda d, c: (d @ c[1].T, c[0].T @ d, d.mean(axis=0)),
        ["input 3"],
        "every entry is 0.2 times",
    ),
    "a sum": ("softmax", lambda d, s, y: 5 * softmax_back(d, s, y), ["input 1"], "every entry is 5 times"),
    "nothing": ("affine", lambda d, c: (d @ c[1].T, 0 * c[1], d.sum(axis=0)), ["input 2"], "all entries are 0"),
    "nothing through a normalisation": (
        "batch norm",
        lambda d, c: (0 * d, (d * c[0]).sum(axis=0), d.sum(axis=0)),
        ["input 1"],
        "all entries are 0",
    ),
    "NaN": ("affine", lambda d, c: (d @ c[1].T, np.nan * c[1], d.sum(axis=0)), ["input 2"], ""),
    "mean and variance as constants": (
        "batch norm",
        lambda d, c: (d * c[1] / c[2], (d * c[0]).sum(axis=0), d.sum(axis=0)),
        ["input 1"],
        "",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_seen_in_the_gradient_that_it_spoils(mistake: str) -> None:
    name, backward, wrong, note = MISTAKES[mistake]
    forward, _, inputs = RIGHT[name]
    check = cp.check_backward(forward, backward, *inputs)
    assert check.verdict == "differs"
    assert [each.name for each in check.inputs if each.verdict == "differs"] == wrong
    assert note in str(check)
    assert f"DIFFERS for {wrong[0]}" in repr(check)


def test_one_wrong_entry_is_named() -> None:
    def backward(dout: Any, cache: Any) -> tuple[Any, ...]:
        dx, dw, db = affine_back(dout, cache)
        dw[2, 1] += 1e-3
        return dx, dw, db

    check = cp.check_backward(affine, backward, X, W, B, names=("x", "w", "b"))
    found = {each.name: each for each in check.inputs}
    assert found["w"].index == (2, 1)
    assert found["w"].given - found["w"].numeric == pytest.approx(1e-3, rel=1e-3)
    assert [found[name].verdict for name in "xwb"] == ["agrees", "differs", "agrees"]


def test_at_a_kink_either_side_cannot_be_told_and_what_is_beyond_both_is_wrong() -> None:
    x, up = np.array([-1.0, 0.0, 2.0]), np.ones(3)

    def checked(slope: float) -> Any:
        back = lambda dout, x: dout * np.where(x == 0, slope, x > 0)  # noqa: E731
        return cp.check_backward(lambda x: np.maximum(x, 0), back, x, upstream=up)

    for slope in (0.0, 0.5, 1.0):
        check = checked(slope)
        assert check.ok
        assert check.inputs[0].untold == 1
        assert check.inputs[0].checked == 2
    wrong = checked(1.5)
    assert wrong.verdict == "differs"
    assert wrong.inputs[0].index == (1,)
    assert cp.check_backward(abs, lambda dout, x: 0 * x, np.zeros(2), upstream=[1, 1]).verdict == "cannot be told"


def test_gradients_may_come_by_name_and_one_may_be_left_out_which_is_said() -> None:
    check = cp.check_backward(affine, lambda d, c: {"b": d.sum(axis=0)}, X, W, B, names=("x", "w", "b"))
    assert check.ok
    assert [each.name for each in check.inputs] == ["b"]
    assert [note.partition(" ")[0] for note in check.notes] == ["x", "w"]
    assert "w is not checked: backward gives nothing for it" in str(check)


@pytest.mark.parametrize(
    ("x", "dtype"), [(1e-6, np.float64), (1e-3, np.float64), (1e6, np.float64), (1e-3, np.float32), (10.0, np.float32)]
)
def test_a_step_is_made_smaller_where_it_leaves_the_domain(x: float, dtype: type) -> None:
    inputs = np.array([x, 1.0], dtype)
    for forward, slope in ((np.sqrt, 0.5 / np.sqrt(inputs)), (np.log, 1 / inputs)):
        right = cp.check_backward(forward, lambda dout, _, slope=slope: dout * slope, inputs)
        wrong = cp.check_backward(forward, lambda dout, _, slope=slope: dout * slope * 1.1, inputs)
        assert (right.verdict, wrong.verdict) == ("agrees", "differs"), (str(right), str(wrong))


def test_what_rounding_hides_cannot_be_told() -> None:
    forward = lambda x: np.float32(1e6) + x  # noqa: E731
    check = cp.check_backward(forward, lambda dout, x: 2 * dout, np.ones(2, np.float32), upstream=[1, 1])
    assert check.verdict == "cannot be told"


def test_at_the_edge_of_the_domain_nothing_can_be_told() -> None:
    check = cp.check_backward(np.sqrt, lambda dout, x: dout, np.array([0.0]))
    assert check.verdict == "cannot be told"
    assert not check.ok


def test_inputs_that_are_changed_in_place_are_named_and_the_callers_arrays_are_not_touched() -> None:
    def forward(x: Any) -> Any:
        x *= 2
        return x.copy()

    mine = X.copy()
    check = cp.check_backward(forward, lambda dout, x: 2 * dout, mine)
    assert "forward changes input 1 in place" in check.notes
    np.testing.assert_array_equal(mine, X)


@pytest.mark.parametrize(
    ("forward", "backward", "inputs", "options", "message"),
    [
        (np.sin, np.cos, (LABELS,), {}, "no input has floating-point numbers"),
        (lambda x: x + np.random.normal(), lambda d, x: d, (X,), {}, "forward gives other numbers"),  # noqa: NPY002
        (lambda x: x, lambda d, x: d.T, (X,), {}, r"the gradient of input 1 must have its shape \(5, 3\)"),
        (lambda x, w: x @ w, lambda d, x, w: d, (X, W), {}, "a gradient for each of input 1, input 2; given 1"),
        (
            lambda x: x,
            lambda d, x: d,
            (X,),
            {"upstream": np.ones(2)},
            r"upstream must have the shape of forward's output",
        ),
        (lambda x: x, lambda d, x: d, (X,), {"names": ("a", "b")}, "names must have one for each of the 1 inputs"),
    ],
)
def test_what_cannot_be_checked_is_refused(
    forward: Any, backward: Any, inputs: Any, options: dict[str, Any], message: str
) -> None:
    with np.errstate(all="ignore"), pytest.raises(ValueError, match=message):
        cp.check_backward(forward, backward, *inputs, **options)
