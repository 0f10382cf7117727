"""`make docs`: gathers the sources, lets Sphinx build the site with every warning an error, and checks what was built."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

from .built import faults_of
from .gather import gather
from .runnable import OWN, write_pyodide
from .sections import ROOT


def main() -> int:
    """Build the site in build/site/html; 1 where Sphinx warns, a link is broken or a page would load from outside."""
    home = ROOT / "build/site"
    sources, extra, site = home / "sources", home / "extra", home / "html"
    shutil.rmtree(extra, ignore_errors=True)
    extra.mkdir(parents=True)
    gather(sources, extra)
    if supply := os.environ.get("PYODIDE"):
        write_pyodide(Path(supply), extra / OWN)
    shutil.copytree(ROOT / "tools/site/_static", sources / "_static", dirs_exist_ok=True)
    status = build_main(
        ["-q", "-E", "-a", "-W", "--keep-going", "-b", "html", "-c", str(ROOT / "tools/site"), str(sources), str(site)]
    )
    if status:
        return status
    shutil.copytree(extra, site, dirs_exist_ok=True)
    faults = faults_of(site)
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{site / 'index.html'}: {len(list(site.rglob('*.html')))} pages, {len(faults)} faults")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
