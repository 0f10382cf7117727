"""What the page and its engine were built from: `python -m tools.built page|engine`, after either is built, writes it down.

Both are committed as they are built, so that nobody needs Node or another compiler to install the package. A file of digests
for each, of its sources and of what was built from them, is how a test can tell that one was changed without the other.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.translate.live import live_module

ROOT = Path(__file__).parents[1]
SOURCES = {
    "page": ("studio-ui/src", "studio-ui/public", "studio-ui/package-lock.json", "studio-ui/*.config.ts"),
    "engine": ("src/clearprop/engines/kernels", "tools/engine.py"),
}
BUILT = {"page": "src/clearprop/explanation/page/viewer", "engine": "src/clearprop/engines/wasm"}


def record(part: str) -> Path:
    """The file that says what a part was built from."""
    return ROOT / "studio-ui" / f"{part}.sha256"


def digests(part: str) -> str:
    """A line for each source of a part, and for each file that was built, as they are now."""
    lines = [(_digest([live_module().encode()]), "the package, translated")] if part == "page" else []
    lines += [(_digest(_contents(source)), source) for source in SOURCES[part]]
    lines += [(_digest([path.read_bytes()]), _name(path)) for path in _files(BUILT[part])]
    return "".join(f"{digest}  {name}\n" for digest, name in lines)


def _contents(pattern: str) -> Iterator[bytes]:
    for path in _files(pattern):
        yield _name(path).encode()
        yield path.read_bytes()


def _files(pattern: str) -> list[Path]:
    found = [file for path in ROOT.glob(pattern) for file in (path.rglob("*") if path.is_dir() else (path,))]
    return sorted(file for file in found if file.is_file() and "__pycache__" not in file.parts)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _digest(contents: Iterator[bytes] | list[bytes]) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(len(content).to_bytes(8, "little") + content)
    return digest.hexdigest()


if __name__ == "__main__":
    record(sys.argv[1]).write_text(digests(sys.argv[1]))
