"""What the docstrings of both estimators say of parameters and attributes: one table, from which each takes what it has.

Defaults are read from the constructor. Nothing is computed here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TypeVar

from .docstrings import Entries, section
from .documentation_of_methods import describe_methods

PARAMETERS = {
    "hidden_layer_sizes": ("array-like of shape (n_layers - 2,)", "Units in each hidden layer."),
    "activation": (
        "{'identity', 'logistic', 'tanh', 'relu'}, part or sequence of parts",
        (
            "Activation of the hidden layers: scikit-learn's four, any activation of the catalogue by its text "
            '(`"leaky_relu(slope=0.2)"`), a record of your own, or one of these for each hidden layer. What each layer '
            "computes after training, trained parameters included, is `network_.f`."
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
            "the best weights are kept. 'lbfgs' holds nothing out, as in scikit-learn; it heeds `validation_data`."
        ),
    ),
    "validation_fraction": ("float", "The share of points that is held out for early stopping."),
    "beta_1, beta_2, epsilon": ("float", "Hyper-parameters of 'adam'."),
    "n_iter_no_change": ("int", "Patience: epochs without improvement that are tolerated."),
    "max_fun": ("int", "Evaluations of the loss by 'lbfgs', at most."),
    "class_weight": (
        "dict, 'balanced' or list",
        (
            "Weights of the classes, by label or in the order of `classes_`: each point's weight is multiplied by that of its "
            "class. 'balanced' gives every class the same sum. For several labels, a list with a dict for each of them: the "
            "weights of 0 and 1."
        ),
    ),
    "label_smoothing": ("float", "The part of each target that is spread evenly over the classes."),
    "calibration": (
        "{'temperature', 'auto'}",
        (
            "Makes probabilities as sure as they are right: after training, the last layer is divided by the temperature "
            "that gives the points held out the lowest log loss; predicted classes stay. Needs `early_stopping` or "
            "`validation_data`; 'auto' does without where there are no such points, or no probabilities."
        ),
    ),
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
            "What early stopping looks at: `score` by default, or the loss of a quantile or a spread; 'loss', a metric of "
            "the catalogue, or a scorer of scikit-learn, which gets the rows as they were given."
        ),
    ),
    "callbacks": (
        "callable or list of callables",
        (
            "Each gets a `clearprop.Report` after every epoch, or step of 'lbfgs'; training stops if one returns True. "
            "Callbacks of scikit-learn's own protocol are set by `set_callbacks`."
        ),
    ),
    "restarts": (
        "int",
        "Fits from that many random starts; the one with the best validation score, or the lowest loss, is kept.",
    ),
    "ensemble": (
        "int",
        (
            "How many networks are trained; the model is the mean of what they say, probabilities or values. Each draws its "
            "weights, its split for early stopping and its order of points from a seed of its own. `members_` has each."
        ),
    ),
    "missing": (
        "{'mean', 'median', 'most_frequent'}",
        (
            "What a missing number is filled with; a column that had some gets an input that marks them. By "
            "default NaN is an error."
        ),
    ),
    "categorical_features": (
        "'from_dtype', dict or array-like",
        (
            "Columns that become one input for each category, by name, number or mark. 'from_dtype' takes each column "
            "of a data frame for what its type and its cells say: a number, a category, a date, which becomes its parts, "
            "or a name of rows, which is left out with a `ColumnWarning`. A dict says what some columns are, "
            "`{'code': 'category', 'day': 'date', 'key': 'identifier'}`. `preparation_.records` has what was found, and why."
        ),
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
    "last_batch": (
        "{'keep', 'drop', 'merge', 'even'}",
        (
            "What becomes of the points that are left over where `batch_size` does not divide their number: they are a smaller "
            "batch, as in scikit-learn; they are not used in this epoch; they join the batch before; or all batches become a "
            "little smaller. A part of the catalogue, or a record of your own. Not used by 'lbfgs'."
        ),
    ),
    "dtype": (
        "{'float64', 'float32'}",
        "The type of the network and of all that training computes; by default that of X.",
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
            "A published recipe: the values of the parameters that are not written. `settings` says where each value is "
            "from. 'tabular' is RealMLP-TD-S: longer training, and mostly better scores on tables."
        ),
    ),
    "engine": ("{'auto', 'numpy', 'compiled'}", "Who computes the steps."),
    "threads": (
        "int",
        "Threads of the compiled engine; None takes as many as are faster. The model does not depend on it.",
    ),
    "shards": (
        "int",
        (
            "Cuts each batch into that many parts, a power of two, whose gradients are added in a fixed tree: the model is "
            "then the same to the bit on any number of ranks. None for no parts, and for 8 where `fit` is given a communicator."
        ),
    ),
}
"""Of each parameter, or of several together: its type, and what it is."""

ATTRIBUTES = {
    "coefs_": (
        "list of arrays",
        (
            "Weights (m, n) of each layer. They are views of the network's one parameter vector: "
            "changing a number changes the model, and so does putting other arrays in their place."
        ),
    ),
    "intercepts_": (
        "list of arrays",
        (
            "Biases (n,) of each layer, views as `coefs_` are. With `scaling`, `missing`, `categorical_features`, "
            "`normalization`, `standardize_target` or a trained activation, weights and biases are not the whole model, "
            "and reading `intercepts_` warns of what they leave out."
        ),
    ),
    "network_": (
        "clearprop.Network",
        (
            "The network itself, with all that is trained: `network_.predict(A)` gives the outputs (n, outputs) for "
            "prepared inputs A (n, m)."
        ),
    ),
    "members_": (
        "list of estimators",
        (
            "The fitted estimator of each network; only for `ensemble > 1`. What is of one network is theirs: `coefs_`, "
            "`intercepts_`, `network_`, `loss_curve_`, `validation_scores_`, `t_` and the like."
        ),
    ),
    "networks_": ("tuple of clearprop.Network", "The network, or those of all members."),
    "preparation_": (
        "Preparation",
        (
            "The way to its inputs and back: `transform(X)` gives A (n, m) of raw rows X (n, n_features_in_), by "
            "`columns` (gaps and categories) and `scaler`; `restore` brings outputs to the unit of y, by `targets`. Each "
            "of the three is None where it was not asked for."
        ),
    ),
    "loss_": (
        "float",
        "The last epoch's loss: the mean over points of the loss summed over outputs, which is what was differentiated.",
    ),
    "loss_curve_": ("list", "`loss_` of every epoch; not for 'lbfgs'."),
    "validation_scores_": (
        "list or None",
        "The score on the set held out, after every epoch or step of 'lbfgs'.",
    ),
    "validation_loss_curve_": (
        "list or None",
        "The loss there. Its points' weights are of mean 1, as those of training are.",
    ),
    "best_loss_": ("float or None", "The lowest of the training losses; None where a set is held out."),
    "best_validation_score_": ("float or None", "The best of the scores on the set held out."),
    "restart_losses_": (
        "ndarray of shape (restarts,)",
        "What each start was judged by, the lower the better; only for `restarts > 1`. Shorter after Ctrl-C.",
    ),
    "t_": ("int", "Training points seen."),
    "n_iter_": ("int", "Epochs, or iterations of 'lbfgs'; of an ensemble the most, and `loss_` is the mean."),
    "n_layers_": ("int", "Layers, that of the inputs included."),
    "n_outputs_": ("int", "Outputs."),
    "n_features_in_": ("int", "Columns of X."),
    "feature_names_in_": ("ndarray", "The columns' names; only where X has names that are all strings."),
    "out_activation_": ("str", "The last layer's activation."),
}
"""Of the attributes that both have after `fit`."""

SEE_ALSO = """See Also
--------
clearprop.Network : The network by itself, with `clearprop.train`, without scikit-learn.

"""

Kind = TypeVar("Kind", bound=type)


def documented(parameters: Entries, attributes: Entries | None = None) -> Callable[[Kind], Kind]:
    """A decorator: the class's docstring gets sections for all parameters and attributes, before its examples.

    What is given here belongs to this class alone; all else is from the tables.
    """

    def add(kind: Kind) -> Kind:
        if kind.__doc__ is not None:  # which python -OO leaves out
            # Without the indentation of the source, which Python 3.13 leaves out, and those before it keep.
            before, examples, after = inspect.cleandoc(kind.__doc__).partition("Examples\n")
            told = section("Parameters", _with_defaults(kind, {**PARAMETERS, **parameters}))
            kept = section("Attributes", {**ATTRIBUTES, **(attributes or {})})
            kind.__doc__ = before + told + kept + SEE_ALSO + examples + after
            describe_methods(kind)
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
