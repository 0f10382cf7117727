"""Counter-based random numbers: 32-bit words as a pure function of seed, step, layer, row and unit. There is no state.

The same seed, step, layer, row and unit give the same word, in any order of calls and on any thread. All arithmetic is that
of unsigned 32-bit words, which wrap around; these lines are all that a kernel needs:

    mix(h):   h ^= h >> 16;  h *= 0x85ebca6b;  h ^= h >> 13;  h *= 0xc2b2ae35;  h ^= h >> 16
    on(h, i): mix(h ^ (i + 1) * 0x9e3779b9)
    key     = on(on(on(mix(seed), step), layer), row)
    word    = on(key, unit)

`mix` is the finaliser of MurmurHash3 (Appleby 2011, public domain), in which every bit of h changes each bit of the result
with a probability near 1/2; the multiplier of counters is 2^32 divided by the golden ratio (Knuth, TAOCP 3, section 6.4).
"""

from __future__ import annotations

import numpy as np

from .catalogue import Array

WORD = 0xFFFFFFFF
GOLDEN = 0x9E3779B9


def mix(h: Array) -> Array:
    """MurmurHash3's finaliser of words, uint32 of any shape of one dimension or more.

    >>> [hex(word) for word in mix(np.array([1, 0xFFFFFFFF], np.uint32))]
    ['0x514e28b7', '0x81f16f39']
    """
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


def on(h: Array, i: Array) -> Array:
    """The i-th word that follows from h, uint32; both broadcast."""
    return mix(h ^ (i + np.uint32(1)) * np.uint32(GOLDEN))


def words(seed: int, step: int, layer: int, rows: int, units: int) -> Array:
    """A word for each row and unit, (rows, units) uint32; `seed` and `step` count modulo 2^32.

    >>> words(seed=7, step=1, layer=2, rows=1, units=3)
    array([[4033372767, 2865982338, 4095299561]], dtype=uint32)
    >>> bool((words(7, 1, 2, rows=5, units=9)[:1, :3] == words(7, 1, 2, rows=1, units=3)).all())
    True
    """
    key = mix(_word(seed))
    for place in (step, layer):
        key = on(key, _word(place))
    key = on(key, np.arange(rows, dtype=np.uint32))
    return on(key[:, None], np.arange(units, dtype=np.uint32))


def _word(number: int) -> Array:
    return np.array([number & WORD], np.uint32)
