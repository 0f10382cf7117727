"""Sheets in LaTeX: exercises to be worked out on paper, a variant a page or two, and their solutions at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..explanation.latex.pieces import sentence
from .exercise import LETTERS, Exercise

MARK = "% written by clearprop quiz"
PREAMBLE = (
    MARK
    + r"""
\documentclass[11pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage[a4paper,margin=24mm]{geometry}
\usepackage{amsmath,amssymb}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt plus 2pt}
\setlength{\emergencystretch}{3em}
\begin{document}
"""
)
SPACE = {"gradient": 7, "entry": 4, "mistake": 4, "order": 2}
"""Centimetres that are left to write in."""


class _Quiz(Protocol):
    @property
    def seed(self) -> int: ...
    @property
    def exercises(self) -> tuple[Exercise, ...]: ...


def sheets(quizzes: Sequence[_Quiz], title: str, *, solutions: bool) -> str:
    """One document: every variant on pages of its own, with its letter where there are several; then all solutions."""
    names = [f"{title}, variant {chr(65 + place)}" if len(quizzes) > 1 else title for place in range(len(quizzes))]
    pages = ["\n".join(_sheet(each, name)) for each, name in zip(quizzes, names, strict=True)]
    if solutions:
        pages += ["\n".join(_solutions(each, name)) for each, name in zip(quizzes, names, strict=True)]
    return PREAMBLE + "\n\\newpage\n".join(pages) + "\n\\end{document}\n"


def _sheet(quiz: _Quiz, name: str) -> list[str]:
    lines = [rf"{{\Large {sentence(name)}}}\hfill Name: \rule{{5cm}}{{.4pt}}\par\medskip"]
    for number, exercise in enumerate(quiz.exercises, 1):
        lines.append(rf"\begin{{minipage}}{{\linewidth}}\textbf{{{number}.}} {sentence(exercise.asks)}\par\smallskip")
        lines += [rf"{{\small {sentence(line)}}}\par" for line in exercise.given]
        lines += [
            rf"\quad {letter}\quad {sentence(each.plain)}\par"
            for letter, each in zip(LETTERS, exercise.choices, strict=False)
        ]
        lines.append(rf"\vspace{{{SPACE.get(exercise.kind, 0)}cm}}\end{{minipage}}\par\bigskip")
    return lines


def _solutions(quiz: _Quiz, name: str) -> list[str]:
    lines = [rf"{{\Large {sentence(name)}: solutions}}\hfill seed {quiz.seed}\par\medskip"]
    for number, exercise in enumerate(quiz.exercises, 1):
        lines.append(rf"\textbf{{{number}.}} {sentence(answer_of(exercise))}\par")
        lines += [rf"{{\small {sentence(hint)}}}\par" for hint in exercise.hints if exercise.form == "numbers"]
    return lines


def answer_of(exercise: Exercise) -> str:
    """The letter, where there is one, and the solution."""
    if exercise.form != "choice":
        return exercise.solution
    letter = next(letter for letter, each in zip(LETTERS, exercise.choices, strict=False) if each.right)
    return f"{letter}. {exercise.solution}"
