"""One criterion judged: which of its arrays are right, and the mistake in the others, named by the chain rule or by a slip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ..diagnosis import Diagnosis
from ..formulas.catalogue import Array
from .answers import Values
from .criterion import Answers, Criterion, Finding, Given, agree

SQUARE = " (square)"
"""The same script with as many inputs as units, for a matrix whose transpose does not multiply otherwise."""

UNKNOWN = "unknown"
"""The name of a finding that is no mistake of the catalogue."""


@dataclass(frozen=True)
class Judged:
    """What came of one criterion."""

    criterion: Criterion
    parts: Mapping[str, bool] = field(default_factory=dict)
    """For each array whether it is right."""
    findings: tuple[Finding, ...] = ()
    conventions: tuple[str, ...] = ()
    """In which it is right, but not the interface's."""
    trouble: str = ""
    """Why there are no numbers: an error, a missing class."""
    remarks: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything is as the interface has it."""
        return bool(self.parts) and all(self.parts.values()) and not self.trouble


def judged(
    criterion: Criterion,
    given: Given,
    values: Values,
    square: tuple[Given, Values] | None = None,
    *,
    failed_before: bool = False,
) -> Judged:
    """A script's values against what is right. Where what it stands on has failed, it is judged by the script that did not."""
    if failed_before and square is not None and values.error and not square[1].error:
        result = judged(criterion, *square)
        return replace(
            result,
            remarks=(*result.remarks, f"tried with square matrices, since {criterion.stands_on} fails otherwise"),
        )
    wanted = criterion.right(given, values.arrays)
    answers = {name: array for name, array in values.arrays.items() if name in wanted}
    parts = {name: name in answers and agree(answers[name], right) for name, right in wanted.items()}
    remarks = tuple(
        f"{method} changes an array that it was given; work on a copy"
        for method in dict.fromkeys(each.split()[-1].split("|")[0] for each in values.changed)
    )
    trouble = _trouble(values, wanted)
    result = Judged(criterion, parts, trouble=trouble, remarks=remarks)
    if all(parts.values()):
        return replace(result, trouble="")
    if values.absent:  # numbers were given to an attribute that the program does not use
        return replace(result, trouble="; ".join(dict.fromkeys(values.absent)))
    named = _named(result, given, answers, wanted)
    told = bool(named.conventions) or any(each.name != UNKNOWN for each in named.findings)
    if square is None or (told and not trouble):
        return named
    found = _of_square(criterion, *square)
    return replace(result, findings=found) if found else named


def _trouble(values: Values, wanted: Answers) -> str:
    if values.missing:
        return f"there is no class {' and no class '.join(values.missing)}"
    if values.error:
        return values.error
    if none := [f"{name} is {values.no_numbers[name] or 'no number'}" for name in wanted if name in values.no_numbers]:
        return f"{', '.join(none)}, and not an array of numbers"
    return ""


def _of_square(criterion: Criterion, given: Given, values: Values) -> tuple[Finding, ...]:
    """The mistakes that show where a transposed matrix multiplies."""
    result = judged(criterion, given, values)
    return tuple(each for each in result.findings if each.name != UNKNOWN)


def _named(result: Judged, given: Given, answers: dict[str, Array], wanted: Answers) -> Judged:
    criterion = result.criterion
    wrong = [name for name, right in result.parts.items() if not right and name in answers]
    if not wrong:
        return result
    slips = tuple(criterion.named(given, answers, wrong))
    if slips:
        return replace(result, findings=tuple(replace(each, entry=_entry(answers, wanted, wrong)) for each in slips))
    found = _diagnosed(criterion, given, answers)
    if found is None:
        return replace(result, findings=(unknown(criterion, answers, wanted, wrong),))
    if found.ok:
        usual = criterion.diagnosis(given, wanted)
        told = [each for each in found.conventions if usual is None or each not in usual.conventions]
        if told:
            return replace(result, conventions=tuple(told))
        return replace(result, findings=(unknown(criterion, answers, wanted, wrong),))
    findings = tuple(
        replace(Finding.of(each), entry=_entry(answers, wanted, wrong))
        if each.known
        else unknown(criterion, answers, wanted, wrong)
        for each in found.mistakes
    )
    return replace(result, findings=findings)


def _diagnosed(criterion: Criterion, given: Given, answers: Answers) -> Diagnosis | None:
    try:
        return criterion.diagnosis(given, answers)
    except (ValueError, KeyError):  # shapes that fit no convention
        return None


def unknown(criterion: Criterion, answers: Answers, wanted: Answers, wrong: list[str]) -> Finding:
    """None that is known: what was never computed, or none of the mistakes."""
    if empty := [name for name in wrong if not answers[name].any()]:
        return Finding(
            "all_zero",
            f"{' and '.join(empty)} {'are' if len(empty) > 1 else 'is'} 0 everywhere.",
            f"{' = '.join(empty)} = 0",
            criterion.rule,
            "It was made of zeros and never filled, or what it is computed from was set to 0 before.",
            _entry(answers, wanted, wrong),
        )
    return Finding(
        UNKNOWN,
        "None of the mistakes that are known.",
        "",
        criterion.rule,
        "Work out one entry by hand, term by term.",
        _entry(answers, wanted, wrong),
    )


def _entry(answers: Answers, wanted: Answers, wrong: list[str]) -> str:
    """The first wrong array with its shape, or the place of its first wrong entry; never what is right."""
    name = wrong[0]
    given, right = answers[name], wanted[name]
    if given.shape != right.shape:
        return f"{name} has shape {given.shape}"
    largest = float(np.max(np.abs(right), initial=1e-3))
    off = ~np.isclose(given, right, rtol=1e-6, atol=1e-8 * largest, equal_nan=True)
    if given.ndim == 0 or not off.any():
        return f"{name} is {float(given.ravel()[0]):.6g}" if given.size else name
    place = tuple(int(i) for i in np.argwhere(off)[0])
    return f"{name}[{', '.join(map(str, place))}] is {float(given[place]):.6g}"


def credit_of(result: Judged, credit: Mapping[str, float]) -> float:
    """The share of the points: of each array that is right, and what the rubric gives for conventions and known mistakes."""
    if result.ok:
        return 1.0
    if not result.parts:
        return 0.0
    right = sum(result.parts.values()) / len(result.parts)
    partly = 0.0
    if result.conventions:
        partly = credit.get("convention", 0.0)
    elif result.findings:
        partly = min(_best(each, credit) for each in result.findings)
    return right + (1 - right) * partly


def _best(finding: Finding, credit: Mapping[str, float]) -> float:
    """What the rubric gives for a mistake; for several that cannot be told apart, the most."""
    return max((credit.get(name, 0.0) for name in finding.name.split(" or ")), default=0.0)
