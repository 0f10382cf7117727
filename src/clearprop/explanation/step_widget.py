"""A step that a page in a notebook and Python share: what a reader does there is known here, and the other way round."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from ..formulas.catalogue import Array
from ..network import Network, require_network
from .findings.step import passes_of, step_of
from .page.html import FOLD
from .page.live import asked_of
from .page.live_step import given_of, why_still
from .page.widget import After, Message, PageWidget

MEMORY = 1000
"""Changes that are kept."""
STILL = 40_000
"""Characters that a still picture may have, so that a cell stores 60 kB at most."""


@dataclass(frozen=True)
class StepTold:
    """The step as it was after one change on the page."""

    t: int
    eta: float
    loss: float
    parameters: Array


class StepWidget(PageWidget):
    """The page of a step in a notebook.

    `trace` is the step as it stands on the page, `network` the one whose step it is, `history` what was changed, in order.
    With a network that was given, what happens on the page changes that one, and what Python does to its weights is shown
    after the cell that did it, or after `refresh()`. `show(trace)` shows another step.
    """

    _cells: After | None = None

    def __init__(self, trace: Any, network: Network | None = None, *, only_seen: bool = False) -> None:
        if network is not None:
            require_network(network)
        self._shared = network
        self._begin(trace)
        super().__init__(
            f"One step of back-propagation, network {trace.header.network}", still_of(trace), only_seen=only_seen
        )
        self._cells = After(self.refresh) if network is not None else None

    def _begin(self, trace: Any) -> None:
        asked = trace.asked
        if self._shared is not None:
            if why := why_still(asked):
                raise ValueError(f"the page cannot share its network: {why}; leave network out")
            _require_same(self._shared, asked.net)
            if not np.array_equal(self._shared.parameters, asked.net.parameters):
                raise ValueError("this trace is of other weights than the network has now; explain it anew")
        self._trace, self._asked, self._now = trace, asked, asked
        self._written = None if self._shared is None else self._shared.parameters.copy()
        self.history: list[StepTold] = []

    @property
    def trace(self) -> Any:
        """The step as it stands on the page, as `explain` gives it."""
        if self._trace.asked is not self._now:
            step = step_of(self._now)
            own = {each.name: getattr(step, each.name) for each in fields(step)}
            self._trace = replace(self._trace, **own, asked=self._now)
        return self._trace

    @property
    def network(self) -> Network:
        """The shared network; without one, a copy of the page's."""
        if self._shared is not None:
            return self._shared
        if self._now is None:
            raise ValueError("what the step was made from is not known")
        return self._now.net.copy()

    def show(self, trace: Any) -> None:
        """Shows another step in the place of this one."""
        self._begin(trace)
        self.still = still_of(trace)
        self.reload()

    def refresh(self) -> None:
        """Shows the weights of the shared network where Python has changed them."""
        net = self._shared
        if net is None or self._written is None or np.array_equal(net.parameters, self._written):
            return
        same = net.widths == self._now.net.widths and net.activations == self._now.net.activations
        state = self._now.state if same else None
        self._now = replace(self._now, net=net.copy(), state=state, after=None, seed=None, note=None)
        self._written = net.parameters.copy()
        self._remember()
        self.say({"step": given_of(self._now, FOLD)})

    def close(self) -> None:
        if self._cells is not None:
            self._cells.end()
        super().close()

    def page(self) -> str:
        return self._trace.html() if self._now is self._asked else self.trace.html()

    def told(self, what: Message, view: str) -> None:
        given = what.get("step")
        if not isinstance(given, dict):
            return
        self._now = asked_of(given)
        self._remember()
        self.say({"step": given}, by=view)
        self.changes += 1
        if self._shared is not None:
            _require_same(self._shared, self._now.net)
            self._shared.parameters = self._now.net.parameters
            self._written = self._shared.parameters.copy()

    def _remember(self) -> None:
        asked = self._now
        loss = float(passes_of(asked).fwd.loss)
        self.history.append(StepTold(asked.t, asked.rate, loss, asked.net.parameters.copy()))
        del self.history[:-MEMORY]


def still_of(trace: Any) -> str:
    """A picture of a step: every neuron; every unit where that is too large for a notebook's file; none where that is too."""
    return next((svg for drawn in ("neurons", "units") if len(svg := trace.svg(drawn=drawn)) <= STILL), "")


def _require_same(shared: Network, shown: Network) -> None:
    """ValueError where two networks are not of one shape."""
    if (shared.widths, shared.activations) != (shown.widths, shown.activations):
        raise ValueError(f"the network in Python stays as it is: it is {shared}, and the page has {shown}")
