"""What happens to a parameter that is changed where learning continues: the next call heeds it, or says why it cannot.

Most parameters are read in every call. Listed here are those that belong to what an earlier call has made: the network, what
is known of columns and targets, and the solver.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..advice.warned import warn
from ..formulas.catalogue import Part, find
from ..formulas.initializers import Initializer
from ..formulas.scalings import Scaling
from . import words

Reading = Callable[[Any], Any]


def _part(kind: type[Part]) -> Reading:
    """Its text and the record itself are one value."""
    return lambda given: None if given is None else find(kind, given)


def _as_it_is(given: Any) -> Any:
    return given


OF_NETWORK: dict[str, Reading] = {
    "output_activation": lambda given: None if given is None else words.activation_of_word(given),
    "initializer": _part(Initializer),
    "output_initializer": _part(Initializer),
    "normalization": words.normalization,
    "restarts": _as_it_is,
    "ensemble": _as_it_is,
    "missing": _as_it_is,
    "categorical_features": _as_it_is,
    "scaling": _part(Scaling),
    "standardize_target": _as_it_is,
    "dtype": _as_it_is,
}
"""Parameters that only a call that begins anew can heed, and how each is read."""
OF_HELD_OUT: dict[str, Reading] = {"scoring": _as_it_is, "best_epoch": _as_it_is}
"""Parameters of a set held out, which `partial_fit` has not."""
OF_SOLVER = (
    "solver",
    "learning_rate",
    "learning_rate_init",
    "power_t",
    "momentum",
    "nesterovs_momentum",
    "beta_1",
    "beta_2",
    "epsilon",
)
"""Parameters that a chain of `partial_fit` reads once. scikit-learn does not look at them again either."""


def beginning(estimator: Any) -> dict[str, Any]:
    """The values that a network begins with, of the parameters that belong to it."""
    return _values(estimator, OF_NETWORK | OF_HELD_OUT)


def require_unchanged(estimator: Any, *, held_out: bool) -> None:
    """ValueError where a parameter has been changed that only a call that begins anew can heed.

    With `held_out` the call may have a set held out, and heeds the parameters of one.
    """
    began = vars(estimator).get("_began", {})
    now = _values(estimator, OF_NETWORK if held_out else OF_NETWORK | OF_HELD_OUT)
    changed = [name for name, value in now.items() if name in began and not _same(value, began[name])]
    if "output_activation" in changed and now["output_activation"] == estimator._output():
        changed.remove("output_activation")  # which names what was the default
    if changed:
        name = changed[0]
        raise ValueError(
            f"{name} was {began[name]!r} where this network began, and is now {now[name]!r}; learning goes on from it, so "
            f"{name} cannot change. Set it back, or begin anew: fit with warm_start=False"
        )


def _values(estimator: Any, readings: dict[str, Reading]) -> dict[str, Any]:
    return {name: read(getattr(estimator, name)) for name, read in readings.items() if hasattr(estimator, name)}


def _same(one: Any, other: Any) -> bool:
    return one is other or bool(np.array_equal(np.asarray(one, object), np.asarray(other, object)))


def require_same_solver(held: Any, asked: Any) -> None:
    """Say that a solver on the terms `held` is used on where the parameters now ask for another.

    A warning for scikit-learn's own words, which have no effect there either; a ValueError where one of the two is a part of
    the catalogue.
    """
    if held == asked:
        return
    changed = [name for name in OF_SOLVER if not _same(held.given[name], asked.given[name])]
    kept = ", ".join(f"{name}={held.given[name]!r}" for name in changed)
    message = (
        f"partial_fit goes on with the solver of the first call, {kept}: a change of {', '.join(changed)} has no effect in it. "
        "fit with warm_start=True goes on from the same weights with a new solver"
    )
    if not (held.is_sklearns and asked.is_sklearns):
        raise ValueError(message)
    warn(f"{message}; scikit-learn ignores the change too")
