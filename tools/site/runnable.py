"""What the site has so that a reader runs its programs in the browser: the marked programs, and the package as an archive."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from .live import BLOCK
from .sections import ROOT

PYODIDE = "https://cdn.jsdelivr.net/pyodide/v0.27.7/full/"
"""Where Python for a browser comes from when a reader presses *Run*, unless the site has a copy of its own."""
OWN = "pyodide"
"""The folder of the site with that copy: `make docs PYODIDE=FOLDER` takes it from there."""
ARCHIVE = "clearprop.zip"
CORE = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip")
TOOLS = ("__init__.py", "catalogue/__init__.py", "catalogue/picture.py", "site/__init__.py", "site/in_browser.py")
TOOLS += ("site/live.py",)
NOT_THERE = ("clearprop.estimators", "sklearn")
"""What a program that runs on NumPy alone does not name."""


def marked(text: str) -> str:
    """The document with a class at each Python block that runs on NumPy alone; the page puts its buttons there."""
    return BLOCK.sub(
        lambda block: (
            block[0]
            if any(name in block[1] for name in NOT_THERE)
            else f"```{{code-block}} python\n:class: runnable\n\n{block[1]}```\n"
        ),
        text,
    )


def write_archive(path: Path) -> None:
    """The package without its kernels, and what runs a page's programs; the same bytes from the same files."""
    package = [file for file in sorted((ROOT / "src/clearprop").rglob("*")) if file.is_file()]
    plain = [file for file in package if file.suffix not in (".so", ".pyc", ".hpp", ".cpp")]
    names = {str(file.relative_to(ROOT / "src")): file for file in plain}
    names |= {f"tools/{name}": ROOT / "tools" / name for name in TOOLS}
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        for name, file in names.items():
            packed.writestr(ZipInfo(name), file.read_bytes(), ZIP_DEFLATED)


def write_pyodide(supply: Path, into: Path) -> None:
    """Copy what a page needs of a folder of Pyodide: the interpreter and NumPy."""
    files = [supply / name for name in CORE] + sorted(supply.glob("numpy-*.whl"))
    missing = [file.name for file in files if not file.is_file()]
    if missing or len(files) == len(CORE):
        raise SystemExit(f"{supply} is no folder of Pyodide with NumPy: it lacks {', '.join(missing) or 'numpy-*.whl'}")
    into.mkdir(parents=True, exist_ok=True)
    for file in files:
        (into / file.name).write_bytes(file.read_bytes())
