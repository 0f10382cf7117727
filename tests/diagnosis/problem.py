"""A homework problem: a network, points, targets, and what is to be done wrong with them. Drawn at random from a seed.

Nothing here comes from the package's formulas, so that the three students' programs beside it are independent of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = Any
PAIRS = (
    ("identity", "square"),
    ("sigmoid", "nll"),
    ("softmax", "nllm"),
    ("tanh", "square"),
    ("sigmoid", "square"),
    ("softmax", "square"),
    ("identity", "linear"),
)
HIDDEN = ("tanh", "sigmoid", "relu", "leaky_relu")
SLOPE, EPSILON, LAMBDA, BETA = 0.1, 1e-5, 0.05, 0.9


@dataclass
class Problem:
    """What a student is given, and what this one gets wrong: a mistake and the layers in which it is made."""

    X: Array
    Y: Array
    W: dict[int, Array]
    W0: dict[int, Array]
    f: dict[int, str]
    loss: str
    eta: float
    masks: dict[int, Array] = field(default_factory=dict)
    rate: float = 0.5
    gain: dict[int, Array] = field(default_factory=dict)
    shift: dict[int, Array] = field(default_factory=dict)
    penalty: float = 0.0
    velocity: tuple[dict[int, Array], dict[int, Array]] | None = None
    wrong: dict[str, set[int]] = field(default_factory=dict)
    sums: str = "mean"
    half: bool = False
    fused: bool = False
    relu_at_0: float = 1.0
    sign_at_0: float = 1.0
    variant: int = 0

    @property
    def L(self) -> int:
        return len(self.W)

    @property
    def n(self) -> int:
        return len(self.X)

    @property
    def widths(self) -> list[int]:
        return [self.X.shape[1], *(self.W[l].shape[1] for l in range(1, self.L + 1))]

    @property
    def pair(self) -> bool:
        """Whether dL/dZ of the last layer is a − y."""
        return (self.f[self.L], self.loss) in {("sigmoid", "nll"), ("softmax", "nllm")}

    def does(self, mistake: str, l: int) -> bool:
        """Whether this student makes a mistake in layer l."""
        return l in self.wrong.get(mistake, ())


def draw(rng: np.random.Generator, **wishes: Any) -> Problem:
    """A problem; `wishes` fix what a mistake needs: square layers, an activation, several points, dropout, ..."""
    L = int(wishes.get("L", rng.integers(2, 5)))
    widths = [int(each) for each in rng.integers(2, 6, size=L + 1)]
    if wishes.get("same"):
        widths = [widths[0]] * L + [widths[-1]]
    output, loss = PAIRS[rng.integers(len(PAIRS))]
    if "loss" in wishes:
        fitting = [pair for pair in PAIRS if pair[1] in wishes["loss"]]
        output, loss = fitting[rng.integers(len(fitting))]
    if "output" in wishes:
        fitting = [
            pair
            for pair in PAIRS
            if pair[0] in wishes["output"] and ("loss" not in wishes or pair[1] in wishes["loss"])
        ]
        output, loss = fitting[rng.integers(len(fitting))]
    if output != "softmax" and rng.random() < 0.3:
        widths[-1] = 1
    n = int(rng.integers(wishes.get("least", 1), 8))
    X = rng.normal(size=(n, widths[0]))
    hidden = wishes.get("hidden", HIDDEN)
    f = {l: str(hidden[rng.integers(len(hidden))]) for l in range(1, L)} | {L: output}
    W = {l: rng.normal(size=(widths[l - 1], widths[l])) * 0.8 for l in range(1, L + 1)}
    W0 = {l: rng.normal(size=widths[l]) * 0.5 for l in range(1, L + 1)}
    p = Problem(X, _targets(rng, loss, n, widths[-1]), W, W0, f, loss, float(rng.choice([0.01, 0.05, 0.1, 0.3])))
    if wishes.get("dropout"):
        p.masks = {l: (rng.random((n, widths[l])) > 0.4) / 0.5 for l in range(1, L)}
    if wishes.get("normalized"):
        p.gain = {l: rng.uniform(0.5, 2, widths[l]) for l in range(1, L)}
        p.shift = {l: rng.normal(size=widths[l]) for l in range(1, L)}
    if wishes.get("penalty"):
        p.penalty = LAMBDA
    if wishes.get("momentum"):
        p.velocity = (
            {l: rng.normal(size=w.shape) for l, w in W.items()},
            {l: rng.normal(size=w.shape) for l, w in W0.items()},
        )
    if wishes.get("saturated"):
        W[L] *= 400
    p.sums = str(rng.choice(["mean", "sum"] + (["points"] if not p.penalty else [])))
    p.half = bool(rng.integers(2))
    p.fused = bool(rng.integers(2))
    p.relu_at_0 = float(rng.integers(2))
    return p


def _targets(rng: np.random.Generator, loss: str, n: int, outputs: int) -> Array:
    if loss == "nllm":
        return np.eye(outputs)[rng.integers(outputs, size=n)]
    if loss == "nll":
        return rng.integers(2, size=(n, outputs)).astype(float)
    return rng.normal(size=(n, outputs))
