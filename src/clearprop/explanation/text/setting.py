"""A Trace as text for a terminal: what is explained, values forward, the gradient backward link by link, the step, and more.

Everything shown comes from the trace; here it is only arranged, section by section.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence

from ...formulas.catalogue import nearest
from ..notation.numbers import number
from ..notation.symbols import shape_of
from ..trace.around import Header
from ..trace.record import Trace
from .around import (
    write_batch,
    write_check,
    write_cost,
    write_entries,
    write_health,
    write_lints,
    write_symbols,
    write_update,
)
from .boxes import paint
from .chain import write_chain_backward, write_chain_forward
from .matrices import ROWS, vector
from .passes import write_backward, write_forward
from .terminal import Page

NARROW, WIDE = 60, 120


def _write_header(page: Page, trace: Trace) -> None:
    page.title("One step of back-propagation", "quiet")
    page.facts(_facts(trace, page.digits))


def _forward(page: Page, trace: Trace) -> None:
    (write_chain_forward if trace.is_chain else write_forward)(page, trace)


def _backward(page: Page, trace: Trace) -> None:
    (write_chain_backward if trace.is_chain else write_backward)(page, trace)


SECTIONS: dict[str, Callable[[Page, Trace], None]] = {
    "header": _write_header,
    "forward": _forward,
    "backward": _backward,
    "entries": write_entries,
    "batch": write_batch,
    "update": write_update,
    "check": write_check,
    "cost": write_cost,
    "health": write_health,
    "lints": write_lints,
    "symbols": write_symbols,
}
"""Each section and what writes it, in the order in which they stand."""


def as_text(
    trace: Trace,
    *,
    width: int | None = None,
    color: bool = False,
    digits: int = 4,
    fold: int | None = ROWS,
    sections: Sequence[str] | None = None,
) -> str:
    """The explanation, `width` columns wide (the terminal's, between 60 and 120, where it is None)."""
    if width is None:
        width = min(max(shutil.get_terminal_size((100, 24)).columns, NARROW), WIDE)
    if width < NARROW:
        raise ValueError(f"width must be {NARROW} columns or more; given {width}")
    for asked in sections or ():
        if asked not in SECTIONS:
            raise ValueError(f"unknown section {asked!r}{nearest(asked, list(SECTIONS))}")
    page = Page(width, digits, trace.ranked, fold)
    for name, write in SECTIONS.items():
        if sections is None or name in sections:
            write(page, trace)
    return paint(page.lines, color=color).strip("\n")


def _facts(trace: Trace, digits: int) -> list[tuple[str, str]]:
    header = trace.header
    facts = [("network", header.network)]
    if header.point:
        facts.append(("point", header.point))
    if trace.batch is not None:
        facts.append(
            ("batch", f"point {trace.batch.at + 1} of {trace.batch.size} is shown; the step is that of their mean")
        )
    facts.append(("x", f"{vector(header.x, digits=digits)}   {shape_of(header.x.shape)}"))
    target = f"y = {vector(header.y, columns=12, digits=digits)}"
    facts.append(("label", f"{header.label}   {target}") if header.label is not None else ("target", target))
    if header.predicted is not None:
        sure = f" with probability {header.probability:.4f}" if header.probability is not None else ""
        verdict = "right" if header.predicted == header.label else "wrong"
        facts.append(("predicted", f"{header.predicted}{sure}   {verdict}"))
    facts += _losses(trace, digits)
    rule = "" if trace.rule.plain else f", {header.optimizer}"
    schedule = "" if header.schedule.startswith("constant") else f", {header.schedule}"
    seed = "" if header.seed is None else f", seed {header.seed}"
    facts.append(("step", f"t = {header.t}, η(t) = {header.eta:g}{schedule}{rule}{seed}"))
    facts += [("layout", _layout(header, chain=trace.is_chain)), ("notation", _notation(header))]
    if trace.check is not None:
        facts.append(("checked", trace.check.verdict))
    troubles = [lint for lint in trace.lints if lint.severity != "note"]
    if troubles:
        facts.append(("look out", "; ".join(lint.message for lint in troubles)))
    return facts


def _losses(trace: Trace, digits: int) -> list[tuple[str, str]]:
    header, L = trace.header, trace.header.symbols.of("L").plain
    value = number(header.loss_value, digits + 2)
    if trace.batch is not None:
        own = number(header.point_loss, digits + 2)
        facts = [("loss", f"{header.loss}: {L} = {header.loss_formula.plain} = {own} at this point, {value} in all")]
    elif header.penalty:
        facts = [("loss", f"{header.loss}: {L} = {header.loss_formula.plain} + R = {value}")]
    else:
        facts = [("loss", f"{header.loss}: {L} = {header.loss_formula.plain} = {value}")]
    if header.penalty:
        facts.append(("penalty", f"{header.penalty}: R = {number(header.penalty_value, digits + 2)}"))
    return facts


def _layout(header: Header, *, chain: bool) -> str:
    if chain:
        return "every value is a scalar, so both layouts are the same"
    if header.layout == "denominator":
        return "denominator: ∂v/∂u has a row for each u and a column for each v"
    return "numerator: ∂v/∂u has a row for each v and a column for each u"


def _notation(header: Header) -> str:
    notation = header.symbols.notation
    return notation.about if notation.name == "mn" else f"{notation.title}: {notation.about}"
