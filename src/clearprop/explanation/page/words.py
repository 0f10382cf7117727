"""Sentences of the page that are about no single number: what to do first, words explained where they stand, what the shape
rail says. A brace is a place that the page fills with a shape, a symbol or a number of the trace.
"""

from __future__ import annotations

from .json_values import Plain

LEAD = "Press → or ▶, and click what you want to know."
GLOSSARY = {
    "active": "Active: f′(z) is not small, so the unit lets a good part of the gradient through.",
    "off": "Off: f′(z) is 0 at this point, so no gradient passes the unit and nothing before it learns through it here.",
    "saturated": "Saturated: f is almost flat at this z, so only a small part of the gradient passes.",
    "dead": "Dead: a unit that is off at every point that was tried. No gradient reaches its weights, so it stays as it is.",
    "blame": "Blame: a unit's share of |∂L/∂z| in its layer. The larger it is, the more of the error this unit can undo.",
}
RAIL = {
    "joins": "{inner} meets {inner}: the pieces join and give {shape}.",
    "right": "They join and give {shape}, the shape of {symbol}.",
    "other": "They join and give {shape}, but {symbol} is {wanted}.",
    "apart": "{left} meets {right}: these two do not join.",
    "numbers": "They join and give {shape} as well, but in this order they compute other numbers than {symbol}.",
    "help": "Turn a piece (its transpose) or swap two, and see whether the inner sides still meet.",
}


UPDATE = "Bars: each value before the step, its change (drawn {scale} times as long), and the value after it."
UNFOLDED = (
    "∂Z/∂W is a shorthand for a block with three indices: ∂zₖ/∂wᵢⱼ is aᵢ where k = j, and 0 elsewhere, because wᵢⱼ "
    "changes zⱼ alone. Summed over k with ∂L/∂zₖ only k = j is left, aᵢ ∂L/∂zⱼ: one column times one row."
)


def words() -> Plain:
    """All of them, by what they are for."""
    return {"lead": LEAD, "glossary": GLOSSARY, "rail": RAIL, "unfolded": UNFOLDED, "update": UPDATE}
