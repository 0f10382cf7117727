"""The public interface as text, a line for each name: `python -m tests.interface` writes `tests/interface.txt` anew.

Names, arguments, defaults, members and options are there, and no annotations: what a change would break for a user.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click

import clearprop
from clearprop import course, estimators
from clearprop.cli import COMMANDS
from clearprop.cli import clearprop as command_line

FILE = Path(__file__).with_suffix(".txt")
SPECIAL = {"__call__", "__getitem__", "__iter__", "__len__"}
BY_SKLEARN = re.compile(r"set_\w+_request$")
"""Methods that scikit-learn writes into a class, others in each version."""


def interface() -> str:
    """All of it."""
    lines: list[str] = []
    for module in (clearprop, estimators, course):
        lines += [f"# {module.__name__}", *_names(module), ""]
    return "\n".join([*lines, "# the command line", *_commands(), ""])


def _names(module: ModuleType) -> Iterator[str]:
    for name in sorted(module.__all__):
        it = getattr(module, name)
        if inspect.isclass(it) and it.__module__.startswith("clearprop"):
            bases = ", ".join(base.__name__ for base in it.__bases__ if base is not object)
            yield f"class {name}{_arguments(it)}" + (f" of {bases}" if bases else "")
            yield from (f"    {member}" for member in _members(it))
        else:
            yield name + (_arguments(it) if inspect.isfunction(it) else "")


def _members(kind: type) -> Iterator[str]:
    """What a class defines, and its fields, also of bases that are no public names; what a public base has stands there."""
    own: dict[str, Any] = {}
    for each in reversed([base for base in kind.__mro__ if base is kind or _is_hidden(base)]):
        own |= dict.fromkeys(inspect.get_annotations(each)) | vars(each)
    shown = {name for name in own if (not name.startswith("_") or name in SPECIAL) and not BY_SKLEARN.match(name)}
    methods = {name for name in shown if callable(_function(own[name]))}
    if shown - methods:
        yield "." + " .".join(sorted(shown - methods))
    for name in sorted(methods):
        yield f"{name}{_arguments(_function(own[name]))}"


def _is_hidden(base: type) -> bool:
    return base.__module__.startswith("clearprop") and base.__name__ not in clearprop.__all__


def _function(member: Any) -> Any:
    """The function of a class method, of a static one, and of one that only some settings have."""
    return getattr(member, "__func__", None) or getattr(member, "fn", member)


def _arguments(it: Any) -> str:
    """Names, kinds and defaults, without annotations; nothing where Python cannot say them."""
    try:
        signature = inspect.signature(it)
    except (TypeError, ValueError):
        return ""
    shown = [
        each.replace(annotation=inspect.Parameter.empty, default=_default(each.default))
        for each in signature.parameters.values()
        if each.name != "self"
    ]
    return str(signature.replace(parameters=shown, return_annotation=inspect.Signature.empty))


class _Text(str):
    """A text that is shown as it is, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _default(value: Any) -> Any:
    """A default as it reads anywhere: of what has an address, its kind."""
    text = repr(value)
    return _Text(f"<{type(value).__name__}>") if " at 0x" in text else value


def _commands() -> Iterator[str]:
    context = click.Context(command_line)
    for name in COMMANDS:
        command = command_line.get_command(context, name)
        assert command is not None
        options = [each for each in command.params if isinstance(each, click.Option)]
        arguments = [str(each.human_readable_name) for each in command.params if isinstance(each, click.Argument)]
        names = [" ".join([*each.opts, *each.secondary_opts]).replace(" ", "/") for each in options]
        yield " ".join([name, *arguments, *sorted(names)])


if __name__ == "__main__":
    FILE.write_text(interface(), encoding="utf-8")
