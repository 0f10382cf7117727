"""The check: each gradient of the step beside its numeric derivative. The numbers are those of `check_gradients`."""

from __future__ import annotations

import numpy as np

from ...checks import ArrayCheck, GradientCheck, check_gradients
from ...formulas.catalogue import Array
from ..trace.around import ArrayVerdict, Check
from .passes import Passes

EVERY, FEW = 400, 8
"""A network of at most so many parameters is checked in every entry; of a larger one, a few entries of each array are."""


def check_of(passes: Passes) -> Check:
    """Complex steps where every part is smooth, central differences elsewhere."""
    net, fwd = passes.net, passes.fwd
    entries = EVERY if net.parameters.size <= EVERY else FEW
    found = check_gradients(
        net,
        fwd.A[0],
        fwd.Y,
        fwd.loss_function,
        sample_weight=fwd.weights,
        penalty=fwd.penalty,
        factors=fwd.M,
        statistics=fwd.statistics,
        entries=entries,
    )
    return Check(
        ok=found.ok,
        method=found.method,
        because=found.because,
        tolerance=found.tolerance,
        max_error=found.max_error,
        arrays=tuple(_array(passes, each) for each in found.arrays),
        caveats=_caveats(passes, found),
        verdict=repr(found),
    )


def _array(passes: Passes, found: ArrayCheck) -> ArrayVerdict:
    weights = found.array == "W"
    views = {(l, name): view for l, name, view in passes.net.arrays}
    numeric: Array = np.full(views[found.layer, found.array].shape, np.nan)
    for each in found.entries:
        numeric[each.index] = each.numeric
    return ArrayVerdict(
        name=f"dL_d{found.array}",
        l=found.layer,
        numeric=passes.gradient_shown(numeric) if weights else passes.laid_out(numeric[:, None]),
        checked=found.checked,
        at_kink=found.at_kink,
        size=found.size,
        error=found.error,
    )


def _caveats(passes: Passes, found: GradientCheck) -> tuple[str, ...]:
    """What the verdict does not cover."""
    said = list(found.notes)
    if found.checked + found.at_kink < found.size:
        said.append(
            f"{found.checked} of {found.size} entries were compared one by one, drawn evenly, "
            "and one derivative along a random direction, to which all contribute"
        )
    if found.at_kink:
        said.append(
            f"{found.at_kink} entries were left out: a difference would straddle a kink, where the formula takes one side"
        )
    for l, f in passes.net.f.items():
        on = [kink for kink in f.kinks if (passes.fwd.into_f(l) == kink).any()]
        if on:
            z = passes.symbols.of("Z", l).plain
            said.append(
                f"an entry of {z} is exactly {on[0]:g}, a kink of {f.name}: the derivative shown is that to its right"
            )
    return (*said, *(f"fault: {fault}" for fault in found.faults))
