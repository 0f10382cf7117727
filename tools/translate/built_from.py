"""What the built page was translated from, so that a test can tell that it is no longer what its sources say."""

from __future__ import annotations

import hashlib
from pathlib import Path

BUILT_FROM = Path(__file__).parents[2] / "studio-ui" / "translated.sha256"


def digest(module: str) -> str:
    """Of a translated module, as a line of a file."""
    return hashlib.sha256(module.encode()).hexdigest() + "\n"
