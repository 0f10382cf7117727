"""Trace: one step of back-propagation as data, in order and with the reason of each value; it lays nothing out.

Its records are those of the two passes and of what stands around them; every rendering reads the same numbers from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...formulas.catalogue import Array
from ...jacobians import Layout
from .around import Batch, Check, Cost, Entry, Header, LayerHealth, Lint, Rule, Update, WhatIf
from .passes import BackwardLayer, ForwardLayer, Link

if TYPE_CHECKING:
    from .values import Values


@dataclass(frozen=True, repr=False)
class Trace:
    """The chain rule of one step. `forward`, `backward` and `update` are by layer, 1..L; print it to read it."""

    header: Header
    forward: Mapping[int, ForwardLayer]
    backward: Mapping[int, BackwardLayer]
    rule: Rule
    update: Mapping[int, Update]
    what_if: Mapping[int, WhatIf]
    entries: tuple[Entry, ...]
    check: Check | None
    cost: Cost
    health: Mapping[int, LayerHealth]
    lints: tuple[Lint, ...]
    batch: Batch | None
    kept: Array | None
    """What the inputs are multiplied by before layer 1 takes them, (m^1, 1), where dropout leaves some out."""
    ranked: Mapping[int, Sequence[int]]
    """Units of each layer 0..L, counted from 0, those that matter most at this point first: what folding keeps."""
    retell: Callable[[Layout, str], Trace] | None = field(default=None, compare=False)
    """The same step in another layout and notation; None where it cannot be told again."""

    @property
    def L(self) -> int:
        """The number of layers."""
        return len(self.forward)

    @property
    def is_chain(self) -> bool:
        """Whether every layer is one neuron with one input, so that every value is a scalar (Concept 10)."""
        return all(layer.W.shape == (1, 1) for layer in self.forward.values())

    @cached_property
    def links(self) -> Mapping[tuple[str, int], Link]:
        """Every link by name and layer."""
        layers = self.backward.values()
        own = [link for layer in layers for link in (*layer.whole, *layer.links, layer.weight_link)]
        own += [layer.alpha.link for layer in layers if layer.alpha is not None]
        return {(link.name, link.l): link for link in own}

    @cached_property
    def values(self) -> Values:
        """Every array that is shown, by name and layer, with the units that its rows and columns stand for."""
        from .values import values_of

        return values_of(self)

    def text(
        self,
        width: int | None = None,
        *,
        color: bool = False,
        digits: int = 4,
        fold: int | None = 10,
        sections: Sequence[str] | None = None,
    ) -> str:
        """The explanation as a person reads it in a terminal of `width` columns; of the terminal it is in by default.

        `color` writes ANSI colours: forward blue, backward rust, what is reused ochre. `digits` are those after the
        decimal point; 17 writes every number so that it reads back as the same. `fold` is how many rows a matrix may
        have, None for all. `sections` are those of `text.SECTIONS` to write, all by default.
        """
        from ..text.setting import as_text

        return as_text(self, width=width, color=color, digits=digits, fold=fold, sections=sections)

    def latex(
        self,
        *,
        document: bool = False,
        digits: int = 4,
        fold: int | None = 10,
        sections: Sequence[str] | None = None,
    ) -> str:
        """The explanation in LaTeX: a fragment for a text of one's own, or a document that compiles."""
        from ..latex.setting import as_latex

        return as_latex(self, document=document, digits=digits, fold=fold, sections=sections)

    def tikz(self) -> str:
        """The network with its weights and values at this point, as a TikZ picture."""
        from ..pictures.tikz import picture

        return picture(self)

    def svg(self) -> str:
        """The same picture as SVG."""
        from ..pictures.svg import as_svg

        return as_svg(self)

    def to_dict(self, *, fold: int | None = 64) -> dict[str, Any]:
        """Everything, as dictionaries, lists, text and numbers: the document of `trace.schema.json`.

        Layers wider than `fold` units are shown by those that matter most; None shows every number.
        """
        from ..page.document import as_document

        return as_document(self, fold=fold)

    def html(self, *, fold: int | None = 64) -> str:
        """A page that walks through the step: one file, which opens anywhere and asks the network for nothing.

        Layers wider than `fold` units are shown by those that matter most; None shows every one.
        """
        from ..page.html import as_html

        return as_html(self, fold=fold)

    def _repr_html_(self) -> str:
        """In a notebook, the page in a frame of its own, so that neither's style touches the other's."""
        from ..page.notebook import framed

        return framed(self.html(), f"One step of back-propagation, network {self.header.network}")

    def _repr_latex_(self) -> str:
        """The products with their braces, for what shows formulas and no pages."""
        from ..page.notebook import formulas

        return formulas(self)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"Trace of {self.header.network}: {self.header.loss} {self.header.loss_value:.6g}; print it to read it"
