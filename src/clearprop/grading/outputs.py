"""Grades as files: a page for each person, a table, and the results that Gradescope reads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from ..fitting.report_html import Section, page
from .feedback import number, sentences, summary_of
from .grade import Graded

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""


def page_of(graded: Graded) -> str:
    """One person's page; it needs no internet connection."""
    level = graded.task.feedback
    result = [f"{number(graded.points)} of {number(graded.task.most)} points."]
    sections = [Section("Result", (*result, *([_sentence(graded.error)] if graded.error else [])))]
    if not graded.error:
        rows = tuple(
            (row.name, f"{number(row.points)} of {number(row.most)}", _sentence(". ".join(sentences(row, level))))
            for row in graded.rows
        )
        sections.append(Section("Methods", table=(("method", "points", ""), *rows), numbers=False))
    about = tuple((row.name, row.judged.criterion.about) for row in graded.rows)
    sections.append(Section("What was tried", table=(("method", ""), *about), numbers=False))
    return page(f"{graded.task.title}: {graded.name}", sections)


def _sentence(text: str) -> str:
    """A sentence; the name of an array at its beginning, dLdW, stays as it is."""
    first = text.partition(" ")[0].rstrip(".:")
    text = f"{text[:1].upper()}{text[1:]}" if first.islower() else text
    return f"{text}{'' if text.endswith(('.', ')')) else '.'}"


def table_of(grades: Sequence[Graded]) -> str:
    """CSV for the teacher: a row for each person, with all names of mistakes."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    names = list(grades[0].task.points) if grades else []
    writer.writerow(["name", "points", "most", *names, "found"])
    for graded in grades:
        points = [number(row.points) for row in graded.rows]
        writer.writerow(
            [_cell(graded.name), number(graded.points), number(graded.task.most), *points, _cell(summary_of(graded))]
        )
    return file.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def gradescope_of(graded: Graded) -> str:
    """One person's `results.json`: https://gradescope-autograders.readthedocs.io/en/latest/specs/"""
    tests = []
    for row in graded.rows:
        said = [graded.error] if graded.error else sentences(row, graded.task.feedback)
        tests.append(
            {
                "name": row.name,
                "score": round(row.points, 4),
                "max_score": row.most,
                "status": "passed" if row.judged.ok else "failed",
                "output": "\n".join([row.judged.criterion.about, *said]),
                "visibility": "visible",
            }
        )
    document = {
        "score": round(graded.points, 4),
        "output": graded.error or graded.task.title,
        "output_format": "text",
        "tests": tests,
    }
    return json.dumps(document, indent=1, allow_nan=False)
