"""PyTorch as people write it: modules, autograd and torch.optim.SGD, a call for each step; and torch.compile of that step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from clearprop.formulas.catalogue import Array

from ..workloads import ETA, Workload

VERSION = f"PyTorch {torch.__version__}"
ACTIVATION = {"sigmoid": torch.nn.Sigmoid, "relu": torch.nn.ReLU, "identity": torch.nn.Identity}
torch.set_num_threads(1)


def model_of(work: Workload) -> torch.nn.Sequential:
    """Softmax is left to cross_entropy, as PyTorch has it."""
    layers: list[Any] = []
    for l, (m, n) in enumerate(zip(work.widths, work.widths[1:], strict=False), 1):
        linear = torch.nn.Linear(m, n)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(work.net.W[l].T))
            linear.bias.copy_(torch.tensor(work.net.W0[l]))
        layers += [linear, *([] if work.activations[l - 1] == "softmax" else [ACTIVATION[work.activations[l - 1]]()])]
    return torch.nn.Sequential(*layers)


def steps(work: Workload, order: Array, *, compiled: bool = False) -> Callable[[], Array]:
    X, Y = map(torch.tensor, work.points)
    start = model_of(work)
    model = model_of(work)
    optimizer = torch.optim.SGD(model.parameters(), lr=ETA)

    def loss_of(x: Any, y: Any) -> Any:
        a = model(x)
        return torch.nn.functional.cross_entropy(a, y) if work.loss == "nllm" else ((a - y) ** 2).sum()

    def one_step(x: Any, y: Any) -> None:
        optimizer.zero_grad()
        loss_of(x, y).backward()
        optimizer.step()

    step = torch.compile(one_step) if compiled else one_step
    indices = order.tolist()

    def run() -> Array:
        model.load_state_dict(start.state_dict())
        for i in indices:
            step(X[i], Y[i])
        linears = [layer for layer in model if isinstance(layer, torch.nn.Linear)]
        return np.concatenate(
            [np.r_[layer.weight.detach().numpy().T.ravel(), layer.bias.detach().numpy()] for layer in linears]
        )

    return run


def steps_compiled(work: Workload, order: Array) -> Callable[[], Array]:
    return steps(work, order, compiled=True)


def restarts(work: Workload, starts: Array, orders: Array) -> Callable[[], Array]:
    """One hidden layer of sigmoids, batched by hand over the networks, gradients written out."""
    X, Y = map(torch.tensor, work.points)
    (m, H, n), K = work.widths, len(starts)
    points = torch.tensor(orders)

    def run() -> Array:
        flat = torch.tensor(starts)
        W1, b1 = flat[:, : m * H].reshape(K, m, H), flat[:, m * H : (m + 1) * H]
        W2, b2 = flat[:, (m + 1) * H : -n].reshape(K, H, n), flat[:, -n:]
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
