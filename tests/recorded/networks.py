"""Random networks to compare with other libraries': the same ones on any machine, drawn by seed from lists of parts.

Every number comes from the bits of PCG64, whose stream NumPy guarantees, by exact arithmetic; what NumPy's generators make of
those bits may change from version to version. The lists are written down with what was recorded, so that a new part
changes no network that is on record.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np

from clearprop import ForwardPass, Network, forward_pass
from clearprop.formulas import CATALOGUE, Array, Part, find
from clearprop.formulas.activations import Activation, Elementwise
from clearprop.formulas.domains import NOT_NEGATIVE, POSITIVE, REALS, SIGNS, Interval, LogSimplex, Simplex
from clearprop.formulas.losses import Loss
from clearprop.formulas.penalties import Penalty
from tests.parts import Case

NETWORKS = 2_200
SEVERAL = (1, 2, 5, 8)
"""Numbers of points; few, as JAX compiles for each shape that it meets."""

INSIDE = ("selu", "mish", "tanh", "relu")
"""Of what a `parametric` activation is made."""


class Draws:
    """Numbers from the raw bits of a seed."""

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def uniform(self, low: float, high: float, shape: tuple[int, ...] = ()) -> Any:
        """Numbers from low to high."""
        raw = self._bits.random_raw(int(np.prod(shape))) >> np.uint64(11)
        values = low + (high - low) * (raw * 2.0**-53)
        return values.reshape(shape) if shape else float(values[0])

    def below(self, k: int) -> int:
        """A whole number from 0 to k - 1."""
        return int(self.uniform(0, k))

    def one_of(self, several: Any) -> Any:
        return several[self.below(len(several))]


@dataclass(frozen=True)
class Drawn(Case):
    """A case of which some units are left out, as a dropout would leave them out."""

    factors: dict[int, Array]
    """What A[l] is multiplied by before layer l + 1 takes it, (n, n^l) for some l."""

    def forward(self, net: Network | None = None) -> ForwardPass:
        return forward_pass(
            net or self.net,
            self.X,
            self.Y,
            self.loss,
            sample_weight=self.weights,
            penalty=self.penalty,
            factors=self.factors,
        )


@dataclass(frozen=True)
class Lists:
    """What is drawn from: names of parts, and the pairs of output activation and loss that are legal."""

    activations: list[str]
    """Of hidden layers: those that do not outgrow what they are given, for e to the e to the z leaves float64."""
    pairs: list[tuple[str, str]]
    penalties: list[str]
    normalizations: list[str]

    @classmethod
    def of_the_catalogue(cls) -> Lists:
        activations, losses = CATALOGUE["activation"], CATALOGUE["loss"]
        pairs = [
            (f, loss)
            for f, output in activations.items()
            for loss, of in losses.items()
            if of.domain_A.includes(output.range)  # type: ignore[attr-defined]  # of their kinds
        ]
        at = np.full((1, 2), 50.0)
        bounded = [f for f, part in activations.items() if part().A(at).max() < 1e3]  # type: ignore[attr-defined]
        return cls(bounded, pairs, list(CATALOGUE["penalty"]), list(CATALOGUE["normalization"]))


def drawn(seed: int, lists: Lists) -> Drawn:
    """The network of a seed: depth 1 to 6, widths 1 to 40, any parts; pairs of output and loss take turns.

    One in three is normalised, in some of its layers, and one in three has units left out.
    """
    draws = Draws(seed)
    output, of_loss = lists.pairs[seed % len(lists.pairs)]
    depth = 1 + draws.below(6)
    widths = [1 + draws.below(40) for _ in range(depth + 1)]
    hidden = [draws.one_of(lists.activations) for _ in range(depth - 1)]
    f = [_with_hypers(Activation, name, draws) for name in (*hidden, output)]
    if isinstance(f[-1].range, Simplex | LogSimplex):
        widths[-1] = max(widths[-1], 2)
    loss = _with_hypers(Loss, of_loss, draws)
    widths[-1] += -widths[-1] % loss.outputs_per_target
    penalty = draws.one_of([None, *lists.penalties])
    n = draws.one_of(SEVERAL)
    # Two points normalised over one another are 1 and -1 whatever they were: no gradient is left but rounding.
    several = [name for name in lists.normalizations if n > 2 or name != "batch_norm"]
    normalized = draws.below(3) == 0
    normalization = [draws.one_of([None, *several]) if normalized and m > 2 else None for m in widths[1:]]
    net = _network(widths, f, normalization, draws)
    return Drawn(
        net=net,
        X=draws.uniform(-2, 2, (n, widths[0])),
        Y=_targets(loss.domain_Y, (n, widths[-1] // loss.outputs_per_target), draws),
        loss=loss,
        weights=draws.uniform(0.1, 2, (n,)) if draws.below(2) else None,
        penalty=None if penalty is None else _with_hypers(Penalty, penalty, draws),
        factors=_factors(net, n, draws) if draws.below(3) == 0 else {},
    )


def _factors(net: Network, n: int, draws: Draws) -> dict[int, Array]:
    """For some layers: 0 where a unit is left out, and 1.25 where it stays, at a rate of a fifth."""
    return {
        l: np.where(draws.uniform(0, 1, (n, net.widths[l])) < 0.2, 0.0, 1.25) for l in range(net.L) if draws.below(2)
    }


def _with_hypers(kind: type[Any], name: str, draws: Draws) -> Any:
    """A part whose hyper-parameters, where they are fractions, lie around their defaults, within their bounds."""
    part = find(kind, name)
    values = {own.name: _hyper(part, own, draws) for own in fields(part)}
    return type(part)(**values)


def _hyper(part: Part, own: Any, draws: Draws) -> Any:
    value = getattr(part, own.name)
    if isinstance(value, Elementwise):
        return find(Activation, draws.one_of(INSIDE))
    if not isinstance(value, float):
        return value
    return draws.uniform(max(own.metadata["low"], value / 4), min(own.metadata["high"], value * 2))


def _network(widths: list[int], f: list[Activation], normalization: list[str | None], draws: Draws) -> Network:
    """Weights that keep the size of what comes in, smaller before outputs that saturate; biases, gains, shifts and alphas."""
    layers = []
    for l, (m, n) in enumerate(pairwise(widths), 1):
        size = (3 / m) ** 0.5 / (2 if l == len(f) else 1)
        layers.append((draws.uniform(-size, size, (m, n)), draws.uniform(-0.5, 0.5, (n,))))
    net = Network.from_weights(layers, f, normalization=normalization)
    for l in net.normalization:
        net.gain[l] = draws.uniform(0.5, 1.5, net.gain[l].shape)
        net.shift[l] = draws.uniform(-0.5, 0.5, net.shift[l].shape)
    for l in net.alpha:
        net.alpha[l] = draws.uniform(-0.5, 1.5, net.alpha[l].shape)
    return net


def _targets(domain: Interval, shape: tuple[int, int], draws: Draws) -> Array:
    """Targets that a loss takes, plain classes and counts in the even rows, values between in the others."""
    between = draws.uniform(0.05, 1, shape)
    if isinstance(domain, Simplex):
        between /= between.sum(axis=1, keepdims=True)
        between[::2] = [np.eye(shape[1])[draws.below(shape[1])] for _ in between[::2]]
        return between
    if domain == SIGNS:
        return np.where(between < 0.5, -1.0, 1.0)
    if domain == POSITIVE:
        return 3 * between
    if domain == NOT_NEGATIVE:
        between[::2] = np.floor(4 * between[::2])
        return between
    if domain.high == 1:
        between[::2] = between[::2] > 0.5
        return between
    assert domain == REALS, f"no targets in {domain} are drawn yet"
    return 4 * between - 2


def layers_of(net: Network, flat: Array) -> list[Array]:
    """The pieces of a flat vector, one for all parameters of each layer."""
    sizes = [sum(view.size for of, _, view in net.arrays if of == l) for l in net.layers]
    return np.split(flat, np.cumsum(sizes)[:-1])


def directions(seed: int, net: Network) -> list[Array]:
    """A direction of its own for each of `layers_of`; what is recorded of a gradient is its share along them."""
    draws = Draws(seed + 1_000_000)
    return [draws.uniform(-1, 1, (piece.size,)) for piece in layers_of(net, net.parameters)]


def allowed(case: Case, gradient: Array, piece: Array, dL_dA: Array) -> float:
    """1e-12 of a piece of the gradient, or of a thousandth of the whole where it has vanished or its terms cancel.

    Softmax takes a mean from dL/dA: where all outputs have one slope, as of a hinge, 0 is left, and the mean's rounding.
    """
    left = 0.0 if isinstance(case.net.f[case.net.L], Elementwise) else 1e-15 * float(np.linalg.norm(dL_dA))
    return 1e-12 * float(max(np.linalg.norm(piece), 1e-3 * np.linalg.norm(gradient))) + left


def name_of(seed: int, case: Drawn) -> str:
    """What to call a network in a message."""
    penalty, weights = case.penalty or "no penalty", "" if case.weights is None else ", weighted"
    left_out = ", units left out" if case.factors else ""
    return f"network {seed}: {case.net}, {case.loss}, {penalty}, {len(case.X)} points{weights}{left_out}"
