"""Lints of values: what is not finite, inputs out of scale, targets out of range, values that grow. They look at a step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...advice.sample import size_of_inputs
from ...advice.targets import out_of_range
from ...advice.thresholds import EXPLODING_VALUES, FAR_FROM_UNIT, LARGE_INPUT, LARGE_POINT, UNEVEN_INPUTS
from ...formulas.catalogue import Array
from ..trace.around import Lint
from .lints_of_units import units_in
from .seen import Seen


def first_non_finite(seen: Seen) -> Iterator[Lint]:
    """The first value of the pass that is NaN or infinite, in the order in which they are computed."""
    fwd, grads, net = seen.passes.fwd, seen.passes.grads, seen.passes.net
    order: list[tuple[str, int, Array]] = []
    for l in net.layers:
        order += [("Z", l, fwd.Z[l]), ("A", l, fwd.A[l])]
    order.append(("L", 0, np.array([fwd.loss])))
    for l in reversed(net.layers):
        order += [("dL_dZ", l, grads.dL_dZ[l]), ("dL_dW", l, grads.dL_dW[l])]
    for name, l, values in order:
        if np.isfinite(values).all():
            continue
        units = () if name == "L" else units_in(~np.asarray(np.isfinite(values).all(axis=0)))
        yield Lint(
            code="not finite",
            severity="error",
            l=l or None,
            units=units if name != "dL_dW" else (),
            message=f"{seen.passes.symbols.of(name, l).plain} is the first value that is not finite",
            remedy="take a smaller step size, scale the inputs, or clip the gradient: clip_norm(largest=1.0, then=...)",
            measured={"largest finite": float(np.max(np.abs(values[np.isfinite(values)]), initial=0.0))},
        )
        return


def unscaled_inputs(seen: Seen) -> Iterator[Lint]:
    """Inputs far from the scale that initial weights are drawn for. One value far out is in standardised columns too."""
    A0 = seen.passes.fwd.A[0]
    x, size = abs(A0).max(axis=0), _usual_size(A0)
    largest = float(x.max())
    if float(size.max()) > LARGE_INPUT.value:
        usual = float(np.median(x[x > 0])) if (x > 0).any() else 0.0
        uneven = usual > 0 and largest / usual > UNEVEN_INPUTS.value
        yield Lint(
            code="unscaled inputs",
            severity="warning",
            l=1,
            units=units_in(size > LARGE_INPUT.value),
            message=f"an input is {largest:.3g}"
            + (f", {largest / usual:.0f} times the usual one" if uneven else "")
            + "; a weight's gradient is proportional to its input, so one step size fits no two of them",
            remedy="standardise each column to mean 0 and standard deviation 1; `clearprop train` does",
            measured={"largest |x|": largest},
        )


def _usual_size(A0: Array) -> Array:
    """The root mean square of each input without the point that is farthest out, (m,).

    Of one point it is |x|, or 0 where its inputs are of usual size together.
    """
    points = len(A0)
    if points == 1:
        return abs(A0[0]) * (size_of_inputs(A0) > LARGE_POINT.value)
    squares = A0**2
    return np.sqrt(np.maximum(squares.sum(axis=0) - squares.max(axis=0), 0) / (points - 1))


def small_inputs(seen: Seen) -> Iterator[Lint]:
    """Inputs so small that the first layer gets next to no gradient."""
    size = size_of_inputs(seen.passes.fwd.A[0])
    if 0 < size < 1 / FAR_FROM_UNIT.value:
        yield Lint(
            code="unscaled inputs",
            severity="warning" if seen.points > 1 else "note",
            l=1,
            units=(),
            message=f"the inputs' root mean square is {size:.1e}; a weight's gradient is proportional to its input, so layer "
            f"{seen.number(1)} hardly learns",
            remedy="standardise each column to mean 0 and standard deviation 1; `clearprop train` does",
            measured={"size of inputs": size},
        )


def exploding_values(seen: Seen) -> Iterator[Lint]:
    """Hidden layers whose values are out of all proportion to the inputs, told once, where it begins."""
    fwd, net = seen.passes.fwd, seen.passes.net
    inputs = max(1.0, per_unit(fwd.A[0]))
    for l in range(1, net.L):
        growth = per_unit(fwd.Z[l]) / inputs
        if not EXPLODING_VALUES.value < growth < np.inf:
            continue
        yield Lint(
            code="exploding values",
            severity="warning",
            l=l,
            units=(),
            message=f"{seen.passes.symbols.of('Z', l).plain} is {growth:.1e} times as large as the inputs",
            remedy="draw weights to the width (init he_normal for relu, glorot_normal for tanh), or normalise the layers",
            measured={"growth": growth},
        )
        return


def unreachable_targets(seen: Seen) -> Iterator[Lint]:
    """Targets that the output activation cannot give."""
    fwd, net = seen.passes.fwd, seen.passes.net
    advice = out_of_range(net.f[net.L], fwd.loss_function, fwd.Y)
    if advice is not None:
        yield Lint(
            code="target out of range",
            severity="warning",
            l=net.L,
            units=(),
            message=advice.found,
            remedy=advice.remedy,
            measured=dict(advice.measured),
        )


def per_unit(values: Array) -> float:
    """The root mean square, so that a wide layer and a narrow one compare."""
    return float(np.sqrt((np.abs(values) ** 2).mean()))
