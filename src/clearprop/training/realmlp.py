"""RealMLP-TD-S, a recipe for tables that was tuned over many of them, as texts of parts. Nothing is trained here.

Holzmüller, Grinsztajn and Steinwart 2024, "Better by default". The presets of the estimators and of `fitting/` take its values
from here; what each of them leaves out is said there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WIDTHS = (256, 256, 256)
OPTIMIZER = "scaling_layer(rate=6.0, then=ntk(beta=0.1, then=adam(beta1=0.9, beta2=0.95)))"
BATCH_SIZE = 256
EPOCHS = 256
VALIDATION = 0.2
"""The fraction of the points that chooses the best epoch."""
DTYPE = "float32"
"""Half the time of float64, at no cost in score: `docs/estimators.md` has the measurement."""


@dataclass(frozen=True)
class OfTask:
    """What differs between tasks."""

    activation: str
    eta: str
    label_smoothing: float | None


TASKS: Mapping[str, OfTask] = {
    "classification": OfTask("selu", "coslog4(peak=0.04, steps=0)", 0.1),
    "regression": OfTask("mish", "coslog4(peak=0.07, steps=0)", None),
}
