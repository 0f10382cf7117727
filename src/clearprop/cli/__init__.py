"""The command line: one file for each command, imported when it is called. Only this room prints or exits."""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from itertools import pairwise
from typing import Any, NoReturn

import click

from ..callers import column_of, in_the_words_of_the_shell
from .display import tell
from .exits import ERROR, INTERRUPTED, OK
from .streams import write_anything

COMMANDS = {
    "plan": "Show what the columns of a table are, and what training makes of them.",
    "init": "Write a commented configuration for `train`.",
    "train": "Train a network on a table and write a model file.",
    "tune": "Search the choices of a training for a table, and train the best.",
    "runs": "Compare the runs in a folder, in a table and a picture.",
    "predict": "Predict the rows of a table with a model file.",
    "evaluate": "Measure a model file on a table with known targets.",
    "export": "Write a model file as ONNX, C, NumPy or JSON.",
    "explain": "Show the chain rule of one step, term by term.",
    "studio": "Write a page on which a network learns, live.",
    "diagnose": "Name the mistakes in derivatives worked out by hand.",
    "quiz": "Exercises on back-propagation, in the terminal, on paper or as a page.",
    "grade": "Run and judge other people's modules, with points.",
    "check": "Compare back-propagation with numeric derivatives.",
    "catalogue": "List every part with its formula and derivative.",
    "info": "Show what a model file holds, or what this installation can do.",
}


WITH_A_TARGET = {"plan", "train", "tune", "studio"}
"""Commands that take --target of a table."""
LAUNCHED = ("PMI_RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID")
"""Names of environment variables, one of which each process of a launcher has."""


class LazyGroup(click.Group):
    """Commands by name, imported on use; `--help` imports none of them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Without arguments the help, as `--help` prints it: of click, some releases show it as an error."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), color=ctx.color)
            ctx.exit()
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f".{name}", __name__).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(COMMANDS)}"
            raise click.UsageError(f"unknown command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="clearprop")
@click.option("--debug", is_flag=True, help="Show the full traceback of an error.")
@click.pass_context
def clearprop(ctx: click.Context, debug: bool) -> None:
    """Back-propagation you can read, check and see, at the speed of the machine."""
    ctx.obj = debug


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    """A warning as one line, without the place in the program."""
    tell(f"warning: {message}")


def _show(error: click.ClickException) -> None:
    """An error in how a command is called: its usage, where help is, and what is wrong."""
    ctx = getattr(error, "ctx", None)
    if ctx is not None:
        click.echo(ctx.get_usage(), err=True)
        tell(f"Try '{ctx.command_path} {max(ctx.help_option_names, key=len)}' for help.\n")
    tell(f"Error: {error.format_message()}")


def main(args: list[str] | None = None) -> None:
    """The command `clearprop`. An error that the user can correct is one line; `exits` has the exit statuses."""
    given = sys.argv[1:] if args is None else args
    write_anything()
    try:
        with warnings.catch_warnings(), in_the_words_of_the_shell(), _as_one_command(given):
            warnings.showwarning = _show_warning
            clearprop.main(args=args, prog_name="clearprop", standalone_mode=False)
    except click.ClickException as error:
        _show(error)
        _end(error.exit_code, error.format_message(), given)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # the reader of the output has closed it, as `head` does
        sys.stderr.close()
        sys.exit(OK)
    except (ValueError, OSError, ArithmeticError, ImportError, MemoryError) as error:
        if "--debug" in given:
            raise
        said = _said_by(error) + _command_that_works(error, given)
        tell(f"error: {said}")
        _end(ERROR, said, given)


def _said_by(error: BaseException) -> str:
    """What an error says. Of a folder in place of a file the system says it with a number, and not in these words."""
    if isinstance(error, IsADirectoryError) and error.filename is not None:
        return f"{error.filename} is a folder, and a file is needed here"
    return str(error) or "there is not enough memory"


def _as_one_command(given: list[str]) -> AbstractContextManager[None]:
    """A block for the processes of a launcher, which `launch` brings together; nothing for one that was started alone."""
    if not any(name in os.environ for name in LAUNCHED):
        return nullcontext()
    from .launch import as_one_command

    return as_one_command(given)


def _command_that_works(error: BaseException, args: list[str]) -> str:
    """The same command with the options that mend what was refused, if the error says which; one for each of several ways."""
    given, options, instead = args, getattr(error, "options", ()), getattr(error, "instead", {})
    for flag in getattr(error, "without", ()):
        args = _without_option(args, flag) if _values_of(args, flag) else args
    if instead:
        args = [instead.get(each, each) for each in args]
    if ways := getattr(error, "ways", {}):
        said = {gives: _command(args, more) for gives, more in ways.items()}
        if options:
            said[f"with {' '.join(options)}"] = _command(args, options)
        return "".join(["; say which:", *(f"\n  {gives}: {command}" for gives, command in said.items())])
    retargeted = any(each.startswith("--target=") for each in options)
    names = getattr(error, "names", ())
    if len(names) == 1 or (not retargeted and _lacks_target(args, names)):  # there are no inputs, or no such target
        return _plan_that_shows([*args, *options])
    if not (options or instead or args != given):
        return _plan_that_shows(args) if getattr(error, "look", False) else ""
    return f"{'' if str(error).endswith('?') else ';'} try: {_command(args, options)}"


def _command(args: list[str], options: Sequence[str]) -> str:
    """A command with more options, as it is typed. Each replaces the same option, of `--kind` that of the same column."""
    import shlex

    by_place = "--no-header" in options and _is_place(
        _values_of(args, "--target"), options
    )  # else it has no name any more
    if by_place or not WITH_A_TARGET & {*args}:
        options = [each for each in options if not each.startswith("--target=")]
    for option in options:
        flag, _, value = option.partition("=")
        if flag in {"--target", "--task", "--ragged", "--quote", "--skip", "--cv", "--run"}:
            args = _without_option(args, flag)
        elif flag == "--kind":
            args = _without_option(args, flag, f"{column_of(value)}=")
    return f"clearprop {shlex.join([*args, *options])}"


def _lacks_target(args: list[str], names: Sequence[str]) -> bool:
    """Whether the target that is given is none of the columns, where these are known."""
    given = _values_of(args, "--target")
    return bool(names and given) and not ({name.strip() for name in given} & {*names} or _is_place(given, ()))


def _is_place(given: list[str], options: Sequence[str]) -> bool:
    """Whether a target is given by its number, and there is such a column; the last one is among the options."""
    places = [each for each in given if re.fullmatch(r"[+-]?\d+", each)]
    last = next((int(each.partition("=")[2]) for each in options if each.startswith("--target=")), None)
    return bool(places) and (last is None or all(1 <= abs(int(each)) <= last for each in places))


def _plan_that_shows(args: list[str]) -> str:
    """The command that shows the columns, where another target is to be chosen; with what was said of how the table is read."""
    if not args or args[0] not in {"train", "plan"}:
        return ""
    import shlex

    from .plan import command as plan

    given, _, _ = import_module(f".{args[0]}", __name__).command.make_parser(click.Context(plan)).parse_args(args[1:])
    if given.get("source") is None or str(given["source"]).endswith(".toml"):
        return ""
    options = [
        text for each in plan.params if each.name not in {"target", "task", "as_json"} for text in _written(each, given)
    ]
    return f"; the columns are shown by: clearprop plan {shlex.join(options)}"


def _written(option: click.Parameter, given: dict[str, Any]) -> list[str]:
    """A parameter with its value as it is typed; nothing where it was not given."""
    value = given.get(str(option.name))
    if value is None:
        return []
    if isinstance(option, click.Argument):
        return [str(value)]
    if getattr(option, "is_flag", False):
        return [option.opts[0] if value else option.secondary_opts[0]]
    return [f"{option.opts[0]}={each}" for each in (value if isinstance(value, list) else [value])]


def _values_of(args: list[str], flag: str) -> list[str]:
    after = [value for each, value in pairwise(args) if each == flag]
    return after + [each.partition("=")[2] for each in args if each.startswith(f"{flag}=")]


def _without_option(args: list[str], flag: str, start: str = "") -> list[str]:
    """The arguments without an option, where its value begins with `start`."""
    kept: list[str] = []
    given = iter(args)
    for each in given:
        if each == flag:
            value = next(given, "")
            kept += [] if value.startswith(start) else [each, value]
        elif not each.startswith(f"{flag}={start}"):
            kept.append(each)
    return kept


def _end(status: int, said: str, given: list[str]) -> NoReturn:
    """Exit; a program that asked for JSON gets the error as JSON too."""
    if "--json" in given:
        click.echo(json.dumps({"error": said, "exit": status}))
    sys.exit(status)
