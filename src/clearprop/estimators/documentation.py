"""What the docstrings of both estimators say of parameters and attributes: one table, from which each takes what it has.

Defaults are read from the constructor. Nothing is computed here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from textwrap import fill, indent
from typing import TypeVar

PARAMETERS = {
    "hidden_layer_sizes": ("array-like of shape (n_layers - 2,)", "Units in each hidden layer."),
    "activation": (
        "{'identity', 'logistic', 'tanh', 'relu'}, part or sequence of parts",
        (
            "Activation of the hidden layers: scikit-learn's four, any activation of the catalogue by its text "
            '(`"leaky_relu(slope=0.2)"`), a record of your own, or one of these for each hidden layer.'
        ),
    ),
    "solver": (
        "{'lbfgs', 'sgd', 'adam'} or optimizer",
        "scikit-learn's three, or any optimiser of the catalogue, whose hyper-parameters are in its text.",
    ),
    "alpha": (
        "float",
        "Strength of the penalty on weights (regularisation). It is divided by the number of points in the batch.",
    ),
    "batch_size": ("int", "Points in a step; 'auto' is `min(200, n_samples)`."),
    "learning_rate": (
        "{'constant', 'invscaling', 'adaptive'} or schedule",
        (
            "How the learning rate changes. The words are scikit-learn's and do not change 'adam'; a schedule of "
            "the catalogue gives the rate of every step t = 1, 2, ... by itself, for any solver but 'lbfgs'."
        ),
    ),
    "learning_rate_init": ("float", "The learning rate at the beginning."),
    "power_t": ("float", "Exponent of 'invscaling'."),
    "max_iter": ("int", "Epochs at most; iterations of 'lbfgs'."),
    "shuffle": ("bool", "Whether the order of points is drawn anew for each epoch."),
    "random_state": (
        "int, RandomState instance",
        (
            "Fixes the first weights, the split into training and validation points, and the order of points: the "
            "numbers drawn are scikit-learn's."
        ),
    ),
    "tol": ("float", "Training ends when it improves by less than this for `n_iter_no_change` epochs."),
    "verbose": ("bool", "Whether the loss of every epoch is printed."),
    "warm_start": ("bool", "Whether `fit` goes on from the weights of the last one."),
    "momentum": ("float", "Momentum of 'sgd'."),
    "nesterovs_momentum": ("bool", "Whether 'sgd' takes Nesterov's momentum, where momentum > 0."),
    "early_stopping": (
        "bool",
        (
            "Whether part of the training data is held out as a validation set and looked at after every epoch; "
            "the best weights are kept."
        ),
    ),
    "validation_fraction": ("float", "The share of points that is held out for early stopping."),
    "beta_1, beta_2, epsilon": ("float", "Hyper-parameters of 'adam'."),
    "n_iter_no_change": ("int", "Patience: epochs without improvement that are tolerated."),
    "max_fun": ("int", "Evaluations of the loss by 'lbfgs', at most."),
    "class_weight": (
        "dict or 'balanced'",
        "Weights of the classes: each point's weight is multiplied by that of its class.",
    ),
    "label_smoothing": ("float", "The part of each target that is spread evenly over the classes."),
    "output_activation": ("activation", "The last layer's activation; by default the one that goes with the loss."),
    "initializer": ("initializer", "What draws the first weights; by default scikit-learn's rule."),
    "l1_ratio": ("float", "The part of `alpha` that goes to the sum of |w| instead of half the sum of w²."),
    "dropout": (
        "float or sequence of float",
        (
            "The rate at which units are left out in a step: one for all hidden layers, or rates of the inputs and "
            "each hidden layer."
        ),
    ),
    "normalization": (
        "{'batch', 'layer'} or normalization",
        "Normalisation of every hidden layer, before its activation.",
    ),
    "input_noise, max_norm": (
        "float",
        "Standard deviation of noise added to inputs in training; the largest length of the weights into a unit.",
    ),
    "scoring": (
        "str, metric or callable",
        (
            "What early stopping looks at: `score` by default, 'loss', a metric of the catalogue, or a scorer of "
            "scikit-learn."
        ),
    ),
    "callbacks": (
        "callable or list of callables",
        (
            "Each gets a `clearprop.Report` after every epoch; training stops if one returns True. Callbacks of "
            "scikit-learn's own protocol are set by `set_callbacks`."
        ),
    ),
    "restarts": (
        "int",
        "Fits from that many random starts; the one with the best validation score, or the lowest loss, is kept.",
    ),
    "missing": (
        "{'mean', 'median', 'most_frequent'}",
        (
            "What a missing number is filled with; a column that had some gets an input that marks them. By "
            "default NaN is an error."
        ),
    ),
    "categorical_features": (
        "'from_dtype' or array-like",
        "Columns that become one input for each category: by the data frame's types, by name, number or mark.",
    ),
    "scaling": (
        "scaling",
        (
            "How inputs are scaled, by what was learnt in `fit`: a part of the catalogue, such as 'standard', "
            "'robust' or 'smooth_clip'. By default they are taken as they are."
        ),
    ),
    "output_initializer": ("initializer", "What draws the last layer's weights; by default what draws the others."),
    "best_epoch": (
        "{'first', 'last'}",
        "Where several epochs have the best validation score: which one's weights are kept.",
    ),
    "standardize_target": (
        "bool",
        (
            "Whether the network learns y in standard units, mean 0 and variance 1; losses are in these units, "
            "predictions are not."
        ),
    ),
    "preset": (
        "{'tabular'}",
        (
            "A published recipe, whose values replace parameters that are at their defaults; `settings` has them "
            "all. 'tabular' is RealMLP-TD-S: longer training, and mostly better scores on tables."
        ),
    ),
    "engine": ("{'auto', 'numpy', 'compiled'}", "Who computes the steps."),
    "threads": (
        "int",
        "Threads of the compiled engine; None takes as many as are faster. The model does not depend on it.",
    ),
}
"""Of each parameter, or of several together: its type, and what it is."""

ATTRIBUTES = {
    "coefs_, intercepts_": (
        "lists of arrays",
        (
            "Weights (m, n) and biases (n,) of each layer. They are views of the network's one parameter vector: "
            "changing a number changes the model, and so does putting other arrays in their place."
        ),
    ),
    "loss_": (
        "float",
        "The last epoch's loss: the mean over points of the loss summed over outputs, which is what was differentiated.",
    ),
    "loss_curve_": ("list", "`loss_` of every epoch; not for 'lbfgs'."),
    "validation_scores_, validation_loss_curve_": (
        "list or None",
        "What was measured on the set held out after every epoch. Its points' weights are of mean 1, as those of training are.",
    ),
    "best_loss_, best_validation_score_": ("float or None", "The best of them."),
    "restart_losses_": (
        "ndarray of shape (restarts,)",
        "What each start was judged by, the lower the better; only for `restarts > 1`. Shorter after Ctrl-C.",
    ),
    "t_": ("int", "Training points seen."),
    "n_iter_, n_layers_, n_outputs_, n_features_in_": ("int", "Epochs, layers with the input's, outputs, features."),
    "feature_names_in_": ("ndarray", "Only where X has feature names that are all strings."),
    "out_activation_": ("str", "The last layer's activation."),
}
"""Of the attributes that both have after `fit`."""

Kind = TypeVar("Kind", bound=type)
Entries = Mapping[str, tuple[str, str]]


def documented(parameters: Entries, attributes: Entries | None = None) -> Callable[[Kind], Kind]:
    """A decorator: the class's docstring gets sections for all parameters and attributes, before its examples.

    What is given here belongs to this class alone; all else is from the tables.
    """

    def add(kind: Kind) -> Kind:
        if kind.__doc__ is not None:  # which python -OO leaves out
            before, examples, after = kind.__doc__.partition("    Examples\n")
            told = _section("Parameters", _with_defaults(kind, {**PARAMETERS, **parameters}))
            kept = _section("Attributes", {**ATTRIBUTES, **(attributes or {})})
            kind.__doc__ = before + told + kept + examples + after
        return kind

    return add


def _with_defaults(kind: type, entries: Entries) -> dict[str, tuple[str, str]]:
    """The entries of the parameters that a class has, in the constructor's order, their defaults behind their types."""
    defaults = {name: each.default for name, each in inspect.signature(kind).parameters.items()}
    found = {}
    for name in defaults:
        names = next(each for each in entries if name in each.split(", "))
        said, about = entries[names]
        together = dict.fromkeys(repr(defaults[each]) for each in names.split(", "))
        found[names] = f"{said}, default={', '.join(together)}", about
    return found


def _section(title: str, entries: Entries) -> str:
    """A section as numpydoc has it, indented as the docstring is."""
    told = "\n\n".join(f"{names} : {said}\n{_paragraph(about)}" for names, (said, about) in entries.items())
    return indent(f"{title}\n{'-' * len(title)}\n{told}\n\n", "    ", lambda line: bool(line.strip()))


def _paragraph(about: str) -> str:
    margin = "    "
    return fill(
        about, 116, initial_indent=margin, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False
    )
