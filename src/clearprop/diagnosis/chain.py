"""The links of back-propagation one at a time, each right or with a mistake, in the conventions of a solution.

`place` says what came into a link and what is right there; `replay` goes through all of them with chosen mistakes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np

from ..backprop import ForwardPass, normalization_link
from ..formulas.activations import Elementwise
from ..formulas.catalogue import CATALOGUE, Array, find
from ..formulas.optimizers import SGD, Optimizer
from ..formulas.shortcuts import shortcut
from ..network import Network
from .mistake import Link, Mistake, Place

Side: TypeAlias = Literal["right", "left", "middle"]
"""Which derivative is taken where there is a kink."""
Choice: TypeAlias = tuple[str, int]
"""A mistake's name, and which of its variants."""
Key: TypeAlias = tuple[Link, int, str]
"""A link: its kind, its layer, and of an update the parameters it changes."""


@dataclass(frozen=True)
class Setting:
    """A network's pass and step, and the conventions in which a solution computes its derivatives."""

    net: Network
    fwd: ForwardPass
    eta: float | None = None
    optimizer: Optimizer = field(default_factory=SGD)
    state: Mapping[str, Array] = field(default_factory=dict)
    W_after: Mapping[int, Array] = field(default_factory=dict)
    factor: float = 1.0
    """Of all derivatives, beside dL/dL_i = w_i/n: n where the loss is a sum over the points."""
    scale: float = 1.0
    """Of the gradients of parameters alone."""
    kink: Side = "right"
    loss_kink: Side = "right"

    @property
    def share(self) -> Array | float:
        """dL/dL_i."""
        weights, points = self.fwd.weights, len(self.fwd.Y)
        return self.factor / points if weights is None else self.factor * weights[:, None] / points

    @property
    def direct(self) -> bool:
        """Whether loss and output activation have one common, simpler derivative (Concept 19)."""
        return shortcut(self.net.f[self.net.L], self.fwd.loss_function) is not None

    def loss_link(self) -> Array:
        """dL/dA^L, (n, n^L)."""
        A, Y, loss = self.fwd.A[self.net.L], self.fwd.Y, self.fwd.loss_function
        with np.errstate(all="ignore"):
            right = loss.dL_dA(A, Y)
            if self.loss_kink != "right" and A.shape == Y.shape:
                for kink in loss.kinks:
                    left = loss.dL_dA(np.nextafter(A, -np.inf), Y)
                    right = np.where(kink == A - Y, _between(left, right, self.loss_kink), right)
            return self.share * right

    def fused(self) -> Array:
        """Loss unit and output activation in one, where they have a shortcut."""
        direct = shortcut(self.net.f[self.net.L], self.fwd.loss_function)
        assert direct is not None
        return self.share * direct.dL_dZ(self.fwd.A[self.net.L], self.fwd.Y)

    def through_f(self, l: int, dL_dA: Array) -> Array:
        """dA^l/dZ^l . dL/dA^l."""
        f, Z, A = self.net.f[l], self.fwd.into_f(l), self.fwd.A[l]
        with np.errstate(all="ignore"):
            right = f.dL_dZ(dL_dA, Z, A)
            if self.kink != "right" and isinstance(f, Elementwise):
                for kink in f.kinks:
                    at = np.full_like(Z, np.nextafter(kink, -np.inf))
                    left = f.dL_dZ(dL_dA, at, f.A(at))
                    right = np.where(kink == Z, _between(left, right, self.kink), right)
            return right


def _between(left: Array, right: Array, side: Side) -> Array:
    return left if side == "left" else (left + right) / 2


@dataclass(frozen=True)
class Coming:
    """What has come down to a layer: the derivatives of the layer at hand."""

    dL_dA: Array | None = None
    dL_dZ: Array | None = None
    dL_dW: Array | None = None
    dL_dW0: Array | None = None


def place(setting: Setting, key: Key, came: Coming, fused: bool = False) -> Place | None:
    """The link with what came into it; None where that is not known."""
    link, l, array = key
    net, fwd = setting.net, setting.fwd
    G = _into(link, array, came)
    if link == "loss":
        right = setting.loss_link()
        return Place(net, fwd, l, link, right, right, setting.share)
    if G is None:
        return None
    at = Place(net, fwd, l, link, G, G, setting.share, scale=setting.scale, dL_dA=came.dL_dA, array=array)
    if link == "update":
        return _update(setting, replace(at, dL_dZ=came.dL_dZ))
    if link == "layers":
        at = replace(at, dL_dW=came.dL_dW, eta=setting.eta, W_after=setting.W_after.get(l))
    return replace(at, right=_right(setting, at, fused))


def _right(setting: Setting, at: Place, fused: bool) -> Array:
    """What the chain rule makes of what came into a link."""
    net, fwd, l, G = setting.net, setting.fwd, at.l, at.G
    if at.link == "activation":
        direct = l == net.L and setting.direct and (fused or _is_right_loss(setting, G))
        return setting.fused() if direct else setting.through_f(l, G)
    if at.link == "normalization":
        return normalization_link(net, fwd, l, G * net.gain[l])
    if at.link == "layers":
        return G @ net.W[l].T
    return fwd.M[l] * G if at.link == "dropout" else at.gradient_of(G)


def _is_right_loss(setting: Setting, dL_dA: Array) -> bool:
    """Whether the shortcut may be taken: what came from the loss unit is right."""
    right = setting.loss_link()
    return bool(np.array_equal(right, dL_dA, equal_nan=True))


def _into(link: Link, array: str, came: Coming) -> Array | None:
    if link == "activation":
        return came.dL_dA
    if link == "dropout":
        return came.dL_dA
    if link == "update":
        return came.dL_dW if array == "W" else came.dL_dW0
    return came.dL_dZ


def _update(setting: Setting, at: Place) -> Place | None:
    """The step of one array, by the optimiser's own rule on that array alone."""
    at = replace(at, eta=setting.eta, optimizer=setting.optimizer)
    if setting.eta is None:
        return None
    if at.array == "W" and at.G.shape == at.parameters.shape[::-1] != at.parameters.shape:
        at = replace(at, G=at.G.T)  # no other step is possible with a gradient that is the other way round
    if at.G.shape != at.parameters.shape:  # biases' gradient of every point: NumPy broadcasts it
        fits = at.array == "W0" and at.G.ndim == 2 and at.G.shape[1:] == at.parameters.shape
        return replace(at, right=at.parameters - setting.eta * at.G) if fits else None
    memory = {name: _part_of(setting.net, array, at.l, at.array) for name, array in setting.state.items()}
    flat = at.parameters.ravel().copy()
    state = setting.optimizer.initial_state(flat) | {name: array.ravel().copy() for name, array in memory.items()}
    velocity = state["v"].reshape(at.parameters.shape).copy() if "v" in setting.optimizer.remembers else None
    setting.optimizer.update_in_place(flat, at.G.ravel().copy(), setting.eta, state)
    return replace(at, right=flat.reshape(at.parameters.shape), velocity=velocity)


def _part_of(net: Network, flat: Array, l: int, name: str) -> Array:
    """The part of a flat vector that stands for one array of parameters."""
    for (k, each, shape), start in zip(net.shapes, net.starts, strict=True):
        if (k, each) == (l, name):
            return flat[start : start + int(np.prod(shape))]
    raise KeyError(name)


def links_of(net: Network, fwd: ForwardPass, l: int) -> list[Key]:
    """The links that lead to layer l and its parameters, in the order of back-propagation."""
    first: list[Key] = [("loss", l, "")] if l == net.L else [("layers", l + 1, "")]
    if l in fwd.M:
        first.append(("dropout", l, ""))
    first.append(("activation", l, ""))
    if l in net.normalization:
        first.append(("normalization", l, ""))
    updates: list[Key] = [("update", l, "W"), ("update", l, "W0")]
    return [*first, ("weights", l, "W"), ("biases", l, "W0"), *updates]


def result_of(key: Key) -> tuple[str, int]:
    """The name and the layer of the array that a link gives: `dL_dA` of layer 1 from the link `layers` of layer 2."""
    link, l, array = key
    names = {"loss": "dL_dA", "layers": "dL_dA", "dropout": "dL_dA", "weights": "dL_dW", "biases": "dL_dW0"}
    if link == "update":
        return f"{array}_after", l
    return names.get(link, "dL_dZ"), l - 1 if link == "layers" else l


def take(came: Coming, key: Key, value: Array | None) -> Coming:
    """What has come down after a link gave `value`."""
    link = key[0]
    if link in {"loss", "layers"}:
        return Coming(dL_dA=value)
    if link == "dropout":
        return replace(came, dL_dA=value)
    if link == "weights":
        return replace(came, dL_dW=value)
    if link == "biases":
        return replace(came, dL_dW0=value)
    return came if link == "update" else replace(came, dL_dZ=value)


def made(at: Place, choice: Choice) -> Array | None:
    """What a mistake gives at a place."""
    name, variant = choice
    with np.errstate(all="ignore"):
        for index, value in enumerate(find(Mistake, name).computed(at)):
            if index == variant:
                return value
    return None


def replay(setting: Setting, choices: Mapping[Key, Choice | Array]) -> dict[str, dict[int, Array]]:
    """Every array of the backward pass and of the step, with these mistakes (or these arrays) at these links."""
    arrays: dict[str, dict[int, Array]] = {}
    came = Coming()
    for l in reversed(range(setting.net.L + 1)):
        keys: list[Key] = links_of(setting.net, setting.fwd, l) if l else [("layers", 1, "")]
        for key in keys:
            at = place(setting, key, came)
            if at is None:
                continue
            value: Array | None = at.right
            if key in choices:
                chosen = choices[key]
                value = made(at, chosen) if isinstance(chosen, tuple) else chosen
            value = at.right if value is None else value
            name, k = result_of(key)
            arrays.setdefault(name, {})[k] = value
            came = take(came, key, value)
    return arrays


def mistakes_of(link: Link) -> list[type[Mistake]]:
    """The catalogue's mistakes of a link."""
    return [each for each in CATALOGUE["mistake"].values() if issubclass(each, Mistake) and link in each.links]
