"""docs/studio.md: its examples run, and give what their comments say."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

TEXT = (Path(__file__).parents[2] / "docs" / "studio.md").read_text(encoding="utf-8")


def test_its_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL):
        exec(compile(block, "docs/studio.md", "exec"), names)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["signs.html", "spiral.html"]
    assert "has no kernel" in capsys.readouterr().out


def test_its_order_of_points_is_the_page_s() -> None:
    from clearprop.engines.in_page import order_of_epoch

    shown = re.search(r"n=5\)  # array\(\[(.*?)\]\)", TEXT)
    assert shown
    assert np.array_equal(order_of_epoch(seed=0, epoch=0, n=5), [int(each) for each in shown[1].split(",")])
