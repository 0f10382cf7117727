"""What a student gives and reads: conventions, the mistake with its entry and formulas, what cannot be told, bad input."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import clearprop as cp

RNG = np.random.default_rng(4)
NET = cp.Network((3, 4, 2), ("tanh", "identity"), seed=3)
X, Y = RNG.normal(size=(5, 3)), RNG.normal(size=(5, 2))
FWD = cp.forward_pass(NET, X, Y, loss="square")
RIGHT = cp.back_propagate(NET, FWD)
OF_LAYERS = {l: RIGHT.dL_dA[l] for l in RIGHT.dL_dZ}
"""Without the derivative by the inputs, which a mistake further back would make wrong too."""
A = FWD.A


def said_of(**given: Any) -> cp.Diagnosis:
    return cp.diagnose(NET, X, Y, loss="square", **given)


def names(found: cp.Diagnosis) -> list[str]:
    return [each.name for each in found.mistakes]


def test_right_derivatives_are_right() -> None:
    found = said_of(dL_dW=RIGHT.dL_dW, dL_dW0=RIGHT.dL_dW0, dL_dZ=RIGHT.dL_dZ, dL_dA=RIGHT.dL_dA)
    assert found.ok
    assert not found.mistakes
    assert repr(found) == "right: all 9 arrays agree with the chain rule"


@pytest.mark.parametrize(
    ("given", "convention"),
    [
        ({"dL_dZ": {l: g.T for l, g in RIGHT.dL_dZ.items()}}, "points are columns"),
        ({"dL_dW": {l: g.T for l, g in RIGHT.dL_dW.items()}}, "a row for each unit"),
        ({"dL_dW": {l: 5 * g for l, g in RIGHT.dL_dW.items()}}, "a sum over the points"),
        ({"dL_dW": {l: g / 2 for l, g in RIGHT.dL_dW.items()}}, "mean over the outputs"),
        ({"dL_dW0": {l: g[:, None] for l, g in RIGHT.dL_dW0.items()}}, "biases are columns"),
        (
            {"dL_dZ": {l: 5 * g for l, g in RIGHT.dL_dZ.items()}, "dL_dW": RIGHT.dL_dW},
            "each point's own loss",
        ),
        (
            {"dL_dW": {l: np.vstack([RIGHT.dL_dW0[l], RIGHT.dL_dW[l]]) for l in NET.layers}},
            "biases are the first row of W",
        ),
        (
            {"dL_dW": {l: np.vstack([RIGHT.dL_dW[l], RIGHT.dL_dW0[l]]).T for l in NET.layers}},
            "biases are the last column of W",
        ),
    ],
)
def test_a_convention_is_said_and_no_mistake(given: dict[str, Any], convention: str) -> None:
    found = said_of(**given)
    assert found.ok
    assert any(convention in each for each in found.conventions)


def test_the_half_before_the_square_is_a_convention() -> None:
    one = cp.Network((2, 3, 1), ("tanh", "identity"), seed=0)
    fwd = cp.forward_pass(one, [[1.0, 2.0]], [[1.0]], loss="square")
    halves = {l: g / 2 for l, g in cp.back_propagate(one, fwd).dL_dW.items()}
    found = cp.diagnose(one, [[1.0, 2.0]], [[1.0]], loss="square", dL_dW=halves)
    assert found.ok
    assert found.conventions == ("the square loss has a half before it",)


@pytest.mark.parametrize(("at_0", "said"), [(0.0, "ReLU′(0) = 0"), (0.5, "ReLU′(0) = 1/2"), (1.0, "ReLU′(0) = 1")])
def test_what_is_taken_at_a_kink_is_a_convention(at_0: float, said: str) -> None:
    net = cp.Network.from_weights([([[1.0, 2.0]], [-1.0, 0.0]), ([[1.0], [1.0]], [0.0])], ("relu", "identity"))
    dL_dA = 2 * (2.0 - 5.0) * np.ones((1, 2))  # z = (0, 2)
    given = {"dL_dZ": {1: dL_dA * [at_0, 1.0], 2: [[2 * (2.0 - 5.0)]]}}
    found = cp.diagnose(net, [[1.0]], [[5.0]], loss="square", **given)
    assert found.ok
    assert any(said in each for each in found.conventions)


@pytest.mark.parametrize(("at_0", "said"), [(-1.0, "sign(0) = −1"), (0.0, "sign(0) = 0"), (1.0, "sign(0) = 1")])
def test_sign_at_0_is_a_convention(at_0: float, said: str) -> None:
    net = cp.Network.from_weights([([[1.0]], [0.0])], ("identity",))
    found = cp.diagnose(net, [[1.0], [2.0]], [[1.0], [1.0]], loss="linear", dL_dZ=[[[at_0 / 2], [0.5]]])
    assert found.ok
    assert said in found.conventions


def test_f_prime_at_a_is_harmless_for_relu_with_step_of_0_being_0_and_wrong_with_the_notes() -> None:
    net = cp.Network((3, 4, 1), ("relu", "identity"), seed=2)
    fwd = cp.forward_pass(net, X, Y[:, :1], loss="square")
    grads = cp.back_propagate(net, fwd)
    harmless, wrong = ((fwd.A[1] > 0) * grads.dL_dA[1], (fwd.A[1] >= 0) * grads.dL_dA[1])
    assert cp.diagnose(net, X, Y[:, :1], loss="square", dL_dZ={1: harmless, 2: grads.dL_dZ[2]}).ok
    found = cp.diagnose(net, X, Y[:, :1], loss="square", dL_dZ={1: wrong, 2: grads.dL_dZ[2]})
    (mistake,) = found.mistakes
    assert set(mistake.names) == {"missing_f_prime", "f_prime_at_a"}
    assert "step(0) = 0" in found.text()
    assert "other than ReLU" in mistake.tell


def test_a_mistake_says_its_link_entry_formulas_equation_and_lesson() -> None:
    dL_dZ = {2: RIGHT.dL_dZ[2], 1: RIGHT.dL_dA[1]}
    (mistake,) = said_of(dL_dZ=dL_dZ, dL_dA=OF_LAYERS).mistakes
    assert (mistake.name, mistake.layer, mistake.link) == ("missing_f_prime", 1, "activation function")
    assert mistake.computed == "∂L/∂Z¹ = ∂L/∂A¹"
    assert mistake.right.startswith("∂L/∂Z¹ = ∂A¹/∂Z¹ · ∂L/∂A¹ = f′(Z¹) ∗ ∂L/∂A¹")
    assert "7.23" in mistake.equation
    assert mistake.lesson
    assert mistake.entry is not None
    where = mistake.entry.index
    assert mistake.entry.given == RIGHT.dL_dA[1][where]
    assert mistake.entry.right == pytest.approx(RIGHT.dL_dZ[1][where])


def test_an_error_carried_forward_is_not_a_second_mistake() -> None:
    dL_dZ = -RIGHT.dL_dZ[2]
    dL_dZ1 = (dL_dZ @ NET.W[2].T) * (1 - A[1] ** 2)
    found = said_of(dL_dW=[X.T @ dL_dZ1, A[1].T @ dL_dZ], dL_dW0=[dL_dZ1.sum(0), dL_dZ.sum(0)])
    assert names(found) == ["loss_sign"]
    assert found.mistakes[0].layer == 2


def test_two_mistakes_are_judged_each_by_what_came_into_it() -> None:
    dL_dZ1 = RIGHT.dL_dA[1]  # f′ is missing
    dL_dW = {1: X.T @ dL_dZ1, 2: RIGHT.dL_dW[2]}
    found = said_of(dL_dW=dL_dW, dL_dW0={1: 0 * dL_dZ1[0], 2: RIGHT.dL_dW0[2]}, dL_dZ={1: dL_dZ1, 2: RIGHT.dL_dZ[2]})
    assert names(found) == ["missing_f_prime", "bias_missing"]
    entry = found.mistakes[1].entry
    assert entry is not None
    assert entry.right == pytest.approx(dL_dZ1.sum(0)[entry.index])  # not that of the right dL/dZ


def test_the_pseudocode_without_the_transpose_is_seen_as_reshaped() -> None:
    turned = {1: RIGHT.dL_dW[1], 2: RIGHT.dL_dW[2].T.reshape(4, 2)}
    assert names(said_of(dL_dW=turned)) == ["gradient_reshaped"]


def test_a_layer_the_other_way_round_than_the_others_is_a_mistake() -> None:
    deep = cp.Network((3, 4, 2, 3), ("tanh", "tanh", "identity"), seed=1)
    targets = RNG.normal(size=(5, 3))
    grads = cp.back_propagate(deep, cp.forward_pass(deep, X, targets, loss="square"))
    found = cp.diagnose(
        deep, X, targets, loss="square", dL_dW={1: grads.dL_dW[1], 2: grads.dL_dW[2].T, 3: grads.dL_dW[3]}
    )
    assert [(each.name, each.layer) for each in found.mistakes] == [("gradient_transposed", 2)]


def test_what_is_in_no_table_is_said_with_the_first_wrong_link() -> None:
    odd = RIGHT.dL_dZ[1] + 0.3
    found = said_of(dL_dZ={1: odd, 2: RIGHT.dL_dZ[2]}, dL_dA=OF_LAYERS, dL_dW={1: X.T @ odd, 2: RIGHT.dL_dW[2]})
    (mistake,) = found.mistakes
    assert (mistake.name, mistake.layer, mistake.link) == ("unknown", 1, "activation function")
    assert "None that I know. The first wrong link is that to dL_dZ[1]" in mistake.about
    hidden = said_of(dL_dW={1: RIGHT.dL_dW[1] + 0.3, 2: RIGHT.dL_dW[2] - 0.2})
    assert names(hidden) == ["unknown"]
    assert hidden.unjudged == ("dL_dW[1]",)
    assert "give dL_dZ" in hidden.notes[0]


def test_an_a_or_b_names_the_input_that_would_tell() -> None:
    one = cp.Network((2, 3, 1), ("tanh", "identity"), seed=0)
    x, y = [[1.0, 2.0]], [[0.5]]
    fwd = cp.forward_pass(one, x, y, loss="half_square")
    g = cp.back_propagate(one, fwd)
    wrong = {1: np.array(x).T @ g.dL_dA[1], 2: g.dL_dW[2]}
    found = cp.diagnose(one, x, y, loss="half_square", dL_dW=wrong)
    (mistake,) = found.mistakes
    assert set(mistake.names) >= {"missing_f_prime", "gradient_from_dA"}
    assert mistake.tell == "give dL_dZ[1]: it differs between the two"


def test_weights_that_were_updated_too_early() -> None:
    eta = 0.1
    W2 = NET.W[2] - eta * RIGHT.dL_dW[2]
    dL_dZ1 = (RIGHT.dL_dZ[2] @ W2.T) * (1 - A[1] ** 2)
    given = {"dL_dW": {1: X.T @ dL_dZ1, 2: RIGHT.dL_dW[2]}}
    assert names(said_of(**given, eta=eta)) == ["updated_weights"]
    assert names(said_of(**given, W_after={2: W2}, eta=eta)) == ["updated_weights"]
    unknown = said_of(**given)
    assert names(unknown) == ["unknown"]
    assert "give eta=" in unknown.notes[-1]
    assert not said_of(dL_dW={2: RIGHT.dL_dW[2] + 0.5}).notes


def test_a_step_is_judged_with_what_its_gradient_was() -> None:
    after = NET.copy()
    for l in NET.layers:
        after.W[l] += 0.1 * RIGHT.dL_dW[l]
        after.W0[l] += 0.1 * RIGHT.dL_dW0[l]
    assert "ascent" in said_of(W_after=after, eta=0.1).mistakes[0].names
    assert names(said_of(W_after=after, eta=0.1, dL_dW=RIGHT.dL_dW, dL_dW0=RIGHT.dL_dW0)) == ["ascent"]
    pairs = [(NET.W[l] - 0.01 * RIGHT.dL_dW[l], NET.W0[l] - 0.01 * RIGHT.dL_dW0[l]) for l in NET.layers]
    assert names(said_of(W_after=pairs, eta=0.1)) == ["eta_twice"]
    assert said_of(W_after=pairs, eta=0.01).ok


def test_momentum_takes_its_state() -> None:
    v = RNG.normal(size=NET.parameters.shape)
    stepped = NET.with_parameters(NET.parameters - 0.1 * (0.9 * v + RIGHT.flat))
    wrong = NET.with_parameters(NET.parameters - 0.1 * (0.9 * v - RIGHT.flat))
    given = {"eta": 0.1, "optimizer": "momentum", "state": {"v": v}}
    assert said_of(W_after=stepped, **given).ok
    assert names(said_of(W_after=wrong, dL_dW=RIGHT.dL_dW, dL_dW0=RIGHT.dL_dW0, **given)) == ["momentum_sign"]


def test_numbers_that_were_written_with_four_decimals_are_compared_to_them() -> None:
    found = said_of(dL_dW={l: np.round(g, 4) for l, g in RIGHT.dL_dW.items()})
    assert found.ok
    assert "numbers are rounded, so they are compared to their decimals" in found.conventions


def test_the_long_way_at_a_saturated_output_is_named() -> None:
    net = cp.Network.from_weights([([[1000.0]], [0.0])], ("sigmoid",))
    nan = [[np.nan], [0.5 / 2]]
    found = cp.diagnose(net, [[1.0], [0.0]], [[0.0], [0.0]], loss="nll", dL_dZ=[nan])
    assert names(found) == ["nll_saturated"]
    assert cp.diagnose(net, [[1.0], [0.0]], [[0.0], [0.0]], loss="nll", dL_dZ=[[[0.5], [0.25]]]).ok


def test_points_in_columns_of_x_are_read() -> None:
    found = cp.diagnose(NET, X.T, Y.T, loss="square", dL_dW=RIGHT.dL_dW)
    assert found.ok
    assert "points are columns of X" in found.conventions


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "nothing to diagnose: give dL_dW"),
        ({"dL_dW": [RIGHT.dL_dW[1]]}, "dL_dW has 1 layers, the network has 2"),
        ({"dL_dW": {3: RIGHT.dL_dW[1]}}, "dL_dW has layer 3; the network has layers 1 to 2"),
        ({"dL_dW": {0: RIGHT.dL_dW[1]}}, "layers count from 1"),
        ({"dL_dW": "gradients"}, "dL_dW is text"),
        ({"dL_dW": {1: [["a", "b"]]}}, r"dL_dW\[1\] must be real numbers"),
        (
            {"dL_dW": {1: np.ones((7, 7))}},
            r"dL_dW\[1\] must be \(3, 4\), or its transpose \(4, 3\); given shape \(7, 7\)",
        ),
        ({"dL_dW0": {1: np.ones(7)}}, r"dL_dW0\[1\] must have a number for each of 4 units"),
        (
            {"dL_dZ": {1: np.ones((6, 4))}},
            r"dL_dZ\[1\] must be \(5, 4\), points in rows, or \(4, 5\), points in columns",
        ),
        ({"dL_dZ": {1: np.ones((5, 4)), 2: np.ones((2, 5))}}, "some layers have points in rows and others in columns"),
        ({"dL_dZ": {1: np.ones((5, 4))}, "dL_dA": {1: np.ones((4, 5))}}, "give both in one way"),
        ({"W_after": RIGHT.dL_dW}, "give its size, eta="),
        ({"W_after": RIGHT.dL_dW, "eta": "big"}, "eta must be a number"),
        ({"W_after": cp.Network((2, 1), ("tanh",)), "eta": 0.1}, "W_after is a network of widths"),
        ({"dL_dW": RIGHT.dL_dW, "state": {"v": [1.0]}}, r"state\['v'\] must be"),
        ({"dL_dW": 3}, "must be a list with an array for each layer"),
    ],
)
def test_bad_input_is_refused_in_words(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        said_of(**given)


@pytest.mark.lengthy
def test_what_no_mistake_explains_is_said_within_seconds_and_with_what_was_not_tried() -> None:
    deep = cp.Network((5, 5, 5, 5, 5), ("relu", "tanh", "tanh", "identity"), seed=0)
    targets = RNG.normal(size=(5, 5))
    odd = {1: RNG.normal(size=(5, 5))}
    found = cp.diagnose(deep, RNG.normal(size=(5, 5)), targets, loss="square", dL_dW=odd, eta=0.1)
    assert names(found) == ["unknown"]
    assert any("not every combination" in note for note in found.notes)


def test_huge_numbers_are_compared_without_a_warning() -> None:
    assert names(said_of(dL_dW={1: np.full((3, 4), 1e305)})) == ["unknown"]


def test_nan_in_what_is_given_is_a_finding_and_in_x_an_error() -> None:
    odd = RIGHT.dL_dW[1].copy()
    odd[0, 1] = np.nan
    found = said_of(dL_dW={1: odd})
    assert names(found) == ["unknown"]
    assert found.mistakes[0].entry is not None
    assert found.mistakes[0].entry.index == (0, 1)
    with pytest.raises(ValueError, match="X has nan"):
        cp.diagnose(NET, X * np.nan, Y, loss="square", dL_dW=RIGHT.dL_dW)


def test_an_estimator_is_refused_with_the_way() -> None:
    from clearprop.estimators import MLPRegressor

    with pytest.raises(TypeError, match=r"network_"):
        cp.diagnose(MLPRegressor(), X, Y, loss="square", dL_dW=RIGHT.dL_dW)  # type: ignore[arg-type]


def test_single_precision_is_compared_as_such() -> None:
    found = said_of(dL_dW={l: g.astype(np.float32) for l, g in RIGHT.dL_dW.items()})
    assert found.ok
    single = cp.Network((3, 4, 2), ("tanh", "identity"), seed=3, dtype="float32")
    grads = cp.back_propagate(single, cp.forward_pass(single, X, Y, loss="square"))
    assert cp.diagnose(single, X, Y, loss="square", dL_dW=grads.dL_dW, dL_dZ=grads.dL_dZ).ok


def test_the_renderings_say_the_same() -> None:
    found = said_of(dL_dZ={2: RIGHT.dL_dZ[2], 1: RIGHT.dL_dA[1]})
    page = found.html()
    for text in ("missing_f_prime", "∂L/∂Z¹ = ∂L/∂A¹", found.mistakes[0].lesson.split(".")[0]):
        assert text in found.text()
        assert text in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["mistakes"][0]["layer"] == 1
    assert "∂C/∂z²" in found.text(notation="nielsen").replace("δ", "∂C/∂z")
    assert "missing_f_prime" in found._repr_html_()
    with pytest.raises(ValueError, match="unknown notation 'nielson'; did you mean 'nielsen'"):
        found.text(notation="nielson")


def test_lines_keep_to_the_width() -> None:
    found = said_of(dL_dZ={2: RIGHT.dL_dZ[2], 1: RIGHT.dL_dA[1]})
    assert max(map(len, found.text(60).splitlines())) <= 72  # a title and a convention are whole lines


@pytest.mark.parametrize(("step", "name"), [(0.1, "ascent"), (-1.0, "eta_missing")])
def test_a_step_of_the_weights_alone_is_not_explained_by_a_gradient_that_does_not_fit(step: float, name: str) -> None:
    after = {l: NET.W[l] + step * 5 * RIGHT.dL_dW[l] for l in NET.layers}  # the loss is a sum over the 5 points
    (mistake,) = said_of(W_after=after, eta=0.1).mistakes
    assert name in mistake.names
    assert "gradient_transposed" not in mistake.names
    turned = said_of(W_after=after, eta=0.1, dL_dW={l: 5 * RIGHT.dL_dW[l] for l in NET.layers})
    assert names(turned) == [name]


def test_a_step_of_the_biases_alone_is_not_explained_by_a_sum_over_the_wrong_axis() -> None:
    after = NET.W0[1] + 0.1 * 5 * RIGHT.dL_dW0[1]  # a sum over the units has 5 numbers, and there are 4 biases
    (mistake,) = said_of(W0_after={1: after}, eta=0.1).mistakes
    assert "ascent" in mistake.names
    assert "bias_wrong_axis" not in mistake.names


def test_a_step_with_a_gradient_given_the_other_way_round_is_judged_too() -> None:
    gradients = {1: RIGHT.dL_dW[1], 2: RIGHT.dL_dW[2].T}
    right = {l: NET.W[l] - 0.1 * RIGHT.dL_dW[l] for l in NET.layers}
    wrong = right | {2: NET.W[2] + 0.1 * RIGHT.dL_dW[2]}
    biases = {"dL_dW0": RIGHT.dL_dW0, "eta": 0.1}
    deep = {"dL_dW": gradients, **biases}
    assert names(said_of(W_after=right, **deep)) == ["gradient_transposed"]
    assert names(said_of(W_after=wrong, **deep)) == ["gradient_transposed", "ascent"]


@pytest.mark.parametrize("odd", [("dL_dW", 1), ("dL_dW", 2), ("dL_dW0", 1), ("dL_dW0", 2)])
def test_the_convention_is_that_of_most_arrays(odd: tuple[str, int]) -> None:
    array, l = odd
    given = {"dL_dW": {k: 5 * g for k, g in RIGHT.dL_dW.items()}, "dL_dW0": {k: 5 * g for k, g in RIGHT.dL_dW0.items()}}
    given[array][l] = given[array][l] / 5
    found = said_of(**given)
    assert "the loss is a sum over the points" in found.conventions
    (mistake,) = found.mistakes
    assert (mistake.name, mistake.layers) == ("sum_and_mean", (l,))
    assert mistake.entry is not None
    assert (mistake.entry.array, mistake.entry.layer) == odd


def test_a_layer_whose_weights_have_a_gradient_is_not_left_out_whole() -> None:
    zero = {1: 0 * RIGHT.dL_dW0[1], 2: RIGHT.dL_dW0[2]}
    (mistake,) = said_of(dL_dW=RIGHT.dL_dW, dL_dW0=zero).mistakes
    assert mistake.names == ("bias_missing",)
    step = {l: NET.W[l] - 0.1 * RIGHT.dL_dW[l] for l in NET.layers}
    stepped = said_of(W_after=step, W0_after={1: NET.W0[1], 2: NET.W0[2] - 0.1 * RIGHT.dL_dW0[2]}, eta=0.1)
    assert "only_the_last_layer" not in stepped.mistakes[0].names
    (alone,) = said_of(dL_dW0=zero).mistakes
    assert set(alone.names) == {"bias_missing", "only_the_last_layer"}
    assert "dL_dW of the same layer" in alone.tell
    nothing = said_of(dL_dW={1: 0 * RIGHT.dL_dW[1], 2: RIGHT.dL_dW[2]}, dL_dW0=zero)
    assert names(nothing) == ["only_the_last_layer"]


def test_what_is_not_a_number_is_said_with_its_first_place() -> None:
    odd = RIGHT.dL_dW[1].copy()
    odd[1, 2] = odd[2, 0] = np.nan
    text = " ".join(said_of(dL_dW={1: odd}).text().split())
    assert "dL_dW[1][1, 2] is not a number (NaN), the first of 2 in this array" in text
    assert "dL_dW[1][1, 2] is not a number (NaN) and should be" in text
    both = said_of(dL_dW={1: odd, 2: RIGHT.dL_dW[2] * np.nan}, dL_dZ=RIGHT.dL_dZ)
    assert "dL_dW[2][0, 0] is not a number (NaN), the first of 8" in both.mistakes[0].about
    assert "dL_dW[1][1, 2] is not a number (NaN), the first of 2" in both.mistakes[1].about


def test_the_entry_of_a_wrong_step_is_in_the_layer_that_took_it() -> None:
    """The steps of the others, written in another order of operations, differ by rounding, which shows nothing."""
    rng = np.random.default_rng(4)
    net = cp.Network((4, 6, 5, 3), ("relu", "sigmoid", "softmax"), seed=2)
    points, classes = rng.normal(size=(8, 4)), np.eye(3)[rng.integers(3, size=8)]
    grads = cp.back_propagate(net, cp.forward_pass(net, points, classes, loss="nllm"))
    after = {l: net.W[l] * (1 + 2e-16) - 0.1 * grads.dL_dW[l] for l in (1, 2, 3)}
    after[2] = net.W[2] + 0.1 * grads.dL_dW[2]
    biases = {l: net.W0[l] - 0.1 * grads.dL_dW0[l] for l in after}
    (mistake,) = cp.diagnose(net, points, classes, loss="nllm", W_after=after, W0_after=biases, eta=0.1).mistakes
    assert mistake.entry is not None
    assert (mistake.layer, mistake.entry.array, mistake.entry.layer) == (2, "W_after", 2)
    assert abs(mistake.entry.given - mistake.entry.right) > 1e-6


def test_an_entry_that_is_0_but_for_rounding_is_called_so_and_is_not_shown_where_another_tells() -> None:
    """Without W the errors of a softmax, which add up to 0, give a layer of rounding zeros."""
    rng = np.random.default_rng(0)
    net = cp.Network((3, 4, 3), ("tanh", "softmax"), seed=0)
    points, classes = rng.normal(size=(5, 3)), np.eye(3)[rng.integers(0, 3, 5)]
    fwd = cp.forward_pass(net, points, classes, loss="nllm")
    grads = cp.back_propagate(net, fwd)
    without_W = grads.dL_dZ[2].sum(axis=1, keepdims=True) * (1 - fwd.A[1] ** 2)
    wrong = points.T @ without_W
    (mistake,) = cp.diagnose(net, points, classes, loss="nllm", dL_dW={1: wrong, 2: grads.dL_dW[2]}).mistakes
    assert mistake.entry is not None
    assert abs(grads.dL_dW[1][mistake.entry.index]) == abs(grads.dL_dW[1]).max()
    assert "is 0 but for rounding and should be " in str(mistake.entry)
    mixed = grads.dL_dW[1] + 1.0
    mixed[0, 0], mixed[2, 3] = 1e-17, grads.dL_dW[1][2, 3] + 5.0
    (mistake,) = cp.diagnose(net, points, classes, loss="nllm", dL_dW={1: mixed, 2: grads.dL_dW[2]}).mistakes
    assert mistake.entry is not None
    assert mistake.entry.index == (2, 3)
    assert "rounding" not in str(mistake.entry)
