"""What stands around the two passes: one weight as a sum over paths, the step, and what a wrong order of updates would do."""

from __future__ import annotations

from ..notation.sentences import Number, Sentence, chain, quoted, say
from ..notation.symbols import Written
from ..trace.around import Entry, Path, WhatIf
from ..trace.equations import update_of
from ..trace.values import key_of
from .blocks import Block, Equation, Note, Operand, Product, Title, table
from .story import Story

FIRST_PATHS = 6
"""Paths that are told where matrices are folded; the trace has more."""


def entries(story: Story) -> list[Block]:
    """The derivative by a weight or a bias as a sum over paths, numbers in place."""
    blocks: list[Block] = [Title(say("One weight, as a sum over paths"), tone="backward")]
    for entry in story.trace.entries:
        blocks += _entry(story, entry)
    return blocks


def _entry(story: Story, entry: Entry) -> list[Block]:
    """Its formula, its largest paths, what is left, and the whole."""
    words = "one path from {symbol} to the loss" if entry.count == 1 else "{n} paths from {symbol} to the loss"
    words += ", ending in the shortcut (Concept 19)" if entry.shortcut else ""
    shown = entry.paths[: story.first(len(entry.paths), FIRST_PATHS)]
    factors = say("factors")
    if len(shown) == 1:
        factors = say("{symbols}", symbols=_times([symbol for symbol, _ in shown[0].factors]))
    rows = [(_way(story, path), _numbers(path), say("{p}", p=Number(path.product))) for path in shown]
    blocks: list[Block] = [
        Equation(None, entry.formula, tone="backward"),
        Note(say(words, n=Number(entry.count, "whole"), symbol=entry.symbol), "quiet"),
        table([say("by way of"), factors, say("product")], rows, tones=("", "", "backward")),
    ]
    if len(shown) < entry.count:
        rest = Number(entry.value - sum(path.product for path in shown))
        more = Number(entry.count - len(shown), "whole")
        blocks.append(Note(say("and {n} more, together {rest}", n=more, rest=rest), "quiet"))
    value = say("{derivative} = {value}", derivative=entry.derivative, value=Number(entry.value))
    return [*blocks, Note(value, "backward")]


def _times(symbols: list[Written]) -> Written:
    """Symbols with a dot between."""
    return Written(" · ".join(each.plain for each in symbols), r" \cdot ".join(each.one_line for each in symbols))


def _numbers(path: Path) -> Sentence:
    """The factors of a path as numbers."""
    names = [f"f{index}" for index in range(len(path.factors))]
    numbers = [Number(value, "factor") for _, value in path.factors]
    return Sentence(" · ".join(f"{{{name}}}" for name in names), dict(zip(names, numbers, strict=True)))


def _way(story: Story, path: Path) -> Sentence:
    """The pre-activations that a path passes: z¹₂ → z²₁."""
    symbols = [story.symbols.entry(name, l, (unit,)) for name, l, unit in path.units if name == "Z"]
    plain, latex = " → ".join(each.plain for each in symbols), r" \rightarrow ".join(each.latex for each in symbols)
    return say("{way}", way=Written(plain, latex))


def update(story: Story) -> list[Block]:
    """The rule, every layer before and after, and what a wrong order of updates would have done."""
    trace, rule = story.trace, story.trace.rule
    blocks: list[Block] = [Title(say("Update"))]
    if not rule.plain or rule.noted or rule.name != trace.header.optimizer:
        blocks.append(Equation(None, rule.formula, lead=rule.name, reason=quoted(rule.about)))
    for l in trace.update:
        blocks += _layer(story, l)
    before, after = Number(trace.header.loss_value, "precise"), Number(rule.loss_after, "precise")
    words = "the loss of this point" if story.alone else "the loss of the batch"
    words += " with the penalty, {L}: {before} → {after}" if trace.header.penalty else ": {before} → {after}"
    places = {"L": story.symbols.of("L")} if trace.header.penalty else {}
    said = say(words, before=before, after=after, **places)
    return [*blocks, Note(said, "strong"), *_what_ifs(story)]


def _layer(story: Story, l: int) -> list[Block]:
    """Every array that a layer learns before and after the step, and what the optimiser keeps of its weights."""
    blocks: list[Block] = [] if story.chain else [story.layer_title(l)]
    own = story.trace.update[l]
    for name in ("W", "W0", *(each.name for each in own.others)):
        if not (story.chain and story.trace.rule.plain):
            blocks.append(Equation(None, update_of(story.trace, l, name)))
        blocks.append(array_step(story, l, name))
    return [*blocks, *(_state(story, l, state.name) for state in own.state)]


def array_step(story: Story, l: int, name: str) -> Product:
    """One array after the step, before it, and what is subtracted."""
    symbols, plain = story.symbols, story.trace.rule.plain
    symbol = symbols.of(name, l)
    slope = symbols.of(f"dL_d{name}", l, transposed=story.trace.header.layout == "numerator")
    after = Operand("", _said(symbol, ", after"), key_of(f"{name}_after", l), tone="strong")
    before = Operand("=" if plain else "←", _said(symbol, ", before"), key_of(name, l))
    down = Operand("·" if plain else ",", slope, key_of(f"step_d{name}", l), tone="backward")
    eta = Operand("−", symbols.of("eta"), number=Number(story.trace.header.eta, "short"))
    return Product((after, before, *([eta] if plain else []), down), story.chain)


def _state(story: Story, l: int, name: str) -> Product:
    """An array that the optimiser keeps of a layer's weights."""
    upright = name.replace("_", r"\_")
    W = story.symbols.of("W", l)
    own = Written(f"{name} of {W.plain}", rf"\mathit{{{upright}}}\text{{ of }}{W.latex}")
    after = Operand("", _said(own, ", after"), key_of(f"{name}_after", l))
    return Product((after, Operand("←", _said(own, ", before"), key_of(f"{name}_before", l))), story.chain)


def _said(symbol: Written, word: str) -> Written:
    """A symbol with a word behind it."""
    return Written(f"{symbol.plain}{word}", rf"{symbol.latex}\text{{{word}}}")


def _what_ifs(story: Story) -> list[Block]:
    """Each gradient as a wrong order of updates would make it."""
    if not story.trace.what_if:
        return []
    blocks: list[Block] = [Title(say("If the layer after it had been updated first"), "part", "strong")]
    for l, each in story.trace.what_if.items():
        blocks += _what_if(story, l, each)
    return blocks


def _what_if(story: Story, l: int, each: WhatIf) -> list[Block]:
    gradient, off = story.symbols.of("dL_dW", l), Number(each.relative, "fine percent")
    said = chain([say("{gradient} would be off by {off}", gradient=gradient, off=off), each.why], by=": ")
    wrong = Written(f"{gradient.plain}, wrong", rf"{gradient.one_line}\text{{, wrong}}")
    operands = (
        Operand("", wrong, key_of("wrong_dL_dW", l)),
        Operand("−", gradient, key_of("dL_dW", l), tone="backward"),
        Operand("=", Written("the difference", r"\text{the difference}"), key_of("wrong_difference", l)),
    )
    return [Note(said), Product(operands, story.chain)]
