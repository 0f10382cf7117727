"""Trace: what a person holds of a step. It has the step's data, and a method for each way to read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from ..network import Network
from .account.sections import FOLD
from .findings.step import Asked
from .latex.document import as_document as as_latex_document
from .latex.setting import as_latex
from .page.document import as_document
from .page.html import FOLD as PAGE_FOLD
from .page.html import step_as_html
from .page.live_step import given_of, why_still
from .page.notebook import InNotebook, PageText, formulas, framed, require_widgets
from .page.variants import other_ways, variants_of, ways
from .pictures.svg import as_svg
from .pictures.tikz import picture
from .slides.beamer import as_frames
from .slides.units_svg import units_svg
from .slides.units_tikz import units_picture
from .text.setting import as_text
from .trace.record import Step

Drawn: TypeAlias = Literal["neurons", "units"]


@dataclass(frozen=True, repr=False)
class Trace(InNotebook, Step):
    """The chain rule of one step. `forward`, `backward` and `update` are by layer, 1..L; print it to read it."""

    asked: Asked | None = field(default=None, compare=False)
    """What the step was made from; None where it is not known."""

    def text(
        self,
        width: int | None = None,
        *,
        color: bool = False,
        digits: int = 4,
        fold: int | None = FOLD,
        sections: Sequence[str] | None = None,
    ) -> str:
        """The explanation as a person reads it in a terminal of `width` columns; of the terminal it is in by default.

        `color` writes ANSI colours: forward blue, backward rust, what is reused ochre. `digits` are those after the
        decimal point; 17 writes every number so that it reads back as the same. `fold` is how many rows a matrix may
        have, None for all. `sections` are those to write, by their names in `account.sections.SECTIONS`; all by default.
        """
        return as_text(self, width=width, color=color, digits=digits, fold=fold, sections=sections)

    def latex(
        self,
        *,
        document: bool = False,
        digits: int = 4,
        fold: int | None = FOLD,
        sections: Sequence[str] | None = None,
    ) -> str:
        """The same explanation in LaTeX: a fragment for a text of one's own, or a document that compiles."""
        fragment = as_latex(self, digits=digits, fold=fold, sections=sections)
        return as_latex_document(fragment, picture(self)) if document else fragment

    def beamer(self, *, document: bool = False, digits: int = 3, phase: int | None = None) -> str:
        """Beamer frames, one for each phase: the units with the phase lit, the product so far, the equation in numbers.

        With `document`, a whole talk that compiles; with `phase`, counted from 1, the frame of that phase alone.
        """
        return as_frames(self, document=document, digits=digits, phase=phase)

    def tikz(self, *, drawn: Drawn = "neurons", phase: int | None = None) -> str:
        """The step as a TikZ picture: the network with its weights and values at this point.

        With `drawn="units"`, the units from left to right (Notation 15); as far as a phase of the step, counted from 1.
        """
        return units_picture(self, phase) if _is_units(drawn, phase) else picture(self)

    def svg(self, *, drawn: Drawn = "neurons", phase: int | None = None) -> str:
        """The same picture as SVG."""
        return units_svg(self, phase) if _is_units(drawn, phase) else as_svg(self)

    def to_dict(self, *, fold: int | None = PAGE_FOLD) -> dict[str, Any]:
        """Everything, as dictionaries, lists, text and numbers: the document of `trace.schema.json`.

        Layers wider than `fold` units are shown by those that matter most; None shows every number.
        """
        return as_document(self, fold=fold)

    def html(self, *, fold: int | None = PAGE_FOLD, live: bool | None = None) -> str:
        """A page that walks through the step: one file, which opens anywhere and needs no internet connection.

        Layers wider than `fold` units are shown by those that matter most; None shows every one. On a live page weights,
        inputs, targets and the step size are dragged, and steps are taken. With `live` None the page is live where it can
        be, and says why where it cannot; False leaves out what computes in the page, and True raises ValueError where a
        page cannot hold the step.
        """
        why = why_still(self.asked)
        if live and why:
            raise ValueError(f"this page cannot be live: {why}; live=False gives the page that stands still")
        document = self.to_dict(fold=fold)
        if live is not False and not why and self.asked is not None:
            return PageText(step_as_html(document, [], live={"step": given_of(self.asked, fold), **ways()}))
        others = other_ways(self.header.layout, self.header.notation) if self.retell is not None else []
        variants = variants_of(document, (as_document(self.retell(*way), fold=fold) for way in others if self.retell))
        return PageText(step_as_html(document, variants, still="" if live is False else why))

    def widget(self, network: Network | None = None) -> Any:
        """The page in a notebook as a widget, which Python and the page share; it needs the extra `jupyter`.

        Its `trace`, `history` and `network` are those of the page as it stands. Given the network whose step this is, what a
        reader does on the page changes it, and what Python does to its weights is shown. `close()` ends it.
        """
        require_widgets()
        from .step_widget import StepWidget

        return StepWidget(self, network)

    def _as_widget(self, *, only_seen: bool) -> Any:
        from .step_widget import StepWidget

        return StepWidget(self, only_seen=only_seen)

    def _as_html(self) -> str:
        """It stands still: a live page in the file would be larger, and share nothing."""
        return framed(self.html(live=False), f"One step of back-propagation, network {self.header.network}")

    def _repr_latex_(self) -> str | None:
        """The products with their braces, for what shows formulas and no pages."""
        return formulas(self)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"Trace of {self.header.network}: {self.header.loss} {self.header.loss_value:.6g}; print it to read it"


def _is_units(drawn: str, phase: int | None) -> bool:
    """ValueError for a drawing that there is not, or a phase of one that has none."""
    if drawn not in get_args(Drawn):
        raise ValueError(f"drawn must be 'neurons' or 'units'; given {drawn!r}")
    if drawn == "neurons" and phase is not None:
        raise ValueError("phases are drawn with drawn='units' alone")
    return drawn == "units"
