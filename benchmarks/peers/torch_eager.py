"""PyTorch as people write it: modules, autograd and torch.optim.SGD, a call for each step; and torch.compile at its best,
of a step with its gradients written out, for it breaks off at `backward` and at the optimiser.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from clearprop.formulas.catalogue import Array

from .. import THREADS
from ..workloads import ETA, Workload

VERSION = f"PyTorch {torch.__version__}"
ACTIVATION = {"sigmoid": torch.nn.Sigmoid, "relu": torch.nn.ReLU, "identity": torch.nn.Identity}
torch.set_num_threads(THREADS)


def model_of(work: Workload) -> torch.nn.Sequential:
    """Softmax is left to cross_entropy, as PyTorch has it."""
    layers: list[Any] = []
    for l, (m, n) in enumerate(zip(work.widths, work.widths[1:], strict=False), 1):
        linear = torch.nn.Linear(m, n)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(work.net.W[l].T))
            linear.bias.copy_(torch.tensor(work.net.W0[l]))
        layers += [
            linear,
            *normalization(work, l),
            *([] if work.activations[l - 1] == "softmax" else [ACTIVATION[work.activations[l - 1]]()]),
        ]
    return torch.nn.Sequential(*layers)


def normalization(work: Workload, l: int) -> list[Any]:
    """The module that normalises Z^l, if any; gain and shift begin with 1 and 0 as ours do."""
    if l not in work.net.normalization:
        return []
    kinds = {"batch_norm": torch.nn.BatchNorm1d, "layer_norm": torch.nn.LayerNorm}
    return [kinds[work.normalization or ""](work.widths[l], eps=work.net.normalization[l].epsilon)]


def layers_of(model: torch.nn.Sequential) -> list[list[Array]]:
    """W and W0 of each layer, and gain and shift where it is normalised, as ours have them."""
    layers: list[list[Array]] = []
    for module in model:
        if isinstance(module, torch.nn.Linear):
            layers.append([module.weight.detach().T.numpy(), module.bias.detach().numpy()])
        elif hasattr(module, "weight"):
            layers[-1] += [module.weight.detach().numpy(), module.bias.detach().numpy()]
    return layers


def steps(work: Workload, order: Array) -> Callable[[], Array]:
    X, Y = map(torch.tensor, work.points)
    start, model = model_of(work), model_of(work)
    optimizer = torch.optim.SGD(model.parameters(), lr=ETA)
    linears = [layer for layer in model if isinstance(layer, torch.nn.Linear)]
    indices = order.tolist()

    def run() -> Array:
        model.load_state_dict(start.state_dict())
        for i in indices:
            optimizer.zero_grad()
            a = model(X[i])
            loss = torch.nn.functional.cross_entropy(a, Y[i]) if work.loss == "nllm" else ((a - Y[i]) ** 2).sum()
            loss.backward()
            optimizer.step()
        return flat([layer.weight.detach().T for layer in linears], [layer.bias.detach() for layer in linears])

    return run


def flat(W: list[Any], W0: list[Any]) -> Array:
    """Weights and biases as the networks' flat vectors have them."""
    return np.concatenate([np.r_[w.numpy().ravel(), w0.numpy()] for w, w0 in zip(W, W0, strict=True)])


def steps_compiled(work: Workload, order: Array) -> Callable[[], Array]:
    """For nets of sigmoids with the square loss."""
    X, Y = map(torch.tensor, work.points)
    net, indices = work.net, order.tolist()

    @torch.compile
    def step(x: Any, y: Any, W: list[Any], W0: list[Any]) -> None:
        A = [x]
        for w, w0 in zip(W, W0, strict=True):
            A.append(torch.sigmoid(A[-1] @ w + w0))
        dL_dA = 2 * (A[-1] - y)
        for l in reversed(range(len(W))):
            dL_dZ = dL_dA * A[l + 1] * (1 - A[l + 1])
            dL_dA = W[l] @ dL_dZ
            W[l].sub_(ETA * torch.outer(A[l], dL_dZ))
            W0[l].sub_(ETA * dL_dZ)

    def run() -> Array:
        W = [torch.tensor(net.W[l]) for l in net.layers]
        W0 = [torch.tensor(net.W0[l]) for l in net.layers]
        with torch.inference_mode():
            for i in indices:
                step(X[i], Y[i], W, W0)
        return flat(W, W0)

    return run


def restarts(work: Workload, starts: Array, orders: Array) -> Callable[[], Array]:
    """One hidden layer of sigmoids, batched by hand over the networks, gradients written out."""
    X, Y = map(torch.tensor, work.points)
    (m, H, n), K = work.widths, len(starts)
    points = torch.tensor(orders)

    def run() -> Array:
        vector = torch.tensor(starts)
        W1, b1 = vector[:, : m * H].reshape(K, m, H), vector[:, m * H : (m + 1) * H]
        W2, b2 = vector[:, (m + 1) * H : -n].reshape(K, H, n), vector[:, -n:]
        for t in range(points.shape[1]):
            x, y = X[points[:, t]], Y[points[:, t]]
            a1 = torch.sigmoid(torch.baddbmm(b1[:, None], x[:, None], W1)[:, 0])
            a2 = torch.sigmoid(torch.baddbmm(b2[:, None], a1[:, None], W2)[:, 0])
            dZ2 = 2 * (a2 - y) * a2 * (1 - a2)
            dZ1 = torch.bmm(W2, dZ2[:, :, None])[:, :, 0] * a1 * (1 - a1)
            W2.sub_(a1[:, :, None] * dZ2[:, None], alpha=ETA)
            b2.sub_(dZ2, alpha=ETA)
            W1.sub_(x[:, :, None] * dZ1[:, None], alpha=ETA)
            b1.sub_(dZ1, alpha=ETA)
        return torch.cat([part.reshape(K, -1) for part in (W1, b1, W2, b2)], dim=1).numpy()

    return run


def predict(work: Workload) -> Callable[[Array], Any]:
    model = model_of(work)

    def one(x: Array) -> Any:
        with torch.inference_mode():
            return model(torch.from_numpy(x))

    return one
