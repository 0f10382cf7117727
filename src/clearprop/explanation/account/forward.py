"""Values going forward, layer by layer: formula, shapes, values, and how much of a gradient each unit passes back."""

from __future__ import annotations

from ..notation.sentences import Bars, Count, Number, Shape, chain, say
from ..notation.symbols import Written
from ..trace.equations import linear, scaling
from ..trace.passes import ForwardLayer, Normalized, Zone
from ..trace.values import key_of
from .blocks import Block, Equation, Item, List, Note, Operand, Product, Title
from .story import Story

SCALED_MASK = Written("m / (1 − rate)", r"\frac{m}{1 - \mathrm{rate}}", r"m / (1 - \mathrm{rate})")
ZONES = {"active": "active", "off": "off at this point", "saturated": "saturated"}
FEW_UNITS = 3


def forward(story: Story) -> list[Block]:
    """The forward pass at the point shown."""
    shape = None if story.chain else say("{shape}", shape=Shape(story.trace.header.x.shape))
    start = Equation(
        story.symbols.of("A", 0), story.symbols.of("X"), number=story.scalar("A", 0), shapes=shape, tone="forward"
    )
    blocks: list[Block] = [Title(say("Forward"), tone="forward"), start]
    if story.trace.kept is not None:
        blocks += _left_out(story, 0)
    for layer in story.trace.forward.values():
        blocks += [story.layer_title(layer.l), *_to_Z(story, layer), *_to_A(story, layer), *_zones(layer)]
    return blocks


def _to_Z(story: Story, layer: ForwardLayer) -> list[Block]:
    """Z = W^T A + W0, and A behind it where nothing stands between."""
    summed = weighed(story, layer)
    if story.chain:
        return [summed]
    equation = linear_equation(story, layer)
    if layer.normalized is not None:
        return [equation, summed]
    to_A = story.operand("→", "A", layer.l, "forward")
    return [equation, activation_equation(story, layer), Product((*summed.operands, to_A))]


def weighed(story: Story, layer: ForwardLayer) -> Product:
    """W^T A + W0 = Z in numbers."""
    symbols, l, out_in = story.symbols, layer.l, story.symbols.notation.out_in
    W = Operand("", symbols.of("W", l, transposed=not out_in), key_of("W", l), transposed=not out_in)
    operands = [
        W,
        story.operand("·" if story.chain else "", story.trace.taken(l), l - 1, "forward"),
        story.operand("+", "W0", l),
        story.operand("=", "Z", l, "forward"),
    ]
    return Product(tuple(operands), story.chain)


def linear_equation(story: Story, layer: ForwardLayer) -> Equation:
    """Z = W^T A + W0 in symbols, with its shapes."""
    l, out_in = layer.l, story.symbols.notation.out_in
    m, n = story.trace.header.widths[l - 1 : l + 1]
    words = "({W}) ({A}) + ({Z}) = {Z}" if out_in else "({W})ᵀ ({A}) + ({Z}) = {Z}"
    shapes = say(words, W=Shape((n, m) if out_in else (m, n)), A=Shape((m, 1)), Z=Shape((n, 1)))
    return Equation(
        story.symbols.of("Z", l), linear(l, story.symbols, story.trace.taken(l)), shapes=shapes, tone="forward"
    )


def activation_equation(story: Story, layer: ForwardLayer) -> Equation:
    """A = f(Z), or f(V)."""
    l, right, shape = layer.l, layer.formula, say("{n}", n=Shape(layer.A.shape))
    reason = None
    if layer.normalized is not None:
        reason = say("f is applied to {V}", V=story.symbols.of("V", l))
    return Equation(
        story.symbols.of("A", l),
        right,
        number=story.scalar("A", l),
        shapes=None if story.chain else shape,
        reason=reason,
        tone="forward",
    )


def _to_A(story: Story, layer: ForwardLayer) -> list[Block]:
    """What stands between Z and A, what f learns, and what dropout leaves of A."""
    l, blocks = layer.l, list[Block]()
    if layer.normalized is not None:
        blocks += _normalized(story, layer, layer.normalized)
    elif story.chain:
        blocks.append(activation_equation(story, layer))
    if layer.alpha is not None:
        each = "a number that is learnt" if layer.alpha.size == 1 else "learnt, a number for each unit"
        blocks += [Note(say(each), "quiet"), Product((story.operand("", "alpha", l),), story.chain)]
    if layer.kept is not None:
        blocks += _left_out(story, l)
    return blocks


def _normalized(story: Story, layer: ForwardLayer, own: Normalized) -> list[Block]:
    """Z_hat and V, which stand between Z and A."""
    l, symbols = layer.l, story.symbols
    Z_hat, V = symbols.of("Z_hat", l), symbols.of("V", l)
    to_Z_hat = (
        story.operand("", "Z", l, "forward"),
        story.operand("→", "Z_hat", l, "forward"),
        story.operand(",", "mean", l),
        story.operand(",", "variance", l),
    )
    to_V = (
        story.operand("", "V", l, "forward"),
        story.operand("=", "gain", l),
        story.operand("⊙", "Z_hat", l, "forward"),
        story.operand("+", "shift", l),
        story.operand("→", "A", l, "forward"),
    )
    return [
        Equation(Z_hat, own.formula, lead=own.name, source=own.source, tone="forward"),
        Product(to_Z_hat, story.chain),
        Equation(V, scaling(symbols, l), tone="forward"),
        activation_equation(story, layer),
        Product(to_V[:4] if story.chain else to_V, story.chain),
    ]


def _left_out(story: Story, l: int) -> list[Block]:
    """What dropout leaves of A for the next layer."""
    words = "dropout: what layer {l} takes; {M} = {scaled}, where the mask m leaves some units out"
    said = say(words, l=Number(story.number_of(l + 1), "whole"), M=story.symbols.of("kept", l), scaled=SCALED_MASK)
    taken = story.operand("", "A_taken", l, "forward")
    kept = story.operand("=", "kept", l)
    return [Note(said, "quiet"), Product((taken, kept, story.operand("⊙", "A", l, "forward")), story.chain)]


def _zones(layer: ForwardLayer) -> list[Block]:
    """How much of a gradient each unit passes back at this point, and those that pass back little or none."""
    zones = layer.zones
    if len(zones) == 1 and zones[0].zone == "active":
        return []
    counts = [
        say(f"{{some}} {said}", some=Count(some, len(zones), "unit"))
        for zone, said in ZONES.items()
        if (some := sum(each.zone == zone for each in zones))
    ]
    lets = say("passes back {bars}  ", bars=Bars(tuple(1 - zone.depth for zone in zones)))
    telling = [zone for zone in zones if zone.zone != "active"]
    items = [_unit(zone) for zone in telling[:FEW_UNITS]]
    if len(telling) > FEW_UNITS:
        items.append(Item(say("and {n} more", n=Number(len(telling) - FEW_UNITS, "whole"))))
    listed: list[Block] = [List(tuple(items))] if items else []
    return [Note(chain([lets, chain(counts, ", ")], "")), *listed]


def _unit(zone: Zone) -> Item:
    said = say(f"unit {{unit}}: {ZONES[zone.zone]}", unit=Number(zone.unit, "whole"))
    return Item(chain([said, zone.why], ", "))
