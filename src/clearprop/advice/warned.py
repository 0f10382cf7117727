"""The warnings of a training, as classes that can be filtered, and the one place that gives them."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import ClassVar

NOT_THE_USERS = {"clearprop", "sklearn", "joblib"}
"""Packages whose frames are passed over: a warning names the line of the user's program, also behind a pipeline or a search."""


class TrainingWarning(UserWarning):
    """A training that cannot succeed, or has not: what was measured, and what to do. All others here are kinds of it.

    `warnings.filterwarnings("ignore", category=clearprop.TrainingWarning)` silences all of them, "error" makes errors of them.
    What was measured differs from training to training; `opening` does not, so that `filterwarnings` can match a message by it.
    """

    opening: ClassVar[str] = ""
    """The first words of each message of this kind."""


class TargetOutOfRange(TrainingWarning):
    """Targets that the output activation cannot give. Raised before the first step."""

    opening = "The output activation cannot give every target"


class TargetOutOfReach(TrainingWarning):
    """Targets so large that all steps together do not lead to them. Raised before the first step."""

    opening = "Targets are too large for the steps asked for"


class OutputsCountedApart(TrainingWarning):
    """A loss that takes each output as a yes/no of its own, of outputs that sum to 1. Raised before the first step."""

    opening = "The loss does not see that the outputs sum to 1"


class ConstantPrediction(TrainingWarning):
    """A network that predicts nearly the same for every point after training."""

    opening = "The network predicts nearly the same for every point"


class LossRose(TrainingWarning):
    """A training whose loss ends far above its start."""

    opening = "The loss is higher than before training"


class DeadUnits(TrainingWarning):
    """Half of a layer or more that is off at every point after training."""

    opening = "Units learn no more"


class HeldOutContradicts(TrainingWarning):
    """A calibration whose best temperature is at its bound: the network is wrong on the held-out points as often as right."""

    opening = "The held-out points contradict the network"


@dataclass(frozen=True)
class Advice:
    """What was found, and what to do about it."""

    category: type[TrainingWarning]
    found: str
    remedy: str
    measured: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.category.opening}: {self.found}; {self.remedy}"


@dataclass(frozen=True)
class Wording:
    """How users of one interface write what is recommended to them."""

    scale_inputs: str = "X = (X - X.mean(axis=0)) / X.std(axis=0)"
    scale_targets: str = "Y = (Y - Y.mean(axis=0)) / Y.std(axis=0)"
    step_size: str = "eta"
    init: str = "init {}"

    def inits(self, *names: str) -> str:
        """Initializers by name, as they are asked for."""
        return " or ".join(self.init.format(name) for name in names)


def give(advice: Advice, category: type[Warning] | None = None) -> None:
    """Warn, at the line of the user's program that called this package; of a `category` of the caller's own, if given."""
    warn(str(advice), category or advice.category)


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn, at the line of the user's program that called this package."""
    warnings.warn(message, category, stacklevel=_users_frame())


def _users_frame() -> int:
    """How many frames up, from `warn`, the user's program is."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the warnings module counts the same frames
    level = 1
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in NOT_THE_USERS:
        frame, level = frame.f_back, level + 1
    return level
