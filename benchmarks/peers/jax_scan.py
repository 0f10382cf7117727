"""JAX: the whole run of steps compiled by XLA as one lax.scan, W held either way round; and vmap over restarts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from clearprop.formulas.catalogue import Array

from ..workloads import ETA, Workload

VERSION = f"JAX {jax.__version__}"
ACTIVATION = {
    "sigmoid": (jax.nn.sigmoid, lambda a: a * (1 - a)),
    "relu": (lambda z: jnp.maximum(z, 0), lambda a: a > 0),
    "identity": (lambda z: z, jnp.ones_like),
    "softmax": (jax.nn.softmax, None),
}


def one_step(work: Workload, *, by_columns: bool) -> Callable[[Any, Any, Any], Any]:
    """Parameters after one step on one point."""

    def step(parameters: Any, x: Any, y: Any) -> Any:
        A = [x]
        for (W, W0), f in zip(parameters, work.activations, strict=True):
            A.append(ACTIVATION[f][0]((W @ A[-1] if by_columns else A[-1] @ W) + W0))
        last = ACTIVATION[work.activations[-1]][1]
        dL_dZ = A[-1] - y if work.loss == "nllm" else 2 * (A[-1] - y) * last(A[-1])
        stepped: list[Any] = []
        for l in reversed(range(len(parameters))):
            W, W0 = parameters[l]
            dL_dW = jnp.outer(dL_dZ, A[l]) if by_columns else jnp.outer(A[l], dL_dZ)
            stepped.insert(0, (W - ETA * dL_dW, W0 - ETA * dL_dZ))
            if l:
                dL_dA = dL_dZ @ W if by_columns else W @ dL_dZ
                dL_dZ = dL_dA * ACTIVATION[work.activations[l - 1]][1](A[l])
        return stepped

    return step


def steps(work: Workload, order: Array, *, by_columns: bool = False) -> Callable[[], Array]:
    X, Y = map(jnp.array, work.points)
    step = one_step(work, by_columns=by_columns)
    scan = lambda p, o: jax.lax.scan(lambda p, i: (step(p, X[i], Y[i]), None), p, o)[0]  # noqa: E731 - named for jit
    train = jax.jit(scan, donate_argnums=0)  # without it, XLA copies W where it could change it
    net = work.net
    start = [(jnp.array(net.W[l].T if by_columns else net.W[l]), jnp.array(net.W0[l])) for l in net.layers]
    points = jnp.asarray(order)

    def run() -> Array:
        trained = jax.block_until_ready(train(jax.tree.map(jnp.copy, start), points))
        return np.concatenate([np.r_[np.asarray(W.T if by_columns else W).ravel(), W0] for W, W0 in trained])

    return run


def steps_by_columns(work: Workload, order: Array) -> Callable[[], Array]:
    return steps(work, order, by_columns=True)


def restarts(work: Workload, starts: Array, orders: Array) -> Callable[[], Array]:
    """Steps of several networks, (K, p), each on its own points, (K, steps)."""
    X, Y = map(jnp.array, work.points)
    step, net = one_step(work, by_columns=False), work.net

    def flat_step(flat: Any, i: Any) -> Any:
        parameters, at = [], 0
        for m, n in zip(work.widths, work.widths[1:], strict=False):
            parameters.append((flat[at : at + m * n].reshape(m, n), flat[at + m * n : at + m * n + n]))
            at += (m + 1) * n
        return jnp.concatenate([jnp.r_[W.ravel(), W0] for W, W0 in step(parameters, X[i], Y[i])])

    together = jax.vmap(flat_step)
    train = jax.jit(lambda p, o: jax.lax.scan(lambda p, i: (together(p, i), None), p, o)[0])
    start, points = jnp.array(starts), jnp.asarray(orders.T)
    assert net.parameters.size == start.shape[1]
    return lambda: np.asarray(jax.block_until_ready(train(start, points)))
