"""The whole function of a fitted estimator: its network, what prepares its inputs, and the same function in plain layers."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

from sklearn.utils.validation import check_is_fitted

from ..ensemble import networks_of
from ..folding import folded
from ..network import Network
from . import several
from .preparation import Preparation, Targets
from .spread import warn_of_spread
from .weights_alone import NAME, left_out, only_listed

if TYPE_CHECKING:
    from pathlib import Path

    from sklearn.neural_network import MLPClassifier, MLPRegressor

    from ..io.exports import Export


class Whole:
    """What `MLPClassifier` and `MLPRegressor` say of the function that they have learnt."""

    def __dir__(self) -> list[str]:
        """The attributes, without biases that would warn: what goes through all attributes reads them, and means nothing."""
        with only_listed():
            listed = super().__dir__()
        return [name for name in listed if name != NAME or not left_out(self)]

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "preparation_" in state:  # saved by a version in which that was the transformer of columns alone
            state = {"columns_" if name == "preparation_" else name: value for name, value in state.items()}
        super().__setstate__(state)  # type: ignore[misc]  # scikit-learn's

    @property
    def network_(self: Any) -> Network:
        """The network itself, not a copy: `network_.predict(A)` gives A^L (n, n_outputs) from prepared inputs A (n, m).

        It has everything that is trained: weights, the gain, shift and running statistics of normalisations, trained
        activations. Its outputs are probabilities or margins in the order of `classes_`, or values in the units of
        `preparation_.targets`.
        """
        check_is_fitted(self)
        return self._net()

    @property
    def networks_(self: Any) -> tuple[Network, ...]:
        """The network, or those of all members of an ensemble, whose outputs' mean is the model."""
        check_is_fitted(self)
        return networks_of(several.function_of(self))

    @property
    def preparation_(self: Any) -> Preparation:
        """The way from raw rows X (n, n_features_in_) to the network's inputs (n, m), and back to y's own unit."""
        check_is_fitted(self)
        made = vars(self)
        predictions = None if hasattr(self, "classes_") else self.n_outputs_
        return Preparation(made.get("columns_"), made.get("scaler_"), Targets.of(self), predictions)

    def folded(self) -> Network:
        """Plain layers, f(A W + W₀) and nothing else, that compute the same function from raw rows; a float64 network.

        Scaling of inputs goes into the first layer, batch normalisation and trained slopes into their layers, and the
        scale of the target into the last. Where gaps are filled or categories encoded, the rows to give it are
        `preparation_.encode(X)`. Its outputs are what `preparation_.restore` gives: predictions in y's own unit, or a
        classifier's outputs.

        Returns
        -------
        network : clearprop.Network
            A new network; equal to rounding.

        Raises
        ------
        clearprop.folding.CannotFold
            Where a part is no linear map, such as `layer_norm` or `smooth_clip`: a ValueError that names it.
        """
        several.refuse(self, "folded()")
        plain = self._plain()
        warn_of_spread(self, "folded layers have")
        return plain

    def _plain(self) -> Network:
        """What `folded` gives."""
        prepared = self.preparation_
        scaler, targets = prepared.scaler, prepared.targets
        scaling = None if scaler is None else (scaler.part, scaler.centre, scaler.factor)
        target = None if targets is None else (targets.mean, targets.scale)
        return folded(self.network_, scaling, target, outputs=prepared.predictions)

    def export(
        self, path: str | PathLike[str], to: str | Export | None = None, *, dtype: str | None = None, int8: bool = False
    ) -> list[Path]:
        """Write the whole function as ONNX, C99, a Python file that needs NumPy alone, or JSON.

        Raw rows go in: what fills gaps, encodes categories and scales is in the file, and so are the labels. Rows are `X`, or
        columns by name where some hold texts; an empty text is a gap.

        Parameters
        ----------
        path : str or path-like
            The file to write; C becomes a .c and a .h file. A file that an export wrote is replaced, no other.
        to : {"onnx", "c", "numpy", "json"}, default=None
            The format; by default the suffix of `path` decides: .onnx, .c, .py or .json.
        dtype : {"float32", "float64"}, default=None
            The type of numbers in ONNX and C; float32 by default.
        int8 : bool, default=False
            Whether the weights of C are stored in 8 bits.

        Returns
        -------
        paths : list of pathlib.Path
            The files that were written.

        Raises
        ------
        ValueError
            Where the format has no words for a part, which the message names; OSError where a file cannot be written.
        """
        from ..io.exports import export_function
        from .exports.function import function_of_estimator

        return export_function(function_of_estimator(self), path, to, dtype=dtype, int8=int8)

    def to_sklearn(self) -> MLPClassifier | MLPRegressor:
        """Give scikit-learn's own fitted `MLPClassifier` or `MLPRegressor` that makes the same predictions.

        It has every fitted attribute of that class. Scalings and batch normalisation are folded into its weights. Where
        nothing had to be folded and the solver is one of scikit-learn's, its `partial_fit` goes on as this one would;
        otherwise `partial_fit` continues from the same weights with a new optimiser. Parameters that scikit-learn does not
        have are lost for further training, and a warning names them.

        Returns
        -------
        estimator : sklearn.neural_network.MLPClassifier or MLPRegressor
            A fitted estimator with arrays of its own.

        Raises
        ------
        ValueError
            Where scikit-learn's class cannot express the function: another activation, different activations in
            different layers, categories or gaps, a normalisation that cannot be folded. The message names it.
        """
        from .exports.to_sklearn import as_sklearn

        check_is_fitted(self)
        several.refuse(self, "to_sklearn()")
        warn_of_spread(self, "scikit-learn's class has")
        return as_sklearn(self)
