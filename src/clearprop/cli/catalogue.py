"""`clearprop catalogue`: every part there is, read from the records. A kind is a table, a name is a card."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import MISSING, fields
from importlib import import_module
from itertools import groupby, zip_longest
from typing import Any

import click
import numpy as np

from ..formulas import CATALOGUE, Part
from ..formulas.activations import Activation, Elementwise
from ..formulas.catalogue import nearest, parse
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.schedules import Schedule
from .curves import curve
from .display import backward, fact, forward, say, strong

ROOMS_WITH_PARTS = ("training", "io.datasets")
"""Rooms beyond `formulas` that register parts when they are imported."""
PICTURED = np.linspace(-4.0, 4.0, 801)
PICTURED_STEPS = np.arange(1, 3001)


@click.command(name="catalogue", short_help="List every part with its formula and derivative.")
@click.argument("which", metavar="[KIND | NAME]", required=False)
def command(which: str | None) -> None:
    """Every part with its formula and derivative; the parts of a KIND (losses); or all there is to say of one (relu).

    A name may fix hyper-parameters: 'leaky_relu(slope=0.2)'. Piped, the output is plain text, a part a line.
    """
    for room in ROOMS_WITH_PARTS:
        import_module(f"..{room}", __package__)
    kinds = {_plural(kind): kind for kind in CATALOGUE} | {kind: kind for kind in CATALOGUE}
    if which is None:
        _show_tables(list(CATALOGUE))
    elif which in kinds:
        _show_tables([kinds[which]])
    else:
        _show_cards(which, list(kinds))


def _show_tables(kinds: list[str]) -> None:
    parts = [part for kind in kinds for part in CATALOGUE[kind].values()]
    if sys.stdout.isatty():
        _print_tables(parts)
        return
    rows = [("kind", "name", "formula", "derivative", "where", "hyper-parameters", "source"), *map(_row, parts)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _print_tables(parts: list[type[Part]]) -> None:
    """A table for each kind, with the columns that it fills."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for kind, of_kind in groupby(parts, key=lambda part: part.kind):
        rows = [_row(part)[1:] for part in of_kind]
        heads = ("name", "formula", "derivative", "where", "hyper-parameters", "source")
        filled = [any(row[i] != "-" for row in rows) for i in range(len(heads))]
        table = Table(title=_plural(kind).capitalize(), title_justify="left", title_style="bold")
        for head, style, kept in zip(heads, ("bold", "", "", "", "", "dim"), filled, strict=True):
            if kept:
                table.add_column(head, style=style, overflow="fold")
        for row in rows:
            table.add_row(*("" if cell == "-" else cell for cell, kept in zip(row, filled, strict=True) if kept))
        console.print(table)


def _row(part: type[Part]) -> tuple[str, ...]:
    cells = (part.formula, part.derivative, _where(part), "; ".join(_hypers(part)), part.source)
    return (part.kind, part.name, *(cell or "-" for cell in cells))


def _where(part: Part | type[Part]) -> str:
    """The sets that values live in, where a part has them; a range may follow its hyper-parameters."""
    if isinstance(part, Activation) or (isinstance(part, type) and issubclass(part, Activation)):
        return f"a in {part.range}"
    if isinstance(part, Loss) or (isinstance(part, type) and issubclass(part, Loss)):
        return f"a in {part.domain_A}; y in {part.domain_Y}"
    return ""


def _hypers(part: type[Part]) -> list[str]:
    return [
        f"{own.name}{'' if own.default is MISSING else f' = {own.default}'}{_bounds(own.metadata)}"
        for own in fields(part)
    ]


def _bounds(metadata: Any) -> str:
    if "low" not in metadata:
        return f", {metadata['about']}" if metadata else ""
    interval = f"[{metadata['low']:g}, {metadata['high']:g}]".replace("inf]", "∞)").replace("[-inf", "(-∞")
    return f" in {interval}, {metadata['about']}"


def _show_cards(which: str, kinds: list[str]) -> None:
    """All parts of this name: `linear` may be a loss, and something else elsewhere."""
    every = {name for parts in CATALOGUE.values() for name in parts}
    name, hypers = (which, {}) if which in every else parse(Part, which)
    found = [parts[name] for parts in CATALOGUE.values() if name in parts]
    if not found:
        raise ValueError(f"there is no kind or part {name!r}{nearest(name, [*sorted(every), *kinds])}")
    for part in found:
        _show_card(part, part(**_allowed(part, hypers)))


def _allowed(part: type[Part], hypers: dict[str, Any]) -> dict[str, Any]:
    known = [own.name for own in fields(part)]
    for hyper in hypers:
        if hyper not in known:
            raise ValueError(f"{part.name} has no hyper-parameter {hyper!r}; it has {', '.join(known) or 'none'}")
    return hypers


def _show_card(definition: type[Part], part: Part) -> None:
    say(f"{strong(str(part))}   {definition.kind}")
    said = " ".join((definition.__doc__ or "").split())
    say(textwrap.fill(said, 96))
    facts = [
        ("formula", definition.formula),
        ("derivative", definition.derivative),
        ("where", _where(part)),
        *(("takes", hyper) for hyper in _hypers(definition)),
        ("eta", f"{part.rule.default_eta:g} where none is given" if isinstance(part, Optimizer) else ""),
        ("source", definition.source),
    ]
    for name, value in facts:
        if value:
            fact(name, value)
    if isinstance(part, Elementwise):
        _show_curves(part)
    if isinstance(part, Schedule):
        _show_step_sizes(part)
    say()


def _show_curves(f: Elementwise) -> None:
    """Pictures of f, in blue as all that goes forward, and of f', in rust as all that comes back."""
    A = f.A(PICTURED)
    pictures = zip_longest(curve(PICTURED, A), curve(PICTURED, f.dA_dZ(PICTURED, A)), fillvalue="")
    say(f"\n{'f(z)':>10}{'f′(z)':>44}")
    for before, after in pictures:
        say(forward(f"  {before:<41}") + backward(f"  {after}"))


def _show_step_sizes(schedule: Schedule) -> None:
    """A picture of eta over t."""
    say(f"\n{'η(t)':>10}")
    for line in curve(PICTURED_STEPS, schedule.eta(PICTURED_STEPS), columns=64):
        say(f"  {line}")


def _plural(kind: str) -> str:
    return {"loss": "losses", "penalty": "penalties"}.get(kind, f"{kind}s")
