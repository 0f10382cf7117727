"""Counter-based random numbers: published values, the same word in any order of calls, and no visible pattern."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop.formulas.counter_random import mix, words
from clearprop.formulas.regularizers import Dropout


def as_words(*numbers):
    return np.array(numbers, np.uint32)


@pytest.mark.parametrize(
    ("seed", "published"),
    # MurmurHash3_x86_32 of the empty text is its finaliser on the seed; these are among its best-known test vectors.
    [(0x00000000, 0x00000000), (0x00000001, 0x514E28B7), (0xFFFFFFFF, 0x81F16F39)],
)
def test_mix_is_the_finaliser_of_murmurhash3(seed, published):
    assert mix(as_words(seed)).tolist() == [published]


def test_mix_agrees_with_scikit_learns_murmurhash3():
    murmurhash = pytest.importorskip("sklearn.utils").murmurhash3_32
    seeds = np.random.default_rng(0).integers(2**32, size=1000, dtype=np.uint32)
    assert mix(seeds).tolist() == [murmurhash(b"", seed=int(seed), positive=True) for seed in seeds]


def by_python(seed, step, layer, row, unit):
    """The recipe with Python's own unbounded numbers, place by place, and scikit-learn's words where it has them."""
    murmurhash = pytest.importorskip("sklearn.utils").murmurhash3_32
    h = murmurhash(b"", seed=seed, positive=True)
    for place in (step, layer, row, unit):
        h = murmurhash(b"", seed=h ^ (place + 1) * 0x9E3779B9 % 2**32, positive=True)
    return h


def test_a_word_is_the_chain_of_its_places():
    rng = np.random.default_rng(1)
    for _ in range(50):
        seed, step = (int(word) for word in rng.integers(2**32, size=2))
        layer, rows, units = (int(count) for count in rng.integers(1, 9, size=3))
        found = words(seed, step, layer, rows, units)
        assert found.shape == (rows, units)
        assert found.dtype == np.uint32
        assert int(found[-1, -1]) == by_python(seed, step, layer, rows - 1, units - 1)


def test_a_step_beyond_32_bits_counts_modulo_them():
    assert (words(0, 2**32 + 5, 1, 2, 3) == words(0, 5, 1, 2, 3)).all()


@pytest.mark.parametrize("other", ["seed", "step", "layer"])
def test_every_bit_is_even_and_independent_of_its_neighbours(other):
    places = {"seed": 3, "step": 7, "layer": 1}
    here = words(**places, rows=256, units=256)
    there = words(**{**places, other: places[other] + 1}, rows=256, units=256)
    bits = np.unpackbits(here.view(np.uint8)).astype(float)
    # Means over 2^21 fair bits stray by 0.0007 with a chance of 1 in 20, by 0.002 with one in 10^8.
    assert abs(bits.mean() - 0.5) < 0.002
    for neighbour in (there, np.roll(here, 1, axis=0), np.roll(here, 1, axis=1)):
        equal = np.unpackbits((here ^ neighbour).view(np.uint8)).astype(float)
        assert abs(equal.mean() - 0.5) < 0.002


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_leaves_out_its_rate_of_units_in_every_row_and_column(rate):
    factors = Dropout(rates=(rate,)).factors((1, 1000, 1000, 1), 1000, step=1, seed=5, dtype=np.float32)
    assert set(factors) == {1, 2}
    for factor in factors.values():
        assert factor.dtype == np.float32
        assert set(np.unique(factor)) == {np.float32(0), np.float32(1 / (1 - rate))}
        spread = np.sqrt(rate * (1 - rate) / 1000)
        for axis in (0, 1):  # of a thousand means none strays by 5 spreads, with a chance of 1 in 2000
            assert abs((factor == 0).mean(axis=axis) - rate).max() < 5 * spread
    assert abs(np.corrcoef(factors[1].ravel(), factors[2].ravel())[0, 1]) < 0.005  # 5 spreads of a million pairs
