"""Refusal: an error in a table or in what is asked of it, with the options that mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...callers import keywords

NOTHING_THERE = (
    "no option mends that: take another file, or put the names of the columns in its first line and a row in each below"
)
"""What is said of a table without a row."""


class Refusal(ValueError):
    """What is wrong, in words, and how to say what to do instead: options of the shell, and in a note keywords of Python.

    >>> refused = Refusal("column 'x' is broken", ["--ignore=x"])
    >>> str(refused), refused.__notes__
    ("column 'x' is broken", ["In Python: ignore=['x']"])
    """

    def __init__(
        self,
        message: str,
        options: Sequence[str] = (),
        *,
        look: bool = False,
        without: Sequence[str] = (),
        ways: Mapping[str, Sequence[str]] | None = None,
        instead_of_these: Sequence[Sequence[str]] = (),
        names: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.options = tuple(options)
        """Added to the command that was refused, they make it succeed."""
        self.instead_of_these = tuple(map(tuple, instead_of_these))
        """Other options, for a file that they mend and `options` do not."""
        self.names = tuple(names)
        """The columns that the table then has, if they are known."""
        self.ways = {gives: tuple(each) for gives, each in (ways or {}).items()}
        """Where values have several meanings: the options for each, by what they give. A person has to choose one."""
        self.without = tuple(without)
        """Options that have to be taken away from it."""
        self.look = look
        """Whether no option mends it, and a person has to look at the columns and choose another target."""
        if said := " or ".join(filter(None, map(keywords, [options, *self.ways.values()]))):
            self.add_note(f"In Python: {said}")

    @classmethod
    def of_all(cls, refused: Sequence[Refusal]) -> Refusal:
        """One for several columns, so that its options mend all of them; the message is that of the first."""
        first = next((each for each in refused if each.ways), refused[0])
        others = len(refused) - 1
        if not others:
            return first
        options = (
            [option for each in refused for option in each.options] if all(each.options for each in refused) else []
        )
        ways = {
            gives: [
                option for each in refused for option in ([*each.ways.values()][place : place + 1] or [each.options])[0]
            ]
            for place, gives in enumerate(first.ways)
        }
        more = "another column has" if others == 1 else f"{others} other columns have"
        return cls(f"{first}; {more} such a fault too", list(dict.fromkeys(options)), ways=ways)
