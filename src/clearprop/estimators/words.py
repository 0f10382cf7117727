"""scikit-learn's words as parts of the catalogue: what `activation="logistic"` or `solver="sgd"` stand for."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

from ..formulas.activations import Activation, Identity, ReLU, Sigmoid, Softmax, Tanh
from ..formulas.adam_optimizers import AdamHat
from ..formulas.adaptive_optimizers import SMALLEST_EPSILON
from ..formulas.catalogue import CATALOGUE, find
from ..formulas.class_losses import Focal, FocalM
from ..formulas.initializers import Initializer, Sklearn
from ..formulas.lbfgs import LBFGS
from ..formulas.losses import NLL, NLLM, HalfSquare, Loss
from ..formulas.normalizations import Normalization
from ..formulas.optimizers import BELOW_ONE, SGD, Momentum, Nesterov, Optimizer
from ..formulas.penalties import L2, ElasticNet, OfSum, Penalty
from ..formulas.regression_losses import Poisson
from ..formulas.regularizers import Dropout, as_regularizer
from ..formulas.smooth_activations import Exp, LogSoftmax

ACTIVATIONS: dict[str, Activation] = {
    "identity": Identity(),
    "logistic": Sigmoid(),
    "tanh": Tanh(),
    "relu": ReLU(),
}
LOSSES: dict[str, Loss] = {"squared_error": HalfSquare(), "poisson": Poisson()}
SOLVERS = ("lbfgs", "sgd", "adam")
LEARNING_RATES = ("constant", "invscaling", "adaptive")

OUTPUTS: tuple[Activation, ...] = (Identity(), Exp(), Sigmoid(), Softmax(), LogSoftmax())
"""Output activations in the order in which they are tried for a loss."""
_WORDS: dict[type[Activation], str] = {Sigmoid: "logistic"}


def hidden_activations(given: str | Activation | Sequence[str | Activation], layers: int) -> tuple[Activation, ...]:
    """The activation of each hidden layer: one for all of them, or one each."""
    if isinstance(given, str | Activation):
        return (_activation(given),) * layers
    if len(given) != layers:
        raise ValueError(f"activation must be one for all hidden layers or one for each of {layers}; given {given!r}")
    return tuple(_activation(each) for each in given)


def _activation(given: str | Activation) -> Activation:
    return ACTIVATIONS[given] if isinstance(given, str) and given in ACTIVATIONS else find(Activation, given)


def activation_of_word(word: str) -> Activation:
    """The part that `out_activation_` speaks of."""
    return _activation(word)


def word_of_activation(part: Activation) -> str:
    """What `out_activation_` says: scikit-learn's word where it has one, else the catalogue's text."""
    return _WORDS.get(type(part), str(part))


def class_loss(given: str | Loss, kind: str, classes: int) -> Loss:
    """A classifier's loss, for scikit-learn's `kind` of target with so many classes.

    Those of a yes or no have a form of their own for one class of several, whose outputs sum to 1. "cross_entropy" has it for
    one of two classes as well.
    """
    both = isinstance(given, str) and given == "cross_entropy"
    loss = NLL() if both or (isinstance(given, str) and given == "log_loss") else find(Loss, given)
    several = kind == "multiclass" or (both and kind == "binary" and classes == 2)
    if several and type(loss) is NLL:
        return NLLM()
    return FocalM(loss.gamma) if several and type(loss) is Focal else loss


def value_loss(given: str | Loss) -> Loss:
    """A regressor's loss."""
    return LOSSES[given] if isinstance(given, str) and given in LOSSES else find(Loss, given)


def output_activation(given: str | Activation | None, loss: Loss) -> Activation:
    """The last layer's activation: the one asked for, or the first whose values the loss takes."""
    if given is not None:
        return _activation(given)
    return next(part for part in OUTPUTS if loss.domain_A.includes(part.range))


def optimizer(estimator: Any) -> Optimizer:
    """The rule that an estimator's settings make."""
    if estimator.solver == "sgd":
        beta = min(float(estimator.momentum), BELOW_ONE)  # 1 is allowed there: a sum that never fades
        if beta == 0:
            return SGD()
        return Nesterov(beta) if estimator.nesterovs_momentum else Momentum(beta)
    if estimator.solver == "lbfgs":
        return LBFGS(gradient_tolerance=min(float(estimator.tol), sys.float_info.max))
    if estimator.solver == "adam":
        epsilon = max(float(estimator.epsilon), SMALLEST_EPSILON)
        return AdamHat(float(estimator.beta_1), float(estimator.beta_2), epsilon)
    return find(Optimizer, estimator.solver)


def takes_whole_set(solver: str | Optimizer) -> bool:
    """Whether a solver takes all points in each step. A text that names none takes no points at all: fitting says so."""
    if not isinstance(solver, str):
        return solver.whole_set
    part = CATALOGUE["optimizer"].get(solver.partition("(")[0])
    return part is not None and issubclass(part, Optimizer) and part.whole_set


def penalty(alpha: float, l1_ratio: float, points: float) -> Penalty | None:
    """R = alpha (l1_ratio |W| + (1 - l1_ratio) W² / 2) / points, which is added to the mean loss of a batch of that many.

    Where points have weights, `points` is the sum of these.
    """
    if alpha == 0:
        return None
    strength = float(alpha) / (2 * points) if points else math.inf
    if not math.isfinite(strength):
        raise ValueError(
            f"alpha={alpha:g}, divided by what points weigh, {points:g}, is no finite number: give larger weights, or alpha=0"
        )
    if l1_ratio == 0:
        return L2(strength)
    return ElasticNet(strength * (1 + l1_ratio), 2 * l1_ratio / (1 + l1_ratio))


def penalty_of_sum(alpha: float, l1_ratio: float, mean_weight: float) -> Penalty | None:
    """`penalty` of any batch, of as many points as it has, where points weigh `mean_weight` in the mean."""
    of_one = penalty(alpha, l1_ratio, mean_weight)
    return None if of_one is None else OfSum(of_one)


def dropout(given: float | Sequence[float] | str | Dropout) -> Dropout | None:
    """Rates of units left out, None where no unit is."""
    part = as_regularizer(Dropout, given)
    return part if part is not None and any(part.rates) else None


def normalization(given: str | Normalization | None) -> Normalization | None:
    """The catalogue's batch_norm or layer_norm, also by the words "batch" and "layer"."""
    return find(Normalization, f"{given}_norm" if given in {"batch", "layer"} else given) if given else None


def initializer(
    given: str | Initializer | None, activation: str | Activation | Sequence[str | Activation]
) -> Initializer:
    """scikit-learn's, unless another is asked for. Its bounds are narrower where the parameter `activation` asks for sigmoids.

    It does so where there is no hidden layer too. Of several activations, the first counts.
    """
    if given is not None:
        return find(Initializer, given)
    first = activation if isinstance(activation, str | Activation) else next(iter(activation), "relu")
    return Sklearn(2.0 if isinstance(_activation(first), Sigmoid) else 6.0)
