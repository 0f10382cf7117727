"""A step that is moved by hand as JSON: what nudges do to the loss, and the loss by the step size. Live pages ask for both."""

from __future__ import annotations

from ..notation.sentences import Sentence
from ..notation.symbols import Symbols, Written
from ..trace.steered import Nudge, Nudged, Share, Valley
from .json_values import Plain, formula_json, number, sentence_json

LISTED = 24
"""Nudges that are listed, the largest first; the sum is of all."""
LEAD = (
    "Move any weight, bias or input: drag its number, its line or its circle, use arrow keys, or type. "
    "Another one that you move is added to it."
)


def nudged_document(nudged: Nudged, symbols: Symbols) -> Plain:
    """The nudges with their slopes, the sum beside what is measured, and what they change on the way forward."""
    largest = sorted(nudged.nudges, key=lambda each: -abs(each.estimate))
    L = symbols.of("L")
    return {
        "lead": LEAD,
        "nudges": [_nudge(each) for each in largest[:LISTED]],
        "more": max(len(largest) - LISTED, 0),
        "before": number(nudged.before),
        "after": number(nudged.after),
        "measured": formula_json(Written(f"Δ{L.plain}", rf"\Delta {L.latex}")),
        "estimate": formula_json(Written(f"d{L.plain}", rf"d{L.latex}")),
        "shares": [_share(each) for each in nudged.shares],
        "changes": [[number(float(each)) for each in change] for change in nudged.changes.values()],
        "tints": [_tints([float(each) for each in change]) for change in nudged.changes.values()],
        "reached": list(nudged.reached),
        "says": [_sentence(each) for each in nudged.says],
    }


def _nudge(nudge: Nudge) -> Plain:
    return {
        "name": nudge.name,
        "l": nudge.l,
        "indices": list(nudge.indices),
        "symbol": formula_json(nudge.symbol),
        "derivative": formula_json(Written(nudge.derivative.plain, nudge.derivative.one_line)),
        "by": number(nudge.by),
        "slope": number(nudge.slope),
        "estimate": number(nudge.estimate),
    }


def _share(share: Share) -> Plain:
    own = {name: number(getattr(share, name)) for name in ("measured", "estimate", "gap")}
    return {"of": share.of, **own}


def _tints(changes: list[float]) -> list[float]:
    """How much of the layer's largest change each unit has, 0..1: all at once tint their way forward."""
    sizes = [abs(each) if abs(each) < float("inf") else 0.0 for each in changes]
    largest = max(sizes)
    return [each / largest if largest else 0.0 for each in sizes]


def valley_document(valley: Valley, symbols: Symbols) -> Plain:
    """The curve, this step on it, its slope at 0, and the best step size."""
    own = ("eta", "loss", "start", "best_eta", "best_loss")
    return {
        **{name: number(getattr(valley, name)) for name in own},
        "open": valley.open,
        "slope": None if valley.slope is None else number(valley.slope),
        "etas": [float(each) for each in valley.etas],
        "losses": [number(float(each)) for each in valley.losses],
        "symbols": {"eta": formula_json(symbols.of("eta")), "loss": formula_json(symbols.of("L"))},
        "says": [_sentence(each) for each in valley.says],
    }


def _sentence(said: Sentence) -> str:
    return f"{sentence_json(said)}."
