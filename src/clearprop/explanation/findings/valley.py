"""The valley: the loss along a step's own way, by step size; what this step reaches of it, and the step size that is best.

Each loss is measured: the optimiser takes its step again with another step size, from the same weights and the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from ...formulas.catalogue import Array
from ..notation.sentences import Number, Sentence, say
from ..trace.steered import Valley
from .passes import Passes
from .step import Asked, descent_of, passes_of
from .update import Descent, loss_at

CURVE = 61
"""Points of the curve."""
OCTAVES = 12
"""The best step size is looked for that many doublings and halvings away, two to a doubling, then between the neighbours."""
SECTIONS = 24
"""Golden sections of what is left: to a hundred-thousandth, finer than any picture shows."""
FLAT, MOST = 1e-3, 0.05
"""Parts of the whole fall: what may be between the lowest loss and that of the largest step size where the loss falls for ever,
and what is left of it where most of it is done."""
GOLDEN = (np.sqrt(5.0) - 1) / 2
BEYOND = 1.5
"""How far the curve goes: beyond this step and beyond the best one."""
STRAIGHT = 1e-9
"""A way is straight where twice the step size goes twice as far, to that part of it."""


def valley_of(asked: Asked, until: float | None = None) -> Valley:
    """The loss after the step by its step size, from 0 to `until`; by default as far as there is something to see."""
    passes = passes_of(asked)
    descent = descent_of(asked, passes)
    net, eta = passes.net, asked.rate
    way = _way(passes, descent, eta)
    unit = eta if eta > 0 else float(descent.optimizer.rule.default_eta)

    def loss_of(size: float) -> float:
        return loss_at(passes, net.with_parameters(way(size)))

    start = float(passes.fwd.loss)
    bottom = _bottom(loss_of, unit, start)
    etas = np.linspace(0.0, float(until or BEYOND * max(unit, bottom.eta)), CURVE)
    valley = Valley(
        eta=eta,
        loss=loss_of(eta),
        start=start,
        slope=_slope(passes, way, unit),
        etas=etas,
        losses=np.array([loss_of(size) for size in etas.tolist()]),
        best_eta=bottom.eta,
        best_loss=bottom.loss,
        open=bottom.open,
        says=(),
    )
    return replace(valley, says=tuple(_says(passes, valley)))


def _way(passes: Passes, descent: Descent, eta: float) -> Callable[[float], Array]:
    """The parameters (p,) after a step of a given size."""
    net, optimizer = passes.net, descent.optimizer
    before: Array = net.parameters
    if descent.taken:  # only where it led to is known: more or less of the same
        there = descent.after.parameters - before
        return lambda size: before + (size / eta if eta else 0.0) * there

    def taken(size: float) -> Array:
        parameters, state = before.copy(), {name: array.copy() for name, array in descent.before.items()}
        with np.errstate(all="ignore"):
            optimizer.update_in_place(parameters, passes.grads.flat.copy(), size, state)
        return parameters

    return taken


def _slope(passes: Passes, way: Callable[[float], Array], unit: float) -> float | None:
    """dL/d eta at 0, the gradient times the way; None where twice the step size does not go twice as far."""
    before = passes.net.parameters
    once, twice = way(unit) - before, way(2 * unit) - before
    with np.errstate(all="ignore"):
        size = float(abs(twice).max())
        if not float(abs(twice - 2 * once).max()) <= STRAIGHT * max(size, float(abs(before).max())):
            return None
        return float(passes.grads.flat @ once) / unit


@dataclass(frozen=True)
class _Bottom:
    """The lowest loss that was measured, and where; `open` where it falls as far as was measured."""

    eta: float
    loss: float
    open: bool = False


def _bottom(loss_of: Callable[[float], float], unit: float, start: float) -> _Bottom:
    """The step size with the lowest loss; 0 where none lowers it; where it falls for ever, one that has most of the fall."""
    sizes = [unit * 2.0 ** (half / 2) for half in range(-2 * OCTAVES, 2 * OCTAVES + 1)]
    losses = [_finite(loss_of(size)) for size in sizes]
    place = int(np.argmin(np.array(losses)))
    lowest = losses[place]
    if not lowest < start:
        return _Bottom(0.0, start)
    if losses[-1] - lowest <= FLAT * (start - lowest):
        near = next(place for place, loss in enumerate(losses) if loss - lowest <= MOST * (start - lowest))
        return _Bottom(sizes[near], losses[near], open=True)
    low, high = sizes[max(place - 1, 0)], sizes[place + 1]
    for _ in range(SECTIONS):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if _finite(loss_of(left)) < _finite(loss_of(right)):
            high = right
        else:
            low = left
    middle = (low + high) / 2
    found = _finite(loss_of(middle))
    return _Bottom(middle, found) if found < lowest else _Bottom(sizes[place], lowest)


def _finite(loss: float) -> float:
    return loss if np.isfinite(loss) else np.inf


def _says(passes: Passes, valley: Valley) -> Iterator[Sentence]:
    """Where the step stands in the valley, and where its bottom is."""
    L, eta = passes.symbols.of("L"), passes.symbols.of("eta")
    now, loss = Number(valley.eta, "four"), Number(valley.loss, "four")
    size, best = Number(valley.best_eta, "four"), Number(valley.best_loss, "four")
    if not valley.best_eta:
        yield say("No {eta} that was measured lowers {L} along this way", L=L, eta=eta)
    elif valley.open:
        words = "{L} falls along this way as far as was measured: at {eta} = {size} it is {best}, and most of the fall is done"
        yield say(words, L=L, eta=eta, size=size, best=best)
    else:
        yield say("The lowest {L} on this way is {best}, at {eta} = {size}", L=L, eta=eta, size=size, best=best)
    yield say("This step goes to {eta} = {now}, where {L} is {loss}", L=L, eta=eta, now=now, loss=loss)
    if valley.loss > valley.start:
        words = "The step goes too far: {L} was {start} before it, and is larger after it"
        yield say(words, L=L, start=Number(valley.start, "four"))
    if valley.slope is None:
        words = (
            "With this rule another {eta} goes another way, not further along the same one: the curve follows the rule"
        )
        yield say(words, eta=eta)
