"""In whose words a message says what to give: options for who types a command, keywords for who calls a function.

A message is written once, with `give(...)` in the place of the words. The command line sets the shell's words; Python's are
those of everybody else.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

WITH_A_NUMBER = (
    "skip",
    "eta",
    "epochs",
    "steps",
    "batch_size",
    "validation",
    "test",
    "restarts",
    "ensemble",
    "threads",
    "shards",
)
"""Options that Python takes by the same name, with a number."""
WITH_A_TEXT = (
    "target",
    "task",
    "loss",
    "ragged",
    "quote",
    "encoding",
    "decimal",
    "sheet",
    "table",
    "query",
    "dtype",
    "class_weight",
    "calibration",
)
"""Options that Python takes by the same name, with a text."""
FLAGS = {
    "--no-header": "header=False",
    "--header": "header=True",
    "--in-memory": "on_disk=False",
    "--no-units": "units=False",
    "--units": "units=True",
    "--batch-size=all": "batch_size=None",
}
"""Options without a value, as Python says them."""
WITHOUT_VALUE = ("sheet", "table", "query", "ignore", "encoding", "kind")
"""Options that a message may name without saying what to give."""
_COLUMN_AND_KIND = re.compile(r"(.+)=([a-z/]+(?:\(.*\))?)", re.DOTALL)
_FOR_A_SHELL = ContextVar("_FOR_A_SHELL", default=False)


@contextmanager
def in_the_words_of_the_shell() -> Iterator[None]:
    """A block whose messages are read by somebody who typed a command."""
    token = _FOR_A_SHELL.set(True)
    try:
        yield
    finally:
        _FOR_A_SHELL.reset(token)


def for_a_shell() -> bool:
    """Whether messages are read by somebody who typed a command."""
    return _FOR_A_SHELL.get()


def give(*options: str) -> str:
    """Options of the shell, in the words of whoever reads the message.

    >>> give("--skip=2", "--no-header")
    'skip=2, header=False'
    >>> with in_the_words_of_the_shell():
    ...     give("--skip=2", "--no-header")
    '--skip 2 --no-header'
    """
    return " ".join(map(_typed, options)) if for_a_shell() else keywords(options)


def either(typed: str, called: str) -> str:
    """Words for who types a command, or those for who calls a function, where these are no options of the same name.

    >>> either("--run", "folder")
    'folder'
    """
    return typed if for_a_shell() else called


def _typed(option: str) -> str:
    """An option as a person types it: with a space before its value, unless this begins with a dash."""
    name, sign, value = option.partition("=")
    return f"{name}{sign if value.startswith('-') else ' '}{shlex.quote(value)}" if sign else option


def column_of(value: str) -> str:
    """The column of a value of --kind: price, of price=number(decimal=,)."""
    parts = _COLUMN_AND_KIND.fullmatch(value)
    return parts[1] if parts else value.rpartition("=")[0]


def keywords(options: Sequence[str]) -> str:
    """Options of the shell as `read_table` and `fit` take them; empty where one of them is of the shell alone.

    >>> keywords(["--skip=2", "--no-header", "--na=?", "--na=-", "--kind=x=category"])
    "skip=2, header=False, na=['?', '-'], kinds={'x': 'category'}"
    >>> keywords(["--sheet"])
    'sheet'
    """
    found: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    kinds: dict[str, str] = {}
    for option in options:
        name, sign, value = option.removeprefix("--").partition("=")
        name = name.replace("-", "_")
        if option in FLAGS:
            found[name] = FLAGS[option]
        elif not sign:
            if name not in WITHOUT_VALUE:
                return ""
            found[name] = "kinds" if name == "kind" else name
        elif name in WITH_A_NUMBER:
            found[name] = f"{name}={value}"
        elif name in {"na", "ignore"}:
            lists[name] = [*lists.get(name, []), value]
            found[name] = f"{name}={lists[name]}"
        elif name == "kind":
            parts = _COLUMN_AND_KIND.fullmatch(value)
            kinds |= {parts[1]: parts[2]} if parts else {}
            found[name] = f"kinds={kinds}"
        elif name in WITH_A_TEXT:
            found[name] = f"{name}={value!r}"
        else:
            return ""
    return ", ".join(found.values())
