"""Peers that train on mini-batches: each takes the same steps from the same start, ReLU inside, softmax and NLLM at the end.

Each function gives a call that takes all steps, and returns the parameters where they can be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from clearprop.engines.compiled import CompiledEngine
from clearprop.engines.engine import Engine
from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas.catalogue import Array, find
from clearprop.formulas.optimizers import Optimizer

from ..workloads import Workload

ETA = 1e-3
Steps = Callable[[Workload, str, Array], Callable[[], Array | None]]
"""Workload, optimiser, row numbers (steps, batch) to a call."""


def of_engine(work: Workload, optimizer: str, batches: Array, *, make: Callable[[Any], Engine]) -> Callable[[], Array]:
    task = replace(work.task, optimizer=find(Optimizer, optimizer))
    engine, etas = make(task), np.full(len(batches), ETA)

    def run() -> Array:
        task.network.parameters = work.net.parameters
        engine.run(batches, etas, 1)
        return task.network.parameters

    return run


def clearprop(work: Workload, optimizer: str, batches: Array, threads: int) -> Callable[[], Array]:
    return of_engine(work, optimizer, batches, make=lambda task: CompiledEngine(task, batches.shape[1], threads))


def numpy(work: Workload, optimizer: str, batches: Array) -> Callable[[], Array]:
    """The NumPy engine: one BLAS call a product, into buffers made once."""
    return of_engine(work, optimizer, batches, make=NumpyEngine)


def jax(work: Workload, optimizer: str, batches: Array) -> Callable[[], Array]:
    """All steps as one lax.scan, compiled, with automatic gradients; parameters and state are given to change in place."""
    import jax
    import jax.numpy as jnp

    X, Y = map(jnp.asarray, work.points)
    net = work.net
    scaled = {l: (net.gain[l], net.shift[l]) for l in net.normalization}
    start = [tuple(map(jnp.asarray, (net.W[l], net.W0[l], *scaled.get(l, ())))) for l in net.layers]

    def normalized(z: Any, l: int) -> Any:
        if l not in net.normalization:
            return z
        axis, epsilon = net.normalization[l].axis, net.normalization[l].epsilon
        return (z - z.mean(axis, keepdims=True)) * jax.lax.rsqrt(z.var(axis, keepdims=True) + epsilon)

    def loss(parameters: Any, x: Any, y: Any) -> Any:
        a = x
        for l, (W, W0, *scaled) in enumerate(parameters[:-1], 1):
            z = normalized(a @ W + W0, l)
            a = jax.nn.relu(z * scaled[0] + scaled[1] if scaled else z)
        z = a @ parameters[-1][0] + parameters[-1][1]
        return jnp.mean(jax.nn.logsumexp(z, axis=1) - jnp.sum(y * z, axis=1))

    def sgd(parameters: Any, state: Any, gradient: Any) -> Any:
        return jax.tree.map(lambda w, g: w - ETA * g, parameters, gradient), state

    def adam(parameters: Any, state: Any, gradient: Any) -> Any:
        m, v, t = state
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
        step, correct = ETA / (1 - 0.9 ** (t + 1)), 1 / (1 - 0.999 ** (t + 1))
        stepped = jax.tree.map(lambda w, m, v: w - step * m / (jnp.sqrt(v * correct) + 1e-8), parameters, m, v)
        return stepped, (m, v, t + 1)

    zeros = partial(jax.tree.map, jnp.zeros_like)
    update, state = {"sgd": (sgd, ()), "adam": (adam, (zeros(start), zeros(start), jnp.float32(0)))}[optimizer]

    def body(carry: Any, rows: Any) -> Any:
        parameters, state = carry
        return update(parameters, state, jax.grad(loss)(parameters, X[rows], Y[rows])), None

    train = jax.jit(lambda carry, rows: jax.lax.scan(body, carry, rows)[0], donate_argnums=0)
    order = jnp.asarray(batches)

    def run() -> Array:
        trained, _ = jax.block_until_ready(train(jax.tree.map(jnp.copy, (start, state)), order))
        return work.parameters(trained)

    return run


def torch(work: Workload, optimizer: str, batches: Array) -> Callable[[], Array]:
    """Modules, autograd and torch.optim, a call for each step."""
    return by_modules(work, optimizer, batches, compiled=False)


def by_modules(work: Workload, optimizer: str, batches: Array, *, compiled: bool) -> Callable[[], Array]:
    """PyTorch's own modules and optimisers; the passes may be `compiled`, the optimiser is not."""
    import torch

    from .torch_eager import layers_of, model_of

    X, Y = map(torch.tensor, work.points)
    start, model = model_of(work), model_of(work)
    indices, forward = torch.tensor(batches), torch.compile(model, dynamic=False) if compiled else model
    rules = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}

    def run() -> Array:
        model.load_state_dict(start.state_dict())
        rule = rules[optimizer](model.parameters(), lr=ETA)
        for rows in indices:
            rule.zero_grad()
            torch.nn.functional.cross_entropy(forward(X[rows]), Y[rows]).backward()
            rule.step()
        return work.parameters(layers_of(model))

    return run


def torch_compiled(work: Workload, optimizer: str, batches: Array) -> Callable[[], Array]:
    """torch.compile of plain steps with their gradients written out: it breaks off at `backward` and at the optimiser.

    With normalisation, of the modules.
    """
    import torch

    from .torch_eager import flat

    if work.normalization:
        return by_modules(work, optimizer, batches, compiled=True)
    assert optimizer == "sgd"
    X, Y = map(torch.tensor, work.points)
    net, indices = work.net, torch.tensor(batches)

    @torch.compile(dynamic=False)
    def step(x: Any, y: Any, W: list[Any], W0: list[Any]) -> None:
        A = [x]
        for w, w0 in zip(W[:-1], W0[:-1], strict=True):
            A.append(torch.relu(A[-1] @ w + w0))
        dL_dZ = (torch.softmax(A[-1] @ W[-1] + W0[-1], dim=1) - y) / len(x)
        for l in reversed(range(len(W))):
            dL_dA = dL_dZ @ W[l].T if l else None
            W[l].sub_(ETA * (A[l].T @ dL_dZ))
            W0[l].sub_(ETA * dL_dZ.sum(dim=0))
            if dL_dA is not None:
                dL_dZ = dL_dA * (A[l] > 0)

    def run() -> Array:
        W = [torch.tensor(net.W[l]) for l in net.layers]
        W0 = [torch.tensor(net.W0[l]) for l in net.layers]
        with torch.inference_mode():
            for rows in indices:
                step(X[rows], Y[rows], W, W0)
        return flat(W, W0)

    return run


def sklearn(work: Workload, optimizer: str, batches: Array) -> Callable[[], None]:
    """One partial_fit a step. Its initialisation is its own, so only its time is of interest."""
    from sklearn.neural_network import MLPClassifier

    X, Y = work.points
    y = Y.argmax(axis=1)
    model = MLPClassifier(
        work.widths[1:-1],
        solver=optimizer,
        momentum=0.0,
        alpha=0.0,
        learning_rate_init=ETA,
        batch_size=batches.shape[1],
    )
    model.partial_fit(X[: batches.shape[1]], y[: batches.shape[1]], classes=range(Y.shape[1]))

    def run() -> None:
        for rows in batches:
            model.partial_fit(X[rows], y[rows])

    return run
