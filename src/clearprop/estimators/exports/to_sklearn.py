"""scikit-learn's own fitted perceptron with the function of one of ours, or the reason why there is none."""

from __future__ import annotations

import copy
from inspect import signature
from typing import Any

import numpy as np
from sklearn import neural_network
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from ...advice.warned import warn
from ...formulas.activations import Activation, Identity, Sigmoid, Softmax
from ...formulas.catalogue import Array
from ...formulas.smooth_activations import Exp, LogSoftmax
from ...network import Network
from .. import words
from ..weights_alone import left_out

SAME = (
    *("n_features_in_", "feature_names_in_", "classes_", "_label_binarizer", "n_iter_", "t_", "loss_"),
    *("loss_curve_", "best_loss_", "validation_scores_", "best_validation_score_", "_no_improvement_count"),
    "_random_state",
)
"""Fitted attributes that mean the same in both."""
NOT_OF_TRAINING = {"engine", "threads"}
"""Parameters of ours that change neither the model nor its training."""


def as_sklearn(estimator: Any) -> Any:
    """The fitted estimator of scikit-learn's class of the same name. ValueError with what it cannot express."""
    made = vars(estimator)
    if "columns_" in made:
        raise ValueError(
            "scikit-learn's class takes numbers without gaps, and this model fills gaps or encodes categories first: "
            "fit it on columns that are encoded, in a Pipeline"
        )
    if "_stream" in made:
        made["_stream"].update_solver()
    plain = not left_out(estimator)
    net = estimator._net() if plain else estimator._plain()
    net, output = _with_output_of_sklearn(estimator, net)
    kind = neural_network.MLPClassifier if hasattr(estimator, "classes_") else neural_network.MLPRegressor
    there = kind(**_parameters(estimator, kind, net, output))
    for name in SAME:
        if name in made:
            setattr(there, name, copy.deepcopy(made[name]))
    there.out_activation_, there.n_layers_, there.n_outputs_ = output, net.L + 1, net.widths[-1]
    there.coefs_ = [net.W[l].copy() for l in net.layers]
    there.intercepts_ = [net.W0[l].copy() for l in net.layers]
    there._best_coefs = [W.copy() for W in there.coefs_]
    there._best_intercepts = [W0.copy() for W0 in there.intercepts_]
    if plain:
        _take_solver_along(estimator, there)
    return there


def _with_output_of_sklearn(estimator: Any, net: Network) -> tuple[Network, str]:
    """The network with an output activation that scikit-learn has for these targets, and its word for it."""
    last = net.activations[-1]
    if not hasattr(estimator, "classes_"):
        word = "identity" if type(last) is Identity else "exp" if type(last) is Exp else None
    elif estimator._labels.kind == "multiclass":
        word = "softmax" if type(last) in {Softmax, LogSoftmax} else None
    elif estimator._labels.kind == "binary" and net.widths[-1] == 2 and type(last) in {Softmax, LogSoftmax}:
        net, word = _difference(net), "logistic"
    else:
        word = "logistic" if type(last) is Sigmoid and net.widths[-1] == len(_outputs_of(estimator)) else None
    if word is None:
        raise ValueError(
            f"scikit-learn's class has no output activation {last} with {net.widths[-1]} outputs for these targets"
        )
    return net, word


def _outputs_of(estimator: Any) -> Any:
    """One output for each label, or one for both of two classes."""
    return estimator.classes_ if estimator._labels.kind == "multilabel-indicator" else (None,)


def _difference(net: Network) -> Network:
    """Two classes by one sigmoid: softmax(z₀, z₁) has the second probability sigmoid(z₁ − z₀)."""
    layers = [(net.W[l], net.W0[l]) for l in net.layers]
    W, W0 = layers[-1]
    layers[-1] = (W[:, 1:] - W[:, :1], W0[1:] - W0[:1])
    return Network.from_weights(layers, (*net.activations[:-1], Sigmoid()))


def _hidden_word(activations: tuple[Activation, ...], given: Any) -> str:
    """scikit-learn's word for the one activation of all hidden layers."""
    if not activations:
        return given if isinstance(given, str) and given in words.ACTIVATIONS else "relu"
    different = sorted({str(f) for f in activations})
    if len(different) > 1:
        raise ValueError(
            f"scikit-learn's class has one activation for all hidden layers, and these have {', '.join(different)}"
        )
    word = next((word for word, part in words.ACTIVATIONS.items() if part == activations[0]), None)
    if word is None:
        raise ValueError(
            f"scikit-learn's class has no activation {activations[0]}; it has {', '.join(words.ACTIVATIONS)}"
        )
    return word


def _parameters(estimator: Any, kind: type, net: Network, output: str) -> dict[str, Any]:
    """The constructor's arguments; a warning names what training there would not know of."""
    settings, ours, theirs = estimator.settings, signature(type(estimator)).parameters, signature(kind).parameters
    lost = [
        name
        for name, parameter in ours.items()
        if name not in theirs
        and name not in NOT_OF_TRAINING | {"output_activation", "preset", "loss"}
        and not _same(getattr(settings, name), parameter.default)
    ]
    given = {name: copy.deepcopy(getattr(settings, name)) for name in theirs if name in ours}
    given["activation"] = _hidden_word(net.activations[:-1], settings.activation)
    if net.L > 1 or not np.size(given["hidden_layer_sizes"]):
        given["hidden_layer_sizes"] = net.widths[1:-1]
    for name, known in {"solver": words.SOLVERS, "learning_rate": words.LEARNING_RATES}.items():
        if not (isinstance(given[name], str) and given[name] in known):
            lost.append(name)
            given[name] = theirs[name].default
    if "loss" in theirs:
        loss = "poisson" if output == "exp" else "squared_error"
        lost += [] if given["loss"] == loss else ["loss"]
        given["loss"] = loss
    elif settings.loss != "log_loss":
        lost.append("loss")
    if lost:
        named = ", ".join(f"{name}={getattr(settings, name)!r}" for name in lost)
        warn(
            f"the predictions are the same, but scikit-learn's class cannot be trained further with {named}; fitting it again "
            "uses its own defaults for these"
        )
    return given


def _same(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and bool(np.all(value == default)))


def _take_solver_along(estimator: Any, there: Any) -> None:
    """The optimiser's state in scikit-learn's form, where the solver is one of its own; nothing where there is none."""
    solver = vars(estimator).get("_optimizer")
    if solver is None or not solver.fits(estimator._net()) or solver.policy == "schedule":
        return
    params = there.coefs_ + there.intercepts_
    if estimator.solver == "adam":
        adam = AdamOptimizer(params, there.learning_rate_init, there.beta_1, there.beta_2, there.epsilon)
        adam.t, adam.learning_rate = solver.steps, solver.learning_rate
        adam.ms, adam.vs = (_by_array(estimator, solver.state[name]) for name in ("m", "v"))
        there._optimizer = adam
    elif estimator.solver == "sgd":
        rate, policy = there.learning_rate_init, there.learning_rate
        sgd = SGDOptimizer(params, rate, policy, there.momentum, there.nesterovs_momentum, there.power_t)
        sgd.learning_rate = solver.learning_rate
        if "v" in solver.state:  # ours sums gradients, scikit-learn's steps
            sgd.velocities = _by_array(estimator, -solver.learning_rate * solver.state["v"])
        there._optimizer = sgd


def _by_array(estimator: Any, flat: Array) -> list[Array]:
    """A flat vector (p,) as arrays in scikit-learn's order: all of `coefs_`, then all of `intercepts_`."""
    like = estimator._net().with_parameters(flat.copy())
    return [*like.W.values(), *like.W0.values()]
