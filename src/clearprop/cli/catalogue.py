"""`clearprop catalogue`: a table of the parts of each kind, or the card of one part."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import fields
from itertools import groupby
from typing import Any

import click

from ..cards import Curve, card_of, curves_of, example_of, hypers_of, kinds, plural, where
from ..formulas import CATALOGUE, Part
from ..formulas.catalogue import nearest, parse
from .curves import curve
from .display import LABEL_WIDTH, backward, fact, forward, print_json, quiet, say, strong
from .options import json_option

WIDTH = 100


@click.command(name="catalogue", short_help="List every part with its formula and derivative.")
@click.argument("which", metavar="[KIND | NAME]", required=False)
@json_option
def command(which: str | None, as_json: bool) -> None:
    """Every part with its formula and derivative; the parts of a KIND (losses); or one part in full (relu).

    A name may fix hyper-parameters: 'leaky_relu(slope=0.2)'. Piped, the output is plain text, one part in a line.
    """
    kind_of = {plural(kind): kind for kind in kinds()} | {kind: kind for kind in kinds()}
    if as_json:
        print_json({"parts": [_document(part) for part in _asked_for(which, kind_of)]})
    elif which is None:
        _show_tables(kinds())
    elif which in kind_of:
        _show_tables([kind_of[which]])
    else:
        _show_cards(which, list(kind_of))


def _asked_for(which: str | None, kind_of: dict[str, str]) -> list[type[Part]]:
    """The parts of one kind, of one name, or all."""
    if which is None or which in kind_of:
        return [part for kind in (kinds() if which is None else [kind_of[which]]) for part in CATALOGUE[kind].values()]
    return [type(part) for part in _named(which, list(kind_of))]


def _document(part: type[Part]) -> dict[str, Any]:
    """A part as plain JSON."""
    hypers = [
        {"name": own.name, "default": default if isinstance(default := own.default, int | float) else str(default)}
        for own in fields(part)
    ]
    texts = {"formula": part.formula, "derivative": part.derivative, "latex": part.latex, "source": part.source}
    return {"kind": part.kind, "name": part.name, **texts, "where": where(part), "hyper_parameters": hypers}


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
    """A table for each kind, without empty columns."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for kind, of_kind in groupby(parts, key=lambda part: part.kind):
        rows = [_row(part)[1:] for part in of_kind]
        heads = ("name", "formula", "derivative", "where", "hyper-parameters", "source")
        filled = [any(row[i] != "-" for row in rows) for i in range(len(heads))]
        table = Table(title=plural(kind).capitalize(), title_justify="left", title_style="bold")
        for head, style, used in zip(heads, ("bold", "", "", "", "", "dim"), filled, strict=True):
            if used:
                table.add_column(head, style=style, overflow="fold")
        for row in rows:
            table.add_row(*("" if cell == "-" else cell for cell, used in zip(row, filled, strict=True) if used))
        console.print(table)


def _row(part: type[Part]) -> tuple[str, ...]:
    cells = (part.formula, part.derivative, where(part), "; ".join(map(str, hypers_of(part))), part.source)
    return (part.kind, part.name, *(cell or "-" for cell in cells))


def _show_cards(which: str, kinds: list[str]) -> None:
    """The cards of all parts with this name."""
    for part in _named(which, kinds):
        _show_card(part)


def _named(which: str, kinds: list[str]) -> list[Part]:
    """All parts with this name, with the hyper-parameters given: two kinds may have a part of the same name."""
    every = {name for parts in CATALOGUE.values() for name in parts}
    name, hypers = (which, {}) if which in every else parse(Part, which)
    found = [parts[name] for parts in CATALOGUE.values() if name in parts]
    if not found:
        raise ValueError(f"unknown kind or part {name!r}{nearest(name, [*sorted(every), *kinds])}")
    return [part(**_allowed(part, hypers)) for part in found]


def _allowed(part: type[Part], hypers: dict[str, Any]) -> dict[str, Any]:
    known = [own.name for own in fields(part)]
    for hyper in hypers:
        if hyper not in known:
            raise ValueError(f"{part.name} has no hyper-parameter {hyper!r}; it has {', '.join(known) or 'none'}")
    return hypers


def _show_card(part: Part) -> None:
    card, example = card_of(part), example_of(part)
    say(f"{strong(str(part))}   {part.kind}")
    say(textwrap.fill(card.said, WIDTH))
    facts = [
        ("where", card.where),
        ("kinks", card.kinks),
        *(("takes", str(hyper)) for hyper in card.hypers),
        ("eta", card.eta),
        ("lesson", card.lesson),
        ("elsewhere", card.elsewhere),
        ("source", part.source),
    ]
    for name, formula in (("formula", part.formula), ("derivative", part.derivative), ("by alpha", card.by_alpha)):
        if formula:
            fact(name, *(formula.split("; ") if len(formula) > WIDTH - LABEL_WIDTH else [formula]))
    for name, value in facts:
        if value:
            fact(name, *textwrap.wrap(value, WIDTH - LABEL_WIDTH))
    if example:
        fact("example", *example.lines, quiet(example.result))
    _show_curves(curves_of(part))
    say()


def _show_curves(curves: list[Curve]) -> None:
    """Pictures, side by side where there are two: f in blue, the colour of values, f' in rust, the colour of gradients."""
    columns = 32 if len(curves) > 1 else 64
    pictures = [
        [f"{'':8}{each.title}", *curve(each.x, each.y, columns=columns, marks=[x for x, _ in each.kinks])]
        for each in curves
    ]
    colours = [forward if each.tone == "forward" else backward for each in curves]
    say() if curves else None
    for lines in zip(*pictures, strict=True):
        say("   ".join(colour(f"{line:<{columns + 8}}") for colour, line in zip(colours, lines, strict=True)).rstrip())
    if any(each.kinks for each in curves):
        say(quiet(f"{'':8}▲ a kink"))
