"""Columns that are left out are named wherever a model is looked at: evaluation, its report and its JSON, info."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from clearprop.fitting.wording import left_out_of
from clearprop.io.model_file import load_model
from tests.cli.conftest import Shell


def test_an_evaluation_says_which_columns_were_left_out(shell: Shell) -> None:
    lines = ["id,x,same,y", *(f"r{i},{i % 7},5,{'ab'[i % 2]}" for i in range(60))]
    Path("rows.csv").write_text("\n".join(lines) + "\n")
    shell("train", "rows.csv", "--target", "y", "--epochs", "1", "--quiet", "-o", "m.clearprop")
    said = shell("evaluate", "m.clearprop", "rows.csv").out
    assert "same, constant: 5.0 in every row" in said
    assert "id, identifier" in said
    assert json.loads(shell("evaluate", "m.clearprop", "rows.csv", "--json").out)["left_out"]["same"].startswith(
        "constant"
    )
    assert "same, constant: 5.0 in every row" in shell("info", "m.clearprop").out
    model = load_model("m.clearprop")
    assert list(left_out_of(model)) == ["id", "same"]
    assert left_out_of(replace(model, facts={**model.facts, "left_out": 7})) == {}
    pytest.importorskip("matplotlib")
    shell("evaluate", "m.clearprop", "rows.csv", "--report", "r.html")
    assert "same (constant: 5.0 in every row)" in Path("r.html").read_text()
