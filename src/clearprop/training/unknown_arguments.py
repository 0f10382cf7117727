"""Arguments by a name that a function does not have: the error names the nearest one, or what it is called here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

from ..formulas.catalogue import nearest

ELSEWHERE = {
    **dict.fromkeys(("lr", "learning_rate", "learning_rate_init", "step_size"), "eta"),
    **dict.fromkeys(("n_epochs", "num_epochs", "max_iter", "iterations"), "epochs"),
    **dict.fromkeys(("solver", "optim", "opt"), "optimizer"),
    **dict.fromkeys(("criterion", "loss_fn", "objective"), "loss"),
    **dict.fromkeys(("regularizer", "regularization", "weight_decay", "l2"), "penalty"),
    **dict.fromkeys(("validation_data", "eval_set", "val"), "validation"),
    **dict.fromkeys(("early_stopping", "patience"), "stop"),
    **dict.fromkeys(("random_state", "rng"), "seed"),
    "verbose": "progress",
    "n_jobs": "threads",
}
"""What other software calls an argument, and its name here."""
P = ParamSpec("P")
R = TypeVar("R")


def said_of_unknown(name: str, known: Sequence[str]) -> str:
    """The end of an error message for an argument by an unknown name.

    >>> said_of_unknown("epoch", ["eta", "epochs"]), said_of_unknown("lr", ["eta", "epochs"])
    ("; did you mean 'epochs'?", "; it is called 'eta' here")
    """
    called = ELSEWHERE.get(name.lower())
    return f"; it is called {called!r} here" if called in known else nearest(name, list(known))


def with_named_arguments(function: Callable[P, R]) -> Callable[P, R]:
    """A function whose TypeError for an argument by an unknown name says which was meant."""
    parameters = [name for name in inspect.signature(function).parameters if name != "self"]
    known = frozenset(parameters)
    called = function.__qualname__.removesuffix(".__init__")

    @wraps(function)
    def checked(*args: P.args, **given: P.kwargs) -> R:
        if not given.keys() <= known:
            name = next(each for each in given if each not in known)
            raise TypeError(f"{called} has no argument {name!r}{said_of_unknown(name, parameters)}")
        return function(*args, **given)

    return checked
