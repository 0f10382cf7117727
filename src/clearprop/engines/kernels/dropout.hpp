// Dropout: which units a step leaves out. The same words as `formulas/counter_random.py` draws, from seed, step, layer, row and
// unit alone, so that a step meets the same numbers on any engine, any thread, and when it is taken again.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "vector.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// MurmurHash3's finaliser.
CLEARPROP_INLINE std::uint32_t mix(std::uint32_t h) {
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}

// From one word on to its i-th child; the multiplier is 2^32 divided by the golden ratio.
CLEARPROP_INLINE std::uint32_t on(std::uint32_t h, std::uint32_t i) { return mix(h ^ (i + 1) * 0x9e3779b9u); }

// The rates of A[0] .. A[L - 1], 0 where nothing is left out; empty without dropout.
struct Dropout {
  std::vector<double> rates;
  std::uint32_t seed = 0;

  bool drops(int l) const { return l < int(rates.size()) && rates[l] > 0; }

  // factors = kept / (1 - rate) for one row of a batch: what its A[l] is multiplied by in a step
  template <class T>
  void draw(std::uint32_t step, int l, std::uint32_t row, T* factors, int units) const {
    const std::uint32_t key = on(on(on(mix(seed), step), std::uint32_t(l)), row);
    const std::uint32_t least = std::uint32_t(std::nearbyint(rates[l] * (1 << 24)));
    const T share = T(1 / (1 - rates[l]));
    for (int j = 0; j < units; ++j) factors[j] = on(key, std::uint32_t(j)) >> 8 >= least ? share : T(0);
  }
};

}  // namespace clearprop::CLEARPROP_LEVEL
