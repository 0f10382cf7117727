"""A Trace as text for a terminal: what is explained, values forward, the gradient backward link by link, the update.

Everything shown comes from the trace; here it is only arranged. Chains of single neurons have a page of their own.
"""

from __future__ import annotations

import shutil

from ..formulas.catalogue import Array
from .boxes import Box, beside, braced, paint, stack, word
from .chain import write_chain
from .matrices import disagreement, number, vector
from .page import INDENT, Operand, Page
from .symbols import NOTATIONS, fraction, letter, raised, shape_of, symbol, transposed
from .trace import BackwardLayer, ForwardLayer, Header, Link, Shortcut, Trace, Update

NARROW, WIDE = 60, 120


def as_text(trace: Trace, *, width: int | None = None, color: bool = False, digits: int = 4) -> str:
    """The whole explanation, `width` columns wide (the terminal's, between 60 and 120, where it is None)."""
    if width is None:
        width = min(max(shutil.get_terminal_size((100, 24)).columns, NARROW), WIDE)
    if width < NARROW:
        raise ValueError(f"width must be {NARROW} columns or more; given {width}")
    page = Page(width, digits)
    page.title("One step of back-propagation", "quiet")
    page.facts(_facts(trace.header, digits, chain=trace.is_chain))
    if trace.is_chain:
        write_chain(page, trace)
    else:
        _write_layers(page, trace)
    return paint(page.lines, color=color).rstrip("\n")


def _facts(header: Header, digits: int, *, chain: bool) -> list[tuple[str, str]]:
    facts = [("network", header.network)]
    if header.point:
        facts.append(("point", header.point))
    facts.append(("x", f"{vector(header.x, digits=digits)}   {shape_of(header.x.shape)}"))
    target = f"y = {vector(header.y, columns=12, digits=digits)}"
    facts.append(("label", f"{header.label}   {target}") if header.label is not None else ("target", target))
    if header.predicted is not None:
        sure = f" with probability {header.probability:.4f}" if header.probability is not None else ""
        verdict = "right" if header.predicted == header.label else "wrong"
        facts.append(("predicted", f"{header.predicted}{sure}   {verdict}"))
    facts.append(("loss", f"{header.loss}: L = {header.loss_formula} = {number(header.loss_value, digits + 2)}"))
    if header.penalty:
        facts[-1] = ("loss", f"{header.loss}: L = {header.loss_formula} + R = {number(header.loss_value, digits + 2)}")
        facts.append(("penalty", f"{header.penalty}: R = {number(header.penalty_value, digits + 2)}"))
    facts.append(("step", f"t = {header.t}, η(t) = {header.eta:g}"))
    return [*facts, ("layout", _layout(header, chain=chain)), ("notation", NOTATIONS[header.notation])]


def _layout(header: Header, *, chain: bool) -> str:
    if chain:
        return "every value is a scalar, so both layouts are the same"
    if header.layout == "denominator":
        return "denominator: ∂v/∂u has a row for each u and a column for each v"
    return "numerator: ∂v/∂u has a row for each v and a column for each u"


def _write_layers(page: Page, trace: Trace) -> None:
    page.title("Forward", "forward")
    page.line(("A⁰ = x", "forward"), (f"   {shape_of(trace.header.x.shape)}", "quiet"))
    for forward in trace.forward.values():
        _forward(page, forward)
    page.title("Backward", "backward")
    for l in range(trace.L, 0, -1):
        _Backward(page, trace, trace.backward[l]).write()
    page.title("Update", "quiet")
    for update in trace.update.values():
        _update(page, trace, update)


def _layer_title(page: Page, trace_layer: ForwardLayer) -> None:
    page.blank()
    page.line((f"Layer {trace_layer.l}", "strong"), (f" · {trace_layer.activation}", ""))


def _forward(page: Page, layer: ForwardLayer) -> None:
    l, (m, n) = layer.l, layer.W.shape
    W, W0, Z, A, A_prev = (letter(name, k) for name, k in (("W", l), ("W0", l), ("Z", l), ("A", l), ("A", l - 1)))
    _layer_title(page, layer)
    shapes = f"   ({m} × {n})ᵀ ({m} × 1) + ({n} × 1) = {n} × 1"
    page.line((f"{Z} = {transposed(W)} {A_prev} + {W0}", "forward"), (shapes, "quiet"))
    page.line((f"{A} = {layer.formula}", "forward"), (f"   {n} × 1", "quiet"))
    page.equation(
        Operand("", transposed(W), layer.W.T),
        Operand("", A_prev, layer.A_prev, "forward"),
        Operand("+", W0, layer.W0),
        Operand("=", Z, layer.Z, "forward"),
        Operand("→", A, layer.A, "forward"),
    )


class _Backward:
    """One layer of the backward pass, written in the order in which it is computed."""

    def __init__(self, page: Page, trace: Trace, layer: BackwardLayer) -> None:
        self.page, self.trace, self.layer, self.l = page, trace, layer, layer.l
        self.numerator = trace.header.layout == "numerator"

    def write(self) -> None:
        _layer_title(self.page, self.trace.forward[self.l])
        self._written_out()
        self._to_A()
        self._to_Z()
        self._to_W()

    def _written_out(self) -> None:
        """dL/dZ^l as a product of all its factors; those that the layer above has multiplied already are braced."""
        l, last = self.l, self.l == self.trace.L
        new = {(link.name, link.l) for link in self.layer.links}
        left = beside([_fraction("dL_dZ", l, "backward"), word("=")])
        fresh = [self._factor(*each, "backward") for each in self.layer.product if each in new]
        known = [self._factor(*each, "shared") for each in self.layer.product if each not in new]
        self.page.prose(f"From the loss to {letter('Z', l)}, written out (Notation 16):", "quiet")
        if not last:
            known = self._brace(known)
        self.page.boxes([left, *_dotted([*known, *fresh] if self.numerator else [*fresh, *known])])

    def _brace(self, known: list[Box]) -> list[Box]:
        """The factors under one brace (Notation 11), where they fit on a row."""
        group = beside(_dotted(known))
        if group.width > self.page.width - INDENT:
            return known
        label = word(f"{symbol('dL_dZ', self.l + 1)}, reused from layer {self.l + 1}", "shared")
        return [Box(braced(group, label).lines, group.axis)]

    def _factor(self, name: str, l: int, tone: str) -> Box:
        link = next(
            link for each in self.trace.backward.values() for link in each.links if (link.name, link.l) == (name, l)
        )
        role = [word(part, "quiet") for part in link.role.split(" ")]
        body = _fraction(name, l, tone)
        return Box(braced(body, *role, word(shape_of(link.value.shape), "quiet")).lines, body.axis)

    def _to_A(self) -> None:
        """The loss unit, or the link to the layer above."""
        link, l = self.layer.links[0], self.l
        _link(self.page, link)
        result = Operand("", symbol("dL_dA", l), self.layer.dL_dA, "backward")
        if l == self.trace.L:
            self.page.equation(result)
        else:
            known = self.trace.backward[l + 1].dL_dZ
            self._multiply(result, link, Operand("·", symbol("dL_dZ", l + 1), known, "shared"))

    def _to_Z(self) -> None:
        """Within the layer; in the last one by the shortcut too, where the output pair has one."""
        link, l, shortcut = self.layer.links[1], self.l, self.layer.shortcut
        _link(self.page, link)
        value = self.layer.dL_dZ if shortcut is None else shortcut.long_way
        result = Operand("", symbol("dL_dZ", l), value, "backward")
        self._multiply(result, link, Operand("·", symbol("dL_dA", l), self.layer.dL_dA, "backward"))
        if shortcut is not None:
            _shortcut(self.page, l, shortcut)

    def _to_W(self) -> None:
        """dL/dW^l = A^(l-1) (dL/dZ^l)^T, and the bias gradient (Notation 16)."""
        l, link, layer = self.l, self.layer.weight_link, self.layer
        _link(self.page, link)
        dL_dZ = symbol("dL_dZ", l)
        gradient = Operand("", symbol("dL_dW", l), layer.dL_dW, "backward")
        other = Operand("·", f"({dL_dZ})ᵀ", layer.dL_dZ.T, "backward")
        penalty = [] if layer.dR_dW is None else [Operand("+", f"∂R/∂W{raised(l)}", layer.dR_dW)]
        self._multiply(gradient, link, other, *penalty, name=link.formula)
        self.page.line((f"{symbol('dL_dW0', l)} = {dL_dZ}", "backward"), ("   a bias adds to z as it is", "quiet"))

    def _multiply(self, result: Operand, link: Link, other: Operand, *more: Operand, name: str | None = None) -> None:
        """One link multiplied on: link · other, or other · link in numerator layout."""
        left, right = Operand("=", name or symbol(link.name, link.l), link.value), other
        if self.numerator:
            left, right = Operand("=", right.name, right.values, right.tone), Operand("·", left.name, left.values)
        self.page.equation(result, left, right, *more)


def _dotted(factors: list[Box]) -> list[Box]:
    return [factor if index == 0 else beside([word("·"), factor]) for index, factor in enumerate(factors)]


def _fraction(name: str, l: int, tone: str) -> Box:
    top, bottom = fraction(name, l)
    return stack([word(top, tone), word("─" * max(len(top), len(bottom)), tone), word(bottom, tone)], axis_of=1)


def _link(page: Page, link: Link) -> None:
    """A link's role, formula, shape and reason."""
    page.blank()
    written = f"   {symbol(link.name, link.l)} = {link.formula}"
    page.line(
        (link.role, "strong"), (written, "backward"), (f"   {shape_of(link.value.shape)}   {link.source}", "quiet")
    )
    page.prose(link.reason, indent=INDENT)


def _shortcut(page: Page, l: int, shortcut: Shortcut) -> None:
    formula = f"   {symbol('dL_dZ', l)} = {shortcut.formula}"
    page.line(("shortcut", "strong"), (formula, "backward"), ("   Concept 19", "quiet"))
    agree = "" if shortcut.difference is None else f"; both ways agree {disagreement(shortcut.difference)}"
    page.prose(f"{shortcut.name}: {shortcut.reason}{agree}", indent=INDENT)
    page.equation(Operand("", symbol("dL_dZ", l), shortcut.value, "backward"))


def _update(page: Page, trace: Trace, update: Update) -> None:
    l, layer, eta = update.l, trace.backward[update.l], f"{trace.header.eta:g}"
    _layer_title(page, trace.forward[l])

    def write(name: str, before: Array, after: Array, gradient: Array) -> None:
        W, dL_dW = letter(name, l), symbol(f"dL_d{name}", l)
        if trace.header.layout == "numerator":
            dL_dW, gradient = f"({dL_dW})ᵀ", gradient.T
        page.line((f"{W} ← {W} − η {dL_dW}", ""))
        page.equation(
            Operand("", f"{W}, after", after, "strong"),
            Operand("=", f"{W}, before", before),
            Operand(f"− {eta} ·", dL_dW, gradient, "backward"),
        )

    write("W", update.W, update.W_after, layer.dL_dW)
    write("W0", update.W0, update.W0_after, layer.dL_dW0)
