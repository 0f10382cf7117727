"""The batch: each point's part, and every gradient as one product over all points."""

from __future__ import annotations

import math
from dataclasses import replace

from ..notation.sentences import Number, Place, Sentence, say
from ..notation.symbols import Written
from ..trace.values import key_of
from .blocks import Block, Note, Operand, Product, Title, table
from .header import mean_of_losses
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
    batch, symbols, held = story.trace.batch, story.symbols, story.own.held
    assert batch is not None
    each, L, weights = replace(story.own, point="i", held=()), story.trace.L, len(set(batch.shares)) > 1
    l = L if held else 1
    share = "wᵢ/{b}" if weights else "1/{b}"
    words = (
        "{L} = {mean}: over the batch {A} and {dL_dZ} have a column for each point, and the product sums over them. "
    )
    if held and max(held) == L:
        words += "Mean and variance of every layer join the points, so column i is the derivative of all their losses"
    elif held:
        words += f"After layer {{k}}, column i of {{dL_dZ}} is {share} times {{own}}. "
        words += (
            "Up to layer {k}, mean and variance join the points, and column i is the derivative of all their losses"
        )
    else:
        words += f"Column i of {{dL_dZ}} is {share} times {{own}}"
    places: dict[str, Place] = {
        "L": symbols.of("L"),
        "mean": mean_of_losses(story),
        "A": symbols.of(story.trace.taken(l), l - 1),
    }
    places |= {"dL_dZ": symbols.of("dL_dZ", l), "own": each.of("dL_dZ", l), "b": Number(batch.size, "whole")}
    return Note(say(words, k=Number(story.number_of(max(held, default=1)), "whole"), **places), "quiet")


def _gradient(story: Story, l: int) -> Product:
    """dL/dW^l of the whole step."""
    batch = story.trace.batch
    assert batch is not None
    operands = [story.operand("", "dL_dW", l, "backward")]
    for index, factor in enumerate(batch.layers[l].weights.factors):
        is_A = factor.name == "A"
        name = story.trace.taken(l) if is_A else factor.name
        symbol = story.symbols.of(name, factor.l, transposed=factor.transposed)
        key = key_of("batch_A" if is_A else "batch_dL_dZ", factor.l)
        sign = "·" if index else "="
        operands.append(Operand(sign, symbol, key, factor.transposed, tone="" if is_A else "backward"))
    if story.trace.backward[l].dR_dW is not None:
        operands.append(replace(story.by_penalty(l), role=""))
    return Product(tuple(operands))
