"""The reference: a forward pass that keeps every value, and back-propagation, one link of the chain rule a line. Not fast.

Rows are data points. Layer l has W[l] (m, n) and W0[l] (n,); layers count 1..L and A[0] is the input.
The loss is the mean over points of w_i L_i, each L_i summed over outputs, plus the penalty; this number is differentiated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from .formulas.activations import EACH_UNIT, Activation
from .formulas.catalogue import Array, find, of_shape, require_choice
from .formulas.learnt_activations import Learnt
from .formulas.losses import Loss
from .formulas.penalties import Penalty
from .formulas.shortcuts import shortcut
from .network import Network, require_network
from .validation import as_factors, as_points, as_targets, as_weights, require_pair

Statistics: TypeAlias = Literal["batch", "running"]
"""Which mean and variance batch normalisation uses: those of the batch, as in training, or the running ones."""


@dataclass(frozen=True)
class BeganWith:
    """Copies of what a forward pass was computed from: it is of no use once these have changed."""

    form: str
    """The network's shape and parts."""
    parameters: Array
    given: dict[str, Array]
    """X, Y, sample_weight and dropout's factors, by name."""

    @classmethod
    def of(cls, net: Network, fwd: ForwardPass) -> BeganWith:
        given = {name: array.copy() for name, array in fwd.given().items()}
        return cls(repr(net), net.parameters.copy(), given)

    def require_unchanged(self, net: Network, fwd: ForwardPass) -> None:
        """ValueError for another network, or for weights or points that have changed since the forward pass."""
        again = "the gradient needs a forward pass of this network as it is: call forward_pass again"
        if repr(net) != self.form:
            raise ValueError(f"this forward pass is of another network, {self.form}, and given is {net!r}; {again}")
        if not np.array_equal(net.parameters, self.parameters, equal_nan=True):
            then = net.with_parameters(self.parameters).arrays
            changed = (
                a for a, b in zip(net.arrays, then, strict=True) if not np.array_equal(a[2], b[2], equal_nan=True)
            )
            l, name, _ = next(changed)
            raise ValueError(f"{name}[{l}] is not that of the forward pass, it has changed since; {again}")
        for name, now in fwd.given().items():
            if not np.array_equal(now, self.given[name], equal_nan=True):
                raise ValueError(f"{name} has changed since the forward pass; {again}")


@dataclass(frozen=True)
class ForwardPass:
    """Everything that back-propagation needs: A[0..L], Z[1..L] (n, n^l), targets Y (n, n^L) and what is minimised."""

    A: dict[int, Array]
    Z: dict[int, Array]
    Y: Array
    losses: Array
    """The loss of each point, (n,), before weighting."""
    loss: float
    """The number that is minimised: the weighted mean of `losses` plus the penalty."""
    loss_function: Loss
    penalty: Penalty | None = None
    weights: Array | None = None
    M: dict[int, Array] = field(default_factory=dict)
    """Dropout's factors of A[l], (n, n^l): mask / (1 − rate), for each l with dropout."""
    moments: dict[int, tuple[Array, Array]] = field(default_factory=dict)
    """The mean and the variance by which Z[l] was normalised, for each l that is."""
    Z_hat: dict[int, Array] = field(default_factory=dict)
    """Z[l] brought to mean 0 and variance 1, (n, n^l), for each l that is normalised."""
    V: dict[int, Array] = field(default_factory=dict)
    """gain[l] Z_hat[l] + shift[l], (n, n^l), which f^l is applied to where l is normalised."""
    statistics: Statistics = "batch"
    began_with: BeganWith | None = None
    """What `back_propagate` compares with, of a pass that was asked for by `forward_pass`."""

    def given(self) -> dict[str, Array]:
        """The arrays that the pass began with, by name."""
        named = {"X": self.A[0], "Y": self.Y} | {f"factors[{l}]": factors for l, factors in self.M.items()}
        return named if self.weights is None else named | {"sample_weight": self.weights}

    def taken(self, l: int) -> Array:
        """The input of layer l, (n, m^l): A[l-1] after dropout."""
        return self.A[l - 1] * self.M[l - 1] if l - 1 in self.M else self.A[l - 1]

    def into_f(self, l: int) -> Array:
        """The argument of f^l, (n, n^l): V[l] where layer l is normalised, else Z[l]."""
        return self.V.get(l, self.Z[l])

    def is_fixed(self, net: Network, l: int) -> bool:
        """Whether layer l was normalised by running statistics, which do not depend on the points of this pass."""
        return self.statistics == "running" and net.normalization[l].running


@dataclass(frozen=True)
class Gradients:
    """dL/dW[l] (m, n), dL/dW0[l] (n,), the dL/dZ[l] and dL/dA[l] (points, n) before them, and the gradient as one vector.

    dL/dA[0] (points, m^1) is the derivative by the inputs X.
    """

    dL_dW: dict[int, Array]
    dL_dW0: dict[int, Array]
    dL_dZ: dict[int, Array]
    dL_dA: dict[int, Array]
    flat: Array
    """dL/dW, dL/dW0 (and dL/dgain, dL/dshift, dL/dalpha) laid out as the network's parameters, (p,)."""
    dL_dgain: dict[int, Array] = field(default_factory=dict)
    dL_dshift: dict[int, Array] = field(default_factory=dict)
    dL_dV: dict[int, Array] = field(default_factory=dict)
    dL_dZ_hat: dict[int, Array] = field(default_factory=dict)
    """The links through a normalisation, (points, n), and the gradients (n,) of its gain and shift."""
    dL_dalpha: dict[int, Array] = field(default_factory=dict)
    """The gradient (n,) of an activation's own parameters, for each l that has them."""


def forward_pass(
    net: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    loss: str | Loss,
    *,
    sample_weight: npt.ArrayLike | None = None,
    penalty: str | Penalty | None = None,
    factors: Mapping[int, npt.ArrayLike] | None = None,
    statistics: Statistics = "batch",
) -> ForwardPass:
    """Every value of a forward pass, layer by layer (Definition 4), as in a training step unless asked otherwise.

    X is (n, m^1); Y is values or one-hot rows (n, n^L), or class labels (n,). ValueError where they do not fit.
    `sample_weight` is used as it is given, because these points may be part of a larger set; `train` first scales weights to
    mean 1 over all points, so its loss differs from this one by that factor.
    `factors[l]` (n, n^l) multiplies A[l] before it goes into layer l+1, as `Dropout.factors` gives it.
    With `statistics="running"` batch normalisation uses its running mean and variance, as predictions do.

    >>> net = Network.from_weights([([[2.0]], [1.0])], activations=("identity",))
    >>> fwd = forward_pass(net, X=[[3.0]], Y=[[5.0]], loss="square")
    >>> float(fwd.A[1][0, 0]), float(fwd.loss)
    (7.0, 4.0)
    """
    require_network(net)
    loss_function = find(Loss, loss)
    require_pair(net.f[net.L], loss_function, net.widths[-1])
    X = as_points(X, net.widths[0], net.dtype)
    targets = as_targets(Y, loss_function, points=len(X), outputs=net.widths[-1], dtype=net.dtype)
    weights = as_weights(sample_weight, len(X), net.dtype)
    part = None if penalty is None else find(Penalty, penalty)
    require_choice(statistics, get_args(Statistics), "statistics")
    M = as_factors(factors, len(X), net.widths, net.dtype)
    fwd = traced_forward(net, X, targets.Y, loss_function, weights, part, M, statistics)
    return replace(fwd, began_with=BeganWith.of(net, fwd))


def traced_forward(
    net: Network,
    X: Array,
    Y: Array,
    loss: Loss,
    weights: Array | None = None,
    penalty: Penalty | None = None,
    M: dict[int, Array] | None = None,
    statistics: Statistics = "batch",
) -> ForwardPass:
    """`forward_pass` of checked arguments: X (n, m^1), Y (n, n^L), weights (n,) and dropout's factors M."""
    A, Z, M = {0: X}, {}, M or {}
    moments, Z_hat, V = {}, {}, {}
    for l in net.layers:
        taken = A[l - 1] * M[l - 1] if l - 1 in M else A[l - 1]  # dropout: some units are left out
        Z[l] = taken @ net.W[l] + net.W0[l]  # pre-activation, 7.25
        V[l] = Z[l]
        if l in net.normalization:
            part = net.normalization[l]
            fixed = statistics == "running" and part.running
            moments[l] = (net.running_mean[l][None], net.running_variance[l][None]) if fixed else part.moments(Z[l])
            Z_hat[l] = part.Z_hat(Z[l], *moments[l])  # mean 0, variance 1
            V[l] = net.gain[l] * Z_hat[l] + net.shift[l]
        A[l] = activation_of(net.f[l], V[l])  # activation, 7.21
    losses = point_losses(net, loss, V[net.L], A[net.L], Y)
    penalty = None if penalty is None else penalty.of_batch(len(losses))
    total = mean_loss(losses, weights) + total_penalty(net, penalty)
    V = {l: V[l] for l in net.normalization}
    return ForwardPass(A, Z, Y, losses, total, loss, penalty, weights, M, moments, Z_hat, V, statistics)


def point_losses(net: Network, loss: Loss, Z: Array, A: Array, Y: Array) -> Array:
    """The loss of each point, (n,), from Z and A of the last layer, by the pair's shortcut if it has one (Concept 19)."""
    direct = shortcut(net.f[net.L], loss)
    L = direct.L(Z, Y) if direct else loss.L(A, Y)
    return of_shape(L, (len(A),), loss, "L", "a number for each point, summed over its outputs")


def loss_link(loss: Loss, A: Array, Y: Array) -> Array:
    """dL_i/dA of each point, (n, n^L)."""
    return of_shape(loss.dL_dA(A, Y), A.shape, loss, "dL_dA", "a number for each output of each point")


def activation_of(f: Activation, Z: Array) -> Array:
    """f(Z), (n, n^l)."""
    return of_shape(f.A(Z), Z.shape, f, "A", EACH_UNIT)


def activation_link(f: Activation, dL_dA: Array, Z: Array, A: Array) -> Array:
    """dA/dZ . dL/dA, (n, n^l)."""
    return of_shape(f.dL_dZ(dL_dA, Z, A), Z.shape, f, "dL_dZ", EACH_UNIT)


def alpha_link(f: Learnt, Z: Array, A: Array) -> Array:
    """df/dalpha, (n, n^l)."""
    return of_shape(f.dA_dalpha(Z, A), Z.shape, f, "dA_dalpha", EACH_UNIT)


def penalty_link(penalty: Penalty, W: Array) -> Array:
    """dR/dW, (m, n)."""
    return of_shape(penalty.dR_dW(W), W.shape, penalty, "dR_dW", "that of W")


def mean_loss(losses: Array, weights: Array | None) -> float:
    """The mean over points of w_i L_i."""
    return (losses if weights is None else weights * losses).mean()


def total_penalty(net: Network, penalty: Penalty | None) -> float:
    """R(W) summed over layers; 0 without a penalty."""
    return 0.0 if penalty is None else sum(_penalty_of_layer(penalty, net.W[l]) for l in net.layers)


def _penalty_of_layer(penalty: Penalty, W: Array) -> float:
    R = penalty.R(W)
    of_shape(R, (), penalty, "R", "one number for a layer's weights")  # type: ignore[arg-type]  # a number has a shape
    return R


def back_propagate(net: Network, fwd: ForwardPass, *, long_way: bool = False) -> Gradients:
    """The loss's gradient, link by link from the last layer to the first (Definition 5, Notation 16).

    Every link is computed at the weights of the forward pass; nothing is updated here. ValueError where they, or the points,
    have changed since, or the network is another. `long_way` multiplies the two links of the output pair instead of using its
    shortcut.

    >>> net = Network.from_weights([([[2.0]], [1.0])], activations=("identity",))
    >>> grads = back_propagate(net, forward_pass(net, X=[[3.0]], Y=[[5.0]], loss="square"))
    >>> grads.dL_dW[1], grads.dL_dW0[1]
    (array([[12.]]), array([4.]))
    """
    _require_fresh(net, fwd)
    A, Y, loss = fwd.A, fwd.Y, fwd.loss_function
    direct = None if long_way else shortcut(net.f[net.L], loss)
    share = 1 / len(Y) if fwd.weights is None else fwd.weights[:, None] / len(Y)  # dL/dL_i: the loss is a mean
    dL_dA: dict[int, Array] = {}
    dL_dV: dict[int, Array] = {}
    dL_dZ_hat: dict[int, Array] = {}
    dL_dZ: dict[int, Array] = {}
    dL_dW: dict[int, Array] = {}
    dL_dW0: dict[int, Array] = {}
    dL_dgain: dict[int, Array] = {}
    dL_dshift: dict[int, Array] = {}
    dL_dalpha: dict[int, Array] = {}
    for l in reversed(net.layers):
        if l == net.L:
            with np.errstate(invalid="ignore"):  # 0 * inf: a point of weight 0 with infinite loss
                dL_dA[l] = share * loss_link(loss, A[l], Y)  # loss unit, 7.19
        else:
            dL_dA[l] = dL_dZ[l + 1] @ net.W[l + 1].T  # link layers: dZ^(l+1)/dA^l = W^(l+1), 7.26
        if l in fwd.M:
            dL_dA[l] = fwd.M[l] * dL_dA[l]  # dropout: a unit that was left out passes no gradient back
        if l == net.L and direct:
            dL_dV[l] = share * direct.dL_dZ(A[l], Y)  # loss unit and activation in one, Concept 19
        else:
            dL_dV[l] = activation_link(net.f[l], dL_dA[l], fwd.into_f(l), A[l])  # within layer: dA^l/dZ^l, 7.23
        f = net.f[l]
        if isinstance(f, Learnt):
            dL_dalpha[l] = (alpha_link(f, fwd.into_f(l), A[l]) * dL_dA[l]).sum(axis=0)  # dA^l/dalpha^l is diagonal
        dL_dZ[l] = dL_dV[l]
        if l in net.normalization:
            dL_dgain[l] = (fwd.Z_hat[l] * dL_dV[l]).sum(axis=0)
            dL_dshift[l] = dL_dV[l].sum(axis=0)
            dL_dZ_hat[l] = dL_dV[l] * net.gain[l]  # within layer: dV^l/dẐ^l = diag gain^l
            dL_dZ[l] = normalization_link(net, fwd, l, dL_dZ_hat[l])  # within layer: dẐ^l/dZ^l
        dL_dW[l] = fwd.taken(l).T @ dL_dZ[l]  # get weight gradient: dZ^l/dW^l = A^(l-1), 7.29
        dL_dW0[l] = dL_dZ[l].sum(axis=0)
        if fwd.penalty is not None:
            dL_dW[l] += penalty_link(fwd.penalty, net.W[l])
    dL_dA[0] = dL_dZ[1] @ net.W[1].T * fwd.M.get(0, 1)  # by the inputs: the same link, one layer further
    of = {"W": dL_dW, "W0": dL_dW0, "gain": dL_dgain, "shift": dL_dshift, "alpha": dL_dalpha}
    flat = np.concatenate([of[name][l].ravel() for l, name, _ in net.arrays])
    dL_dV = {l: dL_dV[l] for l in net.normalization}
    return Gradients(dL_dW, dL_dW0, dL_dZ, dL_dA, flat, dL_dgain, dL_dshift, dL_dV, dL_dZ_hat, dL_dalpha)


def _require_fresh(net: Network, fwd: ForwardPass) -> None:
    """TypeError or ValueError for what is no forward pass of this network as it is now."""
    require_network(net)
    if not isinstance(fwd, ForwardPass):
        raise TypeError(f"fwd must be what forward_pass gives; given {fwd!r}")
    if fwd.began_with is not None:
        fwd.began_with.require_unchanged(net, fwd)


def normalization_link(net: Network, fwd: ForwardPass, l: int, dL_dZ_hat: Array) -> Array:
    """dẐ^l/dZ^l . dL/dẐ^l, (n, n^l): also through the mean and the variance where they were computed from Z^l."""
    part, (_, variance) = net.normalization[l], fwd.moments[l]
    if fwd.is_fixed(net, l):
        return part.dL_dZ_fixed(dL_dZ_hat, variance)
    return part.dL_dZ(dL_dZ_hat, fwd.Z_hat[l], variance)
