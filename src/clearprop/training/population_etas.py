"""The step sizes of several networks: one schedule for all, or one for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..formulas.catalogue import Array
from ..formulas.schedules import Constant, Schedule, as_schedule
from .step_sizes import StepSizes
from .trainer_settings import is_catalogued


class PopulationEtas:
    """eta(t) of each of K networks, (K,). TypeError or ValueError for what is no step size, with the network's number."""

    def __init__(self, eta: Any, networks: int) -> None:
        self.networks = networks
        given = eta.tolist() if isinstance(eta, np.ndarray) else eta
        if not isinstance(given, Sequence) or isinstance(given, str):
            self._sizes = [StepSizes(as_schedule(given))]
        elif len(given) != networks:
            raise ValueError(
                f"eta must be one step size, or a list of {networks}, one for each network; given {len(given)}"
            )
        else:
            self._sizes = [_size_of(k, each) for k, each in enumerate(given)]
        self._constant = self._constants()

    @property
    def schedules(self) -> list[Schedule]:
        """One, or one for each network."""
        return [sizes.schedule for sizes in self._sizes]

    def at(self, t: int) -> Array:
        """The step sizes of step t, (K,)."""
        if self._constant is not None:
            return self._constant.copy()
        etas = [sizes.of(t) for sizes in self._sizes]
        return np.full(self.networks, etas[0]) if len(etas) == 1 else np.array(etas)

    def _constants(self) -> Array | None:
        """The step sizes of every step, (K,), where none changes."""
        if not all(type(schedule) is Constant for schedule in self.schedules):
            return None
        values = np.array([float(schedule.value) for schedule in self.schedules if isinstance(schedule, Constant)])
        return np.broadcast_to(values, self.networks).copy()

    def texts(self) -> str | list[str] | None:
        """As `Population` takes them again; None where one is a function of the user's own."""
        if not all(is_catalogued(schedule) for schedule in self.schedules):
            return None
        texts = [str(schedule) for schedule in self.schedules]
        return texts[0] if len(texts) == 1 else texts


def _size_of(k: int, eta: Any) -> StepSizes:
    try:
        return StepSizes(as_schedule(eta))
    except (TypeError, ValueError) as error:
        raise type(error)(f"network {k}: {error}") from None
