"""The three colours for values and gradients, the same on a terminal, in pictures and on pages."""

from __future__ import annotations

# Red, green and blue. Of medium brightness, so that they can be read on a dark terminal and on a light one.
FORWARD = (90, 143, 217)
"""Blue: values that go forward."""
BACKWARD = (205, 107, 63)
"""Rust: gradients that come back."""
SHARED = (178, 143, 49)
"""Ochre: shared by both, or used again."""

FORWARD_ON_PAPER = "#2457a6"
"""The same blue, darker, for a light background."""
BACKWARD_ON_PAPER = "#b4471f"
SHARED_ON_PAPER = "#80631a"

FORWARD_ON_DARK = "#7fb0ff"
"""The same blue, lighter, for a dark background. All have a contrast of at least 4.5 to 1, as small text needs."""
BACKWARD_ON_DARK = "#ff9a6b"
SHARED_ON_DARK = "#e3c366"
