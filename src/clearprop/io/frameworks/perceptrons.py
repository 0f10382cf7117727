"""scikit-learn's multi-layer perceptrons as networks. scikit-learn is not imported: a fitted estimator tells of itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...network import Network

NAMES = {"logistic": "sigmoid"}
"""Activations that scikit-learn calls otherwise."""


def from_sklearn(estimator: Any) -> Network:
    """A network with the weights of a fitted `MLPClassifier` or `MLPRegressor`, copied.

    The outputs are the estimator's: probabilities of its `classes_` in their order (one output, that of the second class, where
    there are two), or values. An estimator of this package gives a copy of its `network_`. TypeError for other estimators.

    Nothing before the network is in it: of a pipeline give the last step, and to the network what that step gets.
    """
    if hasattr(estimator, "steps"):
        raise TypeError(
            "a pipeline has steps before the network; give its last step, pipeline[-1], and points as that gets them"
        )
    if not all(hasattr(type(estimator), name) for name in ("fit", "predict")) or not hasattr(
        estimator, "hidden_layer_sizes"
    ):
        raise TypeError(f"from_sklearn takes a fitted MLPClassifier or MLPRegressor; given {type(estimator).__name__}")
    if isinstance(network := getattr(estimator, "network_", None), Network):
        return network.copy()
    if not hasattr(estimator, "coefs_"):
        raise ValueError(f"this {type(estimator).__name__} is not fitted yet; call fit first")
    weights = list(zip(estimator.coefs_, estimator.intercepts_, strict=True))
    hidden, last = estimator.activation, estimator.out_activation_
    names = [NAMES.get(name, name) for name in (*[hidden] * (len(weights) - 1), last)]
    return Network.from_weights([(np.asarray(W), np.asarray(W0)) for W, W0 in weights], names)
