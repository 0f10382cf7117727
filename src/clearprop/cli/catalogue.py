"""`clearprop catalogue`: lists of parts, or the card of one part."""

from __future__ import annotations

import textwrap
from dataclasses import fields
from typing import Any

import click

from ..amounts import plural
from ..cards import Curve, card_of, curves_of, example_of, kinds, where
from ..formulas import CATALOGUE, Part
from ..formulas.catalogue import named_elsewhere, nearest, parse
from .curves import curve
from .display import LABEL_WIDTH, backward, fact, forward, print_json, quiet, say, strong, terminal_width
from .options import json_option
from .part_lists import show_parts

WIDTH = 100
"""The most columns of a card; a narrower terminal has as many as it has."""


@click.command(name="catalogue", short_help="List every part with its formula and derivative.")
@click.argument("which", metavar="[KIND | NAME]", required=False)
@click.option("--kind", metavar="KIND", help="Only parts of this kind: losses, schedules, ...")
@json_option
def command(which: str | None, kind: str | None, as_json: bool) -> None:
    """Every part in a line, with its formula and derivative; the parts of a KIND (losses); or one part in full (relu).

    A name may fix hyper-parameters: 'leaky_relu(slope=0.2)'. Lines are as wide as the terminal, a screen at a time; piped,
    they are complete, with hyper-parameters, names in other software and source.
    """
    kind_of = {plural(each): each for each in kinds()} | {each: each for each in kinds()}
    if which in kind_of and kind is None:
        which, kind = None, which
    if kind is not None and kind not in kind_of:
        raise ValueError(f"unknown kind {kind!r}{nearest(kind, list(kind_of))}")
    asked = kinds() if kind is None else [kind_of[kind]]
    listed = [part for each in asked for part in CATALOGUE[each].values()]
    if which is not None:
        named = _named(which, asked, [] if kind else list(kind_of))
        listed = [type(part) for part in named]
    if as_json:
        print_json({"parts": [_document(part) for part in listed]})
    elif which is None:
        show_parts(listed)
    else:
        for part in named:
            _show_card(part)


def _document(part: type[Part]) -> dict[str, Any]:
    """A part as plain JSON."""
    hypers = [
        {"name": own.name, "default": default if isinstance(default := own.default, int | float) else str(default)}
        for own in fields(part)
    ]
    texts = {"formula": part.formula, "derivative": part.derivative, "latex": part.latex, "source": part.source}
    texts["where"] = where(part)
    return {
        "kind": part.kind,
        "name": part.name,
        "other_names": list(part.other_names),
        **texts,
        "hyper_parameters": hypers,
    }


def _named(which: str, kinds: list[str], words: list[str]) -> list[Part]:
    """All parts of some kinds with this name, with the hyper-parameters given: two kinds may have a part of the same name.

    ValueError for a name that none has; `words` could have stood there too.
    """
    parts = {kind: CATALOGUE[kind] for kind in kinds}
    every = sorted({name for of_kind in parts.values() for name in of_kind})
    name, hypers = (which, {}) if which in every else parse(Part, which)
    found = [of_kind[name] for of_kind in parts.values() if name in of_kind]
    if not found:
        asked = "kind or part" if words else kinds[0]
        # some two hundred names help nobody
        far = f"; there are the kinds {', '.join(kinds)}; clearprop catalogue lists all parts" if words else None
        end = _called(name, kinds) or nearest(name, [*every, *words], far=far)
        raise ValueError(f"unknown {asked} {name!r}{end}")
    return [part(**_allowed(part, hypers)) for part in found]


def _called(name: str, kinds: list[str]) -> str:
    """The end of an error message: what other software calls so is called in another way here; empty where nothing is."""
    called = {kind: named_elsewhere(next(iter(CATALOGUE[kind].values())), name) for kind in kinds}
    found = [f"a {kind} that is called {here!r} here" for kind, here in called.items() if here]
    return f"; it is {', and '.join(found)}" if found else ""


def _allowed(part: type[Part], hypers: dict[str, Any]) -> dict[str, Any]:
    known = [own.name for own in fields(part)]
    for hyper in hypers:
        if hyper not in known:
            raise ValueError(f"{part.name} has no hyper-parameter {hyper!r}; it has {', '.join(known) or 'none'}")
    return hypers


def _show_card(part: Part) -> None:
    card, example, width = card_of(part), example_of(part), min(WIDTH, terminal_width())
    names = ", ".join(part.other_names)
    say(f"{strong(str(part))}   {part.kind}")
    say(textwrap.fill(card.said, width))
    facts = [
        ("where", card.where),
        ("kinks", card.kinks),
        *(("takes", str(hyper)) for hyper in card.hypers),
        ("eta", card.eta),
        ("right", card.right),
        ("lesson", card.lesson),
        ("elsewhere", "; ".join(text for text in (f"called {names}" if names else "", card.elsewhere) if text)),
        ("source", part.source),
    ]
    for name, formula in (("formula", part.formula), ("derivative", part.derivative), ("by alpha", card.by_alpha)):
        if formula:
            fact(name, *(formula.split("; ") if len(formula) > width - LABEL_WIDTH else [formula]))
    for name, value in facts:
        if value:
            fact(name, *textwrap.wrap(value, width - LABEL_WIDTH))
    if example:
        fact("example", *example.lines, quiet(example.result))
    _show_curves(curves_of(part), width)
    say()


def _show_curves(curves: list[Curve], width: int) -> None:
    """Pictures, side by side where there are two: f in blue, the colour of values, f' in rust, the colour of gradients."""
    columns = min(32, (width - 3) // 2 - 8) if len(curves) > 1 else min(64, width - 8)
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
