"""`make corners`: the estimators' tests with older versions of scikit-learn, NumPy and SciPy.

`CORNER=1.7` takes one of them; `today` takes one a day, by the seed of the sampled tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
CORNERS = {
    "1.6": ("scikit-learn==1.6.1", "numpy==2.0.2", "scipy==1.13.1", "pandas==2.2.3"),
    "1.7": ("scikit-learn==1.7.2", "numpy==2.1.3", "scipy==1.14.1", "pandas==2.2.3"),
    "1.8": ("scikit-learn==1.8.0", "numpy==2.2.6", "scipy==1.15.3", "pandas==2.3.3"),
}
"""What is installed over the newest versions, by scikit-learn's."""
PYTEST = ("-m", "pytest", "-n", "2", "-q", "--sampled", "-k", "not polars", "tests/estimators")
"""The newest frames of polars are refused with scikit-learn before 1.9."""


def main(arguments: list[str]) -> int:
    """Test the corners that are named, or all; 1 if one fails."""
    today = list(CORNERS)[datetime.now(UTC).toordinal() % len(CORNERS)]
    names = [today if name == "today" else name for name in arguments] or list(CORNERS)
    unknown = set(names) - set(CORNERS)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(CORNERS)} and today", file=sys.stderr)
        return 2
    failed = [name for name in names if _fails(name)]
    print(f"{len(names)} corners, failed: {', '.join(failed) or 'none'}")
    return bool(failed)


def _fails(name: str) -> bool:
    place = ROOT / "build/corners" / name
    print(f"== {', '.join(CORNERS[name])}", flush=True)
    if not place.exists():
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-warn-conflicts"]
        part = place.with_suffix(".part")
        subprocess.run([*pip, "--only-binary=:all:", "--upgrade", "--target", str(part), *CORNERS[name]], check=True)
        part.rename(place)
    older = os.environ | {"PYTHONPATH": str(place)}
    return subprocess.run([sys.executable, *PYTEST], cwd=ROOT, env=older, check=False).returncode != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
