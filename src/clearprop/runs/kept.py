"""A training that is kept in a run folder: begun, or continued from its newest checkpoint to the same bits."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..ensemble import Ensemble
from ..fitting.fits import Fit, Plan, carry_out
from ..formulas.averaging import Averaging
from ..formulas.catalogue import find
from ..formulas.optimizers import Optimizer
from ..io.model import Model
from ..io.plots import plot_losses
from ..training import Diverged, NoStepSize, State
from ..training.sampling import Sampling
from ..training.training import step_count
from .configuration import differences
from .environment import environment
from .folder import BEST, CONFIGURATION, ENVIRONMENT, LAST, PICTURE, RunFolder
from .keeper import EVERY, RunKeeper
from .lock import Locked
from .log import read_log

MAY_CHANGE = {"eta", "epochs", "steps", "stop", "engine"}
"""What a run that is continued may be told anew; all else would be another training."""


@dataclass(frozen=True)
class Keeping:
    """How a training is kept in a folder."""

    folder: RunFolder
    configuration: str
    """The text of its run.toml."""
    every: float = EVERY
    """Seconds between checkpoints."""
    progress: bool | None = None
    say: Callable[[str], object] = str
    """Called with what went wrong while training goes on."""
    tell: Callable[[str], object] = str
    """Called with what was changed in a run that goes on."""
    tensorboard: bool = False


def begin(planned: Plan, keeping: Keeping) -> Fit:
    """Train by a plan, in a new run folder. FileExistsError where it holds a run, BlockingIOError where it is in use."""
    folder = keeping.folder
    folder.require_none()
    folder.make()
    with Locked(folder):
        folder.remove_parts()
        keeper = _keeper(planned, keeping)
        folder.write(json.dumps(environment(), indent=1).encode(), ENVIRONMENT)
        folder.write(keeping.configuration.encode(), CONFIGURATION)
        keeper.log.add("start", steps=keeper.steps, **_described(planned))
        return _train(planned, keeping, keeper, None)


def go_on(planned: Plan, keeping: Keeping, before: Plan) -> Fit:
    """Go on with the run of a folder, from its newest checkpoint. `before` is the plan that it was begun or last continued by.

    ValueError where the two are different trainings, where no checkpoint can be read, or where the run diverged and the step
    size is the same.
    """
    folder = keeping.folder
    folder.require()
    with Locked(folder):
        folder.remove_parts()
        _require_same_table(folder, planned)
        changed = require_same_training(before, planned)
        keeper = _keeper(planned, keeping)
        state = _newest(keeper, keeping.say)
        _require_another_eta(folder, changed)
        _require_length(before, planned, state, changed)
        if changed:
            folder.write(keeping.configuration.encode(), CONFIGURATION)
        _say_environment(folder, keeping.say)
        keeper.log.add("resume", step=0 if state is None else state.step, steps=keeper.steps, changed=changed)
        for name, (old, new) in changed.items():
            keeping.tell(f"{name} was {old}, and is {new} from step {1 if state is None else state.step + 1} on")
        return _train(planned, keeping, keeper, state)


def _keeper(planned: Plan, keeping: Keeping) -> RunKeeper:
    keeper = RunKeeper(
        keeping.folder,
        planned.start,
        every=keeping.every,
        whole_set=find(Optimizer, planned.start.facts["optimizer"]).rule.whole_set,
        say=keeping.say,
    )
    keeper.steps = steps_of(planned)
    if keeping.tensorboard:
        from .tensorboard import writer

        keeper.listeners.append(writer(keeping.folder))
    return keeper


def steps_of(planned: Plan) -> int:
    """The number of steps that a plan asks for."""
    facts, rows = planned.start.facts, len(planned.split.training)
    sampling, batch = find(Sampling, facts["sampling"]), min(facts["batch_size"] or rows, rows)
    per_epoch = sampling.steps_per_epoch(rows, batch)
    return step_count(facts["epochs"], planned.recipe.steps, per_epoch)


def _train(planned: Plan, keeping: Keeping, keeper: RunKeeper, state: State | None) -> Fit:
    """Train, and write what came of it into the folder."""
    keeper.resumed = state is not None
    try:
        fitted = carry_out(planned, progress=keeping.progress, keeper=keeper, resume=state)
    except (Diverged, NoStepSize) as error:
        raise _after_failure(error, planned, keeper) from error
    except KeyError as error:  # a state with a good digest that lacks something is not one that was written here
        raise ValueError(
            f"the checkpoint of {keeping.folder} lacks {error}, so it was not written by this program"
        ) from None
    _write_results(fitted, keeper)
    return fitted


def _after_failure(error: Diverged | NoStepSize, planned: Plan, keeper: RunKeeper) -> Diverged | NoStepSize:
    """Keep the last finite network and the best state; the error with what can be done from there."""
    step = keeper.keep_good()
    net, start = error.run.network, planned.start
    keeper.guard(LAST, lambda: keeper.write_model(Model(net, start.preprocessing, start.facts), LAST))
    event = "diverged" if isinstance(error, Diverged) else "stop"
    keeper.guard(
        "the log",
        lambda: keeper.log.add(event, step=error.run.state.step if error.run.state else 0, because=str(error)),
    )
    folder = keeper.folder
    kept = f"the state with the lowest loss, after step {step}," if step else "the state before the first step"
    said = (
        f"{error}. {folder / LAST} has the last finite weights; {kept} is kept, to go on from with a smaller step size: "
        f"clearprop train --resume {folder} --eta SMALLER"
    )
    return type(error)(said, error.run)


def _last(fitted: Fit, keeper: RunKeeper) -> Model:
    """The model after the last step. Where several networks were trained it is the fitted one: there is no one last network."""
    one = fitted.run.restarts is None and not isinstance(fitted.model.network, Ensemble)
    if not one or keeper.network is None:
        return fitted.model
    facts = {name: value for name, value in fitted.model.facts.items() if name != "temperature"}  # the best one's alone
    return replace(fitted.model, network=keeper.network, facts=facts)


def _write_results(fitted: Fit, keeper: RunKeeper) -> None:
    """Write models, picture and the last line of the log. OSError where the model cannot be written."""
    folder, run = keeper.folder, fitted.run
    try:
        keeper.write_model(fitted.model, BEST)
        keeper.write_model(_last(fitted, keeper), LAST)
    except OSError as error:
        raise OSError(
            f"{error}; the checkpoints stay, and clearprop train --resume {folder} writes the model later"
        ) from None
    if len(run.history):
        try:
            plot_losses(run.history, folder.file(PICTURE), title=str(fitted.model.network))
        except ImportError as error:
            keeper.say(f"no {PICTURE}: {error}")
        except OSError as error:
            keeper.say(str(error))
    scores = fitted.model.facts["scores"]
    step = run.state.step if run.state else 0
    keeper.guard("the log", lambda: keeper.log.add("stop", step=step, because=run.stopped_because, scores=scores))


def _described(planned: Plan) -> dict[str, Any]:
    facts = planned.start.facts
    return {
        name: facts.get(name)
        for name in ("source", "target", "task", "rows", "table", "seed", "layers", "optimizer", "eta")
    }


# ---- what a continuation requires


def require_same_training(before: Plan, planned: Plan) -> dict[str, list[Any]]:
    """What differs and may. ValueError where something else differs: then it is not the same training."""
    changed = differences(before.start.facts, planned.start.facts)
    changed |= differences({"engine": before.recipe.engine}, {"engine": planned.recipe.engine})
    changed.pop("source", None)  # the same rows under another name are the same
    for name, (old, new) in changed.items():
        if name not in MAY_CHANGE:
            raise ValueError(
                f"the run was begun with {name} {old}, and given is {new}; only {', '.join(sorted(MAY_CHANGE))} may change"
            )
    return changed


def _require_same_table(folder: RunFolder, planned: Plan) -> None:
    """ValueError where the log says that the run was begun with another table; the state itself tells it too, in numbers."""
    begun = next((each.get("table") for each in read_log(folder) if each["event"] == "start"), None)
    if isinstance(begun, str) and begun != planned.start.facts["table"]:
        raise ValueError(f"{planned.table.source} is not the table that {folder} was begun with, or has changed since")


def _newest(keeper: RunKeeper, say: Callable[[str], object]) -> State | None:
    """The state of the newest checkpoint that can be read; None where training had not begun."""
    checkpoints = keeper.checkpoints
    if not checkpoints.files():
        return None
    found = checkpoints.newest()
    for path, why in found.unreadable.items():
        say(f"{path.name} cannot be read, so an earlier checkpoint is used, of step {found.state.step}: {why}")
    checkpoints.set_aside(found.unreadable)
    return found.state


def _require_another_eta(folder: RunFolder, changed: Mapping[str, Any]) -> None:
    *_, last = [{}, *read_log(folder)]
    if last.get("event") == "diverged" and "eta" not in changed:
        raise ValueError(f"{folder} diverged ({last.get('because')}), and would again; go on with a smaller --eta")


def _require_length(before: Plan, planned: Plan, state: State | None, changed: Mapping[str, Any]) -> None:
    """ValueError where the training may not have another length than before: then its steps so far would have been others."""
    old, new = steps_of(before), steps_of(planned)
    if old == new or state is None or state.step == 0:
        return
    if state.step > new:
        raise ValueError(f"{state.step:,} steps have been taken, and only {new:,} are asked for")
    schedule, averaging = planned.recipe.schedule, planned.recipe.averaging
    if "eta" not in changed and schedule is not None and schedule.over(old) != schedule.over(new):
        raise ValueError(
            f"{schedule} ends with the training, after {old:,} steps; with {new:,} steps every step size so far would have "
            f"been another. Give the step size for the rest, --eta, or keep the length"
        )
    rows = len(planned.split.training)
    epoch = math.ceil(rows / min(planned.start.facts["batch_size"] or rows, rows))
    if averaging is not None and (rule := find(Averaging, averaging)).next(0, old, epoch) != rule.next(0, new, epoch):
        raise ValueError(
            f"{averaging} averages the last part of a training of {old:,} steps, so its length cannot change to {new:,}"
        )


def _say_environment(folder: RunFolder, say: Callable[[str], object]) -> None:
    """Say what is other than when the run was begun, where it can change the last bits."""
    try:
        begun = json.loads(folder.text(ENVIRONMENT))
        now = environment()
        pairs = {name: (begun[name], now[name]) for name in ("machine", "kernels")}
        pairs |= {name: (begun["packages"].get(name), now["packages"].get(name)) for name in ("clearprop", "numpy")}
    except (ValueError, OSError, KeyError, TypeError, AttributeError, RecursionError):
        say(f"{folder / ENVIRONMENT} cannot be read, so it is not known whether the environment is the same")
        return
    for name, (old, new) in pairs.items():
        if old != new:
            say(f"the run was begun with {name} {old}, and this is {new}: weights may differ in their last bits")
