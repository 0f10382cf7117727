"""Baselines: what guessing gives, and a linear model, as networks without hidden layers that share a model's preprocessing.

They are fitted on the rows that the network learns from, and scored as any model is. A model file keeps their weights among its
facts, so that they stand beside the network's scores on any other table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..ensemble import one_of
from ..formulas.catalogue import Array
from ..io.model import Model
from ..network import Network
from ..sparse_rows import SparseRows
from .linear import logistic, ridge

LINEAR, GUESS = "linear model", "guessing"
MOST_NUMBERS = 5_000_000
"""Rows times inputs times outputs that the linear model is fitted on, of larger tables a sample of rows: about a second."""
MOST_KEPT = 20_000
"""The most weights that a model file keeps of it."""
DIGITS = 8
"""Of the weights: more would say how sums were rounded, which may be otherwise with another number of threads."""
RARE = 1e-9
"""The probability of a class that the training rows do not have."""


def fit_baselines(start: Model, X: Array | SparseRows, Y: Array, weights: Array | None = None) -> dict[str, Model]:
    """The linear model and the guess, for inputs X (n, m) and targets Y (n, K) of the training rows.

    The guess is the commonest class, with the classes' shares as probabilities, or the mean, of the rows as they are; `weights`
    are the linear model's, as they are the network's.
    """
    classes = start.prepared.classes is not None
    rows = _sample(len(Y), MOST_NUMBERS // max(1, X.shape[1] * Y.shape[1]))
    some = (X[rows], Y[rows])
    some_X, some_Y = (np.asarray(each.toarray() if hasattr(each, "toarray") else each, np.float64) for each in some)
    W, W0 = (logistic if classes else ridge)(some_X, some_Y, None if weights is None else weights[rows])
    mean = Y.mean(axis=0, dtype=np.float64)
    guess = np.log(np.maximum(mean, RARE)) if classes else mean
    return {LINEAR: _model(start, W, W0), GUESS: _model(start, np.zeros_like(W), guess)}


def as_facts(baselines: Mapping[str, Model]) -> dict[str, Any]:
    """Plain JSON for a model file: the weights. A large linear model is left out."""
    made = {}
    for name, model in baselines.items():
        net = one_of(model.network)
        W, W0 = net.W[1], net.W0[1]
        if name == GUESS:
            made[name] = {"W0": W0.tolist()}
        elif W.size <= MOST_KEPT:
            made[name] = {"W": W.tolist(), "W0": W0.tolist()}
    return made


def baselines_in(model: Model) -> dict[str, Model]:
    """The baselines that a model file keeps; none in a file of an earlier version. ValueError for what are not such weights."""
    kept = model.facts.get("baselines", {})
    try:
        if not isinstance(kept, Mapping):
            raise TypeError(f"given {kept!r}")
        made = {}
        for name in (LINEAR, GUESS):
            if name in kept:
                W0 = np.array(kept[name]["W0"], np.float64)
                W = np.array(kept[name].get("W", np.zeros((len(model.prepared.input_names), len(W0)))), np.float64)
                made[name] = _checked(model, _model(model, W, W0))
        return made
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"the model file has no usable baselines: {error}") from None


def _model(like: Model, W: Array, W0: Array) -> Model:
    classes = like.prepared.classes is not None
    net = Network.from_weights([(_rounded(W), _rounded(W0))], ["softmax" if classes else "identity"])
    return Model(net, like.preprocessing, {"loss": "nllm" if classes else "square"})


def _checked(model: Model, baseline: Model) -> Model:
    expected = (len(model.prepared.input_names), model.prepared.target.width)
    net = one_of(baseline.network)
    if net.widths != expected or not np.isfinite(net.parameters).all():
        raise ValueError(f"weights of {net.widths}, which must be finite and {expected}")
    return baseline


def _rounded(values: Array) -> Array:
    """The values with so many digits."""
    return np.array([float(f"{value:.{DIGITS}g}") for value in values.ravel()]).reshape(values.shape)


def _sample(n: int, most: int) -> Array:
    """All rows, or so many of them, drawn by a fixed seed."""
    most = max(most, 1)
    return np.arange(n) if n <= most else np.sort(np.random.default_rng(0).choice(n, most, replace=False))
