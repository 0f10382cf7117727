"""What `train` warns of: targets that cannot be reached, before the first step, and what has gone wrong, after the last one."""

from __future__ import annotations

from ..advice.outcome import Course, outcome
from ..advice.sample import Sample
from ..advice.targets import counted_apart, may_be_out_of_reach, out_of_range, out_of_reach
from ..advice.warned import Wording, give
from .run import Run
from .training import Training

WORDING = Wording()


def warn_before(training: Training) -> bool:
    """Warn of targets outside the output's range, or too far away for the steps that are asked for; whether there were any.

    Also of outputs that sum to 1 where the loss counts each apart.
    """
    task = training.task
    if training.unusual.any:
        return False
    last = task.network.f[task.network.L]
    if apart := counted_apart(last, task.loss):
        give(apart)  # beside what else is found
    advice = out_of_range(last, task.loss, task.Y)
    if advice is None and may_be_out_of_reach(task.loss):
        advice = out_of_reach(Sample.of(task, task.X), training.schedule, training.steps, WORDING)
    if advice is not None:
        give(advice)
    return advice is not None


def warn_after(training: Training, run: Run) -> None:
    """Warn of a constant prediction, a loss that rose, or dead units; not of a training that the user interrupted."""
    if run.stopped_because == "interrupted" or not len(run.history) or training.unusual.any:
        return
    eta = None if training.task.optimizer.whole_set else float(run.history["eta"][-1])
    start, losses = training.task.network.parameters, run.history["loss"].tolist()
    seen = run.history.last_step * training.batch_size
    course = Course(start, losses, run.history.last_step, training.steps, eta, seen)
    if not course.is_judged:
        return
    sample = Sample.of(training.task_for(run.network, 0), training.task.X, seen=seen)
    advice = outcome(sample, course, WORDING)
    if advice is not None:
        give(advice)
