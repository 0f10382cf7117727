"""`clearprop info`: shows what a model file holds, or what this installation can do."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import numpy as np

from ..engines import processor_level
from ..engines.compiled import why_not
from ..io.model import Model
from ..io.model_file import load_model
from ..io.preprocessing import NumberColumn, Preprocessing, abbreviate
from .display import count, fact, forward, strong
from .summary import PARTS, measure, measure_name


@click.command("info")
@click.argument("model", required=False, metavar="[MODEL]")
def command(model: str | None) -> None:
    """Show what a model file holds; without one, what this installation can do."""
    if model is None:
        _print_installation()
    else:
        _print_model(load_model(model), Path(model))


def _print_installation() -> None:
    missing = why_not()
    fact("clearprop", strong(version("clearprop")))
    fact("engines", "numpy", "compiled" + (f": not used, {missing}" if missing else ""))
    fact("processor", f"{platform.machine()}, kernels of level {processor_level() or 'none'}")
    fact("NumPy", np.__version__)
    fact("Python", f"{platform.python_version()}, {sys.executable}")


def _print_model(model: Model, path: Path) -> None:
    net = model.network
    fact("model", f"{strong(str(path))}, {path.stat().st_size:,} bytes; its SHA-256 is correct, it was not altered")
    fact(
        "network", forward(f"{'-'.join(map(str, net.widths))}, {count(net.parameters.size, 'parameter')}, {net.dtype}")
    )
    for l in net.layers:
        normalized = f"{net.normalization[l]}, " if l in net.normalization else ""
        fact("" if l > 1 else "layers", f"{l}: {net.widths[l - 1]} to {net.widths[l]}, {normalized}{net.f[l]}")
    if model.preprocessing is None:
        fact("inputs", "a bare network: no names, no preprocessing")
    else:
        _print_preprocessing(model.preprocessing)
    _print_facts(dict(model.facts))


def _print_preprocessing(made: Preprocessing) -> None:
    numbers = [column.name for column in made.inputs if isinstance(column, NumberColumn)]
    lines = [f"{count(len(numbers), 'number')}, standardised: {abbreviate(numbers, 6)}"] if numbers else []
    lines += [
        f"{column.name!r}, text: {abbreviate(column.categories, 6)}"
        for column in made.inputs
        if not isinstance(column, NumberColumn)
    ]
    fact("inputs", *lines)
    what = f"{made.target.width} classes: {abbreviate(made.classes)}" if made.classes else "a number, standardised"
    fact("target", f"{strong(made.target.name)}, {what}")


def _print_facts(facts: dict[str, Any]) -> None:
    """The facts about training in the file, scores last."""
    scores = facts.pop("scores", {})
    lines = [f"{name.replace('_', ' ')} {value}" for name, value in facts.items() if value not in (None, [], "")]
    fact("training", *lines)
    for part, found in scores.items():
        measures = [
            f"{measure_name(name)} {measure(name, value)}"
            for name, value in found.items()
            if name not in {"rows", "loss"}
        ]
        fact(PARTS.get(part, part), f"{', '.join(measures)}, loss {found['loss']:.4g}, {count(found['rows'], 'row')}")
