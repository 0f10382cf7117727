"""Refusal: an error in a table or in what is asked of it, with the options that mend it."""

from __future__ import annotations

from collections.abc import Sequence

WITH_A_TEXT = ("target", "ragged", "encoding", "decimal", "sheet", "table")
"""Options that Python takes by the same name."""
IN_PYTHON = {"--no-header": "header=False", "--in-memory": "on_disk=False"}
"""Options without a value, as Python says them."""


class Refusal(ValueError):
    """What is wrong, in words, and how to say what to do instead: options of the shell, and in a note keywords of Python.

    >>> refused = Refusal("column 'x' is broken", ["--ignore=x"])
    >>> str(refused), refused.__notes__
    ("column 'x' is broken", ["In Python: ignore=['x']"])
    """

    def __init__(
        self, message: str, options: Sequence[str] = (), *, look: bool = False, without: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.options = tuple(options)
        """Added to the command that was refused, they make it succeed."""
        self.without = tuple(without)
        """Options that have to be taken away from it."""
        self.look = look
        """Whether no option mends it, and a person has to look at the columns and choose another target."""
        if said := keywords(options):
            self.add_note(f"In Python: {said}")


def keywords(options: Sequence[str]) -> str:
    """Options of the shell as `load_table` and `fit` take them; empty where one of them is of the shell alone.

    >>> keywords(["--skip=2", "--no-header", "--na=?", "--na=-", "--kind=x=category"])
    "skip=2, header=False, na=['?', '-'], kinds={'x': 'category'}"
    """
    found: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    kinds: dict[str, str] = {}
    for option in options:
        name, _, value = option.removeprefix("--").partition("=")
        if option in IN_PYTHON:
            found[name] = IN_PYTHON[option]
        elif name == "skip":
            found[name] = f"skip={value}"
        elif name in {"na", "ignore"}:
            lists[name] = [*lists.get(name, []), value]
            found[name] = f"{name}={lists[name]}"
        elif name == "kind":
            column, _, kind = value.rpartition("=")
            kinds[column] = kind
            found[name] = f"kinds={kinds}"
        elif name in WITH_A_TEXT:
            found[name] = f"{name}={value!r}"
        else:
            return ""
    return ", ".join(found.values())
