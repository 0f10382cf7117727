"""The two passes as text: for each layer its matrices side by side, what each factor is, and why it has its value."""

from __future__ import annotations

from ..findings.reasons import count_of, linear
from ..notation.numbers import disagreement
from ..notation.symbols import Symbols, shape_of, transpose
from ..trace.equations import factor_symbol, scaling
from ..trace.passes import BackwardLayer, Factor, ForwardLayer, Link, Normalized, Product, Shortcut
from ..trace.record import Trace
from ..trace.values import Value, key_of
from .boxes import STRUCK, Box, beside, braced, stack, word
from .matrices import bars
from .terminal import INDENT, Operand, Page


def write_forward(page: Page, trace: Trace) -> None:
    """Layer by layer: formula, shape equation, values, and where each unit stands."""
    symbols = trace.header.symbols
    page.title("Forward", "forward")
    page.line((f"{symbols.of('A', 0).plain} = x", "forward"), (f"   {shape_of(trace.header.x.shape)}", "quiet"))
    for layer in trace.forward.values():
        _forward(page, trace, layer)


def _forward(page: Page, trace: Trace, layer: ForwardLayer) -> None:
    symbols, l, values = trace.header.symbols, layer.l, trace.values
    m, n = trace.header.widths[l - 1 : l + 1]
    Z, A = symbols.of("Z", l).plain, symbols.of("A", l).plain
    taken = "A_taken" if key_of("kept", l - 1) in values else "A"
    layer_title(page, trace, l)
    out_in = symbols.notation.out_in
    first = f"({n} × {m})" if out_in else f"({m} × {n})ᵀ"
    page.line(
        (f"{Z} = {linear(l, symbols, taken).plain}", "forward"),
        (f"   {first} ({m} × 1) + ({n} × 1) = {n} × 1", "quiet"),
    )
    if layer.normalized is None:
        page.line((f"{A} = {layer.formula.plain}", "forward"), (f"   {n} × 1", "quiet"))
    W, stored = symbols.of("W", l), values[key_of("W", l)]
    page.equation(
        Operand("", W.plain if out_in else transpose(W).plain, stored if out_in else turned(stored)),
        Operand("", symbols.of(taken, l - 1).plain, values[key_of(taken, l - 1)], "forward"),
        Operand("+", symbols.of("W0", l).plain, values[key_of("W0", l)]),
        Operand("=", Z, values[key_of("Z", l)], "forward"),
        *([] if layer.normalized else [Operand("→", A, values[key_of("A", l)], "forward")]),
    )
    if layer.normalized is not None:
        _normalized(page, trace, layer, layer.normalized)
    if layer.alpha is not None:
        page.line(("learnt, of each unit", "quiet"))
        page.equation(Operand("", symbols.of("alpha", l).plain, values[key_of("alpha", l)]))
    if layer.kept is not None:
        page.line((f"dropout: what layer {symbols.notation.first_layer + l} takes", "quiet"))
        page.equation(
            Operand("", symbols.of("A_taken", l).plain, values[key_of("A_taken", l)], "forward"),
            Operand("=", "m / (1 − rate)", values[key_of("kept", l)]),
            Operand("⊙", A, values[key_of("A", l)], "forward"),
        )
    write_zones(page, layer)


def _normalized(page: Page, trace: Trace, layer: ForwardLayer, own: Normalized) -> None:
    """Ẑ and V, which stand between Z and A."""
    symbols, l, values = trace.header.symbols, layer.l, trace.values
    page.line((own.name, "strong"), (f"   {own.formula.plain}", "forward"))
    page.equation(
        Operand("", symbols.of("Z", l).plain, values[key_of("Z", l)], "forward"),
        Operand("→", symbols.of("Z_hat", l).plain, values[key_of("Z_hat", l)], "forward"),
        Operand(",", "μ", values[key_of("mean", l)]),
        Operand(",", "σ²", values[key_of("variance", l)]),
    )
    page.line((f"{symbols.of('V', l).plain} = {scaling(symbols, l).plain}", "forward"))
    page.line((f"{symbols.of('A', l).plain} = {layer.formula.plain}, of {symbols.of('V', l).plain}", "forward"))
    page.equation(
        Operand("", symbols.of("V", l).plain, values[key_of("V", l)], "forward"),
        Operand("=", symbols.of("gain", l).plain, values[key_of("gain", l)]),
        Operand("⊙", symbols.of("Z_hat", l).plain, values[key_of("Z_hat", l)], "forward"),
        Operand("+", symbols.of("shift", l).plain, values[key_of("shift", l)]),
        Operand("→", symbols.of("A", l).plain, values[key_of("A", l)], "forward"),
    )


def write_zones(page: Page, layer: ForwardLayer) -> None:
    """How much of a gradient each unit lets through, as a strip of bars, and what those that do not are."""
    zones = layer.zones
    if len(zones) == 1 and zones[0].zone == "active":
        return
    strip = bars([1 - zone.depth for zone in zones])
    room = page.width - 40
    counts = [
        count_of(some, len(zones), "unit") + f" {zone}"
        for zone in ("active", "dead", "saturated")
        if (some := sum(each.zone == zone for each in zones))
    ]
    shown = strip if len(strip) <= room else strip[: room - 1] + "…"
    page.line(("lets back ", "quiet"), (shown, "backward"), (f"  {', '.join(counts)}", ""), indent=INDENT)
    telling = [zone for zone in zones if zone.zone != "active"]
    for zone in telling[:3]:
        page.line((f"unit {zone.unit}: {zone.zone}, {zone.reason}", "quiet"), indent=INDENT)


def write_backward(page: Page, trace: Trace) -> None:
    """Layer by layer from the last one: the product written out, then each link multiplied on."""
    page.title("Backward", "backward")
    for l in range(trace.L, 0, -1):
        _Backward(page, trace, trace.backward[l]).write()


class _Backward:
    """One layer of the backward pass, written in the order in which it is computed."""

    def __init__(self, page: Page, trace: Trace, layer: BackwardLayer) -> None:
        self.page, self.trace, self.layer, self.l = page, trace, layer, layer.l
        self.symbols: Symbols = trace.header.symbols
        self.numerator = trace.header.layout == "numerator"

    def write(self) -> None:
        layer_title(self.page, self.trace, self.l)
        self._written_out()
        for index, link in enumerate(self.layer.links):
            self._link(link)
            if index == 0 and self.l == self.trace.L:
                self.page.equation(self._operand("", link.name, link.l, "backward"))
                continue
            step = self.layer.steps[index - (self.l == self.trace.L)]
            self._product(step)
            if step.name == self.layer.result:
                self._both_ways()
                if self.layer.shortcut is not None:
                    self._shortcut(self.layer.shortcut)
        self._to_W()

    def _written_out(self) -> None:
        """dL/dZ^l as a product of all its factors; those that the layer above has multiplied already are braced."""
        l, last = self.l, self.l == self.trace.L
        new = {(link.name, link.l) for link in self.layer.links}
        left = beside([fraction_box(self.symbols, "dL_dZ", l, "backward"), word("=")])
        fresh = [self._factor(*each, "backward") for each in self.layer.product if each in new]
        known = [self._factor(*each, "shared") for each in self.layer.product if each not in new]
        Z = self.symbols.of("Z", l).plain
        self.page.prose(f"From the loss to {Z}, written out (Notation 16):", "quiet")
        if not last:
            known = self._brace(known)
        self.page.boxes([left, *dotted([*known, *fresh] if self.numerator else [*fresh, *known])])

    def _brace(self, known: list[Box]) -> list[Box]:
        """The factors under one brace (Notation 11), where they fit on a row."""
        group = beside(dotted(known))
        if group.width > self.page.width - INDENT:
            return known
        layer = self.symbols.notation.first_layer + self.l
        label = word(f"{self.symbols.of('dL_dZ', self.l + 1).plain}, reused from layer {layer}", "shared")
        return [Box(braced(group, label).lines, group.axis)]

    def _factor(self, name: str, l: int, tone: str) -> Box:
        link = self.trace.links[name, l]
        role = [word(part, "quiet") for part in link.role.split(" ")]
        body = fraction_box(self.symbols, name, l, tone)
        return Box(braced(body, *role, word(shape_of(link.value.shape), "quiet")).lines, body.axis)

    def _link(self, link: Link) -> None:
        """A link's role, formula, shape and reason."""
        self.page.blank()
        written = f"   {self.symbols.of(link.name, link.l).plain} = {link.formula.plain}"
        shape = f"   {shape_of(link.value.shape)}   {link.source}"
        self.page.line((link.role, "strong"), (written, "backward"), (shape, "quiet"))
        self.page.prose(link.reason, indent=INDENT)

    def _operand(self, operator: str, name: str, l: int, tone: str = "") -> Operand:
        return Operand(operator, self.symbols.of(name, l).plain, self.trace.values[key_of(name, l)], tone)

    def _product(self, product: Product) -> None:
        name = "long_way" if self.layer.shortcut and product.name == self.layer.result else product.name
        value = self.trace.values[key_of(name, product.l)]
        result = Operand("", self.symbols.of(product.name, product.l).plain, value, "backward")
        self.page.equation(result, *self._factors(product))

    def _factors(self, product: Product, first: str = "=") -> list[Operand]:
        """The factors of a product as operands: links bare, what came back in its colour."""
        operands = []
        for index, factor in enumerate(product.factors):
            link = (factor.name, factor.l) in self.trace.links and factor.name != "dL_dA"
            tone = "" if link else "shared" if factor.l > self.l else "backward"
            operands.append(
                Operand(first if index == 0 else "·", self._name(factor), factor_value(self.trace, factor), tone)
            )
        return operands

    def _name(self, factor: Factor) -> str:
        if factor.name == "dZ_dW":  # its value has a name of its own, A of the layer before
            taken = "A_taken" if key_of("kept", factor.l - 1) in self.trace.values else "A"
            return self.symbols.of(taken, factor.l - 1, transposed=factor.transposed != self.numerator).plain
        return factor_symbol(self.trace, factor).plain

    def _both_ways(self) -> None:
        """The element-wise product, which is the diagonal matrix times a vector."""
        own = self.layer.elementwise
        if own is None:
            return
        into_f = self.layer.result.removeprefix("dL_d")
        Z, agree = self.symbols.of(into_f, self.l).plain, disagreement(own.difference)
        page, values, l = self.page, self.trace.values, self.l
        if page.fold is not None and own.slopes.size == 1:
            return
        page.prose(f"entry by entry, which needs no matrix; both ways agree {agree}", "quiet", indent=INDENT)
        page.equation(
            self._operand("", self.layer.result, l, "backward"),
            Operand("=", f"f′({Z})", values[key_of("slopes", l)]),
            self._operand("⊙", "dL_dA", l, "backward"),
        )

    def _shortcut(self, shortcut: Shortcut) -> None:
        page, dL_dZ = self.page, self.symbols.of(self.layer.result, self.l).plain
        page.blank()
        page.line(
            ("shortcut", "strong"), (f"   {dL_dZ} = {shortcut.formula.plain}", "backward"), ("   Concept 19", "quiet")
        )
        agree = "" if shortcut.difference is None else f"; both ways agree {disagreement(shortcut.difference)}"
        page.prose(f"{shortcut.name}: {shortcut.reason}{agree}", indent=INDENT)
        write_derivation(page, shortcut)
        page.equation(self._operand("", self.layer.result, self.l, "backward"))

    def _to_W(self) -> None:
        """dL/dW^l = A^(l-1) (dL/dZ^l)^T, and the bias gradient (Notation 16)."""
        l, layer, page = self.l, self.layer, self.page
        self._link(layer.weight_link)
        alone = self.trace.batch is None
        key = key_of("dL_dW" if alone else "point_dL_dW", l)
        gradient = Operand("", self.symbols.of("dL_dW", l).plain, self.trace.values[key], "backward")
        penalty = []
        if layer.dR_dW is not None and alone:
            R, W = self.symbols.of("R").plain, self.symbols.of("W", l).plain
            penalty = [Operand("+", f"∂{R}/∂{W}", self.trace.values[key_of("dR_dW", l)])]
        page.equation(gradient, *self._factors(layer.weights), *penalty)
        bias, dL_dZ = self.symbols.of("dL_dW0", l).plain, self.symbols.of("dL_dZ", l).plain
        page.line((f"{bias} = {dL_dZ}", "backward"), ("   a bias adds to z as it is", "quiet"))
        if layer.alpha is not None:
            self._link(layer.alpha.link)
            key = key_of("dL_dalpha" if alone else "point_dL_dalpha", l)
            gradient = Operand("", self.symbols.of("dL_dalpha", l).plain, self.trace.values[key], "backward")
            page.equation(gradient, *self._factors(layer.alpha.product))
        for name, _ in layer.others:
            if name == "dL_dalpha" and alone:
                continue  # the product that is shown already
            if not alone:
                page.line(("over the batch", "quiet"))
            page.equation(self._operand("", name, l, "backward"))


def write_derivation(page: Page, shortcut: Shortcut, indent: int = INDENT) -> None:
    """The long way by hand, line by line; what cancels is struck out."""
    for step in shortcut.derivation:
        plain = step.written.plain.removeprefix("= ")
        head = "  = " if step.written.plain.startswith("= ") else "    "
        page.line((f"{head}{struck(plain)}", "backward"), (f"   {step.reason}", "quiet"), indent=indent)


def struck(plain: str) -> str:
    """Text in which what stands between ⟨ and ⟩ is struck out, letter by letter."""
    out, inside = "", False
    for letter in plain:
        if letter in "⟨⟩":
            inside = letter == "⟨"
        else:
            out += letter + (STRUCK if inside else "")
    return out


def layer_title(page: Page, trace: Trace, l: int) -> None:
    """The layer's number in the notation, and its activation."""
    page.blank()
    number = trace.header.symbols.notation.first_layer + l - 1
    page.line((f"Layer {number}", "strong"), (f" · {trace.forward[l].activation}", ""))


def dotted(factors: list[Box]) -> list[Box]:
    """Factors with a dot before each but the first."""
    return [factor if index == 0 else beside([word("·"), factor]) for index, factor in enumerate(factors)]


def fraction_box(symbols: Symbols, name: str, l: int, tone: str) -> Box:
    """A derivative as a fraction of three lines; one line where the notation has a letter for it."""
    whole = symbols.letter(name, l)
    if whole is not None:
        return word(whole.plain, tone)
    top, bottom = (part.plain for part in symbols.parts(name, l))
    return stack([word(top, tone), word("─" * max(len(top), len(bottom)), tone), word(bottom, tone)], axis_of=1)


def turned(value: Value) -> Value:
    """An array transposed, and what its axes are."""
    return Value(value.array.T, value.columns, value.rows)


def factor_value(trace: Trace, factor: Factor) -> Value:
    """A factor's array as it stands in its product."""
    value = trace.values[key_of(factor.name, factor.l)]
    return turned(value) if factor.transposed else value
