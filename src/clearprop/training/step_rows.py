"""The rows of a single step, as a user gives them: checked by the rules of `train`, and made arrays of the network's type."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..formulas.catalogue import Array
from ..formulas.domains import SIGNS
from ..formulas.losses import Loss
from ..formulas.regularizers import LabelSmoothing
from ..network import Network
from ..validation import Targets, as_numbers, as_points, as_targets, as_weights, require_pair
from .class_weights import ClassWeight, by_these, weight_of_each
from .step_factors import Arrays
from .unusual import IGNORE, Unusual

BALANCED = (
    "class_weight='balanced' counts the classes of all rows, and a step has some of them; give a weight for each class, such "
    "as sklearn.utils.class_weight.compute_class_weight computes once"
)
ALL_CLASSES = (
    "a step has some of the rows: give classes=[...] with all labels that will ever come, in the order of the outputs"
)


def gradient_given(values: npt.ArrayLike, net: Network) -> Array:
    """A gradient (p,) of a network, in its type. ValueError for another shape, or numbers that are not finite, with a place."""
    parameters, given = net.parameters, as_numbers(values, "gradient")
    if given.shape != parameters.shape:
        raise ValueError(f"gradient must be {parameters.shape}, as network.parameters; given {given.shape}")
    with np.errstate(over="ignore"):
        gradient = np.ascontiguousarray(given, parameters.dtype)
    if not math.isfinite(float(np.abs(gradient).max())):
        place = int(np.argmin(np.isfinite(gradient)))
        too_large = f", too large for {net.dtype}," if np.isfinite(given[place]) else ""
        raise ValueError(
            f"gradient has {given[place]:g}{too_large} in {Arrays(net).at(place)}, at place {place} counted from 0"
        )
    return gradient


def batches_given(batches: Any) -> Iterator[Sequence[Any]]:
    """One batch after another. ValueError for what is no pair or triple of arrays, or has none in it."""
    if not isinstance(batches, Iterable):
        raise ValueError(f"batches must be pairs (X, Y), or (X, Y, weights), one after another; given {batches!r}")
    for batch in batches:
        if not (isinstance(batch, tuple | list) and len(batch) in {2, 3}):
            raise ValueError(f"a batch is a pair (X, Y), or (X, Y, weights); given {type(batch).__name__}")
        yield batch


class StepRows:
    """What every step's rows are checked by: the network's widths and type, the loss, the classes and their weights.

    `classes` are all labels that will ever come, in the order of the outputs; without them labels are 0, 1, ...
    """

    def __init__(
        self,
        net: Network,
        loss: Loss,
        *,
        classes: Sequence[Any] | Array | None,
        smoothing: LabelSmoothing | None,
        class_weight: ClassWeight | None,
        unusual: Unusual,
    ) -> None:
        self.net, self.loss, self.smoothing, self.classes = net, loss, smoothing, None
        self.unusual = unusual
        self.outputs, self.dtype = net.widths[-1], net.dtype
        require_pair(net.f[net.L], loss, self.outputs)
        self._smoothed(np.zeros((1, self.outputs), self.dtype))  # ValueError where targets are no classes
        if classes is not None:
            self.classes = self._checked_classes(classes)
        self.labels = self._of_labels()
        """The targets of labels 0, 1, ..., (classes, n^L); None where labels are others, or none are taken."""
        self.of_classes = None if class_weight is None else self._weights_of_classes(class_weight)

    @property
    def dense(self) -> bool:
        """Whether rows of numbers are targets as they are."""
        return self.smoothing is None

    def arrays(
        self, X: npt.ArrayLike, Y: Any, sample_weight: npt.ArrayLike | None
    ) -> tuple[Array, Array, Array | None]:
        """X (n, m^1), Y (n, n^L) and weights (n,) as an engine takes them. ValueError with the words of `train`."""
        points = np.ascontiguousarray(as_points(X, self.net.widths[0], self.dtype))
        targets = self._targets(Y, len(points))
        weights = as_weights(sample_weight, len(points), self.dtype, negative=self.unusual.negative_weights)
        if self.of_classes is not None:
            by_class = by_these(self.of_classes, targets.Y, self.loss).astype(self.dtype)
            weights = by_class if weights is None else by_class * weights
        return points, np.ascontiguousarray(self._smoothed(targets.Y)), weights

    def _targets(self, Y: Any, points: int) -> Targets:
        outputs = self.outputs
        if self.classes is None and isinstance(Y, Sequence | np.ndarray) and len(Y) and isinstance(Y[0], str):
            raise ValueError(f"Y has labels such as {str(Y[0])!r}; {ALL_CLASSES}")
        targets = as_targets(
            Y, self.loss, points=points, outputs=outputs, dtype=self.dtype, classes=self.classes, remedy=IGNORE
        )
        if self.classes is None and targets.classes is not None:
            counted = np.arange(len(targets.classes))
            if targets.classes.dtype.kind not in "biuf" or (targets.classes != counted).any():
                raise ValueError(f"Y has labels {targets.classes.tolist()[:6]}; {ALL_CLASSES}")
        return targets

    def _checked_classes(self, classes: Sequence[Any] | Array) -> Array:
        given = np.asarray(classes)
        if given.ndim != 1 or len(given) != len(set(given.tolist())):
            raise ValueError(f"classes must be a list of different labels, one for each output; given {classes!r}")
        expected = max(2, self.outputs)
        if len(given) != expected:
            raise ValueError(f"classes has {len(given)} labels, and the network's outputs stand for {expected}")
        return given

    def _of_labels(self) -> Array | None:
        counted = np.arange(self.outputs)
        if self.outputs == 1 or (self.classes is not None and not np.array_equal(self.classes, counted)):
            return None
        try:
            return self._smoothed(self._targets(counted, len(counted)).Y)
        except ValueError:  # a loss whose targets are no classes
            return None

    def _smoothed(self, Y: Array) -> Array:
        if self.smoothing is None:
            return Y
        return self.smoothing.smoothed(Y, self.loss.domain_Y).astype(self.dtype)

    def _weights_of_classes(self, given: ClassWeight) -> Array:
        if isinstance(given, str) and given == "balanced":
            raise ValueError(BALANCED)
        labels = list(range(max(2, self.outputs))) if self.classes is None else self.classes.tolist()
        weights = weight_of_each(given, labels, np.ones(len(labels)), len(labels))
        one_of_each = np.eye(self.outputs // self.loss.outputs_per_target)
        # ValueError where targets are no classes
        by_these(weights, 2 * one_of_each - 1 if self.loss.domain_Y == SIGNS else one_of_each, self.loss)
        return weights
