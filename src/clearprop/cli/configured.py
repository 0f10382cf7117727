"""A command whose options may also come from a configuration: a TOML file, or that of a run folder. Options given win."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ..runs.configuration import inside, line_of, read_toml
from ..runs.folder import CONFIGURATION, RunFolder
from .options import RowsText
from .signals import Signals

WRITTEN = {"FILE", "FOLDER"}
"""The metavars of options that name what is written."""
EITHER = {"epochs": "steps", "steps": "epochs"}
"""Of these a person gives one, so that one given replaces the other."""
NOT_IN_A_FILE = {"resume", "help", "as_json"}


class Configured(click.Command):
    """SOURCE may be a TOML file, and `--resume` names a run folder, which has one.

    The command gives whether training was interrupted; the exit status is then that of the signal.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
        source, folder = given.get("source"), given.get("resume")
        file = source if isinstance(source, str) and source.endswith(".toml") else None
        if isinstance(folder, str):
            if file is not None:
                raise click.UsageError("a run goes on with its own configuration; leave the TOML file out", ctx)
            run = RunFolder(folder)
            run.require()
            self._configure(ctx, run.text(CONFIGURATION), str(run / CONFIGURATION), given)
            (ctx.default_map or {}).pop("run", None)  # it is the folder that was named
        elif file is not None:
            self._configure(ctx, _text(Path(file)), file, given)
        rest = super().parse_args(ctx, args)
        if file is not None:
            ctx.params["source"] = (ctx.default_map or {}).get("source")
        if ctx.params.get("source") is None and not ctx.resilient_parsing:
            raise click.UsageError("which table? give SOURCE, or --resume FOLDER for a run that goes on", ctx)
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        with Signals() as signals:
            interrupted = super().invoke(ctx)
        if interrupted:
            sys.exit(signals.status)

    def _configure(self, ctx: click.Context, text: str, name: str, given: dict[str, Any]) -> None:
        """Make the choices of a configuration the defaults. ValueError, with the line, for one that an option would refuse."""
        options = {each.name: each for each in self.params if each.name and each.name not in NOT_IN_A_FILE}
        choices = read_toml(text, options, name)
        for key, value in choices.items():
            choices[key] = self._checked(ctx, options[key], value, f"{name}{line_of(text, key)}")
        for one, other in EITHER.items():
            if given.get(one) is not None and given.get(other) is None:
                choices.pop(other, None)
        ctx.default_map = choices

    def _checked(self, ctx: click.Context, option: click.Parameter, value: Any, place: str) -> Any:
        if isinstance(value, dict) and option.multiple:
            value = [f"{name}={each}" for name, each in value.items()]
        if isinstance(value, list) and not option.multiple:
            value = ",".join(map(str, value))
        elif option.multiple and not isinstance(value, list):
            value = [value]
        is_flag = getattr(option, "is_flag", False)
        is_whole = option.type is click.INT or isinstance(option.type, RowsText)
        if isinstance(value, dict) or isinstance(value, bool) != is_flag or (is_whole and isinstance(value, float)):
            wanted = "true or false" if is_flag else "a whole number" if is_whole else "a value"
            raise ValueError(f"{place}: {option.name} must be {wanted}; given {value!r}")
        if getattr(option, "metavar", None) in WRITTEN:
            inside(str(value), place)
        try:
            option.type_cast_value(ctx, value)
        except click.BadParameter as error:
            raise ValueError(f"{place}: {option.name}: {error.message}") from None
        except (ValueError, TypeError, ArithmeticError) as error:
            raise ValueError(f"{place}: {error}") from None
        return value


def _text(path: Path) -> str:
    if not path.exists():
        raise FileNotFoundError(f"there is no file {path}; `clearprop init {path}` writes one")
    if not path.is_file():
        raise OSError(f"{path} is not an ordinary file")
    return RunFolder(path.resolve().parent).text(path.resolve().name)
