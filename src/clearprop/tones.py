"""The three colours, and what each always means: on a terminal, in pictures and on pages."""

from __future__ import annotations

# Red, green and blue of middle tones, which read well on a dark terminal and on a light one.
FORWARD = (90, 143, 217)
"""Blue: values that go forward."""
BACKWARD = (205, 107, 63)
"""Rust: gradients that come back."""
SHARED = (178, 143, 49)
"""Ochre: what both have, or what is used again."""

FORWARD_ON_PAPER = "#2457a6"
"""The same blue, darker, for a light ground."""
BACKWARD_ON_PAPER = "#b4471f"
SHARED_ON_PAPER = "#80631a"

FORWARD_ON_DARK = "#7fb0ff"
"""And lighter, for a dark ground. Both stand out from their ground by 4.5 to 1 at least, as small text must."""
BACKWARD_ON_DARK = "#ff9a6b"
SHARED_ON_DARK = "#e3c366"
