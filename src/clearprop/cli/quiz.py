"""`clearprop quiz`: exercises in the terminal, as sheets in LaTeX, or as a page."""

from __future__ import annotations

from textwrap import indent
from typing import Any

import click
from click.core import ParameterSource

from ..exercises import KINDS, Quiz, quiz, variants
from ..exercises.exercise import Exercise
from ..exercises.latex import MARK, sheets
from ..exercises.qti import MARK as QTI_MARK
from ..exercises.text import how_of, question_of
from ..io.files import has_mark, write_atomically
from .display import quiet, say, strong
from .replacing import force_option, require_replaceable


@click.command("quiz")
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Which exercises are drawn."
)
@click.option(
    "--kind", "kinds", type=click.Choice(list(KINDS)), multiple=True, help="What is asked; all kinds by default."
)
@click.option("--count", type=click.IntRange(1, 50), help="How many exercises; one of each kind by default.")
@click.option("--html", metavar="FILE", help="Write a page that judges by itself.")
@click.option(
    "--exam",
    is_flag=True,
    help="The page of an exam: no hints, no verdicts, and no answers in it. With --html and --seed.",
)
@click.option("--latex", metavar="FILE", help="Write sheets with their solutions.")
@click.option("--qti", metavar="FILE", help="Write a zip of QTI 1.2, for Canvas.")
@click.option(
    "--variants",
    "number",
    type=click.IntRange(1, 26),
    default=1,
    show_default=True,
    help="Sheets as hard, for --latex.",
)
@click.option("--title", default="Back-propagation", show_default=True, help="Of the page or the sheets.")
@force_option
def command(
    seed: int,
    kinds: tuple[str, ...],
    count: int | None,
    html: str | None,
    exam: bool,
    latex: str | None,
    qti: str | None,
    number: int,
    title: str,
    force: bool,
) -> None:
    """Exercises on back-propagation, with hints; a wrong answer is told what it computed.

    In the terminal answer with a letter, letters in an order, or numbers; `h` gives a hint, an empty line goes on, `q` ends.
    """
    if number > 1 and latex is None:
        raise click.UsageError("--variants is of sheets; give --latex FILE")
    if exam and html is None:
        raise click.UsageError("--exam is of a page; give --html FILE")
    if exam and click.get_current_context().get_parameter_source("seed") is ParameterSource.DEFAULT:
        raise click.UsageError("answers follow from the seed; give --seed, a number that nobody guesses, for --exam")
    asked = quiz(seed, kinds=kinds or None, count=count)
    if html is not None:
        require_replaceable("--html", html, reads=(), force=force)
        write_atomically(html, asked.html(title=title, exam=exam).encode())
        say(f"wrote {html}; its code is graded by: clearprop grade --quiz CODE --seed {seed}")
    if latex is not None:
        is_ours = lambda file: has_mark(file, MARK.encode())  # noqa: E731
        require_replaceable("--latex", latex, reads=(), force=force, is_like=is_ours)
        write_atomically(
            latex, sheets(variants(seed, number, kinds=kinds or None, count=count), title, solutions=True).encode()
        )
        say(f"wrote {latex}")
    if qti is not None:
        require_replaceable("--qti", qti, reads=(), force=force, is_like=lambda file: has_mark(file, QTI_MARK))
        write_atomically(qti, asked.qti(title=title))
        say(
            f"wrote {qti}; Canvas's report, Student Analysis, is graded by: clearprop grade --quiz REPORT --seed {seed}"
        )
    if html is None and latex is None and qti is None:
        _in_the_terminal(asked)


def _in_the_terminal(asked: Quiz) -> None:
    answers: list[Any] = [None] * len(asked)
    hints = [0] * len(asked)
    points = 0.0
    for place, exercise in enumerate(asked.exercises):
        say("\n".join(question_of(exercise, place + 1)))
        right, answers[place], hints[place], going = _asked(exercise)
        points += max(1 - hints[place] / 4, 0) if right else 0
        if not going:
            break
    say(f"{points:g} of {len(asked)} points")
    say(quiet(asked.code(answers, hints)))


def _asked(exercise: Exercise) -> tuple[bool, Any, int, bool]:
    """Whether the last answer is right, that answer, how many hints were taken, and whether to go on."""
    answer, hints = None, 0
    while True:
        text = click.prompt(f"   {how_of(exercise)}", default="", show_default=False).strip()
        if text in {"", "q"}:
            if text == "":
                say(f"   {exercise.solution}\n")
            return False, answer, hints, text == ""
        if text == "h":
            say(f"   {exercise.hints[hints]}" if hints < len(exercise.hints) else "   there is no hint left")
            hints += hints < len(exercise.hints)
            continue
        try:
            answer = exercise.read(text)
            verdict = exercise.judge(answer)
        except ValueError as error:
            say(f"   {error}")
            continue
        word, _, said = str(verdict).partition(":")
        say(indent(f"{strong(word)}:{said}", "   ") + "\n")
        if verdict.right:
            return True, answer, hints, True
