"""The gradient coming back, layer by layer: the product written out, each link with its reason, and the gradients it gives."""

from __future__ import annotations

from dataclasses import replace

from ..notation.sentences import Number, Sentence, Shape, quoted, say
from ..notation.symbols import Written
from ..trace.passes import BackwardLayer, Link, Shortcut
from ..trace.passes import Product as Multiplied
from ..trace.values import key_of
from .blocks import Block, Boxed, Equation, Item, List, Note, Operand, Product, Shared, Title, Tone
from .shapes import SHAPE_CHECK, shape_check
from .story import Story


def backward(story: Story) -> list[Block]:
    """The backward pass at the point shown."""
    blocks: list[Block] = [Title(say("Backward"), tone="backward")]
    if story.own.held:
        blocks.append(_held(story))
    for l in range(story.trace.L, 0, -1):
        layer = story.trace.backward[l]
        own = _chain(story, layer) if story.chain else _layer(story, layer)
        blocks += [story.layer_title(l), *own]
    return [*blocks, *_to_input(story)]


def _to_input(story: Story) -> list[Block]:
    """The way on from layer 1 to the input, and what the derivative says of it."""
    own, first = story.trace.to_input, story.trace.backward[1]
    words = "One link further, to the input {x}: no weight is there, so no step uses it"
    blocks: list[Block] = [Title(say("Input"), "layer", ""), Note(say(words, x=story.symbols.of("X")), "quiet")]
    for link, step in zip(own.links, own.steps, strict=True):
        result = story.gradient("", step.name, 0)
        blocks += [link_equation(story, link), Product((result, *_factors(story, first, step)), story.chain)]
    return [*blocks, Note(own.why)]


def _held(story: Story) -> Note:
    """What the mark means that derivatives carry where mean and variance join the points of the batch."""
    l = max(story.own.held)
    words = (
        "{dL_dZ} holds the mean and the variance of the batch fixed, so it is not the whole derivative: both depend on every "
        "point. The whole derivative is in the product over the batch"
    )
    return Note(say(words, dL_dZ=story.own.of("dL_dZ", l)))


def _layer(story: Story, layer: BackwardLayer) -> list[Block]:
    """One layer, in the order in which it is computed."""
    l, last = layer.l, layer.l == story.trace.L
    Z = story.symbols.of("Z", l)
    blocks: list[Block] = [
        Note(say("From the loss to {Z}, written out (Notation 16):", Z=Z), "quiet"),
        _written_out(story, layer),
    ]
    for index, link in enumerate(layer.links):
        blocks.append(link_equation(story, link))
        if index == 0 and last:
            blocks.append(Product((story.gradient("", link.name, link.l),)))
            continue
        step = layer.steps[index - last]
        blocks.append(multiplied(story, layer, step))
        if step.name == layer.result:
            blocks += _entry_by_entry(story, layer)
            if layer.shortcut is not None:
                blocks += _shortcut(story, layer, layer.shortcut)
    return [*blocks, *to_weights(story, layer)]


def _written_out(story: Story, layer: BackwardLayer) -> Product:
    """dL/dZ^l as the product of all its links, each with its role and shape; what is reused is one of them (Notation 11)."""
    links = [story.trace.links[each] for each in layer.product]
    new = {(link.name, link.l) for link in layer.links}
    operands = [Operand("", story.own.of("dL_dZ", layer.l), tone="backward")]
    for index, link in enumerate(links):
        tone: Tone = "backward" if (link.name, link.l) in new else "shared"
        symbol = story.own.of(link.name, link.l)
        operands.append(Operand("·" if index else "=", symbol, role=link.role, shape=link.value.shape, tone=tone))
    known = [place for place, link in enumerate(links, 1) if (link.name, link.l) not in new]
    if not known:
        return Product(tuple(operands))
    return Product(tuple(operands), shared=Shared(known[0], known[-1] + 1, _reused(story, layer.l)))


def _reused(story: Story, l: int) -> Sentence:
    number = Number(story.number_of(l + 1), "whole")
    return say("{dL_dZ}, reused from layer {l}", dL_dZ=story.own.of("dL_dZ", l + 1), l=number)


def link_equation(story: Story, link: Link) -> Equation:
    """A link's role, formula, shape, source and reason."""
    return Equation(
        story.own.of(link.name, link.l),
        link.formula,
        lead=link.role,
        number=story.scalar(link.name, link.l),
        shapes=None if story.chain else say("{shape}", shape=Shape(link.value.shape)),
        source=link.source,
        reason=link.why,
        tone="backward",
    )


def multiplied(story: Story, layer: BackwardLayer, step: Multiplied) -> Product:
    """A link multiplied on to what came back so far."""
    name = "long_way" if layer.shortcut and step.name == layer.result else step.name
    result = story.gradient("", step.name, step.l, key=key_of(name, step.l))
    return Product((result, *_factors(story, layer, step)), story.chain)


def _factors(story: Story, layer: BackwardLayer, product: Multiplied) -> list[Operand]:
    """Links bare, what came back in its colour."""
    operands = []
    for index, factor in enumerate(product.factors):
        link = (factor.name, factor.l) in story.trace.links and factor.name != "dL_dA"
        tone: Tone = "" if link else "shared" if factor.l > layer.l else "backward"
        operands.append(story.factor("·" if index else "=", factor, tone))
    return operands


def _entry_by_entry(story: Story, layer: BackwardLayer) -> list[Block]:
    """The element-wise product, which is the diagonal matrix times a vector."""
    own, l = layer.elementwise, layer.l
    if own is None or (story.fold is not None and own.slopes.size == 1):
        return []
    both = "both ways agree exactly" if own.difference == 0 else "both ways agree to {off}"
    off = Number(own.difference, "error")
    Z = story.symbols.of(layer.result.removeprefix("dL_d"), l)
    slopes = Operand("=", Written(f"f′({Z.plain})", rf"f'\left({Z.latex}\right)"), key_of("slopes", l))
    operands = (story.gradient("", layer.result, l), slopes, story.gradient("⊙", "dL_dA", l))
    return [Note(say(f"entry by entry, which needs no matrix; {both}", off=off), "quiet"), Product(operands)]


def _shortcut(story: Story, layer: BackwardLayer, own: Shortcut) -> list[Block]:
    """The two last links as one (Concept 19), and the long way by hand."""
    words, off = "{pair}: {reason}", Number(own.difference or 0.0, "error")
    if own.difference is not None:
        words += "; both ways agree exactly" if own.difference == 0 else "; both ways agree to {off}"
    equation = Equation(
        story.own.of(layer.result, layer.l),
        own.formula,
        lead="shortcut",
        number=Number(float(own.value[0, 0])) if story.chain else None,
        source="Concept 19",
        reason=say(words, pair=own.name, reason=own.reason, off=off),
        tone="backward",
    )
    lines = tuple(Item(quoted(step.reason), step.written) for step in own.derivation)
    by_hand: list[Block] = [List(lines)] if lines else []
    value: list[Block] = [] if story.chain else [Product((story.gradient("", layer.result, layer.l),))]
    return [equation, *by_hand, *value]


def to_weights(story: Story, layer: BackwardLayer) -> list[Block]:
    """dL/dW^l = A^(l-1) (dL/dZ^l)^T, the bias gradient (Notation 16), and what else the layer learns."""
    l = layer.l
    gradient = story.gradient("", "dL_dW", l, key=key_of("dL_dW" if story.alone else "point_dL_dW", l))
    penalty = [replace(story.by_penalty(l), role="")] if layer.dR_dW is not None and story.alone else []
    product = Product((gradient, *_factors(story, layer, layer.weights), *penalty), story.chain)
    checked = shape_check(story.trace, layer)
    boxed: list[Block] = [Boxed(SHAPE_CHECK, checked)] if checked else []
    return [link_equation(story, layer.weight_link), product, *boxed, _bias(story, l), *_others(story, layer)]


def _bias(story: Story, l: int) -> Equation:
    dL_dZ = story.own.of("dL_dZ", l)
    number = Number(float(story.trace.backward[l].dL_dZ[0, 0])) if story.chain else None
    reason = say("a bias adds to z as it is")
    return Equation(story.own.of("dL_dW0", l), dL_dZ, number=number, reason=reason, tone="backward")


def _others(story: Story, layer: BackwardLayer) -> list[Block]:
    """The way to an activation's own parameters; the gradients of what else the layer learns, over the whole step."""
    l, blocks, alone = layer.l, list[Block](), story.alone
    if layer.alpha is not None:
        key = key_of("dL_dalpha" if alone else "point_dL_dalpha", l)
        result = story.gradient("", "dL_dalpha", l, key=key)
        factors = _factors(story, layer, layer.alpha.product)
        blocks += [link_equation(story, layer.alpha.link), Product((result, *factors), story.chain)]
    names = [name for name, _ in layer.others if name != "dL_dalpha" or not alone]
    if names and not alone:
        blocks.append(Note(say("over the batch"), "quiet"))
    return blocks + [Product((story.operand("", name, l, "backward"),), story.chain) for name in names]


def _chain(story: Story, layer: BackwardLayer) -> list[Block]:
    """A layer of a chain of single neurons: every link is a number, and the gradient is one product of them (7.18, 7.30)."""
    l, own = layer.l, (*layer.links, layer.weight_link)
    blocks: list[Block] = [link_equation(story, link) for link in own]
    if layer.shortcut is not None:
        blocks += _shortcut(story, layer, layer.shortcut)
    key = key_of("dL_dW" if story.alone else "point_dL_dW", l)
    operands = [story.gradient("", "dL_dW", l, key=key)]
    loss_first = story.symbols.loss_first(story.trace.header.layout)
    before = [story.trace.links[each] for each in layer.product]
    for index, link in enumerate([*before, layer.weight_link] if loss_first else [layer.weight_link, *before]):
        operands.append(
            Operand(
                "·" if index else "=",
                story.own.of(link.name, link.l),
                key_of(link.name, link.l),
                role=link.role,
                formula=link.formula,
                tone="backward" if link in own else "shared",
            )
        )
    if layer.dR_dW is not None and story.alone:
        operands.append(story.by_penalty(l))
    way = "From the loss to the weight" if loss_first else "From the weight to the loss"
    blocks.append(Note(say(f"{way} (7.18), with formulas (7.30) and numbers:"), "quiet"))
    blocks.append(Product(tuple(operands), scalar=True))
    if l < story.trace.L:
        count = Number(
            sum(each not in {(link.name, link.l) for link in layer.links} for each in layer.product), "whole"
        )
        known = _reused(story, l)
        blocks.append(
            Note(
                say(
                    f"the {'first' if loss_first else 'last'} {{count}} factors are {known.words} (Notation 11)",
                    count=count,
                    **known.places,
                ),
                "shared",
            )
        )
    return [*blocks, _bias(story, l), *_others(story, layer)]
