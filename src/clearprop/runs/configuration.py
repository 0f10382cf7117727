"""Configurations as TOML: the choices of a training, each with what it is; read with the line of what is wrong."""

from __future__ import annotations

import json
import math
import re
import textwrap
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..formulas.catalogue import nearest

WIDTH = 100


@dataclass(frozen=True)
class Choice:
    """A choice that can be made in a configuration."""

    name: str
    about: str = ""
    """What it is, for the comment above it."""
    value: Any = None
    """The value; with None the line is a comment, which shows how it would be given."""
    example: str = "..."
    """What stands in that comment, as TOML."""


def to_toml(choices: Iterable[Choice], heading: str = "") -> str:
    """The text of a configuration, with a comment above each choice that has one."""
    blocks = [_comment(heading)] if heading else []
    for choice in choices:
        line = (
            f"# {choice.name} = {choice.example}" if choice.value is None else f"{choice.name} = {_value(choice.value)}"
        )
        blocks.append(_comment(choice.about) + line + "\n")
    separator = "\n" if any(choice.about for choice in choices) or heading else ""
    return separator.join(blocks)


def _comment(text: str) -> str:
    return "".join(f"{line}\n" for line in textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# "))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)  # TOML's words are inf and nan too
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_value(str(name))} = {_value(each)}' for name, each in value.items())}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_value(each) for each in value)}]"
    # JSON's escapes are TOML's, except for what is beyond 16 bits, which JSON would write as two halves, and delete.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def read_toml(text: str, known: Iterable[str], name: str) -> dict[str, Any]:
    """The choices of a configuration. ValueError, with the line, for bad TOML and for a key that is not known.

    A hyphen in a key is read as an underscore, as in an option of the command line.
    """
    given = read_any_toml(text, name)
    known = sorted(known)
    choices: dict[str, Any] = {}
    for key, value in given.items():
        place = f"{name}{line_of(text, key)}"
        as_option = key.replace("-", "_")
        if as_option not in known:
            raise ValueError(f"{place}: unknown key {key!r}{nearest(as_option, known)}")
        if as_option in choices:
            raise ValueError(f"{place}: {as_option!r} is given twice, with a hyphen and with an underscore")
        _require_plain(value, key, place)
        choices[as_option] = value
    return choices


def read_any_toml(text: str, name: str) -> dict[str, Any]:
    """What a TOML text holds, whatever its keys. ValueError, with the place, where it is not TOML."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name}: this is not TOML: {error or type(error).__name__}") from None


def _require_plain(value: Any, key: str, place: str) -> None:
    """ValueError for a value of a kind that no choice has, such as a date."""
    listed = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else [value]
    if not all(isinstance(each, str | int | float | bool) for each in listed):
        raise ValueError(
            f"{place}: {key} must be a text, a number, true or false, or several of these; given {value!r}"
        )


def line_of(text: str, key: str) -> str:
    """The line where a key is given, as ", line 7"; empty where it cannot be found."""
    written = re.compile(rf"""\s*(["']?){re.escape(key)}\1\s*[=.\]]""")
    for number, line in enumerate(text.splitlines(), 1):
        if written.match(line.lstrip("[ ")):
            return f", line {number}"
    return ""


def inside(path: str, place: str) -> str:
    """A path that a configuration names for writing. ValueError where it leads out of the present folder.

    A configuration may come from a stranger; what is given on the command line is not restricted.
    """
    from pathlib import Path

    here = Path.cwd().resolve()
    if Path(path).is_absolute() or not (here / path).resolve().is_relative_to(here):
        raise ValueError(
            f"{place}: {path!r} is outside this folder, and a configuration may only write inside it; "
            "give it on the command line"
        )
    return path


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs: by name the old value and the new one."""
    names = [*old, *(name for name in new if name not in old)]
    return {name: [old.get(name), new.get(name)] for name in names if old.get(name) != new.get(name)}
