"""The slips of the notes, each an exercise: what is printed, what is right, and why. `docs/mathematics.md` lists them too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .exercise import Choice, Exercise


@dataclass(frozen=True)
class Slip:
    """A place of the notes where the print is wrong."""

    where: str
    asks: str
    printed: str
    correct: str
    why: str
    instead: str = ""
    """A third answer, which is wrong too."""
    instead_why: str = ""


SLIPS = (
    Slip(
        "7.3",
        "What is the loss of the linear logistic classifier, with guess g and target y?",
        "y log g + (1 − y) log(1 − g)",
        "−(y log g + (1 − y) log(1 − g))",
        "A loss is small where the guess is good; the logarithm of a probability is at most 0, and largest for a good guess.",
        "y log g − (1 − y) log(1 − g)",
        "Both terms are logarithms of a probability, so both have the same sign.",
    ),
    Slip(
        "7.33",
        "Which function has the derivative 0 everywhere but at z = 0?",
        "ReLU",
        "step",
        "ReLU's derivative is 1 for z > 0. The step is flat on either side.",
        "the identity",
        "Its derivative is 1.",
    ),
    Slip(
        "7.40",
        "The derivative of tanh(z) is 1 − tanh(z)². What is that, with the hyperbolic secant sech(z) = 1 / cosh(z)?",
        "1 − sech(z)²",
        "sech(z)²",
        "cosh² − sinh² = 1, and divided by cosh² this is 1 − tanh² = sech². At z = 0 both are 1.",
        "sech(z)",
        "At z = 0 it is right; far from 0 the derivative is much smaller: it is the square.",
    ),
    Slip(
        "7.42",
        "Of which loss is sign(a − y) the derivative?",
        "the square loss",
        "the linear loss, |a − y|",
        "The square's derivative is 2 (a − y); |u| falls with slope −1 and grows with slope 1.",
    ),
    Slip(
        "7.43-7.44",
        "By which variable does sign(u) = 1 for u ≥ 0 and −1 for u < 0 tell its cases?",
        "by z",
        "by u",
        "A function of u has its cases in u. In the loss u is a − y; z is something else.",
        "by a",
        "u is a − y, not a alone.",
    ),
    Slip(
        "7.19",
        "Of which layer is the output that goes into the loss, in ∂L/∂a?",
        "aˡ, of any layer l",
        "aᴸ, of the last layer L",
        "Only the last layer's output goes into the loss; those before act through it.",
    ),
    Slip(
        "7.46, Notation 16",
        "What is ∂L/∂Wˡ in matrices?",
        "∂L/∂Zˡ ∂L/∂Aˡ",
        "Aˡ⁻¹ (∂L/∂Zˡ)ᵀ",
        "The weight link ends the chain, so it stands on the left; m × 1 times 1 × n is m × n.",
        "(∂L/∂Zˡ)ᵀ Aˡ⁻¹",
        "1 × n times m × 1 has no value unless m = n, and then it is one number.",
    ),
    Slip(
        "7.49",
        "With f(z) = z², what is 2z?",
        "f(z)",
        "f′(z)",
        "The derivative of z² is 2z; at (1, 2, 3) the link is diag(2, 4, 6).",
    ),
    Slip(
        "pseudocode, lines 26-27",
        "For which layers is ∂L/∂Zˡ computed?",
        "for all but the last",
        "for every layer, the last one included",
        "The last layer's weights have gradients too, and they need ∂L/∂Zᴸ.",
        "for the last alone",
        "Each layer's weight gradient needs its ∂L/∂Zˡ.",
    ),
    Slip(
        "pseudocode, line 32",
        "A is m × 1 and ∂L/∂Z is n × 1. What is ∂L/∂W, m × n?",
        "A ∂L/∂Z",
        "A (∂L/∂Z)ᵀ",
        "m × 1 times n × 1 has no value; m × 1 times 1 × n is m × n.",
        "Aᵀ ∂L/∂Z",
        "1 × m times n × 1 has no value unless m = n, and then it is one number.",
    ),
    Slip(
        "pseudocode, lines 37-42",
        "When is Wˡ⁺¹ updated?",
        "inside of the backward loop, before layer l is reached",
        "after the loop, all layers together",
        "Layer l's link is Wˡ⁺¹ of the forward pass; updated too early, it is the gradient of no loss.",
    ),
    Slip(
        "Concept 1",
        "With w = 0, what is the output of a linear neuron?",
        "0",
        "w₀",
        "w = 0 takes the inputs away and leaves the bias: z = w · x + w₀.",
        "x",
        "x is multiplied with w = 0.",
    ),
    Slip(
        "Concept 2",
        "In which direction does the gradient of the loss point?",
        "where the loss falls fastest",
        "where the loss grows fastest",
        "So the step is against it: the minus in W − η ∂L/∂W.",
        "to the nearest minimum",
        "It is a local direction, and knows no minimum.",
    ),
    Slip(
        "the loss of several classes",
        "What is −Σ yⱼ log aⱼ over the classes called?",
        "NLL, of two classes",
        "NLLM, of several classes",
        "NLL has one output: −(y log a + (1 − y) log(1 − a)). The caption says NLL, and means NLLM.",
    ),
)


def exercise_of(slip: Slip, rng: np.random.Generator) -> Exercise:
    """A slip as a question: the print among other answers."""
    choices = [
        Choice(slip.correct, slip.why, True),
        Choice(slip.printed, f"So the notes print it, and it is a slip. {slip.why}"),
    ]
    if slip.instead:
        choices.append(Choice(slip.instead, slip.instead_why))
    choices = [choices[int(i)] for i in rng.permutation(len(choices))]
    given = (f"Notes, {slip.where}: the print has a slip there.",)
    return Exercise("slip", slip.asks, given, f"{slip.correct}. {slip.why}", (), tuple(choices))


def slip(rng: np.random.Generator, before: Sequence[Exercise] = ()) -> Exercise:
    """One that is not among the exercises before it; where all are, one of those that were asked least often."""
    asked = [each.asks for each in before]
    times = [asked.count(each.asks) for each in SLIPS]
    fresh = [each for each, count in zip(SLIPS, times, strict=True) if count == min(times)]
    return exercise_of(fresh[int(rng.integers(len(fresh)))], rng)
