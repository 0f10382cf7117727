// Passes over the weights of one layer where they lie, in the flat parameter vector: W (m, n) by rows, unpadded, then W0.
//
// Rows are read in whole vectors, and so beyond their end: what is found there meets zeros, or goes to lanes that are never
// looked at. Rows for which that would pass the vector's end are read from a copy.
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

// Calls f with the layer cut down to the rows that can be read where they are, and the first one's number; then to the others.
template <class T, class F>
void for_each_rows(Layer<T> layer, FlatWeights<T> flat, F&& f) {
  const int m = layer.m, n = layer.n, width = padded<T>(n);
  const std::ptrdiff_t space = flat.end - flat.W - width;
  const int safe = int(std::min(std::ptrdiff_t(m), space < 0 ? 0 : space / n + 1));
  layer.W = flat.W, layer.stride = n, layer.m = safe;
  f(layer, 0);
  if (safe == m) return;
  for (int i = safe; i < m; ++i)
    std::memcpy(flat.room + std::ptrdiff_t(i - safe) * width, flat.W + std::ptrdiff_t(i) * n, n * sizeof(T));
  layer.W = flat.room, layer.stride = width, layer.m = m - safe;
  f(layer, safe);
}

// Z = A @ W + W0
template <class T>
void forward_flat(const Layer<T>& layer, const T* A, FlatWeights<T> flat) {
  std::memcpy(layer.Z, flat.W + std::ptrdiff_t(layer.m) * layer.n, layer.n * sizeof(T));
  for_each_rows(layer, flat, [&](Layer<T>& rows, int first) {
    rows.W0 = rows.Z;  // each pass begins with what is in Z already
    forward_rows<false>(rows, Dense<T>{A + first, rows.m});
  });
}

// dL_dA_prev = dL_dZ @ W.T, which is a product with rows in the place of columns. Some lanes behind it are written too.
template <class T>
void link_flat(const Layer<T>& layer, FlatWeights<T> flat, const T* zeros, T* dL_dA_prev) {
  for_each_rows(layer, flat, [&](Layer<T>& rows, int first) {
    Layer<T> across = rows;
    across.n = rows.m, across.W0 = const_cast<T*>(zeros), across.Z = dL_dA_prev + first;
    forward_columns(across, layer.dL_dZ);
  });
}

// to += a * step, n numbers. The last vector ends where they do and shares lanes with the one before it: it is read before that
// is written, for a load that waits for half of a store takes long.
template <class T>
CLEARPROP_INLINE void add_row(T* to, T a, const T* step, int n) {
  using V = Vec<T>;
  if (n < lanes<T>) {
    for (int j = 0; j < n; ++j) to[j] = fused(a, step[j], to[j]);
    return;
  }
  const int end = n - lanes<T>;
  const V last = fused(a, load<V>(step + end), load<V>(to + end));
  for (int j = 0; j < end; j += lanes<T>) store(to + j, fused(a, load<V>(step + j), load<V>(to + j)));
  store(to + end, last);
}

// W += outer(A_prev, step); W0 += step
template <class T>
void update_flat(const Layer<T>& layer, const T* A_prev, const T* step, FlatWeights<T> flat) {
  T* W = flat.W;
  for (int i = 0; i < layer.m; ++i, W += layer.n) add_row(W, A_prev[i], step, layer.n);
  add_row(W, T(1), step, layer.n);
}

}  // namespace clearprop::CLEARPROP_LEVEL
