"""Sequential: modules one after the other, trained by SGD as the course does; and its way to and from a Network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..diagnosis import Diagnosis, diagnose
from ..explanation import Trace, explain
from ..formulas.catalogue import Array
from ..formulas.normalizations import BatchNorm as BatchNormPart
from ..network import Network
from .modules import NLL, BatchNorm, Linear, Module, ReLU, Sigmoid, SoftMax, Tanh

ACTIVATIONS: dict[str, type[Module]] = {"tanh": Tanh, "relu": ReLU, "sigmoid": Sigmoid, "softmax": SoftMax}


class Sequential:
    """Modules in their order and a loss module. Your own modules work too, with the same methods.

    >>> np.random.seed(0)
    >>> nn = Sequential([Linear(2, 3), Tanh(), Linear(3, 2), SoftMax()], NLL())
    >>> X, Y = np.array([[2, 3, 9, 12], [5, 2, 6, 5]]), np.array([[0, 1, 0, 1], [1, 0, 1, 0]])
    >>> nn.sgd(X, Y, iters=1, lrate=0.005)
    >>> nn.to_network()
    Network 2-3-2 (tanh, softmax), 17 parameters, float64
    >>> nn.diagnose(X, Y).ok
    True
    """

    def __init__(self, modules: Sequence[Any], loss: Any) -> None:
        self.modules = list(modules)
        self.loss = loss

    def forward(self, Xt: Array) -> Array:
        """The predictions (n, b) for points (D, b)."""
        for module in self.modules:
            Xt = module.forward(Xt)
        return Xt

    def backward(self, delta: Array) -> None:
        """Send the derivative back through all modules, which keep the gradients of their weights."""
        for module in reversed(self.modules):
            delta = module.backward(delta)

    def sgd_step(self, lrate: float) -> None:
        """A step of every module, by whichever of `sgd_step` and `step` it has."""
        for module in self.modules:
            (getattr(module, "sgd_step", None) or module.step)(lrate)

    def step(self, lrate: float) -> None:
        """The same."""
        self.sgd_step(lrate)

    def sgd(self, X: Array, Y: Array, iters: int = 100, lrate: float = 0.005) -> None:
        """Train on one point at a time: np.random.randint(N) at each iteration, as the course draws it."""
        for _ in range(iters):
            i = np.random.randint(X.shape[1])  # noqa: NPY002 - the homework's values come from it
            self._learn(X[:, i : i + 1], Y[:, i : i + 1], lrate)

    def mini_gd(self, X: Array, Y: Array, iters: int, lrate: float, notif_each: int | None = None, K: int = 10) -> None:
        """Train on batches of K points in an order that is shuffled each time round; as in the homework it seeds NumPy with 0.

        `notif_each` is taken and ignored: nothing is printed here.
        """
        N = X.shape[1]
        if K > N:
            raise ValueError(f"K = {K} points make no batch of {N}; give K=1 to {N}")
        np.random.seed(0)  # noqa: NPY002
        indices, updates = np.arange(N), 0
        while updates < iters:
            np.random.shuffle(indices)  # noqa: NPY002
            X, Y = X[:, indices], Y[:, indices]
            for j in range(min(N // K, iters - updates)):
                self._learn(X[:, j * K : (j + 1) * K], Y[:, j * K : (j + 1) * K], lrate)
                updates += 1

    def _learn(self, Xt: Array, Yt: Array, lrate: float) -> None:
        self.loss.forward(self.forward(Xt), Yt)
        self.backward(self.loss.backward())
        self.sgd_step(lrate)

    def accuracy(self, X: Array, Y: Array) -> float:
        """The share of points whose likeliest class is the right one."""
        classes = self.modules[-1].class_fun
        return float(np.mean(classes(self.forward(X)) == classes(Y)))

    # ---- beside the rest of the package

    def to_network(self) -> Network:
        """The same function as a `Network`, points in rows. ValueError where modules do not make layers."""
        layers = list(self._layers())
        weights = [(linear.W, linear.W0.ravel()) for linear, _, _ in layers]
        names = [activation for _, _, activation in layers]
        norms = [None if norm is None else BatchNormPart(epsilon=norm.eps) for _, norm, _ in layers]
        widths = (layers[0][0].W.shape[0], *(linear.W.shape[1] for linear, _, _ in layers))
        net = Network(widths, names, init=weights, normalization=norms)
        for l, (_, norm, _) in enumerate(layers, 1):
            if norm is not None:
                net.gain[l], net.shift[l] = norm.G.ravel(), norm.B.ravel()
                if norm.mus_r is not None:
                    net.running_mean[l], net.running_variance[l] = norm.mus_r.ravel(), norm.vars_r.ravel()
        return net

    @classmethod
    def from_network(cls, net: Network, loss: Any | None = None) -> Sequential:
        """Modules that compute what a network does. ValueError for an activation or a normalisation without a module."""
        modules: list[Any] = []
        state = np.random.get_state()  # noqa: NPY002 - making modules draws weights that are then replaced
        for l in net.layers:
            linear = Linear(*net.W[l].shape)
            linear.W, linear.W0 = net.W[l].copy(), net.W0[l][:, None].copy()
            modules.append(linear)
            if l in net.normalization:
                modules.append(_batch_norm(net, l))
            name = net.f[l].name
            if name in ACTIVATIONS:
                modules.append(ACTIVATIONS[name]())
            elif name != "identity":
                raise ValueError(
                    f"layer {l} has {name}, for which there is no module; there are {', '.join(ACTIVATIONS)}"
                )
        np.random.set_state(state)  # noqa: NPY002
        return cls(modules, NLL() if loss is None else loss)

    def _layers(self) -> Iterator[tuple[Any, Any, str]]:
        """Linear, BatchNorm or None, and the name of the activation, for each layer. Modules are known by what they have."""
        linear: Any = None
        norm: Any = None
        for number, module in enumerate(self.modules, 1):
            name = getattr(module, "activation", None) or _NAMES.get(type(module).__name__)
            if hasattr(module, "W"):
                if linear is not None:
                    yield linear, norm, "identity"
                linear, norm = module, None
            elif hasattr(module, "G") and linear is not None and norm is None:
                norm = module
            elif name is not None and linear is not None:
                yield linear, norm, name
                linear, norm = None, None
            else:
                where = "after a Linear module" if linear is None else "between Linear and its activation"
                raise ValueError(
                    f"module {number}, {type(module).__name__}, makes no layer {where}: a layer is Linear, then BatchNorm or "
                    "none, then an activation or none"
                )
        if linear is not None:
            yield linear, norm, "identity"
        elif not self.modules:
            raise ValueError("there are no modules, so there is no network")

    def explain(self, x: Array, y: Array, **options: Any) -> Trace:
        """`cp.explain` of the step on points (D, b) with targets (n, b)."""
        return explain(self.to_network(), _rows(x), _rows(y), _loss_of(self.loss), **options)

    def diagnose(self, X: Array, Y: Array) -> Diagnosis:
        """`cp.diagnose` of what these modules compute on points (D, N) with targets (n, N), each link by itself.

        It runs the modules once, forward and back; their gradients afterwards are those of this pass.
        """
        self.loss.forward(self.forward(X), Y)
        delta, given = self.loss.backward(), _Collected()
        for l, modules in self._modules_of_layers():
            for module in reversed(modules):
                if hasattr(module, "W"):
                    given.dL_dZ[l] = np.array(delta)
                    delta = module.backward(delta)
                    given.dL_dW[l], given.dL_dW0[l] = module.dLdW, module.dLdW0
                elif module is modules[-1]:
                    given.dL_dA[l] = np.array(delta)
                    delta = module.backward(delta)
                else:
                    delta = module.backward(delta)
        return diagnose(self.to_network(), _rows(X), _rows(Y), loss=_loss_of(self.loss), **vars(given))

    def _modules_of_layers(self) -> Iterator[tuple[int, list[Any]]]:
        """The modules of each layer, the last layer first."""
        layers: list[list[Any]] = []
        for module in self.modules:
            if hasattr(module, "W"):
                layers.append([])
            layers[-1].append(module)
        yield from reversed(list(enumerate(layers, 1)))


class _Collected:
    def __init__(self) -> None:
        self.dL_dA: dict[int, Array] = {}
        self.dL_dZ: dict[int, Array] = {}
        self.dL_dW: dict[int, Array] = {}
        self.dL_dW0: dict[int, Array] = {}


_NAMES = {"Tanh": "tanh", "ReLU": "relu", "Sigmoid": "sigmoid", "SoftMax": "softmax"}
"""Modules of one's own are known by the course's names."""


def _batch_norm(net: Network, l: int) -> BatchNorm:
    part = net.normalization[l]
    if not isinstance(part, BatchNormPart):
        raise ValueError(f"layer {l} has {part}, for which there is no module; BatchNorm is batch_norm")
    module = BatchNorm(net.widths[l])
    module.eps = part.epsilon
    module.G, module.B = net.gain[l][:, None].copy(), net.shift[l][:, None].copy()
    module.mus_r, module.vars_r = net.running_mean[l][:, None].copy(), net.running_variance[l][:, None].copy()
    return module


def _rows(columns: Array) -> Array:
    """Points in rows, from columns; one point may be (D,) too."""
    values = np.asarray(columns, dtype=float)
    return values.T if values.ndim == 2 else values[None, :]


def _loss_of(loss: Any) -> str:
    if type(loss).__name__ == "NLL":
        return "nllm"
    raise ValueError(f"the loss is {type(loss).__name__}; explain and diagnose know NLL, with SoftMax before it")
