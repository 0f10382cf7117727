"""Parameters that were written and that nothing looks at: another parameter, or the solver, leaves them without effect.

A parameter that nobody wrote is no matter, and where every one was written, as a tool copies an estimator, nobody knows which
were. What scikit-learn leaves without effect in silence, `settings` says and no warning does: searches over solvers and
momentums are usual, and programs write defaults out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..advice.warned import warn
from . import words
from .written import defaults_of, same_value


class UnusedParameterWarning(UserWarning):
    """Parameters that were written have no effect beside the others."""


@dataclass(frozen=True)
class Setup:
    """What the parameters of an estimator come to, as far as they decide about others."""

    estimator: Any
    held_out: bool
    """Whether a set is looked at after every epoch."""
    given: bool
    """Whether it is the user's own."""

    @property
    def searches(self) -> bool:
        """Whether the solver takes all points in each step, and finds its own step sizes."""
        return words.takes_whole_set(self.estimator.solver)

    @property
    def named(self) -> str:
        """The solver, as a reason names it."""
        return f"solver={_text(self.estimator.solver)!r}"

    @property
    def is_sklearns(self) -> bool:
        """Whether solver and learning rate are in scikit-learn's words, and there is no preset."""
        return self.estimator.solver in words.SOLVERS and bool(self.policy) and self.estimator.preset is None

    @property
    def policy(self) -> str:
        """scikit-learn's word for how the rate changes; empty where a schedule gives it."""
        given = self.estimator.learning_rate
        return given if isinstance(given, str) and given in words.LEARNING_RATES else ""


def _text(part: Any) -> str:
    return part if isinstance(part, str) else str(part)


def _of_a_rate(of: Setup) -> str:
    if of.searches:
        return f"{of.named} finds its own step sizes"
    return "" if of.policy else f"learning_rate={_text(of.estimator.learning_rate)!r} gives the size of every step"


def _of_a_policy(of: Setup) -> str:
    if of.searches:
        return f"{of.named} finds its own step sizes"
    changes = of.policy in {"invscaling", "adaptive"}
    return (
        f"scikit-learn's words do not change the rate of {of.named}"
        if changes and of.estimator.solver == "adam"
        else ""
    )


def _of_a_power(of: Setup) -> str:
    if of.policy == "invscaling":
        return _of_a_policy(of)
    return f"it is the exponent of learning_rate='invscaling', and there is {_text(of.estimator.learning_rate)!r}"


def _of(solver: str) -> Callable[[Setup], str]:
    """The reason why what belongs to one of scikit-learn's solvers is not used."""

    def why(of: Setup) -> str:
        if isinstance(of.estimator.solver, str) and of.estimator.solver == solver:
            return ""
        own = "" if of.estimator.solver in words.SOLVERS else ", which has its hyper-parameters in its own text"
        return f"it belongs to solver={solver!r}, and there is {of.named}{own}"

    return why


def _of_nesterov(of: Setup) -> str:
    return _of("sgd")(of) or ("momentum=0" if of.estimator.momentum == 0 else "")


def _of_batches(of: Setup) -> str:
    return f"{of.named} takes all points in each step" if of.searches else ""


def _of_stopping(of: Setup) -> str:
    return f"{of.named} holds nothing out; give validation_data" if of.searches and not of.given else ""


def _of_a_share(of: Setup) -> str:
    if of.given:
        return "validation_data is the set that is looked at"
    return _of_stopping(of) or (
        "" if of.estimator.early_stopping else "nothing is held out without early_stopping=True"
    )


def _of_a_set(of: Setup) -> str:
    if of.held_out:
        return ""
    return _of_stopping(of) or "no set is looked at: take early_stopping=True, or give validation_data"


def _of_patience(of: Setup) -> str:
    return f"{of.named} ends by its own rules without validation_data" if of.searches and not of.held_out else ""


def _of_a_ratio(of: Setup) -> str:
    return "alpha=0 leaves no penalty" if of.estimator.alpha == 0 else ""


def _of_hidden_layers(of: Setup) -> str:
    return "" if np.size(of.estimator.hidden_layer_sizes) else "there is no hidden layer"


def _of_threads(of: Setup) -> str:
    return "engine='numpy' takes none of its own" if of.estimator.engine == "numpy" else ""


OF_STEPS: dict[str, Callable[[Setup], str]] = {
    "learning_rate": _of_a_policy,
    "learning_rate_init": _of_a_rate,
    "power_t": _of_a_power,
    "momentum": _of("sgd"),
    "nesterovs_momentum": _of_nesterov,
    "beta_1": _of("adam"),
    "beta_2": _of("adam"),
    "epsilon": _of("adam"),
    "batch_size": _of_batches,
    "shuffle": _of_batches,
    "last_batch": _of_batches,
    "l1_ratio": _of_a_ratio,
    "normalization": _of_hidden_layers,
    "threads": _of_threads,
}
"""Of parameters that say how steps are taken: why one has no effect; empty where it has."""
OF_FIT: dict[str, Callable[[Setup], str]] = {
    "max_fun": _of("lbfgs"),
    "early_stopping": _of_stopping,
    "validation_fraction": _of_a_share,
    "scoring": _of_a_set,
    "best_epoch": _of_a_set,
    "n_iter_no_change": _of_patience,
}
"""The same of those that say when training ends, which `partial_fit` leaves to `fit`."""


def unused(estimator: Any, *, given: bool, in_pieces: bool = False) -> dict[str, str]:
    """Parameters that somebody wrote and that have no effect, by name, and why; `given`: whether there is validation_data."""
    held_out = given or (estimator.early_stopping and not words.takes_whole_set(estimator.solver))
    of = Setup(estimator, held_out, given)
    written, defaults = estimator._written, defaults_of(estimator)
    if set(defaults) - set(written) <= {"preset"}:
        return {}
    found = {}
    for name, why in (OF_STEPS if in_pieces else OF_STEPS | OF_FIT).items():
        is_default = same_value(getattr(estimator, name), defaults[name])
        if name in written and not (is_default and (of.is_sklearns or name in SWITCHES)) and (reason := why(of)):
            found[name] = reason
    return found


SWITCHES = {
    "early_stopping",
    "learning_rate",
    "scoring",
    "normalization",
    "l1_ratio",
    "threads",
    "best_epoch",
    "last_batch",
}
"""Those whose default asks for nothing."""
OWN = {"scoring", "best_epoch", "l1_ratio", "normalization", "threads", "last_batch"}
"""Those that scikit-learn does not have."""


def warn_of_unused(estimator: Any, *, given: bool, in_pieces: bool) -> None:
    """An UnusedParameterWarning that names them, each with its reason, unless all is said in scikit-learn's words."""
    found = unused(estimator, given=given, in_pieces=in_pieces)
    if Setup(estimator, given, given).is_sklearns:
        found = {name: why for name, why in found.items() if name in OWN}
    if found:
        said = "; ".join(f"{name}={getattr(estimator, name)!r} ({why})" for name, why in found.items())
        warn(f"Parameters without effect: {said}", UnusedParameterWarning)
