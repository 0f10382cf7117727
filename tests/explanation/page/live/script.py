"""The script of a live page, run by Node on many cases at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.node import run

SCRIPT = Path(__file__).parents[4] / "src" / "clearprop" / "explanation" / "page" / "viewer" / "live.js"


def in_page(function: str, cases: list[Any], script: Path = SCRIPT) -> list[Any]:
    """What the page's function gives for each case; of an error a dictionary with its text."""
    asked = json.dumps({"script": str(script), "function": function, "cases": cases})
    found: list[Any] = json.loads(run("test/run_live.mjs", asked))
    return found
