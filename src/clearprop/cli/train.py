"""`clearprop train`: trains a network on a table and writes a model file."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import click

from ..advice import TrainingWarning
from ..engines.choice import ENGINES
from ..fitting.fits import Fit, Plan, carry_out, plan
from ..fitting.recipe import BATCH_SIZE, DEFAULTS, Recipe
from ..formulas.activations import Activation
from ..formulas.averaging import Averaging
from ..formulas.catalogue import find, names
from ..formulas.initializers import Initializer
from ..formulas.losses import Loss
from ..formulas.normalizations import Normalization
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.regularizers import Dropout, InputNoise, LabelSmoothing, MaxNorm
from ..formulas.schedules import Schedule
from ..io.files import writable
from ..io.model_file import load_model, save_model
from ..io.plots import plot_losses, require_plots
from ..io.preprocessing import TASKS
from ..io.tables.datasets import load_table
from ..io.tables.named import Dataset
from ..runs.folder import BEST, LAST, LOG
from ..runs.keeper import EVERY
from ..training.sampling import Sampling
from ..training.stopping import Stop
from ..training.training import EPOCHS
from .configured import Configured
from .display import fact, print_json, strong
from .folds import require_folds_alone, train_folds
from .kept import Kept
from .options import json_option, part_option, regularizer_option
from .summary import print_fit, print_plan

TASK_DEFAULTS = "; ".join(
    f"{task}: {own.output_activation}, {own.loss}, --eta {own.eta:g}, --penalty {own.penalty}"
    for task, own in DEFAULTS.items()
)


@click.command(
    "train",
    cls=Configured,
    epilog=f"SOURCE is a CSV file with a header, one of {', '.join(names(Dataset))}, such as 'moons(noise=0.2)', or a TOML "
    "file of such choices, which `clearprop init` writes. "
    f"Defaults by task are {TASK_DEFAULTS}. This --eta is for plain SGD; 'clearprop catalogue NAME' gives that of "
    "another optimiser.",
)
@click.argument("source", required=False)
@click.option("--target", metavar="COLUMN", help="The column to predict.")
@click.option(
    "--task", type=click.Choice(TASKS), help="By default classification if the target is text or has few values."
)
@click.option("--text", multiple=True, metavar="COLUMN", help="A column that is text, although it looks like numbers.")
@click.option("--ignore", multiple=True, metavar="COLUMN", help="A column to leave out.")
@click.option(
    "--layers", default=Recipe.layers, show_default=True, metavar="WIDTH:ACTIVATION,...", help="Hidden layers."
)
@part_option("--output-activation", Activation, "The activation of the last layer; by default that of the task")
@part_option("--loss", Loss, "The loss; by default that of the task")
@part_option("--penalty", Penalty, "The penalty added to the loss, or `none`; by default that of the task", none=True)
@part_option("--optimizer", Optimizer, "The optimiser", default=Recipe.optimizer)
@click.option(
    "--eta", help=f"The step size: a number, or one of {', '.join(names(Schedule))}.", metavar="NUMBER|SCHEDULE"
)
@click.option("--batch-size", type=int, help=f"Rows in a step.  [default: {BATCH_SIZE}, or all for lbfgs]")
@click.option("--epochs", type=float, help=f"Passes over the training rows.  [default: {EPOCHS}]")
@click.option("--steps", type=int, help="Steps, instead of epochs.")
@part_option("--sampling", Sampling, "How rows are drawn", default=Recipe.sampling)
@part_option("--init", Initializer, "How the initial weights are drawn", default=Recipe.init)
@part_option(
    "--normalization", Normalization, "Normalise the inputs of each hidden activation to mean 0 and variance 1"
)
@regularizer_option("--dropout", Dropout, "RATE[,RATE...]")
@regularizer_option("--input-noise", InputNoise, "NUMBER")
@regularizer_option("--max-norm", MaxNorm, "NUMBER")
@regularizer_option("--label-smoothing", LabelSmoothing, "NUMBER")
@click.option(
    "--class-weight",
    type=click.Choice(["balanced"]),
    help="Give all classes the same total weight, however many rows they have.",
)
@part_option("--averaging", Averaging, "Return the average of the weights over training")
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
    default=Recipe.validation,
    show_default=True,
    metavar="FRACTION",
    help="Rows for choosing the best network.",
)
@click.option(
    "--test",
    type=float,
    default=Recipe.test,
    show_default=True,
    metavar="FRACTION",
    help="Rows held out for the final score.",
)
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
    "--dtype",
    type=click.Choice(["float64", "float32"]),
    default=Recipe.dtype,
    show_default=True,
    help="The type of numbers.",
)
@click.option(
    "--engine", type=click.Choice(ENGINES), default=Recipe.engine, show_default=True, help="What computes the steps."
)
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
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@json_option
def command(
    source: str,
    text: tuple[str, ...],
    ignore: tuple[str, ...],
    patience: int | None,
    time: float | None,
    output: str | None,
    plot: str | None,
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
    kept = Kept.of(run, resume, checkpoint, tensorboard)
    require_folds_alone(cv, kept, output, plot, choices["fold"])
    choices["stop"] = _stops(choices["stop"], patience, time)
    recipe, silent = Recipe(**choices), quiet or as_json
    path = _model_path(source, output, kept)
    if plot is not None:
        require_plots(writable(plot))
    table = load_table(source, text=text).without(ignore)
    if cv is not None and kept is not None:
        return train_folds(cv, table, recipe, kept, silent=silent, as_json=as_json)
    planned = plan(table, recipe)
    if output is None:
        _require_same_table(path, planned)
    if not silent:
        print_plan(planned)
    fitted = _fit(planned, kept, silent=silent)
    if path is not None:
        save_model(fitted.model, path)
    if plot is not None:
        plot_losses(fitted.run.history, plot, title=f"{fitted.model.network}")
    if as_json:
        print_json({"model": path and str(path), "run": run or resume, "plot": plot, **fitted.model.facts})
    elif not quiet:
        print_fit(fitted, path, plot)
        _print_folder(run or resume, fitted)
    return fitted.run.stopped_because == "interrupted"


def _stops(given: tuple[str, ...], patience: int | None, time: float | None) -> tuple[str, ...]:
    """The stop conditions; one that has an option of its own is replaced by it."""
    own = {"no_improvement": patience and f"(patience={patience})", "time_limit": time and f"(seconds={time})"}
    own = {name: text for name, text in own.items() if text}
    others = [each for each in given if find(Stop, each).name not in own]
    return (*others, *(f"{name}{text}" for name, text in own.items()))


def _fit(planned: Plan, kept: Kept | None, *, silent: bool) -> Fit:
    with warnings.catch_warnings():
        if silent:
            warnings.simplefilter("ignore", TrainingWarning)
        if kept is not None:
            return kept.fit(planned, silent=silent)
        return carry_out(planned, progress=False if silent else None)


def _print_folder(folder: str | None, fitted: Fit) -> None:
    if folder is None:
        return
    fact("run", f"{strong(folder)}: {BEST}, {LAST}, {LOG}, checkpoints")
    if fitted.run.stopped_because == "interrupted":
        fact("", f"clearprop train --resume {folder} goes on from here")


def _model_path(source: str, output: str | None, kept: Kept | None) -> Path | None:
    """The path of the model file, checked before training; only another model file may be overwritten.

    None for a run whose model is in its folder only.
    """
    if output is None and kept is not None:
        return None
    path = writable(output or f"{Path(source.partition('(')[0]).stem}.clearprop")
    if path.exists() and path.stat().st_size:
        try:
            load_model(path)
        except ValueError:
            raise ValueError(f"{path} exists and is not a model file, so it is not overwritten") from None
    return path


def _require_same_table(path: Path | None, planned: Plan) -> None:
    """ValueError where a model file that was not named by -o is of another table: two tables may have one name."""
    if path is None or not path.exists() or not path.stat().st_size:
        return
    old, new = load_model(path).facts, planned.start.facts
    if old.get("source") != new["source"] and old.get("table") != new["table"]:
        raise ValueError(
            f"{path} holds a model of another table, {old.get('source', 'which it does not name')}, so it is not "
            f"overwritten unasked; give a name, -o FILE, or -o {path} to replace it"
        )
