"""Record what other libraries' optimisers do on the fixed problem: `python -m tests.recorded.make_optimizer_trajectories`.

Needs torch, jax, optax and scikit-learn, which clearprop does not; their versions are written into the file. Keys are
the texts of parts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax
import sklearn
import torch
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

from tests.recorded.problem import CURVATURE, PULL, RECORDED, START, STEPS, eta

FILE = Path(__file__).with_name("optimizer_trajectories.json")
O = torch.optim

TORCH: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": O.SGD,
    "momentum": lambda p, lr: O.SGD(p, lr, momentum=0.9),
    "momentum(beta=0.5)": lambda p, lr: O.SGD(p, lr, momentum=0.5),
    "nesterov": lambda p, lr: O.SGD(p, lr, momentum=0.9, nesterov=True),
    "nesterov(beta=0.5)": lambda p, lr: O.SGD(p, lr, momentum=0.5, nesterov=True),
    "adagrad": O.Adagrad,
    "adagrad(epsilon=1e-3)": lambda p, lr: O.Adagrad(p, lr, eps=1e-3),
    "adadelta": O.Adadelta,
    "adadelta(beta=0.5, epsilon=1e-4)": lambda p, lr: O.Adadelta(p, lr, rho=0.5, eps=1e-4),
    "rmsprop": O.RMSprop,
    "rmsprop(beta=0.9, epsilon=1e-3)": lambda p, lr: O.RMSprop(p, lr, alpha=0.9, eps=1e-3),
    "centred_rmsprop": lambda p, lr: O.RMSprop(p, lr, centered=True),
    "centred_rmsprop(beta=0.9, epsilon=1e-3)": lambda p, lr: O.RMSprop(p, lr, alpha=0.9, eps=1e-3, centered=True),
    "adam": O.Adam,
    "adam(beta1=0.5, beta2=0.9, epsilon=1e-3)": lambda p, lr: O.Adam(p, lr, (0.5, 0.9), 1e-3),
    "adamw": O.AdamW,
    "adamw(weight_decay=0.5)": lambda p, lr: O.AdamW(p, lr, weight_decay=0.5),
    "amsgrad": lambda p, lr: O.Adam(p, lr, amsgrad=True),
    "amsgrad(beta1=0.5, beta2=0.9)": lambda p, lr: O.Adam(p, lr, (0.5, 0.9), amsgrad=True),
    "nadam": O.NAdam,
    "nadam(beta1=0.5, beta2=0.9, momentum_decay=0.1)": lambda p, lr: O.NAdam(p, lr, (0.5, 0.9), momentum_decay=0.1),
    "radam": O.RAdam,
    "radam(beta1=0.5, beta2=0.9)": lambda p, lr: O.RAdam(p, lr, (0.5, 0.9)),
    "adamax": O.Adamax,
    "adamax(beta1=0.5, beta2=0.9)": lambda p, lr: O.Adamax(p, lr, (0.5, 0.9)),
    "rprop": O.Rprop,
    "rprop(longer=2.0, shorter=0.25, shortest=0.005, longest=0.1)": lambda p, lr: O.Rprop(
        p, lr, (0.25, 2.0), (0.005, 0.1)
    ),
}
OPTAX: dict[str, Callable[[Any], optax.GradientTransformation]] = {
    "lion": lambda lr: optax.lion(lr, weight_decay=0.0),
    "lion(beta1=0.5, beta2=0.9, weight_decay=0.5)": lambda lr: optax.lion(lr, b1=0.5, b2=0.9, weight_decay=0.5),
    "clip_norm(largest=0.5, then=momentum)": lambda lr: optax.chain(
        optax.clip_by_global_norm(0.5), optax.trace(0.9), optax.scale_by_learning_rate(lr)
    ),
    "clip_value(largest=0.25, then=adam)": lambda lr: optax.chain(optax.clip(0.25), optax.adam(lr)),
}


SKLEARN: dict[str, Callable[..., AdamOptimizer]] = {
    "adam_hat": AdamOptimizer,
    "adam_hat(beta1=0.5, beta2=0.9, epsilon=1e-3)": lambda p, lr: AdamOptimizer(p, lr, 0.5, 0.9, 1e-3),
}


def by_torch(text: str) -> list[list[float]]:
    theta = torch.tensor(START, requires_grad=True)
    curvature, pull = torch.tensor(CURVATURE), torch.tensor(PULL)
    optimizer, path = TORCH[text]([theta], lr=_eta(text, 1)), []
    for t in range(1, STEPS + 1):
        optimizer.param_groups[0]["lr"] = _eta(text, t)
        theta.grad = curvature * theta.detach() - pull[t - 1]
        optimizer.step()
        path.append(theta.detach().tolist())
    return [path[t - 1] for t in RECORDED]


def by_optax(text: str) -> list[list[float]]:
    etas = np.array([_eta(text, t) for t in range(1, STEPS + 1)])
    optimizer = OPTAX[text](lambda count: jax.numpy.asarray(etas)[count])
    theta, path = jax.numpy.asarray(START), []
    state = optimizer.init(theta)
    for t in range(1, STEPS + 1):
        updates, state = optimizer.update(CURVATURE * theta - PULL[t - 1], state, theta)
        theta = optax.apply_updates(theta, updates)
        path.append(np.asarray(theta).tolist())
    return [path[t - 1] for t in RECORDED]


def by_sklearn(text: str) -> list[list[float]]:
    theta, path = START.copy(), []
    optimizer = SKLEARN[text]([theta], _eta(text, 1))
    for t in range(1, STEPS + 1):
        optimizer.learning_rate_init = _eta(text, t)
        optimizer.update_params([theta], [CURVATURE * theta - PULL[t - 1]])
        path.append(theta.tolist())
    return [path[t - 1] for t in RECORDED]


def _eta(text: str, t: int) -> float:
    return eta(text.partition("(")[0], t)


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    torch.set_default_dtype(
        torch.float64
    )  # NAdam keeps its product of mu in the default type: in float32, 9 digits are lost
    recorded = {
        "made_by": "python -m tests.recorded.make_optimizer_trajectories",
        "versions": {library.__name__: library.__version__ for library in (torch, jax, optax, sklearn)},
        "torch": {text: by_torch(text) for text in TORCH},
        "optax": {text: by_optax(text) for text in OPTAX},
        "sklearn": {text: by_sklearn(text) for text in SKLEARN},
    }
    FILE.write_text(json.dumps(recorded, indent=None).replace("], [[", "],\n[[").replace("]], ", "]],\n") + "\n")
    print(f"{FILE}: {len(TORCH) + len(OPTAX) + len(SKLEARN)} trajectories")  # noqa: T201 - a script
