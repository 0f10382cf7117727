r"""A Trace in LaTeX: a fragment to put into a text of one's own, or a document that compiles as it is.

A fragment needs amsmath, xcolor, cancel and booktabs. It provides \clearpropback{...} (gradients), \clearpropforward
(values), \clearpropshared (what is used again), \clearpropquiet and \clearpropfit, so a text may define them first as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..formulas.catalogue import nearest
from ..tones import BACKWARD_ON_PAPER, FORWARD_ON_PAPER, SHARED_ON_PAPER
from .latex_pieces import display, matrix, named, number, sentence, table
from .matrices import ROWS, disagreement, percent
from .reasons import linear
from .symbols import Written
from .tikz import picture
from .trace import Trace
from .trace_around import Entry
from .trace_passes import BackwardLayer, Factor, ForwardLayer, Link, Product
from .values import Value, key_of
from .written import assembly, scaling, shape, update_of, written_out

PROVIDED = r"""\providecommand{\clearpropback}[1]{\textcolor[HTML]{BACK}{#1}}
\providecommand{\clearpropforward}[1]{\textcolor[HTML]{FORWARD}{#1}}
\providecommand{\clearpropshared}[1]{\textcolor[HTML]{SHARED}{#1}}
\providecommand{\clearpropquiet}[1]{\textcolor{gray}{#1}}
\providecommand{\clearpropfit}[1]{#1}
\providecommand{\clearpropkeep}{}
"""
PREAMBLE = r"""\documentclass[10pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage[a4paper,margin=22mm]{geometry}
\usepackage{amsmath,amssymb,xcolor,booktabs,graphicx,tikz}
% Struck out by a line from corner to corner, as the package cancel does it.
\newcommand{\cancel}[1]{\tikz[baseline=(x.base)]{\node[inner sep=1pt](x){$#1$};\draw(x.south west)--(x.north east);}}
% An equation as wide as the page at most.
\newsavebox{\clearpropbox}
\newcommand{\clearpropfit}[1]{\sbox{\clearpropbox}{$\displaystyle #1$}%
  \ifdim\wd\clearpropbox>\linewidth\resizebox{\linewidth}{!}{\usebox{\clearpropbox}}\else\usebox{\clearpropbox}\fi}
% A heading stays with what it is the heading of.
\newcommand{\clearpropkeep}{\par\vskip0pt plus 9\baselineskip\penalty-200\vskip0pt plus -9\baselineskip}
\AtBeginDocument{\abovedisplayskip=5pt plus 2pt\belowdisplayskip=5pt plus 2pt}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt plus 2pt}
\begin{document}
"""
FIRST_PATHS, FIRST_POINTS = 8, 12


def as_latex(
    trace: Trace,
    *,
    document: bool = False,
    digits: int = 4,
    fold: int | None = ROWS,
    sections: Sequence[str] | None = None,
) -> str:
    """The explanation in LaTeX; numbers to `digits` decimals (17: every digit), matrices of at most `fold` rows and columns."""
    for asked in sections or ():
        if asked not in SECTIONS:
            raise ValueError(f"unknown section {asked!r}{nearest(asked, list(SECTIONS))}")
    writer = _Latex(trace, digits, fold)
    parts = [write(writer) for name, write in SECTIONS.items() if sections is None or name in sections]
    colours = {"BACK": BACKWARD_ON_PAPER, "FORWARD": FORWARD_ON_PAPER, "SHARED": SHARED_ON_PAPER}
    provided = PROVIDED
    for name, colour in colours.items():
        provided = provided.replace(f"{{{name}}}", f"{{{colour.removeprefix('#').upper()}}}")
    body = provided + "\n\n".join(part for part in parts if part) + "\n"
    if not document:
        return body
    return PREAMBLE + _title(trace) + body + "\\end{document}\n"


def _title(trace: Trace) -> str:
    drawn = f"\\begin{{center}}\n{picture(trace)}\\end{{center}}\n"
    return "{\\LARGE One step of back-propagation}\\par\\medskip\n" + drawn


class _Latex:
    """A trace being written."""

    def __init__(self, trace: Trace, digits: int, fold: int | None) -> None:
        self.trace, self.digits, self.fold = trace, digits, fold
        self.symbols = trace.header.symbols
        self.ranked = {l: list(units) for l, units in trace.ranked.items()}

    # ---- pieces

    def value(self, value: Value, name: str, tone: str = "") -> str:
        """An array over a brace; a single number bare."""
        body, columns = matrix(value, self.ranked, digits=self.digits, fold=self.fold)
        if value.array.shape == (1, 1) and self.trace.is_chain:
            return body
        below = shape(value.array.shape) + (rf",\ \text{{columns }} {columns}" if columns else "")
        return named(body, name, below, tone)

    def quantity(self, name: str, l: int, tone: str = "", *, called: str | None = None) -> str:
        """A quantity of a layer, over its own symbol."""
        symbol = called if called is not None else self.symbols.inline(name, l)
        return self.value(self.trace.values[key_of(name, l)], symbol, tone)

    def factor(self, factor: Factor, key: str | None = None) -> str:
        """A factor as it stands in its product."""
        value = self.trace.values[key or key_of(factor.name, factor.l)]
        if factor.transposed:
            value = Value(value.array.T, value.columns, value.rows)
        return self.value(value, self.symbols.inline(factor.name, factor.l, transposed=factor.transposed))

    def num(self, value: float) -> str:
        """A number."""
        return number(value, self.digits)

    def number_of(self, l: int) -> int:
        """The number that the notation gives a layer."""
        return self.symbols.notation.first_layer + l - 1

    # ---- sections

    def header(self) -> str:
        header, L = self.trace.header, self.symbols.of("L").latex
        rows = [("network", sentence(header.network))]
        if header.point:
            rows.append(("point", sentence(header.point)))
        if self.trace.batch is not None:
            batch = self.trace.batch
            rows.append(("batch", f"point {batch.at + 1} of {batch.size} is shown; the step is that of their mean"))
        if header.label is not None:
            rows.append(("label", sentence(header.label)))
        if header.predicted is not None:
            sure = "" if header.probability is None else f" with probability {header.probability:.4f}"
            right = "right" if header.predicted == header.label else "wrong"
            rows.append(("predicted", f"{sentence(header.predicted)}{sure}, {right}"))
        loss = rf"{sentence(header.loss)}: ${L} = {header.loss_formula.latex} = {self.num(header.point_loss)}$"
        rows.append(("loss", loss))
        if header.penalty and header.penalty_formula:
            formula = rf"$R = {header.penalty_formula.latex} = {self.num(header.penalty_value)}$"
            rows.append(("penalty", f"{sentence(header.penalty)}: {formula}"))
        if header.penalty or self.trace.batch is not None:
            rows.append(("in all", f"${self.num(header.loss_value)}$"))
        seed = "" if header.seed is None else f", seed {header.seed}"
        rows.append(("step", rf"$t = {header.t}$, $\eta(t) = {header.eta:g}$, {sentence(header.optimizer)}{seed}"))
        rows.append(("layout", header.layout))
        rows.append(("notation", sentence(f"{self.symbols.notation.title}: {self.symbols.notation.about}")))
        if self.trace.check is not None:
            rows.append(("checked", sentence(self.trace.check.verdict)))
        lines = [rf"\clearpropquiet{{{name}}} & {fact} \\" for name, fact in rows]
        return "\n".join([r"\begin{tabular}{@{}lp{0.8\linewidth}@{}}", *lines, r"\end{tabular}"])

    def forward(self) -> str:
        lines: list[str] = []
        for l, layer in self.trace.forward.items():
            lines.append(self.layer_title(l))
            Z, A, out_in = self.symbols.of("Z", l), self.symbols.of("A", l), self.symbols.notation.out_in
            taken = "A_taken" if key_of("kept", l - 1) in self.trace.values else "A"
            formula = linear(l, self.symbols, taken).latex
            lines.append(display(rf"{Z.latex} = {formula}, \qquad {A.latex} = {layer.formula.latex}"))
            W = Factor("W", l, layer.W, transposed=not out_in and not self.symbols.scalar)
            lines.append(
                display(
                    self.factor(W),
                    r"\cdot" if self.trace.is_chain else "",
                    self.quantity(taken, l - 1, "forward"),
                    "+",
                    self.quantity("W0", l),
                    "=",
                    self.quantity("Z", l, "forward"),
                    *([] if layer.normalized else [r"\;\longrightarrow\;", self.quantity("A", l, "forward")]),
                )
            )
            lines += self.between(layer)
            if layer.alpha is not None:
                lead = f"{self.symbols.of('alpha', l).latex} =" if self.trace.is_chain else ""
                lines.append(display(lead, self.quantity("alpha", l)))
            telling = [zone for zone in layer.zones if zone.zone != "active"]
            said = "; ".join(f"unit {zone.unit} is {zone.zone} ({zone.reason})" for zone in telling[:4])
            more = f"; and {len(telling) - 4} more" if len(telling) > 4 else ""
            lines.append(sentence(said + more) if said else "")
        return _headed("Forward", lines)

    def between(self, layer: ForwardLayer) -> list[str]:
        """What stands between Z and A in a layer that is normalised, and between A and the next layer under dropout."""
        l, lines = layer.l, []
        if layer.normalized is not None:
            Z_hat, V = self.symbols.of("Z_hat", l).latex, self.symbols.of("V", l).latex
            scaled = rf"{V} = {scaling(self.symbols, l).latex}"
            lines.append(display(rf"{Z_hat}: {layer.normalized.formula.latex}, \qquad {scaled}"))
            V_made = [self.quantity("V", l, "forward"), "=", self.quantity("gain", l), r"\odot"]
            V_made += [self.quantity("Z_hat", l, "forward"), "+", self.quantity("shift", l)]
            lines.append(display(*V_made, r"\;\longrightarrow\;", self.quantity("A", l, "forward")))
        if layer.kept is not None:
            kept = self.quantity("kept", l, called=r"m / (1 - p)")
            taken = self.quantity("A_taken", l, "forward")
            lines.append(display(taken, "=", kept, r"\odot", self.quantity("A", l, "forward")))
        return lines

    def backward(self) -> str:
        layers = [self.layer(self.trace.backward[l]) for l in range(self.trace.L, 0, -1)]
        return _headed("Backward", layers)

    def layer(self, layer: BackwardLayer) -> str:
        l, symbols = layer.l, self.symbols
        lines = [self.layer_title(l), display(written_out(self.trace, layer).latex)]
        if l < self.trace.L:
            known = sentence(f"reused from layer {self.number_of(l + 1)} (Notation 11)")
            count = len(layer.product) - 2
            lines.append(
                rf"\clearpropshared{{{count} of these factors are ${symbols.inline('dL_dZ', l + 1)}$, {known}.}}"
            )
        for index, link in enumerate(layer.links):
            lines.append(self.link(link))
            if index == 0 and l == self.trace.L:
                lines.append(display(self.quantity("dL_dA", l, "back")))
                continue
            step = layer.steps[index - (l == self.trace.L)]
            name = "long_way" if layer.shortcut and step.name == layer.result else step.name
            lines.append(self.product(step, key_of(name, l)))
            if step.name == layer.result:
                lines += self.both_ways(layer)
        lines += [self.link(layer.weight_link), self.weights(layer)]
        alone = self.trace.batch is None
        if layer.alpha is not None:
            lines.append(self.link(layer.alpha.link))
            lines.append(self.product(layer.alpha.product, key_of("dL_dalpha" if alone else "point_dL_dalpha", l)))
        others = [name for name, _ in layer.others if name != "dL_dalpha" or not alone]
        lines += [display(self.quantity(name, l, "back")) for name in others]
        lines.append(display(rf"{symbols.of('dL_dW0', l).latex} = {symbols.of('dL_dZ', l).latex}"))
        return "\n\n".join(lines)

    def both_ways(self, layer: BackwardLayer) -> list[str]:
        """The link of the activation entry by entry, and its shortcut with the loss."""
        l, symbols, lines = layer.l, self.symbols, []
        into_f = layer.result.removeprefix("dL_d")
        if layer.elementwise is not None and not self.trace.is_chain:
            agree = disagreement(layer.elementwise.difference)
            lines.append(f"Entry by entry, which needs no matrix; both ways agree {agree}:")
            slopes = self.quantity("slopes", l, called=rf"f'\left({symbols.of(into_f, l).latex}\right)")
            lines.append(
                display(
                    self.quantity(layer.result, l, "back"), "=", slopes, r"\odot", self.quantity("dL_dA", l, "back")
                )
            )
        if layer.shortcut is not None:
            own = layer.shortcut
            agree = "" if own.difference is None else f"; both ways agree {disagreement(own.difference)}"
            formula = rf"${symbols.inline(layer.result, l)} = {own.formula.latex}$"
            lines.append(
                rf"\textbf{{shortcut}} (Concept 19) \quad {formula}\quad {sentence(own.name + ': ' + own.reason + agree)}."
            )
            if own.derivation:
                steps = [self.derived(each.written, each.reason) for each in own.derivation]
                lines.append(r"\begin{align*}" + r" \\ ".join(steps) + r"\end{align*}")
            lines.append(display(self.quantity(layer.result, l, "back")))
        return lines

    def derived(self, written: Written, reason: str) -> str:
        """A line of a derivation, aligned at its equality sign."""
        left, _, right = (
            written.latex.partition("=") if not written.latex.startswith("=") else ("", "=", written.latex[1:])
        )
        return rf"{left} &= {right} && \text{{\footnotesize {sentence(reason)}}}"

    def link(self, link: Link) -> str:
        symbol = rf"${self.symbols.inline(link.name, link.l)} = {link.formula.latex}$"
        shape_ = rf"${shape(link.value.shape)}$"
        head = rf"\clearpropkeep\textbf{{{link.role}}} \quad {symbol} \quad {shape_} \quad "
        return head + rf"\clearpropquiet{{{sentence(link.source)}}}\\ {sentence(link.reason)}."

    def product(self, product: Product, key: str) -> str:
        result = self.value(self.trace.values[key], self.symbols.inline(product.name, product.l), "back")
        factors = r" \cdot ".join(self.factor(factor) for factor in product.factors)
        lead = f"{self.symbols.of(product.name, product.l).latex} = " if self.trace.is_chain else ""
        names = rf"{assembly(self.trace, product).latex.partition(' = ')[2]} = " if self.trace.is_chain else ""
        if self.trace.is_chain:
            return display(lead, names, factors, "=", rf"\clearpropback{{{result}}}")
        return display(result, "=", factors)

    def weights(self, layer: BackwardLayer) -> str:
        """dL/dW = A (dL/dZ)^T; a chain of scalars is one product from the loss to the weight (7.18, 7.30)."""
        l, alone = layer.l, self.trace.batch is None
        key = key_of("dL_dW" if alone else "point_dL_dW", l)
        penalty = ""
        if layer.dR_dW is not None and alone:
            R, W = self.symbols.of("R").latex, self.symbols.of("W", l).latex
            penalty = " + " + self.quantity("dR_dW", l, called=rf"\partial {R} / \partial {W}")
        if self.trace.is_chain:
            links = [*(self.trace.links[each] for each in layer.product), layer.weight_link]
            symbols = r" \cdot ".join(self.symbols.of(link.name, link.l).latex for link in links)
            formulas = r" \cdot ".join(rf"\left({link.formula.latex}\right)" for link in links)
            numbers = r" \cdot ".join(self.quantity(link.name, link.l) for link in links)
            left = self.symbols.of("dL_dW", l).latex
            value = self.value(self.trace.values[key], left)
            first = display(left, "=", symbols, "=", formulas)
            last = display(left, "=", numbers, penalty, "=", rf"\clearpropback{{{value}}}")
            return f"{first}\n\n{last}"
        factors = r" \cdot ".join(self.factor(factor) for factor in layer.weights.factors)
        result = self.value(self.trace.values[key], self.symbols.inline("dL_dW", l), "back")
        return display(result, "=", factors, penalty)

    def entries(self) -> str:
        return "\n\n".join(
            [r"\section*{One weight, as a sum over paths}", *(self.entry(each) for each in self.trace.entries)]
        )

    def entry(self, entry: Entry) -> str:
        rows = []
        for path in entry.paths[:FIRST_PATHS]:
            symbols = r" \cdot ".join(symbol.latex for symbol, _ in path.factors)
            numbers = r" \cdot ".join(self.signed(value) for _, value in path.factors)
            rows.append(rf"{symbols} &= {numbers} = {self.num(path.product)}")
        lines = [display(entry.formula.latex)]
        lines.append(display(r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"))
        left = entry.count - len(rows)
        if left > 0:
            rest = entry.value - sum(path.product for path in entry.paths[:FIRST_PATHS])
            lines.append(rf"and {left:,} more paths, together ${self.num(rest)}$.")
        return "\n\n".join([*lines, display(rf"{entry.derivative.latex} = \clearpropback{{{self.num(entry.value)}}}")])

    def signed(self, value: float) -> str:
        """A number that can stand behind a sign."""
        written = self.num(value)
        return rf"\left({written}\right)" if written.startswith("-") or r"\cdot" in written else written

    def batch(self) -> str:
        batch = self.trace.batch
        if batch is None:
            return ""
        rows = [["point", "loss", "share"]]
        rows += [
            [str(i + 1), f"${self.num(batch.losses[i])}$", f"${self.num(batch.shares[i])}$"]
            for i in range(min(batch.size, FIRST_POINTS))
        ]
        lines = [
            r"\section*{The batch}",
            table(rows, "lrr"),
            "The same product over all points, a column for each, shares included:",
        ]
        for l in sorted(batch.layers, reverse=True):
            factors = []
            for factor in batch.layers[l].weights.factors:
                key = key_of("batch_A" if factor.name == "A" else "batch_dL_dZ", factor.l)
                factors.append(self.factor(factor, key=key))
            penalty = ""
            if self.trace.backward[l].dR_dW is not None:
                R, W = self.symbols.of("R").latex, self.symbols.of("W", l).latex
                penalty = "+ " + self.quantity("dR_dW", l, called=rf"\partial {R} / \partial {W}")
            lines.append(display(self.quantity("dL_dW", l, "back"), "=", r" \cdot ".join(factors), penalty))
        return "\n\n".join(lines)

    def update(self) -> str:
        trace, rule = self.trace, self.trace.rule
        lines: list[str] = []
        if not rule.plain or rule.name != trace.header.optimizer:
            lines += [rf"\textbf{{{sentence(rule.name)}}}: {sentence(rule.about)}.", display(rule.formula.latex)]
        for l in trace.update:
            lines.append(self.layer_title(l))
            for name in ("W", "W0", *(each.name for each in trace.update[l].others)):
                W = self.symbols.of(name, l).latex
                after = self.quantity(f"{name}_after", l, called=rf"{W}\text{{, after}}")
                before = self.quantity(name, l, called=rf"{W}\text{{, before}}")
                step = self.quantity(
                    f"step_d{name}",
                    l,
                    "back",
                    called=self.symbols.inline(f"dL_d{name}", l, transposed=trace.header.layout == "numerator"),
                )
                lines.append(display(update_of(trace, l, name).latex))
                if rule.plain:
                    lines.append(display(after, "=", before, rf"- {trace.header.eta:g} \cdot", step))
                else:
                    lines.append(display(after, r"\;\longleftarrow\;", before, r",\quad", step))
        losses = rf"${self.num(trace.header.loss_value)} \rightarrow {self.num(rule.loss_after)}$"
        lines.append(f"The loss of {'this point' if trace.batch is None else 'the batch'}: {losses}.")
        for l, what in trace.what_if.items():
            gradient = self.symbols.inline("dL_dW", l)
            lines.append(
                rf"If the layer after it had been updated first, ${gradient}$ would be off by "
                rf"{sentence(percent(what.relative, 2))}: {sentence(what.reason)}."
            )
        return _headed("Update", lines)

    def check(self) -> str:
        check = self.trace.check
        if check is None:
            return ""
        rows = [["gradient", "compared", "at a kink", "error"]]
        for each in check.arrays:
            symbol = f"${self.symbols.inline(each.name, each.l)}$"
            rows.append([symbol, f"{each.checked} of {each.size}", str(each.at_kink), f"{each.error:.1e}"])
        said = rf"{sentence(check.verdict)}. {sentence(check.method)}: {sentence(check.because)}."
        caveats = " ".join(f"{sentence(each)}." for each in check.caveats)
        return "\n\n".join([r"\section*{Check}", said, table(rows, "lrrr"), caveats])

    def cost(self) -> str:
        cost = self.trace.cost
        rows = [["product", "from the layer", "from the loss", "reusing"]]
        for each in cost.layers:
            name, counts = self.symbols.inline("dL_dZ", each.l), (each.to_loss, each.from_loss, each.reused)
            rows.append([f"${name}$", *(f"{count:,}" for count in counts)])
        rows.append(["all of them", f"{cost.to_loss:,}", f"{cost.from_loss:,}", f"{cost.reused:,}"])
        return "\n\n".join([r"\section*{Cost, in multiplications}", table(rows, "lrrr"), sentence(cost.reason) + "."])

    def health(self) -> str:
        rows = [
            [
                "layer",
                r"$\|\partial L/\partial Z\|$",
                r"$\|\partial L/\partial W\|$",
                r"$\|W\|$",
                "change / W",
                "blame",
                "",
            ]
        ]
        for l, each in self.trace.health.items():
            norms = [f"${self.num(value)}$" for value in (each.dL_dZ, each.dL_dW, each.W)]
            rows.append(
                [
                    str(self.number_of(l)),
                    *norms,
                    sentence(percent(each.ratio, 2)),
                    sentence(percent(each.blame)),
                    each.verdict,
                ]
            )
        return "\n\n".join([r"\section*{Health}", table(rows, "lrrrrrl")])

    def lints(self) -> str:
        if not self.trace.lints:
            return ""
        items = [
            rf"\item \textbf{{{sentence(lint.code)}}} ({lint.severity}): {sentence(lint.message)}. "
            rf"Remedy: {sentence(lint.remedy)}."
            for lint in self.trace.lints
        ]
        return "\n".join([r"\section*{Look out}", r"\begin{itemize}", *items, r"\end{itemize}"])

    def notation(self) -> str:
        rows = [["symbol", "shape", "what it is"]]
        for name, symbol, shape_, meaning in self.symbols.table():
            one_line = name.startswith("d") and "frac" in symbol.latex
            written = symbol.latex.replace(r"\frac{", "{").replace("}{", "} / {", 1) if one_line else symbol.latex
            rows.append([f"${written}$", sentence(shape_), sentence(meaning.partition(":")[0])])
        return "\n\n".join([rf"\section*{{Symbols: {sentence(self.symbols.notation.title)}}}", table(rows, "lll")])

    def layer_title(self, l: int) -> str:
        """A layer's number and activation."""
        return rf"\clearpropkeep\paragraph{{Layer {self.number_of(l)}}} {sentence(self.trace.forward[l].activation)}"


def _headed(title: str, lines: Sequence[str]) -> str:
    """A section; its heading stays with the first heading below it."""
    first, *rest = [line for line in lines if line]
    kept = rf"\clearpropkeep\section*{{{title}}}"
    return "\n\n".join([kept, first.removeprefix(r"\clearpropkeep"), *rest])


SECTIONS: dict[str, Callable[[_Latex], str]] = {
    "header": _Latex.header,
    "forward": _Latex.forward,
    "backward": _Latex.backward,
    "entries": _Latex.entries,
    "batch": _Latex.batch,
    "update": _Latex.update,
    "check": _Latex.check,
    "cost": _Latex.cost,
    "health": _Latex.health,
    "lints": _Latex.lints,
    "symbols": _Latex.notation,
}
"""Each section and what writes it, in the order in which they stand; the same names as in the text."""
