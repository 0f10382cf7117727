"""Causes of a training that has failed, each measured on the network and its points; the first that is found is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..backprop import back_propagate, traced_forward
from ..callers import give
from ..formulas.activations import Identity
from ..formulas.domains import REALS
from .sample import Sample, rms
from .thresholds import FAR_FROM_UNIT, FLAT_LAYER, HARDLY_MOVED, LARGE_TARGET, SHRUNK, VANISHING
from .trials import (
    FAR_ABOVE,
    LEAST_FALL,
    MUCH_LARGER,
    few_smaller_rates,
    larger_step_helps,
    smaller_rates,
    smaller_step_that_helps,
    steps_of_a_trial,
)
from .units import alike, everywhere, flat, off
from .warned import Wording


@dataclass(frozen=True)
class Failure:
    """A training that has failed: some of its points with the network as it is, and as it was before the first step."""

    now: Sample
    start: Sample
    eta: float | None
    """The step size at the end; None for an optimiser that finds its own."""
    seen: int
    """Points that its steps were on, all together."""
    wording: Wording


def cause_of(failure: Failure) -> str:
    """The likeliest cause and its remedy; what is known of inputs and targets, where none is found."""
    return next((said for look in CAUSES if (said := look(failure))), "") or _none_found(failure)


def inputs_far_from_unit(sample: Sample, wording: Wording) -> str:
    """What to do about inputs whose size is far from 1; empty where it is not."""
    size, far = sample.size_of_inputs, FAR_FROM_UNIT.value
    if not size or 1 / far <= size <= far:
        return ""
    return f"the inputs' root mean square is {size:.2g}, so scale them: {wording.scale_inputs}"


def too_large(sample: Sample, wording: Wording) -> str:
    """What to do about inputs or targets that are large numbers; empty where neither are."""
    large = sample.size_of_inputs > 1  # small inputs make no step too large
    return (large and inputs_far_from_unit(sample, wording)) or targets_far_from_unit(sample, wording)


def targets_far_from_unit(sample: Sample, wording: Wording) -> str:
    """What to do about targets that are large numbers; empty where they are not, or the loss takes no others."""
    size = rms(sample.task.Y)
    if not size > LARGE_TARGET.value or sample.task.loss.domain_Y != REALS:
        return ""
    return f"the targets' root mean square is {size:.3g}, so standardise them: {wording.scale_targets}"


@dataclass(frozen=True)
class Died:
    """A layer, how many of its units are off at every point, and how many of these were not so at the start."""

    l: int
    width: int
    name: str
    dead: int
    died: int

    def __str__(self) -> str:
        return f"{self.dead} of {self.width} units of layer {self.l} ({self.name})"


def most_died(failure: Failure) -> Died | None:
    """The layer with the largest share of units that are off at every point; None where no unit can be off."""
    found = []
    for l, f in failure.now.net.f.items():
        if not f.kinks or f.name == "step":
            continue
        dead, before = (everywhere(off(f, *sample.values[l])) for sample in (failure.now, failure.start))
        found.append(Died(l, len(dead), f.name, int(dead.sum()), int((dead & ~before).sum())))
    return max(found, key=lambda each: each.dead / each.width, default=None)


def _same_inputs(failure: Failure) -> str:
    X = failure.now.dense
    return "every point has the same inputs, so nothing can be told from them" if (X[0] == X).all() else ""


def _inputs(failure: Failure) -> str:
    return inputs_far_from_unit(failure.now, failure.wording)


def _targets(failure: Failure) -> str:
    return targets_far_from_unit(failure.now, failure.wording)


def _alike(failure: Failure) -> str:
    net, random = failure.start.net, failure.wording.inits("glorot_normal", "he_normal")
    for l in range(1, net.L):
        if alike(net, l):
            return (
                f"all {net.widths[l]} units of layer {l} began with the same weights, so they get the same gradient and stay "
                f"alike: draw the weights at random, {random}"
            )
    return ""


def _shrunk(failure: Failure) -> str:
    penalty, net, before = failure.now.task.penalty, failure.now.net, failure.start.net
    left = {l: rms(net.W[l]) / rms(before.W[l]) for l in net.layers if before.W[l].any()}
    smallest = min(left, key=lambda l: left[l], default=0)
    if not smallest or left[smallest] > SHRUNK.value:
        return ""
    starts = give("--restarts=8")
    why = f"a saddle point of the loss: begin from other weights (another seed, {starts}), or take more units"
    if penalty is not None:
        why = f"take a weaker penalty than {penalty}"
    return f"the weights of layer {smallest} have shrunk to {left[smallest]:.1g} of their size at the start: {why}"


def _all_off(failure: Failure) -> str:
    layer = most_died(failure)
    if layer is None or layer.dead < layer.width:
        return ""
    if not layer.died:
        init = failure.wording.inits("he_normal")
        return f"{layer} are off at every point, as they were at the start: draw weights to the width, {init}"
    return f"{layer} are off at every point, {layer.died} of them only since training began: {smaller_steps(failure.wording)}"


def smaller_steps(wording: Wording) -> str:
    """What to do about units that have died."""
    return f"steps were too large, so take a smaller {wording.step_size}, or leaky_relu or elu"


def _saturated(failure: Failure) -> str:
    net = failure.now.net
    for l in range(1, net.L):
        f, (Z, A) = net.f[l], failure.now.values[l]
        stuck = everywhere(flat(f, Z, A) & ~off(f, Z, A))
        if stuck.mean() > FLAT_LAYER.value:
            return (
                f"{int(stuck.sum())} of {len(stuck)} units of layer {l} ({f.name}) are saturated at every point, |z| up to "
                f"{abs(Z).max():.2g}: take a smaller {failure.wording.step_size}, smaller first weights, or relu"
            )
    return ""


def _vanishing(failure: Failure) -> str:
    sample = failure.start
    net, task = sample.net, sample.task
    if net.L < 3:
        return ""
    with np.errstate(all="ignore"):
        fwd = traced_forward(net, sample.dense, task.Y, task.loss, task.weights)
        sizes = {l: rms(dL_dZ) for l, dL_dZ in back_propagate(net, fwd).dL_dZ.items()}
    if not sizes[1] < VANISHING.value * sizes[net.L]:
        return ""
    inits = failure.wording.inits("he_normal", "glorot_normal")
    return (
        f"the gradient vanishes: at the start dL/dZ of layer 1 was {sizes[1] / sizes[net.L]:.1g} of that of layer {net.L}; "
        f"take relu, or tanh, with weights drawn to the width ({inits}), a normalisation, or fewer layers"
    )


def _hardly_moved(failure: Failure) -> str:
    now, start = failure.now.net.parameters, failure.start.net.parameters
    moved = rms(now - start) / max(rms(start), np.finfo(float).tiny)
    if moved > HARDLY_MOVED.value:
        return ""
    return f"the weights have moved by {moved:.1g} of their size: take a larger {failure.wording.step_size}, or train longer"


def _linear(failure: Failure) -> str:
    net = failure.now.net
    if any(not isinstance(net.f[l], Identity) for l in range(1, net.L)):
        return ""
    related = _correlation(failure.now)
    return (
        f"no input has a correlation with a target of more than {related:.2g}, and without a hidden layer that is not linear "
        "the network sees nothing else: add one"
    )


def _step_too_large(failure: Failure) -> str:
    if failure.eta is None or not failure.now.loss > failure.start.loss:
        return ""
    task = failure.start.to_train
    for rates in (smaller_rates(task, failure.eta), few_smaller_rates(task, failure.eta)):
        if steps := steps_of_a_trial(task, failure.seen, 1 + len(rates)):
            break
    better = smaller_step_that_helps(task, failure.eta, steps, rates) if steps else None
    if better is None:
        return _far_above(failure)
    return f"measured: {failure.wording.step_size}={better:g} lowers the loss over {steps} steps from the start"


def _far_above(failure: Failure) -> str:
    """What a loss far above its start says without a trial; empty where it is not."""
    if not failure.now.loss > FAR_ABOVE * failure.start.loss > 0:
        return ""
    rule = failure.start.task.optimizer
    return (
        "a loss that ends so far above its start comes of steps that are too large: take a smaller "
        f"{failure.wording.step_size}; {rule.rule.default_eta:g} is the usual one of {rule.rule.name}"
    )


def _step_too_small(failure: Failure) -> str:
    eta = failure.eta
    task = failure.now.to_train
    steps = steps_of_a_trial(task, failure.seen, 2 * len(MUCH_LARGER))
    if eta is None or not steps:
        return ""
    for factor in MUCH_LARGER:
        tried = larger_step_helps(task, eta, steps, factor, LEAST_FALL)
        if tried is not None:
            now, larger = tried
            return (
                f"measured over {steps} steps from here: {failure.wording.step_size}={factor * eta:g} brings the "
                f"loss to {larger.after:.3g}, {eta:g} to {now.after:.3g}"
            )
    return ""


def _none_found(failure: Failure) -> str:
    tried = steps_of_a_trial(failure.now.to_train, failure.seen, 2 * len(MUCH_LARGER)) > 0
    step_size = (
        ""
        if failure.eta is None
        else ", step size"
        if tried
        else "; no step size was tried, as that would have taken longer than training did"
    )
    return (
        "none of the usual causes was found (scale, equal weights, penalty, dead or saturated units, vanishing gradient"
        f"{step_size}). No input has a correlation with a target of more than {_correlation(failure.now):.2g}: check that rows "
        "of X and Y belong together; what is not linear takes longer to be learnt, so train longer"
    )


def _correlation(sample: Sample) -> float:
    """The largest correlation of an input with a target, in size."""
    X, Y = sample.dense, sample.task.Y
    with np.errstate(all="ignore"):
        unit_X, unit_Y = ((V - V.mean(axis=0)) / V.std(axis=0) for V in (X, Y))
        return float(abs(np.nan_to_num(unit_X.T @ unit_Y / len(X))).max(initial=0.0))


CAUSES: tuple[Callable[[Failure], str], ...] = (
    _same_inputs,
    _inputs,
    _targets,
    _alike,
    _shrunk,
    _all_off,
    _saturated,
    _vanishing,
    _hardly_moved,
    _step_too_large,  # before _linear: a loss that has risen is no lack of hidden units
    _linear,
    _step_too_small,
)
"""What is looked for, in this order."""
