"""Advice: what data, or a trained network, give cause to warn of, measured, with what to do about it.

The findings of one step that is explained are in `explanation/findings`; both are judged by the same `thresholds`.
"""

from .warned import (
    ConstantPrediction,
    DeadUnits,
    HeldOutContradicts,
    LossRose,
    OutputsCountedApart,
    TargetOutOfRange,
    TargetOutOfReach,
    TrainingWarning,
)

__all__ = [
    "ConstantPrediction",
    "DeadUnits",
    "HeldOutContradicts",
    "LossRose",
    "OutputsCountedApart",
    "TargetOutOfRange",
    "TargetOutOfReach",
    "TrainingWarning",
]
