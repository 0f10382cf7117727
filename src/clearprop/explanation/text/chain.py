"""A chain of single neurons as text: every value is a scalar, so each gradient is one product of numbers (7.18, 7.30)."""

from __future__ import annotations

from ...formulas.catalogue import Array
from ..notation.numbers import disagreement, number
from ..trace.passes import BackwardLayer, ForwardLayer, Link
from ..trace.record import Trace
from .boxes import Box, flow, grid, stack, word
from .passes import fraction_box, layer_title, write_derivation, write_zones
from .terminal import INDENT, Page

ROLE = 21
"""Columns for a link's role."""


def write_chain_forward(page: Page, trace: Trace) -> None:
    """Every value as a formula and a number."""
    page.title("Forward", "forward")
    page.line((f"{trace.header.symbols.of('A', 0).plain} = x = {_value(page, trace.header.x)}", "forward"))
    for layer in trace.forward.values():
        _forward(page, trace, layer)


def write_chain_backward(page: Page, trace: Trace) -> None:
    """Every link with its value, and every gradient as one product."""
    page.title("Backward", "backward")
    for l in range(trace.L, 0, -1):
        _backward(page, trace, trace.backward[l])


def _forward(page: Page, trace: Trace, layer: ForwardLayer) -> None:
    symbols, l = trace.header.symbols, layer.l
    z, a, w, w0, a_prev = (symbols.of(*each).plain for each in _own_letters(l))
    W, A_prev, W0 = (_value(page, each) for each in (layer.W, layer.A_prev, layer.W0))
    layer_title(page, trace, l)
    page.line(
        (f"{z} = {w} {a_prev} + {w0} = {_signed(W)} · {_signed(A_prev)} + {_signed(W0)} = ", ""),
        (_value(page, layer.Z), "forward"),
    )
    page.line((f"{a} = {layer.formula.plain} = ", ""), (_value(page, layer.A), "forward"))
    if layer.alpha is not None:
        page.line((f"with {symbols.of('alpha', l).plain} = {_value(page, layer.alpha)}, which is learnt", "quiet"))
    write_zones(page, layer)


def _own_letters(l: int) -> list[tuple[str, int]]:
    return [("Z", l), ("A", l), ("W", l), ("W0", l), ("A", l - 1)]


def _backward(page: Page, trace: Trace, layer: BackwardLayer) -> None:
    symbols = trace.header.symbols
    layer_title(page, trace, layer.l)
    for link in (*layer.links, layer.weight_link):
        value, formula = _value(page, link.value), link.formula.plain
        equal = formula if formula == value else f"{formula} = {value}"
        _fact(page, link.role, f"{symbols.of(link.name, link.l).plain} = {equal}", link.source, link.reason)
    shortcut = layer.shortcut
    if shortcut is not None:
        dL_dz = symbols.of("dL_dZ", layer.l).plain
        written = f"{dL_dz} = {shortcut.formula.plain} = {_value(page, shortcut.value)}"
        agree = "" if shortcut.difference is None else f"; both ways agree {disagreement(shortcut.difference)}"
        _fact(page, "shortcut", written, "Concept 19", f"{shortcut.name}: {shortcut.reason}{agree}")
        write_derivation(page, shortcut, ROLE + 2)
    _product(page, trace, layer)


def _fact(page: Page, role: str, written: str, source: str, reason: str) -> None:
    page.line((f"{role:<{ROLE}}", "strong"), (written, "backward"), (f"   {source}", "quiet"))
    page.prose(reason, indent=ROLE + 2)


def _product(page: Page, trace: Trace, layer: BackwardLayer) -> None:
    """dL/dw^l: symbol, role, formula (7.30) and number of every factor under one another, from the loss to the weight."""
    l, symbols = layer.l, trace.header.symbols
    own = (*layer.links, layer.weight_link)
    factors = [*(trace.links[each] for each in layer.product), layer.weight_link]
    page.blank()
    page.prose("From the loss to the weight (7.18), with formulas (7.30) and numbers:", "quiet")
    columns = [_column(page, trace, link, "backward" if link in own else "shared") for link in factors]
    terms = [[_signs("·" if index else "="), column] for index, column in enumerate(columns)]
    terms[0].insert(0, [fraction_box(symbols, "dL_dW", l, "backward"), *[word("")] * 5])
    widths = [grid(term).width for term in terms]
    for row in flow(widths, page.width - INDENT):
        page.box(grid([column for term in terms[row] for column in term]))
    alone = trace.batch is None
    gradient = layer.dL_dW if alone else layer.weights.value
    penalty = f", with the penalty's {_value(page, layer.dR_dW)}" if layer.dR_dW is not None and alone else ""
    page.line((f"{symbols.of('dL_dW', l).plain} = {_value(page, gradient)}", "backward"), (penalty, ""))
    bias, dL_dz = symbols.of("dL_dW0", l).plain, symbols.of("dL_dZ", l).plain
    page.line(
        (f"{bias} = {dL_dz} = {_value(page, layer.dL_dZ)}", "backward"), ("   a bias adds to z as it is", "quiet")
    )
    if layer.alpha is not None:
        link, product = layer.alpha.link, layer.alpha.product
        written = f"{symbols.of(link.name, l).plain} = {link.formula.plain} = {_value(page, link.value)}"
        _fact(page, link.role, written, link.source, link.reason)
        names = " · ".join(symbols.of(factor.name, l).plain for factor in product.factors)
        numbers = " · ".join(_signed(_value(page, factor.value)) for factor in product.factors)
        found = f"{symbols.of('dL_dalpha', l).plain} = {names} = {numbers} = {_value(page, product.value)}"
        page.line((found, "backward"))
    if l < trace.L:
        number = symbols.notation.first_layer + l
        known = f"the first {len(layer.product) - 2} factors are {symbols.of('dL_dZ', l + 1).plain}"
        page.line((f"{known}, reused from layer {number} (Notation 11)", "shared"))


def _column(page: Page, trace: Trace, link: Link, tone: str) -> list[Box]:
    first, rest = link.role.rsplit(" ", 1)
    role = stack([word("╰─┬─╯", "quiet"), word(first, "quiet"), word(rest, "quiet")])
    return [
        fraction_box(trace.header.symbols, link.name, link.l, tone),
        role,
        word(""),
        word(_factor(link.formula.plain), tone),
        word(""),
        word(_signed(_value(page, link.value)), tone),
    ]


def _signs(sign: str) -> list[Box]:
    fraction_height = Box((((" ", ""),), ((sign, ""),), ((" ", ""),)), 1)
    return [fraction_height, word(""), word(""), word(sign), word(""), word(sign)]


def _factor(formula: str) -> str:
    return f"({formula})" if " " in formula else formula


def _value(page: Page, value: Array) -> str:
    return number(float(value[0, 0]), page.digits)


def _signed(written: str) -> str:
    """A negative number in brackets, so that it can stand behind a sign."""
    return f"({written})" if written.startswith("-") else written
