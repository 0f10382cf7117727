"""How close two right computations of the same steps come: a tolerance that is measured on the problem itself.

Two engines add the same terms in another order, so each number that they compute differs by some roundings, and every later
step carries that on: steps may damp it, or make it a hundred thousand times larger. The reference is therefore run once more,
with parameters, inputs, outputs of layers, weights of points and the optimiser's state moved at random by as much as rounding
moves them. How far that leads is what rounding may do in these steps on this problem, and `ROUNDINGS` times as far is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from clearprop import forward_pass
from clearprop.engines import Batches, Task
from clearprop.engines.batches import as_batches
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas.activations import Activation

ROUNDINGS = 20
"""Of a thousand networks, the worst was moved by rounding as far as six probes; and a probe is but a sample."""
PROBES, PIECES = 8, 6
"""Runs that are disturbed, all but the first only where a number is further away than it allows; how often each of them is."""
TELLING = 1e5
"""A wrong term of a sum is seen where less than so many epsilons are allowed: nearly always, and tests count how often."""


def distance(ours: np.ndarray, theirs: np.ndarray) -> float:
    """||ours - theirs|| / ||theirs||, and the plain distance where theirs is 0."""
    scale = abs(theirs).max(initial=0) or 1.0  # or the squares of large numbers would overflow
    with np.errstate(over="ignore"):  # numbers that have nothing in common are infinitely far apart
        return float(np.linalg.norm((ours - theirs) / scale) / (np.linalg.norm(theirs / scale) or 1.0))


@dataclass(frozen=True)
class Outcome:
    """What some steps lead to: parameters, the sum of points times loss, and what the optimiser remembers."""

    parameters: np.ndarray
    loss: float
    state: dict[str, np.ndarray]

    def apart(self, other: Outcome) -> dict[str, float]:
        """How far another outcome is from this one, in each of its numbers; a loss below 1 is not measured by its own size."""
        states = {name: distance(other.state[name], array) for name, array in self.state.items()}
        loss = abs(other.loss - self.loss) / max(1.0, abs(self.loss))
        return {"parameters": distance(other.parameters, self.parameters), "loss": loss, **states}


@dataclass(frozen=True)
class Expected:
    """An outcome, and how far from it a right one may be."""

    outcome: Outcome
    within: dict[str, float]
    epsilon: float
    probe: Callable[[int], dict[str, float]]
    """How far one more disturbed run is from the outcome, by its number."""

    @property
    def tells(self) -> bool:
        """Whether so little is allowed that a wrong number would be seen."""
        return self.within["parameters"] <= TELLING * self.epsilon

    def require(
        self, parameters: np.ndarray, loss: float, about: str, state: dict[str, np.ndarray] | None = None
    ) -> None:
        """AssertionError, with what the numbers are `about`, where one of them is too far away."""
        given = Outcome(parameters, loss, state or {})
        apart = replace(self.outcome, state={name: self.outcome.state[name] for name in given.state}).apart(given)
        within, probes = self.within, iter(range(1, PROBES))
        while too_far := [name for name, far in apart.items() if not far <= within[name]]:
            name, number = too_far[0], next(probes, None)
            assert number is not None, f"{name} apart by {apart[name]:.2e}, {within[name]:.2e} is allowed: {about}"
            other = self.probe(number)
            within = {name: max(most, ROUNDINGS * other[name]) for name, most in within.items()}


def expected(
    task: Task, batches: Batches | np.ndarray, etas: np.ndarray, *, t: int = 1, epsilon: float | None = None
) -> Expected:
    """What the NumPy engine makes of these steps, from step t on, and how far rounding at `epsilon` may lead from it.

    The task is left as it is. NonFinite where a step, disturbed or not, leaves the finite numbers.
    """
    batches, task = as_batches(batches), _own(task)
    epsilon = _epsilon(task) if epsilon is None else epsilon
    return _measured(lambda moved: _steps(task, batches, etas, t, moved), epsilon, len(batches))


def expected_gradient(task: Task, points: np.ndarray) -> Expected:
    """The same of a loss on `points` and its gradient, in the place of parameters; no step is taken."""
    task = _own(task)

    def outcome(moved: _Moved | None) -> Outcome:
        loss, gradient = NumpyEngine(_disturbed(task, moved)).loss_and_gradient(points, 1)
        return Outcome(gradient.copy(), loss, {})

    return _measured(outcome, _epsilon(task))


def expected_prediction(task: Task, points: np.ndarray) -> Expected:
    """The same of A^L at some points, in the place of parameters; there is no loss."""
    task = _own(task)

    def outcome(moved: _Moved | None) -> Outcome:
        given = _disturbed(task, moved)
        fwd = forward_pass(given.network, given.X[points], task.targets(points), task.loss)
        return Outcome(fwd.A[task.network.L], 0.0, {})

    return _measured(outcome, _epsilon(task))


def _own(task: Task) -> Task:
    """The task with a network of its own: steps that its owner takes do not reach it."""
    return replace(task, network=task.network.copy())


def _epsilon(task: Task) -> float:
    return float(np.finfo(task.network.dtype).eps)


def _measured(outcome: Callable[[_Moved | None], Outcome], epsilon: float, steps: int = 1) -> Expected:
    """The outcome, and `ROUNDINGS` times as far as it comes to be from it if numbers are moved a few times in those steps."""
    found, size = outcome(None), epsilon * max(1.0, steps / PIECES) ** 0.5  # as a random walk grows

    def probe(number: int) -> dict[str, float]:
        return found.apart(outcome(_Moved(np.random.default_rng(number), size)))

    within = {name: ROUNDINGS * max(epsilon * steps**0.5, far) for name, far in probe(0).items()}
    return Expected(found, within, epsilon, probe)


def apart_by_rounding(
    run: Callable[[np.ndarray, np.ndarray], np.ndarray], parameters: np.ndarray, X: np.ndarray, steps: int
) -> float:
    """The `distance` that rounding may bring about in what `run(parameters, X)` gives after so many steps of any kind."""
    epsilon, found = float(np.finfo(parameters.dtype).eps), run(parameters, X)
    moved = _Moved(np.random.default_rng(0), epsilon * steps**0.5)
    return ROUNDINGS * max(moved.size, distance(run(moved(parameters), moved(X)), found))


@dataclass(frozen=True)
class _Moved:
    """Numbers multiplied by 1 + size or 1 - size, each by chance."""

    rng: np.random.Generator
    size: float

    def __call__(self, values: np.ndarray) -> np.ndarray:
        moved = np.where(self.rng.random(values.shape) < 0.5, 1 - self.size, 1 + self.size)
        return (values * moved).astype(values.dtype)


def _disturbed(task: Task, moved: _Moved | None) -> Task:
    """The task with a network of its own; if `moved`, with other parameters, inputs, outputs of layers and weights."""
    task = _own(task)
    if moved is None:
        return task
    task.network.parameters[...] = moved(task.network.parameters)
    for l, f in task.network.f.items():
        task.network.f[l] = _rounding_otherwise(f, moved)
    weights = np.ones(len(task.X)) if task.weights is None else task.weights
    return replace(task, X=moved(task.X), weights=moved(weights))


def _rounding_otherwise(f: Activation, moved: _Moved) -> Activation:
    """The same part, of the same class, so that it keeps its shortcut; what it gives is moved, but never to 1 or beyond."""
    exact, own = f.A, copy(f)

    def A(Z: np.ndarray) -> np.ndarray:
        values = exact(Z)
        other = moved(values)
        return np.where((abs(other) >= 1) & (abs(values) < 1), values, other)

    object.__setattr__(own, "A", A)
    return own


def _move_in_place(engine: NumpyEngine, moved: _Moved) -> None:
    """Parameters, and what the optimiser remembers of each: a difference of two such numbers makes their rounding larger."""
    parameters = engine.task.network.parameters
    for array in (parameters, *engine.state().values()):
        if array.shape == parameters.shape:
            array[...] = moved(array)


def _steps(task: Task, batches: Batches, etas: np.ndarray, t: int, moved: _Moved | None) -> Outcome:
    """The steps in one call; or in a few, with parameters and the optimiser's state moved before each."""
    engine, total = NumpyEngine(_disturbed(task, moved)), 0.0
    for piece in np.array_split(np.arange(len(batches)), 1 if moved is None else min(PIECES, len(batches))):
        if moved is not None and piece[0] > 0:
            _move_in_place(engine, moved)
        begins = batches.begins[piece[0] : piece[-1] + 2]
        rows = batches.rows[begins[0] : begins[-1]]
        total += engine.run(Batches(rows, begins - begins[0]), etas[piece], t + int(piece[0]))
    return Outcome(engine.task.network.parameters, total, engine.state())
