"""Presets: what a recipe leaves open, decided by the task and the number of rows. Nothing is trained here.

A preset fills in ordinary choices with ordinary parts, and whatever somebody has chosen replaces its own value alone.
`docs/scores.md` has what was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ..training import realmlp

Choices: TypeAlias = Mapping[str, Any]
"""Values of a recipe's fields."""
Preset: TypeAlias = Callable[[str, int], Choices]
"""Of the task, and n rows to learn from: those for training and those for validation."""

FEW_ROWS = 50
"""Below it nothing is searched: so few rows choose by chance."""
FOLDS, MOST_ROWS_IN_FOLDS = 5, 2000
"""Folds by which choices are compared, up to so many rows to learn from; of more rows one part decides well enough."""
MOST_WORK_IN_FOLDS: Mapping[str, float] = {"default": 4e9, "fast": 4e9, "tabular": 2e10}
"""Parameters times rows in all steps, of a training in each fold: some 0.2 s, and of float32 0.5 s. If it takes longer, there
is one part."""
SOME = 4.0
"""n times the strength of L2 where it is not chosen from several."""
SEVERAL = (1.5, 8.0, 40.0)
"""n times the strengths from which the one with the lowest validation loss is chosen."""
ENOUGH = 10
"""Fewer validation rows do not calibrate probabilities unasked: a row or two decide nothing."""
VALIDATION = 0.2
"""The share of the rows to learn from that chooses the epoch and the penalty, and calibrates probabilities."""


def default(_: str, n: int) -> Choices:
    """The recipe that was best over many tables of up to 10,000 rows: Adam, two layers of 64, a penalty for the table."""
    of_n = (SOME,) if n < FEW_ROWS else SEVERAL
    return {
        "scaling": "standard",
        "layers": "64:relu,64:relu",
        "optimizer": "adam",
        "eta": "cosine(start=0.003, steps=0)",
        "batch_size": 32,
        "epochs": between(40, 60_000 // max(n, 1), 200),
        "penalty": tuple(f"l2(strength={strength / max(n, 1):.3g})" for strength in of_n),
        "label_smoothing": None,
        "calibration": "auto",
        "dtype": "float64",
    }


def plain(task: str, n: int) -> Choices:
    """Instead of the default's: no hidden layers, and about the penalty of scikit-learn's linear models."""
    strength = 1.0 if task == "regression" else 0.5
    return {"layers": "", "eta": "cosine(start=0.03, steps=0)", "penalty": f"l2(strength={strength / max(n, 1):.3g})"}


def fast(task: str, n: int) -> Choices:
    """The same with a quarter of the epochs and one penalty: about a quarter of the time of a fit."""
    return {
        **default(task, n),
        "epochs": between(10, 15_000 // max(n, 1), 50),
        "penalty": (f"l2(strength={SOME / max(n, 1):.3g})",),
    }


def tabular(task: str, _: int) -> Choices:
    """RealMLP-TD-S with the parts that a recipe has, and a quarter of its epochs.

    Not the same as `preset="tabular"` of the estimators: the last layer is drawn, not 0, and the last batch of an epoch may be
    small. And it is taken only where it is clearly better than the default's choices.
    """
    own = realmlp.TASKS[task]
    return {
        "scaling": "smooth_clip(bound=3.0, of=robust)",
        "layers": ",".join(f"{width}:{own.activation}" for width in realmlp.WIDTHS),
        "optimizer": realmlp.OPTIMIZER,
        "eta": own.eta,
        "batch_size": realmlp.BATCH_SIZE,
        "epochs": realmlp.EPOCHS // 4,
        "penalty": ("none",),
        "label_smoothing": own.label_smoothing,
        "calibration": "auto",
        "dtype": realmlp.DTYPE,
    }


def between(low: int, value: int, high: int) -> int:
    """The value, or the bound that it is beyond."""
    return min(high, max(low, value))


PRESETS: Mapping[str, Preset] = {"default": default, "fast": fast, "tabular": tabular}
RIVAL: Mapping[str, str] = {"tabular": "default"}
"""The preset whose choices are taken unless those of another one are clearly better."""
LEAST_ROWS: Mapping[str, int] = {"tabular": 1000}
"""With fewer rows to learn from the rival decides alone. RealMLP was tuned on tables of 1,000 rows and more."""
PLAIN: Mapping[str, Preset] = {"default": plain}
"""What a preset's network is compared with, and has to be clearly better than."""
WITHOUT_LAYERS: Mapping[str, Preset] = {"default": plain, "fast": plain}
"""What a preset takes where somebody asks for no hidden layers, which is what a search would choose."""
