"""The blocks of `docs/serving.md` run as they stand, one after another."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "serving.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


def test_the_page_runs(tmp_path: Path) -> None:
    assert len(BLOCKS) >= 8
    (tmp_path / "page.py").write_text("\n".join(BLOCKS), encoding="utf-8")
    done = subprocess.run([sys.executable, "page.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "X has nan in row 0 column 0" in done.stdout
    assert "the loss reached 0.05" in done.stdout
