"""A network's loss and gradient by JAX and Optax: their own functions, differentiated by `jax.grad`, in float64.

Where they have a function it is the one that is called; where they have none, JAX's arithmetic states the textbook's value.
No derivative is written here.

JAX compiles for each shape that it meets, so every network is brought to one shape: six layers of forty units and eight
points. Units, points and layers that are not there are masked: those layers pass on what they are given, those points weigh
nothing. Which parts a network has is a number that chooses among all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.scipy.special import xlogy
from jax.scipy.stats import norm

from clearprop.formulas import Part
from tests.recorded.networks import Drawn

LAYERS, UNITS, POINTS, HYPERS = 6, 40, 8, 3
NOWHERE = -1e30
"""What a unit that is not there brings to a softmax."""

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
    "exp": jnp.exp,
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
    "prelu": lambda z, alpha: jax.nn.leaky_relu(z, negative_slope=alpha),
    "parametric": lambda z, alpha, s: (1 - alpha) * z + alpha * s,
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
    "focalm": lambda z, a, y, gamma: -((1 - a) ** gamma) * xlogy(y, a),
    "kl_divergence": lambda z, a, y: xlogy(y, y) - xlogy(y, a),
    "nllm_log": lambda z, a, y: -y * a,
    # mean and log variance of each target; half of log 2 pi is left out
    "gaussian_nll": lambda z, a, y, s: -norm.logpdf(y, a, jnp.exp(s / 2)) - jnp.log(2 * jnp.pi) / 2,
}
OF_LOGITS: dict[tuple[str, str], Callable[..., Any]] = {
    ("sigmoid", "nll"): lambda z, a, y: optax.sigmoid_binary_cross_entropy(z, y),
    ("softmax", "nllm"): lambda z, a, y: jnp.pad(optax.softmax_cross_entropy(z, y)[:, None], ((0, 0), (0, UNITS - 1))),
    ("softmax", "kl_divergence"): lambda z, a, y: xlogy(y, y) - y * jax.nn.log_softmax(z),
    ("softmax", "focalm"): lambda z, a, y, gamma: (
        -y * (-jnp.expm1(jax.nn.log_softmax(z))) ** gamma * jax.nn.log_softmax(z)
    ),
    ("sigmoid", "focal"): lambda z, a, y, gamma: (
        -y * jax.nn.sigmoid(-z) ** gamma * jax.nn.log_sigmoid(z)
        - (1 - y) * jax.nn.sigmoid(z) ** gamma * jax.nn.log_sigmoid(-z)
    ),
}
PENALTIES: dict[str, Callable[..., Any]] = {
    "l1": lambda W, strength: strength * jnp.sum(jnp.abs(W)),
    "l2": lambda W, strength: strength * jnp.sum(jnp.square(W)),
    "elastic_net": lambda W, strength, ratio: (
        strength * (ratio * jnp.sum(jnp.abs(W)) + (1 - ratio) * jnp.sum(jnp.square(W)))
    ),
}
NORMALIZATIONS: dict[str, Callable[..., Any]] = {
    "batch_norm": lambda z, units, points, epsilon, momentum: _standard(z, 0, points, epsilon),
    "layer_norm": lambda z, units, points, epsilon: _standard(z, -1, units, epsilon),
}
OF_A_ROW = ("softmax", "log_softmax")
"""Activations in which every unit depends on every other."""
F, R, N = [name for name in ACTIVATIONS if name != "parametric"], ["none", *PENALTIES], ["none", *NORMALIZATIONS]
OF_OUTPUT: list[tuple[str, str] | str] = [*LOSSES, *OF_LOGITS]


def loss_and_gradient(case: Drawn) -> tuple[float, np.ndarray]:
    """The number that is minimised, and its gradient laid out as the network's parameters."""
    net = case.net
    theta = {name: np.zeros((LAYERS, UNITS, UNITS) if name == "W" else (LAYERS, UNITS)) for name in _PARAMETERS}
    theta["W"][:], theta["gain"][:], theta["alpha"][:] = np.eye(UNITS), 1.0, 1.0
    theta["W"][: net.L] = 0.0
    for l, name, view in net.arrays:
        theta[name][(l - 1, *map(slice, view.shape))] = view
    value, gradient = _compiled()(theta, _described(case))
    pieces = [np.asarray(gradient[name])[(l - 1, *map(slice, view.shape))].ravel() for l, name, view in net.arrays]
    return float(value), np.concatenate(pieces)


_PARAMETERS = ("W", "W0", "gain", "shift", "alpha")


def _described(case: Drawn) -> dict[str, Any]:
    """All that is not differentiated, at its full size."""
    net, n = case.net, len(case.X)
    parametric = [part.name == "parametric" for part in net.activations] + [False] * (LAYERS - net.L)
    parts: list[Any] = [getattr(part, "of", part) for part in net.activations]  # what a parametric one is made of
    normalizations = [net.normalization.get(l) for l in net.layers]
    logits = (net.activations[-1].name, case.loss.name)
    M = np.ones((LAYERS, POINTS, UNITS))
    for l, factors in case.factors.items():
        M[l][:n, : factors.shape[1]] = factors
    return {
        "X": _padded(case.X, case.X[0]),
        "Y": _padded(case.Y, case.Y[0], fill=0.0 if logits in OF_LOGITS else 1.0),
        "weights": np.append(np.ones(n) if case.weights is None else case.weights, np.zeros(POINTS - n)) / n,
        "points": np.arange(POINTS)[:, None] < n,
        "units": np.arange(UNITS) < np.array([*net.widths[1:], *[net.widths[-1]] * (LAYERS - net.L)])[:, None],
        "targets": np.arange(UNITS) < case.Y.shape[1],
        "last": net.L - 1,
        "second": np.minimum(np.arange(UNITS) + case.Y.shape[1], UNITS - 1),
        "f": np.array([F.index(part.name) for part in parts] + [F.index("identity")] * (LAYERS - net.L)),
        "parametric": np.array(parametric),
        "f_hypers": np.array([_hypers(part) for part in parts] + [_hypers(None)] * (LAYERS - net.L)),
        "n": np.array([N.index(part.name if part else "none") for part in normalizations] + [0] * (LAYERS - net.L)),
        "n_hypers": np.array([_hypers(part) for part in normalizations] + [_hypers(None)] * (LAYERS - net.L)),
        "loss": OF_OUTPUT.index(logits if logits in OF_LOGITS else case.loss.name),
        "loss_hypers": np.array(_hypers(case.loss)),
        "penalty": R.index(case.penalty.name if case.penalty else "none"),
        "penalty_hypers": np.array(_hypers(case.penalty)),
        "M": M,
    }


def _padded(values: np.ndarray, row: np.ndarray, fill: float = 0.0) -> np.ndarray:
    """(points, width) at the full size: a point that is not there is the first again."""
    full = np.full((POINTS, UNITS), fill)
    full[:, : values.shape[1]] = row
    full[: len(values), : values.shape[1]] = values
    return full


def _hypers(part: Part | None) -> list[float]:
    given = [float(value) for value in astuple(part)] if part else []
    return [*given, *[1.0] * (HYPERS - len(given))]


@cache
def _compiled() -> Any:
    jax.config.update("jax_enable_x64", True)
    return jax.jit(jax.value_and_grad(_total))


def _total(theta: dict[str, Any], case: dict[str, Any]) -> Any:
    """The weighted mean of the losses, plus the penalty."""
    a, z_last, a_last = case["X"], jnp.zeros((POINTS, UNITS)), jnp.zeros((POINTS, UNITS))
    penalty = 0.0
    for l in range(LAYERS):
        units = case["units"][l]
        z = (a * case["M"][l]) @ theta["W"][l] + theta["W0"][l]
        standard = [
            lambda z, h, units=units: z,
            *(_standardized(name, units, case["points"]) for name in NORMALIZATIONS),
        ]
        z = jax.lax.switch(case["n"][l], standard, z, case["n_hypers"][l]) * theta["gain"][l] + theta["shift"][l]
        h = case["f_hypers"][l], theta["alpha"][l]
        a = jax.lax.switch(case["f"][l], [_activation(name, units) for name in F], z, *h)
        mixed = jnp.where(units, ACTIVATIONS["parametric"](z, theta["alpha"][l], a), 0.0)
        a = jnp.where(case["parametric"][l], mixed, a)
        is_last = case["last"] == l
        z_last, a_last = jnp.where(is_last, z, z_last), jnp.where(is_last, a, a_last)
        size = jax.lax.switch(case["penalty"], [_penalty(name) for name in R], theta["W"][l], case["penalty_hypers"])
        penalty += jnp.where(l <= case["last"], size, 0.0)
    units = case["units"][case["last"]]
    losses = jax.lax.switch(
        case["loss"],
        [_loss(name, units) for name in OF_OUTPUT],
        z_last,
        a_last,
        case["Y"],
        case["second"],
        case["loss_hypers"],
    )
    of_points = jnp.where(case["targets"], losses, 0.0).sum(axis=1)
    return jnp.sum(case["weights"] * of_points) + penalty


def _count(given: Callable[..., Any], besides: int) -> int:
    """How many hyper-parameters a function takes."""
    code = getattr(given, "__code__", None)
    return code.co_argcount - besides if code and code.co_name == "<lambda>" else int(given is jax.nn.elu)


def _activation(name: str, units: Any) -> Callable[..., Any]:
    f, count = ACTIVATIONS[name], _count(ACTIVATIONS[name], 1)

    def masked(z: Any, h: Any, alpha: Any) -> Any:
        z = jnp.where(units, z, NOWHERE if name in OF_A_ROW else 0.0)
        given = [alpha] if name == "prelu" else [h[i] for i in range(count)]
        return jnp.where(units, f(z, *given), 0.0)

    return masked


def _standardized(name: str, units: Any, points: Any) -> Callable[..., Any]:
    given, count = NORMALIZATIONS[name], _count(NORMALIZATIONS[name], 3)
    return lambda z, h: jnp.where(units, given(z, units, points, *(h[i] for i in range(count))), 0.0)


def _standard(z: Any, axis: int, where: Any, epsilon: Any) -> Any:
    """Mean 0 and variance 1; jax.nn.standardize takes the variance as a difference of means, in which digits are lost."""
    mean, variance = (of(z, axis=axis, where=where, keepdims=True) for of in (jnp.mean, jnp.var))
    return (z - mean) / jnp.sqrt(variance + epsilon)


def _penalty(name: str) -> Callable[..., Any]:
    if name == "none":
        return lambda W, h: jnp.zeros(())
    given, count = PENALTIES[name], _count(PENALTIES[name], 1)
    return lambda W, h: given(W, *(h[i] for i in range(count)))


def _loss(name: tuple[str, str] | str, units: Any) -> Callable[..., Any]:
    given = OF_LOGITS[name] if isinstance(name, tuple) else LOSSES[name]
    count = _count(given, 3)
    outside = NOWHERE if isinstance(name, tuple) and name[0] in OF_A_ROW else 0.0

    def masked(z: Any, a: Any, y: Any, second: Any, h: Any) -> Any:
        z, a = jnp.where(units, z, outside), jnp.where(units, a, 0.5)
        if name == "gaussian_nll":
            return given(z, a, y, a[:, second])
        return jnp.broadcast_to(given(z, a, y, *(h[i] for i in range(count))), z.shape)

    return masked
