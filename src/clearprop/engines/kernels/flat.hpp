// Passes over the weights of one layer where they lie, in the flat parameter vector: W (m, n) by rows, unpadded, then W0.
//
// Rows are read and written in whole vectors, and so beyond their end. What is found there meets zeros, or goes to lanes that
// are never looked at, and is written back as it was. Rows for which that would pass the vector's end are worked on in a copy.
#pragma once

#include "columns.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Where one layer begins, where the whole vector ends, and room for a copy of the last rows.
template <class T>
struct FlatWeights {
  T* W;
  const T* end;
  T* room;
};

// Numbers that the room of a layer must hold.
template <class T>
std::size_t room_of(int n) {
  return std::size_t(padded<T>(n) / n + 1) * padded<T>(n);
}

// Calls f with the layer cut down to the rows that can stay where they are, and the first one's number; then to the others.
template <bool writes, class T, class F>
void for_each_rows(Layer<T> layer, FlatWeights<T> flat, F&& f) {
  const int m = layer.m, n = layer.n, width = padded<T>(n);
  const std::ptrdiff_t space = flat.end - flat.W - width;
  const int safe = int(std::min(std::ptrdiff_t(m), space < 0 ? 0 : space / n + 1));
  layer.W = flat.W, layer.stride = n, layer.m = safe;
  f(layer, 0);
  if (safe == m) return;
  T* const rest = flat.W + std::ptrdiff_t(safe) * n;
  layer.W = flat.room, layer.stride = width, layer.m = m - safe;
  for (int i = 0; i < m - safe; ++i) std::memcpy(flat.room + i * width, rest + i * n, n * sizeof(T));
  f(layer, safe);
  for (int i = 0; writes && i < m - safe; ++i) std::memcpy(rest + i * n, flat.room + i * width, n * sizeof(T));
}

// Z = A @ W + W0
template <class T>
void forward_flat(const Layer<T>& layer, const T* A, FlatWeights<T> flat) {
  std::memcpy(layer.Z, flat.W + std::ptrdiff_t(layer.m) * layer.n, layer.n * sizeof(T));
  for_each_rows<false>(layer, flat, [&](Layer<T>& rows, int first) {
    rows.W0 = rows.Z;  // each pass begins with what is in Z already
    forward_rows<false>(rows, Dense<T>{A + first, rows.m});
  });
}

// dL_dA_prev = dL_dZ @ W.T, which is a product with rows in the place of columns. Some lanes behind it are written too.
template <class T>
void link_flat(const Layer<T>& layer, FlatWeights<T> flat, const T* zeros, T* dL_dA_prev) {
  for_each_rows<false>(layer, flat, [&](Layer<T>& rows, int first) {
    Layer<T> across = rows;
    across.n = rows.m, across.W0 = const_cast<T*>(zeros), across.Z = dL_dA_prev + first;
    forward_columns(across, layer.dL_dZ);
  });
}

// W += outer(A_prev, step); W0 += step. Z is free by then, and takes what the pass adds to biases of its own.
template <class T>
void update_flat(const Layer<T>& layer, const T* A_prev, const T* step, FlatWeights<T> flat) {
  for_each_rows<true>(layer, flat, [&](Layer<T>& rows, int first) {
    rows.W0 = rows.Z;
    update_rows<false>(rows, Dense<T>{A_prev + first, rows.m}, step, T(1));
  });
  T* const W0 = flat.W + std::ptrdiff_t(layer.m) * layer.n;
  for (int j = 0; j < layer.n; ++j) W0[j] += step[j];
}

}  // namespace clearprop::CLEARPROP_LEVEL
