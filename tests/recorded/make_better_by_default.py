"""Records how PyTorch trains the networks of RealMLP-TD-S, written as its paper has them: a scaling layer, layers in the NTK
parametrisation with last weights of 0, and Adam with a step size of its own for scales, weights and biases.

`python -m tests.recorded.make_better_by_default`, with PyTorch installed. The library is not needed to run the tests.
"""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch

FILE = Path(__file__).parent / "better_by_default.json"
WIDTHS, POINTS, BATCH, EPOCHS = (4, 7, 7, 3), 24, 8, 20
EPSILON = 1e-30
"""So small that it does not matter of which numbers the gradient is taken."""


class Scaling(torch.nn.Module):
    """x * s"""

    def __init__(self, m: int) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(m, dtype=torch.float64))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The scaled inputs."""
        return x * self.scale


class NTKLinear(torch.nn.Module):
    """x V / sqrt(m) + b"""

    def __init__(self, V: np.ndarray, b: np.ndarray) -> None:
        super().__init__()
        self.V, self.b = (torch.nn.Parameter(torch.tensor(array)) for array in (V, b))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Z."""
        return x @ self.V / math.sqrt(len(self.V)) + self.b


def trained(kind: str) -> dict[str, object]:
    """The data, the first weights, the loss of every step and the last weights as plain layers have them."""
    rng = np.random.default_rng(5)
    outputs = 3 if kind == "classification" else 1
    widths = (*WIDTHS[:-1], outputs)
    X = rng.normal(size=(POINTS, widths[0]))
    Y = np.eye(3)[rng.integers(3, size=POINTS)] if kind == "classification" else rng.normal(size=(POINTS, 1))
    first = [(rng.normal(size=(m, n)), rng.normal(size=n)) for m, n in pairwise(widths)]
    first[-1] = (np.zeros(first[-1][0].shape), np.zeros(outputs))
    f = {"classification": torch.nn.SELU, "regression": torch.nn.Mish}[kind]
    linear = [NTKLinear(V, b) for V, b in first]
    model = torch.nn.Sequential(Scaling(widths[0]), linear[0], f(), linear[1], f(), linear[2])
    groups = [[model[0].scale], [layer.V for layer in linear], [layer.b for layer in linear]]
    optimizer = torch.optim.Adam([{"params": group} for group in groups], betas=(0.9, 0.95), eps=EPSILON)
    targets = torch.tensor(0.9 * Y + 0.1 / 3 if kind == "classification" else Y)
    peak, losses, steps = (0.04 if kind == "classification" else 0.07), [], EPOCHS * POINTS // BATCH
    for step in range(steps):
        eta = peak * (0.5 - 0.5 * math.cos(2 * math.pi * math.log2(1 + 15 * step / steps)))
        for group, factor in zip(optimizer.param_groups, (6, 1, 0.1), strict=True):
            group["lr"] = factor * eta
        rows = slice(step * BATCH % POINTS, step * BATCH % POINTS + BATCH)
        Z = model(torch.tensor(X[rows]))
        if kind == "classification":
            loss = torch.nn.functional.cross_entropy(Z, targets[rows])
        else:
            loss = torch.nn.functional.mse_loss(Z, targets[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    plain = [((layer.V / math.sqrt(len(layer.V))).detach().numpy(), layer.b.detach().numpy()) for layer in linear]
    plain[0] = (model[0].scale.detach().numpy()[:, None] * plain[0][0], plain[0][1])
    return {
        "X": X.tolist(),
        "Y": Y.tolist(),
        "first": [[(V / math.sqrt(len(V))).tolist(), b.tolist()] for V, b in first],
        "losses": losses,
        "last": [[W.tolist(), W0.tolist()] for W, W0 in plain],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps({kind: trained(kind) for kind in ("classification", "regression")}, indent=0) + "\n")
