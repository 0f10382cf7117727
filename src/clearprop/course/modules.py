"""The modules of the course's homework: points are columns, each module goes forward and back, and keeps what it needs.

X is D x N, W is m x n, W0 is n x 1; gradients are sums over the batch. Weights are drawn from NumPy's global generator, in the
order in which modules are made, so that the homework's seeded values come out. Not fast: `Sequential.to_network` is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..formulas.activations import Sigmoid as SigmoidPart
from ..formulas.activations import Softmax as SoftmaxPart
from ..formulas.catalogue import Array
from ..formulas.stable import y_log_a


class Module:
    """What every module has. One without weights has no step to take; `step` and `sgd_step` are two names for it."""

    activation: str | None = None
    """The name of its activation function in the catalogue, where it is one."""

    def forward(self, *args: Any) -> Any:
        """The module's output, points in columns."""
        raise NotImplementedError(f"{type(self).__name__} must define forward")

    def backward(self, *args: Any) -> Any:
        """The derivative by the module's input, from that by its output."""
        raise NotImplementedError(f"{type(self).__name__} must define backward")

    def sgd_step(self, lrate: float) -> None:
        """A step of size `lrate`, for a module with weights; a module may define `step` in its place."""
        if type(self).step is not Module.step:
            self.step(lrate)

    def step(self, lrate: float) -> None:
        """The same."""
        if type(self).sgd_step is not Module.sgd_step:
            self.sgd_step(lrate)


class Linear(Module):
    """Z = Wᵀ A + W0, with W ~ N(0, 1/m) and W0 = 0.

    >>> np.random.seed(0)
    >>> Linear(2, 3).W.round(4).tolist()
    [[1.2474, 0.283, 0.6921], [1.5846, 1.3206, -0.691]]
    """

    def __init__(self, m: int, n: int) -> None:
        self.m, self.n = m, n
        self.W0 = np.zeros((n, 1))
        self.W = np.random.normal(0, 1.0 * m ** (-0.5), (m, n))  # noqa: NPY002 - the homework's values come from it

    def forward(self, A: Array) -> Array:
        """Z (n, b) from A (m, b)."""
        self.A = A
        return self.W.T @ A + self.W0  # 7.25

    def backward(self, dLdZ: Array) -> Array:
        """dL/dA (m, b) from dL/dZ (n, b); it keeps dLdW (m, n) and dLdW0 (n, 1)."""
        self.dLdW = self.A @ dLdZ.T  # dZ/dW = A, Notation 16
        self.dLdW0 = dLdZ.sum(axis=1, keepdims=True)
        return self.W @ dLdZ  # dZ/dA = W, 7.26

    def sgd_step(self, lrate: float) -> None:
        """W − lrate dL/dW (7.1)."""
        self.W = self.W - lrate * self.dLdW
        self.W0 = self.W0 - lrate * self.dLdW0


class Tanh(Module):
    """A = tanh(Z), dA/dZ = 1 − A² (7.40)."""

    activation = "tanh"

    def forward(self, Z: Array) -> Array:
        """A (n, b)."""
        self.A = np.tanh(Z)
        return self.A

    def backward(self, dLdA: Array) -> Array:
        """dL/dZ (n, b)."""
        return dLdA * (1 - self.A**2)


class ReLU(Module):
    """A = max(0, Z). As in the course's homework its derivative at 0 is 0, where the notes' step(0) gives 1."""

    activation = "relu"

    def forward(self, Z: Array) -> Array:
        """A (n, b)."""
        self.A = np.maximum(0, Z)
        return self.A

    def backward(self, dLdA: Array) -> Array:
        """dL/dZ (n, b)."""
        return dLdA * (self.A > 0)


class Sigmoid(Module):
    """A = 1 / (1 + e^−Z), dA/dZ = A (1 − A)."""

    activation = "sigmoid"

    def forward(self, Z: Array) -> Array:
        """A (n, b)."""
        self.A = SigmoidPart().A(np.asarray(Z, dtype=float))
        return self.A

    def backward(self, dLdA: Array) -> Array:
        """dL/dZ (n, b)."""
        return dLdA * self.A * (1 - self.A)


class SoftMax(Module):
    """Probabilities down each column. It is the last module and `NLL` the loss, whose backward gives dL/dZ already."""

    activation = "softmax"

    def forward(self, Z: Array) -> Array:
        """A (n, b), columns that sum to 1."""
        return SoftmaxPart().A(np.asarray(Z, dtype=float).T).T

    def backward(self, dLdZ: Array) -> Array:
        """dL/dZ as it came."""
        return dLdZ

    def class_fun(self, Ypred: Array) -> Array:
        """The index of the likeliest class of each column, (b,)."""
        return np.argmax(Ypred, axis=0)


class NLL(Module):
    """L = −Σ Y log Ypred, summed over the batch; backward gives dL/dZ of SoftMax, Ypred − Y (Concept 19)."""

    def forward(self, Ypred: Array, Y: Array) -> float:
        """The loss, a number."""
        self.Ypred, self.Y = Ypred, Y
        return float(-y_log_a(np.asarray(Y, dtype=float), np.asarray(Ypred, dtype=float)).sum())

    def backward(self) -> Array:
        """dL/dZ (n, b)."""
        return self.Ypred - self.Y


class BatchNorm(Module):
    """Each unit is brought to mean 0 and variance 1 over the batch, then times G plus B. It seeds NumPy with 0.

    So does the homework's module. `mus_r` and `vars_r` are running means, nine parts old to one part new; the first batch
    sets them.
    """

    def __init__(self, m: int) -> None:
        np.random.seed(0)  # noqa: NPY002 - as the homework does, so that its values come out
        self.eps = 1e-20
        self.m = m
        self.B = np.zeros((m, 1))
        self.G = np.random.normal(0, 1.0 * m ** (-0.5), (m, 1))  # noqa: NPY002
        self.mus_r: Array | None = None
        self.vars_r: Array | None = None

    def forward(self, A: Array) -> Array:
        """G ∗ norm + B, (m, K)."""
        self.A, self.K = A, A.shape[1]
        self.mus, self.vars = A.mean(axis=1, keepdims=True), A.var(axis=1, keepdims=True)
        self.mus_r = self.mus if self.mus_r is None else 0.9 * self.mus_r + 0.1 * self.mus
        self.vars_r = self.vars if self.vars_r is None else 0.9 * self.vars_r + 0.1 * self.vars
        self.norm = (A - self.mus) / np.sqrt(self.vars + self.eps)
        return self.G * self.norm + self.B

    def backward(self, dLdZ: Array) -> Array:
        """The derivative by the input, also through mean and variance; it keeps dLdB and dLdG, (m, 1)."""
        self.dLdB = dLdZ.sum(axis=1, keepdims=True)
        self.dLdG = (dLdZ * self.norm).sum(axis=1, keepdims=True)
        D = dLdZ * self.G
        through_variance = self.norm * (self.norm * D).mean(axis=1, keepdims=True)
        return (D - D.mean(axis=1, keepdims=True) - through_variance) / np.sqrt(self.vars + self.eps)

    def sgd_step(self, lrate: float) -> None:
        """A step of B and G."""
        self.B = self.B - lrate * self.dLdB
        self.G = self.G - lrate * self.dLdG
