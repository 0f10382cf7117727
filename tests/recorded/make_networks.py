"""Record what PyTorch makes of normalised layers, learnt activations and averages: `python -m tests.recorded.make_networks`.

Needs torch, which clearprop does not; its version is written into the file. Losses, gradients and running statistics come
from torch.nn.functional's batch_norm, layer_norm, prelu, gaussian_nll_loss and cross_entropy and their automatic derivatives,
averages and step sizes from torch.optim. Weights, points and masks are drawn here and written beside them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, update_bn

FILE = Path(__file__).with_name("networks.json")
ACTIVATIONS = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": F.gelu,
    "softplus": F.softplus,
    "identity": lambda z: z,
    "softmax": lambda z: torch.softmax(z, dim=1),
}
LEARNT = {  # of z (n, units) and alpha (units,)
    "prelu": F.prelu,
    "parametric(of=selu)": lambda z, alpha: torch.lerp(z, F.selu(z), alpha),
    "parametric(of=mish)": lambda z, alpha: torch.lerp(z, F.mish(z), alpha),
}
LOSSES = {
    "square": lambda a, y: ((a - y) ** 2).sum(dim=1).mean(),
    "nll": lambda a, y: F.binary_cross_entropy(a, y, reduction="none").sum(dim=1).mean(),
    "nllm": lambda a, y: -(y * torch.log(a)).sum(dim=1).mean(),
    "gaussian_nll": lambda a, y: (
        F.gaussian_nll_loss(a[:, : y.shape[1]], y, a[:, y.shape[1] :].exp(), eps=1e-300, reduction="none")
        .sum(dim=1)
        .mean()
    ),
}
CASES = [  # widths, activations, loss, normalisation of each layer, rates of dropout
    ((3, 5, 2), ("tanh", "identity"), "square", ("batch_norm", None), None),
    ((3, 5, 2), ("tanh", "identity"), "square", ("layer_norm", None), None),
    ((4, 6, 5, 3), ("gelu", "softplus", "softmax"), "nllm", ("batch_norm", "layer_norm", None), None),
    ((4, 6, 5, 3), ("gelu", "softplus", "softmax"), "nllm", ("layer_norm", "batch_norm", "batch_norm"), None),
    ((3, 7, 4, 2), ("tanh", "gelu", "sigmoid"), "nll", ("batch_norm", "batch_norm", None), (0.2, 0.5, 0.4)),
    ((3, 7, 4, 2), ("tanh", "gelu", "sigmoid"), "nll", (None, None, None), (0.2, 0.5, 0.4)),
    ((3, 7, 4, 2), ("softplus", "tanh", "identity"), "square", ("layer_norm", None, "layer_norm"), (0.0, 0.3, 0.3)),
    ((3, 6, 4), ("tanh", "identity"), "gaussian_nll", (None, None), None),
    ((3, 6, 4), ("tanh", "identity"), "gaussian_nll", ("batch_norm", None), None),
    ((3, 6, 5, 2), ("prelu", "parametric(of=selu)", "softmax"), "nllm", (None, None, None), None),
    ((3, 6, 5, 2), ("parametric(of=mish)", "prelu", "parametric(of=mish)"), "square", ("layer_norm", None, None), None),
    ((3, 6, 5, 2), ("prelu", "prelu", "sigmoid"), "nll", ("batch_norm", "layer_norm", None), (0.2, 0.4, 0.4)),
]


def pre_activation(net: list[dict[str, Any]], l: int, A: torch.Tensor, training: bool) -> torch.Tensor:
    layer = net[l - 1]
    Z = A @ layer["W"] + layer["W0"]
    if layer["normalization"] == "batch_norm":
        running = layer["running_mean"], layer["running_variance"]
        return F.batch_norm(Z, *running, layer["gain"], layer["shift"], training, momentum=0.1, eps=1e-5)
    if layer["normalization"] == "layer_norm":
        return F.layer_norm(Z, Z.shape[1:], layer["gain"], layer["shift"], eps=1e-5)
    return Z


def outputs(net: list[dict[str, Any]], X: torch.Tensor, masks: dict[int, Any], training: bool = True) -> torch.Tensor:
    A = X
    for l, layer in enumerate(net, 1):
        taken = A * torch.tensor(masks[l - 1]) if l - 1 in masks else A
        Z = pre_activation(net, l, taken, training)
        f = layer["activation"]
        A = LEARNT[f](Z, layer["alpha"]) if f in LEARNT else ACTIVATIONS[f](Z)
    return A


def drawn_network(rng: np.random.Generator, widths: Any, activations: Any, normalizations: Any) -> list[dict[str, Any]]:
    net = []
    for m, n, activation, normalization in zip(widths, widths[1:], activations, normalizations, strict=False):
        layer: dict[str, Any] = {"activation": activation, "normalization": normalization}
        layer["W"] = torch.tensor(rng.normal(size=(m, n)).round(6), requires_grad=True)
        layer["W0"] = torch.tensor(rng.normal(size=n).round(6), requires_grad=True)
        if normalization:
            layer["gain"] = torch.tensor(rng.uniform(0.5, 1.5, n).round(6), requires_grad=True)
            layer["shift"] = torch.tensor(rng.normal(size=n).round(6), requires_grad=True)
        if normalization == "batch_norm":
            layer["running_mean"], layer["running_variance"] = torch.zeros(n), torch.ones(n)
        if activation in LEARNT:
            layer["alpha"] = torch.tensor(rng.uniform(-0.5, 1.5, n).round(6), requires_grad=True)
        net.append(layer)
    return net


def targets(rng: np.random.Generator, loss: str, n: int, outputs: int) -> np.ndarray:
    if loss == "nllm":
        return np.eye(outputs)[rng.integers(outputs, size=n)]
    if loss == "nll":
        return rng.integers(2, size=(n, outputs)).astype(float)
    return rng.normal(size=(n, outputs // 2 if loss == "gaussian_nll" else outputs)).round(6)


def masks_of(rng: np.random.Generator, rates: Any, widths: Any, n: int) -> dict[int, Any]:
    rates = dict(enumerate(rates or ()))
    return {l: ((rng.random((n, widths[l])) >= p) / (1 - p)).tolist() for l, p in rates.items() if p}


def plain(net: list[dict[str, Any]], *, of_gradient: bool = False) -> list[dict[str, Any]]:
    numbers = [{name: value for name, value in layer.items() if torch.is_tensor(value)} for layer in net]
    if of_gradient:
        return [{name: v.grad.tolist() for name, v in layer.items() if v.requires_grad} for layer in numbers]
    return [{name: value.tolist() for name, value in layer.items()} for layer in numbers]


def step(net: list[dict[str, Any]], loss: str, X: Any, Y: Any, masks: dict[int, Any], eta: float) -> float:
    """One step of plain gradient descent, after which the gradients are still there."""
    leaves = [value for layer in net for value in layer.values() if torch.is_tensor(value) and value.requires_grad]
    for leaf in leaves:
        leaf.grad = None
    value = LOSSES[loss](outputs(net, torch.tensor(X), masks), torch.tensor(Y))
    value.backward()
    with torch.no_grad():
        for leaf in leaves:
            leaf.sub_(eta * leaf.grad)
    return value.item()


def passes() -> list[dict[str, Any]]:
    """A step from each network, and five more: loss and gradient of the first, all that was learnt after the last."""
    found = []
    for seed, (widths, activations, loss, normalizations, rates) in enumerate(CASES):
        rng = np.random.default_rng(seed)
        net, batches = drawn_network(rng, widths, activations, normalizations), []
        case: dict[str, Any] = {"widths": widths, "activations": activations, "normalizations": normalizations}
        eta = 0.002 if activations[-1] in LEARNT else 0.05  # outputs without a bound
        case |= {"loss": loss, "eta": eta, "start": plain(net)}
        for _ in range(6):
            X, Y = rng.normal(size=(7, widths[0])).round(6), targets(rng, loss, 7, widths[-1])
            masks = masks_of(rng, rates, widths, 7)
            value = step(net, loss, X, Y, masks, case["eta"])
            batches.append({"X": X.tolist(), "Y": Y.tolist(), "masks": masks, "loss": value})
            case.setdefault("gradient", plain(net, of_gradient=True))
        last = torch.tensor(batches[-1]["X"])
        found.append(
            case | {"batches": batches, "end": plain(net), "A": outputs(net, last, {}, training=False).tolist()}
        )
    return found


def averages() -> dict[str, Any]:
    """The averaged weights of a small network with batch normalisation, its statistics as update_bn gives them."""
    torch.manual_seed(0)
    X, Y = torch.randn(24, 3).round(decimals=6), torch.randn(24, 2).round(decimals=6)
    order = np.random.default_rng(0).permuted(np.tile(np.arange(24), (10, 1)), axis=1).reshape(-1, 6)
    told: dict[str, Any] = {"X": X.tolist(), "Y": Y.tolist(), "order": order.tolist(), "eta": 0.1}
    for rule in ("ema(decay=0.9)", "ema(decay=0.5, every=3)", "swa(start=0.5)"):
        torch.manual_seed(1)
        hidden, norm, last = torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2)
        net = torch.nn.Sequential(hidden, norm, torch.nn.Tanh(), last)
        told["start"] = weights_of(net)
        decay = {"ema(decay=0.9)": 0.9, "ema(decay=0.5, every=3)": 0.5}.get(rule)
        average = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(decay)) if decay else AveragedModel(net)
        optimizer = torch.optim.SGD(net.parameters(), 0.1)
        for t, rows in enumerate(order, 1):
            optimizer.zero_grad()
            LOSSES["square"](net(X[rows]), Y[rows]).backward()
            optimizer.step()
            if {"ema(decay=0.9)": True, "ema(decay=0.5, every=3)": t % 3 == 0}.get(rule, t >= 20 and t % 4 == 0):
                average.update_parameters(net)
        update_bn([X], average)
        told[rule] = weights_of(average.module) | {"A": average.eval()(X).tolist()}
    return told


def weights_of(net: torch.nn.Sequential) -> dict[str, Any]:
    hidden, norm, _, last = net
    return {
        "W": [hidden.weight.T.tolist(), last.weight.T.tolist()],
        "W0": [hidden.bias.tolist(), last.bias.tolist()],
        "gain": norm.weight.tolist(),
        "shift": norm.bias.tolist(),
        "running": [norm.running_mean.tolist(), norm.running_var.tolist()],
    }


def plateaus() -> dict[str, Any]:
    """Step sizes of ReduceLROnPlateau while it hears of losses that fall, rest and rise."""
    rng = np.random.default_rng(3)
    losses = np.concatenate([np.linspace(3, 1, 8), 1 + 0.1 * rng.random(20), [0.5], 0.5 + 1e-5 * rng.random(15)])
    told: dict[str, Any] = {"losses": losses.tolist()}
    for text, more in {
        "patience=2, factor=0.5": {"patience": 2, "factor": 0.5},
        "patience=0, factor=0.7, cooldown=3": {"patience": 0, "factor": 0.7, "cooldown": 3},
        "patience=1, factor=0.1, threshold=0.05, least=0.001": {
            "patience": 1,
            "factor": 0.1,
            "threshold": 0.05,
            "min_lr": 0.001,
            "eps": 0,
        },
    }.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
        scheduler, factors = ReduceLROnPlateau(optimizer, **more), []
        for loss in losses:
            scheduler.step(loss)
            factors.append(float(optimizer.param_groups[0]["lr"]))
        told[text] = factors
    return told


def smoothing() -> dict[str, Any]:
    """Cross-entropy with smoothed labels and with weighted classes, of logits, as PyTorch has them."""
    rng = np.random.default_rng(5)
    Z, labels = rng.normal(size=(9, 4)).round(6), rng.integers(4, size=9)
    weights = [0.5, 2.0, 1.0, 3.0]
    told: dict[str, Any] = {"Z": Z.tolist(), "labels": labels.tolist(), "weights": weights}
    for name, more in {
        "label_smoothing": {"label_smoothing": 0.15},
        "class_weight": {"weight": torch.tensor(weights)},
    }.items():
        z = torch.tensor(Z, requires_grad=True)
        loss = F.cross_entropy(z, torch.tensor(labels), **more)
        loss.backward()
        told[name] = {"loss": loss.item(), "dL_dZ": z.grad.tolist()}
    z = torch.tensor(Z, requires_grad=True)
    Y = rng.integers(2, size=(9, 4)).astype(float)
    loss = F.multilabel_soft_margin_loss(z, torch.tensor(Y))  # a mean over labels
    loss.backward()
    told["multi_label"] = {"Y": Y.tolist(), "loss": loss.item(), "dL_dZ": z.grad.tolist()}
    return told


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    recorded = {
        "made_by": "python -m tests.recorded.make_networks",
        "versions": {"torch": torch.__version__},
        "passes": passes(),
        "averages": averages(),
        "plateaus": plateaus(),
        "smoothing": smoothing(),
    }
    FILE.write_text(json.dumps(recorded).replace('"batches"', '\n"batches"').replace("}, {", "},\n{") + "\n")
    print(f"{FILE}: {len(CASES)} networks")  # noqa: T201 - a script
