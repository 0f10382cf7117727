"""The fitted network and its weights as scikit-learn shows them: `coefs_` and `intercepts_` are views of one flat vector.

Where other arrays are put in their place, the network is made again with those; pickles hold the arrays alone.
"""

from __future__ import annotations

from copy import deepcopy
from operator import is_
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ..engines.single_points import kernels_of
from ..ensemble import mean_of
from ..formulas.activations import Activation
from ..formulas.catalogue import Array
from ..network import Network
from . import words
from .border import ASK_FOR_MORE, Border
from .several import OfOneNetwork, refuse
from .weights_alone import Intercepts

CALLBACKS = ("_skl_callbacks", "_callback", "_parent_callback")
"""How the names of attributes begin by which scikit-learn knows an estimator's callbacks."""


class NetworkHolder(Border):
    """The network behind an estimator's fitted attributes, and what it says of points."""

    activation: Any
    dtype: str | None
    coefs_: Any = OfOneNetwork()
    loss_curve_: Any = OfOneNetwork()
    validation_scores_: Any = OfOneNetwork()
    validation_loss_curve_: Any = OfOneNetwork()
    best_loss_: Any = OfOneNetwork()
    best_validation_score_: Any = OfOneNetwork()
    restart_losses_: Any = OfOneNetwork()
    temperature_: Any = OfOneNetwork()
    t_: Any = OfOneNetwork()
    intercepts_ = Intercepts()
    out_activation_: str
    _output_part: Activation
    _stream: Any

    def _hold(self, net: Network) -> None:
        """Let the estimator's weights be those of `net`."""
        self.coefs_ = [net.W[l] for l in net.layers]
        self.intercepts_ = [net.W0[l] for l in net.layers]
        made = vars(self)
        self._network, self._views = net, [*made["coefs_"], *made["intercepts_"]]
        self._made_with = self.activation, self.out_activation_

    def _net(self) -> Network:
        """The network whose weights they are, made again where arrays were put in their place or the activation changed."""
        made = vars(self)
        if "members_" in made:
            refuse(self, "network_")
        given = [*made["coefs_"], *made["intercepts_"]]
        same = "_views" in made and len(given) == len(self._views) and all(map(is_, given, self._views))
        if not same or self._made_with != (self.activation, self.out_activation_):
            self._hold(self._remade(made.get("_network")))
        return self._network

    def _remade(self, before: Network | None) -> Network:
        """A network with the weights that are there now, and what else it had learnt for its normalisations and activations."""
        layers = list(zip(vars(self)["coefs_"], vars(self)["intercepts_"], strict=True))
        hidden = words.hidden_activations(self.activation, len(layers) - 1)
        norms = None if before is None else before.normalizations
        net = Network.from_weights(layers, (*hidden, self._output()), normalization=norms)
        if before is not None and net.widths == before.widths:
            known = {(l, name): array for l, name, array in before.arrays}
            for l, name, array in net.arrays:
                if name not in {"W", "W0"} and (l, name) in known:
                    array[...] = known[l, name]
            net.statistics[...] = before.statistics
        return net

    def _has_learnt_more(self) -> bool:
        """Whether the network has learnt what its weights do not tell: a normalisation's gain, an activation's alpha."""
        net = vars(self).get("_network")
        return net is not None and not {name for _, name, _ in net.arrays} <= {"W", "W0"}

    def _output(self) -> Activation:
        """The last layer's activation: a user's own cannot be found by its word."""
        part: Activation | None = vars(self).get("_output_part")
        if part is not None and words.word_of_activation(part) == self.out_activation_:
            return part
        return words.activation_of_word(self.out_activation_)

    def _outputs(self, X: Any) -> Array:
        """A^L (n, outputs) of points as users give them; scikit-learn's errors where they do not fit."""
        made = vars(self)
        if "members_" in made:
            points = self._checked_points(X)
            return np.asarray(mean_of((each._of_prepared(points) for each in made["members_"]), self._output()))
        if "coefs_" not in made:
            check_is_fitted(self)
        plain = type(X) is np.ndarray and not ASK_FOR_MORE & made.keys()
        A = self._by_kernels(X) if plain else None  # which refuse what is not finite, or of another type or shape
        if A is not None:
            return A
        return self._of_prepared(self._checked_points(X))

    def _of_prepared(self, points: Any) -> Array:
        """A^L (n, outputs) of prepared points, in their type, computed in the network's."""
        X = points if self.dtype is None else in_type(points, self._net().dtype)
        A = self._by_kernels(X) if type(X) is np.ndarray else None
        A = forward(self._net(), X) if A is None else A
        return A if self.dtype is None else A.astype(points.dtype, copy=False)

    def _by_kernels(self, X: Array) -> Array | None:
        """A^L by the compiled kernels; None where they lack a part, or X is not of the network's own type."""
        kernels = kernels_of(self._net())
        return None if kernels is None else kernels.predict(np.ascontiguousarray(X))

    def __getstate__(self) -> dict[str, Any]:
        if "_stream" in vars(self):
            self._stream.update_solver()
        state: dict[str, Any] = super().__getstate__()  # type: ignore[assignment]  # scikit-learn's
        made = {"_views", "_made_with", "_stream", "_prepared"}
        if not self._has_learnt_more():
            made.add("_network")
        return {name: value for name, value in state.items() if name not in made}

    def __copy__(self) -> Any:
        """A model of its own: what is trained further, or set, in one of the two does not show in the other.

        Shared are the parameters and scikit-learn's callbacks, which belong to nobody alone.
        """
        given = self.get_params(deep=False)  # type: ignore[attr-defined]  # scikit-learn's
        shared = {
            name: each for name, each in self.__getstate__().items() if name in given or name.startswith(CALLBACKS)
        }
        learnt = {name: each for name, each in self.__getstate__().items() if name not in shared}
        twin = type(self).__new__(type(self))
        twin.__setstate__(shared | deepcopy(learnt))  # type: ignore[attr-defined]  # scikit-learn's
        return twin


def in_type(X: Any, dtype: Any) -> Any:
    """Prepared points X (n, m), dense or sparse, in the network's type. ValueError where a number is too large for it."""
    if X.dtype == dtype:
        return X
    with np.errstate(over="ignore"):
        cast = X.astype(dtype)
    if not np.isfinite(cast.data if hasattr(cast, "tocsr") else cast).all():
        raise ValueError(f"X has numbers that are too large for {dtype}; give dtype='float64', or scale X")
    return cast


def forward(net: Network, A: Any) -> Array:
    """A^L (n, n^L) of points, dense or sparse, in their own type or the network's, whichever is wider."""
    with np.errstate(all="ignore"):  # an output that overflows says so itself
        for l in net.layers:
            _, A = net.predict_layer(l, A)
    return A
