"""Writes `pytorch.json`: activations and losses as PyTorch computes and differentiates them, in float64. Run by hand.

    pip install torch==2.13.0 && python tests/formulas/record_with_pytorch.py

The tests read the file alone and never need PyTorch. Points keep away from kinks, where conventions differ.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("pytorch.json")
Z = [-9.5, -4.25, -2.75, -1.5, -0.75, -0.125, 0.0625, 0.5, 1.25, 2.5, 3.75, 5.5, 8.25]
ROWS = [[0.5, -1.25, 3.0], [-2.0, 0.25, 0.125], [6.0, -7.5, 4.0]]
"""Pre-activations of log_softmax, and predictions of losses that take any number."""
TARGETS = [[0.25, 1.5, 2.5], [-1.0, 0.0, 4.0], [5.75, -7.0, -3.0]]
RATES = [[0.5, 1.25, 3.0], [2.0, 0.25, 0.125], [6.0, 7.5, 4.0]]
COUNTS = [[0.0, 1.0, 2.0], [3.0, 0.0, 1.0], [9.0, 4.0, 0.0]]
SHARES = [[0.25, 0.25, 0.5], [0.0, 1.0, 0.0], [0.125, 0.125, 0.75]]
PROBABILITIES = [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1], [0.05, 0.9, 0.05]]


def activations(torch: Any) -> dict[str, Any]:
    """PyTorch's function for each of ours."""
    F = torch.nn.functional
    return {
        "relu": F.relu,
        "relu6": F.relu6,
        "leaky_relu(slope=0.2)": lambda z: F.leaky_relu(z, 0.2),
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "hard_tanh": F.hardtanh,
        "hard_sigmoid": F.hardsigmoid,
        "hard_swish": F.hardswish,
        "elu": F.elu,
        "elu(alpha=0.5)": lambda z: F.elu(z, 0.5),
        "selu": F.selu,
        "softplus": F.softplus,
        "log_sigmoid": F.logsigmoid,
        "softsign": F.softsign,
        "silu": F.silu,
        "mish": F.mish,
        "gelu": F.gelu,
        "gelu_tanh": lambda z: F.gelu(z, approximate="tanh"),
        "sine": torch.sin,
        "prelu": lambda z: F.prelu(z, torch.full((1,), 0.25, dtype=z.dtype)),
        "prelu(start=-1.5)": lambda z: F.prelu(z, torch.full((1,), -1.5, dtype=z.dtype)),
        "parametric(start=0.75)": lambda z: torch.lerp(z, F.selu(z), 0.75),
    }


def losses(torch: Any) -> dict[str, tuple[Any, list[Any], list[Any]]]:
    """PyTorch's function of predictions and targets, element by element, and both of these, for each of ours."""
    F = torch.nn.functional
    half = {"reduction": "none"}
    return {
        "square": (lambda a, y: F.mse_loss(a, y, **half), ROWS, TARGETS),
        "linear": (lambda a, y: F.l1_loss(a, y, **half), ROWS, TARGETS),
        "huber(delta=0.5)": (lambda a, y: F.huber_loss(a, y, delta=0.5, **half), ROWS, TARGETS),
        "huber": (lambda a, y: F.huber_loss(a, y, **half), ROWS, TARGETS),
        "smooth_l1(beta=0.3)": (lambda a, y: F.smooth_l1_loss(a, y, beta=0.3, **half), ROWS, TARGETS),
        "smooth_l1": (lambda a, y: F.smooth_l1_loss(a, y, **half), ROWS, TARGETS),
        "poisson": (lambda a, y: F.poisson_nll_loss(a, y, log_input=False, eps=0, **half), RATES, COUNTS),
        "poisson_log": (lambda a, y: F.poisson_nll_loss(a, y, log_input=True, **half), ROWS, COUNTS),
        "nll": (lambda a, y: F.binary_cross_entropy(a, y, **half), PROBABILITIES, SHARES),
        "kl_divergence": (lambda a, y: F.kl_div(a.log(), y, **half), PROBABILITIES, SHARES),
        "nllm_log": (lambda a, y: -a * y, [[-0.5, -1.25, -3.0], [-2.0, -0.25, -0.125], [-6.0, -7.5, -4.0]], SHARES),
    }


def record() -> None:
    """Values and automatic derivatives, written as JSON."""
    import torch

    told: dict[str, Any] = {"made_with": f"PyTorch {torch.__version__}, float64", "activations": {}, "losses": {}}
    for text, f in activations(torch).items():
        z = torch.tensor(Z, dtype=torch.float64, requires_grad=True)
        a = f(z)
        a.sum().backward()
        told["activations"][text] = {"z": Z, "a": a.tolist(), "da_dz": z.grad.tolist()}
    for text, (function, A, Y) in losses(torch).items():
        a = torch.tensor(A, dtype=torch.float64, requires_grad=True)
        L = function(a, torch.tensor(Y, dtype=torch.float64))
        L.sum().backward()
        told["losses"][text] = {"A": A, "Y": Y, "L": L.sum(dim=1).tolist(), "dL_dA": a.grad.tolist()}
    z = torch.tensor(ROWS, dtype=torch.float64, requires_grad=True)
    a = torch.log_softmax(z, dim=1)
    (a * torch.tensor(TARGETS, dtype=torch.float64)).sum().backward()
    told["log_softmax"] = {"Z": ROWS, "dL_dA": TARGETS, "A": a.tolist(), "dL_dZ": z.grad.tolist()}
    FILE.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    record()
