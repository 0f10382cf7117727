"""Lints: what will go wrong in this network, or already has, each with what was measured and what to do about it.

A lint is a function of the step that gives findings; `LINTS` lists all of them. None of them changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ...formulas.activations import Elementwise
from ...formulas.catalogue import Array
from ...formulas.shortcuts import shortcut
from ..trace.around import LayerHealth, Lint
from ..trace.passes import ForwardLayer
from .passes import Passes
from .reasons import GRID, count_of
from .update import Descent, loss_at

VANISHED, EXPLODED = 1e-3, 1e3
"""dL/dZ of a layer by that of the layer after it, by norm and unit: a thousandth gets through, or a thousandfold."""
LARGE_LOSS = 0.1
"""A smaller loss needs no gradient."""
LARGE_INPUT, UNEVEN_INPUTS = 10.0, 100.0
"""Inputs of standardised columns rarely pass 4, and spread alike; these are well beyond both."""
HALVINGS = 40
"""How often a step size is halved in search of one that lowers the loss."""


@dataclass(frozen=True)
class Seen:
    """What lints look at."""

    passes: Passes
    forward: dict[int, ForwardLayer]
    descent: Descent
    health: dict[int, LayerHealth]
    eta: float


def lints_of(seen: Seen) -> tuple[Lint, ...]:
    """All findings, the worst first."""
    order = {"error": 0, "warning": 1, "note": 2}
    with np.errstate(all="ignore"):
        found = [lint for look in LINTS for lint in look(seen)]
    return tuple(sorted(found, key=lambda lint: order[lint.severity]))


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
        units = () if name == "L" else _units(~np.asarray(np.isfinite(values).all(axis=0)))
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


def dead_units(seen: Seen) -> Iterator[Lint]:
    """Units whose derivative is exactly 0 at every point of the batch."""
    fwd, net = seen.passes.fwd, seen.passes.net
    for l, f in net.f.items():
        if not isinstance(f, Elementwise) or not f.kinks or f.name == "step":
            continue
        dead = (f.dA_dZ(fwd.into_f(l), fwd.A[l]) == 0).all(axis=0)
        n, b = len(dead), len(fwd.Y)
        if not dead.any():
            continue
        everywhere = bool(dead.all())
        points = "at this point" if b == 1 else f"at all {b} points"
        yield Lint(
            code="dead units",
            severity="warning" if everywhere or b > 1 else "note",
            l=l,
            units=_units(dead),
            message=f"{count_of(int(dead.sum()), n, 'unit')} of layer {l} ({f.name}) let nothing back {points}"
            + (": no layer before it learns from this step" if everywhere and l > 1 else ""),
            remedy="a unit that is off for every point never comes back: leaky_relu or elu, smaller steps, init he_normal, "
            "or biases that start at 0"
            if b > 1 or everywhere
            else "usual for one point, if others switch it on: explain a batch to see",
            measured={"dead": float(dead.mean())},
        )


def saturated_units(seen: Seen) -> Iterator[Lint]:
    """Smooth layers most of whose units are far out on their flat ends."""
    for l, layer in seen.forward.items():
        flat = [zone.unit for zone in layer.zones if zone.zone == "saturated"]
        if l == seen.passes.net.L or len(flat) * 2 < len(layer.zones):
            continue
        yield Lint(
            code="saturated units",
            severity="warning",
            l=l,
            units=tuple(flat),
            message=f"{count_of(len(flat), len(layer.zones), 'unit')} of layer {l} ({layer.activation}) "
            "pass back less than 1 % of what they could",
            remedy="scale the inputs, draw smaller weights (init glorot_normal), or use relu or silu, which have one flat end",
            measured={"largest |z|": float(abs(layer.Z).max())},
        )


def saturated_output(seen: Seen) -> Iterator[Lint]:
    """A sure and wrong output whose loss has no shortcut: nothing comes back although the loss is large."""
    passes, L = seen.passes, seen.passes.net.L
    layer, loss = seen.forward[L], passes.one.loss_function
    stuck = all(zone.zone != "active" for zone in layer.zones) and passes.one.loss > LARGE_LOSS
    if stuck and shortcut(passes.net.f[L], loss) is None:
        yield Lint(
            code="saturated output",
            severity="warning",
            l=L,
            units=tuple(zone.unit for zone in layer.zones),
            message=f"the output is sure and wrong, and {layer.activation} with {loss.name} lets next to nothing back",
            remedy="pair softmax with nllm, or sigmoid with nll: what saturates cancels (Concept 19)",
            measured={"loss": float(passes.one.loss)},
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
                message=f"{f.name} has derivative 0 everywhere: no gradient passes layer {l} (7.31)",
                remedy="sigmoid is a smooth step; relu has a derivative on one side",
                measured={},
            )


def vanishing_and_exploding(seen: Seen) -> Iterator[Lint]:
    """Layers through which the gradient changes its size a thousandfold."""
    net, grads = seen.passes.net, seen.passes.grads
    for l in range(net.L - 1, 0, -1):
        here, after = (_per_unit(grads.dL_dZ[k]) for k in (l, l + 1))
        if not (after > 0 and np.isfinite(here) and np.isfinite(after)) or here == 0:
            continue
        ratio = here / after
        name = seen.passes.symbols.of("dL_dZ", l).plain
        if ratio < VANISHED:
            yield Lint(
                code="vanishing gradient",
                severity="warning",
                l=l,
                units=(),
                message=f"{name} is {ratio:.1e} of what arrived at layer {l + 1}: layers up to {l} hardly learn",
                remedy="draw weights to the width (init he_normal for relu, glorot_normal for tanh), or use an activation "
                "whose slope is 1 over half its range",
                measured={"ratio": float(ratio)},
            )
        elif ratio > EXPLODED:
            yield Lint(
                code="exploding gradient",
                severity="warning",
                l=l,
                units=(),
                message=f"{name} is {ratio:.1e} times what arrived at layer {l + 1}",
                remedy="draw smaller weights, or clip the gradient: clip_norm(largest=1.0, then=...)",
                measured={"ratio": float(ratio)},
            )


def symmetric_units(seen: Seen) -> Iterator[Lint]:
    """Layers all of whose units have the same weights: they get the same gradient, and stay one unit for ever."""
    net = seen.passes.net
    for l in net.layers:
        W, W0 = net.W[l], net.W0[l]
        n = W.shape[1]
        if l == net.L or n < 2:
            continue
        zero = not W.any()
        same = (W[:, :1] == W).all() and (W0[0] == W0).all()
        if not (zero or same):
            continue
        yield Lint(
            code="zero weights" if zero else "symmetric units",
            severity="warning",
            l=l,
            units=tuple(range(1, n + 1)),
            message=f"all {n} units of layer {l} have "
            + (
                "weights 0: they ignore the input"
                if zero
                else "the same weights, so they get the same gradient and stay alike"
            ),
            remedy="draw the weights at random (Concept 20): init gaussian, he_normal or glorot_normal",
            measured={},
        )


def unscaled_inputs(seen: Seen) -> Iterator[Lint]:
    """Inputs far from the scale that initial weights are drawn for."""
    x = abs(seen.passes.fwd.A[0]).max(axis=0)
    largest = float(x.max())
    if largest > LARGE_INPUT:
        usual = float(np.median(x[x > 0])) if (x > 0).any() else 0.0
        uneven = usual > 0 and largest / usual > UNEVEN_INPUTS
        yield Lint(
            code="unscaled inputs",
            severity="warning",
            l=1,
            units=tuple(int(i) + 1 for i in np.flatnonzero(x > LARGE_INPUT)),
            message=f"an input is {largest:.3g}"
            + (f", {largest / usual:.0f} times the usual one" if uneven else "")
            + "; a weight's gradient is proportional to its input, so one step size fits no two of them",
            remedy="standardise each column to mean 0 and standard deviation 1; `clearprop train` does",
            measured={"largest |x|": largest},
        )


def rising_loss(seen: Seen) -> Iterator[Lint]:
    """A step that makes the loss of its own batch larger, with the step sizes that would not have."""
    before, after = float(seen.passes.fwd.loss), seen.descent.rule().loss_after
    if not np.isfinite(before) or (np.isfinite(after) and after <= before) or not seen.eta:
        return
    better = measured_eta(seen)
    if better is None:
        advice, measured = (
            "no smaller step size lowers it either: look for a kink or a wrong derivative with check_gradients",
            {},
        )
    else:
        advice = f"eta = {better:.2g} lowers it the most of those tried"
        measured = {"suggested eta": better}
    yield Lint(
        code="rising loss",
        severity="warning",
        l=None,
        units=(),
        message=f"with eta = {seen.eta:g} the loss of this very batch goes from {before:.4g} to {after:.4g}",
        remedy=advice,
        measured={"loss before": before, "loss after": float(after), **measured},
    )


def measured_eta(seen: Seen) -> float | None:
    """The step size, of eta / 2, eta / 4, ..., whose step leaves the lowest loss, if any lowers it."""
    passes, descent, before = seen.passes, seen.descent, float(seen.passes.fwd.loss)
    best, lowest = None, before
    for halving in range(1, HALVINGS + 1):
        eta = seen.eta / 2**halving
        trial = Descent(passes, descent.optimizer, eta, None if descent.fresh else descent.before)
        loss = loss_at(passes, trial.after)
        if np.isfinite(loss) and loss < lowest:
            best, lowest = eta, loss
        elif best is not None:
            break
    return best


LINTS: tuple[Callable[[Seen], Iterator[Lint]], ...] = (
    first_non_finite,
    dead_units,
    saturated_units,
    saturated_output,
    step_activation,
    vanishing_and_exploding,
    symmetric_units,
    unscaled_inputs,
    rising_loss,
)


def _units(chosen: Array) -> tuple[int, ...]:
    return tuple(int(unit) + 1 for unit in np.flatnonzero(chosen))


def _per_unit(dL_dZ: Array) -> float:
    """The root mean square, so that a wide layer and a narrow one compare."""
    return float(np.sqrt((np.abs(dL_dZ) ** 2).mean()))
