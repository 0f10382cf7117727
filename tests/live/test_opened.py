"""What a page takes of a model file: its shape, weights, columns and facts, or why it cannot hold it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import clearprop as cp
from clearprop.fitting import fit
from clearprop.io.sealed import _Bytes
from clearprop.live.opened import opened_model

PARTS = ("tanh", "softmax")


def opened(model: cp.Model, folder: Path) -> dict[str, Any]:
    cp.save_model(model, folder / "a.clearprop")
    return opened_model(_Bytes((folder / "a.clearprop").read_bytes()), "a.clearprop")


def test_a_model_is_opened_with_all_that_the_page_needs(tmp_path: Path) -> None:
    model = fit(cp.load_table("moons"), layers="3:tanh", epochs=1).model
    there = opened(model, tmp_path)
    assert (there["widths"], there["activations"]) == ([2, 3, 2], list(PARTS))
    assert there["parameters"] == model.network.parameters.tolist()
    assert there["preprocessing"] == model.prepared.to_json()
    assert there["facts"]["loss"] == "nllm"


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: cp.Network((2, 3, 2), PARTS, dtype="float32"), "computes in float32, and a page in float64"),
        (lambda: cp.Network((2, 3, 2), PARTS, normalization="batch_norm"), "normalised, which a page does not do yet"),
        (lambda: cp.Ensemble([cp.Network((2, 3, 2), PARTS)] * 2), "an ensemble of 2 networks, and a page trains one"),
        (lambda: cp.Network((2, 7000, 2), PARTS), "35002 parameters, and a page trains at most 20000"),
    ],
)
def test_what_a_page_cannot_hold_is_named(tmp_path: Path, made: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        opened(cp.Model(made()), tmp_path)
