"""Random settings of scikit-learn's perceptrons: parameters, data and the calls that learn. Nothing is fitted here.

Every parameter that both libraries have is drawn, and so is what a person may give: dense or sparse rows, labels of each
kind, one output or several, weights of points, one call or a chain of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

EPOCHS = 20
LABELS: dict[str, list[Any]] = {
    "one class": ["only"],
    "two classes": [3, 7],
    "two texts": ["no", "yes"],
    "three classes": [0, 1, 2],
    "five texts": list("abcde"),
}
SEVERAL = ("several labels", "several values", "several counts")


@dataclass
class Setting:
    """One setting, as `repr` shows it where a test fails."""

    kind: str
    """The class's name."""
    target: str
    options: dict[str, Any]
    way: str
    """`fit`, `fit twice` with a warm start, or `partial_fit`."""
    ours: dict[str, Any]
    """Parameters that only our class has, and that change no number."""
    X: Any = field(repr=False)
    y: Any = field(repr=False)
    weights: np.ndarray | None = field(repr=False)
    classes: list[Any] | None = field(repr=False)
    layout: str
    """Of X in memory."""
    generator: bool
    """Whether `random_state` is a generator, which a second call goes on to draw from."""


def draw(rng: np.random.Generator) -> Setting:
    """A setting that scikit-learn accepts, mostly."""
    kind = str(rng.choice(["MLPClassifier", "MLPRegressor"]))
    target = one(rng, [*LABELS, "several labels"] if kind == "MLPClassifier" else ["values", "counts", *SEVERAL[1:]])
    n, m = int(rng.integers(8, 50)), int(rng.integers(1, 6))
    X = rng.normal(size=(n, m)) * rng.choice([0.1, 1.0, 1.0, 5.0], size=m)
    y = targets(rng, target, X)
    options = parameters(rng, n)
    if "counts" in target:
        options |= {"loss": "poisson", "learning_rate_init": min(options["learning_rate_init"], 0.1)}
    way = one(rng, ["fit", "fit", "fit", "fit twice", "partial_fit"])
    if way == "partial_fit" and (options["solver"] == "lbfgs" or options["early_stopping"]):
        way = "fit twice"
    options["warm_start"] = way == "fit twice" or bool(rng.random() < 0.1)
    weights = rng.uniform(0.1, 3, n) * one(rng, [1.0, 50.0]) if rng.random() < 0.2 else None
    ours = {"engine": one(rng, ["auto", "auto", "numpy"]), "threads": one(rng, [None, 1, 2])}
    layout = one(rng, ["rows", "rows", "rows", "columns", "csr", "csc", "lists"])
    generator = bool(rng.random() < 0.2)
    return Setting(
        kind, target, options, way, ours, laid_out(X, layout), y, weights, LABELS.get(target), layout, generator
    )


def parameters(rng: np.random.Generator, n: int) -> dict[str, Any]:
    """Every parameter of scikit-learn's constructors but `loss`, `verbose` and `warm_start`, for n points."""
    sizes = one(rng, [(), (1,), 4, (5,), [6, 3], (4, 4, 3), np.array([5, 2]), (20,)])
    solver = one(rng, ["adam", "adam", "sgd", "sgd", "lbfgs"])
    return {
        "hidden_layer_sizes": sizes,
        "activation": one(rng, ["identity", "logistic", "tanh", "relu"]),
        "solver": solver,
        "alpha": one(rng, [0.0, 1e-4, 1e-2, 1.0, 30.0]),
        "batch_size": one(rng, ["auto", 1, 3, 8, n - 1, n, n + 5] if rng.random() < 0.5 else ["auto", 7, 16]),
        "learning_rate": one(rng, ["constant", "invscaling", "adaptive"]),
        "learning_rate_init": float(10 ** rng.uniform(-4, -0.5 if solver == "sgd" else -1)),
        "power_t": one(rng, [0.5, 0.0, 0.3, 1.0]),
        "max_iter": int(rng.integers(1, EPOCHS + 1)),
        "shuffle": bool(rng.random() < 0.7),
        "random_state": int(rng.integers(2**31)),
        "tol": one(rng, [1e-4, 0.0, 1e-2, 0.3, 1e-7]),
        "momentum": one(rng, [0.9, 0.0, 0.5, 0.99, 1.0]),
        "nesterovs_momentum": bool(rng.random() < 0.5),
        "early_stopping": bool(rng.random() < 0.25),
        "validation_fraction": one(rng, [0.1, 0.2, 0.3, 0.5, 0.0]),
        "beta_1": one(rng, [0.9, 0.0, 0.5, 0.99]),
        "beta_2": one(rng, [0.999, 0.9, 0.5, 0.0]),
        "epsilon": one(rng, [1e-8, 1e-4, 1e-1]),
        "n_iter_no_change": one(rng, [10, 1, 2, 5]),
        "max_fun": one(rng, [15000, 1, 10]),
    }


def targets(rng: np.random.Generator, target: str, X: np.ndarray) -> Any:
    """Targets that have to do with X (n, m), and some noise."""
    n, m = X.shape
    if target in LABELS:
        names = LABELS[target]
        return np.array(names)[
            np.argmax(X @ rng.normal(size=(m, len(names))) + rng.normal(size=(n, len(names))), axis=1)
        ]
    k = 1 if target in {"values", "counts"} else int(rng.integers(2, 4))
    Z = X @ rng.normal(size=(m, k)) / 2 + rng.normal(size=(n, k)) / 2
    if target == "several labels":
        return (Z > 0).astype(int)
    Y = rng.poisson(np.exp(np.clip(Z, -3, 3))).astype(float) if "counts" in target else Z
    return Y[:, 0] if k == 1 else Y


def laid_out(X: np.ndarray, layout: str) -> Any:
    """X as C or Fortran order has it, as lists, or sparse with half of its entries left out."""
    if layout in {"csr", "csc"}:
        thin = np.where(abs(X) > np.median(abs(X)), X, 0)
        return csr_matrix(thin) if layout == "csr" else csc_matrix(thin)
    return {"rows": np.ascontiguousarray, "columns": np.asfortranarray, "lists": np.ndarray.tolist}[layout](X)


def one(rng: np.random.Generator, values: list[Any]) -> Any:
    return values[rng.integers(len(values))]
