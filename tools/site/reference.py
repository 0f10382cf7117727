"""The reference of the Python interface: which public name stands on which page, and the directives that read docstrings."""

from __future__ import annotations

import importlib
import inspect
import re

import clearprop as cp
from clearprop.advice import warned

GROUPS = {
    "Networks and their gradients": ("network", "ensemble", "backprop", "jacobians", "derivatives", "engines"),
    "Training": ("training", "advice"),
    "Explanations, checks, exercises": ("explanation", "live", "checks", "diagnosis", "exercises"),
    "Tables and models": ("fitting", "tuning", "columns", "io"),
    "Parts": ("formulas",),
}
"""Pages by their title, with the rooms whose names they hold."""
PLAIN = {"__version__"}
ESTIMATORS = ("MLPClassifier", "MLPRegressor", "register_converters", "trusted_types", "UnusedParameterWarning")
MODULES = {
    "Runs in folders": (
        "clearprop.runs",
        "../runs.md",
        ("fit_in", "resume", "runs_in", "read_run", "plot_runs", "Kept"),
    ),
    "The course's modules": (
        "clearprop.course",
        "../grade.md",
        ("Module", "Linear", "BatchNorm", "Tanh", "ReLU", "Sigmoid", "SoftMax", "NLL", "Sequential"),
    ),
    "Grading": (
        "clearprop.grading",
        "../grade.md",
        ("read_task", "grade", "submissions_in", "of_notebook", "Task", "Submission", "Graded", "Limits", "OfNotebook"),
    ),
    "Exports read": ("clearprop.io.exports", "../exports.md", ("read_json",)),
}
"""Pages of names that are taken from a module of their own: the module, the document on it, and the names."""


def names_of(title: str) -> list[str]:
    """The public names on a page, in the order of the alphabet."""
    rooms = GROUPS[title]
    return [name for name in cp.__all__ if name not in PLAIN and cp._ROOM_OF[name].split(".")[0] in rooms]  # noqa: SLF001


def reference() -> dict[str, str]:
    """The pages, by their name on the site."""
    made = {}
    for title in GROUPS:
        lines = [f"# {title}", ""]
        for name in names_of(title):
            lines += _entry("clearprop", name, getattr(cp, name))
        made[f"reference/{_slug(title)}"] = "\n".join(lines)
    from clearprop import estimators

    lines = [
        "# Estimators",
        "",
        "[Estimators](../estimators.md) says what they do and what differs from scikit-learn.",
        "",
    ]
    for name in ESTIMATORS:
        lines += _entry("clearprop.estimators", name, getattr(estimators, name))
    made["reference/estimators"] = "\n".join(lines)
    for title, (module, document, names) in MODULES.items():
        there = importlib.import_module(module)
        lines = [f"# {title}", "", f"Of the module `{module}`; [this page]({document}) says what they are for.", ""]
        for name in names:
            lines += _entry(module, name, getattr(there, name))
        made[f"reference/{_slug(title)}"] = "\n".join(lines)
    lines = [
        "# Warnings",
        "",
        "What a training, or a fit of a table, warns of; [this page](../not-learning.md) has a program for each. All are in",
        'module `clearprop.advice`: `warnings.simplefilter("error", clearprop.advice.LossRose)` makes one of them an error.',
        "",
    ]
    for kind in sorted(warned.TrainingWarning.__subclasses__(), key=lambda kind: kind.__name__):
        lines += _entry("clearprop.advice", kind.__name__, kind)
    made["reference/warnings"] = "\n".join(lines)
    children = "\n".join(page.removeprefix("reference/") for page in made)
    made["reference/python"] = (
        "# The Python interface\n\nEvery public name of `clearprop` and `clearprop.estimators`, and those of other modules\n"
        "that the documents use, from their docstrings. {ref}`The index <genindex>` has all of them, from A to Z.\n\n"
        f"```{{toctree}}\n:maxdepth: 2\n\n{children}\n```\n"
    )
    return made


def _entry(module: str, name: str, it: object) -> list[str]:
    return [f"## {name}", "", "```{eval-rst}", *_directive(f"{module}.{name}", it), "```", ""]


def _directive(path: str, it: object) -> list[str]:
    """What reads the docstring: of a class also those of its members, where they are this package's."""
    if inspect.isfunction(it):
        return [f".. autofunction:: {path}"]
    if not inspect.isclass(it):
        return [f".. py:data:: {path}", "", f"   The type `{_type(it)}`, for annotations."]
    if issubclass(it, Exception) and not issubclass(it, Warning):  # for a warning Sphinx has no word of its own
        return [f".. autoexception:: {path}"]
    foreign = [base.__name__ for base in it.__mro__ if not base.__module__.startswith("clearprop")]
    made = [f".. autoclass:: {path}", "   :members:", f"   :inherited-members: {', '.join(foreign)}"]
    told = re.findall(r"^ *(\w+_)(?= : |$)", it.__doc__ or "", re.MULTILINE)  # of an estimator, among its attributes
    twice = [name for name in told if isinstance(inspect.getattr_static(it, name, None), property)]
    return made + ([f"   :exclude-members: {', '.join(twice)}"] if twice else [])


def _type(it: object) -> str:
    """A type without the modules of its names, and NumPy's array as it is annotated."""
    short = re.sub(r"\b[a-z_][\w.]*\.(?=\w)", "", str(it))
    return short.replace("ndarray[tuple[Any, ...], dtype[Any]]", "NDArray[Any]")


def _slug(title: str) -> str:
    return "-".join("".join(letter for letter in title.lower() if letter.isalpha() or letter == " ").split())
