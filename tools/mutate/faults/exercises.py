"""Faults of the exercises: a wrong answer that is right, a hint too much, a code that is believed."""

from __future__ import annotations

from ..fault import Fault

EXERCISES = [
    Fault(
        "a kink is in the exercise", "exercises/networks.py", "(Z == 0).any() or (Z < 0).sum() != 1", "(Z == 0).all()"
    ),
    Fault("hints cost nothing", "exercises/quizzes.py", "1 - HINT_COSTS * taken", "1"),
    Fault("a code of another quiz is graded", "exercises/quizzes.py", "result.seed != seed", "result.seed < 0"),
    Fault("a code that was cut is read", "exercises/codes.py", "!= parts[1].lower()", '== "x"'),
    Fault(
        "the factor that is asked for does not follow what is there",
        "exercises/of_trace.py",
        "partition('/')[0]",
        "partition('/')[2]",
    ),
    Fault("brackets of a vector are blanks", "exercises/qti.py", 'asked.replace("[", "(").replace("]", ")")', "asked"),
    Fault(
        "a half cannot be typed as a fraction",
        "exercises/qti.py",
        "    if value != round(value):\n",
        "    if value > 1e9:\n",
    ),
    Fault(
        "exercises of a report are taken in the order of their columns",
        "exercises/canvas_report.py",
        "for number in sorted(found)), strict=True)",
        "for number in found), strict=True)",
    ),
    Fault("the page judges otherwise", "exercises/quiz.js", "if (given !== exercise.order[place])", "if (given < 0)"),
]
