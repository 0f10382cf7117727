"""clearprop: back-propagation you can read, check and see, at the speed of the machine.

>>> import clearprop as cp
>>> net = cp.Network(widths=(2, 3, 1), activations=("tanh", "sigmoid"), seed=0)
>>> fwd = cp.forward_pass(net, X=[[0.5, -1.0]], Y=[[1.0]], loss="nll")
>>> cp.back_propagate(net, fwd).dL_dW[1].shape
(2, 3)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .advice import TrainingWarning
    from .backprop import ForwardPass, Gradients, back_propagate, forward_pass
    from .checks import BackwardCheck, GradientCheck, PartCheck, check_backward, check_gradients, check_part
    from .columns import ColumnWarning
    from .derivatives import hessian_product, layer_outputs, point_gradients
    from .diagnosis import Diagnosis, Mistake, diagnose
    from .engines.predictor import Predictor
    from .ensemble import Ensemble
    from .exercises import Quiz, quiz
    from .explanation import Replay, Trace, explain, replay
    from .fitting import Fit, Recipe, Scores, fit, score
    from .formulas.activations import Activation, Elementwise
    from .formulas.averaging import Averaging
    from .formulas.catalogue import Array, Part, find, hyper, register
    from .formulas.compression import Compression
    from .formulas.domains import Interval
    from .formulas.initializers import Initializer
    from .formulas.learnt_activations import Learnt
    from .formulas.losses import Loss
    from .formulas.metrics import Metric
    from .formulas.normalizations import Normalization
    from .formulas.optimizers import Optimizer
    from .formulas.penalties import Penalty
    from .formulas.regularizers import Regularizer
    from .formulas.scalings import Scaling
    from .formulas.schedules import Schedule
    from .formulas.shortcuts import Shortcut
    from .formulas.stateful import Stateful
    from .io import Dataset, Model, Preprocessing, Table, load, load_model, load_table, read_csv, read_table, save_model
    from .io.exports import Export, export
    from .io.frameworks import from_keras, from_sklearn, from_torch
    from .jacobians import Links, in_layout
    from .live import Studio, studio
    from .network import Network
    from .training import (
        Calibration,
        Callback,
        Diverged,
        History,
        LastBatch,
        NoStepSize,
        Population,
        Recording,
        Report,
        Run,
        Sampling,
        State,
        Stop,
        Trainer,
        Watch,
        calibrate,
        sgd_neural_net,
        train,
    )
    from .tuning import Tuned, tune

__version__ = "0.2.0"
# The public names, written out, because type checkers and completion read this list without running it.
__all__ = [
    "Activation",
    "Array",
    "Averaging",
    "BackwardCheck",
    "Calibration",
    "Callback",
    "ColumnWarning",
    "Compression",
    "Dataset",
    "Diagnosis",
    "Diverged",
    "Elementwise",
    "Ensemble",
    "Export",
    "Fit",
    "ForwardPass",
    "GradientCheck",
    "Gradients",
    "History",
    "Initializer",
    "Interval",
    "LastBatch",
    "Learnt",
    "Links",
    "Loss",
    "Metric",
    "Mistake",
    "Model",
    "Network",
    "NoStepSize",
    "Normalization",
    "Optimizer",
    "Part",
    "PartCheck",
    "Penalty",
    "Population",
    "Predictor",
    "Preprocessing",
    "Quiz",
    "Recipe",
    "Recording",
    "Regularizer",
    "Replay",
    "Report",
    "Run",
    "Sampling",
    "Scaling",
    "Schedule",
    "Scores",
    "Shortcut",
    "State",
    "Stateful",
    "Stop",
    "Studio",
    "Table",
    "Trace",
    "Trainer",
    "TrainingWarning",
    "Tuned",
    "Watch",
    "__version__",
    "back_propagate",
    "calibrate",
    "check_backward",
    "check_gradients",
    "check_part",
    "diagnose",
    "explain",
    "export",
    "find",
    "fit",
    "forward_pass",
    "from_keras",
    "from_sklearn",
    "from_torch",
    "hessian_product",
    "hyper",
    "in_layout",
    "layer_outputs",
    "load",
    "load_model",
    "load_table",
    "point_gradients",
    "quiz",
    "read_csv",
    "read_table",
    "register",
    "replay",
    "save_model",
    "score",
    "sgd_neural_net",
    "studio",
    "train",
    "tune",
]

# The module of each name. Names are imported on first use, so that `import clearprop` is fast.
_ROOM_OF = {
    "Activation": "formulas.activations",
    "Array": "formulas.catalogue",
    "Averaging": "formulas.averaging",
    "BackwardCheck": "checks",
    "Calibration": "training",
    "Callback": "training",
    "ColumnWarning": "columns",
    "Compression": "formulas.compression",
    "Dataset": "io",
    "Diagnosis": "diagnosis",
    "Diverged": "training",
    "Elementwise": "formulas.activations",
    "Ensemble": "ensemble",
    "Export": "io.exports",
    "Fit": "fitting",
    "ForwardPass": "backprop",
    "GradientCheck": "checks",
    "Gradients": "backprop",
    "History": "training",
    "Initializer": "formulas.initializers",
    "Interval": "formulas.domains",
    "LastBatch": "training",
    "Learnt": "formulas.learnt_activations",
    "Links": "jacobians",
    "Loss": "formulas.losses",
    "Metric": "formulas.metrics",
    "Mistake": "diagnosis",
    "Model": "io",
    "Network": "network",
    "NoStepSize": "training",
    "Normalization": "formulas.normalizations",
    "Optimizer": "formulas.optimizers",
    "Part": "formulas.catalogue",
    "PartCheck": "checks",
    "Penalty": "formulas.penalties",
    "Population": "training",
    "Predictor": "engines.predictor",
    "Preprocessing": "io",
    "Quiz": "exercises",
    "Recipe": "fitting",
    "Recording": "training",
    "Regularizer": "formulas.regularizers",
    "Replay": "explanation",
    "Report": "training",
    "Run": "training",
    "Sampling": "training",
    "Scaling": "formulas.scalings",
    "Schedule": "formulas.schedules",
    "Scores": "fitting",
    "Shortcut": "formulas.shortcuts",
    "State": "training",
    "Stateful": "formulas.stateful",
    "Stop": "training",
    "Studio": "live",
    "Table": "io",
    "Trace": "explanation",
    "Trainer": "training",
    "Tuned": "tuning",
    "TrainingWarning": "advice",
    "Watch": "training",
    "back_propagate": "backprop",
    "calibrate": "training",
    "check_backward": "checks",
    "check_gradients": "checks",
    "check_part": "checks",
    "diagnose": "diagnosis",
    "explain": "explanation",
    "export": "io.exports",
    "find": "formulas.catalogue",
    "fit": "fitting",
    "forward_pass": "backprop",
    "from_keras": "io.frameworks",
    "from_sklearn": "io.frameworks",
    "from_torch": "io.frameworks",
    "hessian_product": "derivatives",
    "hyper": "formulas.catalogue",
    "in_layout": "jacobians",
    "layer_outputs": "derivatives",
    "load": "io",
    "load_model": "io",
    "load_table": "io",
    "point_gradients": "derivatives",
    "quiz": "exercises",
    "read_csv": "io",
    "read_table": "io",
    "register": "formulas.catalogue",
    "replay": "explanation",
    "save_model": "io",
    "score": "fitting",
    "sgd_neural_net": "training",
    "studio": "live",
    "train": "training",
    "tune": "tuning",
}


if not TYPE_CHECKING:  # a type checker that saw this would take any name for a public one
    from importlib import import_module

    def __getattr__(name: str) -> object:
        if name not in _ROOM_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f".{_ROOM_OF[name]}", __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return list(__all__)
