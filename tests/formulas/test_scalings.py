"""Scalings: their statistics and results, on numbers that can be computed by hand and compared with scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.preprocessing import RobustScaler, StandardScaler

from clearprop.formulas.scalings import Robust, Scaling, SmoothClip, Standard
from tests.parts import all_of, label

X = np.random.default_rng(0).lognormal(size=(40, 3)) * [1.0, 1e-3, 1e6]
every_scaling = pytest.mark.parametrize("scaling", all_of(Scaling), ids=label)


def scaled(scaling: Scaling, X: np.ndarray) -> np.ndarray:
    return scaling.scaled(X, *scaling.learnt(X))


def test_standard_and_robust_are_scikit_learns() -> None:
    np.testing.assert_allclose(scaled(Standard(), X), StandardScaler().fit_transform(X), rtol=1e-12)
    np.testing.assert_allclose(scaled(Robust(), X), RobustScaler().fit_transform(X), rtol=1e-12)


def test_a_column_that_is_mostly_one_value_has_its_whole_range_2_wide() -> None:
    column = np.array([[0.0]] * 9 + [[1.0]])
    assert scaled(Robust(), column).ravel().tolist() == [0.0] * 9 + [2.0]


def test_a_smooth_clip_is_the_number_near_0_and_stays_within_the_bound() -> None:
    clip = SmoothClip(bound=3.0)
    values = np.array([[1e-6], [3.0], [1e200], [-1e200]])
    given = clip.scaled(values, np.zeros(1), np.ones(1))
    np.testing.assert_allclose(given.ravel(), [1e-6, 3 / np.sqrt(2), 3.0, -3.0], rtol=1e-12)


@every_scaling
def test_constant_columns_become_0_and_so_does_what_comes_later(scaling: Scaling) -> None:
    """0.1 is no sum of powers of two, so a mean of it may be off by a rounding."""
    learnt = scaling.learnt(np.full((7, 1), 0.1))
    assert scaling.scaled(np.array([[0.1], [5.0]]), *learnt).tolist() == [[0.0], [0.0]]


@every_scaling
def test_gaps_are_not_counted_and_stay_gaps(scaling: Scaling) -> None:
    with_gaps = np.insert(X, 3, np.nan, axis=0)
    given = scaled(scaling, with_gaps)
    np.testing.assert_allclose(np.delete(given, 3, axis=0), scaled(scaling, X), rtol=1e-12)
    assert np.isnan(given[3]).all()


@every_scaling
def test_units_do_not_matter(scaling: Scaling) -> None:
    np.testing.assert_allclose(scaled(scaling, 1000 * X + 7), scaled(scaling, X), rtol=1e-6)
