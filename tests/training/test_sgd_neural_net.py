"""SGD-NEURAL-NET: the notes' procedure, compared with the pseudocode written out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from clearprop import Network, forward_pass, sgd_neural_net
from clearprop.formulas import find
from clearprop.formulas.activations import Activation
from clearprop.formulas.losses import Loss
from tests.parts import central_difference, relative_error

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 2))
Y = RNG.normal(size=(6, 2))
M, F, ETA = (2, 3, 4), ("tanh", "sigmoid", "identity"), 0.1


def pseudocode(
    D: tuple[np.ndarray, np.ndarray],
    T: int,
    L: int,
    m: tuple[int, ...],
    f: tuple[str, ...],
    loss: str,
    eta: Callable[[int], float],
    seed: int,
    *,
    update_inside_the_loop: bool = False,
) -> np.ndarray:
    """The pseudocode of section 7.6.2, line by line, on column vectors and with loops of its own.

    `update_inside_the_loop` takes it at its word: layer l + 1 is changed before layer l reads its weights.
    """
    X, Y = D
    widths = (*m, Y.shape[1])
    rng = np.random.default_rng(seed)
    W, W0 = {}, {}
    for l in range(1, L + 1):  # for every layer: randomly initialize weights and biases
        W[l] = rng.normal(0, widths[l - 1] ** -0.5, (widths[l - 1], widths[l]))
        W0[l] = rng.normal(0, 1, widths[l])[:, None]
    draws = rng.integers(0, len(X), size=T)
    activation = {l: find(Activation, name) for l, name in enumerate(f, 1)}
    for t in range(1, T + 1):  # while not terminated, keep track of time
        i = draws[t - 1]  # get random data point i
        Z, A, y = {}, {0: X[i][:, None]}, Y[i][:, None]
        for l in range(1, L + 1):  # forward pass
            Z[l] = W[l].T @ A[l - 1] + W0[l]
            A[l] = activation[l].A(Z[l].T).T
        dL_dA, dL_dZ, dL_dW = {}, {}, {}
        for l in range(L, 0, -1):  # back-propagation, for every layer in reversed order
            if l == L:
                dL_dA[l] = find(Loss, loss).dL_dA(A[l].T, y.T).T
            else:
                dL_dA[l] = W[l + 1] @ dL_dZ[l + 1]
            dL_dZ[l] = activation[l].jacobian(Z[l][:, 0], A[l][:, 0]) @ dL_dA[l]
            dL_dW[l] = A[l - 1] @ dL_dZ[l].T
            if update_inside_the_loop:
                W[l] = W[l] - eta(t) * dL_dW[l]
                W0[l] = W0[l] - eta(t) * dL_dZ[l]
        if not update_inside_the_loop:
            for l in range(1, L + 1):  # take step, at the weights of the forward pass
                W[l] = W[l] - eta(t) * dL_dW[l]
                W0[l] = W0[l] - eta(t) * dL_dZ[l]
    return np.concatenate([part.ravel() for l in range(1, L + 1) for part in (W[l], W0[l])])


def ours(T: int, eta: Any = ETA, **options: Any) -> Network:
    arguments = {"D": (X, Y), "L": 3, "m": M, "f": F, "loss": "square", "seed": 3} | options
    return sgd_neural_net(T=T, eta=eta, **arguments)


@pytest.mark.parametrize("T", [0, 1, 2, 7, 60])
@pytest.mark.parametrize("eta", [lambda t: ETA, lambda t: 0.2 / t], ids=["constant", "one over t"])
def test_it_is_the_pseudocode_with_the_same_draws(T: int, eta: Callable[[int], float]) -> None:
    """Pseudocode, points 1-5 (7.6.2): every layer's gradient, old weights in the links, a draw and an eta(t) a step."""
    by_hand = pseudocode((X, Y), T, 3, M, F, "square", eta, seed=3)
    # Row and column products round alike or in the last digit; 60 contracting steps do not let that grow.
    assert relative_error(ours(T, eta).parameters, by_hand) < 1e-12


def test_one_output_with_its_shortcut_is_the_pseudocode_too() -> None:
    labels = (Y[:, :1] > 0).astype(float)
    by_hand = pseudocode((X, labels), 50, 2, (2, 3), ("tanh", "sigmoid"), "nll", lambda t: 0.5, seed=3)
    network = ours(50, 0.5, D=(X, labels), L=2, m=(2, 3), f=("tanh", "sigmoid"), loss="nll")
    # The loop by hand multiplies a (1 - a) by y/a: a quotient undone, 50 times.
    assert relative_error(network.parameters, by_hand) < 1e-11


def test_updating_inside_the_loop_is_another_procedure() -> None:
    """Pseudocode, point 2: the printed order reads W^(l+1) after it was changed, and that is not the gradient."""
    early = pseudocode((X, Y), 1, 3, M, F, "square", lambda t: ETA, seed=3, update_inside_the_loop=True)
    assert relative_error(ours(1).parameters, early) > 1e-4, (
        "the two orders must differ for this test to tell them apart"
    )


def test_one_step_is_along_the_numeric_gradient_of_the_point_drawn() -> None:
    """Pseudocode, points 1 and 2: all layers move along the gradient at one point of parameter space."""
    start, after = ours(0), ours(1)
    moved = (start.parameters - after.parameters) / ETA
    errors = []
    for x, y in zip(X, Y, strict=True):
        numeric = central_difference(
            lambda p, x=x, y=y: forward_pass(start.with_parameters(p), x[None], y[None], "square").loss,
            start.parameters,
        )
        errors.append(relative_error(moved, numeric))
    # A central difference tells 1e-9 of a loss of size 1; the step is divided by eta, which costs another digit.
    assert min(errors) < 1e-7
    assert sorted(errors)[1] > 1e-3, "only one of the six points was drawn"


def test_points_are_drawn_with_replacement() -> None:
    """Pseudocode, point 3: among 6 draws of 6 points some point comes twice (but once in 65 seeds)."""
    rng = np.random.default_rng(3)
    for m, n in zip(M, (*M[1:], 2), strict=True):
        rng.normal(size=m * n + n)
    draws = rng.integers(0, 6, size=6)
    assert len(set(draws.tolist())) < 6
    assert relative_error(ours(6).parameters, pseudocode((X, Y), 6, 3, M, F, "square", lambda t: ETA, 3)) < 1e-12


def test_eta_is_a_function_of_t_which_counts_steps_from_1() -> None:
    """Pseudocode, point 3."""
    asked: list[int] = []
    ours(9, lambda t: asked.append(t) or 0.1)
    assert asked == list(range(1, 10))


def test_it_returns_the_network_with_all_weights_and_biases() -> None:
    """Pseudocode, point 4."""
    network = ours(3)
    assert isinstance(network, Network)
    assert network.widths == (2, 3, 4, 2)
    assert [str(f) for f in network.activations] == list(F)


@pytest.mark.parametrize(
    ("Y", "last", "loss", "outputs"),
    [
        (np.zeros((6, 3)), "identity", "square", 3),
        (np.zeros(6), "identity", "square", 1),
        (np.eye(4)[[0, 1, 2, 3, 0, 1]], "softmax", "nllm", 4),
        ([0, 1, 2, 0, 1, 2], "softmax", "nllm", 3),
        ([0, 1, 3, 0, 1, 3], "softmax", "nllm", 4),
        ([-1, 1, -1, 1, -1, 1], "softmax", "nllm", 2),
        (["a", "b", "c"] * 2, "softmax", "nllm", 3),
        (np.array(["a", "b", "c"] * 2, object), "softmax", "nllm", 3),
        (["no", "yes"] * 3, "sigmoid", "nll", 1),
        ([True, False] * 3, "softmax", "nllm", 2),
        ([0, 1] * 3, "sigmoid", "nll", 1),
    ],
)
def test_the_last_width_follows_from_the_targets(Y: Any, last: str, loss: str, outputs: int) -> None:
    """Pseudocode, point 5."""
    network = ours(2, D=(X, Y), L=2, m=(2, 3), f=("tanh", last), loss=loss)
    assert network.widths == (2, 3, outputs)


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    one, same, other = (ours(20, seed=seed).parameters.tobytes() for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"L": 2}, r"L = 2 layers need 2 widths m and 2 activations f; given m = \(2, 3, 4\)"),
        ({"m": (2, 3)}, "L = 3 layers need 3 widths m"),
        ({"m": 2}, "L = 3 layers need 3 widths m"),
        ({"f": ("tanh",)}, "L = 3 layers need 3 widths m and 3 activations f"),
        ({"f": "tanh"}, "L = 3 layers need 3 widths m and 3 activations f"),
        ({"m": (5, 3, 4)}, r"X must be \(n, 5\)"),
        ({"T": -1}, "steps must be a whole number, 0 or more; given -1"),
        ({"T": 1.5}, "steps must be a whole number, 0 or more; given 1.5"),
        ({"D": X}, r"D must be a pair \(X, Y\)"),
        ({"D": (X, Y[:2])}, "Y must have a row for each of the 6 points"),
        ({"loss": "nllm"}, "nllm takes predictions in"),
        ({"f": ("tanh", "tanhh", "identity")}, "did you mean 'tanh'"),
    ],
    ids=lambda given: str(given)[:30],
)
def test_what_does_not_fit_is_named(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ours(**{"T": 1} | options)
