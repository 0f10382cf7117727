"""`studio`: the page of a training that runs in the browser, and what it begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ..callers import either, give
from ..engines import Task, in_page
from ..ensemble import one_of
from ..explanation.page.html import html_file
from ..explanation.page.notebook import InNotebook, framed, require_widgets
from ..formulas.activations import Sigmoid, Softmax
from ..formulas.catalogue import Array, find
from ..formulas.initializers import Initializer
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..io import Dataset, Model, Table, load_table
from ..io.described import NO_CHOICES, Choices
from ..io.files import write_atomically
from ..io.sealed_rules import SCHEMA
from ..network import Network, require_network
from ..validation import WITH_NETWORK, as_targets, require_pair, whole_number
from .choices import offered_parts, pairs
from .embedded import (
    MOST_NUMBERS,
    MOST_POINTS,
    OFFERED,
    TESTED,
    YOURS,
    Embedded,
    named_sets,
    of_arrays,
    of_table,
    packed,
)
from .scenes import SCENES

TITLE = "A training, live"
HIDDEN = (6, 6)
"""Hidden layers of tanh units that a page begins with where no network is given: enough for every data set but the spiral."""
DATA = "moons"


@dataclass(frozen=True, repr=False)
class Studio(InNotebook):
    """A page that trains a network in the browser: `save` writes it, a notebook shows it, `html` is its text."""

    task: Task
    data: Embedded
    eta: float
    batch_size: int
    seed: int
    drawn_by: int | None
    """The seed that the first weights were drawn by; None where the network was given."""

    @property
    def document(self) -> dict[str, Any]:
        """What the page carries under `live`, as JSON has it."""
        task = self.task
        net, hidden = task.network, task.network.activations
        assert isinstance(net.init, Initializer)  # `studio` refuses a network with several
        named = named_sets(dict.fromkeys([*OFFERED, *(run.source for scene in SCENES for run in scene.runs)]))
        sets = list({each.name: each for each in (_told_apart(self.data, named), *named)}.values())
        first_weights = [find(Initializer, run.init) for scene in SCENES for run in scene.runs]
        training = {
            "task": in_page.options(task),
            "activations": [str(f) for f in hidden],
            "loss": str(task.loss),
            "optimizer": str(task.optimizer),
            "init": str(net.init),
            "eta": self.eta,
            "batchSize": self.batch_size,
            "seed": self.seed,
            "parameters": None if self.drawn_by is not None else packed(net.parameters),
            "data": [each.document() for each in sets],
            "parts": offered_parts(*hidden, task.loss, task.optimizer, net.init, *first_weights),
            "pairs": {"classes": pairs(classes=True), "values": pairs(classes=False)},
            "mostParameters": in_page.MOST_PARAMETERS,
            "mostPoints": MOST_POINTS,
            "mostNumbers": MOST_NUMBERS,
            "tested": TESTED,
            "schema": SCHEMA,
            "scenes": [scene.document() for scene in SCENES],
        }
        return {"engine": in_page.module_text(), "training": training}

    @cached_property
    def html(self) -> str:
        """The page: one file, which opens anywhere and needs no internet connection."""
        about = f"{self.data.name}; {self.task.network}"
        return html_file(TITLE, about, {}, live=self.document)

    def save(self, path: str | PathLike[str]) -> Path:
        """Writes the page to a file, and gives its path."""
        write_atomically(path, self.html.encode())
        return Path(path)

    def widget(self, network: Network | None = None) -> Any:
        """The page in a notebook as a widget, which Python and the page share; it needs the extra `jupyter`.

        Its `network`, `data` and `history` are those of the page as it stands. Given the network that the page begins with,
        what is trained on the page is trained in Python, and what Python does to its weights is shown. `close()` ends it.
        """
        require_widgets()
        from .widget import TrainingWidget

        return TrainingWidget(self, network)

    def _as_widget(self, *, only_seen: bool) -> Any:
        from .widget import TrainingWidget

        return TrainingWidget(self, only_seen=only_seen)

    def _as_html(self) -> str:
        return framed(self.html, TITLE)

    def __repr__(self) -> str:
        return f"Studio: {self.data.name}, {len(self.data.X)} points; {self.task.network}"


def _told_apart(own: Embedded, named: list[Embedded]) -> Embedded:
    """The page's own set, with a name of its own where it is another one than that which every page carries by its name."""
    if own.named or own.name not in {each.name for each in named}:
        return own
    return replace(own, name=f"this page's {own.name}")


def studio(
    net: Network | Model | None = None,
    X: Any = None,
    y: Any = None,
    *,
    data: Any = None,
    target: str | None = None,
    loss: str | Loss | None = None,
    optimizer: str | Optimizer = "sgd",
    eta: float | None = None,
    batch_size: int = 8,
    penalty: str | Penalty | None = None,
    validation: float = TESTED,
    seed: int = 0,
    kinds: Mapping[str, str] | None = None,
    ignore: str | Sequence[str] = (),
    na: str | Sequence[object] = (),
) -> Studio:
    """A page on which a network is trained, live, in the browser: one file, with nothing to install.

    Parameters
    ----------
    net
        The network to begin with, or a model with its preprocessing; tanh units of the page's own where it is None.
    X, y
        Points (n, m) and labels (n,) or targets. A network takes them as they are; without one they are prepared as a table.
    data
        In place of X and y: the name of a data set, `"moons(noise=0.2)"`, a table's file, a data frame, or a dict of columns.
        Up to 5,000 points are embedded; of more, a sample, and the page says so.
    target
        The column of `data` that is predicted; the table's own where it is None.
    loss, optimizer, penalty, eta, batch_size
        What the training begins with. By default the usual loss for the output, and the optimiser's own step size.
    validation
        The part of the points that is looked at and not trained on. A model with the table that it was trained on has the rows
        that its training held out in their place.
    seed
        Fixes the first weights, the order of the points and the sample.
    kinds, ignore, na
        What columns of a table are, which are left out, and what counts as a gap, as `fit` takes them. A model knows its
        columns, and takes `na` alone.

    Raises
    ------
    ValueError
        A training that a page cannot hold, with the part or the number that it cannot: `explain` still shows a step of it.

    Examples
    --------
    >>> studio(data="circles")
    Studio: circles(points=400, noise=0.1, seed=0), 400 points; Network 2-6-6-2 (tanh, tanh, softmax), 74 parameters, float64
    """
    seed, batch_size = whole_number(seed, 0, "seed", most=2**32 - 1), whole_number(batch_size, 1, "batch_size")
    if not 0 <= validation < 1:
        raise ValueError(
            f"validation must be a fraction of the points, 0 or more and less than 1; given {validation!r}"
        )
    model = net if isinstance(net, Model) else None
    given, choices = _network(net), Choices(kinds, ignore, na)
    if model is not None and (choices.kinds or choices.ignore):
        raise ValueError(f"a model knows its columns; leave {give('--kind')} and {give('--ignore')} out")
    if X is not None and given is not None and model is None:
        if choices != NO_CHOICES:
            raise ValueError("kinds, ignore and na are for a table; a network takes X as it is")
        points = _as_they_are(given, X, y, loss, validation, seed)
    else:
        points = of_table(
            _table(model, X, y, data, choices),
            target=_target(target, y),
            validation=validation,
            seed=seed,
            model=model,
            choices=choices,
        )
    own = given if given is not None else _own_network(points, seed)
    task = _task(own, points, loss, optimizer, penalty, seed)
    if not isinstance(task.network.init, Initializer):
        raise ValueError(
            "a page draws all layers by one initialiser, and the network has one for each; give "
            f"{either('--init', 'init=')} one"
        )
    if why := in_page.why_not(task):
        raise ValueError(f"a page cannot train this: {why}; cp.explain(net, x, y).html() explains a step of it")
    rate = task.optimizer.rule.default_eta if eta is None else eta
    if given is None and eta is None and str(task.optimizer) == "sgd":
        rate = 0.1  # 0.01, its default, is for wider networks: here nothing would be seen for a minute
    return Studio(task, points, float(rate), batch_size, seed, seed if given is None else None)


def _network(given: Network | Model | None) -> Network | None:
    if isinstance(given, Model):
        return one_of(given.network, None, how="a single network")
    if given is not None:
        require_network(given, WITH_NETWORK)
    return given


def _target(target: str | None, y: Any) -> str | None:
    return "y" if target is None and y is not None else target


def _table(model: Model | None, X: Any, y: Any, data: Any, choices: Choices) -> Table:
    """The table that was given, in whichever way."""
    if X is not None and data is not None:
        raise ValueError("give X and y, or data, not both")
    if X is not None:
        return _table_of(X, y)
    if data is None:
        data = DATA if model is None else model.facts.get("source")
        if data is None:
            raise ValueError("this model does not say what it was trained on; give data")
    if isinstance(data, Dataset):
        return data.load()
    if isinstance(data, str | PathLike):
        return load_table(data, text=choices.as_texts, strict=False) if model is None else model.read(data)
    return data if isinstance(data, Table) else Table.of(data)


def _table_of(X: Any, y: Any) -> Table:
    if y is None:
        raise ValueError("X needs y: a label or a value for each point")
    if hasattr(X, "columns"):
        columns = {str(name): X[name] for name in X.columns}
    else:
        points = np.asarray(X)
        if points.ndim != 2:
            raise ValueError(f"X must be points in rows, (n, m); given the shape {points.shape}")
        columns = {f"x{j + 1}": points[:, j] for j in range(points.shape[1])}
    return Table.of({**columns, "y": y}, source=YOURS, target="y")


def _own_network(points: Embedded, seed: int) -> Network:
    widths = (points.X.shape[1], *HIDDEN, points.Y.shape[1])
    return Network(widths, ("tanh",) * len(HIDDEN) + ("softmax" if points.classes else "identity",), seed=seed)


def _usual_loss(net: Network) -> str:
    output = net.activations[-1]
    return "nllm" if isinstance(output, Softmax) else "nll" if isinstance(output, Sigmoid) else "square"


def _as_they_are(net: Network, X: Any, y: Any, loss: str | Loss | None, validation: float, seed: int) -> Embedded:
    if y is None:
        raise ValueError("X needs y: a label or a value for each point")
    part, outputs = find(Loss, _usual_loss(net) if loss is None else loss), net.widths[-1]

    def as_Y(given: Array, n: int) -> Array:
        return as_targets(given, part, points=n, outputs=outputs, dtype=net.dtype).Y

    return of_arrays(X, y, as_Y, outputs=outputs, validation=validation, seed=seed)


def _task(
    net: Network,
    points: Embedded,
    loss: str | Loss | None,
    optimizer: str | Optimizer,
    penalty: str | Penalty | None,
    seed: int,
) -> Task:
    """The task on the training points. ValueError where network, loss and points do not fit each other."""
    wanted = (points.X.shape[1], points.Y.shape[1])
    if (net.widths[0], net.widths[-1]) != wanted:
        raise ValueError(
            f"{points.name} has {wanted[0]} inputs and {wanted[1]} outputs, and the network takes {net.widths[0]} and gives "
            f"{net.widths[-1]}; its widths must be ({wanted[0]}, ..., {wanted[1]})"
        )
    part = find(Loss, _usual_loss(net) if loss is None else loss)
    require_pair(net.activations[-1], part, net.widths[-1])
    n = points.training
    return Task(
        network=net,
        loss=part,
        optimizer=find(Optimizer, optimizer),
        X=points.X[:n],
        Y=as_targets(points.Y[:n], part, points=n, outputs=net.widths[-1], dtype=net.dtype).Y,
        penalty=None if penalty is None else find(Penalty, penalty),
        seed=seed,
    )
