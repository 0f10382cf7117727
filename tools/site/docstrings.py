"""What the reference reads of the package: signatures as the source writes them, and sections of docstrings that are whole.

Sphinx is not needed here; `conf.py` gives it the results.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

UNDERLINE = re.compile(r"^[-=~]{3,}$")
OF_NAMES = ("Parameters", "Attributes", "Raises", "Warns")
"""Sections whose lines at the left are names, each with an indented text below it. Prose after them has its own heading."""
NAMES = re.compile(r"^\*{0,2}[\w.]+(, \*{0,2}[\w.]+)*( : .+)?$")
LITERALS: dict[Any, str] = {dict: "{}", list: "[]", tuple: "()", set: "set()"}


class Written(str):
    """An annotation or a default as it is written in the source, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return re.sub(r"\b(npt|np|random)\.", "", self)


def strays_of(lines: list[str]) -> list[str]:
    """Lines that stand in a section of names and are none: an example, or prose whose heading is missing."""
    section, strays = "", []
    for line, below in zip(lines, [*lines, ""][1:], strict=True):
        is_text = line and not line[0].isspace() and not UNDERLINE.match(line)
        if UNDERLINE.match(below):
            section = line
        elif is_text and section in OF_NAMES:
            if not (NAMES.match(line) and (below.startswith(" ") or section == "Raises")):
                strays.append(line)
        elif section not in ("", "Examples") and line.startswith(">>>"):
            strays.append(line)
    return strays


def signature_of(it: Callable[..., Any], what: str) -> tuple[str, str | None] | None:
    """Its parameters and its result, with `ArrayLike` as it is called, not as the six types that NumPy means by it."""
    try:
        found = inspect.signature(it)
    except (TypeError, ValueError):
        return None
    made = _made_anew(it) if what == "class" else {}
    parameters = []
    for each in found.parameters.values():
        if each.name == "self":
            continue
        default = Written(made[each.name]) if each.name in made else _default(each.default)
        annotation = Written(each.annotation) if isinstance(each.annotation, str) else each.annotation
        parameters.append(each.replace(annotation=annotation, default=default))
    given = found.return_annotation
    returns = repr(Written(given)) if isinstance(given, str) and what != "class" else None
    return str(found.replace(parameters=parameters, return_annotation=inspect.Signature.empty)), returns


def _made_anew(it: Any) -> dict[str, str]:
    """The defaults that a dataclass makes for each object, as they are written: `{}` for a field whose factory is `dict`."""
    factories = {each.name: each.default_factory for each in fields(it)} if is_dataclass(it) else {}
    return {name: LITERALS.get(factory, "...") for name, factory in factories.items() if factory is not MISSING}


def _default(value: Any) -> Any:
    """A class or a function by its name, which Python would read again; `...` where the name is private."""
    if value is inspect.Parameter.empty or not (inspect.isclass(value) or inspect.isroutine(value)):
        return value
    return Written("..." if value.__name__.startswith(("_", "<")) else value.__name__)
