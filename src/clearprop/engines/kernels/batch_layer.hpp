// Where a layer's weights are in the one vector of parameters that all layers of a mini-batch share. Nothing is computed here.
#pragma once

#include "layer.hpp"
#include "product.hpp"
#include "shape.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Rows of values: whole vectors, and no stride that puts all rows on the same few lines of the first-level cache.
template <class T>
constexpr int row_stride(int n) {
  const int stride = padded<T>(n);
  return stride * sizeof(T) % 512 == 0 ? stride + lanes<T> : stride;
}

template <class T>
struct BatchLayer {
  int m = 0, n = 0, stride = 0;
  Part f;
  Normalization normalization;
  int arrays = 1;                   // with a number for each unit: W0, and gain and shift of a normalised layer
  Panels<T> panels, turned;         // of W (m, n) and of W.T (n, m)
  std::ptrdiff_t W = 0, units = 0;  // offsets of W and of these arrays, each padded to whole vectors
  std::ptrdiff_t flat = 0;          // offset of W in the flat vector, these arrays behind it
  std::ptrdiff_t WT = 0;            // offset in the vector of transposes; layer 1 needs none

  // Where array k is for the columns of panel p, which has all of them side by side; and for the vector of units from j on.
  std::ptrdiff_t of_units(int p, int k) const { return units + std::ptrdiff_t(arrays) * panels.begin(p) + k * panels.stride(p); }
  std::ptrdiff_t of_unit(int j, int k) const {
    const int p = panels.owner(j / lanes<T>);
    return of_units(p, k) + j - panels.begin(p);
  }
};

}  // namespace clearprop::CLEARPROP_LEVEL
