"""Faults of the grader: a sandbox with a hole, a mistake that counts twice, an answer given away."""

from __future__ import annotations

from ..fault import Fault

GRADING = [
    Fault(
        "submissions have the network", "grading/sandbox.py", '"--unshare-all", ', '"--unshare-all", "--share-net", '
    ),
    Fault("the kernel's settings can be written", "grading/sandbox.py", '"--remount-ro", "/proc", ', ""),
    Fault("processes can be started", "grading/seccomp.py", "    for number in calls:\n", "    for number in ():\n"),
    Fault(
        "links of a submission are followed",
        "grading/running.py",
        "each.is_file() and not each.is_symlink()]",
        "each.is_file()]",
    ),
    Fault(
        "an error that is carried forward counts twice",
        "grading/network.py",
        "not in wrong or name in counted",
        "not in wrong",
    ),
    Fault("what is right is told", "grading/feedback.py", "if level == LEVELS[0]:", "if not level:"),
    Fault(
        "a base's empty sgd_step is called",
        "grading/runner.py",
        "    for kind in type(of).__mro__:\n",
        "    for kind in ():\n",
    ),
    Fault(
        "a mistake that shows in square matrices alone has no name",
        "grading/judging.py",
        "if square is None or (told and not trouble):",
        "if square is None or not trouble:",
    ),
    Fault(
        "tries move the notebook's random numbers",
        "grading/in_notebook.py",
        "    np.random.set_state(state)",
        "    state",
    ),
    Fault(
        "a test cell has a method's points for each array",
        "grading/notebooks.py",
        "self.task.points[method] / len(parts)",
        "self.task.points[method]",
    ),
    Fault("a stub shows the formula of the step", "grading/notebooks.py", ' and method != "sgd_step"', ""),
    Fault(
        "a point need not be a column",
        "grading/runner.py",
        "        if np.ndim(A) != 2:\n",
        "        if np.ndim(A) > 2:\n",
    ),
    Fault(
        "a failing forward takes the points of backward too",
        "grading/judging.py",
        "if failed_before and square",
        "if not failed_before and square",
    ),
    Fault("everybody has the same numbers", "grading/grade.py", "_number_of(name), ", ""),
]
