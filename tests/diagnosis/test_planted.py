"""Planted mistakes are named, pairs too, and nothing right is blamed. The long form: `python -m tests.diagnosis.planted`."""

from __future__ import annotations

import pytest

from clearprop.formulas import CATALOGUE

from .planted import PLANTS, Tally, pairs, rights, singles


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_mistake_is_named_in_every_style(plant: object) -> None:
    tally = Tally()
    singles(range(1), tally, plant.name)  # type: ignore[attr-defined]
    assert tally.trials
    assert not tally.missed


def test_of_pairs_of_mistakes_nine_in_ten_are_named() -> None:
    tally = Tally()
    pairs(50, tally)
    assert tally.share >= 0.9, tally.missed


def test_no_right_solution_in_other_conventions_is_blamed() -> None:
    blamed = [(seed, found.text()) for seed, found, _ in rights(250) if not found.ok]
    assert not blamed


def test_every_mistake_of_the_catalogue_is_planted() -> None:
    assert {plant.name for plant in PLANTS} == set(CATALOGUE["mistake"])
