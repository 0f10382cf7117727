"""Exercises that the explanation asks already: a factor, a shape, a transpose; and the links of a chain to be ordered."""

from __future__ import annotations

import numpy as np

from ..explanation import Trace
from ..explanation.notation.symbols import shape_of
from ..explanation.trace.passes import Link
from .exercise import LETTERS, Choice, Exercise, rows
from .networks import Small, small


def given_of(drawn: Small) -> tuple[str, ...]:
    """The network and the point, on lines."""
    net = drawn.net
    lines = [f"x = {rows(drawn.x[:, None])}, y = {rows(drawn.y[:, None])}, the loss is (a² − y)²"]
    for l, name in ((1, "relu"), (2, "identity")):
        lines.append(f"layer {l}, {name}: W{UP[l]} = {rows(net.W[l])}, W₀{UP[l]} = {rows(net.W0[l][:, None])}")
    return (*lines, "ReLU′(z) is 1 for z > 0 and 0 for z < 0; rows are separated by ;")


UP = {1: "¹", 2: "²"}


def asked(kind: str, rng: np.random.Generator) -> Exercise:
    """A question of the explanation, of a kind: factor, shape or transpose."""
    drawn = small(rng, hidden=3)
    trace = drawn.trace()
    questions = [
        (phase, each) for phase in trace.to_dict()["phases"] for each in phase["questions"] if each["kind"] == kind
    ]
    phase, question = questions[int(rng.integers(len(questions)))]
    choices = [Choice(each["written"]["plain"], each["says"], each["right"]) for each in question["choices"]]
    choices = [choices[i] for i in rng.permutation(len(choices))]
    right = next(each for each in choices if each.right)
    reached = f"∂L/{right.plain.partition('/')[0]}"  # ∂A¹/∂Z¹ is multiplied on to ∂L/∂A¹
    where = f"Back-propagation has come to {reached}. " if kind == "factor" else ""
    return Exercise(
        kind, where + question["asks"], given_of(drawn), f"{right.plain}. {right.says}", _shapes(trace, phase["l"]),
        tuple(choices),
    )  # fmt: skip


def _shapes(trace: Trace, l: int) -> tuple[str, ...]:
    """Each link with its shape: hints that say no answer."""
    links = [trace.links[key] for key in (("dL_dA", 2), ("dA_dZ", 2), ("dZ_dA", 2), ("dA_dZ", 1)) if key[1] >= l]
    return tuple(f"{_symbol(trace, link)} is {shape_of(link.value.shape)}." for link in links[:3])


def _symbol(trace: Trace, link: Link) -> str:
    return trace.header.own.of(link.name, link.l).plain


def ordering(rng: np.random.Generator) -> Exercise:
    """The links of dL/dZ^1, to be put in the order in which they are multiplied."""
    drawn = small(rng, hidden=3)
    trace = drawn.trace()
    chain = [trace.links[key] for key in (("dA_dZ", 1), ("dZ_dA", 2), ("dA_dZ", 2), ("dL_dA", 2))]
    places = [int(i) for i in rng.permutation(len(chain))]
    while places == sorted(places):
        places = [int(i) for i in rng.permutation(len(chain))]
    pieces = [chain[i] for i in places]
    choices = tuple(Choice(_symbol(trace, each), each.reason) for each in pieces)
    order = tuple(places.index(i) for i in range(len(chain)))
    target = trace.header.own.of("dL_dZ", 1).plain
    steps = {f"{before},{after}": _follows(trace, pieces, before, after, target)
             for before in range(-1, len(pieces)) for after in range(len(pieces)) if before != after}  # fmt: skip
    return Exercise(
        "order", f"Put the pieces in the order in which they stand in the product {target} = ...", given_of(drawn),
        f"{target} = {' · '.join(_symbol(trace, each) for each in chain)}, that is {' '.join(LETTERS[i] for i in order)}.",
        (f"In the denominator layout the product begins at {target.partition('/∂')[2]} and ends at the loss.",
         f"The last piece is {_symbol(trace, chain[-1])}.", f"The first piece is {_symbol(trace, chain[0])}."),
        choices, order, steps,
    )  # fmt: skip


def _follows(trace: Trace, pieces: list[Link], before: int, after: int, target: str) -> str:
    """Why a piece cannot stand after another, where it does not."""
    second = _symbol(trace, pieces[after])
    if before < 0:
        return f"{second} cannot be first: {target} begins with the derivative by Z¹, which has its 3 rows."
    first = _symbol(trace, pieces[before])
    left, right = pieces[before].value.shape, pieces[after].value.shape
    if left[1] != right[0]:
        shapes = f"{shape_of(left)} times {shape_of(right)}"
        return f"{first} times {second} is {shapes}, which has no value: {left[1]} meets {right[0]}."
    top = first.partition("/")[0].removeprefix("∂")
    return f"After {first} the next piece is a derivative by {top}; {second} is not."
