"""The trainings that are killed: every optimiser, schedule, sampling and so on of the catalogue, as command lines.

A new way to train needs one line in `OTHERS`.
"""

from __future__ import annotations

from dataclasses import dataclass

from clearprop.formulas.averaging import Averaging
from clearprop.formulas.catalogue import CATALOGUE, names
from clearprop.formulas.normalizations import Normalization
from clearprop.formulas.optimizers import Optimizer
from clearprop.formulas.schedules import Schedule
from clearprop.training.sampling import Sampling

ONE = ("--penalty", "l2(strength=0.001)")
"""Nothing is searched, so that kills are of the training."""
BASE = ("digits", "--layers", "24:relu", "--epochs", "60", "--validation", "0.1", *ONE)


@dataclass(frozen=True)
class Job:
    """A training by the command line, without its folder."""

    name: str
    arguments: tuple[str, ...]

    def life(self, run: str, begun: bool) -> tuple[str, ...]:
        """The arguments of a life in a folder: the first, or one that goes on."""
        if begun and "--cv" not in self.arguments:  # which goes on by the same command
            return ("train", "--resume", run)
        return ("train", *self.arguments, "--run", run)


def job(*arguments: str, of: tuple[str, ...] = BASE) -> Job:
    """A job of a short training with these arguments, which also name it."""
    return Job(" ".join(arguments) or "plain", (*of, *arguments))


OTHERS = (
    job(),
    job("--dropout", "0.2", "--input-noise", "0.1", "--max-norm", "3"),
    job("--label-smoothing", "0.1", "--class-weight", "balanced", "--penalty", "l1(strength=0.0001)"),
    job("--restarts", "3", "--epochs", "20"),
    job("--cv", "3", "--epochs", "30"),
    job(
        "moons(points=400)", "--layers", "8:tanh", "--restarts", "4", "--batch-size", "1", "--epochs", "60", *ONE, of=()
    ),
    job("--dtype", "float32", "--batch-size", "64", "--optimizer", "adam"),
    job("--engine", "numpy", "--epochs", "3", "--dropout", "0.3"),
    job("--batch-size", "1", "--epochs", "12"),
    job("--stop", "no_improvement(patience=2)", "--epochs", "200", "--optimizer", "adam"),
    job("--stop", "target_loss(value=0.1)", "--epochs", "200"),
    job("--layers", "16:prelu,8:tanh", "--epochs", "3"),
    job("diabetes", "--layers", "32:tanh", "--epochs", "60", "--optimizer", "adam", *ONE, of=()),
    job("blobs(points=300)", "--layers", "8:relu", "--epochs", "1500", "--optimizer", "adamw", *ONE, of=()),
    job("moons(points=300)", "--epochs", "10", of=()),  # these have a search before the training
    job("blobs(points=200)", "--epochs", "10", "--preset", "tabular", "--ensemble", "2", of=()),
)


def jobs() -> list[Job]:
    """Every job: those of the catalogue's parts, and the others. Each takes about half a second."""
    found = [job("--optimizer", each) for each in names(Optimizer) if each != "lbfgs"]
    found.append(job("--optimizer", "lbfgs", "--epochs", "350", "--penalty", "l2(strength=0.0001)"))
    found += [job("--eta", _schedule(each)) for each in names(Schedule)]
    found += [job("--sampling", each) for each in names(Sampling)]
    found += [job("--averaging", each) for each in names(Averaging)]
    found += [job("--normalization", each) for each in names(Normalization)]
    return [*found, *OTHERS]


def _schedule(name: str) -> str:
    """A schedule by its name, shorter than the training where it has a length."""
    return (
        f"{name}(steps=3000)" if "steps" in CATALOGUE["schedule"][name].__dataclass_fields__ and name in SPANS else name
    )


SPANS = {"cosine", "polynomial", "one_cycle"}
"""Schedules with one span, whose default would be the whole training."""
