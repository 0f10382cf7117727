"""Questions before a phase is shown: the next factor, a shape, a sign, an order; and what each wrong answer computes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...formulas.catalogue import Array
from ..notation.numbers import number
from ..notation.symbols import Written, shape_of
from ..trace.equations import factor_symbol
from ..trace.passes import Factor, Link, Product
from ..trace.record import Step
from .json_values import Plain, formula_json, in_script
from .spoken import place_of_largest

WRONG = 2
"""Wrong factors beside the right one."""


def of_link(trace: Step, l: int, link: Link) -> list[Plain]:
    """Which factor comes next; at the loss unit which sign its largest entry has."""
    if link.role == "loss unit":
        return _sign(trace, link)
    choices = _with_neighbours(trace, l, link)
    if not link.name.startswith("dZ_dA"):
        return [_asked("factor", "Which factor is multiplied on next?", choices)]
    struck = trace.header.own.of("dW_dA", link.l)
    choices.append(_option(struck, "A weight is not a function of an input: there is no way through it."))
    asked = [_asked("factor", "Which factor is multiplied on next?", choices)]
    product = next(each for each in trace.backward[l].steps if _has(each, link))
    return asked if trace.is_chain else [*asked, *_order(trace, product)]


def mixed(question: Plain, by: int) -> Plain:
    """The question with its choices in another order, so that the right one has no place of its own."""
    choices = question["choices"]
    at = by % len(choices)
    return question | {"choices": choices[at:] + choices[:at]}


def _has(product: Product, link: Link) -> bool:
    return any((each.name, each.l) == (link.name, link.l) for each in product.factors)


def of_gradient(trace: Step, product: Product) -> list[Plain]:
    """Order and transpose of a weight gradient, and its shape; in a chain of scalars the factor that ends it."""
    link = next(trace.links[each.name, each.l] for each in product.factors if not each.name.startswith("dL_d"))
    if trace.is_chain:
        return [_asked("factor", "Which factor ends this chain in a gradient?", _with_neighbours(trace, link.l, link))]
    return [*_order(trace, product), *_shape(trace, product)]


def of_update(trace: Step) -> list[Plain]:
    """The sign of the step, at the weight that moves most; asked of plain descent, where the step is the gradient's."""
    if not trace.rule.plain:
        return []
    sizes = {l: np.abs(np.nan_to_num(update.dW)) for l, update in trace.update.items()}
    l = max(sizes, key=lambda each: float(sizes[each].max()))
    place = np.unravel_index(int(np.argmax(sizes[l])), sizes[l].shape)
    w, change = float(trace.forward[l].W[place]), trace.header.eta * float(trace.update[l].dW[place])
    own, turned = trace.header.symbols, trace.header.layout == "numerator"
    W, slope, L = own.of("W", l), own.of("dL_dW", l, transposed=turned), in_script(own.of("L"))
    up, down = (W + Written(*sign) + own.of("eta") + slope for sign in (("+", "+"), ("−", "-")))
    wrong = f"Uphill: the weight that moves most would go from {number(w)} to {number(w + change)}, the way in which {L} grows."
    right = f"Against the gradient: the weight that moves most goes from {number(w)} to {number(w - change)}."
    return [_asked("sign", f"What becomes of {W.plain}?", [_option(up, wrong), _option(down, right, right=True)])]


def _with_neighbours(trace: Step, l: int, link: Link) -> list[Plain]:
    """The link among others that one may take for it, those beside it on the way back; the right one is the second."""
    layers = (trace.backward[k] for k in range(trace.L, 0, -1))
    way = [each for layer in layers for each in (*layer.links, layer.weight_link)]
    place, found = way.index(link), list[Plain]()
    for other in (*way[place + 1 : place + 3], *way[max(place - 2, 1) : place][::-1]):
        says = _instead(trace, link, other) if abs(other.l - l) <= 1 else None
        if says is not None and len(found) < WRONG:
            found.append(_choice(trace, other, says))
    return [*found[:1], _choice(trace, link, ""), *found[1:]]


def _instead(trace: Step, link: Link, other: Link) -> str | None:
    """What multiplying another link on would compute; None where that is the same."""
    came = _came(trace, link)
    if other.name == "dZ_dW":
        return "It ends a chain in a weight gradient, so that no way back would be left."
    first, second = (other.value, came) if trace.header.layout == "denominator" else (came, other.value)
    if first.shape[1] != second.shape[0]:
        return f"{shape_of(first.shape)} times {shape_of(second.shape)} has no value: the inner sides differ."
    with np.errstate(all="ignore"):
        found = first @ second
        right = link.value @ came if trace.header.layout == "denominator" else came @ link.value
    if _same(found, right):
        return None
    return f"That computes {_few(found)}, but the gradient stands at another unit now."


def _came(trace: Step, link: Link) -> Array:
    """What the link is multiplied on to."""
    for layer in trace.backward.values():
        for product in (*layer.steps, layer.weights):
            if _has(product, link):
                return next(each.value for each in product.factors if (each.name, each.l) != (link.name, link.l))
    return link.value


def _choice(trace: Step, link: Link, says: str) -> Plain:
    symbol = trace.header.own.of(link.name, link.l)
    return _option(symbol, says or f"{in_script(symbol)} = {in_script(link.formula)}: {link.reason}.", right=not says)


def _order(trace: Step, product: Product) -> list[Plain]:
    """The product as it is, and as it is with a piece turned or with both swapped."""
    factors, symbol = product.factors, trace.header.own.of(product.name, product.l)
    if len(factors) != 2:
        return []
    ways = [_turned(factors, which) for which in ((1, 0), (0, 0), (0, 1))] + [_turned(factors[::-1], (0, 0))]
    choices = []
    for place, way in enumerate(ways):
        says = _right(way, product) if place == 1 else _computed(way, product, symbol)
        if says is not None:
            choices.append(_option(_side_by_side(trace, way), says, right=place == 1))
    return [_asked("transpose", f"In which order, and what is transposed, to get {in_script(symbol)}?", choices)]


def _right(factors: Sequence[Factor], product: Product) -> str:
    first, second = (shape_of(each.value.shape) for each in factors)
    return f"{first} times {second} gives {shape_of(product.value.shape)}."


def _side_by_side(trace: Step, factors: Sequence[Factor]) -> Written:
    written = [factor_symbol(trace, each) for each in factors]
    return Written(" ".join(each.plain for each in written), r"\,".join(each.latex for each in written))


def _turned(factors: Sequence[Factor], which: tuple[int, int]) -> list[Factor]:
    return [
        Factor(each.name, each.l, each.value.T, not each.transposed) if turn else each
        for each, turn in zip(factors, which, strict=True)
    ]


def _computed(factors: Sequence[Factor], product: Product, symbol: Written) -> str | None:
    """What a wrong order gives; None where it gives the same numbers."""
    first, second = (each.value for each in factors)
    shapes = f"{shape_of(first.shape)} times {shape_of(second.shape)}"
    if first.shape[1] != second.shape[0]:
        return f"{shapes} has no value: {first.shape[1]} meets {second.shape[0]}."
    with np.errstate(all="ignore"):
        found = first @ second
    if found.shape != product.value.shape:
        wanted = f"{in_script(symbol)} is {shape_of(product.value.shape)}"
        return f"{shapes} computes {_few(found)}, {shape_of(found.shape)}; {wanted}."
    if _same(found, product.value):
        return None
    return f"It has the right shape and the wrong numbers: {_few(found)} instead of {_few(product.value)}."


def _few(array: Array) -> str:
    """The first few values."""
    values = [number(float(each)) for each in array.ravel()[:3]]
    text = ", ".join(values)
    return text if array.size == 1 else f"({text}{', …' if array.size > len(values) else ''})"


def _shape(trace: Step, product: Product) -> list[Plain]:
    """The shape of a gradient, beside its transpose and that of one number."""
    rows, columns = product.value.shape
    symbol, W = trace.header.own.of(product.name, product.l), trace.header.own.of("W", product.l)
    if rows == columns or product.name != "dL_dW":
        return []
    right = f"A row for each row of the first factor, a column for each column of the second: {rows} × {columns}."
    wrong = f"{columns} × {rows} is the transpose: it belongs to the other layout or the other way to write {W.plain}."
    one = "1 × 1 is what a row times a column gives: one number. Each weight has a derivative of its own."
    choices = [
        _text(f"{columns} × {rows}", wrong),
        _text(f"{rows} × {columns}", right, right=True),
        _text("1 × 1", one),
    ]
    return [_asked("shape", f"What is the shape of {in_script(symbol)}?", choices)]


def _sign(trace: Step, link: Link) -> list[Plain]:
    """Which sign dL/da has for the output that matters most."""
    values, own = np.nan_to_num(link.value.ravel()), trace.header.own
    if not values.any() or trace.header.y.size != values.size:  # a loss may take two outputs for one target
        return []
    unit = place_of_largest(values)
    a = own.of("A", link.l) if trace.is_chain else own.entry("A", link.l, (unit + 1,))
    L, grows = in_script(own.of("L")), bool(values[unit] > 0)
    now, wanted = (number(float(each.ravel()[unit])) for each in (trace.forward[link.l].A, trace.header.y))
    stands = f"{a.plain} is {now} and its target is {wanted}"
    right, wrong = ("grows", "falls") if grows else ("falls", "grows")
    says = {
        grows: f"{stands}. The derivative is {number(float(link.value.ravel()[unit]))}: {L} {right} when {a.plain} grows.",
        not grows: f"That would mean that {L} {wrong} when {a.plain} grows. {stands}.",
    }
    words = {True: "positive", False: "negative"}
    choices = [_text(words[sign], says[sign], right=sign == grows) for sign in (True, False)]
    return [_asked("sign", f"Which sign has ∂{L}/∂{a.plain}?", choices)]


def _asked(kind: str, asks: str, choices: list[Plain]) -> Plain:
    return {"kind": kind, "asks": asks, "choices": choices}


def _option(symbol: Written, says: str, *, right: bool = False) -> Plain:
    return {"written": formula_json(symbol), "says": says, "right": right}


def _text(text: str, says: str, *, right: bool = False) -> Plain:
    return _option(Written(text, rf"\text{{{text}}}"), says, right=right)


def _same(found: Array, right: Array) -> bool:
    """Whether two arrays are one value, whatever the order of the sums in it."""
    return found.shape == right.shape and bool(np.allclose(found, right, rtol=1e-9, atol=1e-12, equal_nan=True))
