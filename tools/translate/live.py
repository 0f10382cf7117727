"""What of the sources the live page gets: its starting points, and the parts of the catalogue that a page can hold."""

from __future__ import annotations

from clearprop.explanation.page.live import HELD

from .module import parts, translated
from .sources import Defined, Sources

STARTS = {
    name: Defined("clearprop.explanation.page.live", name)
    for name in (
        *("step_document", "after_step", "nudge_document", "step_valley"),
        *("moved_target", "first_parameters", "catalogue"),
    )
} | {
    "step_latex": Defined("clearprop.explanation.slides.live", "step_latex"),
    "step_slides": Defined("clearprop.explanation.slides.live", "step_slides"),
    "judged_step": Defined("clearprop.explanation.page.judged", "judged_step"),
    "are_classes": Defined("clearprop.columns.class_targets", "are_classes"),
    "are_too_many_classes": Defined("clearprop.columns.class_targets", "are_too_many_classes"),
    "opened_model": Defined("clearprop.live.opened", "opened_model"),
    "minima_of": Defined("clearprop.live.minima", "minima_of"),
}
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
