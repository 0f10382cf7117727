"""Optimisers: their paths are those of PyTorch, Optax, scikit-learn and FANN, recorded on one fixed problem."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from clearprop.formulas import find
from clearprop.formulas.clipping import ClipArrayNorm
from clearprop.formulas.optimizers import Optimizer
from clearprop.formulas.parametrizations import NTK, ScalingLayer
from tests.parts import label, rules
from tests.recorded.problem import RECORDED, START, STEPS, eta, gradient

FILES = {"optimizer": ("torch", "optax", "sklearn"), "fann": ("fann",)}
RECORDS = Path(__file__).parents[1] / "recorded"
PATHS = {
    library: json.loads((RECORDS / f"{made}_trajectories.json").read_text())[library]
    for made, libraries in FILES.items()
    for library in libraries
}
CASES = [(library, text) for library, paths in PATHS.items() for text in paths]
STEADY = {"quickprop": 7}
"""How many of the recorded places are compared: a step to a parabola's minimum enlarges rounding up to (1 + growth)² times."""
OF_LAYERS = (ClipArrayNorm, NTK, ScalingLayer)
"""What they do to single arrays is told in tests of their own."""
every_optimizer = pytest.mark.parametrize("optimizer", rules(), ids=label)


def path_of(optimizer: Optimizer, dtype: str = "float64") -> np.ndarray:
    """The parameters (len(RECORDED), 6) after the steps that were recorded."""
    theta, path = START.astype(dtype), []
    state = optimizer.initial_state(theta)
    for t in range(1, STEPS + 1):
        optimizer.update_in_place(theta, gradient(theta, t).astype(dtype), eta(optimizer.name, t), state)
        path.append(theta.copy())
    return np.array([path[t - 1] for t in RECORDED])


@pytest.mark.parametrize(("library", "text"), CASES, ids=str)
def test_a_path_is_the_other_library_s(library: str, text: str) -> None:
    rule = find(Optimizer, text)
    theirs, ours = (np.array(path)[: STEADY.get(rule.name)] for path in (PATHS[library][text], path_of(rule)))
    error = abs(ours - theirs).max(axis=0) / abs(theirs - START).max(axis=0)
    # 50 steps of a dozen roundings each, 1e-16 of the entry, which may have moved by a thousandth of itself.
    assert error.max() < 1e-12, f"{text} against {library}: {error} of the way, by entry\n{ours}\n{theirs}"


def test_every_optimizer_has_a_recorded_path_with_its_defaults_and_with_others() -> None:
    recorded = [find(Optimizer, text) for _, text in CASES]
    for name, definition in ((rule.name, type(rule)) for rule in rules() if type(rule) not in OF_LAYERS):
        own = [part for part in recorded if type(part) is definition]
        assert own, f"nothing was recorded for {name}; see tests/recorded/make_optimizer_trajectories.py"
        plain = name == "sgd" or name.startswith("clip")
        assert plain or definition() in own
        assert plain or len(own) > 1


def test_on_one_array_each_array_s_norm_is_the_norm_of_all() -> None:
    by_array, whole = (
        find(Optimizer, f"{name}(largest=0.5, then=momentum)") for name in ("clip_array_norm", "clip_norm")
    )
    assert path_of(by_array).tolist() == path_of(whole).tolist()


@every_optimizer
def test_single_precision_stays_single_and_follows_the_double_path(optimizer: Optimizer) -> None:
    """Parameters and all that is remembered of them; counts and products of numbers are kept whole, or in double."""
    theta = START.astype("float32")
    state = optimizer.initial_state(theta)
    optimizer.update_in_place(theta, gradient(theta, 1).astype("float32"), 0.01, state)
    assert theta.dtype == np.float32
    assert {array.dtype.name for array in state.values() if array.shape == theta.shape} <= {"float32"}
    # 50 steps of a dozen roundings of 6e-8 each, of values of about 1.
    single, double = (path_of(optimizer, dtype)[: STEADY.get(optimizer.name)] for dtype in ("float32", "float64"))
    np.testing.assert_allclose(single, double, rtol=0, atol=5e-5)


@every_optimizer
def test_steps_use_the_room_that_was_made_before_the_first(optimizer: Optimizer) -> None:
    theta = START.copy()
    state = optimizer.initial_state(theta)
    held = dict(state)
    for t in range(1, 4):
        optimizer.update_in_place(theta, gradient(theta, t), 0.01, state)
    assert state.keys() == held.keys()
    assert all(state[name] is array for name, array in held.items())


@every_optimizer
def test_all_that_is_remembered_is_in_the_state(optimizer: Optimizer) -> None:
    """One record may serve two trainings at once, and a training goes on from a copy of its state."""
    one, state = START.copy(), optimizer.initial_state(START)
    for t in range(1, 11):
        if t == 6:
            other, copied = one.copy(), {name: array.copy() for name, array in state.items()}
        optimizer.update_in_place(one, gradient(one, t), 0.01, state)
    for t in range(6, 11):
        optimizer.update_in_place(other, gradient(other, t), 0.01, copied)
    assert np.array_equal(one, other)


@every_optimizer
def test_where_no_gradient_ever_was_nothing_moves(optimizer: Optimizer) -> None:
    """And nothing is 0 / 0; decay, which needs no gradient, is AdamW's purpose."""
    for dtype in ("float32", "float64"):
        theta = START.astype(dtype)
        state = optimizer.initial_state(theta)
        for _ in range(10):
            optimizer.update_in_place(theta, np.zeros(6, dtype), 0.01, state)
        expected = START * (1 - 0.01 * 0.01) ** 10 if optimizer.name == "adamw" else START
        np.testing.assert_allclose(theta, expected, rtol=1e-6, err_msg="ten roundings of float32")


def test_quickprop_s_second_step_ends_in_the_minimum_of_a_parabola() -> None:
    """Each entry's own, whatever its curvature, where that is no more than `growth` first steps away."""
    rule, curvature, minimum = find(Optimizer, "quickprop"), np.array([1.0, 2.0, 3.0]), np.array([1.0, -2.0, 0.5])
    theta = np.zeros(3)
    state = rule.initial_state(theta)
    for t in range(2):
        # From a first step that is long enough, and past the minimum, where the linear part is left out.
        rule.update_in_place(theta, curvature * (theta - minimum), 1.1 if t == 0 else 0.7, state)
    np.testing.assert_allclose(theta, minimum, rtol=1e-12)


def test_quickprop_s_step_is_no_more_than_growth_times_the_last() -> None:
    rule, theta = find(Optimizer, "quickprop(growth=1.5)"), np.zeros(1)
    state, steps = rule.initial_state(theta), []
    for _ in range(5):
        before = theta.copy()
        rule.update_in_place(theta, np.array([-1.0]), 0.1, state)
        steps.append(float((theta - before)[0]))
    # The gradient never changes, so a parabola has no minimum: 1.5 times the last step, and 0.1 for the gradient.
    expected = [0.1]
    for _ in range(4):
        expected.append(1.5 * expected[-1] + 0.1)
    np.testing.assert_allclose(steps, expected, rtol=1e-12)


def test_quickprop_on_gradients_that_would_underflow_or_vanish_is_finite() -> None:
    rule, theta = find(Optimizer, "quickprop"), np.zeros(4)
    state = rule.initial_state(theta)
    for gradients in (
        [1e-300, 5e-324, 1.0, 0.0],
        [1e-300, 5e-324, 0.0, 1.0],
        [-1e-300, 5e-324, 0.0, 0.0],
        [0.0, 0.0, 1.0, -1.0],
    ):
        rule.update_in_place(theta, np.array(gradients), 1.0, state)
        assert np.isfinite(theta).all()
        assert all(np.isfinite(state[name]).all() for name in rule.remembers)
