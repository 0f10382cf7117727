"""Lints of gradients: what becomes of one on the whole way back, and of the loss by the step. They look at a step."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from ...advice.thresholds import EXPLODING, VANISHING
from ...checks import on_kinks
from ..trace.around import Lint
from .lints_of_values import per_unit
from .seen import Seen
from .update import Descent, loss_at

HALVINGS = 40
"""How often a step size is halved in search of one that lowers the loss."""


def vanishing_gradient(seen: Seen) -> Iterator[Lint]:
    """The last layer that gets next to nothing of what some layer after it got, and how little the first layer gets."""
    sizes, net = _sizes(seen), seen.passes.net
    for l in range(net.L - 1, 0, -1):
        largest = max(range(l + 1, net.L + 1), key=lambda k: sizes[k])
        if _is_cut(seen, l) or not 0 < sizes[largest] < np.inf or sizes[l] >= VANISHING.value * sizes[largest]:
            continue
        first = "" if l == 1 else f", and {_name(seen, 1)} {sizes[1] / sizes[largest]:.1e}"
        hardly = f"layer {seen.number(l)} hardly learns" if l == 1 else f"layers up to {seen.number(l)} hardly learn"
        chance = seen.points == 1 and any(net.f[k].kinks for k in range(l, net.L))
        yield Lint(
            code="vanishing gradient",
            severity="note" if chance else "warning",
            l=l,
            units=(),
            message=f"{_name(seen, l)} is {sizes[l] / sizes[largest]:.1e} of {_name(seen, largest)}{first}: {hardly}",
            remedy="usual for one point that is on the flat side of many units: explain a batch to see"
            if chance
            else "draw weights to the width (init he_normal for relu, glorot_normal for tanh), or use an activation "
            "whose slope is 1 over half its range",
            measured={"ratio": sizes[l] / sizes[largest], "ratio at layer 1": sizes[1] / sizes[largest]},
        )
        return


def exploding_gradient(seen: Seen) -> Iterator[Lint]:
    """The last layer that gets far more than some layer after it got, and how much the first layer gets."""
    sizes, L = _sizes(seen), seen.passes.net.L
    for l in range(L - 1, 0, -1):
        later = [k for k in range(l + 1, L + 1) if sizes[k] > 0]
        smallest = min(later, key=lambda k: sizes[k], default=0)
        if not later or not EXPLODING.value * sizes[smallest] < sizes[l] < np.inf:
            continue
        first = "" if l == 1 else f", and {_name(seen, 1)} {sizes[1] / sizes[smallest]:.1e} times"
        yield Lint(
            code="exploding gradient",
            severity="warning",
            l=l,
            units=(),
            message=f"{_name(seen, l)} is {sizes[l] / sizes[smallest]:.1e} times {_name(seen, smallest)}{first}",
            remedy="draw smaller weights, or clip the gradient: clip_norm(largest=1.0, then=...)",
            measured={"ratio": sizes[l] / sizes[smallest], "ratio at layer 1": sizes[1] / sizes[smallest]},
        )
        return


def _sizes(seen: Seen) -> dict[int, float]:
    """dL/dZ of each layer, per unit."""
    return {l: per_unit(dL_dZ) for l, dL_dZ in seen.passes.grads.dL_dZ.items()}


def _is_cut(seen: Seen, l: int) -> bool:
    """Whether the way back to layer l is cut by units that are all off, or by weights of 0: other lints say so."""
    net = seen.passes.net
    return any(bool(seen.off(k).all()) for k in range(l, net.L)) or any(
        not net.W[k].any() for k in range(l + 1, net.L + 1)
    )


def _name(seen: Seen, l: int) -> str:
    return seen.passes.symbols.of("dL_dZ", l).plain


def rising_loss(seen: Seen) -> Iterator[Lint]:
    """A step that makes the loss of its own batch larger, with the step sizes that would not have."""
    before, after = float(seen.passes.fwd.loss), seen.descent.loss_after
    if not np.isfinite(before) or (np.isfinite(after) and after <= before) or not seen.eta:
        return
    better, kinks = measured_eta(seen), on_kinks(seen.passes.net, seen.passes.fwd)
    if better is not None:
        advice = f"eta = {better:.2g} lowers it the most of those tried"
    else:
        advice = "no smaller step size lowers it either: " + (
            _on_kink(seen, kinks) if kinks else "look for a wrong derivative with check_gradients"
        )
    at_lowest = better is None and bool(kinks.get(("residual", seen.passes.net.L), np.zeros(1)).all())
    yield Lint(
        code="rising loss",
        severity="note" if at_lowest else "warning",
        l=None,
        units=(),
        message=f"with eta = {seen.eta:g} the loss of this very batch goes from {before:.4g} to {after:.4g}",
        remedy=advice,
        measured={"loss before": before, "loss after": float(after)}
        | ({} if better is None else {"suggested eta": better}),
    )


def _on_kink(seen: Seen, kinks: Collection[tuple[str, int]]) -> str:
    """Which parts are at a kink, as the reason that no step size lowers the loss."""
    net, fwd, kinds = seen.passes.net, seen.passes.fwd, {kind for kind, _ in kinks}
    parts = [f"{net.f[l].name} in layer {seen.number(l)}" for kind, l in kinks if kind == "unit"]
    if "residual" in kinds:
        parts.insert(0, f"the loss ({fwd.loss_function.name})")
    if "weight" in kinds and fwd.penalty is not None:
        parts.append(f"the penalty ({fwd.penalty.name})")
    return (
        f"{' and '.join(parts)} {'is' if len(parts) == 1 else 'are'} at a kink here, where there is no derivative, and a step "
        "may raise the loss; check_gradients compares the entries that have one"
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
