"""Dropout, input noise, bounded weights and smoothed targets: rates, lengths, means; and how they are given."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from clearprop.formulas import find
from clearprop.formulas.activations import Softmax
from clearprop.formulas.domains import DISTRIBUTION, REALS, SIGNS, UNIT
from clearprop.formulas.losses import NLLM
from clearprop.formulas.regularizers import (
    Dropout,
    InputNoise,
    LabelSmoothing,
    MaxNorm,
    Regularizer,
    as_regularizer,
)
from clearprop.formulas.shortcuts import shortcut

RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "networks.json").read_text())["smoothing"]


def factors(rates, widths=(3, 4, 5, 2), points=6, **places):
    return Dropout(rates).factors(widths, points, **{"step": 1, "seed": 0, "dtype": np.float64} | places)


def test_one_rate_is_of_every_hidden_layer_and_several_begin_with_the_inputs() -> None:
    assert set(factors((0.5,))) == {1, 2}
    assert set(factors((0.5, 0.0, 0.3))) == {0, 2}
    assert set(factors((0.5,), widths=(3, 2))) == {0}, "one layer, one rate: that of the inputs"
    assert {l: kept.shape for l, kept in factors((0.2, 0.5, 0.5)).items()} == {0: (6, 3), 1: (6, 4), 2: (6, 5)}


def test_other_numbers_of_rates_are_refused() -> None:
    with pytest.raises(ValueError, match=r"dropout: give one rate, or 3, for A\[0\] .. A\[2\]; given \(0.5, 0.5\)"):
        factors((0.5, 0.5))


def test_what_is_kept_keeps_the_mean() -> None:
    kept = factors((0.3,), widths=(1, 500, 1), points=500)[1]
    assert kept.mean() == pytest.approx(1, abs=5 * np.sqrt(0.3 / 0.7 / 500**2)), "five spreads of a mean"


def test_a_mask_follows_seed_and_step_alone() -> None:
    first = factors((0.5,))
    for other in ({"step": 2}, {"seed": 1}):
        assert any((factors((0.5,), **other)[l] != first[l]).any() for l in first)
    wider = factors((0.5,), widths=(3, 9, 5, 2), points=8)
    assert (wider[1][:6, :4] == first[1]).all(), "neither batch size nor width changes what a place draws"
    assert (wider[2][:6] == first[2]).all()


def test_noise_is_normal_and_of_each_step_its_own() -> None:
    part = InputNoise(0.5)
    here, again, there = (part.noise(300, 200, step=t, seed=4, dtype=np.float64) for t in (1, 1, 2))
    assert here.tolist() == again.tolist()
    assert abs(np.corrcoef(here.ravel(), there.ravel())[0, 1]) < 0.02, "five spreads of 60,000 pairs"
    assert here.std() == pytest.approx(0.5, rel=0.02)
    assert abs(here.mean()) < 0.5 * 5 / np.sqrt(60_000)
    assert part.noise(2, 2, step=1, seed=4, dtype=np.float32).dtype == np.float32


def test_only_columns_that_are_too_long_are_shortened_and_keep_their_direction() -> None:
    W = np.array([[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]])
    MaxNorm(1.0).shorten_in_place(W)
    np.testing.assert_allclose(W, [[0.6, 0.3, 0.0], [0.8, 0.4, 0.0]], rtol=4e-16)


def test_smoothed_labels_cost_what_they_cost_in_pytorch() -> None:
    Z, Y = np.array(RECORDED["Z"]), np.eye(4)[RECORDED["labels"]]
    direct, smoothed = shortcut(Softmax(), NLLM()), LabelSmoothing(0.15).smoothed(Y, DISTRIBUTION)
    assert direct is not None
    assert direct.L(Z, smoothed).mean() == pytest.approx(RECORDED["label_smoothing"]["loss"], rel=1e-14)
    ours = direct.dL_dZ(Softmax().A(Z), smoothed) / len(Z)
    np.testing.assert_allclose(ours, RECORDED["label_smoothing"]["dL_dZ"], rtol=0, atol=1e-16)


def test_a_yes_or_no_is_smoothed_towards_half() -> None:
    assert LabelSmoothing(0.2).smoothed(np.array([[0.0], [1.0]]), UNIT).tolist() == [[0.1], [0.9]]
    for domain in (REALS, SIGNS):
        with pytest.raises(ValueError, match="label_smoothing is for targets that are classes"):
            LabelSmoothing(0.2).smoothed(np.array([[0.0], [1.0]]), domain)


@pytest.mark.parametrize(
    ("kind", "given", "part"),
    [
        (Dropout, 0.5, Dropout((0.5,))),
        (Dropout, (0.2, 0.5), Dropout((0.2, 0.5))),
        (Dropout, np.array([0.2, 0.5]), Dropout((0.2, 0.5))),
        (Dropout, "0.5", Dropout((0.5,))),
        (Dropout, "0.2,0.5", Dropout((0.2, 0.5))),
        (Dropout, "dropout(rates=(0.2, 0.5))", Dropout((0.2, 0.5))),
        (InputNoise, 0.3, InputNoise(0.3)),
        (InputNoise, "input_noise(std=0.3)", InputNoise(0.3)),
        (MaxNorm, "3", MaxNorm(3.0)),
        (LabelSmoothing, 0.1, LabelSmoothing(0.1)),
        (Dropout, Dropout((0.5,)), Dropout((0.5,))),
        (Dropout, None, None),
        (Dropout, "none", None),
    ],
    ids=str,
)
def test_numbers_texts_and_records_are_the_same_part(kind, given, part) -> None:
    assert as_regularizer(kind, given) == part
    if part is not None:
        assert find(Regularizer, str(part)) == part


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        (Dropout, 1.0, r"dropout: rates = 1.0 is outside \[0.0, 0.99\]"),
        (Dropout, "drop", "unknown regularizer 'drop'; did you mean 'dropout'"),
        (Dropout, "max_norm", "max_norm.* is not dropout"),
        (InputNoise, (0.1, 0.2), "input_noise takes one number"),
        (MaxNorm, True, "max_norm: largest must be a number"),
        (LabelSmoothing, -0.1, "outside"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(kind, given, message) -> None:
    with pytest.raises(ValueError, match=message):
        as_regularizer(kind, given)
