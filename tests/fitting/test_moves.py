"""Layers of a recipe's network that are frozen, or take a part of the step size: said, checked, trained and kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.fitting.fits import plan
from clearprop.fitting.planned import train_plan
from clearprop.fitting.recipe import Recipe
from clearprop.io.tables.datasets import load_table

SMALL: dict[str, Any] = {"layers": "5:tanh", "steps": 6, "penalty": "none", "refit": False}


def trained(**choices: Any) -> tuple[cp.Network, cp.Network]:
    """The network before and after a short training on a table."""
    planned = plan(load_table("moons"), Recipe(**SMALL, **choices))
    return planned.start.network, train_plan(planned, progress=False).network


@pytest.mark.parametrize("frozen", [1, "1", (1,), ["W[1]", "W0[1]"], " W[1] ,W0[1]"], ids=repr)
def test_a_frozen_layer_keeps_its_first_weights(frozen: Any) -> None:
    before, after = trained(frozen=frozen)
    assert (after.W[1] == before.W[1]).all()
    assert (after.W0[1] == before.W0[1]).all()
    assert (after.W[2] != before.W[2]).any()


def test_factors_of_eta_are_those_of_train() -> None:
    before, after = trained(eta_factors={"1": 0.0, "W[2]": 0.5}, optimizer="sgd", eta=0.1)
    _, whole = trained(eta_factors={1: 0.0}, optimizer="sgd", eta=0.1)
    assert (after.W[1] == before.W[1]).all()
    assert 0 < np.abs(after.W[2] - before.W[2]).sum() < np.abs(whole.W[2] - before.W[2]).sum()


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"frozen": 9}, "frozen: this network has layers 1..2 and the arrays"),
    ({"frozen": "W[1"}, r"frozen names layers, such as 1, or arrays, such as W0\[2\]"),
    ({"frozen": True}, "frozen names layers"),
    ({"frozen": (1, 2.5)}, "given 2.5"),
    ({"frozen": "1,2"}, "no parameter is left to train"),
    ({"eta_factors": {1: 2}}, r"eta_factors\[1\] must be a number from 0 to 1, a part of eta; given 2"),
    ({"eta_factors": {1: "much"}}, "given 'much'"),
    ({"eta_factors": 0.1}, "must have a number for each layer or array"),
    ({"eta_factors": {"V[1]": 0.1}}, "eta_factors: this network has"),
    ({"eta_factors": {1: 0.1, "W0": 0.5}}, r"eta_factors names W0\[1\] twice"),
    ({"preset": "tabular", "optimizer": "scaling_layer(then=adam)", "frozen": 1}, "scaling_layer moves the weights"),
]


@pytest.mark.parametrize(("choices", "words"), REFUSED, ids=lambda each: str(each)[:40])
def test_what_names_no_array_is_refused_before_training(choices: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        plan(load_table("moons"), Recipe(**SMALL, **choices))
