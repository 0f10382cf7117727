"""`coefs_` and `intercepts_` as attributes that say, where they alone are not the whole model, what they leave out.

Code written for scikit-learn computes predictions from them, from `activation` and from `out_activation_`. Where inputs are
scaled, layers are normalised or a preset chose the activation, that is another model, so whoever reads them is warned.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, overload

from ..formulas.catalogue import Array

WEIGHTS = ("coefs_", "intercepts_")


class WeightsAloneWarning(UserWarning):
    """`coefs_` and `intercepts_` were read, and they are not the whole model."""


_listed: ContextVar[bool] = ContextVar("_listed", default=False)


@contextmanager
def only_listed() -> Iterator[None]:
    """Within it attributes are listed, and nobody computes with what they hold: no warning."""
    token = _listed.set(True)
    try:
        yield
    finally:
        _listed.reset(token)


class WeightsAttribute:
    """The arrays that an estimator holds under its name, and a warning where they leave something out."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, estimator: None, owner: type) -> WeightsAttribute: ...
    @overload
    def __get__(self, estimator: Any, owner: type) -> list[Array]: ...
    def __get__(self, estimator: Any, owner: type) -> Any:
        if estimator is None:
            return self
        if self.name not in vars(estimator):
            raise AttributeError(
                f"{owner.__name__!r} object has no attribute {self.name!r}", name=self.name, obj=estimator
            )
        missing = () if _listed.get() else left_out(estimator)
        if missing:
            message = (
                f"{self.name} alone does not give the predictions of this model: {'; '.join(missing)}. `network_` and "
                "`preparation_` are the whole function, and `folded()` gives plain layers for it where there are any"
            )
            warnings.warn(message, WeightsAloneWarning, stacklevel=2)
        return vars(estimator)[self.name]

    def __set__(self, estimator: Any, arrays: list[Array]) -> None:
        vars(estimator)[self.name] = arrays

    def __delete__(self, estimator: Any) -> None:
        if vars(estimator).pop(self.name, None) is None:
            raise AttributeError(self.name)


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
    used = estimator.settings.activation
    if used is not estimator.activation and used != estimator.activation:
        found.append(
            f"the hidden activation is {used}, by preset={estimator.preset!r}, and not activation={estimator.activation!r}"
        )
    if "target_scale_" in made:
        found.append("outputs are brought back from standard units to those of y")
    return found
