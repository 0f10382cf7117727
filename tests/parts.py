"""Helpers of the tests: the catalogue's parts, pairs of them, random networks, and numeric derivatives for comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, fields
from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st

from clearprop import Network, forward_pass
from clearprop.formulas import CATALOGUE, Array, Part
from clearprop.formulas.activations import Activation, Elementwise
from clearprop.formulas.domains import NOT_NEGATIVE, POSITIVE, REALS, SIGNS, Interval, LogSimplex, Simplex
from clearprop.formulas.learnt_activations import Learnt
from clearprop.formulas.losses import Loss
from clearprop.formulas.optimizers import Optimizer
from clearprop.formulas.penalties import L2, Penalty


def all_of(kind: type[Part]) -> list[Any]:
    """Every catalogued part of a kind, with its hyper-parameters at their defaults."""
    return [definition() for definition in CATALOGUE[kind.kind].values()]


def rules() -> list[Optimizer]:
    """Every optimiser that takes single steps."""
    return [rule for rule in all_of(Optimizer) if not rule.whole_set]


def with_hypers(definition: type[Part]) -> st.SearchStrategy[Part]:
    """A part with any hyper-parameters within its bounds."""
    return st.builds(definition, **{own.name: _within_bounds(own) for own in fields(definition)})


def _within_bounds(own: Field[Any]) -> st.SearchStrategy[Any]:
    if "kind" in own.metadata:
        kind = own.metadata["kind"]
        inner = [
            each for each in CATALOGUE[kind.kind].values() if issubclass(each, kind) and not issubclass(each, Learnt)
        ]
        return st.deferred(lambda: st.sampled_from(list(inner)).flatmap(with_hypers))
    low, high = max(own.metadata["low"], -1e300), min(own.metadata["high"], 1e300)
    if isinstance(own.default, tuple):
        each = st.integers(int(low), 1000) if own.type == "tuple[int, ...]" else st.floats(low, high)
        return st.lists(each).map(tuple)
    if isinstance(own.default, int):
        return st.integers(max(int(low), -10), int(min(high, 1000)))
    return st.floats(low, high)


def with_random_hypers(definition: type[Part], rng: np.random.Generator) -> Any:
    """A part with hyper-parameters of ordinary size, none of them the default."""
    bounds = {own.name: (own.metadata["low"], min(own.metadata["high"], 3.0)) for own in fields(definition)}
    return definition(**{name: float(rng.uniform(*each)) for name, each in bounds.items()})


def is_legal(activation: Activation, loss: Loss, outputs: int = 2) -> bool:
    """Whether predictions of this activation are predictions that the loss takes."""
    never_varies = isinstance(activation.range, Simplex | LogSimplex) and outputs == 1
    return loss.domain_A.includes(activation.range) and not never_varies


PAIRS = list(product(all_of(Activation), all_of(Loss)))
LEGAL = [pair for pair in PAIRS if is_legal(*pair)]
ILLEGAL = [pair for pair in PAIRS if not is_legal(*pair)]
LEGAL_WITH_OUTPUTS = [(*pair, outputs) for pair in PAIRS for outputs in (1, 3) if is_legal(*pair, outputs)]


def label(part: Any) -> str:
    """How a part is called in a test's name."""
    return str(part)


def targets_in(domain: Interval, n: int, outputs: int, rng: np.random.Generator) -> Array:
    """Targets (n, outputs) that a loss takes, both plain classes and values between."""
    if isinstance(domain, Simplex):
        shares = rng.dirichlet(np.ones(outputs), n)
        shares[::2] = np.eye(outputs)[rng.integers(outputs, size=len(shares[::2]))]
        return shares
    if domain == SIGNS:
        return rng.choice([-1.0, 1.0], (n, outputs))
    if domain == POSITIVE:
        return rng.gamma(3.0, size=(n, outputs))
    if domain == NOT_NEGATIVE:
        amounts = rng.gamma(1.0, size=(n, outputs))
        amounts[::2] = rng.poisson(1.0, amounts[::2].shape)
        return amounts
    if domain.high == 1:
        values = rng.random((n, outputs))
        values[::2] = values[::2] > 0.5
        return values
    assert domain == REALS, f"no targets in {domain} are drawn yet"
    return rng.normal(size=(n, outputs))


def targets_for(loss: Loss, n: int, outputs: int, rng: np.random.Generator) -> Array:
    """Targets (n, targets) that a loss takes from a network of so many outputs."""
    return targets_in(loss.domain_Y, n, outputs // loss.outputs_per_target, rng)


@dataclass(frozen=True)
class Case:
    """A network, a batch and what is minimised on it."""

    net: Network
    X: Array
    Y: Array
    loss: Loss
    weights: Array | None
    penalty: Penalty | None

    def forward(self, net: Network | None = None) -> Any:
        """The reference's forward pass, of another network of the same shape if one is given."""
        return forward_pass(
            net or self.net, self.X, self.Y, self.loss, sample_weight=self.weights, penalty=self.penalty
        )

    def loss_at(self, parameters: Array) -> float:
        """The number that is shown, as a function of the flat parameter vector."""
        return self.forward(self.net.with_parameters(parameters)).loss


def random_case(
    rng: np.random.Generator,
    output: Activation,
    loss: Loss,
    outputs: int,
    *,
    hidden: tuple[Activation, ...] | None = None,
    weighted: bool = False,
    penalised: bool = False,
    n: int = 5,
    dtype: str = "float64",
) -> Case:
    """A random network that ends in `output`, with random points and `outputs` targets that `loss` takes."""
    outputs *= loss.outputs_per_target
    if hidden is None:
        choices = [
            f for f in all_of(Activation) if f.name != "exp"
        ]  # for outputs: e^z of e^z leaves the finite numbers
        hidden = tuple(choices[i] for i in rng.integers(len(choices), size=rng.integers(0, 3)))
    widths = (*rng.integers(1, 5, size=len(hidden) + 1).tolist(), outputs)
    net = Network(widths, (*hidden, output), seed=rng, dtype=dtype)
    return Case(
        net=net,
        X=rng.normal(size=(n, widths[0])).astype(dtype),
        Y=targets_for(loss, n, outputs, rng).astype(dtype),
        loss=loss,
        weights=rng.uniform(0.1, 3, size=n).astype(dtype) if weighted else None,
        penalty=L2(0.1) if penalised else None,
    )


def smooth(activation: Any) -> bool:
    """Whether a difference across any two points tells the derivative."""
    return not activation.kinks


def central_difference(function: Callable[[Array], Any], at: Array, h: float = 1e-6) -> Array:
    """d function / d at, entry by entry: the derivative of a number, or of an array's sum."""
    result = np.empty_like(at)
    for index in np.ndindex(at.shape):
        ahead, behind = at.copy(), at.copy()
        ahead[index] += h
        behind[index] -= h
        result[index] = (np.sum(function(ahead)) - np.sum(function(behind))) / (ahead[index] - behind[index])
    return result


def complex_step(function: Callable[[Array], Any], at: Array, h: float = 1e-20) -> Array:
    """The same, by a step along the imaginary axis: nothing is subtracted, so nothing is lost to rounding."""
    result = np.empty_like(at)
    for index in np.ndindex(at.shape):
        ahead = at.astype(complex)
        ahead[index] += 1j * h
        result[index] = np.sum(function(ahead)).imag / h
    return result


def relative_error(ours: Array, theirs: Array) -> float:
    """||ours - theirs|| / ||theirs||, and the plain distance where theirs is 0."""
    scale = np.linalg.norm(theirs)
    return float(np.linalg.norm(np.asarray(ours) - theirs) / (scale or 1.0))


ELEMENTWISE = [activation for activation in all_of(Activation) if isinstance(activation, Elementwise)]


class EachWeight(Penalty):
    """A part of one's own that is wrong: R is a number for each weight, and not one for all."""

    name = "each_weight"

    def R(self, W: Array) -> Any:
        return W**2

    def dR_dW(self, W: Array) -> Array:
        return 2 * W
