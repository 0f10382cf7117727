"""Network: widths, activations and ONE flat parameter vector, of which W[l] and W0[l] are views. It never computes a gradient.

Layers count 1..L. Layer l takes m^l inputs and gives n^l outputs; n^l = m^(l+1). W[l] is (m^l, n^l), W0[l] is (n^l,).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt

from .formulas.activations import Activation
from .formulas.catalogue import Array, find
from .formulas.initializers import Initializer
from .formulas.losses import Loss
from .validation import as_numbers, as_points


class LayerViews(Mapping[int, Array]):
    """One array for each layer 1..L, each a view of the network's flat parameter vector. Assigning copies into the view."""

    def __init__(self, views: dict[int, Array], name: str) -> None:
        self._views, self._name = views, name

    def __getitem__(self, l: int) -> Array:
        if l not in self._views:
            raise KeyError(f"{self._name}[{l!r}]: layers count 1..{len(self._views)}")
        return self._views[l]

    def __setitem__(self, l: int, values: npt.ArrayLike) -> None:
        view, given = self[l], np.asarray(values)
        if given.shape != view.shape:
            raise ValueError(f"{self._name}[{l}] is {view.shape}, given {given.shape}")
        view[...] = given

    def __iter__(self) -> Iterator[int]:
        return iter(self._views)

    def __len__(self) -> int:
        return len(self._views)

    def __repr__(self) -> str:
        return repr(self._views)


class Network:
    """A feed-forward network: A^l = f^l(A^(l-1) W^l + W_0^l), layer after layer.

    `widths` is (m^1, ..., m^L, n^L): inputs first, outputs last. `activations` names f^1 .. f^L. `init` draws the
    starting point from `seed`. `dtype` is float64 or float32.

    >>> net = Network(widths=(2, 3, 1), activations=("tanh", "identity"), seed=0)
    >>> net
    Network 2-3-1 (tanh, identity), 13 parameters, float64
    >>> net.W[1].shape, net.W0[2].shape, net.parameters.shape
    ((2, 3), (1,), (13,))
    """

    def __init__(
        self,
        widths: Sequence[int],
        activations: Sequence[str | Activation],
        *,
        init: str | Initializer = "gaussian",
        seed: int | np.random.Generator = 0,
        dtype: npt.DTypeLike = "float64",
    ) -> None:
        self._shape(widths, activations)
        self._hold(np.empty(self._size(), dtype=_float_type(dtype)))
        self.init, rng = find(Initializer, init), np.random.default_rng(seed)
        for l in self.layers:
            m, n = self.W[l].shape
            self.W[l] = self.init.W(m, n, rng)
            self.W0[l] = self.init.W0(m, n, rng)

    @classmethod
    def from_weights(
        cls, weights: Sequence[tuple[npt.ArrayLike, npt.ArrayLike]], activations: Sequence[str | Activation]
    ) -> Network:
        """A network with the given (W, W0) for each layer, copied; float32 if all of them are, else float64.

        >>> net = Network.from_weights([([[2.0], [3.0]], [1.0])], activations=("identity",))
        >>> net.predict([[10.0, 100.0]])
        array([[321.]])
        """
        if any(len(layer) != 2 for layer in weights):
            raise ValueError("weights must be a pair (W, W0) for each layer")
        layers = [(as_numbers(W, f"W[{l}]"), as_numbers(W0, f"W0[{l}]")) for l, (W, W0) in enumerate(weights, 1)]
        for l, (W, W0) in enumerate(layers, 1):
            m = W.shape[0] if l == 1 or W.ndim != 2 else layers[l - 2][0].shape[1]
            if W.ndim != 2 or W.shape[0] != m or W0.shape != W.shape[1:]:
                raise ValueError(
                    f"layer {l}: W must be ({m if W.ndim else 'm'}, n) and W0 (n,); given {W.shape} and {W0.shape}"
                )
        single = all(array.dtype == np.float32 for layer in layers for array in layer)
        widths = (*(W.shape[0] for W, _ in layers), layers[-1][0].shape[1]) if layers else ()
        flat = [array.ravel() for layer in layers for array in layer]
        return cls._around(
            widths,
            activations,
            np.concatenate(flat).astype("float32" if single else "float64") if flat else np.empty(0),
        )

    @classmethod
    def _around(
        cls,
        widths: Sequence[int],
        activations: Sequence[str | Activation],
        parameters: Array,
        init: str | Initializer = "gaussian",
    ) -> Network:
        """A network whose flat vector is `parameters` itself, not a copy; complex is allowed, for complex steps.

        `init` is what draws other networks like it.
        """
        net = cls.__new__(cls)
        net.init = find(Initializer, init)
        net._shape(widths, activations)  # noqa: SLF001 - its own
        net._hold(parameters)  # noqa: SLF001 - its own
        return net

    def _shape(self, widths: Sequence[int], activations: Sequence[str | Activation]) -> None:
        self.widths = _whole_widths(widths)
        if (
            not isinstance(activations, Sequence)
            or isinstance(activations, str)
            or len(activations) != len(self.widths) - 1
        ):
            raise ValueError(
                f"{len(self.widths) - 1} layers need {len(self.widths) - 1} activations, one for each; given {activations!r}"
            )
        self.L = len(self.widths) - 1
        self.f = {l: find(Activation, f) for l, f in enumerate(activations, 1)}

    def _size(self) -> int:
        return sum((m + 1) * n for m, n in zip(self.widths, self.widths[1:], strict=False))

    def _hold(self, parameters: Array) -> None:
        self._parameters = parameters
        self._compiled: dict[Any, Any] = {}
        W, W0, start = {}, {}, 0
        for l, (m, n) in enumerate(zip(self.widths, self.widths[1:], strict=False), 1):
            W[l] = parameters[start : start + m * n].reshape(m, n)
            W0[l] = parameters[start + m * n : start + m * n + n]
            start += m * n + n
        self._W, self._W0 = LayerViews(W, "W"), LayerViews(W0, "W0")

    @property
    def parameters(self) -> Array:
        """All weights and biases, (p,): W[1] row by row, W0[1], W[2], ... Changing it changes the network."""
        return self._parameters

    @parameters.setter
    def parameters(self, values: npt.ArrayLike) -> None:
        given = np.asarray(values)
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
    def layers(self) -> range:
        """1..L."""
        return range(1, self.L + 1)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of values, float64 or float32 (real, also while the parameters are followed by a complex step)."""
        return self._parameters.real.dtype

    @property
    def activations(self) -> tuple[Activation, ...]:
        """f^1 .. f^L."""
        return tuple(self.f.values())

    def predict(self, X: npt.ArrayLike) -> Array:
        """A^L, (n, n^L), for points X (n, m^1). ValueError where X does not fit or is not finite."""
        compiled = self._compiled[None] if None in self._compiled else self._online(None)
        A = None if compiled is None else compiled.predict(X)
        return self._checked_prediction(X, compiled) if A is None else A

    def _checked_prediction(self, X: npt.ArrayLike, compiled: Any) -> Array:
        A = as_points(X, self.widths[0], self.dtype)
        if compiled is not None:
            return compiled.predict(np.ascontiguousarray(A))
        for l in self.layers:
            A = self.f[l].A(A @ self.W[l] + self.W0[l])
        return A

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
        from .engines.online import learn_one  # a door: engines are a later room

        return learn_one(self, x, y, loss, eta)

    def _online(self, loss: Loss | str | None) -> Any:
        """What the compiled kernels offer for this network's single predictions and steps, made once; None without."""
        if loss not in self._compiled:
            from .engines.online import online  # a door: engines are a later room

            self._compiled[loss] = online(self, loss)
        return self._compiled[loss]

    def copy(self) -> Network:
        """The same network around parameters of its own."""
        return self._around(self.widths, self.activations, self._parameters.copy(), self.init)

    def with_parameters(self, parameters: Array) -> Network:
        """The same widths and activations around another flat vector (p,), which is held, not copied."""
        if parameters.shape != self._parameters.shape:
            raise ValueError(f"parameters is {self._parameters.shape}, given {parameters.shape}")
        return self._around(self.widths, self.activations, parameters, self.init)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the network to a model file, whole or not at all; `clearprop.load` reads it back."""
        from .io import Model, save_model  # a door: files are a later room

        save_model(Model(self), path)

    def __reduce__(self) -> tuple[Any, ...]:
        # Copied or pickled attribute by attribute, W and W0 would no longer be views of the flat vector.
        return Network._around, (self.widths, self.activations, self._parameters, self.init)

    def __repr__(self) -> str:
        widths, activations = "-".join(map(str, self.widths)), ", ".join(map(str, self.activations))
        return f"Network {widths} ({activations}), {self._parameters.size} parameters, {self.dtype}"


def _whole_widths(widths: Sequence[int]) -> tuple[int, ...]:
    try:
        whole = tuple(int(width) for width in widths)
        exact = all(whole_width == width for whole_width, width in zip(whole, widths, strict=True))
    except (TypeError, ValueError, OverflowError):
        whole, exact = (), False
    if not exact or len(whole) < 2 or min(whole) < 1:
        raise ValueError(f"widths must be two or more whole numbers, 1 or more: (m^1, ..., m^L, n^L); given {widths!r}")
    return whole


def _float_type(dtype: npt.DTypeLike) -> np.dtype[Any]:
    try:
        given = np.dtype(dtype)
    except TypeError:
        given = np.dtype(object)
    if given not in (np.float32, np.float64):
        raise ValueError(f"dtype must be float32 or float64, given {dtype!r}")
    return given
