"""A network's loss and gradient by PyTorch: its own functions, differentiated by its autograd, in float64.

Where PyTorch has a function it is the one that is called; where it has none, its arithmetic states the textbook's value.
No derivative is written here. A loss is given both z and a, as PyTorch's losses of logits are the exact ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from tests.recorded.networks import Drawn

torch.set_num_threads(1)  # of products this small, threads only wait for one another

ACTIVATIONS: dict[str, Callable[..., Tensor]] = {
    "step": lambda z: torch.heaviside(z.detach(), torch.ones_like(z)) + 0 * z,
    "relu": F.relu,
    "leaky_relu": lambda z, slope: F.leaky_relu(z, negative_slope=slope),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "identity": lambda z: z,
    "softmax": lambda z: F.softmax(z, dim=-1),
    "relu6": F.relu6,
    "hard_tanh": F.hardtanh,
    "hard_sigmoid": lambda z: F.relu6(z + 3) / 6,  # F.hardsigmoid's derivative is 1/6 rounded to float32
    "hard_swish": lambda z: z * F.relu6(z + 3) / 6,
    "elu": F.elu,
    "selu": F.selu,
    "softplus": lambda z: torch.logaddexp(z, torch.zeros_like(z)),  # F.softplus is z itself above its threshold
    "exp": torch.exp,
    "log_sigmoid": F.logsigmoid,
    "softsign": F.softsign,
    "silu": F.silu,
    "swish": lambda z, beta: z * torch.sigmoid(beta * z),
    "mish": F.mish,
    "gelu": F.gelu,
    "gelu_tanh": lambda z: F.gelu(z, approximate="tanh"),
    "gaussian": lambda z: torch.exp(-torch.square(z)),
    "sine": torch.sin,
    "log_softmax": lambda z: F.log_softmax(z, dim=-1),
    "prelu": F.prelu,
    "parametric": lambda z, alpha, s: torch.lerp(z, s, alpha),
}
LOSSES: dict[str, Callable[..., Tensor]] = {
    "square": lambda z, a, y: F.mse_loss(a, y, reduction="none"),
    "half_square": lambda z, a, y: F.mse_loss(a, y, reduction="none") / 2,
    "linear": lambda z, a, y: F.l1_loss(a, y, reduction="none"),
    "nll": lambda z, a, y: F.binary_cross_entropy(a, y, reduction="none"),
    "nllm": lambda z, a, y: -torch.special.xlogy(y, a),
    "huber": lambda z, a, y, delta: F.huber_loss(a, y, reduction="none", delta=delta),
    "smooth_l1": lambda z, a, y, beta: F.smooth_l1_loss(a, y, reduction="none", beta=beta),
    "log_cosh": lambda z, a, y: torch.logaddexp(a - y, y - a) - math.log(2),
    "quantile": lambda z, a, y, tau: torch.maximum(tau * (y - a), (tau - 1) * (y - a)),
    "poisson": lambda z, a, y: (
        F.poisson_nll_loss(a, y, log_input=False, eps=0.0, reduction="none") + torch.special.xlogy(y, y) - y
    ),
    "poisson_log": lambda z, a, y: F.poisson_nll_loss(a, y, reduction="none"),
    "gamma": lambda z, a, y: y / a - torch.log(y / a) - 1,
    "hinge": lambda z, a, y: F.relu(1 - a * y),
    "squared_hinge": lambda z, a, y: torch.square(F.relu(1 - a * y)),
    "focal": lambda z, a, y, gamma: (
        -((1 - a) ** gamma) * torch.special.xlogy(y, a) - a**gamma * torch.special.xlogy(1 - y, 1 - a)
    ),
    "focalm": lambda z, a, y, gamma: -((1 - a) ** gamma) * torch.special.xlogy(y, a),
    "kl_divergence": lambda z, a, y: F.kl_div(torch.log(a), y, reduction="none"),
    "nllm_log": lambda z, a, y: -y * a,
    "gaussian_nll": lambda z, a, y: F.gaussian_nll_loss(
        a[:, : y.shape[1]], y, torch.exp(a[:, y.shape[1] :]), reduction="none", eps=1e-300
    ),
}
OF_LOGITS: dict[tuple[str, str], Callable[..., Tensor]] = {
    ("sigmoid", "nll"): lambda z, a, y: F.binary_cross_entropy_with_logits(z, y, reduction="none"),
    ("softmax", "nllm"): lambda z, a, y: F.cross_entropy(z, y, reduction="none")[:, None],
    ("softmax", "kl_divergence"): lambda z, a, y: F.kl_div(F.log_softmax(z, dim=-1), y, reduction="none"),
    ("softmax", "focalm"): lambda z, a, y, gamma: (
        -y * (-torch.expm1(F.log_softmax(z, dim=-1))) ** gamma * F.log_softmax(z, dim=-1)
    ),
    ("sigmoid", "focal"): lambda z, a, y, gamma: (
        -y * torch.sigmoid(-z) ** gamma * F.logsigmoid(z) - (1 - y) * torch.sigmoid(z) ** gamma * F.logsigmoid(-z)
    ),
}
NORMALIZATIONS: dict[str, Callable[..., Tensor]] = {
    "batch_norm": lambda z, gain, shift, epsilon, momentum: F.batch_norm(
        z, None, None, gain, shift, training=True, eps=epsilon
    ),
    "layer_norm": lambda z, gain, shift, epsilon: F.layer_norm(z, z.shape[1:], gain, shift, epsilon),
}
PENALTIES: dict[str, Callable[..., Tensor]] = {
    "l1": lambda W, strength: strength * torch.linalg.vector_norm(W, 1),
    "l2": lambda W, strength: strength * torch.sum(torch.square(W)),
    "elastic_net": lambda W, strength, ratio: (
        strength * (ratio * torch.linalg.vector_norm(W, 1) + (1 - ratio) * torch.sum(torch.square(W)))
    ),
}


def loss_and_gradient(case: Drawn) -> tuple[float, np.ndarray]:
    """The number that is minimised, and its gradient laid out as the network's parameters."""
    net = case.net
    theta = {(name, l): torch.tensor(view, requires_grad=True) for l, name, view in net.arrays}
    z = a = torch.tensor(case.X)
    for l in net.layers:
        taken = a * torch.tensor(case.factors[l - 1]) if l - 1 in case.factors else a
        z = F.linear(taken, theta["W", l].T, theta["W0", l])
        if l in net.normalization:
            part = net.normalization[l]
            z = NORMALIZATIONS[part.name](z, theta["gain", l], theta["shift", l], **asdict(part))
        a = _activated(net.activations[l - 1], z, theta.get(("alpha", l)))
    y, weights = torch.tensor(case.Y), torch.ones(len(case.X)) if case.weights is None else torch.tensor(case.weights)
    of_logits = OF_LOGITS.get((net.f[net.L].name, case.loss.name))
    losses = (of_logits or LOSSES[case.loss.name])(z, a, y, **asdict(case.loss)).sum(dim=1)
    total = torch.mean(weights * losses)
    if case.penalty is not None:
        total = total + sum(PENALTIES[case.penalty.name](theta["W", l], **asdict(case.penalty)) for l in net.layers)
    total.backward()  # type: ignore[no-untyped-call]
    return total.item(), np.concatenate([_gradient(each) for each in theta.values()])


def _activated(part: Any, z: Tensor, alpha: Tensor | None) -> Tensor:
    f = ACTIVATIONS[part.name]
    if alpha is None:
        return f(z, **asdict(part))
    return f(z, alpha, _activated(part.of, z, None)) if hasattr(part, "of") else f(z, alpha)


def _gradient(parameter: Any) -> np.ndarray:
    return np.zeros(parameter.numel()) if parameter.grad is None else parameter.grad.numpy().ravel()
