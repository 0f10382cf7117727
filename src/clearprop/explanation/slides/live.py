"""What a live page writes for paper: a step in LaTeX, and the beamer frames of its phases. The page runs these functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..findings.step import step_of
from ..latex.document import as_document
from ..latex.setting import as_latex
from ..page.live import asked_of
from ..pictures.tikz import picture
from .beamer import as_frames


def step_latex(given: Mapping[str, Any]) -> str:
    """The step as a LaTeX document that compiles."""
    trace = step_of(asked_of(given))
    return as_document(as_latex(trace), picture(trace))


def step_slides(given: Mapping[str, Any]) -> str:
    """A talk that compiles: the frame of the `phase` that is given, counted from 1, or those of all phases."""
    return as_frames(step_of(asked_of(given)), document=True, phase=given.get("phase"))
