"""Sequential, judged with modules of known arithmetic, so that a mistake in one's own modules does not count here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np

from .. import course
from ..formulas.catalogue import Array
from . import wrong_sequentials as wrong
from .criterion import CRITERIA, Answers, Criterion, Finding, Given, Slip, draw
from .drawn_points import drawn_points
from .script import Steps, ref

SIDE, POINTS, ITERATIONS, RATE = 3, 6, 5, 0.1
"""All matrices are square, so that modules in a wrong order still multiply."""
PROBES = ("probe1", "probe2", "probe3")
_Wrong: TypeAlias = tuple[str, str, str, str, type[course.Sequential]]
"""The name, text, formula, lesson and class of a slip."""
FROM_FIRST_TO_LAST: _Wrong = (
    "backward_in_forward_order",
    "The derivative goes through the modules from the first to the last.",
    "for m in modules: delta = m.backward(delta)",
    "Back-propagation begins at the loss: reversed(modules).",
    wrong.InOrder,
)
LEFT_OUT_ON_THE_WAY_BACK: tuple[_Wrong, ...] = (
    (
        "first_module_not_reached",
        "The derivative does not reach the first module.",
        "modules[1:]",
        "The first module has weights too: go through all of them.",
        wrong.WithoutFirst,
    ),
    (
        "last_module_passed_over",
        "The last module is passed over on the way back.",
        "modules[:-1]",
        "The loss's derivative is by what the last module gave: it is the first to take it.",
        wrong.WithoutLastModule,
    ),
)
"""Slips of the way back, which a training shows too."""


class _OfSequential(Criterion):
    def given(self, rng: np.random.Generator) -> dict[str, Array]:
        C = {name: draw(rng, SIDE, SIDE) / 2 for name in PROBES}
        return C | {"seed": np.array(_seed(rng))} | {"X": draw(rng, SIDE, POINTS), "Y": draw(rng, SIDE, POINTS)}

    def script(self, given: Given) -> Steps:
        steps = Steps()
        steps.probes(*(given[name] for name in PROBES))
        steps.make("nn", "Sequential", ref(*PROBES, several=True), ref("loss"))
        self._asked(steps, given)
        return steps

    def _asked(self, steps: Steps, given: Given) -> None:
        raise NotImplementedError

    def _with(self, kind: type[course.Sequential], given: Given) -> Answers:
        return self.script(given).followed(Sequential=kind)


def _seed(rng: np.random.Generator) -> int:
    """A seed whose first draws contain the last point, so that it shows where that is never drawn."""
    return next(
        seed
        for seed in rng.integers(1, 100_000, size=1000).tolist()
        if POINTS - 1 in np.random.RandomState(seed).randint(POINTS, size=3)
    )


def _slip(name: str, about: str, formula: str, lesson: str, kind: type[course.Sequential], of: str) -> Slip:
    """A slip that is a wrong Sequential."""

    def computed(given: Given) -> Answers:
        criterion = CRITERIA.criteria[of]
        assert isinstance(criterion, _OfSequential)
        return criterion._with(kind, given)  # noqa: SLF001

    return Slip(name, about, formula, lesson, computed)


def _slips(of: str, *wrong: _Wrong) -> tuple[Slip, ...]:
    """The slips of the criterion `of`."""
    return tuple(_slip(*each, of) for each in wrong)


@CRITERIA.add
class SequentialForward(_OfSequential):
    """Modules one after the other."""

    name = "Sequential.forward"
    about = "Sequential.forward(X) sends X through all modules."
    rule = "A⁰ = X, then each module gets what the one before gave"
    slips = _slips(
        "Sequential.forward",
        (
            "every_module_from_x",
            "Each module gets X.",
            "A = module.forward(X)",
            "Hand the output of one to the next.",
            wrong.FromInput,
        ),
        (
            "last_module_left_out",
            "The last module is left out.",
            "A^(L−1)",
            "The last module belongs to the network; the loss comes after it.",
            wrong.LastOut,
        ),
    )

    def _asked(self, steps: Steps, given: Given) -> None:
        steps.call("nn", "forward", given["X"], to="Ypred", give=True)


@CRITERIA.add
class SequentialBackward(_OfSequential):
    """The derivative back through all modules; seen in a step of each afterwards."""

    name = "Sequential.backward"
    about = "Sequential.backward(delta) sends the derivative back through all modules."
    rule = "from the last module to the first, each gets what the one after it gave"
    slips = _slips(
        "Sequential.backward",
        FROM_FIRST_TO_LAST,
        (
            "delta_not_handed_on",
            "Each module gets the loss's derivative.",
            "m.backward(delta), the result not kept",
            "The chain grows by a link at each module: delta = m.backward(delta).",
            wrong.NotHandedOn,
        ),
        *LEFT_OUT_ON_THE_WAY_BACK,
    )

    def _asked(self, steps: Steps, given: Given) -> None:
        steps.call("probe1", "forward", given["X"], to="A1")
        steps.call("probe2", "forward", ref("A1"), to="A2")
        steps.call("probe3", "forward", ref("A2"), to="A3")
        steps.call("nn", "backward", given["Y"], to="delta")
        for name in PROBES:
            steps.call(name, "sgd_step", 0.5)
            steps.get(name, "C", f"{name} after a step")


@CRITERIA.add
class SequentialSgd(_OfSequential):
    """Training on points that are drawn."""

    name = "Sequential.sgd"
    about = "Sequential.sgd(X, Y, iters, lrate) trains on one point in each iteration, np.random.randint(N)."
    rule = "draw a point; forward, loss, backward, then a step of every module"
    slips = _slips(
        "Sequential.sgd",
        (
            "step_before_backward",
            "The step is taken before the derivatives are there.",
            "sgd_step, then backward",
            "Forward, backward, step: the step needs this point's gradients.",
            wrong.StepFirst,
        ),
        (
            "step_inside_backward",
            "A module is stepped before the one before it has its derivative.",
            "backward and sgd_step, module by module",
            "Every link uses the weights of the forward pass: step after the whole backward pass.",
            wrong.StepInside,
        ),
        (
            "loss_of_the_input",
            "The loss gets X in place of the prediction.",
            "loss.forward(X, Y)",
            "The loss compares what forward gives with Y.",
            wrong.LossOfInput,
        ),
        (
            "forward_not_called",
            "forward is not called: the loss gets X.",
            "loss.forward(X, Y)",
            "Forward, loss, backward, step.",
            wrong.NoForward,
        ),
        (
            "all_points_at_once",
            "Every iteration takes all points.",
            "X, not X[:, i]",
            "Stochastic descent takes one point at a time.",
            wrong.AllPoints,
        ),
        (
            "points_in_turn",
            "The points come in their order.",
            "i = it mod N",
            "A point is drawn at random each time.",
            wrong.InTurn,
        ),
        (
            "one_point_for_all",
            "The point is drawn once, before the loop.",
            "i drawn outside of the loop",
            "Draw a point in each iteration.",
            wrong.OnePoint,
        ),
        (
            "target_of_another_point",
            "The target is drawn anew, and belongs to another point.",
            "X[:, i], Y[:, j]",
            "One i for both.",
            wrong.DrawnTwice,
        ),
        (
            "last_point_never_drawn",
            "The last point is never drawn.",
            "np.random.randint(N − 1)",
            "randint's upper bound is not drawn itself.",
            wrong.WithoutLast,
        ),
        (
            "one_iteration_more",
            "There is one iteration too many.",
            "range(iters + 1)",
            "range(iters) has iters numbers.",
            wrong.OneMore,
        ),
        (
            "one_iteration_less",
            "There is one iteration too few.",
            "range(iters − 1)",
            "range(iters) has iters numbers.",
            wrong.OneLess,
        ),
        (
            "only_one_iteration",
            "Only one iteration is made: mostly a return inside of the loop.",
            "one step",
            "Look at the indentation of return.",
            wrong.OnlyOnce,
        ),
        (
            "no_step",
            "No step is taken.",
            "forward and backward alone",
            "After backward, every module takes a step.",
            wrong.NoStep,
        ),
        (
            "uphill",
            "The step size has the other sign.",
            "sgd_step(−lrate)",
            "The minus stands in the module's step.",
            wrong.Uphill,
        ),
        (
            "rate_not_handed_on",
            "lrate is not handed on: the default is taken.",
            "sgd_step(0.005)",
            "Hand lrate on to each module.",
            wrong.OwnRate,
        ),
        (
            "last_module_not_stepped",
            "The last module takes no step.",
            "modules[:-1]",
            "All modules learn.",
            wrong.LastStays,
        ),
        (
            "first_module_not_stepped",
            "The first module takes no step.",
            "modules[1:]",
            "All modules learn.",
            wrong.FirstStays,
        ),
        (
            "only_the_last_module",
            "Only the last module takes a step.",
            "modules[-1].sgd_step",
            "All modules learn.",
            wrong.LastAlone,
        ),
        FROM_FIRST_TO_LAST,
        (
            "delta_not_handed_on",
            "Each module gets the loss's derivative.",
            "m.backward(delta), the result not kept",
            "delta = m.backward(delta).",
            wrong.NotHandedOn,
        ),
        *LEFT_OUT_ON_THE_WAY_BACK,
        (
            "last_module_left_out",
            "Forward leaves the last module out.",
            "A^(L−1)",
            "The last module belongs to the network; the loss comes after it.",
            wrong.LastOut,
        ),
        (
            "every_module_from_x",
            "Each module gets X.",
            "A = module.forward(X)",
            "Hand the output of one to the next.",
            wrong.FromInput,
        ),
    )

    def _asked(self, steps: Steps, given: Given) -> None:
        steps.seed(int(given["seed"]))
        steps.call("nn", "sgd", given["X"], given["Y"], iters=ITERATIONS, lrate=RATE)
        for name in PROBES:
            steps.get(name, "C", f"{name} after {ITERATIONS} steps")

    def named(self, given: Given, answers: Answers, wrong: list[str]) -> Iterator[Finding]:
        """A slip, or else another draw with everything else right."""
        slips = list(super().named(given, answers, wrong))
        yield from slips
        ends = [answers.get(f"{name} after {ITERATIONS} steps") for name in PROBES]
        if slips or any(end is None or end.shape != (SIDE, SIDE) for end in ends):
            return
        matrices = [given[name] for name in PROBES]
        points = drawn_points(
            matrices, [end for end in ends if end is not None], given["X"], given["Y"], ITERATIONS, RATE
        )
        if points is not None:
            yield Finding(
                "drawn_otherwise",
                "Each step is right, but its point is not drawn by np.random.randint(N).",
                f"points {', '.join(map(str, points))}",
                self.rule,
                "Seeded values repeat only where everybody draws alike: i = np.random.randint(N), once in each iteration.",
            )
