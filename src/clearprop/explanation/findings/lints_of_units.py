"""Lints of units: units that pass no gradient back, and units that always stay equal. They look at a step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...advice.thresholds import FEW_POINTS, FLAT_LAYER, LARGE_LOSS, SATURATED
from ...advice.units import GRID, alike, everywhere
from ...formulas.activations import Elementwise
from ...formulas.catalogue import Array
from ...formulas.shortcuts import shortcut
from ..notation.sentences import count_of
from ..trace.around import Lint
from .seen import Seen

OFF, DEAD = "units off", "dead units"
"""At the one point of a step, and at all of several: only then a unit is called dead."""


def dead_units(seen: Seen) -> Iterator[Lint]:
    """Units whose derivative is exactly 0 at every point of the step."""
    for l, f in seen.passes.net.f.items():
        if f.name != "step":
            yield from dead_at(seen, l, everywhere(seen.off(l)), seen.points)


def dead_at(seen: Seen, l: int, dead: Array, points: int) -> Iterator[Lint]:
    """The finding for layer l, whose units (n^l,) that are `dead` were off at each of so many points, of one step or more."""
    if not dead.any():
        return
    whole, layer = bool(dead.all()), f"layer {seen.number(l)} ({seen.passes.net.f[l].name})"
    sure = points * (len(dead) if whole else 1) >= FEW_POINTS.value
    where = "at this point" if points == 1 else f"at all {points} points"
    yield Lint(
        code=OFF if points == 1 else DEAD,
        severity="warning" if sure and dead.mean() >= FLAT_LAYER.value else "note",
        l=l,
        units=units_in(dead),
        message=f"{count_of(int(dead.sum()), len(dead), 'unit')} of {layer} pass no gradient back {where}"
        + (": no layer before it learns from this step" if whole and l > 1 else ""),
        remedy="a unit that is off at every point gets no gradient and stays off: try leaky_relu or elu, smaller steps, "
        "init he_normal, or biases that start at 0"
        if sure
        else "usual for so few points: a unit that is off here may be on at others. Explain a larger batch to see",
        measured={"dead": float(dead.mean())},
    )


def saturated_units(seen: Seen) -> Iterator[Lint]:
    """Hidden layers most of whose units are far out on their flat ends at every point."""
    net, fwd = seen.passes.net, seen.passes.fwd
    for l in range(1, net.L):
        flat = everywhere(seen.flat(l) & ~seen.off(l))
        if not flat.any() or flat.mean() < FLAT_LAYER.value:
            continue
        yield Lint(
            code="saturated units",
            severity="warning",
            l=l,
            units=units_in(flat),
            message=f"{count_of(int(flat.sum()), len(flat), 'unit')} of layer {seen.number(l)} ({net.activations[l - 1]}) "
            f"pass back less than {100 * SATURATED.value:g} % of what they could",
            remedy="scale the inputs, draw smaller weights (init glorot_normal), or use relu or silu, which have one flat end",
            measured={"largest |z|": float(abs(fwd.Z[l]).max())},
        )


def saturated_output(seen: Seen) -> Iterator[Lint]:
    """Points predicted surely and wrongly by an output whose loss has no shortcut: they pass almost no gradient back."""
    passes, L = seen.passes, seen.passes.net.L
    f, loss = passes.net.f[L], passes.fwd.loss_function
    if shortcut(f, loss) is not None or not (passes.fwd.losses > LARGE_LOSS.value).any():
        return
    flat = seen.flat(L)
    stuck = flat.all(axis=1) & (passes.fwd.losses > LARGE_LOSS.value)
    if not stuck.any():
        return
    where = "" if seen.points == 1 else f" at {count_of(int(stuck.sum()), seen.points, 'point')}"
    yield Lint(
        code="saturated output",
        severity="warning" if stuck.mean() >= FLAT_LAYER.value else "note",
        l=L,
        units=units_in(everywhere(flat[stuck])),
        message=f"the output is sure and wrong{where}, and {f} with {loss.name} passes almost no gradient back",
        remedy="pair softmax with nllm, or sigmoid with nll: what saturates cancels (Concept 19)",
        measured={"loss": float(passes.fwd.losses[stuck].max())},
    )


def step_activation(seen: Seen) -> Iterator[Lint]:
    """An activation that is flat everywhere."""
    for l, f in seen.passes.net.f.items():
        if isinstance(f, Elementwise) and (f.dA_dZ(GRID, f.A(GRID)) == 0).all():
            yield Lint(
                code="no derivative",
                severity="warning",
                l=l,
                units=(),
                message=f"{f.name} has derivative 0 everywhere: no gradient passes layer {seen.number(l)} (7.31)",
                remedy="use sigmoid, which is a smooth step, or relu, whose derivative is 1 for z ≥ 0",
                measured={},
            )


def symmetric_units(seen: Seen) -> Iterator[Lint]:
    """Layers all of whose units have the same weights: they get the same gradient, and always stay equal."""
    net = seen.passes.net
    for l in net.layers:
        n, zero = net.widths[l], not net.W[l].any()
        if l == net.L or n < 2 or not (zero or alike(net, l)):
            continue
        yield Lint(
            code="zero weights" if zero else "symmetric units",
            severity="warning",
            l=l,
            units=tuple(range(1, n + 1)),
            message=f"all {n} units of layer {seen.number(l)} have "
            + (
                "weights 0: they ignore the input"
                if zero
                else "the same weights, so they get the same gradient and stay alike"
            ),
            remedy="draw the weights at random (Concept 20): init gaussian, he_normal or glorot_normal",
            measured={},
        )


def units_in(chosen: Array) -> tuple[int, ...]:
    """The units that are chosen, counted from 1."""
    return tuple(int(unit) + 1 for unit in np.flatnonzero(chosen))
