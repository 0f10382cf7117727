"""check_part: a part of one's own, tried as the tests try those of the catalogue, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from ..formulas.catalogue import CATALOGUE, Part
from .part_rules import RULES


@dataclass(frozen=True)
class Tried:
    """One thing that is asked of a part, and what is wrong with it: empty where nothing is."""

    asked: str
    wrong: str = ""

    def __str__(self) -> str:
        return f"{'WRONG' if self.wrong else 'right'}  {self.asked}" + (f": {self.wrong}" if self.wrong else "")


@dataclass(frozen=True, repr=False)
class PartCheck:
    """The verdict of `check_part`; print it to read it."""

    part: Part
    tried: tuple[Tried, ...]

    @property
    def ok(self) -> bool:
        """Whether the part is right in all that was tried."""
        return not self.wrong

    @property
    def wrong(self) -> tuple[str, ...]:
        """What is wrong, a text for each thing that was asked."""
        return tuple(f"{each.asked}: {each.wrong}" for each in self.tried if each.wrong)

    def __repr__(self) -> str:
        verdict = "is right" if self.ok else f"is WRONG in {len(self.wrong)}"
        return f"{self.part.kind} {str(self.part)!r} {verdict} of {len(self.tried)} things that were tried"

    def __str__(self) -> str:
        return "\n".join([repr(self), *map(str, self.tried)])


def check_part(part: Part, *, seed: int = 0) -> PartCheck:
    """Whether a part of your own does what its kind asks for, and what is wrong.

    Its functions are called with values that are drawn by `seed` inside the sets that it declares. Looked at are shapes, types,
    derivatives against central differences, and what else the kind asks for. Nothing is said of values that were not drawn.

    TypeError for what is no part: a callback, a step size and a metric may be plain functions, which need no check.

    >>> from clearprop.formulas.activations import Elementwise
    >>> class Bent(Elementwise):
    ...     name = "bent"
    ...     def A(self, Z): return Z + 0.5 * np.sin(Z)
    ...     def dA_dZ(self, Z, A): return 0.5 * np.cos(Z)  # the 1 is missing
    >>> import numpy as np
    >>> check_part(Bent()).ok, check_part(Bent()).wrong[0][:29]
    (False, 'dL_dZ is the derivative of A:')
    """
    if not isinstance(part, Part):
        hint = "; give an instance of it, with ()" if isinstance(part, type) and issubclass(part, Part) else ""
        raise TypeError(
            f"check_part takes a part, such as an instance of a cp.Activation of yours; given {part!r}{hint}"
        )
    rules = [rule for kind, of_kind in RULES.items() if _is_of(part, kind) for rule in of_kind]
    if not rules:
        kinds = ", ".join(kind if isinstance(kind, str) else kind.__name__ for kind in RULES)
        raise TypeError(f"{type(part).__name__} is of no kind that can be checked; these are {kinds}")
    named = Tried("it has a name that no other part has", _why_no_name(part))
    return PartCheck(part, (named, *(_tried(part, rule, seed) for rule in rules)))


def _is_of(part: Part, kind: type | str) -> bool:
    return part.kind == kind if isinstance(kind, str) else isinstance(part, kind)


def _why_no_name(part: Part) -> str:
    if not part.name:
        return "name is empty, so that no message and no history can speak of it"
    other = CATALOGUE.get(part.kind, {}).get(part.name)
    taken = other is not None and other is not type(part)
    return f"{part.name!r} is the name of another {part.kind}, in the catalogue" if taken else ""


def _tried(part: Part, rule: object, seed: int) -> Tried:
    asked = " ".join((getattr(rule, "__doc__", "") or "").split()).rstrip(".")
    try:
        wrong = rule(part, seed)  # type: ignore[operator]  # a function of the table
    except Exception as error:  # noqa: BLE001 - whatever a part of one's own raises, it is what is wrong with it
        wrong = f"{type(error).__name__}: {error}"
    return Tried(asked, wrong or "")
