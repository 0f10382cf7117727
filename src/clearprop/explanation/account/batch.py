"""The batch: each point's part, and every gradient as one product over all points."""

from __future__ import annotations

import math
from dataclasses import replace

from ..notation.sentences import Number, Place, Sentence, say
from ..notation.symbols import Written
from ..trace.equations import batch_symbol
from ..trace.values import key_of
from .blocks import Block, Note, Operand, Product, Title, table
from .header import is_weighted, whole_loss
from .story import Story

FIRST_POINTS = 8


def batch(story: Story) -> list[Block]:
    """The section; nothing where the step is that of one point."""
    own = story.trace.batch
    if own is None:
        return []
    size = Number(own.size, "whole")
    title = say("The batch: {b} points" if own.size > 1 else "The batch: {b} point", b=size)
    blocks: list[Block] = [Title(title), *_points(story)]
    blocks.append(_columns(story))
    for l in sorted(own.layers, reverse=True):
        blocks += [story.layer_title(l), _gradient(story, l)]
    return blocks


def _points(story: Story) -> list[Block]:
    """Loss, share and gradient of each point."""
    own = story.trace.batch
    assert own is not None
    norms = [math.sqrt(sum(layer.norms[i] ** 2 for layer in own.layers.values())) for i in range(own.size)]
    shown, rows = story.first(own.size, FIRST_POINTS), []
    for i in range(shown):
        point = say("{i} (shown above)" if i == own.at else "{i}", i=Number(i + 1, "whole"))
        numbers = (own.losses[i], own.shares[i], norms[i])
        rows.append((point, *(say("{x}", x=Number(x)) for x in numbers)))
    blocks: list[Block] = [table(_head(story), rows)]
    if shown < own.size:
        blocks.append(Note(say("and {n} more", n=Number(own.size - shown, "whole")), "quiet"))
    return blocks


def _head(story: Story) -> list[Sentence]:
    L = replace(story.own, point="i").of("L")
    part = Written(f"‖∂{L.plain}/∂W‖", rf"\|\partial {L.latex} / \partial W\|")
    norm = say("‖its part of the gradient‖ / share") if story.own.held else say("{part}", part=part)
    return [say("point"), say("loss {L}", L=L), say("share"), norm]


def _columns(story: Story) -> Note:
    """What the columns of the products over the batch are, and where the 1/b is."""
    batch, symbols, L = story.trace.batch, story.symbols, story.trace.L
    assert batch is not None
    last = max(story.own.held, default=0)
    l = L if last else 1
    words = "{whole}: over the batch {A} and {dL_dZ} have a column for each point, and the product sums over them. "
    share = "wᵢ/{b}" if is_weighted(batch) else "1/{b}"
    if last < L:
        words += f"After layer {{last}}, column i of {{dL_dZ}} is {share} times {{own}}. " if last else ""
        words += "" if last else f"Column i of {{dL_dZ}} is {share} times {{own}}"
    if last:
        words += (
            "Up to layer {last}, mean and variance join the points, and column i is the derivative of all their losses"
        )
    own = replace(story.own, point="i", held=()).of("dL_dZ", l)
    places: dict[str, Place] = {"whole": whole_loss(story.trace), "own": own}
    places |= {"A": symbols.of(story.trace.taken(l), l - 1), "dL_dZ": symbols.of("dL_dZ", l)}
    places |= {"b": Number(batch.size, "whole"), "last": Number(story.number_of(last), "whole")}
    return Note(say(words, **places), "quiet")


def _gradient(story: Story, l: int) -> Product:
    """dL/dW^l of the whole step."""
    batch = story.trace.batch
    assert batch is not None
    operands = [story.operand("", "dL_dW", l, "backward")]
    for index, factor in enumerate(batch.layers[l].weights.factors):
        is_A = factor.name == "A"
        symbol = batch_symbol(story.trace, factor.name, factor.l, transposed=factor.transposed)
        key = key_of("batch_A" if is_A else "batch_dL_dZ", factor.l)
        sign = "·" if index else "="
        operands.append(Operand(sign, symbol, key, factor.transposed, tone="" if is_A else "backward"))
    if story.trace.backward[l].dR_dW is not None:
        operands.append(replace(story.by_penalty(l), role=""))
    return Product(tuple(operands))
