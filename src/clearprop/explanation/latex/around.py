"""What stands around the two passes, in LaTeX: paths, batch, step, check, cost, health, lints, symbols; it derives nothing."""

from __future__ import annotations

from ..notation.numbers import percent
from ..trace.around import Entry
from ..trace.equations import update_of
from ..trace.values import key_of
from .pieces import display, headed, sentence, table
from .writer import Writer

FIRST_PATHS, FIRST_POINTS = 8, 12


def write_entries(tex: Writer) -> str:
    """The derivative by a weight or bias as a sum over paths, numbers in place."""
    return "\n\n".join(
        [r"\section*{One weight, as a sum over paths}", *(_entry(tex, each) for each in tex.trace.entries)]
    )


def _entry(tex: Writer, entry: Entry) -> str:
    """One such sum: its formula, its largest paths, what is left, and the whole."""
    rows = []
    for path in entry.paths[:FIRST_PATHS]:
        symbols = r" \cdot ".join(symbol.latex for symbol, _ in path.factors)
        numbers = r" \cdot ".join(_signed(tex, value) for _, value in path.factors)
        rows.append(rf"{symbols} &= {numbers} = {tex.num(path.product)}")
    lines = [display(entry.formula.latex)]
    lines.append(display(r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"))
    left = entry.count - len(rows)
    if left > 0:
        rest = entry.value - sum(path.product for path in entry.paths[:FIRST_PATHS])
        lines.append(rf"and {left:,} more paths, together ${tex.num(rest)}$.")
    return "\n\n".join([*lines, display(rf"{entry.derivative.latex} = \clearpropback{{{tex.num(entry.value)}}}")])


def _signed(tex: Writer, value: float) -> str:
    """A number that can stand behind a sign."""
    written = tex.num(value)
    return rf"\left({written}\right)" if written.startswith("-") or r"\cdot" in written else written


def write_batch(tex: Writer) -> str:
    """Each point's part, and every gradient as one product over all points."""
    batch = tex.trace.batch
    if batch is None:
        return ""
    rows = [["point", "loss", "share"]]
    rows += [
        [str(i + 1), f"${tex.num(batch.losses[i])}$", f"${tex.num(batch.shares[i])}$"]
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
            factors.append(tex.factor(factor, key=key))
        penalty = ""
        if tex.trace.backward[l].dR_dW is not None:
            R, W = tex.symbols.of("R").latex, tex.symbols.of("W", l).latex
            penalty = "+ " + tex.quantity("dR_dW", l, called=rf"\partial {R} / \partial {W}")
        lines.append(display(tex.quantity("dL_dW", l, "back"), "=", r" \cdot ".join(factors), penalty))
    return "\n\n".join(lines)


def write_update(tex: Writer) -> str:
    """The rule, every layer before and after, and what a wrong order of updates would have done."""
    trace, rule = tex.trace, tex.trace.rule
    lines: list[str] = []
    if not rule.plain or rule.name != trace.header.optimizer:
        lines += [rf"\textbf{{{sentence(rule.name)}}}: {sentence(rule.about)}.", display(rule.formula.latex)]
    for l in trace.update:
        lines.append(tex.layer_title(l))
        for name in ("W", "W0", *(each.name for each in trace.update[l].others)):
            W = tex.symbols.of(name, l).latex
            after = tex.quantity(f"{name}_after", l, called=rf"{W}\text{{, after}}")
            before = tex.quantity(name, l, called=rf"{W}\text{{, before}}")
            step = tex.quantity(
                f"step_d{name}",
                l,
                "back",
                called=tex.symbols.inline(f"dL_d{name}", l, transposed=trace.header.layout == "numerator"),
            )
            lines.append(display(update_of(trace, l, name).latex))
            if rule.plain:
                lines.append(display(after, "=", before, rf"- {trace.header.eta:g} \cdot", step))
            else:
                lines.append(display(after, r"\;\longleftarrow\;", before, r",\quad", step))
    losses = rf"${tex.num(trace.header.loss_value)} \rightarrow {tex.num(rule.loss_after)}$"
    lines.append(f"The loss of {'this point' if trace.batch is None else 'the batch'}: {losses}.")
    for l, what in trace.what_if.items():
        gradient = tex.symbols.inline("dL_dW", l)
        lines.append(
            rf"If the layer after it had been updated first, ${gradient}$ would be off by "
            rf"{sentence(percent(what.relative, 2))}: {sentence(what.reason)}."
        )
    return headed("Update", lines)


def write_check(tex: Writer) -> str:
    """Each gradient beside its numeric derivative."""
    check = tex.trace.check
    if check is None:
        return ""
    rows = [["gradient", "compared", "at a kink", "error", "verdict"]]
    for each in check.arrays:
        symbol = f"${tex.symbols.inline(each.name, each.l)}$"
        error = f"{each.error:.1e}" if each.checked else "-"
        rows.append([symbol, f"{each.checked} of {each.size}", str(each.at_kink), error, each.outcome])
    said = rf"{sentence(check.verdict)}. {sentence(check.method)}: {sentence(check.because)}."
    caveats = " ".join(f"{sentence(each)}." for each in check.caveats)
    return "\n\n".join([r"\section*{Check}", said, table(rows, "lrrrl"), caveats])


def write_cost(tex: Writer) -> str:
    """Multiplications, in three orders."""
    cost = tex.trace.cost
    rows = [["product", "from the layer", "from the loss", "reusing"]]
    for each in cost.layers:
        name, counts = tex.symbols.inline("dL_dZ", each.l), (each.to_loss, each.from_loss, each.reused)
        rows.append([f"${name}$", *(f"{count:,}" for count in counts)])
    rows.append(["all of them", f"{cost.to_loss:,}", f"{cost.from_loss:,}", f"{cost.reused:,}"])
    return "\n\n".join([r"\section*{Cost, in multiplications}", table(rows, "lrrr"), sentence(cost.reason) + "."])


def write_health(tex: Writer) -> str:
    """Norms, ratios and blame of every layer."""
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
    for l, each in tex.trace.health.items():
        norms = [f"${tex.num(value)}$" for value in (each.dL_dZ, each.dL_dW, each.W)]
        rows.append(
            [
                str(tex.number_of(l)),
                *norms,
                sentence(percent(each.ratio, 2)),
                sentence(percent(each.blame)),
                each.verdict,
            ]
        )
    return "\n\n".join([r"\section*{Health}", table(rows, "lrrrrrl")])


def write_lints(tex: Writer) -> str:
    """What will go wrong or already has, and its remedy."""
    if not tex.trace.lints:
        return ""
    items = [
        rf"\item \textbf{{{sentence(lint.code)}}} ({lint.severity}): {sentence(lint.message)}. "
        rf"Remedy: {sentence(lint.remedy)}."
        for lint in tex.trace.lints
    ]
    return "\n".join([r"\section*{Look out}", r"\begin{itemize}", *items, r"\end{itemize}"])


def write_symbols(tex: Writer) -> str:
    """Every symbol with its shape and meaning."""
    rows = [["symbol", "shape", "what it is"]]
    for name, symbol, shape_, meaning in tex.symbols.table():
        one_line = name.startswith("d") and "frac" in symbol.latex
        written = symbol.latex.replace(r"\frac{", "{").replace("}{", "} / {", 1) if one_line else symbol.latex
        rows.append([f"${written}$", sentence(shape_), sentence(meaning.partition(":")[0])])
    return "\n\n".join([rf"\section*{{Symbols: {sentence(tex.symbols.notation.title)}}}", table(rows, "lll")])
