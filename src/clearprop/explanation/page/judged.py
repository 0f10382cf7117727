"""A step judged and not told: what a page of a training asks while it runs. Lints and health are those of a step's document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..findings.backward import backward_layer
from ..findings.health import health_of
from ..findings.lints import lints_of
from ..findings.seen import Seen
from ..findings.step import descent_of, passes_of
from .document_around import lint_part
from .json_values import Plain, number
from .live import asked_of


def judged_step(given: Mapping[str, Any]) -> Plain:
    """Lints, and each layer's gradient, weights and change, of a step that is given as `step_document` takes it.

    `both_ways` is the largest difference between the short way through loss and output and the long one, at one point; None
    where there is no short way, or the long one has no value.
    """
    asked = asked_of(given)
    with np.errstate(all="ignore"):
        passes = passes_of(asked)
        descent = descent_of(asked, passes)
        lints = lints_of(Seen(passes, descent, asked.rate))
        shortcut = backward_layer(passes, passes.net.L).shortcut
        health = health_of(passes, descent)
    return {
        "lints": [lint_part(lint) for lint in lints],
        "health": [
            {
                "l": l,
                "gradient": number((each.dL_dW**2 + each.dL_dW0**2) ** 0.5),
                "W": number(each.W),
                "change": number(each.change),
                "ratio": number(each.ratio),
                "verdict": each.verdict,
            }
            for l, each in health.items()
        ],
        "both_ways": None if shortcut is None else shortcut.difference,
    }
