"""What docstrings of the estimators' methods say of arguments and results, as one table. What a method does, it says itself."""

from __future__ import annotations

import inspect

from .docstrings import Entries, paragraph, section

POINTS = ("array-like or data frame of shape (n_samples, n_features)", "Points, as they were given to `fit`.")
METHODS: dict[str, tuple[Entries, tuple[str, str]]] = {
    "predict": (
        {
            "X": POINTS,
            "return_std": ("bool, default=False", "Whether standard deviations are given too, where they are learnt."),
        },
        ("ndarray", "What is predicted for each point."),
    ),
    "predict_proba": (
        {"X": POINTS},
        ("ndarray of shape (n_samples, n_classes)", "The probabilities, in the order of `classes_`."),
    ),
    "predict_log_proba": (
        {"X": POINTS},
        ("ndarray of shape (n_samples, n_classes)", "Their logarithms, in the order of `classes_`."),
    ),
    "decision_function": (
        {"X": POINTS},
        ("ndarray of shape (n_samples,) or (n_samples, n_classes)", "The larger, the likelier the class."),
    ),
    "explain": (
        {
            "x": ("array-like of shape (n_features,), or a table of one row", "The point."),
            "y": ("label, float or array-like of shape (n_outputs,)", "Its target."),
            "member": ("int, default=None", "Which network of an ensemble."),
            "**options": ("dict", "Those of `clearprop.explain`."),
        },
        ("Trace", "The step, with a method for each rendering: `text`, `latex`, `html`."),
    ),
    "check_gradients": (
        {
            "X": ("array-like of shape (n_samples, n_features), default=None", "Points; by default some are drawn."),
            "y": ("array-like, default=None", "Their targets."),
            "points": ("int, default=8", "How many points are drawn."),
            "seed": ("int, default=0", "What they are drawn from."),
            "member": ("int, default=None", "Which network of an ensemble."),
        },
        ("GradientCheck", "The verdict; `ok` says whether back-propagation is right."),
    ),
    "plot_loss": (
        {"ax": ("matplotlib axes, default=None", "Where to draw; by default in a new figure.")},
        ("matplotlib axes", "What was drawn on."),
    ),
}
"""Of each method: its arguments, and what it gives."""


def describe_methods(kind: type) -> None:
    """Add sections to the docstrings of the methods that a class has, or inherits from this package."""
    for name, (parameters, returns) in METHODS.items():
        found = next((vars(each)[name] for each in kind.__mro__ if name in vars(each)), None)
        method = getattr(found, "fn", found)  # of one that is offered only with some parameters
        if method is not None and "Parameters\n" not in (method.__doc__ or ""):
            method.__doc__ = f"{inspect.cleandoc(method.__doc__)}\n\n{_sections(method, parameters, returns)}"


def _sections(method: object, parameters: Entries, returns: tuple[str, str]) -> str:
    asked = inspect.signature(method).parameters  # type: ignore[arg-type]  # a function
    given = {name: entry for name, entry in parameters.items() if name.lstrip("*") in asked}
    said, about = returns
    return section("Parameters", given) + f"Returns\n-------\n{said}\n{paragraph(about)}\n"
