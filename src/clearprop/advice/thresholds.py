"""Thresholds: every number that a finding is judged by, with its reason. A step that is explained, a recorded training and the
warnings of a training are held to the same.

Healthy networks were measured so: 150 networks each of 2, 4 and 6 layers, 3, 5 and 32 units wide, at 1 and at 32 standardised
points, with relu and he_normal or he_uniform, tanh and glorot_normal or glorot_uniform, gelu, silu, elu, selu with theirs.
`tests/advice/test_thresholds.py` measures them again.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Threshold:
    """A number, what it bounds, and why it is that number."""

    name: str
    value: float
    why: str


VANISHING = Threshold(
    "vanishing gradient",
    1e-3,
    "dL/dZ of a layer by the largest dL/dZ of the layers after it, per unit. The median of healthy networks is 0.05 to 1; 99 "
    "of 100 are above 1e-3, but for the narrowest and deepest (3 units wide, 6 layers: 4e-4). Sigmoids lose a factor of 4 to "
    "6 a layer: four layers keep 6e-3, six 2.5e-4, ten 1e-6. A layer that gets a thousandth moves a thousandth as far.",
)
EXPLODING = Threshold(
    "exploding gradient",
    1e2,
    "dL/dZ of a layer by the smallest dL/dZ of the layers after it, per unit. Healthy networks of up to 6 layers stay below "
    "12; six layers of 32 relu units with weights of deviation 1 reach 280. No one step size suits layers so far apart.",
)
EXPLODING_VALUES = Threshold(
    "exploding values",
    1e3,
    "z of a hidden layer, per unit, by the inputs, or by 1 where these are smaller. Healthy networks stay below 14; the output "
    "is left out, for it is as large as the targets are.",
)
FEW_POINTS = Threshold(
    "points that make a unit dead",
    30,
    "A relu unit that is on at one point in ten is off at 30 points by chance 4 times in 100, at 5 points 6 times in 10. A "
    "unit that is off at fewer points is noted, and no warning.",
)
SATURATED = Threshold(
    "saturated unit",
    0.01,
    "f' by its largest value. A sigmoid is there at |z| = 6, a tanh at |z| = 3: a hundred such steps are as good as one.",
)
FLAT_LAYER = Threshold(
    "flat layer",
    0.5,
    "The share of a layer's units that let nothing back, or next to nothing, at every point. With fewer the layer still learns "
    "by the others: in healthy networks of six layers of 32 relu units, one to six of a layer are off at all of 32 points.",
)
LARGE_LOSS = Threshold(
    "loss of a wrong output", 0.1, "A point whose loss is smaller is predicted well, and needs no gradient."
)
LARGE_INPUT = Threshold(
    "large input", 10.0, "Standardised columns rarely pass 4, and initial weights are drawn for inputs of about 1."
)
LARGE_POINT = Threshold(
    "large point",
    5.0,
    "The root mean square of a point's inputs that are not 0. Standardised points rarely pass 3, however rare a value is.",
)
UNEVEN_INPUTS = Threshold(
    "uneven inputs", 100.0, "The largest input by the median one: standardised columns spread alike."
)
FAR_FROM_UNIT = Threshold(
    "inputs far from unit size",
    100.0,
    "The root mean square of the inputs that are not 0, or 1 by it. Initial weights are drawn for inputs of about 1.",
)
BEYOND_REACH = Threshold(
    "targets out of reach",
    3.0,
    "Targets by the outputs that all steps lead to along the first gradient's signs. Gradients that grow on the way led to 2.8 "
    "times that at most; at 1.5 times a network still fitted to an R² of 0.997.",
)
OUT_OF_RANGE = Threshold(
    "targets out of range",
    0.01,
    "How far a target is from the output's range, by the standard deviation of all targets: what is missed by less is lost in "
    "the error of any network.",
)
LARGE_TARGET = Threshold(
    "large targets",
    10.0,
    "The root mean square of the targets from which on it is asked whether the steps lead there. Outputs begin at about 1.",
)
CONSTANT = Threshold(
    "constant prediction",
    0.005,
    "The standard deviation of each output over the points by that of its targets. Networks that learn nothing, for six usual "
    "reasons, have 0.003 at most; those that have just begun 0.0075 to 0.02; trained ones, also on mere noise, 0.15 to 1.",
)
DIED = Threshold(
    "units that died",
    0.75,
    "The share of a layer's units that are off at every point after training and were not before it. Trainings that work lose "
    "up to two thirds: 100 relu units with Adam at eta = 1 lose 65 on moons and fit it.",
)
POOR = Threshold(
    "poor fit",
    0.5,
    "By how much targets are missed, root mean square by their standard deviation, from which on anything is looked for after "
    "training. A constant misses them by 1. Half is three quarters of the variance explained.",
)
SHRUNK = Threshold(
    "weights that have shrunk",
    0.01,
    "The weights of a layer after training by those before it. Without a penalty, or with a fitting one, weights grow.",
)
HARDLY_MOVED = Threshold(
    "parameters hardly moved",
    0.01,
    "How far all parameters have moved in a training by their size at its start. It is asked only where a training has failed.",
)
FEW_STEPS = Threshold(
    "steps of a training that is judged",
    100,
    "A training of fewer steps that was to take no more has had no time to get away from its start.",
)
LEAST_STEPS = Threshold(
    "steps of a training that ended early",
    10,
    "One that gave up before its last step is judged from so many steps on: a patience of 10 epochs is usual.",
)
GROWING_LOSS = Threshold(
    "growing loss",
    1.05,
    "The smallest loss of the second half of a training by its first loss. Batches differ by chance; a training that ends no "
    "lower than 5 % above its start has gone the wrong way.",
)
SELDOM = Threshold(
    "seldom",
    0.5,
    "The share of recorded steps below which a finding that has passed is noted, and no warning any more.",
)
HARDLY_MOVES = Threshold(
    "hardly moves",
    1e-4,
    "Change of a layer's weights by the weights, by norm. A rule of thumb aims at 1e-3 in a long training.",
)
MOVES_FAR = Threshold("moves far", 1e-1, "The same: a step that changes a tenth of the weights may overshoot.")

THRESHOLDS = {
    each.name: each
    for each in (
        VANISHING,
        EXPLODING,
        EXPLODING_VALUES,
        FEW_POINTS,
        SATURATED,
        FLAT_LAYER,
        LARGE_LOSS,
        LARGE_INPUT,
        LARGE_POINT,
        UNEVEN_INPUTS,
        FAR_FROM_UNIT,
        BEYOND_REACH,
        OUT_OF_RANGE,
        LARGE_TARGET,
        CONSTANT,
        DIED,
        POOR,
        SHRUNK,
        HARDLY_MOVED,
        FEW_STEPS,
        LEAST_STEPS,
        GROWING_LOSS,
        SELDOM,
        HARDLY_MOVES,
        MOVES_FAR,
    )
}
"""All of them, by name."""
