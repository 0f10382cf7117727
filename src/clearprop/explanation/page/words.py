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
    "blame": "Blame: a unit's share of |∂ℒ/∂z| in its layer. The larger it is, the more of the error this unit can undo.",
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
    "changes zⱼ alone. Summed over k with ∂ℒ/∂zₖ only k = j is left, aᵢ ∂ℒ/∂zⱼ: one column times one row."
)
QUESTIONS = (
    (
        "Why forward first?",
        (
            "Every backward equation takes values of the way forward: here the activations that the weights multiply. "
            "They are kept, because without them there is nothing to multiply."
        ),
        "phase dL_dW",
    ),
    (
        "Why backward?",
        (
            "All layers share the factors near the loss. Begun there, each product is a matrix times a vector, and "
            "the layer before uses it again. Compare the multiplications of the three orders."
        ),
        "cost",
    ),
    (
        "Why not through w?",
        (
            "Of the three ways on, under the drawing, one is struck out: a weight is no function of an activation, so "
            "no path to an earlier layer leads through it."
        ),
        "phase dL_dZ",
    ),
    (
        "Why the transposes?",
        (
            "Turn a piece of the shape rail: the inner sides no longer meet, or they meet and give other numbers than "
            "the gradient."
        ),
        "phase dL_dW",
    ),
    (
        "Why the reversed order?",
        (
            "Swap two pieces of the shape rail: they do not join, or give other numbers. The layout says at which end "
            "of a product the loss stands: choose the other one above, and the whole product turns round."
        ),
        "phase dL_dZ",
    ),
    (
        "What is f′ as a matrix?",
        (
            "∂A/∂Z has an entry for each z and each a. Where every unit has its own f, all off the diagonal is 0, and "
            "the matrix does what the element-wise product does; softmax mixes its units and fills it."
        ),
        "both-ways",
    ),
    (
        "Why A − Y?",
        (
            "With softmax and nllm, or sigmoid and nll, the loss divides by an output, and f′ multiplies by it. "
            "Choose the last layer, and see what is struck out. Other pairs are under Parts."
        ),
        "both-ways",
    ),
    (
        "What does η do?",
        (
            "It is how far the step goes against the gradient. Press Valley and drag the step: too short, and little "
            "is won; beyond the floor, and the loss rises again."
        ),
        "phase update",
    ),
    (
        "Why random first weights?",
        (
            "Units with equal weights get equal gradients. Give two units the same weights by hand and take steps: "
            "they stay alike, and are worth one. Health names units that are alike."
        ),
        "health",
    ),
    (
        "What vanishes, and why?",
        (
            "Each layer on the way back multiplies by an f′, which is at most 1/4 for sigmoid and at most 1 for tanh. "
            "Compare the gradients of the layers; under Parts choose sigmoid and more layers."
        ),
        "health",
    ),
    (
        "Where are local minima?",
        (
            "Valley cuts the loss along one line, and shows the minima of that line. Those of the whole loss are "
            "found by training from many first weights: Restarts, on the page of a training."
        ),
        "phase update",
    ),
    (
        "What does the bias do?",
        (
            "It is added to z at every point, so it moves the place where z is 0, which weights alone leave at the "
            "origin. Drag one: z moves by just as much. So its derivative is ∂ℒ/∂z itself."
        ),
        "phase Z",
    ),
)
"""What students ask, the answer with what to do for it, and where it is seen: a section, or the first phase of a kind."""


def words() -> Plain:
    """All of them, by what they are for."""
    questions = [{"asks": asks, "says": says, "at": at} for asks, says, at in QUESTIONS]
    return {
        "lead": LEAD,
        "glossary": GLOSSARY,
        "rail": RAIL,
        "unfolded": UNFOLDED,
        "update": UPDATE,
        "questions": questions,
    }
