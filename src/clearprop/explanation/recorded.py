"""A recorded training as explanations: each kept step as a Trace, and all of them over time as one document to be played.

The numbers are those of the passes run again from the parameters that were kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..backprop import traced_forward
from ..engines import Task
from ..formulas.catalogue import Array
from ..training import RecordedStep, Recording, Run
from .facade import Trace
from .findings.health import health_of
from .findings.over_time import lints_over_time
from .findings.passes import Passes
from .findings.seen import Seen
from .findings.update import Descent
from .notation.notations import NOTATIONS
from .notation.symbols import Symbols
from .page.document_around import lint_part
from .page.html import FOLD, recording_as_html, steps_that_fit
from .page.json_values import FINE, Plain, array_document, formula_json, number
from .page.notebook import InNotebook, PageText, framed
from .step import explain
from .trace.around import LayerHealth, LintOverTime

FORMAT, VERSION = "clearprop.recording", 1
WHOLE = 600
"""A network of at most so many parameters is kept with every number of every step; a larger one as pictures."""


class Replay(InNotebook):
    """The recorded steps of a training, to be looked at again: `replay(run)` gives one, and so does `replay(run.recording)`."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that were kept, by t."""
        return tuple(self.recording.steps)

    def at(self, t: int, **options: Any) -> Trace:
        """The trace of step t as the training took it; `options` are those of `explain`: layout, notation, at, entry, bias."""
        recording, task = self.recording, self.recording.task
        step = recording[t]
        row = int(step.points[options.get("at", 0)]) + 1
        chosen: Plain = {"point": f"step {t}, row {row} of the training data", "classes": _names(recording)} | options
        return explain(
            recording.network(t),
            _inputs(task, step),
            task.Y[step.points],
            task.loss,
            factors=task.masks(len(step.points), t),
            statistics="batch",
            eta=step.eta,
            t=t,
            penalty=task.penalty,
            sample_weight=None if task.weights is None else task.weights[step.points],
            optimizer=task.optimizer,
            after=step.after,
            **chosen,
        )

    def to_dict(self) -> Plain:
        """Loss, weights, gradients and health over the recorded steps: the document of `recording.schema.json`."""
        return _document(self.recording)

    def html(self) -> str:
        """A page that plays the training over time, and explains the steps in full for which there is room."""
        first = self.at(self.steps[0], check=False).to_dict(fold=FOLD)
        chosen = steps_that_fit(self.steps, first)
        traces = {str(t): self.at(t, check=False).to_dict(fold=FOLD) for t in chosen}
        return PageText(recording_as_html(self.to_dict(), traces))

    def _as_widget(self, *, only_seen: bool) -> Any:
        from .page.widget import FileWidget
        from .step_widget import still_of

        still = still_of(self.at(self.steps[-1], check=False))
        return FileWidget(self._title, still, self.html, only_seen=only_seen)

    def _as_html(self) -> str:
        return framed(self.html(), self._title)

    @property
    def _title(self) -> str:
        return f"A training, step by step: {self!r}"

    def __len__(self) -> int:
        return len(self.recording)

    def __repr__(self) -> str:
        return repr(self.recording).replace("Recording", "Replay", 1)


def replay(run: Run | Recording) -> Replay:
    """The steps that `train(record=...)` kept, each of which can be explained, and all of them played.

    `run` is what `train` returned, or its `recording`. ValueError where the training kept no steps.

    >>> from clearprop.network import Network
    >>> from clearprop.training import train
    >>> net = Network(widths=(1, 1), activations=("identity",))
    >>> X, Y = [[0.0], [1.0]], [[1.0], [3.0]]
    >>> run = train(net, X, Y, loss="square", eta=0.1, steps=100, record=(1, 100))
    >>> played = replay(run)
    >>> played.steps
    (1, 100)
    >>> played.at(1).header.loss_value > 100 * played.at(100).header.loss_value
    True
    """
    recording = run.recording if isinstance(run, Run) else run
    if recording is None or (isinstance(recording, Recording) and not len(recording)):
        raise ValueError("this training kept no steps; give train record=20, or the steps to keep")
    if not isinstance(recording, Recording):
        raise TypeError(
            f"replay takes what train returned, or its recording; given an object of type {type(run).__name__}"
        )
    return Replay(recording)


def _names(recording: Recording) -> Array | None:
    """The classes where explain can take them: targets are arrays by now, and text stands for nothing in them."""
    classes, outputs = recording.classes, recording.task.network.widths[-1]
    return classes if classes is not None and len(classes) == max(outputs, 2) and classes.dtype.kind in "OSU" else None


def _document(recording: Recording) -> Plain:
    """Everything over time."""
    task, net = recording.task, recording.task.network
    symbols = Symbols(NOTATIONS["mn"], scalar=set(net.widths) == {1})
    seen = [_Seen(recording, step, symbols) for step in recording.steps.values()]
    whole = net.parameters.size <= WHOLE
    return {
        "format": FORMAT,
        "version": VERSION,
        "header": {
            "network": {"text": repr(net).removeprefix("Network "), "widths": list(net.widths)},
            "activations": [str(f) for f in net.activations],
            "loss": str(task.loss),
            "penalty": None if task.penalty is None else str(task.penalty),
            "optimizer": str(task.optimizer),
            "points": len(task.X),
            "classes": None if recording.classes is None else [str(each) for each in recording.classes.tolist()],
        },
        "whole": whole,
        "symbols": {
            f"{name}:{l}": formula_json(symbols.of(name, l))
            for l in net.layers
            for name in ("W", "W0", "dL_dW", "dL_dW0", "dL_dZ")
        },
        "scales": _scales(seen),
        "steps": [_step(each, whole=whole) for each in seen],
        "lints": [_lint(each) for each in lints_over_time({each.step.t: each.lints for each in seen})],
    }


def _inputs(task: Task, step: RecordedStep) -> Array:
    """What the step saw, input noise included."""
    return task.X[step.points] + task.noise(len(step.points), step.t)


class _Seen:
    """A recorded step with its passes run again."""

    def __init__(self, recording: Recording, step: RecordedStep, symbols: Symbols) -> None:
        task = recording.task
        self.step, self.net = step, recording.network(step.t)
        weights = None if task.weights is None else task.weights[step.points]
        with np.errstate(all="ignore"):
            seen = _inputs(task, step), task.Y[step.points], task.loss, weights, task.penalty
            fwd = traced_forward(self.net, *seen, task.masks(len(step.points), step.t), "batch")
            passes = Passes.over(self.net, fwd, 0, symbols, "denominator")
            self.lints = Seen(passes, Descent(passes, task.optimizer, step.eta, after=step.after), step.eta)
            self.health = health_of(passes, self.lints.descent)
        self.fwd, self.grads = fwd, passes.grads

    def arrays(self) -> Iterator[tuple[str, Array]]:
        """The weights and the gradients of every layer, by id."""
        for l in self.net.layers:
            yield f"W:{l}", self.net.W[l]
            yield f"W0:{l}", self.net.W0[l][:, None]
            yield f"dL_dW:{l}", self.grads.dL_dW[l]
            yield f"dL_dW0:{l}", self.grads.dL_dW0[l][:, None]

    def layers(self) -> list[Plain]:
        """Health of every layer."""
        return [self._layer(each) for each in self.health.values()]

    def _layer(self, health: LayerHealth) -> Plain:
        own = ("W", "dL_dW", "dL_dW0", "dL_dZ", "change", "ratio", "blame")
        off, flat = self.lints.off(health.l), self.lints.flat(health.l)
        return {
            "l": health.l,
            **{name: number(getattr(health, name)) for name in own},
            "dead": float(off.all(axis=0).mean()),
            "saturated": float((flat & ~off).mean()),
            "units": [number(share) for share in health.units[:64]],
        }


def _scales(seen: list[_Seen]) -> dict[str, float | str]:
    """The largest size of each array over all steps, so that colours mean the same at every time."""
    scales: dict[str, float] = {}
    for each in seen:
        for key, array in each.arrays():
            largest = float(np.abs(array[np.isfinite(array)]).max(initial=0.0))
            scales[key] = max(scales.get(key, 0.0), largest)
    return {key: number(scale) for key, scale in scales.items()}


def _step(seen: _Seen, *, whole: bool) -> Plain:
    step = seen.step
    return {
        "t": step.t,
        "eta": number(step.eta),
        "loss": number(float(seen.fwd.loss)),
        "points": [int(row) for row in step.points[:64]],
        "size": len(step.points),
        "layers": seen.layers(),
        "values": {key: array_document(array, whole=whole, cells=FINE) for key, array in seen.arrays()},
    }


def _lint(found: LintOverTime) -> Plain:
    return lint_part(found.lint) | {"t": found.t, "steps": list(found.steps), "when": found.when}
