"""What is asked of a part of each kind: functions that give what is wrong, or None. Their first lines are what is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..formulas.activations import Activation, Elementwise
from ..formulas.averaging import Averaging
from ..formulas.catalogue import Array
from ..formulas.compression import Compression
from ..formulas.domains import Simplex
from ..formulas.initializers import Initializer
from ..formulas.learnt_activations import Learnt
from ..formulas.losses import Loss
from ..formulas.metrics import Metric
from ..formulas.normalizations import Normalization
from ..formulas.optimizers import Optimizer, Shapes
from ..formulas.penalties import Penalty
from ..formulas.regularizers import Dropout, InputNoise, LabelSmoothing, MaxNorm, Regularizer
from ..formulas.scalings import Scaling
from ..formulas.schedules import Schedule
from ..formulas.shortcuts import Shortcut
from ..training.history import Report
from ..training.last_batch import LastBatch
from ..training.sampling import BatchStream, Sampling
from ..training.stopping import Stop
from .derivative_rules import (
    alone,
    derivative_by_alpha,
    derivative_of_activation,
    derivative_of_loss,
    derivative_of_normalization,
    derivative_of_penalty,
    jacobian_of_activation,
    loss_of_each_point,
    same_as_the_pair,
    values_in_range,
)

Rule = Callable[[Any, int], str | None]
EPOCHS_SEEN = 50
"""Epochs after which a row that may come has come, but for a chance of less than 1e-20."""
LAYER: Shapes = ((1, "W", (3, 2)), (1, "W0", (2,)))


def _square(theta: Array) -> float:
    return float((theta * theta).sum())


def lowers_a_bowl(part: Optimizer, seed: int) -> str | None:
    """Steps go down a bowl, in place, and keep the type."""
    if part.whole_set:
        return None
    eta = part.rule.default_eta / 10  # small, because a rule around another may multiply it
    for dtype in (np.float64, np.float32):
        theta = np.random.default_rng(seed).normal(2.0, 1.0, 8).astype(dtype)
        state, before, first = part.first_state(theta, LAYER), _square(theta), theta.copy()
        for _ in range(100):
            part.update_in_place(theta, 2 * theta, eta, state)
        if (theta == first).all():
            return "update_in_place leaves θ as it is: change the array itself, as in theta -= step, not a new one"
        if theta.dtype != dtype or any(array.shape == theta.shape and array.dtype != dtype for array in state.values()):
            return f"parameters of {np.dtype(dtype)} and the state must stay {np.dtype(dtype)}"
        if not _square(theta) < before:
            return f"after 100 steps of eta = {eta:g} the sum of θ² is {_square(theta):g}; it was {before:g}"
    return None


def goes_on_from_its_state(part: Optimizer, seed: int) -> str | None:
    """All that a continuation needs is in the state."""
    if part.whole_set:
        return None
    gradients = np.random.default_rng(seed).normal(size=(8, 8))
    one, two = np.ones(8), np.ones(8)
    whole, first = (part.first_state(theta, LAYER) for theta in (one, two))
    for gradient in gradients:
        part.update_in_place(one, gradient.copy(), 0.01, whole)
    for gradient in gradients[:4]:
        part.update_in_place(two, gradient.copy(), 0.01, first)
    late = sorted(first.keys() - part.first_state(two, LAYER).keys())
    if late:
        return f"state has {', '.join(late)} after a step and not before: a file needs the names; make them in `initial_state`"
    kept = {name: array.copy() for name, array in part.lasting_state(first).items()}
    state = part.first_state(two, LAYER) | kept
    for gradient in gradients[4:]:
        part.update_in_place(two, gradient.copy(), 0.01, state)
    same = np.array_equal(one, two)
    return (
        None
        if same
        else "4 steps, and 4 more from the state, give other parameters than 8: something else is remembered"
    )


def step_sizes(part: Schedule, _seed: int) -> str | None:
    """eta(t) has the shape of t, is finite and not negative, and depends on t alone."""
    rule, t = part.over(100), np.arange(1, 101)
    eta = rule.eta(t)
    if np.shape(eta) != t.shape:
        return f"eta of t with shape {t.shape} must have that shape; it has shape {np.shape(eta)}"
    if not (np.isfinite(eta) & (eta >= 0)).all():
        return f"eta({int(np.argmin(np.isfinite(eta) & (eta >= 0))) + 1}) is not a finite number, 0 or more"
    pieces = np.concatenate([rule.eta(t[50:]), rule.eta(t[:50])])
    return None if np.allclose(pieces, np.roll(eta, 50)) else "eta(t) depends on what is asked for with it, or before"


def draws_parameters(part: Initializer, seed: int) -> str | None:
    """W is (m, n) and W0 (n,), finite, drawn from the given generator alone."""
    W, W0 = part.W(4, 3, np.random.default_rng(seed)), part.W0(4, 3, np.random.default_rng(seed))
    if np.shape(W) != (4, 3) or np.shape(W0) != (3,):
        return f"of 4 inputs and 3 outputs W must be (4, 3) and W0 (3,); they are {np.shape(W)} and {np.shape(W0)}"
    if not (np.isfinite(W).all() and np.isfinite(W0).all()):
        return "not all numbers are finite"
    again = part.W(4, 3, np.random.default_rng(seed))
    return None if np.array_equal(W, again) else "the same seed gives another W: draw from `rng`"


def regularizes(part: Regularizer, seed: int) -> str | None:
    """It does what the one that it is derived from does: the same numbers for the same step, of the right shape."""
    if isinstance(part, Dropout):
        one, two = (part.factors((4, 5, 2), 8, step=3, seed=seed, dtype=np.float64) for _ in range(2))
        wrong = [l for l in one if np.shape(one[l]) != (8, (4, 5, 2)[l]) or not np.array_equal(one[l], two[l])]
        return (
            f"factors[{wrong[0]}] must be (points, units), and the same for the same step and seed" if wrong else None
        )
    if isinstance(part, InputNoise):
        first, second = (part.noise(8, 4, step=3, seed=seed, dtype=np.float64) for _ in range(2))
        right = np.shape(first) == (8, 4) and np.array_equal(first, second)
        return None if right else "noise must be (points, inputs), and the same for the same step and seed"
    if isinstance(part, MaxNorm):
        W = np.random.default_rng(seed).normal(0, 10, (4, 3))
        part.shorten_in_place(W)
        longest = float(np.linalg.norm(W, axis=0).max())
        return None if longest <= part.largest * (1 + 1e-12) else f"a column of W has the norm {longest:g}"
    if isinstance(part, LabelSmoothing):
        Y = np.eye(3)[[0, 2, 1]]
        soft = part.smoothed(Y, Simplex(0.0, 1.0))
        right = np.shape(soft) == Y.shape and np.allclose(soft.sum(axis=1), 1)
        return None if right else "smoothed targets must have the shape of Y, and each row the sum 1"
    return "training knows Dropout, InputNoise, MaxNorm and LabelSmoothing: derive yours from one of them"


# ---- what decides about a training


def draws_batches(part: Sampling, seed: int) -> str | None:
    """Batches are row numbers (k, b), the same for the same generator, none larger than largest_batch, and of every row."""
    one, two = (BatchStream(part, 10, 4, np.random.default_rng(seed)).take(7) for _ in range(2))
    if not np.array_equal(one.rows, two.rows):
        return "the same seed gives other batches: draw from `rng`, and keep nothing between two draws"
    largest = int(np.diff(one.begins).max())
    if largest > part.largest_batch(4):
        return f"largest_batch(4) is {part.largest_batch(4)}, and a batch has {largest} rows"
    never = np.setdiff1d(
        np.arange(10), BatchStream(part, 10, 4, np.random.default_rng(seed)).take(EPOCHS_SEEN * 3).rows
    )
    if len(never):
        rows = f"row {never[0]} of" if len(never) == 1 else f"rows {', '.join(map(str, never))} of"
        return f"{rows} 10 did not come in {EPOCHS_SEEN * 3} batches of 4: nothing would be learnt from them"
    steps = part.steps_per_epoch(10, 4)
    return None if isinstance(steps, int) and steps >= 1 else f"steps_per_epoch must be 1 or more; it is {steps!r}"


def divides_points(part: LastBatch, _seed: int) -> str | None:
    """Runs are batches of together at most n points, none larger than at_most."""
    for n in (7, 8, 9):
        runs = part.runs(n, 4)
        if not 0 < sum(k * size for k, size in runs) <= n:
            return f"of {n} points, the batches {runs} have {sum(k * size for k, size in runs)}"
        if max(size for _, size in runs) > part.at_most(4):
            return f"at_most(4) is {part.at_most(4)}, and {runs} has a larger batch"
    return None


def watches(part: Stop, _seed: int) -> str | None:
    """watch() is a new function each time, which gives None or the reason to stop."""
    said = []
    for _ in range(2):
        watch = part.watch()
        reports = [Report(step=i, epoch=float(i), loss=1.0 / i, eta=0.1, seconds=0.1 * i) for i in range(1, 30)]
        said.append([watch(report) for report in reports])
    odd = [each for each in said[0] if not (each is None or isinstance(each, str))]
    if odd:
        return f"a watch gives None, or a text with the reason; it gave {odd[0]!r}"
    return None if said[0] == said[1] else "a second watch gives other answers: it shares a state with the first"


def measures(part: Metric, seed: int) -> str | None:
    """Value is one number, the same for points in any order."""
    rng = np.random.default_rng(seed)
    A, Y = rng.dirichlet(np.ones(3), 12), np.eye(3)[np.arange(12) % 3]
    value = part.value(A, Y)
    if np.ndim(value) or isinstance(value, str) or value is None:
        return f"value must be one number for all points; it is {value!r}"
    return (
        None
        if np.isclose(value, part.value(A[::-1], Y[::-1]), equal_nan=True)
        else "points in another order give another value"
    )


def averages(part: Averaging, _seed: int) -> str | None:
    """Next is a later step, and weights are from 0 to 1, the first of them 1."""
    late = [step for step in range(50) if not part.next(step, 50, 10) > step]
    if late:
        return f"next({late[0]}, 50, 10) must be a step after {late[0]}; it is {part.next(late[0], 50, 10)}"
    odd = [step for step in range(50) if not isinstance(part.next(step, 50, 10), int | np.integer)]
    if odd:
        return f"next({odd[0]}, 50, 10) must be a whole number; it is {part.next(odd[0], 50, 10)!r}"
    weights = [part.weight(count) for count in range(20)]
    if weights[0] != 1:
        return f"weight(0) must be 1: there is nothing to average with yet; it is {weights[0]!r}"
    return None if all(0 <= weight <= 1 for weight in weights) else "a weight is outside [0, 1]"


def rounds(part: Compression, seed: int) -> str | None:
    """Each number is rounded by itself, once, near enough for error feedback; 0 stays 0, and what is not finite stays so."""
    values = np.random.default_rng(seed).normal(size=40) * 10.0 ** np.arange(-20, 20)
    values[0] = 0.0
    for dtype in (np.float64, np.float32):
        given = values.astype(dtype)
        sent = part.rounded(given.copy())
        if np.shape(sent) != given.shape or sent.dtype != np.dtype(part.sent):
            return f"rounded must give {given.shape} numbers of {np.dtype(part.sent)}; it gave {np.shape(sent)} of {sent.dtype}"
        found = np.asarray(part.restored(sent))
        if found.shape != given.shape or not np.issubdtype(found.dtype, np.floating):
            return f"restored must give {given.shape} floating numbers; it gave {found.shape} of {found.dtype}"
        if found[0] != 0 or not (abs(found - given) <= abs(given) / 2).all():
            worst = int(np.argmax(abs(found - given) > abs(given) / 2))
            return f"{given[worst]!r} is rounded to {found[worst]!r}, more than half of it away"
        if (part.restored(part.rounded(given[5:9].copy())) != found[5:9]).any():
            return "a number is rounded otherwise beside other numbers, so the bits would depend on the number of ranks"
        if (part.restored(part.rounded(found.astype(dtype))) != found).any():
            return "what has been rounded is rounded further"
    broken = part.restored(part.rounded(np.array([np.nan, np.inf, -np.inf])))
    return None if not np.isfinite(broken).any() else f"nan, inf and -inf became {np.asarray(broken).tolist()}"


def scales(part: Scaling, seed: int) -> str | None:
    """Learnt gives a centre and a factor for each column, finite also for a constant one, and gaps stay gaps."""
    X = np.random.default_rng(seed).normal(5.0, 2.0, (12, 3))
    X[:, 1], X[0, 2] = 7.0, np.nan
    centre, factor = part.learnt(X)
    if np.shape(centre) != (3,) or np.shape(factor) != (3,):
        return f"of 3 columns both must be (3,); they are {np.shape(centre)} and {np.shape(factor)}"
    if not np.asarray(factor)[[0, 2]].all():
        return f"the factor of a column that varies is 0, which makes all of it one number; factors are {np.asarray(factor)}"
    scaled = part.scaled(X, centre, factor)
    if np.shape(scaled) != X.shape:
        return f"scaled must have shape {X.shape}; it has shape {np.shape(scaled)}"
    right = np.isfinite(np.delete(scaled[:, 2], 0)).all() and np.isfinite(scaled[:, :2]).all()
    return None if right and np.isnan(scaled[0, 2]) else "a number became a gap, or a gap a number"


def loads(part: Any, _seed: int) -> str | None:
    """Load gives a table with rows and the name of its target."""
    table = part.load()
    if not (hasattr(table, "names") and hasattr(table, "target")):
        return f"load must give a Table; it gave {type(table).__name__}"
    if not len(table):
        return "the table has no rows"
    return (
        None
        if table.target in table.names
        else f"target must be one of the columns {', '.join(table.names)}; it is {table.target!r}"
    )


RULES: dict[type | str, tuple[Rule, ...]] = {
    Activation: (values_in_range, derivative_of_activation, jacobian_of_activation),
    Elementwise: (alone,),
    Learnt: (derivative_by_alpha,),
    Loss: (loss_of_each_point, derivative_of_loss),
    Shortcut: (same_as_the_pair,),
    Optimizer: (lowers_a_bowl, goes_on_from_its_state),
    Schedule: (step_sizes,),
    Initializer: (draws_parameters,),
    Penalty: (derivative_of_penalty,),
    Regularizer: (regularizes,),
    Normalization: (derivative_of_normalization,),
    Sampling: (draws_batches,),
    LastBatch: (divides_points,),
    Stop: (watches,),
    Metric: (measures,),
    Averaging: (averages,),
    Compression: (rounds,),
    Scaling: (scales,),
    "dataset": (loads,),
}
"""What is asked of the parts of each class, or of each kind of a later room."""
