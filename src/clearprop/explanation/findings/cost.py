"""What the product costs in multiplications, begun at the loss and begun at the layer: why backward is the cheap order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...network import Network
from ..notation.sentences import Number, Sentence, say
from ..notation.symbols import Symbols
from ..trace.around import Cost, LayerCost
from ..trace.passes import Link
from .backward import links_of
from .passes import Passes


def cost_of(passes: Passes) -> Cost:
    """Multiplications of scalars for every dL/dZ^l of one point, and for the rest of the step."""
    net, links = passes.net, {l: links_of(passes, l) for l in passes.net.layers}
    layers = tuple(LayerCost(l, *_orders(links, l), _reused(links, l)) for l in net.layers)
    from_loss, to_loss, reused = (
        sum(getattr(each, name) for each in layers) for name in ("from_loss", "to_loss", "reused")
    )
    weights = sum(net.W[l].size for l in net.layers)
    return Cost(
        layers, from_loss, to_loss, reused, forward=weights, weights=weights, why=_why(layers, net, passes.symbols)
    )


def _orders(links: Mapping[int, Sequence[Link]], l: int) -> tuple[int, int]:
    """Begun at the loss, a matrix times a vector each time; begun at the layer, a matrix times a matrix each time."""
    L = max(links)
    product = [link for k in range(L, l - 1, -1) for link in links[k]]
    sizes = [link.value.size for link in product[1:]]  # the first one is the vector dL/dA
    n = links[l][-1].value.shape[0]  # the last link within a layer is square
    # A product begun at the layer has n rows at every time, so each further link costs n times its own numbers.
    return sum(sizes), sum(n * size for size in sizes[:-1][::-1]) + n * product[0].value.size


def _reused(links: Mapping[int, Sequence[Link]], l: int) -> int:
    """What is left when dL/dZ^(l+1) is known, and a diagonal matrix is multiplied entry by entry."""
    new = links[l][1:] if l == max(links) else links[l]
    return sum(len(link.value) if link.structure == "diagonal" else link.value.size for link in new)


def _why(layers: Sequence[LayerCost], net: Network, symbols: Symbols) -> Sentence:
    first = layers[0]
    if set(net.widths[1:]) == {1}:
        return say(
            "every factor is a number, so all orders cost the same; what is saved is what layers share (Notation 11)"
        )
    if first.to_loss <= first.from_loss:
        return say(
            "with so few outputs and one layer both orders cost about the same; what is saved is what layers share"
        )
    times = first.to_loss / first.from_loss
    words = (
        "the loss is one number, so a product that begins there is always a matrix times a vector; one that begins at the "
        "layer is a matrix times a matrix, {times} times as much for layer {l}, and no other layer can use it again"
    )
    return say(words, times=Number(times, "three"), l=Number(symbols.notation.first_layer, "whole"))
