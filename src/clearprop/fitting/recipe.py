"""Recipe: every choice for a network and its training on a table, each with a default."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ..callers import give
from ..engines import Sharing
from ..engines.sharing import SHARDS
from ..formulas.activations import Activation
from ..formulas.averaging import Averaging
from ..formulas.catalogue import CATALOGUE, Part, find
from ..formulas.compression import Compression
from ..formulas.initializers import Initializer
from ..formulas.losses import Loss
from ..formulas.normalizations import Normalization
from ..formulas.optimizers import SGD, Optimizer
from ..formulas.penalties import Penalty
from ..formulas.regularizers import Dropout, InputNoise, LabelSmoothing, MaxNorm, Regularizer, as_regularizer
from ..formulas.scalings import Scaling
from ..formulas.schedules import Schedule, as_schedule
from ..io.described import Choices
from ..training.calibration import METHODS, WAYS, likelihood_of
from ..training.sampling import Sampling
from ..training.stopping import Stop, TimeLimit, as_stops
from ..validation import as_threads, whole_number
from .moves import as_factors, as_names
from .presets import ENOUGH, FEW_ROWS, LEAST_ROWS, PLAIN, PRESETS, RIVAL, VALIDATION, WITHOUT_LAYERS
from .splitting import as_fold

ALL = "all"
"""All rows in each step, as a batch size."""
HiddenLayers: TypeAlias = tuple[tuple[int, Activation], ...]
"""(width, activation) of each layer but the last."""


@dataclass(frozen=True)
class Defaults:
    """The defaults of a task."""

    output_activation: str
    loss: str
    eta: float
    """For plain SGD, with or without clipping, where somebody chose it; other optimisers have their own default."""


# The step sizes were measured with 32 ReLU units, batches of 16 and 20 epochs, over ten seeds and splits. diabetes: R² 0.44, as
# for a linear model; with eta 0.01 it is 0.40, with 0.03 it is 0.15, and 0.1 diverges, because the gradient of the square loss
# grows with the error without bound, and that of softmax with nllm is bounded.
DEFAULTS = {
    "classification": Defaults("softmax", "nllm", eta=0.1),
    "regression": Defaults("identity", "square", eta=0.003),
}


REGULARIZERS: dict[str, type[Regularizer]] = {
    "dropout": Dropout,
    "input_noise": InputNoise,
    "max_norm": MaxNorm,
    "label_smoothing": LabelSmoothing,
}
"""The part that each of these arguments of a recipe, and of `train`, makes from a number."""

NO_HIDDEN_LAYERS = "no hidden layers"
"""What the recipe without them is called among those that are compared."""
WITH_HIDDEN_LAYERS = (
    *("layers", "penalty", "optimizer", "eta", "eta_factors", "frozen", "normalization", "dropout", "max_norm"),
)
"""Choices that are about hidden layers, or about how they are trained."""


@dataclass(frozen=True)
class Recipe:
    """How a network is made and trained on a table. Parts are texts such as "l2(strength=0.01)".

    What is None is decided by the preset from the task and the number of rows; `filled` gives the recipe that has it all.

    ValueError for an unknown part or an impossible number when the recipe is made, before training begins.

    >>> Recipe(layers="64:relu,32:tanh").hidden
    ((64, ReLU()), (32, Tanh()))
    """

    target: str | None = None
    """The column to predict; None for the table's own target."""
    task: str | None = None
    """"classification" or "regression"; None to infer it from the target."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """What columns are, where the rules are wrong: {"zip": "category"}; `columns.kinds.KINDS` lists the kinds."""
    ignore: str | tuple[str, ...] = ()
    """Columns that are not looked at: names, or patterns such as "id*"; a text has commas between them."""
    na: str | tuple[str | float, ...] = ()
    """Texts and numbers that count as gaps in every column, such as -999, beside what files write for no value."""
    preset: str = "default"
    """What decides what is left open: "default", "fast" or "tabular"."""
    scaling: str | None = None
    """How inputs that are numbers are centred and scaled: "standard", "robust" or "smooth_clip"."""
    layers: str | None = None
    """WIDTH:ACTIVATION of each hidden layer, separated by commas; "" for none."""
    output_activation: str | None = None
    loss: str | None = None
    penalty: str | tuple[str, ...] | None = None
    """"none" for no penalty; of several the one with the lowest validation loss."""
    optimizer: str | None = None
    eta: float | str | None = None
    """The step size: a number, or a schedule's text. An optimiser that you choose has its own default."""
    eta_factors: Mapping[int | str, float] | None = None
    """Of layers or arrays the part of the step size that they take, from 0 to 1: {1: 0.1}."""
    frozen: int | str | tuple[int | str, ...] | None = None
    """Layers or arrays that keep their first weights: 1, or (1, "W0[2]"); a text has commas between them."""
    batch_size: int | str | None = None
    """Rows in a step, or "all"; an optimiser that uses every row in each step has all."""
    epochs: float | None = None
    steps: int | None = None
    """The length of training, one or the other."""
    sampling: str | None = None
    """The order of rows: "shuffle", or "block_shuffle" for a table that is kept on the disk."""
    init: str = "gaussian"
    normalization: str | None = None
    """For every hidden layer."""
    dropout: str | float | tuple[float, ...] | None = None
    """The rate of all hidden layers, or the rates of inputs and hidden layers: "0.2,0.5"."""
    input_noise: str | float | None = None
    max_norm: str | float | None = None
    label_smoothing: str | float | None = None
    class_weight: str | None = None
    """"balanced" if all classes should count equally, however many rows they have."""
    averaging: str | None = None
    ensemble: int = 1
    """How many networks are trained; the model is their mean."""
    calibration: str | None = None
    """"temperature" for probabilities that are as sure as they are right on the validation rows; "auto" where these do not
    contradict the network; "none" to leave them."""
    stop: str | tuple[str, ...] = ()
    """A condition, or several, any one of which ends training early."""
    restarts: int = 1
    """The number of trainings from independent initial weights, of which the best is kept."""
    validation: float | None = None
    """The fraction of all rows that chooses the best network; None for a fifth of those that are not held out."""
    refit: bool | None = None
    """Whether the network that was chosen is trained once more, on training and validation rows. None: where it can be,
    but of a table that is kept on the disk."""
    test: float = 0.2
    """The fraction of all rows that is held out, to score the network."""
    fold: str | None = None
    """"2/5" to hold out the second of five parts of the rows, in place of the fraction `test`."""
    seed: int = 0
    """For the split, the initial weights and the order of points."""
    dtype: str | None = None
    engine: str = "auto"
    threads: int | None = None
    """The most threads for a step; None for the fastest number. The network is the same for any number."""
    shards: int | None = None
    """Into how many parts each batch is cut, whose gradients are added in a fixed tree; None for one, and for 8 over ranks."""
    local_steps: int = 1
    """Steps that each of these parts trains a copy of the network for, before the copies are averaged."""
    compression: str | None = None
    """How gradients are rounded for sending."""

    def __post_init__(self) -> None:
        self._hold_texts()
        if self.preset not in PRESETS:
            raise ValueError(f"unknown preset {self.preset!r}; there are {', '.join(PRESETS)}")
        self.hidden, self.schedule, self.choices, self.moves  # noqa: B018 - this checks them
        for kind, given in self._parts():
            find(kind, given)
        self._require_scaling()
        for name, regularizer in REGULARIZERS.items():
            as_regularizer(regularizer, getattr(self, name))
        if self.class_weight not in {None, "balanced"}:
            raise ValueError(f"class_weight must be 'balanced' or left out; given {self.class_weight!r}")
        whole_number(self.ensemble, 1, "ensemble")
        self._require_calibration()
        whole_number(self.restarts, 1, "restarts")
        as_fold(self.fold)
        if self.shards is not None or self.local_steps != 1 or self.compression is not None:
            rounding = None if self.compression is None else find(Compression, self.compression)
            Sharing(self.shards or SHARDS, local_steps=self.local_steps, compression=rounding)
        if self.batch_size not in {None, ALL}:
            whole_number(self.batch_size, 1, "batch_size", f"{ALL!r}")
        as_threads(self.threads)
        if self.epochs is not None and self.steps is not None:
            raise ValueError("give epochs or steps, not both")
        for name, amount in (("epochs", self.epochs), ("steps", self.steps)):
            if amount is not None and not (math.isfinite(amount) and amount >= 0):
                raise ValueError(f"{name} must be a finite number, 0 or more; given {amount!r}")

    def _hold_texts(self) -> None:
        """Stop conditions, one or several, as texts; and a penalty that was given as a part."""
        as_stops(self.stop)  # which checks them
        object.__setattr__(self, "stop", _texts(Stop, self.stop))
        if isinstance(self.penalty, Penalty):
            object.__setattr__(self, "penalty", str(self.penalty))

    def _require_scaling(self) -> None:
        """A table's columns are written into files as numbers and `limited`, so what `scaled` alone does would be lost."""
        kind = Scaling if self.scaling is None else type(find(Scaling, self.scaling))
        if kind.scaled is not Scaling.scaled and kind.limited is Scaling.limited:
            raise ValueError(f"scaling {self.scaling!r} defines scaled; for tables it must define limited too")

    def _require_calibration(self) -> None:
        if self.calibration not in {None, "none", *WAYS}:
            raise ValueError(f"calibration must be {', '.join(WAYS)}, none or left out; given {self.calibration!r}")
        if self.calibration in METHODS and self.validation == 0:
            raise ValueError(
                f"{give(f'--calibration={self.calibration}')} is fitted on validation rows, and there are none; give "
                f"{give('--validation=0.2')}"
            )

    def _parts(self) -> list[tuple[Any, str]]:
        given = [
            (Scaling, self.scaling),
            (Activation, self.output_activation),
            (Loss, self.loss),
            *((Penalty, None if text == "none" else text) for text in self.penalties),
            (Optimizer, self.optimizer),
            (Sampling, self.sampling),
            (Initializer, self.init),
            (Normalization, self.normalization),
            (Averaging, self.averaging),
        ]
        return [(kind, text) for kind, text in given if text is not None]

    @property
    def choices(self) -> Choices:
        """What was said of the table's columns."""
        return Choices(self.kinds, self.ignore, self.na)

    @property
    def hidden(self) -> HiddenLayers:
        """The hidden layers that were chosen."""
        return tuple(_layer(text) for text in _split_outside_brackets(self.layers or ""))

    @property
    def schedule(self) -> Schedule | None:
        """The schedule that was given; None if none was."""
        return None if self.eta is None else as_schedule(self.eta)

    @property
    def moves(self) -> dict[str, Any]:
        """How layers move, as arguments of `train`."""
        return {"frozen": as_names(self.frozen), "eta_factors": as_factors(self.eta_factors)}

    @property
    def penalties(self) -> tuple[str, ...]:
        """The penalties to choose from; "none" for no penalty, nothing where the preset decides."""
        if self.penalty is None:
            return ()
        return (self.penalty,) if isinstance(self.penalty, str) else self.penalty

    @property
    def validation_fraction(self) -> float:
        """The fraction of all rows that is for validation."""
        return round(VALIDATION * (1 - self.test), 6) if self.validation is None else self.validation

    def filled(self, task: str, rows: int, *, validation_rows: int) -> Recipe:
        """The same recipe with a value for all that was left open, for so many rows to learn from."""
        preset, own = self._preset(task, rows), DEFAULTS[task]
        rule = find(Optimizer, self.optimizer or preset["optimizer"]).rule
        output = self.output_activation or own.output_activation
        given = {name: getattr(self, name) for name in preset if getattr(self, name) is not None}
        chosen = {**preset, **given, "penalty": self.penalties or preset["penalty"], "eta": self.eta}
        if self.eta is None and self.optimizer is None:
            chosen["eta"] = preset["eta"]
        elif self.eta is None and not rule.whole_set:  # the preset's was tuned with its own optimiser
            chosen["eta"] = own.eta if isinstance(rule, SGD) else rule.default_eta
        if rule.whole_set:
            chosen["batch_size"] = self.batch_size
        if self.steps is not None:
            chosen["epochs"] = None
        if self.loss not in {None, own.loss} and self.label_smoothing is None:  # not every loss takes smoothed classes
            chosen["label_smoothing"] = None
        enough = validation_rows >= ENOUGH and task == "classification"
        if self.calibration is None and not (enough and _has_likelihood(output)):
            chosen["calibration"] = "none"
        timed = self.is_timed
        if not validation_rows or timed or len(chosen["penalty"]) == 1:
            chosen["penalty"] = middle(chosen["penalty"])
        why_not = self._why_no_refit(validation_rows, chosen["eta"])
        if self.refit and why_not:
            raise ValueError(f"the network cannot be refitted on validation rows: {why_not}; leave refit out")
        chosen["refit"] = bool(self.refit) or (self.refit is None and not why_not and not timed)
        return replace(
            self,
            **chosen,
            output_activation=output,
            loss=self.loss or own.loss,
            validation=self.validation_fraction,
        )

    def rivals(self, task: str, rows: int, *, validation_rows: int) -> dict[str, Recipe]:
        """Filled recipes with which the one of this recipe is compared: one without hidden layers, those of another preset.

        None where there are too few rows, or where somebody has chosen what the network is or how it is trained.
        """
        if self._has_network or validation_rows < ENOUGH or rows < FEW_ROWS or self.is_timed:
            return {}
        own = self.deciding(rows)
        other = RIVAL.get(own, own)
        filled = replace(self, preset=other).filled(task, rows, validation_rows=validation_rows)
        theirs = filled.penalties if other != own else ()
        made = {f"{other}, {text}": replace(filled, preset=self.preset, penalty=text) for text in theirs}
        if other in PLAIN:
            made[NO_HIDDEN_LAYERS] = replace(filled, preset=self.preset, **PLAIN[other](task, rows))
        return made

    def _preset(self, task: str, rows: int) -> dict[str, Any]:
        """What decides what was left open; without hidden layers, what a search takes for such a network."""
        name = self.deciding(rows)
        preset = dict(PRESETS[name](task, rows))
        if name in WITHOUT_LAYERS and self.layers is not None and not self.hidden:
            without = WITHOUT_LAYERS[name](task, rows)
            preset |= {**without, "penalty": (without["penalty"],)}
        return preset

    def deciding(self, rows: int) -> str:
        """The preset that decides for so many rows to learn from: of few not one that was made for many."""
        few = rows < LEAST_ROWS.get(self.preset, 0) and not self._has_network
        return RIVAL[self.preset] if few else self.preset

    @property
    def _has_network(self) -> bool:
        """Whether somebody has chosen what the network is, or how it is trained."""
        return any(getattr(self, name) is not None for name in WITH_HIDDEN_LAYERS)

    def _why_no_refit(self, validation_rows: int, eta: float | str | None) -> str:
        if not validation_rows:
            return "there are none"
        if self.restarts > 1:
            return "of restarts they choose a network, and another training gives another one"
        if eta is not None and as_schedule(eta).listener() is not None:
            return "the schedule follows the validation loss"
        return ""

    @property
    def is_timed(self) -> bool:
        """Whether a stop condition is a limit of time, which is for one training."""
        return any(isinstance(find(Stop, stop), TimeLimit) for stop in self.stop)

    def without_limit_of_time(self) -> Recipe:
        """The same without a limit of time."""
        return replace(self, stop=tuple(each for each in self.stop if not isinstance(find(Stop, each), TimeLimit)))

    def facts(self) -> dict[str, Any]:
        """Every choice of a `filled` recipe, as plain JSON, for the model file. Of several penalties it is the middle one."""
        frozen, factors = self.moves.values()
        said = {
            "kinds": dict(self.choices.kinds),
            "ignore": list(self.choices.ignore),
            "frozen": list(frozen or ()),
            "eta_factors": {str(name): factor for name, factor in (factors or {}).items()},
        }
        penalty = middle(self.penalties)
        return {
            **{name: value for name, value in said.items() if value},
            "preset": self.preset,
            "scaling": self.scaling,
            "layers": self.layers,
            "output_activation": self.output_activation,
            "loss": self.loss,
            "penalty": None if penalty == "none" else penalty,
            "optimizer": self.optimizer,
            "eta": self.eta,
            "batch_size": None if self.batch_size == ALL else self.batch_size,
            "epochs": self.epochs,
            "steps": self.steps,
            "sampling": self.sampling,
            "init": self.init,
            "normalization": self.normalization,
            **{name: _as_text(regularizer, getattr(self, name)) for name, regularizer in REGULARIZERS.items()},
            "class_weight": self.class_weight,
            "averaging": self.averaging,
            "ensemble": self.ensemble if self.ensemble > 1 else None,
            "calibration": None if self.calibration == "none" else self.calibration,
            "stop": list(self.stop),
            "restarts": self.restarts,
            "validation": self.validation,
            "refit": self.refit,
            "test": self.test,
            "fold": self.fold,
            "seed": self.seed,
            "dtype": self.dtype,
            **({} if self.shards is None else {"shards": self.shards}),
            **({} if self.local_steps == 1 else {"local_steps": self.local_steps}),
            **({} if self.compression is None else {"compression": self.compression}),
        }


def middle(penalties: tuple[str, ...]) -> str:
    """The penalty that is taken where none is searched."""
    return penalties[len(penalties) // 2]


def _has_likelihood(output_activation: str) -> bool:
    """Whether outputs are probabilities that a temperature calibrates."""
    try:
        likelihood_of(find(Activation, output_activation))
    except ValueError:
        return False
    return True


def _texts(kind: type[Part], given: Any) -> tuple[Any, ...]:
    """One part or several as texts; one of your own that is not registered stays what it is."""
    listed = () if given is None else (given,) if isinstance(given, str | kind) else given
    return tuple(str(each) if isinstance(each, Part) and each.name in CATALOGUE[kind.kind] else each for each in listed)


def _as_text(kind: type[Regularizer], given: str | float | tuple[float, ...] | None) -> str | None:
    part = as_regularizer(kind, given)
    return None if part is None else str(part)


def _layer(text: str) -> tuple[int, Activation]:
    width, _, activation = text.partition(":")
    if not width.strip().isdecimal() or int(width) < 1 or not activation:
        raise ValueError(
            f"cannot read layer {text!r}; write WIDTH:ACTIVATION, such as 32:relu, with commas between layers"
        )
    return int(width), find(Activation, activation.strip())


def _split_outside_brackets(text: str) -> list[str]:
    """The pieces between commas, except for commas between an activation's hyper-parameters."""
    pieces, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += sign
    return pieces if text.strip() else []
