"""`clearprop train`: trains a network on a table and writes a model file."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import click

from ..advice import TrainingWarning
from ..engines.choice import ENGINES
from ..fitting.fits import Fit, carry_out, plan
from ..fitting.presets import PRESETS
from ..fitting.recipe import DEFAULTS, Recipe
from ..formulas.activations import Activation
from ..formulas.averaging import Averaging
from ..formulas.catalogue import names
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
from ..io.tables.formats import TableFormat
from ..io.tables.named import Dataset
from ..training.calibration import METHODS
from ..training.sampling import Sampling
from ..training.stopping import Stop
from .display import fact, strong
from .options import column_options, part_option, read_for_training, regularizer_option, report_option
from .reading import reading_options, stem_of
from .reporting import noted_warnings, require_report, write
from .summary import print_fit, print_plan

TASK_DEFAULTS = "; ".join(
    f"{task}: {own.output_activation}, {own.loss}, with --optimizer sgd --eta {own.eta:g}"
    for task, own in DEFAULTS.items()
)


@click.command(
    "train",
    epilog=f"SOURCE is a file (of {', '.join(names(TableFormat))}), - for the standard input, or "
    f"one of {', '.join(names(Dataset))}, such as 'moons(noise=0.2)'. "
    "What you leave out is decided by --preset from the task and the number of rows, and printed before training. Defaults by "
    f"task are {TASK_DEFAULTS}; 'clearprop catalogue NAME' gives the step size of another optimiser.",
)
@click.argument("source")
@click.option("--target", metavar="COLUMN", help="The column to predict.")
@click.option(
    "--task", type=click.Choice(TASKS), help="By default classification if the target is text or has few values."
)
@column_options
@click.option(
    "--preset",
    type=click.Choice(list(PRESETS)),
    default=Recipe.preset,
    show_default=True,
    help="What decides whatever you leave out: fast takes a quarter of the time, tabular is the recipe RealMLP.",
)
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
@click.option("--batch-size", type=int, help="Rows in a step.  [default: the preset's, or all for lbfgs]")
@click.option("--epochs", type=float, help="Passes over the training rows.  [default: by the number of rows]")
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
@click.option(
    "--ensemble",
    type=click.IntRange(min=1),
    default=Recipe.ensemble,
    show_default=True,
    metavar="K",
    help="Train K networks; the model is the mean of what they say.",
)
@click.option(
    "--calibration",
    type=click.Choice([*METHODS, "none"]),
    help="Make probabilities as sure as they are right on the validation rows.  [default: temperature, for classes]",
)
@part_option("--stop", Stop, "Stop early, at the first of these conditions", multiple=True)
@click.option("--patience", type=int, help="The same as --stop 'no_improvement(patience=...)'.")
@click.option(
    "--validation",
    type=float,
    metavar="FRACTION",
    help="Rows for choosing the best network; 0 for none.  [default: a fifth of those that are not held out]",
)
@click.option(
    "--test",
    type=float,
    default=Recipe.test,
    show_default=True,
    metavar="FRACTION",
    help="Rows held out for the final score.",
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
@click.option("--engine", type=click.Choice(ENGINES), default=Recipe.engine, show_default=True)
@click.option("-o", "--output", metavar="FILE", help="The model file.  [default: SOURCE.clearprop in this folder]")
@click.option("--plot", metavar="FILE", help="Draw the loss curve: .svg, .png or .pdf.")
@report_option
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@reading_options
def command(
    source: str,
    how: dict[str, Any],
    text: tuple[str, ...],
    patience: int | None,
    output: str | None,
    plot: str | None,
    report: str | None,
    quiet: bool,
    **choices: Any,
) -> None:
    """Train a network on a table and write a model file.

    A fifth of the rows is held out and scored at the end. An existing model file is replaced when training is finished; any
    other file is not overwritten. Ctrl-C ends training, and the network so far is saved.
    """
    if patience is not None:
        choices["stop"] = (*choices["stop"], f"no_improvement(patience={patience})")
    recipe, table = read_for_training(source, text, how, **choices)
    path = _model_path(output or f"{stem_of(source)}.clearprop")
    if plot is not None:
        require_plots(writable(plot))
    require_report(report)
    planned = plan(table, recipe)
    if not quiet:
        print_plan(planned)
    with noted_warnings() as noted:
        if quiet:
            warnings.simplefilter("ignore", TrainingWarning)
        fitted = carry_out(planned, progress=False if quiet else None)
    save_model(fitted.model, path)
    if plot is not None:
        plot_losses(fitted.run.history, plot, title=f"{fitted.model.network}")
    if report is not None:
        from ..fitting.report import training_report

        write(report, training_report(planned, fitted, noted))
    if not quiet:
        print_fit(fitted, path, plot)
        if report is not None:
            fact("report", strong(report))
    _exit_if_interrupted(fitted)


def _model_path(output: str) -> Path:
    """The path of the model file, checked before training; only another model file may be overwritten."""
    path = writable(output)
    if path.exists() and path.stat().st_size:
        try:
            load_model(path)
        except ValueError:
            raise ValueError(f"{path} exists and is not a model file, so it is not overwritten") from None
    return path


def _exit_if_interrupted(fitted: Fit) -> None:
    if fitted.run.stopped_because == "interrupted":
        sys.exit(130)
