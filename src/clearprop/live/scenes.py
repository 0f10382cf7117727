"""Scenes: trainings worth looking at, each with a few sentences, one thing to try, and one claim that a number decides.

A scene is a record. The page shows it, the document of the page lists it, and a test measures its claim.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from .beginning import Beginning
from .embedded import MOST_POINTS

Measure = Literal["loss", "test loss", "loss by first", "spread", "moved", "distance", "both ways", "lint"]
"""What a claim is about, in the training of the scene:

- `loss`, `test loss`: the mean over the points that are trained on, or over those that are not
- `loss by first`: the loss over that of the first weights
- `spread`: the largest difference between the weights of two units of layer 1
- `moved`: the largest change of a weight or bias of layer 1 since the beginning
- `distance`: the largest difference between the first run's and the second's weights
- `both ways`: the largest difference between A - Y and the product of the two derivatives, at the first point
- `lint`: a number that the lint `code` measures in a step on all training points; there is none where it does not fire
"""


@dataclass(frozen=True)
class Claim:
    """After so many epochs (or steps) a measure is below or above a bound."""

    text: str
    measure: Measure
    relation: Literal["below", "above"]
    bound: float
    epochs: int = 0
    steps: int = 0
    """More steps, after the epochs."""
    by_second: bool = False
    """Whether the first run's measure is divided by the second's."""
    code: str = ""
    key: str = ""

    def holds(self, measured: float | None) -> bool:
        """Whether a measured number is as claimed."""
        if measured is None:
            return False
        return measured < self.bound if self.relation == "below" else measured > self.bound

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "text": self.text,
            "measure": self.measure,
            "relation": self.relation,
            "bound": self.bound,
            "epochs": self.epochs,
            "steps": self.steps,
            "bySecond": self.by_second,
            "code": self.code,
            "key": self.key,
        }


@dataclass(frozen=True)
class Scene:
    """What is shown, what to try, and what is claimed of it."""

    title: str
    text: str
    attempt: str
    runs: tuple[Beginning, ...]
    """One, or two side by side."""
    claim: Claim

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        runs = [each.document() for each in self.runs]
        own = {"title": self.title, "text": self.text, "attempt": self.attempt}
        return {**own, "runs": runs, "claim": self.claim.document()}


_CLASSES = Beginning("moons", (), output="softmax", loss="nllm")
_VALUES = Beginning("sine", (), output="identity", loss="square")
_TANH = "tanh"
_XOR = replace(_CLASSES, data="xor", hidden=((6, _TANH),))
_CIRCLES = replace(_CLASSES, data="circles", hidden=((8, _TANH),))
_FEW = replace(
    _CLASSES,
    data="moons(points=60, noise=0.3)",
    hidden=((20, _TANH), (20, _TANH)),
    optimizer="adam",
    eta=0.01,
)
_SMALL_XOR = replace(_CLASSES, data="xor(points=40, noise=0.05)", hidden=((2, _TANH),), eta=0.2)
_ALL = MOST_POINTS
"""All points in one batch."""

SCENES = (
    Scene(
        "XOR without a hidden layer",
        "A network without a hidden layer divides the plane by one straight line. In XOR each class has two opposite "
        "corners, "
        "and no line separates them. The loss stays near ln 2 = 0.693, that of guessing.",
        "Add a layer of 4 tanh units and play again.",
        (replace(_XOR, hidden=()),),
        Claim("After 50 epochs the loss is still above 0.6.", "loss", "above", 0.6, epochs=50),
    ),
    Scene(
        "Equal weights stay equal",
        "All weights begin as the same number. Then all hidden units compute the same, get the same gradient, and "
        "take the same "
        "step: six units are worth one. This is why first weights are drawn at random. With zeros it is worse: "
        "nothing goes back through a weight of 0.",
        "Choose glorot_normal as first weights, then zeros.",
        (replace(_XOR, init="constant(value=0.3)"),),
        Claim(
            "After 50 epochs no weight of a hidden unit differs from another unit's by more than 0.000001.",
            "spread",
            "below",
            1e-6,
            epochs=50,
        ),
    ),
    Scene(
        "Ten sigmoids vanish",
        "The slope of a sigmoid is at most 1/4. On the way back the gradient is multiplied by such a slope in each "
        "of ten layers, "
        "so almost nothing of it arrives at the first one. The finding below says how little.",
        "Change every activation to relu and the first weights to he_normal.",
        (replace(_CIRCLES, hidden=((4, "sigmoid"),) * 10, init="glorot_normal"),),
        Claim(
            "After one epoch the lint “vanishing gradient” fires: layer 1 has less than 0.00001 of the largest "
            "gradient.",
            "lint",
            "below",
            1e-5,
            epochs=1,
            code="vanishing gradient",
            key="ratio at layer 1",
        ),
    ),
    Scene(
        "Dying ReLU",
        "A relu unit whose sum is negative at every point gives 0 everywhere, its slope is 0, and no gradient brings "
        "it back. "
        "One large step is enough for that. Here the step size is 0.3, and the units die one after the other.",
        "Set the step size to 0.05 and start again, or choose leaky_relu.",
        (replace(_VALUES, hidden=((8, "relu"),), eta=0.3, init="he_normal"),),
        Claim(
            "After 10 epochs the lint “dead units” fires: more than half of the layer is dead.",
            "lint",
            "above",
            0.5,
            epochs=10,
            code="dead units",
            key="dead",
        ),
    ),
    Scene(
        "A step size that is too large",
        "One weight and one bias, all points in each step: the loss is a bowl of curvature 2. A step with η below 1 "
        "goes "
        "down. One with η above 1 lands further up on the other side, and the next one further still.",
        "Move η to 0.9, then to 0.5, where one step is enough.",
        (replace(_VALUES, data="line", eta=1.1, batch_size=_ALL),),
        Claim(
            "After 20 steps the loss is more than 10 times that of the first weights.",
            "loss by first",
            "above",
            10,
            steps=20,
        ),
    ),
    Scene(
        "Softmax with NLLM: the long way and A − Y",
        "The derivative of the loss divides by an output, and that of softmax multiplies by it: what divides and "
        "what multiplies "
        "cancels, and A − Y is left. Both ways give the same numbers. The short way also holds where an output is 0.",
        "Press “Explain a step”, and compare both ways in the last layer.",
        (replace(_CLASSES, data="blobs", hidden=((4, _TANH),)),),
        Claim(
            "After one epoch both ways differ by less than 0.00000000001 at the first point.",
            "both ways",
            "below",
            1e-11,
            epochs=1,
        ),
    ),
    Scene(
        "Updating too early",
        "All gradients of a step belong to the same weights. The second run changes each layer as soon as it has its "
        "gradient, "
        "so the layer below gets a gradient through weights that are already new. It is a gradient of no function. "
        "After "
        "one step the last layers agree, and the first ones do not.",
        "Make η ten times smaller, which goes to both runs, and measure again: the difference shrinks a hundred times.",
        (replace(_CIRCLES, eta=0.5), replace(_CIRCLES, eta=0.5, early=True)),
        Claim(
            "After one step some weights of the two runs differ by more than 0.001.",
            "distance",
            "above",
            0.001,
            steps=1,
        ),
    ),
    Scene(
        "Batch against point",
        "Both runs look at every point once in an epoch. The first takes a step after each point: 320 noisy steps. "
        "The second takes one "
        "exact step for all. In the same time the noisy one is much further.",
        "Give run 1 batches of 16 points: smoother, and almost as fast.",
        (replace(_CIRCLES, batch_size=1), replace(_CIRCLES, batch_size=_ALL)),
        Claim(
            "After 20 epochs the loss by single points is less than a third of that by the whole batch.",
            "loss",
            "below",
            1 / 3,
            epochs=20,
            by_second=True,
        ),
    ),
    Scene(
        "Overfitting, and three cures",
        "48 noisy points and 522 parameters: the first run overfits. Its training loss falls towards 0, and its test "
        "loss rises "
        "again. The second run has a penalty on large weights.",
        "The other cures: stop where the test loss is lowest; or let choices go to run 1, and set its dropout to 0.5.",
        (_FEW, replace(_FEW, decay=0.003)),
        Claim(
            "After 500 epochs the test loss is more than twice that of the run with the penalty.",
            "test loss",
            "above",
            2,
            epochs=500,
            by_second=True,
        ),
    ),
    Scene(
        "Two minima",
        "The same network, the same points, other first weights. One run finds weights that separate all four "
        "corners, the other comes "
        "to rest where only three are right. The gradient is 0 in both places, and sees no other.",
        "Press “Restarts” to train from many first weights, and count the minima.",
        (replace(_SMALL_XOR, seed=0), replace(_SMALL_XOR, seed=1)),
        Claim(
            "After 1,000 epochs the loss of seed 0 is more than 50 times that of seed 1.",
            "loss",
            "above",
            50,
            epochs=1000,
            by_second=True,
        ),
    ),
    Scene(
        "Momentum in a valley",
        "The loss is steep across a valley and almost flat along it. A step size that is safe across is slow along. "
        "Momentum adds up the small "
        "steps that agree, and those across cancel.",
        "Give run 1 β = 0 by choosing sgd: both runs are then the same.",
        (
            replace(_VALUES, hidden=((8, _TANH),), eta=0.02, batch_size=_ALL, optimizer="momentum"),
            replace(_VALUES, hidden=((8, _TANH),), eta=0.02, batch_size=_ALL),
        ),
        Claim(
            "After 1,000 steps the loss with momentum is less than half of that without.",
            "loss",
            "below",
            0.5,
            steps=1000,
            by_second=True,
        ),
    ),
    Scene(
        "A step unit learns nothing",
        "The step function is flat on both sides of its jump: its derivative is 0. No gradient goes back through it, "
        "so the hidden layer keeps "
        "its first weights forever, and only the output learns.",
        "Choose sigmoid, which is a step with a slope.",
        (replace(_CIRCLES, hidden=((8, "step"),)),),
        Claim(
            "After 20 epochs no weight of layer 1 has moved by more than 0.000001.", "moved", "below", 1e-6, epochs=20
        ),
    ),
)
