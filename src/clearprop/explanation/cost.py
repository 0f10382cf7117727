"""What the product costs in multiplications, begun at the loss and begun at the layer: why backward is the cheap order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..formulas.activations import Elementwise
from ..network import Network
from .trace import Cost, LayerCost


def cost_of(net: Network) -> Cost:
    """Multiplications of scalars for every dL/dZ^l of one point, and for the rest of the step."""
    layers = tuple(LayerCost(l, _from_loss(net, l), _to_loss(net, l), _reused(net, l)) for l in net.layers)
    from_loss, to_loss, reused = (
        sum(getattr(each, name) for each in layers) for name in ("from_loss", "to_loss", "reused")
    )
    weights = sum(net.W[l].size for l in net.layers)
    return Cost(layers, from_loss, to_loss, reused, forward=weights, weights=weights, reason=_reason(layers, net))


def _sizes(net: Network, l: int) -> list[int]:
    """The lengths between which the links of dL/dZ^l lead: n^l, n^l, n^(l+1), n^(l+1), ..., n^L, and the loss, 1."""
    inner = [size for k in range(l, net.L + 1) for size in (net.widths[k], net.widths[k])]
    return [*inner, 1]


def _from_loss(net: Network, l: int) -> int:
    """A matrix times a vector, each time."""
    sizes = _sizes(net, l)[:-1]
    return sum(rows * columns for rows, columns in pairwise(sizes))


def _to_loss(net: Network, l: int) -> int:
    """A matrix times a matrix, each time but the last."""
    sizes = _sizes(net, l)
    return sum(sizes[0] * inner * outer for inner, outer in pairwise(sizes[1:]))


def _reused(net: Network, l: int) -> int:
    """What is left when dL/dZ^(l+1) is known, and a diagonal matrix is multiplied entry by entry."""
    n = net.widths[l]
    within = n if isinstance(net.f[l], Elementwise) else n * n
    return within + (net.W[l + 1].size if l < net.L else 0)


def _reason(layers: Sequence[LayerCost], net: Network) -> str:
    first = layers[0]
    if set(net.widths[1:]) == {1}:
        return "every factor is a number, so all orders cost the same; what is saved is what layers share (Notation 11)"
    if first.to_loss <= first.from_loss:
        return "with so few outputs and one layer both orders cost about the same; what is saved is what layers share"
    times = first.to_loss / first.from_loss
    return (
        "the loss is one number, so begun there every product is a matrix times a vector; begun at the layer it is a matrix "
        f"times a matrix, {times:.3g} times as much for layer 1, and nothing of it could be used again for another layer"
    )
