"""A network's loss and gradient by JAX and Optax: their own functions, differentiated by `jax.grad`, in float64.

Where they have a function it is the one that is called; where they have none, JAX's arithmetic states the textbook's value.
No derivative is written here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.scipy.special import xlogy
from jax.scipy.stats import norm

from tests.recorded.networks import Drawn

HALF_LOG_2_PI = 0.9189385332046727
ACTIVATIONS: dict[str, Callable[..., Any]] = {
    "step": lambda z: jnp.heaviside(jax.lax.stop_gradient(z), 1.0),
    "relu": jax.nn.relu,
    "leaky_relu": lambda z, slope: jax.nn.leaky_relu(z, negative_slope=slope),
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "identity": lambda z: z,
    "softmax": jax.nn.softmax,
    "relu6": jax.nn.relu6,
    "hard_tanh": jax.nn.hard_tanh,
    "hard_sigmoid": jax.nn.hard_sigmoid,
    "hard_swish": jax.nn.hard_swish,
    "elu": jax.nn.elu,
    "selu": jax.nn.selu,
    "softplus": jax.nn.softplus,
    "log_sigmoid": jax.nn.log_sigmoid,
    "softsign": jax.nn.soft_sign,
    "silu": jax.nn.silu,
    "swish": lambda z, beta: z * jax.nn.sigmoid(beta * z),
    "mish": jax.nn.mish,
    "gelu": lambda z: jax.nn.gelu(z, approximate=False),
    "gelu_tanh": lambda z: jax.nn.gelu(z, approximate=True),
    "gaussian": lambda z: jnp.exp(-jnp.square(z)),
    "sine": jnp.sin,
    "log_softmax": jax.nn.log_softmax,
}
LOSSES: dict[str, Callable[..., Any]] = {
    "square": lambda z, a, y: optax.squared_error(a, y),
    "half_square": lambda z, a, y: optax.l2_loss(a, y),
    "linear": lambda z, a, y: jnp.abs(a - y),
    "nll": lambda z, a, y: -xlogy(y, a) - xlogy(1 - y, 1 - a),
    "nllm": lambda z, a, y: -xlogy(y, a),
    "huber": lambda z, a, y, delta: optax.huber_loss(a, y, delta=delta),
    "smooth_l1": lambda z, a, y, beta: optax.huber_loss(a, y, delta=beta) / beta,
    "log_cosh": lambda z, a, y: optax.log_cosh(a, y),
    "quantile": lambda z, a, y, tau: jnp.maximum(tau * (y - a), (tau - 1) * (y - a)),
    "poisson": lambda z, a, y: a - y + xlogy(y, y) - xlogy(y, a),
    "poisson_log": lambda z, a, y: jnp.exp(a) - y * a,
    "gamma": lambda z, a, y: y / a - jnp.log(y / a) - 1,
    "hinge": lambda z, a, y: optax.hinge_loss(a, y),
    "squared_hinge": lambda z, a, y: jnp.square(optax.hinge_loss(a, y)),
    "focal": lambda z, a, y, gamma: -((1 - a) ** gamma) * xlogy(y, a) - a**gamma * xlogy(1 - y, 1 - a),
    "kl_divergence": lambda z, a, y: xlogy(y, y) - xlogy(y, a),
    "nllm_log": lambda z, a, y: -y * a,
    "gaussian_nll": lambda z, a, y: (
        -norm.logpdf(y, a[:, : y.shape[1]], jnp.exp(a[:, y.shape[1] :] / 2)) - HALF_LOG_2_PI
    ),
}
OF_LOGITS: dict[tuple[str, str], Callable[..., Any]] = {
    ("sigmoid", "nll"): lambda z, a, y: optax.sigmoid_binary_cross_entropy(z, y),
    ("softmax", "nllm"): lambda z, a, y: optax.softmax_cross_entropy(z, y)[:, None],
    ("softmax", "kl_divergence"): lambda z, a, y: xlogy(y, y) - y * jax.nn.log_softmax(z),
    ("sigmoid", "focal"): lambda z, a, y, gamma: (
        -y * jax.nn.sigmoid(-z) ** gamma * jax.nn.log_sigmoid(z)
        - (1 - y) * jax.nn.sigmoid(z) ** gamma * jax.nn.log_sigmoid(-z)
    ),
}
NORMALIZATIONS: dict[str, Callable[..., Any]] = {
    "batch_norm": lambda z, gain, shift, epsilon, momentum: gain * jax.nn.standardize(z, 0, epsilon=epsilon) + shift,
    "layer_norm": lambda z, gain, shift, epsilon: gain * jax.nn.standardize(z, -1, epsilon=epsilon) + shift,
}
PENALTIES: dict[str, Callable[..., Any]] = {
    "l1": lambda W, strength: strength * jnp.sum(jnp.abs(W)),
    "l2": lambda W, strength: strength * jnp.sum(jnp.square(W)),
    "elastic_net": lambda W, strength, ratio: (
        strength * (ratio * jnp.sum(jnp.abs(W)) + (1 - ratio) * jnp.sum(jnp.square(W)))
    ),
}


def loss_and_gradient(case: Drawn) -> tuple[float, np.ndarray]:
    """The number that is minimised, and its gradient laid out as the network's parameters."""
    jax.config.update("jax_enable_x64", True)
    net, X, Y = case.net, jnp.asarray(case.X), jnp.asarray(case.Y)
    weights = jnp.ones(len(case.X)) if case.weights is None else jnp.asarray(case.weights)
    of_logits = OF_LOGITS.get((net.f[net.L].name, case.loss.name))

    def total(theta: dict[tuple[str, int], Any]) -> Any:
        z = a = X
        for l in net.layers:
            taken = a * case.factors[l - 1] if l - 1 in case.factors else a
            z = taken @ theta["W", l] + theta["W0", l]
            if l in net.normalization:
                part = net.normalization[l]
                z = NORMALIZATIONS[part.name](z, theta["gain", l], theta["shift", l], **asdict(part))
            a = ACTIVATIONS[net.f[l].name](z, **asdict(net.f[l]))
        losses = (of_logits or LOSSES[case.loss.name])(z, a, Y, **asdict(case.loss)).sum(axis=1)
        value = jnp.mean(weights * losses)
        if case.penalty is not None:
            value += sum(PENALTIES[case.penalty.name](theta["W", l], **asdict(case.penalty)) for l in net.layers)
        return value

    theta = {(name, l): jnp.asarray(view) for l, name, view in net.arrays}
    value, gradient = jax.value_and_grad(total)(theta)
    return float(value), np.concatenate([np.asarray(gradient[name, l]).ravel() for l, name, _ in net.arrays])
