"""`python -m tools.translate FILE`: write what the live page computes as a JavaScript module."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .live import live_module
from .names import RUNTIME
from .sources import Refused


def main(target: str) -> None:
    """Write the module, whose imports lead from its folder to the runtime."""
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        text = live_module()
    except Refused as fault:
        sys.exit(f"not translated:\n{fault}")
    runtime = Path(os.path.relpath(RUNTIME, path.parent)).as_posix()
    path.write_text(text.replace("{runtime}", runtime if runtime.startswith(".") else f"./{runtime}"), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
