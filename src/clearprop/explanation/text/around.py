"""What stands around the two passes, as text: one weight's sum over paths, the batch, the step, check, cost, health, lints."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..notation.numbers import number, percent
from ..trace.around import Entry, Lint, Path, Update
from ..trace.equations import update_of, update_rule
from ..trace.record import Trace
from ..trace.values import key_of
from .matrices import bars
from .passes import layer_title, turned
from .terminal import INDENT, Operand, Page

FIRST_PATHS = 6
"""Paths that a page shows; the document has more."""
FIRST_UNITS = 8


def write_entries(page: Page, trace: Trace) -> None:
    """The derivative by a weight or bias as a sum over paths, numbers in place."""
    page.title("One weight, as a sum over paths", "backward")
    for entry in trace.entries:
        _entry(page, trace, entry)


def _entry(page: Page, trace: Trace, entry: Entry) -> None:
    page.blank()
    page.line((entry.formula.plain, "backward"))
    ways = "one path" if entry.count == 1 else f"{entry.count:,} paths"
    end = ", ending in the shortcut (Concept 19)" if entry.shortcut else ""
    page.line((f"{ways} from {entry.symbol.plain} to the loss{end}", "quiet"))
    page.blank()
    shown = entry.paths[: FIRST_PATHS if page.fold is not None else None]
    rows = [["by way of", *_symbols(shown), "product"]]
    for path in shown:
        factors = [_signed(number(value, page.digits)) for _, value in path.factors]
        rows.append([_way(trace, path), " · ".join(factors), number(path.product, page.digits)])
    if len(rows[0]) == 3 and max(map(len, (_line(rows, row) for row in rows))) + INDENT <= page.width:
        page.table(rows, left=1, tones=("", "", "backward"))
    else:
        for path in shown:
            numbers = " · ".join(_signed(number(value, page.digits)) for _, value in path.factors)
            page.line(
                (_way(trace, path), "quiet"), (f"  {numbers} = ", ""), (number(path.product, page.digits), "backward")
            )
    listed = sum(path.product for path in shown)
    if len(shown) < entry.count:
        rest = number(entry.value - listed, page.digits)
        page.line((f"and {entry.count - len(shown):,} more, together {rest}", "quiet"), indent=INDENT)
    page.line((f"{entry.derivative.plain} = {number(entry.value, page.digits)}", "backward"))


def _line(rows: Sequence[Sequence[str]], row: Sequence[str]) -> str:
    return "  ".join(cell.ljust(max(len(each[column]) for each in rows)) for column, cell in enumerate(row))


def _symbols(paths: Sequence[Path]) -> list[str]:
    """The heading over the factors: their symbols where all paths share them, else of the first path."""
    return [" · ".join(symbol.plain for symbol, _ in paths[0].factors) if len(paths) == 1 else "factors"]


def _way(trace: Trace, path: Path) -> str:
    """z¹₂ → z²₁: the pre-activations that a path passes."""
    symbols = trace.header.symbols
    return " → ".join(symbols.entry(name, l, (unit,)).plain for name, l, unit in path.units if name == "Z")


def write_batch(page: Page, trace: Trace) -> None:
    """Each point's part, and every gradient as one product over all points."""
    batch = trace.batch
    if batch is None:
        return
    symbols = trace.header.symbols
    page.title(f"The batch: {batch.size} points", "quiet")
    norms = [math.sqrt(sum(layer.norms[i] ** 2 for layer in batch.layers.values())) for i in range(batch.size)]
    rows = [["point", "loss", "share", "‖∂L/∂W‖"]]
    shown = range(batch.size) if batch.size <= FIRST_UNITS or page.fold is None else range(FIRST_UNITS)
    for i in shown:
        mark = " (shown above)" if i == batch.at else ""
        rows.append(
            [
                f"{i + 1}{mark}",
                number(batch.losses[i], page.digits),
                number(batch.shares[i], page.digits),
                number(norms[i], page.digits),
            ]
        )
    page.table(rows)
    if len(shown) < batch.size:
        page.line((f"and {batch.size - len(shown)} more", "quiet"), indent=INDENT)
    page.blank()
    page.prose(
        f"Over the batch {symbols.of('A', 0).plain} and {symbols.of('dL_dZ', 1).plain} have a column for each point, shares "
        "included, and the same product sums over them:",
        "quiet",
    )
    for l in sorted(batch.layers, reverse=True):
        layer_title(page, trace, l)
        layer, operands = batch.layers[l], []
        for index, factor in enumerate(layer.weights.factors):
            name = "batch_A" if factor.name == "A" else "batch_dL_dZ"
            value = trace.values[key_of(name, factor.l)]
            symbol = symbols.of(factor.name, factor.l, transposed=factor.transposed)
            operands.append(
                Operand(
                    "·" if index else "=",
                    symbol.plain,
                    turned(value) if factor.transposed else value,
                    "backward" if factor.name != "A" else "",
                )
            )
        penalty = []
        if trace.backward[l].dR_dW is not None:
            R, W = symbols.of("R").plain, symbols.of("W", l).plain
            penalty = [Operand("+", f"∂{R}/∂{W}", trace.values[key_of("dR_dW", l)])]
        gradient = Operand("", symbols.of("dL_dW", l).plain, trace.values[key_of("dL_dW", l)], "backward")
        page.equation(gradient, *operands, *penalty)


def write_update(page: Page, trace: Trace) -> None:
    """The rule, every layer before and after, and what a wrong order of updates would have done."""
    page.title("Update", "quiet")
    rule = trace.rule
    if not rule.plain or rule.name != trace.header.optimizer:
        page.line((rule.name, "strong"), (f"   {rule.formula.plain}", ""))
        page.prose(rule.about, "quiet")
    for l, update in trace.update.items():
        if trace.is_chain:
            _scalar_update(page, trace, update)
        else:
            layer_title(page, trace, l)
            _layer_update(page, trace, update)
    before, after = (number(loss, page.digits + 2) for loss in (trace.header.loss_value, rule.loss_after))
    sample = "this point" if trace.batch is None else "the batch"
    page.blank()
    page.line((f"the loss of {sample}: {before} → {after}", "strong"))
    _what_if(page, trace)


def _scalar_update(page: Page, trace: Trace, update: Update) -> None:
    eta = f"{trace.header.eta:g}"
    arrays = [("W", update.W, update.W_after, update.dW), ("W0", update.W0, update.W0_after, update.dW0)]
    arrays += [(each.name, each.before, each.after, each.gradient) for each in update.others]
    for name, before, after, slope in arrays:
        written = update_of(trace, update.l, name)
        old, new, down = (number(float(each[0, 0]), page.digits) for each in (before, after, slope))
        numbers = f" = {old} − {eta} · {_signed(down)}" if trace.rule.plain else f", from {old}"
        page.line((f"{written.plain}{numbers} = ", ""), (new, "strong"))


def _layer_update(page: Page, trace: Trace, update: Update) -> None:
    l, eta = update.l, f"{trace.header.eta:g}"
    symbols, values, rules = trace.header.symbols, trace.values, update_rule(trace, l)
    for name, rule in zip(("W", "W0"), rules, strict=True):
        W, gradient = symbols.of(name, l).plain, symbols.of(f"dL_d{name}", l).plain
        if trace.header.layout == "numerator":
            gradient = symbols.of(f"dL_d{name}", l, transposed=True).plain
        after = Operand("", f"{W}, after", values[key_of(f"{name}_after", l)], "strong")
        before = Operand("=" if trace.rule.plain else "←", f"{W}, before", values[key_of(name, l)])
        operator = f"− {eta} ·" if trace.rule.plain else ","
        step = Operand(operator, gradient, values[key_of(f"step_d{name}", l)], "backward")
        page.line((rule.plain, ""))
        page.equation(after, before, step)
    for each in update.others:
        name = symbols.of(each.name, l).plain
        page.equation(
            Operand("", f"{name}, after", values[key_of(f"{each.name}_after", l)], "strong"),
            Operand("=" if trace.rule.plain else "←", f"{name}, before", values[key_of(each.name, l)]),
            Operand(
                operator,
                symbols.of(f"dL_d{each.name}", l, transposed=trace.header.layout == "numerator").plain,
                values[key_of(f"step_d{each.name}", l)],
                "backward",
            ),
        )
    for state in update.state:
        page.equation(
            Operand("", f"{state.name} of {symbols.of('W', l).plain}, after", values[key_of(f"{state.name}_after", l)]),
            Operand("←", f"{state.name}, before", values[key_of(f"{state.name}_before", l)]),
        )


def _what_if(page: Page, trace: Trace) -> None:
    if not trace.what_if:
        return
    symbols = trace.header.symbols
    page.blank()
    page.line(("What if the layer after it had been updated first?", "strong"))
    for l, each in trace.what_if.items():
        gradient = symbols.of("dL_dW", l).plain
        page.line(
            (f"{gradient} would be off by {percent(each.relative, 2)}: ", "backward"), (each.reason, ""), indent=INDENT
        )
        if not trace.is_chain:
            values = trace.values
            page.equation(
                Operand("", f"{gradient}, wrong", values[key_of("wrong_dL_dW", l)]),
                Operand("−", gradient, values[key_of("dL_dW", l)], "backward"),
                Operand("=", "the difference", values[key_of("wrong_difference", l)]),
            )
        else:
            wrong, right, off = (
                number(float(array[0, 0]), page.digits)
                for array in (each.wrong, trace.backward[l].dL_dW, each.difference)
            )
            page.line((f"{wrong} in place of {right}, a difference of {off}", ""), indent=INDENT)


def write_check(page: Page, trace: Trace) -> None:
    """Each gradient beside its numeric value, with the verdict."""
    check = trace.check
    if check is None:
        return
    symbols = trace.header.symbols
    page.title("Check", "quiet")
    tones = {"agrees": "forward", "differs": "backward", "cannot be told": "shared"}
    page.line((check.verdict, tones[check.outcome]))
    page.line((f"{check.method}: {check.because}", "quiet"))
    page.blank()
    rows = [["gradient", "compared", "at a kink", "error", "verdict"]]
    for each in check.arrays:
        name = symbols.of(each.name, each.l).plain
        error = f"{each.error:.1e}" if each.checked else "-"
        rows.append([name, f"{each.checked} of {each.size}", str(each.at_kink), error, each.outcome])
    page.table(rows)
    for each in check.arrays:
        if each.name == "dL_dW" and each.checked == each.size and not trace.is_chain and each.size <= 24:
            page.equation(
                Operand("", symbols.of("dL_dW", each.l).plain, trace.values[key_of("dL_dW", each.l)], "backward"),
                Operand("≈", check.method, trace.values[key_of("numeric_dL_dW", each.l)]),
            )
    if trace.is_chain:
        for each in check.arrays:
            if each.kinks:
                continue  # the caveats have its sides
            given = trace.values[key_of(each.name, each.l)].array
            both = [number(float(array[0, 0]), max(page.digits, 12)) for array in (given, each.numeric)]
            page.line(
                (f"{symbols.of(each.name, each.l).plain} = {both[0]}", "backward"),
                (f"   numeric {both[1]}", ""),
                indent=INDENT,
            )
    for caveat in check.caveats:
        page.prose(f"· {caveat}", "quiet", indent=INDENT)


def write_cost(page: Page, trace: Trace) -> None:
    """Multiplications for each product, begun at either end."""
    cost, symbols = trace.cost, trace.header.symbols
    page.title("Cost, in multiplications", "quiet")
    rows = [["product", "from the layer", "from the loss", "reusing"]]
    for each in cost.layers:
        name = symbols.of("dL_dZ", each.l).plain
        rows.append([name, f"{each.to_loss:,}", f"{each.from_loss:,}", f"{each.reused:,}"])
    rows.append(["all of them", f"{cost.to_loss:,}", f"{cost.from_loss:,}", f"{cost.reused:,}"])
    page.table(rows)
    page.prose(
        f"beside them the forward pass takes {cost.forward:,}, and the weight gradients {cost.weights:,}",
        "quiet",
        indent=INDENT,
    )
    page.prose(cost.reason, indent=INDENT)


def write_health(page: Page, trace: Trace) -> None:
    """Norms, how far each layer moves, and who bears the blame."""
    symbols = trace.header.symbols
    page.title("Health", "quiet")
    rows = [["layer", "‖∂L/∂Z‖", "‖∂L/∂W‖", "‖W‖", "change / W", "blame"]]
    number_of = symbols.notation.first_layer - 1
    for l, each in trace.health.items():
        rows.append(
            [
                str(l + number_of),
                number(each.dL_dZ, page.digits),
                number(each.dL_dW, page.digits),
                number(each.W, page.digits),
                percent(each.ratio, 2),
                percent(each.blame),
            ]
        )
    page.table(rows)
    page.blank()
    for l, each in trace.health.items():
        verdict = f"layer {l + number_of} {each.verdict}"
        if len(each.units) == 1:
            page.line((verdict, ""), indent=INDENT)
            continue
        worst = max(range(len(each.units)), key=lambda unit: each.units[unit])
        strip = _strip(bars([share * len(each.units) / 2 for share in each.units]), page.width - 8)
        page.line(
            (verdict, ""), (f"; unit {worst + 1} bears {percent(each.units[worst])} of its blame:", ""), indent=INDENT
        )
        page.line((strip, "backward"), indent=INDENT)


def _strip(bar: str, room: int) -> str:
    return bar if len(bar) <= room else bar[: room - 1] + "…"


def write_lints(page: Page, trace: Trace) -> None:
    """What will go wrong, or has, and what to do."""
    if not trace.lints:
        return
    page.title("Look out", "backward" if any(lint.severity != "note" for lint in trace.lints) else "quiet")
    for lint in trace.lints:
        _lint(page, lint)


def _lint(page: Page, lint: Lint) -> None:
    page.line((lint.severity, "backward" if lint.severity != "note" else "quiet"), (f"  {lint.code}", "strong"))
    page.prose(lint.message, indent=INDENT)
    if lint.units:
        some = ", ".join(map(str, lint.units[:FIRST_UNITS])) + (", …" if len(lint.units) > FIRST_UNITS else "")
        page.prose(f"units {some}" if len(lint.units) > 1 else f"unit {some}", "quiet", indent=INDENT)
    page.prose(f"remedy: {lint.remedy}", indent=INDENT)


def write_symbols(page: Page, trace: Trace) -> None:
    """The notation's symbol table."""
    symbols = trace.header.symbols
    page.title(f"Symbols: {symbols.notation.title}", "quiet")
    page.prose(symbols.notation.about, "quiet")
    page.blank()
    rows = [["symbol", "shape", "what it is"]]
    rows += [[symbol.plain, shape, meaning.partition(":")[0]] for _, symbol, shape, meaning in symbols.table()]
    page.table(rows, left=3)


def _signed(written: str) -> str:
    return f"({written})" if written.startswith("-") else written
