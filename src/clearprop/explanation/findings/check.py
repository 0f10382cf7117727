"""The check: each gradient of the step beside its numeric derivative. The numbers are those of `check_gradients`."""

from __future__ import annotations

import numpy as np

from ...checks import INPUTS, ArrayCheck, EntryCheck, GradientCheck, Where, check_pass
from ...formulas.activations import Elementwise
from ...formulas.catalogue import Array
from ..notation.sentences import Sentence, say
from ..notation.symbols import Written
from ..trace.around import ArrayVerdict, Check, KinkedEntry
from .passes import Passes

EVERY, FEW = 400, 8
"""A network of at most so many parameters is checked in every entry; of a larger one, a few entries of each array are."""


def checked(passes: Passes) -> GradientCheck:
    """Complex steps where every part is smooth, central differences elsewhere."""
    entries = EVERY if passes.net.parameters.size <= EVERY else FEW
    return check_pass(passes.net, passes.fwd, entries=entries, at=passes.at)


def check_of(passes: Passes, found: GradientCheck) -> Check:
    """What was found, as layout and notation have it."""
    return Check(
        outcome=found.verdict,
        method=found.method,
        because=found.because,
        tolerance=found.tolerance,
        max_error=found.max_error,
        arrays=tuple(_array(passes, each) for each in found.arrays),
        caveats=_caveats(passes, found),
        said=_said(passes, found),
    )


def _said(passes: Passes, found: GradientCheck) -> Sentence:
    """The outcome, with the worst entry as the notation writes and counts it."""
    before, worst, behind = found.in_words("{worst}").partition("{worst}")
    if not worst or found.where is None:
        return say("{text}", text=before)
    return say("{before}{worst}{behind}", before=before, worst=_derivative(passes, found.where), behind=behind)


def _array(passes: Passes, found: ArrayCheck) -> ArrayVerdict:
    weights = found.array == "W"
    views = {(l, name): view for l, name, view in passes.net.arrays} | {(0, INPUTS): passes.fwd.A[0][passes.at]}
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
        outcome=found.verdict,
        kinks=tuple(_at_kink(passes, found, each) for each in found.entries if each.verdict == "cannot be told"),
    )


def _at_kink(passes: Passes, array: ArrayCheck, entry: EntryCheck) -> KinkedEntry:
    """What there is of a derivative that does not exist, under the name that the notation has for it."""
    where = Where(array.layer, array.array, entry.index)
    indices = tuple(index + 1 for index in entry.index)
    return KinkedEntry(indices, _derivative(passes, where), entry.given, entry.behind, entry.ahead)


def _derivative(passes: Passes, where: Where) -> Written:
    """The derivative by one entry, as the notation writes and counts it."""
    if passes.scalar:
        return passes.symbols.of(f"dL_d{where.array}", where.layer)
    return passes.symbols.by_entry(where.array, where.layer, tuple(index + 1 for index in where.index))


def _caveats(passes: Passes, found: GradientCheck) -> tuple[str, ...]:
    """What the verdict does not cover."""
    said = list(found.notes)
    if found.checked + found.at_kink < found.size:
        said.append(
            f"{found.checked} of {found.size} entries were compared one by one, drawn evenly, "
            "and one derivative along a random direction, to which all parameters contribute"
        )
    if found.at_kink:
        whether = "1 entry is right" if found.at_kink == 1 else f"{found.at_kink} entries are right"
        said.append(
            f"whether {whether} cannot be told: at a kink the loss has no derivative. It has one on each side: from the left, "
            "for a slightly smaller entry, and from the right, for a slightly larger one. A formula may give either, or a "
            "value between"
        )
    said += [
        _side(passes, l, f) for l, f in passes.net.f.items() if isinstance(f, Elementwise) and _at(passes, l).any()
    ]
    return (*said, *(f"fault: {fault}" for fault in found.faults))


def _at(passes: Passes, l: int) -> Array:
    """Which values that f^l is applied to are exactly a kink of it, (n, n^l)."""
    return np.isin(passes.fwd.into_f(l), passes.net.f[l].kinks)


def _side(passes: Passes, l: int, f: Elementwise) -> str:
    """Which side's slope the formula of f^l gives at a kink."""
    on, Z = _at(passes, l), passes.fwd.into_f(l)
    here, below, above = (
        f.dA_dZ(each, f.A(each))[on] for each in (Z, np.nextafter(Z, -np.inf), np.nextafter(Z, np.inf))
    )
    z, kink = passes.symbols.of("Z", l).plain, f"{Z[on][0]:g}"
    if np.allclose(here, above):
        slope = f"right-hand one, for z just above {kink}"
    else:
        slope = f"left-hand one, for z just below {kink}" if np.allclose(here, below) else "formula's own"
    return f"an entry of {z} is exactly {kink}, a kink of {f.name}: the slope f′(z) used there is the {slope}"
