"""The whole function of a model, from a raw row to what is predicted: three steps that write themselves down as operators.

`prepare` makes the network's inputs of what is given, the layers are the network's own, and `answer` makes predictions of its
outputs. An exporter reads nothing else, so what is not said here is in no export.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from ...ensemble import Ensemble, networks_of, output_of
from ...formulas.answers import class_probabilities, require_probabilities
from ...network import Network
from ...operators import CannotExpress, Symbol
from ..model import Model
from ..preprocessing import ChoiceColumn, restored
from .columns import Given, Prepared, given_of, prepared
from .required import finite

PROBABILITIES, OUTPUTS, VALUES = "probabilities", "outputs", "values"
"""What the numbers of a prediction are: of classes, of classes without being probabilities, or in the target's unit."""


@dataclass(frozen=True)
class Answer:
    """What is predicted."""

    values: Symbol
    """(n, k): a number for each class, or values in the target's unit."""
    chosen: Symbol | None = None
    """Which class (n,), a whole number from 0; of several labels at once which of them, (n, k) true or false; else None."""


Prepare: TypeAlias = Callable[[Mapping[str, Symbol]], Prepared]


@dataclass(frozen=True)
class Function:
    """All that an exporter needs."""

    network: Network | Ensemble
    """One network, or several, of whose outputs it is the mean."""
    given: tuple[Given, ...]
    """What a raw row holds: columns by name, or one `X` of the network's inputs."""
    prepare: Prepare
    """From a symbol for each name in `given` to the network's inputs, and what must be true of the row."""
    answer: Callable[[Symbol], Answer]
    values_are: str = OUTPUTS
    classes: tuple[Any, ...] | None = None
    """What the classes are called; None for values."""
    several: bool = False
    """Whether a row may have several labels at once."""
    targets: tuple[str, ...] = ()
    """The name of the target, or names of the outputs where there are any."""
    held: Callable[[], Model] | None = None
    """What a format that holds names and numbers, and no operators, writes: a model, or a CannotExpress that says why not."""
    by_name: bool = True
    """Whether a row is given by the names of its columns, and not as one `X`."""

    def __post_init__(self) -> None:
        names = [each.name for each in self.given]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise CannotExpress(f"two columns are called {twice!r}, and a row is given by their names; rename one")

    def model(self) -> Model:
        """The model of a table, or of plain numbers, that computes this function. CannotExpress where there is none."""
        return Model(self.network) if self.held is None else self.held()

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks, one or several."""
        return networks_of(self.network)

    @property
    def inputs(self) -> int:
        """How many inputs every network has."""
        return self.networks[0].widths[0]

    @property
    def outputs(self) -> int:
        """How many outputs every network has."""
        return self.networks[0].widths[-1]

    @property
    def width(self) -> int:
        """How many numbers a prediction has."""
        return len(self.classes) if self.classes is not None else len(self.targets) or self.outputs


def function_of(model: Model | Network | Ensemble) -> Function:
    """The function of a model file's model; of a bare network, or a model without preprocessing, that from X to A^L."""
    net, made, facts = (
        (model.network, model.preprocessing, model.facts) if isinstance(model, Model) else (model, None, {})
    )
    m, outputs = networks_of(net)[0].widths[0], networks_of(net)[0].widths[-1]
    if made is None:
        return Function(net, (Given("X", width=m),), _as_it_is(m), Answer, by_name=False)
    given, held = tuple(given_of(column, made.na) for column in made.inputs), lambda: Model(net, made, facts)
    columns, target = made.inputs, made.target
    if not isinstance(target, ChoiceColumn):
        value = _restored(target, outputs)
        return Function(net, given, _of(columns, made.na), value, VALUES, None, False, (target.name,), held)
    of_classes, values_are = _classes(net, target.width, outputs)
    return Function(
        net, given, _of(columns, made.na), of_classes, values_are, target.labels, False, (target.name,), held
    )


def first(A: Symbol, width: int, of: int) -> Symbol:
    """The first `width` of `of` outputs; further ones, such as a log variance, are no predictions."""
    return A if width == of else whole(A, range(width), A)


def whole(like: Symbol, places: Sequence[int] | range, of: Symbol) -> Symbol:
    """The columns of a value in these places, (n, places)."""
    index = Symbol(like.graph, like.graph.kept(np.array(places, np.int64)))
    return like.by("Gather", of, index, axis=1)


def largest(A: Symbol) -> Symbol:
    """Which of a row's numbers is the largest, (n,)."""
    return A.by("ArgMax", A, axis=1, keepdims=0)


def _symbol(given: Any) -> Symbol:
    """A formula of arrays says that it gives an array; of symbols it gives a symbol."""
    return given


def labels_of(classes: Sequence[Any]) -> Any:
    """The names of classes (classes,) as an exported model gives them: whole numbers, or text. CannotExpress for any other."""
    plain = [each.item() if isinstance(each, np.generic) else each for each in classes]
    if all(isinstance(each, str) for each in plain):
        return np.array(plain, object)
    if all(isinstance(each, int | float) and each % 1 == 0 and abs(each) < 2**63 for each in plain):
        return np.array([int(each) for each in plain], np.int64)
    raise CannotExpress(f"labels must be whole numbers or text; they are {plain!r:.80}")


def _as_it_is(width: int) -> Prepare:
    """X, of which every number must be finite."""
    return lambda given: Prepared(given["X"], (finite(given["X"], [], width),))


def _of(columns: Sequence[Any], na: Sequence[str]) -> Prepare:
    return lambda given: prepared(columns, given, na)


def _restored(target: Any, outputs: int) -> Callable[[Symbol], Answer]:
    return lambda A: Answer(restored(first(A, 1, outputs), target.mean, target.scale))


def _classes(net: Network | Ensemble, k: int, outputs: int) -> tuple[Callable[[Symbol], Answer], str]:
    """What makes an answer of a class of k, and what its numbers are."""
    output = output_of(net)
    try:
        require_probabilities(output)
    except ValueError:
        return lambda A: Answer(A, largest(A)), OUTPUTS

    def answer(A: Symbol) -> Answer:
        scores: Any = first(A, k, outputs)
        return Answer(_symbol(class_probabilities(scores, output.range)), largest(scores))

    return answer, PROBABILITIES
