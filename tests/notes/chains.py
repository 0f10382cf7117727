"""Chains of neurons, one a layer, as the notes begin with, and the derivative of their loss by a complex step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clearprop import Gradients, Network, back_propagate, forward_pass
from clearprop.backprop import ForwardPass
from clearprop.formulas import Array
from clearprop.formulas.losses import Loss


@dataclass(frozen=True)
class Chain:
    """One neuron a layer at one data point: every link is a number. Layers count from 1, a[0] is x."""

    net: Network
    fwd: ForwardPass
    grads: Gradients

    def a(self, l: int) -> float:
        return self.fwd.A[l].item()

    def z(self, l: int) -> float:
        return self.fwd.Z[l].item()

    def w(self, l: int) -> float:
        return self.net.W[l].item()

    def dL_da(self) -> float:
        """The loss unit's link."""
        return self.fwd.loss_function.dL_dA(self.fwd.A[self.net.L], self.fwd.Y).item()

    def da_dz(self, l: int) -> float:
        """The activation's link in layer l."""
        return self.net.f[l].dL_dZ(np.ones((1, 1)), self.fwd.Z[l], self.fwd.A[l]).item()

    def numeric(self, l: int, what: str) -> float:
        """dL/dw^l or dL/dw_0^l by a complex step of the printed loss; rounding is its only error."""
        parameters = self.net.parameters.astype(complex)
        moved = self.net.with_parameters(parameters)
        getattr(moved, what)[l][...] += 1e-20j
        return forward_pass(moved, self.fwd.A[0], self.fwd.Y, self.fwd.loss_function).loss.imag / 1e-20


def chain(
    weights: list[tuple[float, float]],
    activations: list,
    x: float,
    y: float,
    loss: str | Loss,
    *,
    long_way: bool = True,
) -> Chain:
    """A chain with the given (w, w_0) for each neuron, after its forward and its backward pass at (x, y)."""
    net = Network.from_weights([([[w]], [w0]) for w, w0 in weights], activations)
    fwd = forward_pass(net, [[x]], [[y]], loss)
    return Chain(net, fwd, back_propagate(net, fwd, long_way=long_way))


class Output(Loss):
    """L = a: the derivative of the loss is the derivative of the output itself."""

    name = "output"

    def L(self, A: Array, Y: Array) -> Array:
        return A.sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return np.ones_like(A)
