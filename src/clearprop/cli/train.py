"""`clearprop train`: trains a network on a table and writes a model file."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import click

from ..advice import TrainingWarning
from ..amounts import count
from ..engines.choice import ENGINES
from ..fitting.fits import Fit, carry_out, plan
from ..fitting.planned import Plan, require_same_plan
from ..fitting.recipe import DEFAULTS, Recipe
from ..formulas.activations import Activation
from ..formulas.averaging import Averaging
from ..formulas.catalogue import find, names
from ..formulas.compression import Compression
from ..formulas.initializers import Initializer
from ..formulas.losses import Loss
from ..formulas.normalizations import Normalization
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.regularizers import Dropout, InputNoise, LabelSmoothing, MaxNorm
from ..formulas.scalings import Scaling
from ..formulas.schedules import Schedule
from ..io.tables.formats import TableFormat
from ..io.tables.named import Dataset
from ..io.tables.table import Table
from ..runs.folder import BEST, LAST, LOG, RunFolder
from ..runs.keeper import EVERY
from ..runs.trials import SearchInterrupted, states_in, trials_in
from ..training.calibration import WAYS
from ..training.sampling import Sampling
from ..training.stopping import Stop
from .configured import Configured
from .display import fact, print_json, strong
from .folds import require_folds_alone, train_folds
from .kept import Kept
from .launch import world
from .on_ranks import follow, print_ranks, require_one_training
from .options import (
    RowsText,
    class_weight_option,
    column_options,
    ensemble_option,
    held_out_option,
    json_option,
    moves_options,
    part_option,
    preset_option,
    quiet_option,
    read_for_training,
    regularizer_option,
    report_option,
    target_option,
    task_option,
)
from .outputs import Outputs
from .reading import reading_options
from .reporting import noted_warnings
from .signals import until_saved
from .summary import print_plan

TASK_DEFAULTS = "; ".join(
    f"{task}: {own.output_activation}, {own.loss}, with --optimizer sgd --eta {own.eta:g}"
    for task, own in DEFAULTS.items()
)


@click.command(
    "train",
    cls=Configured,
    epilog=f"SOURCE is a file (of {', '.join(names(TableFormat))}), - for the standard input, "
    f"one of {', '.join(names(Dataset))}, such as 'moons(noise=0.2)', or a TOML "
    "file of such choices, which `clearprop init` writes. "
    "What you leave out is decided by --preset from the task and the number of rows, and printed before training. Defaults by "
    f"task are {TASK_DEFAULTS}; 'clearprop catalogue NAME' gives the step size of another optimiser.",
)
@click.argument("source", required=False)
@target_option
@task_option
@column_options
@preset_option("What decides whatever you leave out: fast takes a quarter of the time, tabular is the recipe RealMLP.")
@part_option("--scaling", Scaling, "How inputs that are numbers are centred and scaled; by default the preset's")
@click.option("--layers", metavar="WIDTH:ACTIVATION,...", help="Hidden layers; '' for none.  [default: the preset's]")
@part_option("--output-activation", Activation, "The activation of the last layer; by default that of the task")
@part_option("--loss", Loss, "The loss; by default that of the task")
@part_option(
    "--penalty", Penalty, "The penalty added to the loss, or `none`; by default the best for the table", none=True
)
@part_option("--optimizer", Optimizer, "The optimiser; by default the preset's")
@click.option(
    "--eta", help=f"The step size: a number, or one of {', '.join(names(Schedule))}.", metavar="NUMBER|SCHEDULE"
)
@moves_options
@click.option(
    "--batch-size",
    type=RowsText(),
    metavar="ROWS|all",
    help="Rows in a step, or all of them.  [default: the preset's, or all for lbfgs]",
)
@click.option("--epochs", type=float, help="Passes over the training rows.  [default: by the number of rows]")
@click.option("--steps", type=int, help="Steps, instead of epochs.")
@part_option(
    "--sampling",
    Sampling,
    "How rows are drawn; by default shuffle, or block_shuffle of a table that is kept on the disk",
)
@part_option("--init", Initializer, "How the initial weights are drawn", default=Recipe.init)
@part_option(
    "--normalization", Normalization, "Normalise the inputs of each hidden activation to mean 0 and variance 1"
)
@regularizer_option("--dropout", Dropout, "RATE[,RATE...]")
@regularizer_option("--input-noise", InputNoise, "NUMBER")
@regularizer_option("--max-norm", MaxNorm, "NUMBER")
@regularizer_option("--label-smoothing", LabelSmoothing, "NUMBER")
@class_weight_option("Give all classes the same total weight, however many rows they have.")
@part_option("--averaging", Averaging, "Return the average of the weights over training")
@ensemble_option("Train K networks; the model is the mean of what they say.")
@click.option(
    "--calibration",
    type=click.Choice([*WAYS, "none"]),
    help="Make probabilities as sure as they are right on the validation rows.  [default: auto, for classes]",
)
@part_option("--stop", Stop, "Stop early, at the first of these conditions", multiple=True)
@click.option("--time", type=float, metavar="SECONDS", help="The same as --stop 'time_limit(seconds=...)'.")
@click.option(
    "--restarts",
    type=int,
    default=Recipe.restarts,
    show_default=True,
    help="Trainings from independent initial weights, of which the best is kept.",
)
@click.option("--patience", type=int, help="The same as --stop 'no_improvement(patience=...)'.")
@click.option(
    "--validation",
    type=float,
    metavar="FRACTION",
    help="Rows for choosing the best network; 0 for none.  [default: a fifth of those that are not held out]",
)
@click.option(
    "--refit/--no-refit",
    default=None,
    help="Train the network that was chosen once more, on training and validation rows.  "
    "[default: where that is possible, but of no table on the disk]",
)
@held_out_option("Rows held out for the final score.")
@click.option("--fold", metavar="k/K", help="Hold out the k-th of K parts of the rows instead, such as 2/5.")
@click.option(
    "--cv", type=click.IntRange(min=2), metavar="K", help="Train on each of K folds, and give mean and spread."
)
@click.option(
    "--seed",
    type=int,
    default=Recipe.seed,
    show_default=True,
    help="Seed of the split, the initial weights and the order of rows.",
)
@click.option(
    "--dtype", type=click.Choice(["float64", "float32"]), help="The type of numbers.  [default: the preset's]"
)
@click.option(
    "--engine", type=click.Choice(ENGINES), default=Recipe.engine, show_default=True, help="What computes the steps."
)
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    metavar="N",
    help="The most threads for a step; the model is the same for any number.  [default: the fastest number]",
)
@click.option(
    "--shards",
    type=int,
    metavar="N",
    help="Cut each batch into N parts, a power of two, whose gradients are added in a fixed order: the same bits on any number "
    "of processes.  [default: 1; 8 under mpiexec]",
)
@click.option(
    "--local-steps",
    type=int,
    metavar="N",
    default=Recipe.local_steps,
    show_default=True,
    help="Let each part train a copy of the network for N steps, and average the copies, where the wire is slow.",
)
@part_option("--compression", Compression, "Round gradients for sending, with error feedback, where the wire is slow")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="The model file.  [default: SOURCE.clearprop in this folder; none with --run, which has its own]",
)
@click.option(
    "--run", metavar="FOLDER", help="Keep the training in this folder: configuration, log, models, checkpoints."
)
@click.option(
    "--resume", metavar="FOLDER", help="Go on with the run in this folder; epochs, eta and stop may be other."
)
@click.option(
    "--checkpoint",
    type=float,
    default=EVERY,
    show_default=True,
    metavar="SECONDS",
    help="The time from one checkpoint to the next.",
)
@click.option("--tensorboard", is_flag=True, help="Also write the run's reports as TensorBoard's events.")
@click.option("--plot", metavar="FILE", help="Draw the loss curve: .svg, .png or .pdf.")
@report_option
@quiet_option
@json_option
@reading_options
def command(
    source: str,
    how: dict[str, Any],
    text: tuple[str, ...],
    patience: int | None,
    time: float | None,
    output: str | None,
    plot: str | None,
    report: str | None,
    quiet: bool,
    run: str | None,
    resume: str | None,
    checkpoint: float,
    tensorboard: bool,
    cv: int | None,
    as_json: bool,
    **choices: Any,
) -> bool:
    """Train a network on a table and write a model file.

    A fifth of the rows is held out and scored at the end. A model file that is named by -o is replaced when training is
    finished; any other file is not overwritten. Ctrl-C ends training, and the network so far is saved; a second one ends at
    once. With --run all of it is kept in a folder, and --resume goes on as if it had not been interrupted.
    """
    ranks = world()
    choices["stop"] = _stops(choices["stop"], patience, time)
    if ranks is not None:
        require_one_training(ranks, cv, choices)
    if ranks is not None and not ranks.is_first:
        return follow(ranks, read_for_training(source, text, how, ranks=ranks, **choices), kept=bool(run or resume))
    kept = Kept.of(run, resume, checkpoint, tensorboard)
    require_folds_alone(cv, kept, fold=choices["fold"], output=output, plot=plot, report=report)
    silent = quiet or as_json
    recipe, table = read_for_training(source, text, how, ranks=ranks, **choices)
    outputs = Outputs.checked(source, output, plot, report, kept=kept is not None)
    if cv is not None and kept is not None:
        return train_folds(cv, table, recipe, kept, silent=silent, as_json=as_json)
    planned = replace(plan(table, recipe), ranks=ranks)
    outputs.require_same_table(planned)
    if kept is not None:
        kept.require_continuable(planned, table)
    if not silent:
        print_plan(planned)
        if ranks is not None:
            print_ranks(ranks, planned, run or resume)
    with until_saved(silent=quiet) as deferred:
        with noted_warnings() as noted:
            fitted = _fit(planned, table, kept, silent=silent)
        outputs.write(planned, fitted, noted)
    if as_json:
        print_json({**outputs.to_json(), "run": run or resume, **fitted.model.facts})
    elif not quiet:
        outputs.print(fitted)
        _print_folder(run or resume, fitted)
    return deferred.asked or fitted.run.stopped_because == "interrupted"


def _stops(given: tuple[str, ...], patience: int | None, time: float | None) -> tuple[str, ...]:
    """The stop conditions; one that has an option of its own is replaced by it."""
    own = {"no_improvement": patience and f"(patience={patience})", "time_limit": time and f"(seconds={time})"}
    own = {name: text for name, text in own.items() if text}
    others = [each for each in given if find(Stop, each).name not in own]
    return (*others, *(f"{name}{text}" for name, text in own.items()))


def _fit(planned: Plan, table: Table, kept: Kept | None, *, silent: bool) -> Fit:
    with warnings.catch_warnings():
        if silent:
            warnings.simplefilter("ignore", TrainingWarning)
        if kept is not None:
            try:
                return kept.fit(planned, table, silent=silent)
            except SearchInterrupted:
                if not silent:
                    fact("run", _said_of_search(kept.folder))
                raise
        require_same_plan(planned)
        return carry_out(planned, progress=False if silent else None)


def _said_of_search(folder: RunFolder) -> str:
    """What a search that was interrupted has kept, and what goes on with it."""
    again, done = f"clearprop train --resume {folder}", len(trials_in(folder))
    if not done:
        return f"the search was interrupted in its first training; {again} goes on from here"
    is_kept = "is kept" if done == 1 else "are kept"
    return f"the search was interrupted; {count(done, 'training')} of it {is_kept}, and {again} goes on from here"


def _print_folder(folder: str | None, fitted: Fit) -> None:
    if folder is None:
        return
    fact("run", f"{strong(folder)}: {BEST}, {LAST}, {LOG}, checkpoints")
    if fitted.run.stopped_because == "interrupted":
        kept = RunFolder(folder)
        fact("", _said_of_search(kept) if states_in(kept) else f"clearprop train --resume {folder} goes on from here")
