"""Predictions and steps of a network 4-32-2 by other libraries, call by call. Each function imports its library.

A step is Adam's on the mean cross-entropy, as `Trainer.step` takes it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

Call = Callable[[], object]


def by_numpy(X: Any, _labels: Any) -> dict[str, Call]:
    """The two products, tanh and softmax."""
    rng = np.random.default_rng(1)
    W, W2 = rng.normal(size=(4, 32)).astype("f"), rng.normal(size=(32, 2)).astype("f")
    W0, W02 = np.zeros(32, "f"), np.zeros(2, "f")

    def predict(x: Any) -> Any:
        Z = np.tanh(x @ W + W0) @ W2 + W02
        e = np.exp(Z - Z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    return {f"NumPy predict, {n} rows": partial(predict, X[:n].copy()) for n in (1, 32)}


def by_sklearn(X: Any, labels: Any) -> dict[str, Call]:
    """`MLPClassifier`."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(hidden_layer_sizes=(32,), activation="tanh", random_state=0)
    model.partial_fit(X, labels, classes=[0, 1])
    calls: dict[str, Call] = {"scikit-learn predict, 32 rows": partial(model.predict_proba, X[:32].copy())}
    for n in (2, 32, 200):
        calls[f"scikit-learn partial_fit, {n} rows"] = partial(model.partial_fit, X[:n].copy(), labels[:n].copy())
    return calls


def by_onnxruntime(X: Any, _labels: Any) -> dict[str, Call]:
    """The network that `cp.export` writes, one thread."""
    import tempfile
    from pathlib import Path

    import onnxruntime

    import clearprop as cp

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.onnx"
        cp.export(cp.Network((4, 32, 2), ("tanh", "softmax"), dtype="float32"), path)
        session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return {f"ONNX Runtime predict, {n} rows": partial(session.run, None, {name: X[:n].copy()}) for n in (1, 32)}


def by_torch(X: Any, labels: Any, *, compiled: bool = False) -> dict[str, Call]:
    """A module, its loss and `torch.optim.Adam`, one thread."""
    import torch

    torch.set_num_threads(1)
    net = torch.nn.Sequential(torch.nn.Linear(4, 32), torch.nn.Tanh(), torch.nn.Linear(32, 2))
    forward = torch.compile(net) if compiled else net
    optimizer, loss = torch.optim.Adam(net.parameters()), torch.nn.CrossEntropyLoss()

    def step(x: Any, y: Any) -> float:
        optimizer.zero_grad()
        value = loss(forward(x), y)
        value.backward()
        optimizer.step()
        return float(value)

    def predict(x: Any) -> Any:
        with torch.inference_mode():
            return torch.softmax(forward(x), dim=1)

    x, y, how = (
        torch.from_numpy(X[:32].copy()),
        torch.from_numpy(labels[:32].copy()),
        "compiled" if compiled else "eager",
    )
    predict(x)  # ImportError or RuntimeError here, where there is no compiler
    return {f"torch {how} predict, 32 rows": lambda: predict(x), f"torch {how} step, 32 rows": lambda: step(x, y)}


def by_jax(X: Any, labels: Any) -> dict[str, Call]:
    """Jitted functions, and `optax.adam`."""
    import jax
    import jax.numpy as jnp
    import optax

    keys = jax.random.split(jax.random.key(0), 2)
    W = (jax.random.normal(keys[0], (4, 32)), jnp.zeros(32), jax.random.normal(keys[1], (32, 2)), jnp.zeros(2))
    rule = optax.adam(1e-3)

    def logits(W: Any, x: Any) -> Any:
        return jnp.tanh(x @ W[0] + W[1]) @ W[2] + W[3]

    def loss(W: Any, x: Any, y: Any) -> Any:
        return optax.softmax_cross_entropy_with_integer_labels(logits(W, x), y).mean()

    @jax.jit
    def step(W: Any, state: Any, x: Any, y: Any) -> Any:
        value, gradient = jax.value_and_grad(loss)(W, x, y)
        change, state = rule.update(gradient, state)
        return optax.apply_updates(W, change), state, value

    predict, x, y, state = jax.jit(lambda W, x: jax.nn.softmax(logits(W, x))), X[:32], labels[:32], rule.init(W)
    K = 1000
    each = jax.tree.map(lambda w: jnp.stack([w] * K), W)
    of_each, labels_of_each = X[np.arange(K) % len(X)][:, None], labels[np.arange(K) % len(X)][:, None]

    @jax.jit
    def descend(W: Any, x: Any, y: Any) -> Any:
        gradient = jax.vmap(jax.grad(loss))(W, x, y)
        return jax.tree.map(lambda w, g: w - 1e-3 * g, W, gradient)

    return {
        "JAX vmap, 1,000 networks, 1 row each": lambda: jax.block_until_ready(descend(each, of_each, labels_of_each)),
        "JAX jit predict, 32 rows": lambda: jax.block_until_ready(predict(W, x)),
        "JAX jit step, 32 rows": lambda: jax.block_until_ready(step(W, state, x, y)),
    }


PEERS: dict[str, Callable[[Any, Any], dict[str, Call]]] = {
    "NumPy": by_numpy,
    "scikit-learn": by_sklearn,
    "ONNX Runtime": by_onnxruntime,
    "torch": by_torch,
    "torch compiled": lambda X, labels: by_torch(X, labels, compiled=True),
    "JAX and optax": by_jax,
}
