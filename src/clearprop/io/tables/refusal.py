"""Refusal: an error in a table or in what is asked of it, with the options that mend it."""

from __future__ import annotations

from collections.abc import Sequence


class Refusal(ValueError):
    """What is wrong, in words, and how to say what to do instead: options of the shell, which `cp.fit` takes as keywords.

    >>> str(Refusal("column 'x' is broken", ["--ignore", "x"]))
    "column 'x' is broken"
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
