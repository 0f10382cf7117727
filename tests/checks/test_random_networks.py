"""Back-propagation equals the complex step on random networks over every legal pair of parts.

The derivative is taken here with nothing but `forward_pass`: neither `check_gradients` nor its allowances for rounding.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas import CATALOGUE
from clearprop.formulas.activations import Activation, Elementwise
from clearprop.formulas.domains import LogSimplex, Simplex
from clearprop.formulas.learnt_activations import Learnt
from clearprop.formulas.losses import Loss
from clearprop.formulas.penalties import Penalty
from tests.parts import targets_for

NETWORKS = 2300
STEP = 1e-25
# Both ways carry rounding of some 1e-16 for each of up to five layers; where a sum cancels, it may lose three digits more.
TOLERANCE = 1e-12

ACTIVATIONS = list(CATALOGUE["activation"].values())
HIDDEN = [f for f in ACTIVATIONS if f.name != "exp"]  # e to the e to the z leaves float64
PAIRS = [
    (f, loss)
    for f in ACTIVATIONS
    for loss in CATALOGUE["loss"].values()
    if issubclass(f, Activation) and issubclass(loss, Loss) and loss.domain_A.includes(f.range)
]


@dataclass
class Case:
    net: cp.Network
    X: np.ndarray
    Y: np.ndarray
    loss: Loss
    sample_weight: np.ndarray | None
    penalty: Penalty | None

    def loss_at(self, parameters):
        net = self.net.with_parameters(parameters)
        fwd = cp.forward_pass(net, self.X, self.Y, self.loss, sample_weight=self.sample_weight, penalty=self.penalty)
        return fwd.loss

    def gradient(self):
        fwd = cp.forward_pass(
            self.net, self.X, self.Y, self.loss, sample_weight=self.sample_weight, penalty=self.penalty
        )
        return cp.back_propagate(self.net, fwd)

    def __str__(self):
        n, weights = len(self.X), "weighted" if self.sample_weight is not None else "unweighted"
        return f"{self.net}, {self.loss}, penalty {self.penalty}, {n} points, {weights}"


def draw_part(rng, definition):
    """A part of this definition with random hyper-parameters within their bounds."""
    return definition(**{own.name: draw_hyper(rng, own.metadata) for own in fields(definition)})


def draw_hyper(rng, said):
    if "kind" in said:
        inside = [f for f in HIDDEN if issubclass(f, said["kind"]) and not issubclass(f, Learnt)]
        return draw_part(rng, inside[rng.integers(len(inside))])
    return rng.uniform(max(said["low"], -1.0), min(said["high"], 1.0))


def draw_case(seed):
    rng = np.random.default_rng(seed)
    output, loss_definition = PAIRS[seed % len(PAIRS)]
    loss = draw_part(rng, loss_definition)
    depth = int(rng.integers(1, 6))
    widths = [int(width) for width in rng.integers(1, 13, depth + 1)]
    if isinstance(output.range, Simplex | LogSimplex):
        widths[-1] = max(widths[-1], 2)
    widths[-1] *= loss.outputs_per_target
    hidden = [draw_part(rng, HIDDEN[i]) for i in rng.integers(0, len(HIDDEN), depth - 1)]
    net = cp.Network(widths, (*hidden, draw_part(rng, output)), seed=rng)
    for l, alpha in net.alpha.items():
        net.alpha[l] = rng.uniform(-0.5, 1.5, alpha.shape)
    n, outputs = int(rng.integers(1, 7)), widths[-1]
    X = rng.normal(size=(n, widths[0]))
    penalties = [None, *CATALOGUE["penalty"].values()]
    penalty = penalties[int(rng.integers(len(penalties)))]
    return Case(
        net=net,
        X=X,
        Y=targets_for(loss, n, outputs, rng),
        loss=loss,
        sample_weight=rng.uniform(0.1, 2.0, n) if rng.random() < 0.5 else None,
        penalty=None if penalty is None else draw_part(rng, penalty),
    )


def complex_step_gradient(case):
    parameters = case.net.parameters
    gradient = np.empty_like(parameters)
    for i in range(len(parameters)):
        moved = parameters.astype(complex)
        moved[i] += 1j * STEP
        gradient[i] = np.imag(case.loss_at(moved)) / STEP
    return gradient


def arrays_of(net, flat):
    """The pieces of a flat vector by name: dL/dW1, dL/dW01, ..."""
    for start, (l, name, view) in zip(net.starts, net.arrays, strict=True):
        yield f"{name}{l}", flat[start : start + view.size]


@pytest.mark.parametrize("seed", range(NETWORKS))
def test_gradient_equals_the_complex_step(seed):
    case = draw_case(seed)
    grads, numeric = case.gradient(), complex_step_gradient(case)
    given, whole, L = grads.flat, np.linalg.norm(numeric), case.net.L
    # Softmax takes the mean from dL/dA: where all outputs have one slope, as of a hinge, 0 is left, and its rounding.
    left = 0 if isinstance(case.net.f[L], Elementwise) else 1e-15 * np.linalg.norm(grads.dL_dA[L])
    for (name, g), (_, n) in zip(arrays_of(case.net, given), arrays_of(case.net, numeric), strict=True):
        # Each array is held to its own size, however far the gradient has vanished there, down to a thousandth of the
        # whole: below, a sum whose terms cancel leaves nothing but their rounding.
        allowed = TOLERANCE * max(np.linalg.norm(n), 1e-3 * whole) + left
        worst = int(np.argmax(abs(g - n)))
        assert np.linalg.norm(g - n) <= allowed, (
            f"seed {seed}: {case}: dL/d{name} is off by {np.linalg.norm(g - n):.2e}, {allowed:.2e} allowed;"
            f" entry {worst}: back_propagate {g[worst]!r}, complex step {n[worst]!r}"
        )


def test_every_legal_pair_is_drawn_seven_times_at_least():
    assert len(PAIRS) * 7 <= NETWORKS


def test_every_activation_is_drawn_as_a_hidden_layer():
    drawn = {f.name for seed in range(NETWORKS) for f in draw_case(seed).net.activations[:-1]}
    assert drawn == {f.name for f in HIDDEN}
