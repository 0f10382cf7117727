"""The classroom's exercises: drawn from real steps, with hints of one link each; a wrong answer is told what it computed."""

from .codes import read_code
from .exercise import Exercise, Verdict
from .quizzes import KINDS, Marked, Quiz, mark, marked, quiz, variants

__all__ = ["KINDS", "Exercise", "Marked", "Quiz", "Verdict", "mark", "marked", "quiz", "read_code", "variants"]
