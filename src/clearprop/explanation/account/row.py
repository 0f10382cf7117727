"""The way from the raw row to x and y, and from the outputs back: gaps, categories, and what columns are scaled by."""

from __future__ import annotations

import math

from ..notation.sentences import Number, Sentence, quoted, say
from ..trace.row import Prepared, RawRow
from ..trace.values import key_of
from .blocks import Block, Note, Title, table
from .story import Story

FIRST_INPUTS = 12


def row(story: Story) -> list[Block]:
    """The section; nothing where the network takes the row as it is."""
    own = story.trace.row
    if own is None:
        return []
    blocks: list[Block] = [Title(say("From the raw row"), tone="forward"), *_how(story, own), *_inputs(story, own)]
    return blocks + _targets(story, own) if own.targets else blocks


def _how(story: Story, own: RawRow) -> list[Block]:
    """What is done to every input, and that weights are for the numbers that come of it."""
    X = story.symbols.of("X")
    if own.scaling is None:
        return [Note(say("The network takes {X}, the last column", X=X), "quiet")]
    words = "{scaling}: {formula}, with the {centre} and the {scale} of the training rows. "
    words += "The network takes {X}, the last column; its weights belong to these numbers"
    places = {"scaling": own.scaling, "centre": own.words[0], "scale": own.words[1]}
    return [Note(say(words, X=X, formula=own.formula or "", **places), "quiet")]


def _inputs(story: Story, own: RawRow) -> list[Block]:
    """A line for each input, those that matter most where there are many."""
    many = len(own.inputs)
    wide = story.fold is not None and many > FIRST_INPUTS
    shown = sorted(story.trace.ranked[0][:FIRST_INPUTS]) if wide else list(range(many))
    encoded = any(each.raw != f"{each.number:.6g}" for each in own.inputs)
    scaled = own.scaling is not None
    head = [
        "input",
        "in the row",
        *(["as a number"] if encoded else []),
        *(own.words if scaled else ()),
        "for the network",
    ]
    rows = [_line(own.inputs[i], encoded=encoded, scaled=scaled) for i in shown]
    blocks: list[Block] = [table(map(quoted, head), rows, left=2)]
    if len(rows) < many:
        more = many - len(rows)
        words = "and 1 more input" if more == 1 else "and {n} more inputs"
        blocks.append(Note(say(words, **({} if more == 1 else {"n": Number(more, "whole")})), "quiet"))
    return blocks


def _line(each: Prepared, *, encoded: bool, scaled: bool) -> list[Sentence]:
    cells = [quoted(each.name), quoted(each.raw)]
    cells += [_number(each.number)] if encoded else []
    cells += [_number(each.centre), _scale(each.scale)] if scaled else []
    return [*cells, _number(each.value)]


def _targets(story: Story, own: RawRow) -> list[Block]:
    """The targets in standard units, and the outputs back in their own."""
    L = story.trace.L
    outputs = story.trace.values[key_of("A", L)].array.ravel()
    A, Y = story.symbols.of("A", L), story.symbols.of("Y")
    words = "{Y} is (y − mean) / std of the training rows, and a prediction is {A} · std + mean"
    head = [*map(say, ("target", "in the row", "mean", "std")), say("{Y}", Y=Y), say("{A}", A=A), say("predicted")]
    rows = []
    for each, a in zip(own.targets, outputs.tolist(), strict=False):
        numbers = (each.centre, each.scale, each.value, a, each.unscaled(a))
        rows.append([quoted(each.name), quoted(each.raw), *map(_number, numbers)])
    return [Note(say(words, Y=Y, A=A), "quiet"), table(head, rows, left=2)]


def _number(value: float | None) -> Sentence:
    return say("-") if value is None else say("{x}", x=Number(value))


def _scale(scale: float | None) -> Sentence:
    return say("constant") if scale is not None and math.isinf(scale) else _number(scale)
