"""A training that a page in a notebook and Python share: its network, its points and its losses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..engines import Task
from ..explanation import explain
from ..explanation.page.widget import After, Message, PageWidget
from ..explanation.step_widget import still_of
from ..formulas.catalogue import Array
from ..io import load_table
from ..network import Network, require_network
from ..validation import whole_number
from .embedded import Embedded, of_table, unpacked


class Shown(Protocol):
    """What the widget needs of a page."""

    @property
    def task(self) -> Task: ...

    @property
    def data(self) -> Embedded: ...

    @property
    def html(self) -> str: ...


@dataclass(frozen=True)
class Moment:
    """How far a training was, and its mean losses, without a penalty; None for what there is not."""

    steps: int
    epochs: float
    loss: float | None
    accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None


class TrainingWidget(PageWidget):
    """The page of a training in a notebook.

    `network` has the weights that the page has, `data` the points, `history` the losses since the training began. A network
    that was given is the one that is trained, and what Python does to its weights is shown after the cell that did it, or
    after `refresh()`. `take(steps)` trains on the page, `show(page)` shows another training.

    The page trains, so `take` returns at once. A page that does not stand yet, or whose code is still loading, takes the steps
    when it is there, in the order of the calls. A kernel hears of the page between two cells: `network` and `history` have the
    steps in a later cell, and `observe(function, "changes")` calls back at each change.
    """

    _cells: After | None = None
    _asked = 0
    """How often the page was asked for something."""

    def __init__(self, page: Shown, network: Network | None = None, *, only_seen: bool = False) -> None:
        if network is not None:
            require_network(network)
        self._shared = network
        self._begin(page)
        super().__init__(f"A training, live: {page.data.name}", self._picture(), only_seen=only_seen)
        self._cells = After(self.refresh) if network is not None else None

    def _begin(self, page: Shown) -> None:
        net, shared = page.task.network, self._shared
        if shared is not None and not _same(shared, net):
            raise ValueError(f"the page has another network than was given: it has {net}, given {shared}")
        self._page, self.data = page, page.data
        self._now = net.copy() if shared is None else shared
        self._written = self._now.parameters.copy()
        self.history: list[Moment] = []
        self._before: Moment | None = None
        self._waiting: list[dict[str, Any]] = []  # what the page was asked for and has not yet done, in order

    @property
    def network(self) -> Network:
        """The shared network, or a copy of the one that the page trains."""
        return self._now if self._now is self._shared else self._now.copy()

    def take(self, steps: int) -> None:
        """Lets the page take steps, after those that it was asked for before. It returns at once; the page may come later."""
        steps = whole_number(steps, 1, "steps")
        self.refresh()
        self._ask({"take": steps})

    def show(self, page: Shown) -> None:
        """Shows another training in the place of this one."""
        self._begin(page)
        self.still = self._picture()
        self.reload()

    def refresh(self) -> None:
        """Shows the weights of the shared network where Python has changed them."""
        if self._shared is None or np.array_equal(self._shared.parameters, self._written):
            return
        self._now, self._written = self._shared, self._shared.parameters.copy()
        what = {"parameters": self._written.tolist()}
        if self._waiting:
            self._ask(what)  # after the steps that are still to be taken
        else:
            self.say(what)

    def _ask(self, what: Mapping[str, Any]) -> None:
        """Asks the page for something that it does once, in order, and then says so."""
        self._asked += 1
        self._waiting.append({**what, "number": self._asked})
        self.say(self._waiting[-1])

    def close(self) -> None:
        if self._cells is not None:
            self._cells.end()
        super().close()

    def page(self) -> str:
        return self._page.html

    def then(self) -> list[Message]:
        began = self._page.task.network
        moved = self._shared is not None or not np.array_equal(self._now.parameters, began.parameters)
        return [{"parameters": self._now.parameters.tolist()}] if _same(began, self._now) and moved else []

    def told(self, what: Message, view: str) -> None:
        if "done" in what:
            self._waiting = [each for each in self._waiting if each["number"] > what["done"]]
        run = what.get("run")
        if not isinstance(run, dict):
            return
        if run["start"] is not None:
            self.data = self._points_of(run)
            for each in self._waiting:
                self.say(each, to=view)
        if run["start"] == "begun":
            self.history = []
        if run["start"] == "continued" or not self.history:
            self._before = self.history[-1] if self.history else None
        training, test = run["training"] or {}, run["test"] or {}
        found = training.get("loss"), training.get("accuracy"), test.get("loss"), test.get("accuracy")
        steps, epochs = (self._before.steps, self._before.epochs) if self._before else (0, 0.0)
        moment = Moment(steps + run["taken"], epochs + run["epochs"], *found)
        if not self.history or self.history[-1].steps != moment.steps:
            self.history.append(moment)
        self._adopt(run["widths"], run["activations"], np.array(run["parameters"], dtype=float))
        self.changes += 1

    def _adopt(self, widths: list[int], activations: list[str], parameters: Array) -> None:
        shown = Network(widths, activations, init="zeros")
        if self._shared is not None and _same(self._shared, shown):
            shown = self._shared
        shown.parameters = parameters
        self._now, self._written = shown, parameters
        if self._shared is not None and shown is not self._shared:
            raise ValueError(f"the network in Python stays as it is: it is {self._shared}, and the page has {shown}")

    def _points_of(self, run: Mapping[str, Any]) -> Embedded:
        """The set that the page trains on: this page's, one of those that every page has, or one that came to it."""
        own = run.get("points")
        if own is not None:
            return points_of(own)
        return self._page.data if run["data"] == self._page.data.name else of_table(load_table(run["data"]))

    def _picture(self) -> str:
        """The network at the first point."""
        task = self._page.task
        return still_of(explain(task.network, task.X[:1], task.Y[:1], task.loss, check=False))


def points_of(given: Mapping[str, Any]) -> Embedded:
    """Points as a page has them, from the document that `Embedded.document` gives."""
    n, classes = given["shown"], given["classes"]
    X, Y = (unpacked(given[name]).reshape(n, -1) for name in "XY")
    return Embedded(
        name=given["name"],
        about=given["about"],
        target=given["target"],
        features=tuple(given["features"]),
        classes=None if classes is None else tuple(classes),
        X=X,
        Y=Y,
        training=given["training"],
        of=given["of"],
    )


def _same(one: Network, other: Network) -> bool:
    """Whether two networks are of one shape."""
    return one.widths == other.widths and one.activations == other.activations
