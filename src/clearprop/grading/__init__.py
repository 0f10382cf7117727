"""The classroom's grader: somebody else's modules, run in a sandbox, judged by the chain rule, with points by a rubric."""

from .grade import Graded, Submission, grade, submissions_in
from .in_notebook import OfNotebook, of_notebook
from .limits import Limits
from .notebooks import NbGrader, Otter
from .sandbox import NoSandboxError
from .task import Task, read_task

__all__ = [
    "Graded",
    "Limits",
    "NbGrader",
    "NoSandboxError",
    "OfNotebook",
    "Otter",
    "Submission",
    "Task",
    "grade",
    "of_notebook",
    "read_task",
    "submissions_in",
]
