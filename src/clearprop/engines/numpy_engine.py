"""The NumPy engine: the formulas of `backprop`, line for line, with the products written into buffers made once.

It takes every part, a user's own included. It keeps no trace and repeats no decision of the reference.
"""

from __future__ import annotations

import math

import numpy as np

from ..backprop import (
    activation_link,
    activation_of,
    alpha_link,
    loss_link,
    mean_loss,
    penalty_link,
    point_losses,
    total_penalty,
)
from ..formulas.catalogue import Array
from ..formulas.learnt_activations import Learnt
from ..formulas.penalties import Penalty
from ..formulas.shortcuts import shortcut
from .batch_statistics import Link, Moments, Passes, alone, of_batch
from .batches import Batches
from .engine import Engine, NonFinite, Task


class NumpyEngine(Engine):
    """Steps in NumPy, any parts, any batch size, one gradient vector that is made once."""

    name = "numpy"
    seconds_per_step, operations_per_second = 3e-5, 2e10

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        net = task.network
        self._shortcut = shortcut(net.f[net.L], task.loss)
        self._gradient = net.with_parameters(np.empty_like(net.parameters))  # W and W0 of it are dL/dW and dL/dW0
        self._before = np.empty_like(net.parameters)
        self._learnt = {l: f for l, f in net.f.items() if isinstance(f, Learnt)}
        self._running = {l: part for l, part in net.normalization.items() if part.running}
        self._moments: dict[int, tuple[Array, Array]] = {}
        self._Z_hat: dict[int, Array] = {}
        self._rows = self._t = self._counted = 0
        """Of the last gradient: its points, its step, and of how many points its batch statistics are."""
        factors = task.factors
        self._shortened = None if factors is None or ((factors == 0) | (factors == 1)).all() else factors
        """The factors of steps, where any is between 0 and 1."""
        self._penalty, self._penalised = task.penalty, 0
        """The penalty of a batch, and the number of its points."""

    def run(self, batches: Batches | Array, etas: Array, t: int) -> float:
        total = 0.0
        with np.errstate(all="ignore"):  # what is not finite is caught below, in its step
            for step, points in enumerate(batches):
                loss = self._back_propagate(points, t + step, 0, len(points))
                if not (math.isfinite(loss) and _all_finite(self._gradient.parameters)):
                    raise self.locate(step, points, t)
                self._step(float(etas[step]), step)
                total += len(points) * loss
        return total

    def loss_and_gradient(self, points: Array, t: int, *, first: int = 0, of: int | None = None) -> tuple[float, Array]:
        loss = self._back_propagate(points, t, first, len(points) if of is None else of)
        return loss, self._gradient.parameters

    def apply(self, gradient: Array, eta: float, t: int) -> None:
        self._require_statistics(self._t, t)
        np.copyto(self._gradient.parameters, gradient)  # an optimiser uses it up
        with np.errstate(all="ignore"):
            if not _all_finite(gradient):
                raise self._not_finite_in(gradient)
            self._hold()
            self._step(eta, 0)

    def _step(self, eta: float, step: int) -> None:
        """The second half of a step, against the gradient in the buffer; `step` is what an error counts it as."""
        parameters = self.task.network.parameters
        np.copyto(self._before, parameters)
        self.task.optimizer.update_in_place(parameters, self._gradient.parameters, eta, self._state)
        if self._shortened is not None:
            self._shorten_step(self._shortened)
        if self.task.max_norm is not None:
            self._shorten()
        if self.task.held is not None:  # to the bit, whatever optimiser and max_norm did
            np.copyto(parameters, self._before, where=self.task.held)
        if not _all_finite(parameters):  # eta * gradient may overflow where the gradient did not
            raise self._undo(step)
        if self._running:
            self._move_running_moments(self._counted)

    def _hold(self) -> None:
        """Set the gradient of what is held to 0, so that it counts in no norm and in no state."""
        if self.task.held is not None:
            np.copyto(self._gradient.parameters, 0, where=self.task.held)

    def _shorten_step(self, factors: Array) -> None:
        """Take a part of the step where a factor is below 1."""
        parameters, before = self.task.network.parameters, self._before
        np.copyto(parameters, before + factors * (parameters - before), where=factors != 1)

    def _shorten(self) -> None:
        net, max_norm = self.task.network, self.task.max_norm
        assert max_norm is not None
        for l in net.layers:
            max_norm.shorten_in_place(net.W[l])

    def _move_running_moments(self, points: int) -> None:
        """Move the running averages towards the step's own mean and variance."""
        net = self.task.network
        for l, part in self._running.items():
            part.follow_in_place(net.running_mean[l], net.running_variance[l], *self._moments[l], points)

    def _undo(self, step: int) -> NonFinite:
        """Undo a step that overflowed; the error names its first layer."""
        net = self.task.network
        l, name = next((l, name) for l, name, values in net.arrays if not np.isfinite(values).all())
        net.parameters = self._before
        return NonFinite(step, l, name)

    def _make_buffers(self, rows: int) -> None:
        if rows == self._rows:
            return
        self._rows, net = rows, self.task.network
        self._X = np.empty((rows, net.widths[0]), net.dtype)
        self._Z = {l: np.empty((rows, net.widths[l]), net.dtype) for l in net.layers}
        self._V = dict(self._Z)  # what f takes: Z itself, where no normalisation comes between
        self._dL_dA = {l: np.empty((rows, net.widths[l]), net.dtype) for l in net.layers}

    def _back_propagate(self, points: Array, t: int, first: int, of: int) -> float:
        """The loss of step t on `points`, rows `first` and after of a batch `of` points, and its gradient in the buffer."""
        return alone(self.passes(points, t, first, of))

    def _inputs(self, points: Array) -> Array:
        return np.take(self.task.X, points, axis=0, out=self._X, mode="clip")

    def passes(self, points: Array, t: int, first: int, of: int) -> Passes:
        """The same, which stops wherever it needs a mean over the batch, of which `points` may be a part."""
        self._make_buffers(len(points))
        self._counted = len(points)
        points = np.asarray(points, np.intp)  # as np.take wants them: where addresses have 32 bits it refuses int64
        self._t, task, net, gradient = t, self.task, self.task.network, self._gradient
        A, V = {0: self._inputs(points)}, self._V
        if task.input_noise is not None:
            A[0] += task.noise(len(points), t, first)
        M = task.masks(len(points), t, first)
        Y = task.targets(points)
        weights = None if task.weights is None else task.weights[points]
        inputs = {}
        for l in net.layers:
            inputs[l] = A[l - 1] * M[l - 1] if l - 1 in M else A[l - 1]
            np.matmul(inputs[l], net.W[l], out=self._Z[l])  # Z = A_prev @ W + W0
            self._Z[l] += net.W0[l]
            if l in net.normalization:
                V[l] = yield from self._normalized(l)
            A[l] = activation_of(net.f[l], V[l])
        losses = point_losses(net, task.loss, V[net.L], A[net.L], Y)
        penalty = None if first else self._penalty_of(of)
        loss = mean_loss(losses, weights) * (len(points) / of) + total_penalty(net, penalty)
        share = 1 / of if weights is None else weights[:, None] / of
        dL_dZ = self._last_dL_dZ(V[net.L], A[net.L], Y, share)
        for l in range(net.L, task.lowest - 1, -1):
            if l < net.L:
                dL_dA = np.matmul(dL_dZ, net.W[l + 1].T, out=self._dL_dA[l])  # dL_dA = dL_dZ_next @ W_next.T
                if l in M:
                    dL_dA *= M[l]
                dL_dZ = self._through_activation(l, dL_dA, V[l], A[l])
            if l in net.normalization:
                dL_dZ = yield from self._through_normalization(l, dL_dZ)
            np.matmul(inputs[l].T, dL_dZ, out=gradient.W[l])  # dL_dW = A_prev.T @ dL_dZ
            dL_dZ.sum(axis=0, out=gradient.W0[l])
            if penalty is not None:
                gradient.W[l][...] += penalty_link(penalty, net.W[l])
        self._hold()
        return float(loss)

    def _penalty_of(self, points: int) -> Penalty | None:
        """What is added to the mean loss of a batch of so many points."""
        if self.task.penalty is not None and points != self._penalised:
            self._penalty, self._penalised = self.task.penalty.of_batch(points), points
        return self._penalty

    def _normalized(self, l: int) -> Passes:
        """V = gain * Z_hat + shift; what the way back needs is kept."""
        net, part, Z = self.task.network, self.task.network.normalization[l], self._Z[l]
        self._moments[l] = yield from of_batch(Moments(part, Z))
        self._Z_hat[l] = part.Z_hat(Z, *self._moments[l])
        return net.gain[l] * self._Z_hat[l] + net.shift[l]

    def _through_normalization(self, l: int, dL_dV: Array) -> Passes:
        """dL_dZ from dL_dV; dL_dgain and dL_dshift go into the gradient."""
        net, gradient = self.task.network, self._gradient
        (self._Z_hat[l] * dL_dV).sum(axis=0, out=gradient.gain[l])
        dL_dV.sum(axis=0, out=gradient.shift[l])
        dL_dZ_hat, variance = dL_dV * net.gain[l], self._moments[l][1]
        return (yield from of_batch(Link(net.normalization[l], dL_dZ_hat, self._Z_hat[l], variance)))

    def _last_dL_dZ(self, Z: Array, A: Array, Y: Array, share: Array | float) -> Array:
        if self._shortcut:
            return share * self._shortcut.dL_dZ(A, Y)
        return self._through_activation(self.task.network.L, share * loss_link(self.task.loss, A, Y), Z, A)

    def _through_activation(self, l: int, dL_dA: Array, Z: Array, A: Array) -> Array:
        """dL_dZ from dL_dA; dL_dalpha goes into the gradient."""
        if l in self._learnt:
            (alpha_link(self._learnt[l], Z, A) * dL_dA).sum(axis=0, out=self._gradient.alpha[l])
        return activation_link(self.task.network.f[l], dL_dA, Z, A)


def _all_finite(vector: Array) -> bool:
    # One product tells in one pass; a large finite vector may overflow it, so a second look decides.
    return math.isfinite(vector @ vector) or bool(np.isfinite(vector).all())
