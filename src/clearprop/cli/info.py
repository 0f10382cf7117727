"""`clearprop info`: shows what a model file holds, or what this installation can do."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import numpy as np

from ..amounts import count, number
from ..columns.choices import ChoiceColumn
from ..columns.mean_targets import MeanColumn
from ..columns.prepared import DateColumn, NumberColumn
from ..engines import processor_level
from ..engines.compiled import why_not
from ..ensemble import Ensemble, networks_of
from ..fitting.wording import measure, measure_name
from ..formulas.scalings import Scaling, Standard
from ..io.model import Model
from ..io.model_file import load_model
from ..io.preprocessing import Preprocessing, abbreviate
from ..runs.environment import environment
from .display import fact, forward, print_json, strong
from .options import json_option
from .summary import part_name

FIRST_COLUMNS = 8


@click.command("info")
@click.argument("model", required=False, metavar="[MODEL]")
@click.option("--columns", is_flag=True, help="Show the mean and standard deviation of every column.")
@json_option
def command(model: str | None, columns: bool, as_json: bool) -> None:
    """Show what a model file holds; without one, what this installation can do."""
    if as_json:
        print_json(environment() if model is None else _document(load_model(model), model))
    elif model is None:
        _print_installation()
    else:
        _print_model(load_model(model), Path(model), None if columns else FIRST_COLUMNS)


def _document(model: Model, path: str) -> dict[str, Any]:
    """What a model file holds, as plain JSON; the weights are in the file."""
    nets = networks_of(model.network)
    net = nets[0]
    return {
        "model": path,
        "networks": len(nets),
        "widths": list(net.widths),
        "activations": [str(f) for f in net.activations],
        "normalizations": [None if part is None else str(part) for part in net.normalizations],
        "parameters": sum(each.parameters.size for each in nets),
        "dtype": str(net.dtype),
        "preprocessing": None if model.preprocessing is None else model.preprocessing.to_json(),
        "facts": dict(model.facts),
    }


def _print_installation() -> None:
    missing = why_not()
    fact("clearprop", strong(version("clearprop")))
    fact("engines", "numpy", "compiled" + (f": not used, {missing}" if missing else ""))
    fact("processor", f"{platform.machine()}, kernels of level {processor_level() or 'none'}")
    fact("NumPy", np.__version__)
    fact("Python", f"{platform.python_version()}, {sys.executable}")


def _print_model(model: Model, path: Path, most: int | None) -> None:
    function, nets = model.network, networks_of(model.network)
    net = nets[0]
    fact("model", f"{strong(str(path))}, {path.stat().st_size:,} bytes; its SHA-256 is correct, it was not altered")
    if isinstance(function, Ensemble):
        fact("ensemble", f"the mean of {count(len(nets), 'network')}; the first of them:")
    fact(
        "network", forward(f"{'-'.join(map(str, net.widths))}, {count(net.parameters.size, 'parameter')}, {net.dtype}")
    )
    for l in net.layers:
        normalized = f"{net.normalization[l]}, " if l in net.normalization else ""
        fact("" if l > 1 else "layers", f"{l}: {net.widths[l - 1]} to {net.widths[l]}, {normalized}{net.f[l]}")
    if model.preprocessing is None:
        fact("inputs", "a bare network: no names, no preprocessing")
    else:
        _print_preprocessing(model.preprocessing, most)
    _print_facts(dict(model.facts))


def _print_preprocessing(made: Preprocessing, most: int | None) -> None:
    """What the columns become, and by which numbers; of many numbers the first `most`."""
    numbers = [column for column in made.inputs if isinstance(column, NumberColumn)]
    lines = [f"{count(len(numbers), 'number')}, {_done(numbers[0].scaling)}"] if numbers else []
    lines += [_scaled(column) for column in numbers[:most]]
    if most is not None and len(numbers) > most:
        lines.append(f"and {len(numbers) - most:,} more; --columns shows them all")
    lines += [_other(column) for column in made.inputs if not isinstance(column, NumberColumn)]
    fact("inputs", *lines)
    if isinstance(made.target, NumberColumn):
        scaled = f"{_scaled(made.target)}; a prediction is output · standard deviation + mean"
        fact("target", f"{strong(made.target.name)}, a number, standardised", scaled)
    else:
        classes = abbreviate(made.target.labels)
        fact("target", f"{strong(made.target.name)}, {made.target.width} classes: {classes}")


def _scaled(column: NumberColumn) -> str:
    gaps = f", gaps are {column.fill:.6g} and marked" if column.marked else ""
    centre, spread = _words(column.scaling)
    words = f"{column.words[0]} is 0 and {column.words[1]} is 1, " if column.words else ""
    return f"{column.name!r}: {words}{centre} {column.mean:.6g}, {spread} {column.scale:.6g}{gaps}"


def _done(scaling: Scaling) -> str:
    """What is done to numbers, in words."""
    if scaling == Standard():
        return "standardised: (x − mean) / standard deviation"
    return f"scaled by {scaling}: {scaling.formula}"


def _words(scaling: Scaling) -> tuple[str, str]:
    return ("mean", "standard deviation") if scaling == Standard() else scaling.words


def _other(column: ChoiceColumn | MeanColumn | DateColumn) -> str:
    if isinstance(column, MeanColumn):
        return f"{_other(column.choice)}; the mean of {', '.join(column.of)} for each of {len(column.categories):,}"
    if isinstance(column, DateColumn):
        return f"{column.name!r}, a date: {', '.join(column.names)}"
    more = " and others together" * column.grouped + ", gaps marked" * column.marked
    return f"{column.name!r}, {'text' if column.is_text else 'a choice'}: {abbreviate(column.labels, 6)}{more}"


def _plain(value: Any) -> str:
    """A value of JSON without brackets and quotes; a number with the digits that people read."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(each)}" for name, each in value.items())
    return ", ".join(map(_plain, value)) if isinstance(value, list) else str(value)


def _searched(found: dict[str, Any]) -> list[str]:
    """What was searched and found, in lines."""
    space, known = found.get("space"), {"by", "trials", "trial", "value", "space"}
    of = "the first of one trial" if found.get("trials") == 1 else f"the best of {found.get('trials')} trials"
    value = found.get("value")
    by = f", by {found.get('by')}" + (f", {number(value)}" if isinstance(value, float) else "")
    states = ", ".join(f"{each} {name}" for name, each in found.items() if name not in known)
    lines = [f"trial {found.get('trial')}, {of}{by}" + (f"; {states}" if states else "")]
    if isinstance(space, dict):
        lines += [
            f"{name}: {' | '.join(_plain(each) or repr(each) for each in values)}" for name, values in space.items()
        ]
    return lines


def _print_facts(facts: dict[str, Any]) -> None:
    """The facts about training in the file, scores last."""
    scores, baselines = facts.pop("scores", {}), facts.pop("baselines", {})
    left_out = facts.pop("left_out", None) or {}
    if isinstance(left_out, dict) and left_out:
        fact("left out", *(f"{name}, {why}" for name, why in left_out.items()))
    searched = facts.pop("searched", None)
    lines = [
        f"{name.replace('_', ' ')} {_plain(value)}" for name, value in facts.items() if value not in (None, [], {}, "")
    ]
    fact("training", *lines)
    if isinstance(searched, dict):
        fact("search", *_searched(searched))
    for part, found in scores.items():
        measures = [
            f"{measure_name(name)} {measure(name, value)}"
            for name, value in found.items()
            if name not in {"rows", "loss"}
        ]
        fact(
            part_name(part, refit=bool(facts.get("refit_steps"))),
            f"{', '.join(measures)}, loss {number(found['loss'])}, {count(found['rows'], 'row')}",
        )
    if baselines:
        fact("beside it", f"{' and '.join(baselines)}, which `clearprop evaluate` measures on the same rows")
