"""Peers that predict for many points at once, called from Python with a NumPy array and giving one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from clearprop.formulas.catalogue import Array

from ..workloads import Workload


def numpy(work: Workload, X: Array) -> Callable[[], Array]:
    net = work.net

    def run() -> Array:
        A = X
        for l in net.layers:
            A = net.f[l].A(A @ net.W[l] + net.W0[l])
        return A

    return run


def jax(work: Workload, X: Array) -> Callable[[], Array]:
    import jax
    import jax.numpy as jnp

    net = work.net
    functions = {"relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid, "softmax": jax.nn.softmax, "identity": lambda z: z}
    parameters = [(jnp.asarray(net.W[l]), jnp.asarray(net.W0[l])) for l in net.layers]

    @jax.jit
    def predict(parameters: Any, x: Any) -> Any:
        for (W, W0), f in zip(parameters, work.activations, strict=True):
            x = functions[f](x @ W + W0)
        return x

    return lambda: np.asarray(predict(parameters, X))


def torch(work: Workload, X: Array) -> Callable[[], Array]:
    import torch

    from .torch_eager import model_of

    model = model_of(work)
    if work.activations[-1] == "softmax":
        model.append(torch.nn.Softmax(dim=1))

    def run() -> Array:
        with torch.inference_mode():
            return model(torch.from_numpy(X)).numpy()

    return run
