"""Network: widths, activations and ONE flat parameter vector, of which W[l] and W0[l] are views. It never computes a gradient.

Layers count 1..L. Layer l takes m^l inputs and gives n^l outputs; n^l = m^(l+1). W[l] is (m^l, n^l), W0[l] is (n^l,).
A normalised layer also has gain[l] and shift[l] (n^l,) in the same vector; one with a trainable activation has alpha[l] (n^l,).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .formulas.activations import EACH_UNIT, Activation
from .formulas.catalogue import Array, find, of_shape
from .formulas.initializers import Gaussian, Initializer
from .formulas.learnt_activations import Learnt
from .formulas.losses import Loss
from .formulas.normalizations import Normalization
from .formulas.optimizers import Shapes, starts_of
from .layer_views import LayerViews
from .validation import as_generator, as_numbers, refuse_estimator, type_name

Normalizations: TypeAlias = str | Normalization | Sequence[str | Normalization | None] | None
"""None, one for every hidden layer, or one or None for each layer."""
Weights: TypeAlias = Sequence[tuple[npt.ArrayLike, npt.ArrayLike]]
"""(W, W0) of each layer."""
Inits: TypeAlias = str | Initializer | Sequence[str | Initializer]
"""An initialiser for all layers, or one for each."""


class Network:
    """A feed-forward network: A^l = f^l(A^(l-1) W^l + W_0^l), layer after layer.

    `widths` is (m^1, ..., m^L, n^L): inputs first, outputs last. `activations` names f^1 .. f^L. `init` draws the
    initial parameters from `seed`: one initialiser for all layers or one for each; or it is a pair (W, W0) for each layer.
    `normalization` brings Z^l to mean 0 and variance 1 before f^l: one for all hidden layers, or one or None for each layer.
    `dtype` is float64 or float32.

    >>> net = Network(widths=(2, 3, 1), activations=("tanh", "identity"), seed=0)
    >>> net
    Network 2-3-1 (tanh, identity), 13 parameters, float64
    >>> net.W[1].shape, net.W0[2].shape, net.parameters.shape
    ((2, 3), (1,), (13,))
    >>> Network(widths=(2, 3, 1), activations=("tanh", "identity"), normalization="layer_norm").gain[1]
    array([1., 1., 1.])
    """

    def __init__(
        self,
        widths: Sequence[int],
        activations: Sequence[str | Activation],
        *,
        init: Inits | Weights = "gaussian",
        normalization: Normalizations = None,
        seed: int | np.random.Generator = 0,
        dtype: npt.DTypeLike = "float64",
    ) -> None:
        self._shape(widths, activations, normalization)
        self.init: Initializer | tuple[Initializer, ...]
        """What drew the parameters, or would draw those of a restart: one for all layers, or one for each."""
        self._hold(np.empty(sum(math.prod(shape) for _, _, shape in self.shapes), dtype=_float_type(dtype)))
        self._start_beside_weights()
        drawn = _initializers(init, self.L)
        if drawn is not None:
            self.init = drawn
            self._draw(as_generator(seed))
        else:
            self.init = Gaussian()
            self._take(init)  # type: ignore[arg-type]  # what is no initialiser is weights

    def redraw(self, seed: int | np.random.Generator) -> None:
        """Start again: the initialiser draws the parameters from `seed`, and running statistics are 0 and 1.

        >>> net = Network(widths=(2, 3, 1), activations=("tanh", "identity"), seed=0)
        >>> other = Network(widths=(2, 3, 1), activations=("tanh", "identity"), seed=1)
        >>> net.redraw(1)
        >>> bool((net.parameters == other.parameters).all())
        True
        """
        self._start_beside_weights()
        self._start_statistics()
        self._draw(as_generator(seed))

    def _start_beside_weights(self) -> None:
        for l in self.normalization:
            self.gain[l][...], self.shift[l][...] = 1, 0
        for l, alpha in self.alpha.items():
            alpha[...] = self._learnt[l].start

    def _start_statistics(self) -> None:
        for l, mean in self.running_mean.items():
            mean[...], self.running_variance[l][...] = 0, 1

    def _draw(self, rng: np.random.Generator) -> None:
        for l in self.layers:
            W, W0 = self.W[l], self.W0[l]
            m, n = W.shape
            init = self.init if isinstance(self.init, Initializer) else self.init[l - 1]
            W[...] = of_shape(init.W(m, n, rng), (m, n), init, "W", f"those of layer {l}")
            W0[...] = of_shape(init.W0(m, n, rng), (n,), init, "W0", f"that of layer {l}")

    def _take(self, weights: Weights) -> None:
        what = f"init must be a name, or a name or a pair (W, W0) for each of {self.L} layers"
        if len(_pairs(weights, what)) != self.L:
            raise ValueError(f"{what}; given {len(weights)}")
        for l, (W, W0) in enumerate(weights, 1):
            self.W[l], self.W0[l] = as_numbers(W, f"W[{l}]"), as_numbers(W0, f"W0[{l}]")

    @classmethod
    def from_weights(
        cls, weights: Weights, activations: Sequence[str | Activation], *, normalization: Normalizations = None
    ) -> Network:
        """A network with the given (W, W0) for each layer, copied; float32 if all of them are, else float64.

        >>> net = Network.from_weights([([[2.0], [3.0]], [1.0])], activations=("identity",))
        >>> net.predict([[10.0, 100.0]])
        array([[321.]])
        """
        _pairs(weights, "weights must be a pair (W, W0) for each layer")
        layers = [(as_numbers(W, f"W[{l}]"), as_numbers(W0, f"W0[{l}]")) for l, (W, W0) in enumerate(weights, 1)]
        for l, (W, W0) in enumerate(layers, 1):
            m = W.shape[0] if l == 1 or W.ndim != 2 else layers[l - 2][0].shape[1]
            if W.ndim != 2 or W.shape[0] != m or W0.shape != W.shape[1:]:
                raise ValueError(
                    f"layer {l}: W must be ({m if W.ndim else 'm'}, n) and W0 (n,); given {W.shape} and {W0.shape}"
                )
        single = all(array.dtype == np.float32 for layer in layers for array in layer)
        widths = (*(W.shape[0] for W, _ in layers), layers[-1][0].shape[1]) if layers else ()
        dtype = "float32" if single else "float64"
        return cls(widths, activations, init=layers, normalization=normalization, dtype=dtype)

    @classmethod
    def _from_vectors(
        cls,
        widths: Sequence[int],
        activations: Sequence[str | Activation],
        parameters: Array,
        init: Inits = "gaussian",
        normalization: Normalizations = None,
        statistics: Array | None = None,
    ) -> Network:
        """A network that uses the given flat vectors themselves, not copies. They may be complex, for complex steps.

        `init` is what restarts use to draw other networks of this shape.
        """
        net = cls.__new__(cls)
        net._shape(widths, activations, normalization)  # noqa: SLF001 - the same class
        net.init = _initializers(init, net.L) or Gaussian()
        net._hold(parameters, statistics)  # noqa: SLF001 - the same class
        return net

    def _shape(
        self, widths: Sequence[int], activations: Sequence[str | Activation], normalization: Normalizations
    ) -> None:
        self.widths = _as_widths(widths)
        if (
            not isinstance(activations, Sequence)
            or isinstance(activations, str)
            or len(activations) != len(self.widths) - 1
        ):
            raise ValueError(
                f"{len(self.widths) - 1} layers need {len(self.widths) - 1} activations, one for each; given {activations!r}"
            )
        self.L = len(self.widths) - 1
        self.activations = tuple(find(Activation, f) for f in activations)
        """f^1 .. f^L as records; `f[l]` is that of layer l with the alpha[l] of this network, where there is one."""
        self._learnt = {l: f for l, f in enumerate(self.activations, 1) if isinstance(f, Learnt)}
        self.normalization = _by_layer(normalization, self.L)
        self._arrays = tuple(self._shapes())

    def _alike(self) -> Network:
        """A network of the same shape, without parameters yet."""
        net = self.__new__(type(self))
        net.widths, net.L, net.activations, net.init = self.widths, self.L, self.activations, self.init
        net._learnt, net._arrays = self._learnt, self._arrays  # noqa: SLF001 - the same class
        net.normalization = dict(self.normalization)
        return net

    @property
    def shapes(self) -> Shapes:
        """Layer, name and shape of every array of parameters, in the order of the flat vector."""
        return list(self._arrays)

    def _shapes(self) -> Iterator[tuple[int, str, tuple[int, ...]]]:
        for l, (m, n) in enumerate(zip(self.widths, self.widths[1:], strict=False), 1):
            yield l, "W", (m, n)
            yield l, "W0", (n,)
            if l in self.normalization:
                yield l, "gain", (n,)
                yield l, "shift", (n,)
            if l in self._learnt:
                yield l, "alpha", (n,)

    def _hold(self, parameters: Array, statistics: Array | None = None) -> None:
        self._parameters = parameters
        views: dict[str, dict[int, Array]] = {"W": {}, "W0": {}, "gain": {}, "shift": {}, "alpha": {}}
        start = 0
        for l, name, shape in self._arrays:
            end = start + math.prod(shape)
            views[name][l] = parameters[start:end].reshape(shape)
            start = end
        self._W, self._W0, self._gain, self._shift, self._alpha = [
            LayerViews(found, name) for name, found in views.items()
        ]
        self.f: dict[int, Activation] = dict(enumerate(self.activations, 1))
        for l, f in self._learnt.items():
            self.f[l] = f.at(self._alpha[l])
        self._hold_statistics(statistics)

    def _hold_statistics(self, statistics: Array | None) -> None:
        """The running means and variances of the layers that have them, 0 and 1 where none are given."""
        running = {l: self.widths[l] for l, part in self.normalization.items() if part.running}
        self.statistics = np.empty(2 * sum(running.values()), self.dtype) if statistics is None else statistics
        mean, variance, start = {}, {}, 0
        for l, n in running.items():
            mean[l], variance[l] = self.statistics[start : start + n], self.statistics[start + n : start + 2 * n]
            start += 2 * n
        self.running_mean = LayerViews(mean, "running_mean")
        self.running_variance = LayerViews(variance, "running_variance")
        if statistics is None:
            self._start_statistics()

    @property
    def parameters(self) -> Array:
        """All weights and biases, (p,): W[1] row by row, W0[1], W[2], ... Changing it changes the network.

        After W0[l] come gain[l] and shift[l] of a normalised layer, and then alpha[l] of a trainable activation.
        """
        return self._parameters

    @parameters.setter
    def parameters(self, values: npt.ArrayLike) -> None:
        given = as_numbers(values, "parameters")
        if given.shape != self._parameters.shape:
            raise ValueError(f"parameters is {self._parameters.shape}, given {given.shape}")
        self._parameters[...] = given

    @property
    def W(self) -> LayerViews:
        """The weights, W[l] (m^l, n^l) for l = 1..L."""
        return self._W

    @property
    def W0(self) -> LayerViews:
        """The biases, W0[l] (n^l,) for l = 1..L."""
        return self._W0

    @property
    def gain(self) -> LayerViews:
        """The factors of the normalised Z[l], gain[l] (n^l,) for each l that is normalised."""
        return self._gain

    @property
    def shift(self) -> LayerViews:
        """The terms that are added after the gain, shift[l] (n^l,)."""
        return self._shift

    @property
    def alpha(self) -> LayerViews:
        """The parameters of f^l, alpha[l] (n^l,) for each l with a trainable activation; f[l] reads them."""
        return self._alpha

    @property
    def arrays(self) -> list[tuple[int, str, Array]]:
        """Layer, name and view of every array of parameters, in the order of the flat vector."""
        return [(l, name, getattr(self, name)[l]) for l, name, _ in self._arrays]

    @property
    def starts(self) -> Array:
        """Where each of `arrays` begins in the flat vector."""
        return starts_of(self.shapes)[:-1]

    @property
    def layers(self) -> range:
        """1..L."""
        return range(1, self.L + 1)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of values, float64 or float32 (real, also while the parameters are complex for a complex step)."""
        return self._parameters.real.dtype

    @property
    def normalizations(self) -> tuple[Normalization | None, ...]:
        """The normalisation of each layer 1..L, None where there is none."""
        return tuple(self.normalization.get(l) for l in self.layers)

    def predict(self, X: npt.ArrayLike) -> Array:
        """A^L, (n, n^L), for points X (n, m^1). ValueError where X does not fit or is not finite."""
        return (_single_points or _import_single_points()).predict(self, X)

    def predict_layer(self, l: int, A_prev: Array) -> tuple[Array, Array]:
        """The input and the output of f^l, (n, n^l) each, for a prediction from A^(l-1) (n, m^l)."""
        V = self.pre_activation(l, A_prev)
        return V, of_shape(self.f[l].A(V), V.shape, self.f[l], "A", EACH_UNIT)

    def pre_activation(self, l: int, A_prev: Array) -> Array:
        """The input of f^l (n, n^l), normalised where the layer is, for a prediction from A^(l-1) (n, m^l)."""
        V = A_prev @ self.W[l] + self.W0[l]
        if l in self.normalization:
            part = self.normalization[l]
            mean, variance = (self.running_mean[l], self.running_variance[l]) if part.running else part.moments(V)
            V = self.gain[l] * part.Z_hat(V, mean, variance) + self.shift[l]
        return V

    def learn_one(self, x: npt.ArrayLike, y: npt.ArrayLike, *, loss: str | Loss, eta: float) -> float:
        """One step of plain SGD, in place, on the point x (m^1,) with target y (n^L,); the loss before the step.

        For streams: a small network's step costs microseconds, Python's call included. ValueError where x or y does not
        fit; ArithmeticError, and no step, where the loss or the update is not finite.

        >>> net = Network.from_weights([([[2.0]], [1.0])], activations=("identity",))
        >>> net.learn_one([3.0], [5.0], loss="square", eta=0.125)
        4.0
        >>> net.W[1], net.W0[1]
        (array([[0.5]]), array([0.5]))
        """
        return (_single_points or _import_single_points()).learn_one(self, x, y, loss, eta)

    def copy(self) -> Network:
        """A copy with parameters of its own: those between two steps, also while another thread takes steps."""
        return self.with_parameters(copied_at_once(self._parameters))

    def with_parameters(self, parameters: Array) -> Network:
        """The same network with another flat vector (p,), which is not copied; its statistics are a copy."""
        if not isinstance(parameters, np.ndarray) or parameters.shape != self._parameters.shape:
            given = parameters.shape if isinstance(parameters, np.ndarray) else repr(parameters)
            raise ValueError(f"parameters is {self._parameters.shape}, given {given}")
        net = self._alike()
        net._hold(parameters, self.statistics.copy())  # noqa: SLF001 - the same class
        return net

    def predictor(self) -> Any:
        """A `Predictor`: the network as it is now, for a service. Weights are packed once, and later changes have no effect.

        >>> net = Network.from_weights([([[2.0]], [1.0])], activations=("identity",))
        >>> net.predictor().predict([[3.0]])
        array([[7.]])
        """
        from .engines.predictor import Predictor  # imported here, because engines/ is a later room

        return Predictor(self)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the network to a model file, completely or not at all; `clearprop.load` reads it."""
        from .io import Model, save_model  # imported here, because io/ is a later room

        save_model(Model(self), path)

    def to_torch(self) -> Any:
        """A `torch.nn.Sequential` with these weights, copied, in evaluation mode; `clearprop.from_torch` is the way back."""
        from .io.frameworks import to_torch  # imported here, because io/ is a later room

        return to_torch(self)

    def __getstate__(self) -> dict[str, Any]:
        # If attributes were copied or saved one by one, W and W0 would no longer be views of the flat vector.
        return {
            "widths": self.widths,
            "activations": self.activations,
            "parameters": self._parameters,
            "init": self.init,
            "normalizations": self.normalizations,
            "statistics": self.statistics,
        }

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.init = state["init"]
        self._shape(state["widths"], state["activations"], state["normalizations"])
        self._hold(state["parameters"], state["statistics"])

    def __repr__(self) -> str:
        widths, activations = "-".join(map(str, self.widths)), ", ".join(map(str, self.activations))
        normalized = "".join(f", {part} in layer {l}" for l, part in self.normalization.items())
        return (
            f"Network {widths} ({activations}){normalized}, {self._parameters.size} parameters, {type_name(self.dtype)}"
        )


_single_points: ModuleType | None = None
"""`engines.single_points`, once a prediction has asked for it: looking it up again would cost a tenth of one."""


def _import_single_points() -> ModuleType:
    global _single_points  # noqa: PLW0603 - one module, imported once
    from .engines import single_points  # imported here, because engines/ is a later room

    _single_points = single_points
    return single_points


def require_network(given: object, of_estimator: str = "give its network_") -> None:
    """TypeError for what is no network; for an estimator it says what that has instead."""
    refuse_estimator(given, of_estimator)
    if not isinstance(given, Network):
        raise TypeError(f"net must be a Network; given {given!r}")


def _initializers(given: object, L: int) -> Initializer | tuple[Initializer, ...] | None:
    """The initialiser of all layers, or one for each; None for what is not meant as such. ValueError for a wrong number."""
    if isinstance(given, str | Initializer):
        return find(Initializer, given)
    if not isinstance(given, Sequence) or not any(isinstance(each, str | Initializer) for each in given):
        return None
    if len(given) != L or not all(isinstance(each, str | Initializer) for each in given):
        raise ValueError(f"init must be one initialiser, or one for each of {L} layers; given {given!r}")
    found = tuple(find(Initializer, each) for each in given)
    return found[0] if len(set(found)) == 1 else found


def _pairs(weights: object, what: str) -> Weights:
    """Weights as they are given, if they are a sequence of pairs."""
    if not isinstance(weights, Sequence) or not all(
        (isinstance(layer, tuple | list) or (isinstance(layer, np.ndarray) and layer.ndim > 0)) and len(layer) == 2
        for layer in weights
    ):
        raise ValueError(f"{what}; given {weights!r}")
    return weights


def copied_at_once(vector: Array) -> Array:
    """A copy that is made while no other thread of Python runs: NumPy's own lets others go on, and may mix two steps."""
    if not vector.flags.c_contiguous:
        return vector.copy()
    copied = np.empty_like(vector)
    copied.view(np.uint8).data[:] = vector.view(np.uint8).data
    return copied


def _as_widths(widths: Sequence[int]) -> tuple[int, ...]:
    try:
        whole = tuple(int(width) for width in widths)
        exact = all(whole_width == width for whole_width, width in zip(whole, widths, strict=True))
    except (TypeError, ValueError, OverflowError):
        whole, exact = (), False
    if not exact or len(whole) < 2 or min(whole) < 1:
        raise ValueError(f"widths must be two or more whole numbers, 1 or more: (m^1, ..., m^L, n^L); given {widths!r}")
    return whole


def _by_layer(given: Normalizations, L: int) -> dict[int, Normalization]:
    """The normalisation of each layer that has one."""
    if given is None:
        return {}
    if isinstance(given, str | Normalization):
        return {l: find(Normalization, given) for l in range(1, L)}
    if not isinstance(given, Sequence) or len(given) != L:
        raise ValueError(
            f"normalization is one for every hidden layer, or one or None for each of {L}; given {given!r}"
        )
    return {l: find(Normalization, part) for l, part in enumerate(given, 1) if part is not None}


def _float_type(dtype: npt.DTypeLike) -> np.dtype[Any]:
    try:
        given = np.dtype(dtype)
    except TypeError:
        given = np.dtype(object)
    if given not in (np.float32, np.float64):
        raise ValueError(f"dtype must be float32 or float64, given {dtype!r}")
    return given
