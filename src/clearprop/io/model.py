"""Model: a network, or an ensemble of several, with its preprocessing. It predicts from tables, in the target's own unit.

It does not train.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

from ..columns import ColumnWarning
from ..ensemble import Function, output_of
from ..formulas.answers import class_probabilities, require_probabilities
from ..formulas.catalogue import Array
from ..sparse_rows import SparseRows
from .described import with_gaps
from .memory import is_sparse
from .preprocessing import Preprocessing
from .sparse_inputs import sparse_inputs
from .tables.datasets import load_table
from .tables.table import Table, as_table


@dataclass(frozen=True)
class Model:
    """What a model file holds. `facts` says how the network was trained, in plain JSON.

    >>> from clearprop.fitting import fit
    >>> model = fit(load_table("blobs")).model
    >>> model.predict(Table.of({"x2": [1.2, -0.5], "x1": [0.0, 1.0]})).tolist()
    ['top', 'right']
    """

    network: Function
    """One network, or an `Ensemble` of several, whose mean is what the model predicts."""
    preprocessing: Preprocessing | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        about = "a bare network"
        if self.preprocessing is not None:
            made = self.preprocessing
            about = f"{made.task} of {made.target.name} from {len(made.inputs):,} column{'s' * (len(made.inputs) != 1)}"
        return f"Model: {about}; {self.network}"

    @property
    def prepared(self) -> Preprocessing:
        """The preprocessing; ValueError where the file holds a bare network."""
        if self.preprocessing is None:
            raise ValueError(
                "this model is a bare network, without names for its inputs, so it cannot take a table; "
                "clearprop.load(path).predict(X) takes an array"
            )
        return self.preprocessing

    def read(self, source: str | PathLike[str], *, na: Sequence[str] = (), **how: Any) -> Table:
        """The table that `load_table` gives for `source`; columns that were text in training are read as text.

        `na` are texts and numbers that count as gaps here, beside those of the training. `how` are fields of `Reading`, where
        the source does not say itself how it is to be read.
        """
        table = load_table(source, text=self.prepared.texts_of(how.get("decimal")), strict=False, **how)
        return with_gaps(table, na)

    def inputs(self, table: Any) -> Array:
        """X (n, m^1), standardised, in the network's type. ValueError for missing columns.

        Gaps are filled, and a category that training did not have is none of the known ones.
        """
        return self.prepared.X(as_table(table), self.network.dtype)

    def training_inputs(self, table: Any, fitted_on: Array | None = None) -> Array:
        """X (n, m^1) of rows as the network learns from them; see `points`."""
        return self.prepared.training_X(as_table(table), self.network.dtype, fitted_on=fitted_on)

    def points(self, table: Any, *, training: bool = False, fitted_on: Array | None = None) -> Array | SparseRows:
        """The inputs of rows to learn from, or to score: sparse where most are categories and an array would be large.

        Of `training` rows no input has a part of the row's own target. `fitted_on` (n,) marks those that the preprocessing was
        fitted on; None for all.
        """
        given, prepared, dtype = as_table(table), self.prepared, self.network.dtype
        if is_sparse(prepared.inputs, len(given), dtype.itemsize):
            return sparse_inputs(prepared, given, dtype, training=training, fitted_on=fitted_on)
        return self.training_inputs(given, fitted_on) if training else self.inputs(given)

    def targets(self, table: Any) -> Array:
        """Y (n, n^L): one-hot rows, or standardised values. ValueError where the target is missing, or a class is new."""
        return self.prepared.Y(as_table(table), self.network.dtype)

    def predict(self, table: Any) -> Array:
        """Class labels (n,), or values (n,) in the target's own unit, for a `Table`, a data frame or a dict of columns.

        A ColumnWarning counts cells that training did not know.
        """
        return self.decode(self._outputs(table))

    def _outputs(self, table: Any) -> Array:
        given = as_table(table)
        if not len(given):
            raise ValueError(f"{given.source} has no rows, so there is nothing to predict")
        A = self.network.predict(self.inputs(given))
        for said in self.prepared.strays(given):
            warnings.warn(f"{given.source}: {said}", ColumnWarning, stacklevel=3)
        return A

    def decode(self, A: Array) -> Array:
        """Outputs (n, n^L) as labels or values (n,); further outputs, such as a log variance, are ignored."""
        target = self.prepared.target
        return target.decode(A[:, : target.width])

    def probabilities(self, table: Any) -> Array:
        """A probability for each class, (n, classes), in the order of `preprocessing.classes`.

        They sum to 1. ValueError in regression, and for outputs that may be less than 0 or more than 1.
        """
        if self.prepared.classes is None:
            raise ValueError(f"the target {self.prepared.target.name!r} is a number, and has no classes")
        output = output_of(self.network)
        require_probabilities(output)
        return class_probabilities(self._outputs(table), output.range)
