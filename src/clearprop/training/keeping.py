"""Keepers: objects that see a training from outside and may take its state. No file is written here."""

from __future__ import annotations

from collections.abc import Callable

from ..network import Network
from .history import Report
from .state import State


class Keeper:
    """What a training tells whoever keeps it. This one keeps nothing; `runs/` has one that writes a folder."""

    def begin(self, step: int, state: Callable[[], State], network: Network) -> None:
        """Called before the first step of this process; `network` is what would be returned now."""

    def look(self, step: int, state: Callable[[], State]) -> None:
        """Called between steps, some thirty times a second; `state()` is the present state."""

    def report(self, report: Report) -> None:
        """Called with every report, after the callbacks."""

    def restart(self, index: int) -> None:
        """Called before the first step of each of several restarts that are trained in turn, counted from 0."""

    def end(self, step: int, state: State) -> None:
        """Called at the end, whether by the last step, a condition or Ctrl-C; not where a step was cut short."""

    def again(self, steps: int) -> tuple[Keeper, State | None]:
        """The keeper of a second training, of so many steps on more rows, and the state it goes on from, if any is kept."""
        return NO_KEEPER, None


NO_KEEPER = Keeper()
