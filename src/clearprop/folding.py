"""Plain layers, f(A W + W₀) and nothing else, that compute the same function as a network with more in it.

A normalisation by fixed numbers, a trainable slope, and a scaling before the first layer or after the last are linear maps, so
they fit into the weights beside them. What is no linear map is refused with the reason. Nothing is trained or changed here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .formulas.activations import Activation, Elementwise, Identity, LeakyReLU, ReLU
from .formulas.catalogue import Array
from .formulas.learnt_activations import Learnt, Parametric, PReLU
from .formulas.normalizations import BatchNorm
from .formulas.scalings import Scaling
from .network import Network


class CannotFold(ValueError):
    """There are no plain layers that compute this function; the message says what stands in the way."""


@dataclass(frozen=True)
class Layer:
    """W (m, n) and W0 (n,) in float64, and the activation f of one plain layer."""

    W: Array
    W0: Array
    f: Activation


def folded(
    net: Network,
    scaling: tuple[Scaling, Array, Array] | None = None,
    target: tuple[Array, Array] | None = None,
    *,
    outputs: int | None = None,
) -> Network:
    """Plain layers that compute `net` on scaled inputs, with outputs brought back to the target's unit; float64.

    `scaling` is a part with the centre and the factor of each input, (m,) each; `target` is the mean and the scale of each
    output, (n^L,) each: A^L · scale + mean. Of several outputs only the first `outputs` are kept, where that is given.
    CannotFold where a part is no linear map. A layer of PReLUs with slopes of their
    own becomes one of twice as many ReLUs, because α-below-0 is relu(z) − α relu(−z); and a target's scale behind an output
    activation becomes one more layer.

    The result is float64: where inputs are far from 0 for their spread, x · factor − centre · factor loses digits that
    (x − centre) · factor keeps.

    >>> net = Network.from_weights([([[1.0], [1.0]], [0.0])], ("identity",))
    >>> plain = folded(net, target=(np.array([10.0]), np.array([2.0])))
    >>> plain.W[1].tolist(), plain.W0[1].tolist()
    ([[2.0], [2.0]], [10.0])
    """
    layers = _plain_layers(net)
    if outputs is not None and outputs < net.widths[-1]:
        layers[-1] = _first_outputs(layers[-1], outputs)
    if scaling is not None:
        layers[0] = _scaled_before(layers[0], *scaling)
    if target is not None:
        layers = _scaled_after(layers, *target)
    return Network.from_weights([(each.W, each.W0) for each in layers], [each.f for each in layers])


def _plain_layers(net: Network) -> list[Layer]:
    """The layers of a network, its normalisations and trainable slopes in the weights."""
    layers: list[Layer] = []
    below: Array | None = None
    for l in net.layers:
        W, W0 = _normalized(net, l)
        if below is not None:  # the layer before has become relu(z), relu(−z), and gives relu(z) − below · relu(−z)
            W = np.vstack([W, -below[:, None] * W])
        W, W0, f, below = _with_plain_activation(W, W0, net.f[l])
        layers.append(Layer(W, W0, f))
    if below is not None:
        n = len(below)
        layers.append(Layer(np.vstack([np.eye(n), -np.diag(below)]), np.zeros(n), Identity()))
    return layers


def _normalized(net: Network, l: int) -> tuple[Array, Array]:
    """W and W0 of layer l with its normalisation, gain · (z − μ) / √(σ² + ε) + shift, in them."""
    W, W0 = net.W[l].astype(np.float64), net.W0[l].astype(np.float64)
    if l not in net.normalization:
        return W, W0
    part = net.normalization[l]
    if type(part) is not BatchNorm:
        raise CannotFold(
            f"layer {l} is normalised by {part}, whose mean and variance are those of the point itself, so it is not a linear "
            "map of the layer's input; plain layers for it do not exist"
        )
    factor = net.gain[l] / np.sqrt(net.running_variance[l].astype(np.float64) + part.epsilon)
    return W * factor, (W0 - net.running_mean[l]) * factor + net.shift[l]


def _with_plain_activation(W: Array, W0: Array, f: Activation) -> tuple[Array, Array, Activation, Array | None]:
    """The layer with an activation that has nothing trainable; last the slopes below 0 where it has become pairs of ReLUs."""
    if not isinstance(f, Learnt):
        return W, W0, f, None
    alpha = np.asarray(f.alpha, np.float64)
    if type(f) is Parametric and (alpha == 1).all():
        return W, W0, f.of, None
    slopes = _slopes_below(f, alpha)
    if slopes is None:
        raise CannotFold(
            f"{f.name} has a trained alpha for each unit, and mixes two functions by it; "
            "no activation without trainable parameters is that mix"
        )
    first = float(slopes[0])
    if (slopes == first).all() and 0 <= first <= 1:
        return W, W0, ReLU() if first == 0 else Identity() if first == 1 else LeakyReLU(first), None
    return np.hstack([W, -W]), np.concatenate([W0, -W0]), ReLU(), slopes


def _slopes_below(f: Learnt, alpha: Array) -> Array | None:
    """The slope of each unit for z < 0, (n,), of an activation that is z itself above 0; None for any other."""
    if type(f) is PReLU:
        return alpha
    if type(f) is not Parametric:
        return None
    if (alpha == 0).all():
        return np.ones_like(alpha)
    slope = {ReLU: 0.0, Identity: 1.0}.get(type(f.of), f.of.slope if type(f.of) is LeakyReLU else None)
    return None if slope is None else (1 - alpha) + alpha * slope


def _first_outputs(last: Layer, outputs: int) -> Layer:
    """The last layer without the outputs behind the first ones."""
    if not isinstance(last.f, Elementwise):
        raise CannotFold(f"{last.f} joins all outputs, so none of them can be left out")
    return Layer(last.W[:, :outputs], last.W0[:outputs], last.f)


def _scaled_before(first: Layer, part: Scaling, centre: Array, factor: Array) -> Layer:
    """The first layer with (x − centre) · factor in its weights."""
    if type(part).scaled is not Scaling.scaled:
        raise CannotFold(
            f"inputs are scaled by {part}, which is not a linear map of them; plain layers for it do not exist"
        )
    wide = factor.astype(np.float64)
    return Layer(first.W * wide[:, None], first.W0 - (centre * wide) @ first.W, first.f)


def _scaled_after(layers: list[Layer], mean: Array, scale: Array) -> list[Layer]:
    """The layers with A · scale + mean in the last one's weights, or as one more layer behind an activation."""
    last = layers[-1]
    if type(last.f) is Identity:
        return [*layers[:-1], Layer(last.W * scale, last.W0 * scale + mean, last.f)]
    return [*layers, Layer(np.diag(scale.astype(np.float64)), mean.astype(np.float64), Identity())]
