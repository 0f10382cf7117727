"""Slides: the drawing of Notation 15 with one phase of the step lit, as TikZ and as SVG, and a beamer frame for each phase."""
