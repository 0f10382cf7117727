"""The NumPy engine: the formulas of `backprop`, line for line, with the products written into buffers made once.

It takes every part, a user's own included. It keeps no trace and repeats no decision of the reference.
"""

from __future__ import annotations

import math

import numpy as np

from ..backprop import mean_loss, point_losses, total_penalty
from ..formulas.catalogue import Array
from ..formulas.shortcuts import shortcut
from .batches import Batches
from .engine import Engine, NonFinite, Task


class NumpyEngine(Engine):
    """Steps in NumPy, any parts, any batch size, one gradient vector that is made once."""

    name = "numpy"
    seconds_per_step, operations_per_second = 3e-5, 2e10

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        net = task.network
        self._direct = shortcut(net.f[net.L], task.loss)
        self._gradient = net.with_parameters(np.empty_like(net.parameters))  # W and W0 of it are dL/dW and dL/dW0
        self._before = np.empty_like(net.parameters)
        self._state = task.optimizer.initial_state(net.parameters)
        self._rows = 0

    def run(self, batches: Batches | Array, etas: Array) -> float:
        parameters, gradient = self.task.network.parameters, self._gradient.parameters
        update_in_place, total = self.task.optimizer.update_in_place, 0.0
        with np.errstate(all="ignore"):  # what is not finite is caught below, in its step
            for step, points in enumerate(batches):
                self._make_buffers(len(points))
                loss = self._back_propagate(points)
                if not (math.isfinite(loss) and _all_finite(gradient)):
                    raise self.locate(step, points)
                np.copyto(self._before, parameters)
                update_in_place(parameters, gradient, float(etas[step]), self._state)
                if not _all_finite(parameters):  # eta * gradient may overflow where the gradient did not
                    raise self._take_back(step)
                total += loss
        return total

    def _take_back(self, step: int) -> NonFinite:
        """Undo a step that overflowed; the error names its first layer."""
        net = self.task.network
        first = next(l for l in net.layers if not (np.isfinite(net.W[l]).all() and np.isfinite(net.W0[l]).all()))
        net.parameters = self._before
        return NonFinite(step, first, "W")

    def _make_buffers(self, rows: int) -> None:
        if rows == self._rows:
            return
        self._rows, net = rows, self.task.network
        self._X = np.empty((rows, net.widths[0]), net.dtype)
        self._Z = {l: np.empty((rows, net.widths[l]), net.dtype) for l in net.layers}
        self._dL_dA = {l: np.empty((rows, net.widths[l]), net.dtype) for l in net.layers}

    def _back_propagate(self, points: Array) -> float:
        """The loss on `points`, and its gradient in the buffer."""
        task, net, gradient = self.task, self.task.network, self._gradient
        A, Z = {0: np.take(task.X, points, axis=0, out=self._X, mode="clip")}, self._Z
        Y = task.Y[points]
        weights = None if task.weights is None else task.weights[points]
        for l in net.layers:
            np.matmul(A[l - 1], net.W[l], out=Z[l])  # Z = A_prev @ W + W0
            Z[l] += net.W0[l]
            A[l] = net.f[l].A(Z[l])
        losses = point_losses(net, task.loss, Z[net.L], A[net.L], Y)
        loss = mean_loss(losses, weights) + total_penalty(net, task.penalty)
        share = 1 / len(points) if weights is None else weights[:, None] / len(points)
        dL_dZ = self._last_dL_dZ(Z[net.L], A[net.L], Y, share)
        for l in reversed(net.layers):
            if l < net.L:
                np.matmul(dL_dZ, net.W[l + 1].T, out=self._dL_dA[l])  # dL_dA = dL_dZ_next @ W_next.T
                dL_dZ = net.f[l].dL_dZ(self._dL_dA[l], Z[l], A[l])
            np.matmul(A[l - 1].T, dL_dZ, out=gradient.W[l])  # dL_dW = A_prev.T @ dL_dZ
            dL_dZ.sum(axis=0, out=gradient.W0[l])
            if task.penalty is not None:
                gradient.W[l][...] += task.penalty.dR_dW(net.W[l])
        return float(loss)

    def _last_dL_dZ(self, Z: Array, A: Array, Y: Array, share: Array | float) -> Array:
        if self._direct:
            return share * self._direct.dL_dZ(A, Y)
        return self.task.network.f[self.task.network.L].dL_dZ(share * self.task.loss.dL_dA(A, Y), Z, A)


def _all_finite(vector: Array) -> bool:
    # One product tells in one pass; a large finite vector may overflow it, so a second look decides.
    return math.isfinite(vector @ vector) or bool(np.isfinite(vector).all())
