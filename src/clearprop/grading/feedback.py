"""What a person is told of each criterion, as much as the task allows; and what the teacher is told, which is all."""

from __future__ import annotations

from .criterion import Finding
from .grade import Graded, Row
from .task import LEVELS


def sentences(row: Row, level: str) -> list[str]:
    """What is said of a criterion. The numbers that are right are never said."""
    judged = row.judged
    if judged.ok:
        said = ["right"]
    elif judged.trouble:
        said = [judged.trouble]
    else:
        said = []
    missing = [name for name, right in judged.parts.items() if not right]
    if judged.conventions:
        said.append(f"right in another convention than the one that is asked for: {'; '.join(judged.conventions)}")
    for finding in judged.findings:
        said += _of(finding, level)
    if missing and not judged.ok and not judged.findings and not judged.conventions and not judged.trouble:
        said.append(f"wrong: {', '.join(missing)}")
    return [*said, *judged.remarks]


def _of(finding: Finding, level: str) -> list[str]:
    if finding.carried:
        return [finding.about]
    said = []
    if finding.entry:
        said.append(
            f"{finding.entry}, and that is wrong"
            if " is " in finding.entry or " has " in finding.entry
            else finding.entry
        )
    if level == LEVELS[0]:
        if finding.computed:
            said.append(f"computed: {finding.computed}")
        elif not finding.entry:
            said.append(finding.about)
        return said
    said.append(f"{finding.name}: {finding.about}")
    said += [f"computed: {finding.computed}"] if finding.computed else []
    said += [f"right: {finding.right}"] if level == LEVELS[2] and finding.right else []
    return [*said, finding.lesson] if finding.lesson else said


def number(points: float) -> str:
    """Points with at most two decimals."""
    return f"{round(points, 2):g}"


def lines_of(graded: Graded, level: str) -> list[str]:
    """One person's report as text."""
    lines = [f"{graded.name}: {number(graded.points)} of {number(graded.task.most)} points"]
    if graded.error:
        return [*lines, f"  {graded.error}"]
    width = max(len(row.name) for row in graded.rows)
    for row in graded.rows:
        first, *more = sentences(row, level) or [""]
        lines.append(f"  {row.name:<{width}}  {number(row.points)}/{number(row.most)}  {first}")
        lines += [f"  {'':<{width}}       {each}" for each in more]
    return lines


def summary_of(graded: Graded) -> str:
    """One person in a line: the mistakes by name, and what else happened."""
    wrong = [*([graded.error] if graded.error else []), *_troubles(graded), *graded.mistakes]
    return "; ".join([*(wrong or ["right"]), *_harmless(graded)])


def _harmless(graded: Graded) -> list[str]:
    """What cost no points and is to be told all the same."""
    rows = [row for row in graded.rows if row.judged.ok]
    said = {(row.name.partition(".")[0], remark) for row in rows for remark in row.judged.remarks}
    return [f"{module}: {remark}" for module, remark in sorted(said)]


def _troubles(graded: Graded) -> list[str]:
    if graded.error:
        return []
    troubles = [
        f"{row.name}: {row.judged.trouble}" for row in graded.rows if row.judged.trouble and not row.judged.findings
    ]
    return [
        *troubles,
        *(
            f"{row.name}: right in another convention ({'; '.join(row.judged.conventions)})"
            for row in graded.rows
            if row.judged.conventions
        ),
    ]
