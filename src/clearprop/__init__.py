"""clearprop: back-propagation you can read, check and see, at the speed of the machine.

>>> import clearprop as cp
>>> net = cp.Network(widths=(2, 3, 1), activations=("tanh", "sigmoid"), seed=0)
>>> fwd = cp.forward_pass(net, X=[[0.5, -1.0]], Y=[[1.0]], loss="nll")
>>> cp.back_propagate(net, fwd).dL_dW[1].shape
(2, 3)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .advice import TrainingWarning
    from .backprop import ForwardPass, Gradients, back_propagate, forward_pass
    from .checks import BackwardCheck, GradientCheck, check_backward, check_gradients
    from .columns import ColumnWarning
    from .ensemble import Ensemble
    from .explanation import Replay, Trace, explain, replay
    from .fitting import Fit, Recipe, Scores, fit, score
    from .formulas.activations import Activation, Elementwise
    from .formulas.averaging import Averaging
    from .formulas.catalogue import Part, find, hyper, register
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
    from .io import Dataset, Model, Preprocessing, Table, load, load_model, load_table, read_csv, read_table, save_model
    from .io.exports import Export, export
    from .jacobians import Links, in_layout
    from .network import Network
    from .training import (
        Calibration,
        Diverged,
        History,
        NoStepSize,
        Recording,
        Report,
        Run,
        State,
        Trainer,
        calibrate,
        sgd_neural_net,
        train,
    )

# Each public name and its module. Names are imported on first use, so that `import clearprop` is fast.
_ROOM_OF = {
    "Activation": "formulas.activations",
    "Averaging": "formulas.averaging",
    "Calibration": "training",
    "ColumnWarning": "columns",
    "Dataset": "io",
    "Diverged": "training",
    "Elementwise": "formulas.activations",
    "Ensemble": "ensemble",
    "Export": "io.exports",
    "Fit": "fitting",
    "ForwardPass": "backprop",
    "BackwardCheck": "checks",
    "GradientCheck": "checks",
    "Gradients": "backprop",
    "History": "training",
    "Initializer": "formulas.initializers",
    "Learnt": "formulas.learnt_activations",
    "Links": "jacobians",
    "Loss": "formulas.losses",
    "Metric": "formulas.metrics",
    "Model": "io",
    "Network": "network",
    "NoStepSize": "training",
    "Normalization": "formulas.normalizations",
    "Optimizer": "formulas.optimizers",
    "Part": "formulas.catalogue",
    "Penalty": "formulas.penalties",
    "Preprocessing": "io",
    "Recipe": "fitting",
    "Recording": "training",
    "Regularizer": "formulas.regularizers",
    "Replay": "explanation",
    "Report": "training",
    "Run": "training",
    "State": "training",
    "Scaling": "formulas.scalings",
    "Schedule": "formulas.schedules",
    "Scores": "fitting",
    "Table": "io",
    "Trace": "explanation",
    "Trainer": "training",
    "TrainingWarning": "advice",
    "back_propagate": "backprop",
    "calibrate": "training",
    "check_backward": "checks",
    "check_gradients": "checks",
    "explain": "explanation",
    "export": "io.exports",
    "find": "formulas.catalogue",
    "fit": "fitting",
    "forward_pass": "backprop",
    "hyper": "formulas.catalogue",
    "in_layout": "jacobians",
    "load": "io",
    "load_model": "io",
    "load_table": "io",
    "read_csv": "io",
    "read_table": "io",
    "register": "formulas.catalogue",
    "replay": "explanation",
    "save_model": "io",
    "score": "fitting",
    "sgd_neural_net": "training",
    "train": "training",
}

__version__ = "0.1.0"
__all__ = ["__version__", *sorted(_ROOM_OF)]  # noqa: PLE0604 - all of them text


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_ROOM_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOM_OF})
