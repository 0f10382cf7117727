"""A chain of single neurons as text: every value is a scalar, so each gradient is one product of numbers (7.18, 7.30)."""

from __future__ import annotations

from ..formulas.catalogue import Array
from .boxes import Box, flow, grid, stack, word
from .matrices import disagreement, number
from .page import INDENT, Page
from .symbols import fraction, letter, symbol
from .trace import BackwardLayer, ForwardLayer, Link, Trace, Update

ROLE = 21
"""Columns for a link's role."""


def write_chain(page: Page, trace: Trace) -> None:
    """Forward, every link with its value, every gradient as one product, the update."""
    page.title("Forward", "forward")
    page.line((f"a⁰ = x = {_value(page, trace.header.x)}", "forward"))
    for forward in trace.forward.values():
        _forward(page, forward)
    page.title("Backward", "backward")
    for l in range(trace.L, 0, -1):
        _backward(page, trace, trace.backward[l])
    page.title("Update", "quiet")
    for l, update in trace.update.items():
        _update(page, trace, update, trace.backward[l])


def _forward(page: Page, layer: ForwardLayer) -> None:
    l = layer.l
    z, a, w, w0, a_prev = (letter(name, k, scalar=True) for name, k in _own_letters(l))
    W, A_prev, W0 = (_value(page, each) for each in (layer.W, layer.A_prev, layer.W0))
    _title(page, layer)
    page.line(
        (f"{z} = {w} {a_prev} + {w0} = {_signed(W)} · {_signed(A_prev)} + {_signed(W0)} = ", ""),
        (_value(page, layer.Z), "forward"),
    )
    page.line((f"{a} = {layer.formula} = ", ""), (_value(page, layer.A), "forward"))


def _own_letters(l: int) -> list[tuple[str, int]]:
    return [("Z", l), ("A", l), ("W", l), ("W0", l), ("A", l - 1)]


def _backward(page: Page, trace: Trace, layer: BackwardLayer) -> None:
    _title(page, trace.forward[layer.l])
    for link in (*layer.links, layer.weight_link):
        value = _value(page, link.value)
        equal = link.formula if link.formula == value else f"{link.formula} = {value}"
        written = f"{symbol(link.name, link.l, scalar=True)} = {equal}"
        _fact(page, link.role, written, link.source, link.reason)
    shortcut = layer.shortcut
    if shortcut is not None:
        written = f"{symbol('dL_dZ', layer.l, scalar=True)} = {shortcut.formula} = {_value(page, shortcut.value)}"
        agree = "" if shortcut.difference is None else f"; both ways agree {disagreement(shortcut.difference)}"
        _fact(page, "shortcut", written, "Concept 19", f"{shortcut.name}: {shortcut.reason}{agree}")
    _product(page, trace, layer)


def _fact(page: Page, role: str, written: str, source: str, reason: str) -> None:
    page.line((f"{role:<{ROLE}}", "strong"), (written, "backward"), (f"   {source}", "quiet"))
    page.prose(reason, indent=ROLE + 2)


def _product(page: Page, trace: Trace, layer: BackwardLayer) -> None:
    """dL/dw^l: symbol, role, formula (7.30) and number of every factor under one another, from the loss to the weight."""
    l = layer.l
    links = {(link.name, link.l): link for each in trace.backward.values() for link in each.links}
    own = (*layer.links, layer.weight_link)
    factors = [*(links[each] for each in layer.product), layer.weight_link]
    page.blank()
    page.prose("From the loss to the weight (7.18), with formulas (7.30) and numbers:", "quiet")
    columns = [_column(page, link, "backward" if link in own else "shared") for link in factors]
    terms = [[_signs("·" if index else "="), column] for index, column in enumerate(columns)]
    terms[0].insert(0, [_fraction("dL_dW", l), *[word("")] * 5])
    widths = [grid(term).width for term in terms]
    for row in flow(widths, page.width - INDENT):
        page.box(grid([column for term in terms[row] for column in term]))
    penalty = "" if layer.dR_dW is None else f", with the penalty's {_value(page, layer.dR_dW)}"
    page.line((f"{symbol('dL_dW', l, scalar=True)} = {_value(page, layer.dL_dW)}", "backward"), (penalty, ""))
    bias = f"{symbol('dL_dW0', l, scalar=True)} = {symbol('dL_dZ', l, scalar=True)} = {_value(page, layer.dL_dW0)}"
    page.line((bias, "backward"), ("   a bias adds to z as it is", "quiet"))
    if l < trace.L:
        known = f"the first {len(layer.product) - 2} factors are {symbol('dL_dZ', l + 1, scalar=True)}"
        page.line((f"{known}, reused from layer {l + 1} (Notation 11)", "shared"))


def _column(page: Page, link: Link, tone: str) -> list[Box]:
    first, rest = link.role.rsplit(" ", 1)
    role = stack([word("╰─┬─╯", "quiet"), word(first, "quiet"), word(rest, "quiet")])
    return [
        _fraction(link.name, link.l, tone),
        role,
        word(""),
        word(_factor(link.formula), tone),
        word(""),
        word(_signed(_value(page, link.value)), tone),
    ]


def _signs(sign: str) -> list[Box]:
    fraction_height = Box((((" ", ""),), ((sign, ""),), ((" ", ""),)), 1)
    return [fraction_height, word(""), word(""), word(sign), word(""), word(sign)]


def _fraction(name: str, l: int, tone: str = "backward") -> Box:
    top, bottom = fraction(name, l, scalar=True)
    return stack([word(top, tone), word("─" * max(len(top), len(bottom)), tone), word(bottom, tone)], axis_of=1)


def _factor(formula: str) -> str:
    return f"({formula})" if " " in formula else formula


def _update(page: Page, trace: Trace, update: Update, layer: BackwardLayer) -> None:
    eta = f"{trace.header.eta:g}"
    for name, before, after, slope in (
        ("W", update.W, update.W_after, layer.dL_dW),
        ("W0", update.W0, update.W0_after, layer.dL_dW0),
    ):
        w, dL_dw = letter(name, update.l, scalar=True), symbol(f"dL_d{name}", update.l, scalar=True)
        numbers = f"{_value(page, before)} − {eta} · {_signed(_value(page, slope))}"
        page.line((f"{w} ← {w} − η {dL_dw}", ""), (f" = {numbers} = ", ""), (_value(page, after), "strong"))


def _title(page: Page, layer: ForwardLayer) -> None:
    page.blank()
    page.line((f"Layer {layer.l}", "strong"), (f" · {layer.activation}", ""))


def _value(page: Page, value: Array) -> str:
    return number(float(value[0, 0]), page.digits)


def _signed(written: str) -> str:
    """A negative number in brackets, so that it can stand behind a sign."""
    return f"({written})" if written.startswith("-") else written
