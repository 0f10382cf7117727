"""`clearprop init`: writes a configuration with every choice of a training, each with what it is."""

from __future__ import annotations

import json
from typing import Any

import click

from ..fitting.recipe import Recipe
from ..io.files import writable, write_atomically
from ..runs.configuration import Choice, to_toml
from ..tuning.default_space import default_text
from .configured import NOT_IN_A_FILE
from .display import fact, print_json, quiet, strong
from .options import RowsText, json_option, target_option

SOURCE = "digits"
HEADING = (
    "A training of clearprop: `clearprop train {path}`. A line that begins with # is a choice that is not made, and then "
    "the default holds. Options on the command line win over this file. Paths are those of the folder you are in; a "
    "configuration may only write inside it."
)


@click.command("init")
@click.argument("path", required=False, metavar="[FILE]")
@click.option("--source", help="The table, a CSV file or a named data set.", default=SOURCE, show_default=True)
@target_option
@click.option(
    "--tune", is_flag=True, help="Write what `clearprop tune --space FILE` tries instead, FILE or space.toml."
)
@json_option
def command(path: str | None, source: str, target: str | None, tune: bool, as_json: bool) -> None:
    """Write a commented configuration, FILE or run.toml, for `clearprop train FILE`. No existing file is overwritten."""
    path = path or ("space.toml" if tune else "run.toml")
    place = writable(path)
    if place.exists():
        raise FileExistsError(f"{place} exists, so it is not overwritten; give another name")
    chosen = {"source": source, "target": target, "run": f"runs/{place.stem}"}
    text = _space(source, target) if tune else to_toml(choices(chosen), HEADING.format(path=path))
    write_atomically(place, text.encode())
    if as_json:
        print_json({"configuration": str(place)})
        return
    then = f"clearprop tune SOURCE --space {place}" if tune else f"clearprop train {place}"
    fact("written", f"{strong(str(place))} {quiet(f'edit it, and then: {then}')}")


def _space(source: str, target: str | None) -> str:
    """What `clearprop tune` tries, for a table of about 1,000 rows. ValueError for what it does not hold."""
    if target is not None or source != SOURCE:
        raise ValueError("a space holds no table; name it to clearprop tune SOURCE --target COLUMN --space FILE")
    return default_text()


def choices(chosen: dict[str, Any]) -> list[Choice]:
    """Every choice of a training, in the order and the words of the options of `clearprop train`."""
    from .train import command as train

    made = []
    for option in train.params:
        name = str(option.name)
        if name in NOT_IN_A_FILE:
            continue
        value = chosen.get(name, getattr(Recipe, name, None))
        is_empty = value is None or value == ()
        made.append(Choice(name, _about(option), None if is_empty else value, _example(option)))
    return made


def _about(option: click.Parameter) -> str:
    """What an option is for, with what it takes."""
    if not isinstance(option, click.Option):
        return "The table: a CSV file with a header, or a named data set such as moons(noise=0.2)."
    words = [option.help or ""]
    if isinstance(option.type, click.Choice):
        words.append(f"One of {', '.join(map(str, option.type.choices))}.")
    if option.multiple:
        words.append("A list: there may be several.")
    return " ".join(words)


def _example(option: click.Parameter) -> str:
    """How the choice is written where it is not made: its kind in place of a value."""
    if getattr(option, "is_flag", False):
        return "true"
    if isinstance(option.default, int | float):
        return str(option.default)
    if isinstance(option.type, click.Choice):
        return json.dumps(str(option.type.choices[0]))  # which is TOML too
    if isinstance(option.type, RowsText):
        return "32"
    if option.type in {click.INT, click.FLOAT}:
        return "1" if option.type is click.INT else "1.0"
    shown = f'"{option.make_metavar(click.Context(click.Command("train")))}"' if option.metavar else '"..."'
    shown = shown.replace(" | ", "|")
    return f"[{shown}]" if getattr(option, "multiple", False) else shown
