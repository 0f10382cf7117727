"""`intercepts_` as an attribute that says, where weights and biases are not the whole model, what they leave out.

Code written for scikit-learn computes predictions from `coefs_`, `intercepts_`, `activation` and `out_activation_`. Where
inputs are scaled, layers normalised or targets in standard units, that is another model. Nobody computes it without the
biases, so whoever reads these is warned; who only looks at `coefs_` is not.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, overload

from ..formulas.catalogue import Array
from .several import OfOneNetwork

NAME = "intercepts_"


class WeightsAloneWarning(UserWarning):
    """Weights and biases were read, and they are not the whole model."""


_listed: ContextVar[bool] = ContextVar("_listed", default=False)


@contextmanager
def only_listed() -> Iterator[None]:
    """Within it attributes are listed, and nobody computes with what they hold: no warning."""
    token = _listed.set(True)
    try:
        yield
    finally:
        _listed.reset(token)


class Intercepts:
    """The arrays that an estimator holds as `intercepts_`, and a warning where something is left out."""

    def __init__(self) -> None:
        self.missing = OfOneNetwork()
        self.missing.name = NAME

    @overload
    def __get__(self, estimator: None, owner: type) -> Intercepts: ...
    @overload
    def __get__(self, estimator: Any, owner: type) -> list[Array]: ...
    def __get__(self, estimator: Any, owner: type) -> Any:
        if estimator is None:
            return self
        if NAME not in vars(estimator):
            return self.missing.__get__(estimator, owner)
        missing = () if _listed.get() else left_out(estimator)
        if missing:
            message = (
                f"coefs_ and intercepts_ alone do not give the predictions of this model: {'; '.join(missing)}. `network_` and "
                "`preparation_` are the whole function, and `folded()` gives plain layers for it where there are any"
            )
            warnings.warn(message, WeightsAloneWarning, stacklevel=2)
        return vars(estimator)[NAME]

    def __set__(self, estimator: Any, arrays: list[Array]) -> None:
        vars(estimator)[NAME] = arrays

    def __delete__(self, estimator: Any) -> None:
        if vars(estimator).pop(NAME, None) is None:
            raise AttributeError(NAME)


def left_out(estimator: Any) -> list[str]:
    """What happens between a raw row and a prediction that weights, biases, `activation` and `out_activation_` do not tell."""
    made = vars(estimator)
    found = []
    if "columns_" in made:
        found.append("gaps are filled and categories become inputs first")
    if "scaler_" in made:
        found.append(f"inputs are scaled first ({made['scaler_'].part})")
    net = made.get("_network")
    if net is not None:
        found += [f"layer {l} is normalised ({part})" for l, part in net.normalization.items()]
        found += [f"the activation of layer {l} has trained parameters ({net.f[l].name})" for l in net.alpha]
    if net is not None and "classes_" not in made and net.widths[-1] > estimator.n_outputs_:
        found.append(f"outputs after the first {estimator.n_outputs_} are no predictions")
    if "target_scale_" in made:
        found.append("outputs are brought back from standard units to those of y")
    return found
