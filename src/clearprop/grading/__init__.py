"""The classroom's grader: somebody else's modules, run in a sandbox, judged by the chain rule, with points by a rubric."""

from .grade import Graded, Submission, grade, submissions_in
from .limits import Limits
from .sandbox import NoSandboxError
from .task import Task, read_task

__all__ = ["Graded", "Limits", "NoSandboxError", "Submission", "Task", "grade", "read_task", "submissions_in"]
