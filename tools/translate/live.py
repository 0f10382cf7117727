"""What of the sources the live page gets: its starting points, and the parts of the catalogue that a page can hold."""

from __future__ import annotations

from .module import parts, translated
from .sources import Defined, Sources

STARTS = {
    name: Defined("clearprop.explanation.page.live", name)
    for name in ("step_document", "first_parameters", "catalogue")
}
HELD = (
    *("activations", "piecewise_activations", "smooth_activations", "learnt_activations"),
    *("losses", "regression_losses", "class_losses", "likelihoods", "shortcuts", "penalties", "normalizations"),
    *("initializers", "schedules", "decays", "cycles"),
    *("optimizers", "adaptive_optimizers", "adam_optimizers", "sign_optimizers", "clipping"),
)
"""Modules of `formulas/`. A page follows no plateau of the loss, averages nothing, and searches no step over all points."""

REPLACED = {
    "clearprop.validation.as_numbers": "clearprop.numbers_of",
    "clearprop.network.copied_at_once": "numpy.array",
}
"""The page's arrays are numbers, and no other thread writes them: how Python tells what else there may be is left out."""


def live_module() -> str:
    """The module that the page loads."""
    sources = Sources(replaced=REPLACED)
    # Importing the room of formulas fills the catalogue in its own order, whatever the order of imports is here.
    modules = [f"clearprop.formulas.{name}" for name in HELD]
    return translated(sources, STARTS, parts(sources, modules))
