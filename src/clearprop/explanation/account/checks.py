"""What is said of the step: its check, its cost, the health of its layers, what to look out for; and the symbols in use."""

from __future__ import annotations

from ..notation.sentences import Bars, Number, Sentence, quoted, say
from ..notation.symbols import Written
from ..trace.around import ArrayVerdict, Check, LayerHealth, Lint
from ..trace.values import key_of
from .blocks import Block, Item, List, Note, Operand, Product, Title, Tone, table
from .story import Story

FIRST_UNITS = 8
OUTCOMES: dict[str, Tone] = {"agrees": "forward", "differs": "backward", "cannot be told": "shared"}
"""The tone of each verdict of a check."""
KINKS = 8
"""Entries at a kink that are written out."""
SMALL = 24
"""A gradient of so many entries at most is shown beside its numeric value."""


def check(story: Story) -> list[Block]:
    """Each gradient beside its numeric derivative, with the verdict."""
    own = story.trace.check
    if own is None:
        return []
    method = say("{method}: {because}", method=own.method, because=own.because)
    verdict = Note(own.said, OUTCOMES[own.outcome])
    blocks: list[Block] = [Title(say("Check")), verdict, Note(method, "quiet")]
    rows = []
    for each in own.arrays:
        compared = say("{n} of {all}", n=Number(each.checked, "whole"), all=Number(each.size, "whole"))
        symbol, kink = say("{d}", d=story.symbols.of(each.name, each.l)), _count(each.at_kink)
        error = say("{x}", x=Number(each.error, "error")) if each.checked else say("-")
        rows.append((symbol, compared, kink, error, quoted(each.outcome)))
    blocks.append(table(map(say, ("gradient", "compared", "at a kink", "error", "verdict")), rows))
    for each in own.arrays:
        blocks += _beside(story, each, own.method)
    blocks += _kinks(own)
    return [*blocks, List(tuple(Item(quoted(caveat)) for caveat in own.caveats))] if own.caveats else blocks


def _beside(story: Story, each: ArrayVerdict, method: str) -> list[Block]:
    """A small gradient beside its numeric value."""
    symbol, numeric = story.symbols.of(each.name, each.l), key_of(f"numeric_{each.name}", each.l)
    if story.chain and each.kinks:
        return []  # a table has the derivatives to either side
    if story.chain:
        arrays = (story.trace.values[key_of(each.name, each.l)].array, each.numeric)
        given, found = (Number(float(array[0, 0]), "long") for array in arrays)
        return [Note(say("{d} = {given}, numeric {found}", d=symbol, given=given, found=found))]
    if each.name != "dL_dW" or each.checked < each.size or each.size > SMALL:
        return []
    given_array = story.operand("", each.name, each.l, "backward")
    return [Product((given_array, Operand("≈", Written(method, rf"\text{{{method}}}"), numeric)))]


def _kinks(own: Check) -> list[Block]:
    """The entries that cannot be told, with the derivatives that the loss has to both sides."""
    kinks = [entry for each in own.arrays for entry in each.kinks]
    if not kinks:
        return []
    rows = [
        (
            say("{d}", d=entry.symbol),
            *(say("{x}", x=Number(value)) for value in (entry.given, entry.behind, entry.ahead)),
        )
        for entry in kinks[:KINKS]
    ]
    blocks: list[Block] = [table(map(say, ("at a kink", "given", "from the left", "from the right")), rows)]
    more = len(kinks) - KINKS
    return (
        [*blocks, Note(say("and {n} more entries at a kink", n=Number(more, "whole")), "quiet")] if more > 0 else blocks
    )


def cost(story: Story) -> list[Block]:
    """Multiplications for each product, in three orders."""
    own = story.trace.cost
    rows: list[tuple[Sentence, ...]] = []
    for each in own.layers:
        symbol = say("{d}", d=story.symbols.of("dL_dZ", each.l))
        rows.append((symbol, *map(_count, (each.to_loss, each.from_loss, each.reused))))
    rows.append((say("all of them"), *map(_count, (own.to_loss, own.from_loss, own.reused))))
    words = "beside them the forward pass takes {forward}, and the weight gradients {weights}"
    beside = say(words, forward=Number(own.forward, "whole"), weights=Number(own.weights, "whole"))
    head = map(say, ("product", "from the layer", "from the loss", "reusing"))
    title = Title(say("Cost, in multiplications"))
    return [title, table(head, rows), Note(beside, "quiet"), Note(own.why)]


def _count(number: int) -> Sentence:
    return say("{n}", n=Number(number, "whole"))


def health(story: Story) -> list[Block]:
    """Norms, how far each layer moves, and which units have the largest part of dL/dz."""
    symbols, rows = story.symbols, []
    for l, each in story.trace.health.items():
        norms = [say("{x}", x=Number(value)) for value in (each.dL_dZ, each.dL_dW, each.W)]
        moved, blame = say("{x}", x=Number(each.ratio, "fine percent")), say("{x}", x=Number(each.blame, "percent"))
        rows.append((_count(story.number_of(l)), *norms, moved, blame))
    norms = [say("{n}", n=_norm(symbols.general(name))) for name in ("dL_dZ", "dL_dW", "W")]
    head = [say("layer"), *norms, say("change / {W}", W=symbols.general("W")), say("share")]
    share = Note(say("share: the layer's part of the squared gradient"), "quiet")
    items = tuple(_moves(story, l, each) for l, each in story.trace.health.items())
    return [Title(say("Health")), table(head, rows), share, List(items)]


def _norm(symbol: Written) -> Written:
    return Written(f"‖{symbol.plain}‖", rf"\|{symbol.one_line}\|")


def _moves(story: Story, l: int, each: LayerHealth) -> Item:
    """How far a layer moves, and each unit's part of its dL/dz."""
    words, number = "layer {l} {verdict}", Number(story.number_of(l), "whole")
    if len(each.units) == 1:
        return Item(say(words, l=number, verdict=each.verdict))
    worst = max(range(len(each.units)), key=lambda unit: each.units[unit])
    words += "; unit {unit} has {part} of its error signal {dL_dZ}: {bars}"
    unit, part = Number(worst + 1, "whole"), Number(each.units[worst], "percent")
    bars = Bars(tuple(share * len(each.units) / 2 for share in each.units))
    dL_dZ = story.symbols.of("dL_dZ", l)
    return Item(say(words, l=number, verdict=each.verdict, unit=unit, part=part, dL_dZ=dL_dZ, bars=bars))


def lints(story: Story) -> list[Block]:
    """What will go wrong, or has, and what to do about it."""
    own = story.trace.lints
    if not own:
        return []
    serious = any(lint.severity != "note" for lint in own)
    blocks: list[Block] = [Title(say("Look out"), tone="backward" if serious else "quiet")]
    for lint in own:
        blocks += _lint(lint)
    return blocks


def _lint(lint: Lint) -> list[Block]:
    title = Title(say("{severity}: {code}", severity=lint.severity, code=lint.code), "part", "backward")
    blocks: list[Block] = [title, Note(quoted(lint.message))]
    if lint.units:
        some = ", ".join(map(str, lint.units[:FIRST_UNITS])) + (", …" if len(lint.units) > FIRST_UNITS else "")
        blocks.append(Note(say("units {some}" if len(lint.units) > 1 else "unit {some}", some=some), "quiet"))
    return [*blocks, Note(say("remedy: {remedy}", remedy=lint.remedy))]


def symbol_table(story: Story) -> list[Block]:
    """The notation's symbols, each with its shape and meaning."""
    notation = story.symbols.notation
    rows = [
        (say("{s}", s=symbol), quoted(shape), quoted(meaning.partition(":")[0]))
        for _, symbol, shape, meaning in story.symbols.table()
    ]
    title = Title(say("Symbols: {title}", title=notation.title))
    head = map(say, ("symbol", "shape", "what it is"))
    return [title, Note(quoted(notation.about), "quiet"), table(head, rows, left=3)]
