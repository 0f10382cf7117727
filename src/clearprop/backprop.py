"""The reference: one forward pass that keeps its trace, and back-propagation as the chain rule. Never fast, always right.

Rows are data points. Layer l has W[l] (m, n) and W0[l] (n,); layers count 1..L and A[0] is the input.
The loss is the mean over points of w_i L_i, each L_i summed over outputs, plus the penalty; its gradient is of that number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .formulas.catalogue import Array, find
from .formulas.losses import Loss
from .formulas.penalties import Penalty
from .formulas.shortcuts import shortcut
from .network import Network
from .validation import as_points, as_targets, as_weights, require_pair


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


@dataclass(frozen=True)
class Gradients:
    """dL/dW[l] (m, n), dL/dW0[l] (n,), the links that led there, dL/dZ[l] and dL/dA[l] (points, n), and all in one vector."""

    dL_dW: dict[int, Array]
    dL_dW0: dict[int, Array]
    dL_dZ: dict[int, Array]
    dL_dA: dict[int, Array]
    flat: Array
    """dL/dW and dL/dW0 laid out as the network's parameters, (p,)."""


def forward_pass(
    net: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    loss: str | Loss,
    *,
    sample_weight: npt.ArrayLike | None = None,
    penalty: str | Penalty | None = None,
) -> ForwardPass:
    """Values go forward, layer by layer, and all of them are kept (Definition 4).

    X is (n, m^1); Y is values or one-hot rows (n, n^L), or class labels (n,). ValueError where they do not fit.

    >>> net = Network.from_weights([([[2.0]], [1.0])], activations=("identity",))
    >>> fwd = forward_pass(net, X=[[3.0]], Y=[[5.0]], loss="square")
    >>> float(fwd.A[1][0, 0]), float(fwd.loss)
    (7.0, 4.0)
    """
    loss_function = find(Loss, loss)
    require_pair(net.f[net.L], loss_function, net.widths[-1])
    X = as_points(X, net.widths[0], net.dtype)
    targets = as_targets(Y, loss_function, points=len(X), outputs=net.widths[-1], dtype=net.dtype)
    weights = as_weights(sample_weight, len(X), net.dtype)
    part = None if penalty is None else find(Penalty, penalty)
    return traced_forward(net, X, targets.Y, loss_function, weights, part)


def traced_forward(
    net: Network, X: Array, Y: Array, loss: Loss, weights: Array | None = None, penalty: Penalty | None = None
) -> ForwardPass:
    """`forward_pass` behind the border: X (n, m^1), Y (n, n^L) and weights (n,) have been checked."""
    A, Z = {0: X}, {}
    for l in net.layers:
        Z[l] = A[l - 1] @ net.W[l] + net.W0[l]  # pre-activation, 7.25
        A[l] = net.f[l].A(Z[l])  # activation, 7.21
    losses = point_losses(net, loss, Z[net.L], A[net.L], Y)
    total = mean_loss(losses, weights) + total_penalty(net, penalty)
    return ForwardPass(A, Z, Y, losses, total, loss, penalty, weights)


def point_losses(net: Network, loss: Loss, Z: Array, A: Array, Y: Array) -> Array:
    """The loss of each point, (n,), from the last layer's Z and A: by the pair's shortcut where it has one (Concept 19)."""
    direct = shortcut(net.f[net.L], loss)
    return direct.L(Z, Y) if direct else loss.L(A, Y)


def mean_loss(losses: Array, weights: Array | None) -> float:
    """The mean over points of w_i L_i."""
    return (losses if weights is None else weights * losses).mean()


def total_penalty(net: Network, penalty: Penalty | None) -> float:
    """R(W) summed over layers; 0 without a penalty."""
    return 0.0 if penalty is None else sum(penalty.R(net.W[l]) for l in net.layers)


def back_propagate(net: Network, fwd: ForwardPass, *, long_way: bool = False) -> Gradients:
    """The loss's gradient, link by link from the last layer to the first (Definition 5, Notation 16).

    Every link is taken at the weights of the forward pass; nothing is updated here. `long_way` does without the
    output pair's shortcut and multiplies its two links.

    >>> net = Network.from_weights([([[2.0]], [1.0])], activations=("identity",))
    >>> grads = back_propagate(net, forward_pass(net, X=[[3.0]], Y=[[5.0]], loss="square"))
    >>> grads.dL_dW[1], grads.dL_dW0[1]
    (array([[12.]]), array([4.]))
    """
    A, Z, Y, loss = fwd.A, fwd.Z, fwd.Y, fwd.loss_function
    direct = None if long_way else shortcut(net.f[net.L], loss)
    share = 1 / len(Y) if fwd.weights is None else fwd.weights[:, None] / len(Y)  # dL/dL_i: the loss is a mean
    dL_dA: dict[int, Array] = {}
    dL_dZ: dict[int, Array] = {}
    dL_dW: dict[int, Array] = {}
    dL_dW0: dict[int, Array] = {}
    for l in reversed(net.layers):
        if l == net.L:
            with np.errstate(invalid="ignore"):  # 0 * inf: a point of weight 0, sure and wrong
                dL_dA[l] = share * loss.dL_dA(A[l], Y)  # loss unit, 7.19
        else:
            dL_dA[l] = dL_dZ[l + 1] @ net.W[l + 1].T  # link layers: dZ^(l+1)/dA^l = W^(l+1), 7.26
        if l == net.L and direct:
            dL_dZ[l] = share * direct.dL_dZ(A[l], Y)  # loss unit and activation in one, Concept 19
        else:
            dL_dZ[l] = net.f[l].dL_dZ(dL_dA[l], Z[l], A[l])  # within layer: dA^l/dZ^l, 7.23
        dL_dW[l] = A[l - 1].T @ dL_dZ[l]  # get weight gradient: dZ^l/dW^l = A^(l-1), 7.29
        dL_dW0[l] = dL_dZ[l].sum(axis=0)
        if fwd.penalty is not None:
            dL_dW[l] += fwd.penalty.dR_dW(net.W[l])
    flat = np.concatenate([part[l].ravel() for l in net.layers for part in (dL_dW, dL_dW0)])
    return Gradients(dL_dW, dL_dW0, dL_dZ, dL_dA, flat)
