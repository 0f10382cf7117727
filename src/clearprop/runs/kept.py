"""A training that is kept in a run folder: begun, or continued from its newest checkpoint to the same bits."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..callers import either
from ..ensemble import Ensemble
from ..fitting.fits import Fit, carry_out, scored, take_part
from ..fitting.one_training import steps_of
from ..fitting.planned import Plan, require_same_plan
from ..fitting.presets import RIVAL
from ..fitting.recipe import Recipe
from ..fitting.searching import SharedTrials, Trials
from ..fitting.settling import settled
from ..formulas.averaging import Averaging
from ..formulas.catalogue import find
from ..formulas.optimizers import Optimizer
from ..io.model import Model
from ..io.plots import plot_losses
from ..io.tables.refusal import Refusal
from ..training import Diverged, NoStepSize, Run, State
from .checkpoints import Checkpoints
from .configuration import differences
from .environment import environment
from .folder import BEST, CONFIGURATION, ENVIRONMENT, LAST, PICTURE, REFIT, RunFolder, going_on
from .keeper import EVERY, RunKeeper
from .lock import Locked
from .log import read_log
from .trials import KeptTrials, SearchInterrupted, asked_before, keep_found, remove_trials, trials_in, with_found

MAY_CHANGE = {"eta", "eta_factors", "frozen", "epochs", "steps", "stop", "engine", "threads", "refit"}
"""What a run that is continued may be told anew; all else would be another training."""
LENGTHS = ("--epochs", "--steps")


@dataclass(frozen=True)
class Keeping:
    """How a training is kept in a folder."""

    folder: RunFolder
    configuration: Callable[[Recipe], str]
    """The text of its run.toml, for a recipe."""
    every: float = EVERY
    """Seconds between checkpoints."""
    progress: bool | None = None
    say: Callable[[str], object] = str
    """Called with what went wrong while training goes on."""
    tell: Callable[[str], object] = str
    """Called with what was changed in a run that goes on."""
    tensorboard: bool = False


def begin(planned: Plan, keeping: Keeping) -> Fit:
    """Train by a plan, in a new run folder. FileExistsError where it holds a run, BlockingIOError where it is in use.

    What the plan leaves open is searched first, as without a folder; where that is interrupted, the best so far is the model.
    """
    folder = keeping.folder
    folder.require_none()
    require_same_plan(planned)  # nothing is written before every rank has read the same
    was_there = folder.path.exists()
    folder.make()
    with Locked(folder):
        try:
            return _begun(planned, keeping)
        except ValueError:
            if not was_there and not Checkpoints(folder).files() and not trials_in(folder):
                folder.remove_begun()  # refused before the first step: the right command may have the same folder
            raise


def _begun(planned: Plan, keeping: Keeping) -> Fit:
    folder = keeping.folder
    folder.remove_parts()
    folder.write(json.dumps(environment(), indent=1).encode(), ENVIRONMENT)
    _write_configuration(planned, keeping)
    planned, ended = _searched(planned, keeping)
    keeper = _keeper(planned, keeping)
    keeper.log.add("start", steps=keeper.steps, **_described(planned), **_ranks(planned))
    if ended is not None:
        return _written_results(scored(planned, ended), keeper)
    return _train(planned, keeping, keeper, None)


def go_on(planned: Plan, keeping: Keeping, before: Plan) -> Fit:
    """Go on with the run of a folder, from its newest checkpoint. `before` is the plan that it was begun or last continued by.

    ValueError where the two are different trainings, where no checkpoint can be read, or where the run diverged and the step
    size is the same.
    """
    folder = keeping.folder
    folder.require()
    require_same_plan(planned)
    folder.make()
    with Locked(folder):
        folder.remove_parts()
        planned = _as_chosen_before(folder, before, planned)
        changed = require_continuable(folder, before, planned)
        if changed:
            Checkpoints(folder, REFIT).remove()  # they are of another training
            _write_configuration(planned, keeping)
        planned, ended = _searched(planned, keeping)
        keeper = _keeper(planned, keeping)
        state = keeper.newest()
        _say_environment(folder, keeping.say)
        step = 0 if state is None else state.step
        keeper.log.add("resume", step=step, steps=keeper.steps, changed=changed, **_ranks(planned))
        for name, (old, new) in changed.items():
            step = 1 if state is None else state.step + 1
            keeping.tell(f"{name} was {_written(old)}, and is {_written(new)} from step {step} on")
        if ended is not None:
            return _written_results(scored(planned, ended), keeper)
        fitted = _train(planned, keeping, keeper, state)
        if state is not None and fitted.model.facts["steps_taken"] == state.step:
            keeping.tell(
                f"no step was left to take after step {state.step:,}: {folder} was finished; more "
                f"{either('--epochs', 'epochs')} go on"
            )
        return fitted


def follow(planned: Plan) -> bool:
    """Train with the rank that begins a run or goes on with it, as a rank that has no folder: it is told the rest.

    Gives whether training was interrupted.
    """
    ranks = planned.ranks
    assert ranks is not None
    require_same_plan(planned)
    planned = _agreed(planned)
    if planned.is_open:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            planned, ended = settled(planned, progress=False, trials=SharedTrials(Trials(), ranks))
        if planned.is_open or _is_interrupted(ended):
            return True
    _, run, again = take_part(planned, resume=ranks.of_first(None))
    return (again or run).stopped_because == "interrupted"


def _is_interrupted(run: Run | None) -> bool:
    return run is not None and run.stopped_because == "interrupted"


def _agreed(planned: Plan) -> Plan:
    """The plan of the first rank, on every one of them: what it has read in the folder, the others have not."""
    if planned.ranks is None:
        return planned
    recipe, start, rivals = planned.ranks.of_first((planned.recipe, planned.start, dict(planned.rivals)))
    return replace(planned, recipe=recipe, start=start, rivals=rivals)


def _write_configuration(planned: Plan, keeping: Keeping) -> None:
    """Write run.toml: all choices, or those that were given where others are still to be made."""
    if planned.is_open and planned.asked is not None:
        keeping.folder.write(keeping.configuration(planned.asked).encode(), CONFIGURATION)
        return
    if planned.deciding != planned.recipe.preset:
        keep_found(keeping.folder, planned, planned)
    _write_all_choices(planned.recipe, planned.deciding, keeping)


def _write_all_choices(recipe: Recipe, preset: str, keeping: Keeping) -> None:
    """Write run.toml with every choice, and the preset that has left out what the recipe leaves out."""
    keeping.folder.write(keeping.configuration(replace(recipe, preset=preset)).encode(), CONFIGURATION)


def _as_chosen_before(folder: RunFolder, before: Plan, planned: Plan) -> Plan:
    """The plan with what a search has chosen, where it asks for what that search was asked: so folds go on by the same command.

    ValueError where it asks for something else.
    """
    asked = None if before.is_open or not planned.is_open else asked_before(folder)
    if asked is None:
        return planned
    changed = differences(asked, json.loads(json.dumps(dict(planned.start.facts))))
    changed.pop("source", None)
    for name, (old, new) in changed.items():
        if name == "table":
            raise _of_another_table(folder, planned)
        raise ValueError(
            f"{folder} was begun with {name} {old}, and given is {new}; another training needs another "
            f"folder{either(', --run', '')}"
        )
    return before


def _searched(planned: Plan, keeping: Keeping) -> tuple[Plan, Run | None]:
    """The plan with what is best of that which it leaves open; and where the search is interrupted, the best run so far.

    The search goes on where one was interrupted before. SearchInterrupted where it is interrupted again, and no network of
    what was the best before can be read.
    """
    folder = keeping.folder
    if not planned.is_open:
        try:
            planned = with_found(folder, planned)
        except ValueError as error:
            keeping.say(f"what the search found is not known any more: {error}")
        return _agreed(planned), None
    planned, trials = _agreed(planned), KeptTrials(folder, keeping.every)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the training itself tells them
        chosen, run = settled(
            planned,
            progress=keeping.progress,
            trials=trials if planned.ranks is None else SharedTrials(trials, planned.ranks),
        )
    if chosen is planned:
        raise SearchInterrupted
    if _is_interrupted(run):
        return chosen, run
    keep_found(folder, chosen, planned)
    own = planned.deciding
    of_rival = chosen.start.facts["chosen"] in planned.rivals
    _write_all_choices(chosen.recipe, RIVAL.get(own, own) if of_rival else own, keeping)
    remove_trials(folder)
    return chosen, None


def _keeper(planned: Plan, keeping: Keeping) -> RunKeeper:
    keeper = RunKeeper(
        keeping.folder,
        planned.start,
        every=keeping.every,
        whole_set=find(Optimizer, planned.start.facts["optimizer"]).rule.whole_set,
        say=keeping.say,
    )
    keeper.steps = _steps(planned)
    if keeping.tensorboard:
        from .tensorboard import writer

        keeper.listeners.append(writer(keeping.folder))
    return keeper


def _steps(planned: Plan) -> int:
    """The number of steps that a plan asks for."""
    return steps_of(planned.start, planned.recipe, len(planned.split.training))


def _train(planned: Plan, keeping: Keeping, keeper: RunKeeper, state: State | None) -> Fit:
    """Train, and write what came of it into the folder."""
    keeper.resumed = state is not None
    if planned.ranks is not None:
        planned.ranks.of_first(state)
    try:
        fitted = carry_out(planned, progress=keeping.progress, keeper=keeper, resume=state)
    except (Diverged, NoStepSize) as error:
        raise _after_failure(error, planned, keeper) from error
    except KeyError as error:  # a state with a good digest that lacks something is not one that was written here
        raise ValueError(
            f"the checkpoint of {keeping.folder} lacks {error}, so it was not written by this program"
        ) from None
    return _written_results(fitted, keeper)


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
        f"{_train_on(folder, '--eta=SMALLER')}"
    )
    return type(error)(said, error.run)


def _train_on(folder: RunFolder, *more: str) -> str:
    """The command, or the call, that goes on with a run."""
    return f"{either('clearprop train ', '')}{going_on(folder, *more)}"


def _last(fitted: Fit, keeper: RunKeeper) -> Model:
    """The model after the last step. The fitted one where several networks were trained, or where a refit had the last step."""
    one = fitted.refit is None and fitted.run.restarts is None and not isinstance(fitted.model.network, Ensemble)
    if not one or keeper.network is None:
        return fitted.model
    facts = {name: value for name, value in fitted.model.facts.items() if name != "temperature"}  # the best one's alone
    return replace(fitted.model, network=keeper.network, facts=facts)


def _written_results(fitted: Fit, keeper: RunKeeper) -> Fit:
    """What came of a training, with models, picture and the last line of the log written. OSError where no model can be."""
    folder, run = keeper.folder, fitted.run
    try:
        keeper.write_model(fitted.model, BEST)
        keeper.write_model(_last(fitted, keeper), LAST)
    except OSError as error:
        raise OSError(f"{error}; the checkpoints stay, and {_train_on(folder)} writes the model later") from None
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
    return fitted


def _described(planned: Plan) -> dict[str, Any]:
    facts = planned.start.facts
    return {
        name: facts.get(name)
        for name in ("source", "target", "task", "rows", "table", "seed", "layers", "optimizer", "eta")
    }


def _ranks(planned: Plan) -> dict[str, Any]:
    """The machine and the process of each rank, where there are several."""
    return {} if planned.ranks is None else {"ranks": list(planned.ranks.processes)}


# ---- what a continuation requires


def require_continuable(folder: RunFolder, before: Plan, planned: Plan) -> dict[str, list[Any]]:
    """What differs from the plan `before`, and may. ValueError where a run cannot go on by a plan, with what does go on."""
    _require_same_table(folder, planned)
    changed = require_same_training(before, planned)
    _require_another_eta(folder, planned, changed)
    _require_length(before, planned, _steps_taken(folder), changed)
    return changed


def require_same_training(before: Plan, planned: Plan) -> dict[str, list[Any]]:
    """What differs and may. ValueError where something else differs: then it is not the same training."""
    changed = differences(before.start.facts, planned.start.facts)
    old, new = ({"engine": each.recipe.engine, "threads": each.recipe.threads} for each in (before, planned))
    changed |= differences(old, new)
    changed.pop("source", None)  # the same rows under another name are the same
    for name, (old, new) in changed.items():
        if name not in MAY_CHANGE:
            raise Refusal(
                f"the run was begun with {name} {old}, and given is {new}; only {', '.join(sorted(MAY_CHANGE))} may change",
                without=[f"--{name.replace('_', '-')}"],
            )
    return changed


def _steps_taken(folder: RunFolder) -> int:
    """The step of the newest checkpoint that can be read; 0 without one."""
    try:
        return Checkpoints(folder).newest().state.step
    except ValueError:
        return 0


def _require_same_table(folder: RunFolder, planned: Plan) -> None:
    """ValueError where the log says that the run was begun with another table; the state itself tells it too, in numbers."""
    begun = next((each.get("table") for each in read_log(folder) if each["event"] == "start"), None)
    if isinstance(begun, str) and begun != planned.start.facts["table"]:
        raise _of_another_table(folder, planned)


def _of_another_table(folder: RunFolder, planned: Plan) -> ValueError:
    return ValueError(
        f"{planned.table.source} is not the table that {folder} was begun with, or has changed since; "
        f"another table needs another folder{either(', --run', '')}"
    )


def _require_another_eta(folder: RunFolder, planned: Plan, changed: Mapping[str, Any]) -> None:
    *_, last = [{}, *read_log(folder)]
    if last.get("event") == "diverged" and "eta" not in changed:
        raise Refusal(
            f"{folder} diverged ({last.get('because')}), and would again; go on with a smaller {either('--eta', 'eta')}",
            _smaller(planned),
        )


def _smaller(planned: Plan) -> list[str]:
    """A step size of a tenth of the first one, as an option."""
    schedule = planned.recipe.schedule
    if schedule is None:
        return []
    first = schedule.over(_steps(planned)).eta(np.array([1.0]))
    return [f"--eta={float(first[0]) / 10:.1g}"]


def _require_length(before: Plan, planned: Plan, taken: int, changed: Mapping[str, Any]) -> None:
    """ValueError where the training may not have another length than before: then its steps so far would have been others."""
    old, new = _steps(before), _steps(planned)
    if old == new or taken == 0:
        return
    if taken > new:
        raise Refusal(f"{taken:,} steps have been taken, and only {new:,} are asked for", without=LENGTHS)
    schedule, averaging = planned.recipe.schedule, planned.recipe.averaging
    if "eta" not in changed and schedule is not None and schedule.over(old) != schedule.over(new):
        raise Refusal(
            f"{schedule} ends with the training, after {old:,} steps; with {new:,} steps every step size so far would have "
            f"been another. Give the step size for the rest, {either('--eta', 'eta')}, or keep the length",
            _smaller(planned),
        )
    rows = len(planned.split.training)
    epoch = math.ceil(rows / min(planned.start.facts["batch_size"] or rows, rows))
    if averaging is not None and (rule := find(Averaging, averaging)).next(0, old, epoch) != rule.next(0, new, epoch):
        raise Refusal(
            f"{averaging} averages the last part of a training of {old:,} steps, so its length cannot change to {new:,}",
            without=LENGTHS,
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


def _written(value: Any) -> Any:
    """A whole number without its point: epochs may be a part of one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
