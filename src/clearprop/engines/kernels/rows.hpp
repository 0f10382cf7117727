// Products with W held by rows, (m, n): one row for each input. A tile of outputs stays in registers over all rows.
//
// With L2 penalties every weight also shrinks by the factor `keep` = 1 - 2 eta strength in each update; `Penalised`
// says so at compile time, and the passes then give the sum of the squared weights that the step started from.
#pragma once

#include "layer.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// One point's inputs, all of them, or only those that are not zero: a zero adds nothing forward and changes no weight.
template <class T>
struct Dense {
  const T* a;
  int count;
  int row(int i) const { return i; }
  T value(int i) const { return a[i]; }
};

template <class T>
struct Sparse {
  const T* a;
  const std::int32_t* index;
  int count;
  int row(int i) const { return index[i]; }
  T value(int i) const { return a[i]; }
};

constexpr int tile_vectors = vector_registers / 4;  // with the same number for sums, and room for what is on its way

template <class T, class F>
CLEARPROP_INLINE void for_each_tile(int vectors, F&& f) {
  for (int first = 0; first < vectors; first += tile_vectors)
    with_size<tile_vectors>(vectors - first, [&](auto nv) { f(nv, first * lanes<T>); });
}

// What a pass over the rows of W does on its way.
enum class Pass { forward, update, update_and_forward };

// update:   W += outer(A_prev, step) with step = -eta * dL_dZ, and W0 += step
// forward:  Z = A @ W + W0
// Both in one pass, where the inputs of the last point and of the next are at hand, read and write each weight once.
template <Pass pass, bool Penalised, int NV, class T, class Inputs>
CLEARPROP_INLINE T pass_over_tile(Layer<T>& layer, int at, Inputs A_prev, const T* step, T keep, Inputs A) {
  using V = Vec<T>;
  constexpr bool updates = pass != Pass::forward, sums_up = pass != Pass::update;
  constexpr int U = NV >= 8 ? 1 : 8 / NV;  // rows at once: enough independent sums to hide the latency of one
  V Z[U][NV] = {}, steps[NV] = {}, squares{};
  const Inputs& rows = sums_up ? A : A_prev;

#pragma GCC unroll 8
  for (int v = 0; v < NV; ++v) {
    T* W0 = layer.W0 + at + v * lanes<T>;
    V bias = load<V>(W0);
    if constexpr (updates) {
      steps[v] = load<V>(step + at + v * lanes<T>);
      store(W0, bias += steps[v]);
    }
    Z[0][v] = bias;
  }
  const auto row = [&](int i, int u) __attribute__((always_inline)) {
    T* W = layer.W + std::ptrdiff_t(rows.row(i)) * layer.stride + at;
#pragma GCC unroll 8
    for (int v = 0; v < NV; ++v) {
      V w = load<V>(W + v * lanes<T>);
      if constexpr (updates) {
        if constexpr (Penalised) w *= keep;
        w = fused(A_prev.value(i), steps[v], w);
        store(W + v * lanes<T>, w);
      }
      if constexpr (sums_up) {
        Z[u][v] = fused(A.value(i), w, Z[u][v]);
        if constexpr (Penalised) squares = fused(w, w, squares);
      }
    }
  };
  int i = 0;
  for (; i + U <= rows.count; i += U)
#pragma GCC unroll 8
    for (int u = 0; u < U; ++u) row(i + u, u);
  for (; i < rows.count; ++i) row(i, 0);

  if constexpr (sums_up) {
#pragma GCC unroll 8
    for (int v = 0; v < NV; ++v) {
#pragma GCC unroll 8
      for (int u = 1; u < U; ++u) Z[0][v] += Z[u][v];
      store(layer.Z + at + v * lanes<T>, Z[0][v]);
    }
  }
  return Penalised && sums_up ? sum(squares) : T(0);
}

template <Pass pass, bool Penalised, class T, class Inputs>
T pass_over_rows(Layer<T>& layer, Inputs A_prev, const T* step, T keep, Inputs A) {
  T squares = 0;
  for_each_tile<T>(layer.vectors(), [&](auto nv, int at) {
    constexpr int NV = nv;
    squares += pass_over_tile<pass, Penalised, NV>(layer, at, A_prev, step, keep, A);
  });
  return squares;
}

// Z = A @ W + W0
template <bool Penalised, class T, class Inputs>
T forward_rows(Layer<T>& layer, Inputs A) {
  return pass_over_rows<Pass::forward, Penalised>(layer, A, static_cast<const T*>(nullptr), T(1), A);
}

// W -= eta * outer(A, dL_dZ); W0 -= eta * dL_dZ, with step = -eta * dL_dZ
template <bool Penalised, class T, class Inputs>
void update_rows(Layer<T>& layer, Inputs A, const T* step, T keep) {
  pass_over_rows<Pass::update, Penalised>(layer, A, step, keep, A);
}

// The update of the last step and the forward pass of the next: W -= ..., W0 -= ..., Z = A @ W + W0
template <bool Penalised, class T, class Inputs>
T update_and_forward_rows(Layer<T>& layer, Inputs A_prev, const T* step, T keep, Inputs A) {
  return pass_over_rows<Pass::update_and_forward, Penalised>(layer, A_prev, step, keep, A);
}

// W0 -= eta * dL_dZ
template <class T>
CLEARPROP_INLINE void update_biases(Layer<T>& layer, T eta) {
  using V = Vec<T>;
  for (int j = 0; j < padded<T>(layer.n); j += lanes<T>)
    store(layer.W0 + j, fused(-eta, load<V>(layer.dL_dZ + j), load<V>(layer.W0 + j)));
}

// dL_dA_prev = dL_dZ @ W.T; W -= eta * outer(A_prev, dL_dZ): the link reads each weight before the update changes it
template <bool Penalised, class T>
T backward_and_update_rows(Layer<T>& layer, const T* A_prev, T eta, T keep, T* dL_dA_prev) {
  using V = Vec<T>;
  constexpr int R = 2;  // rows at once
  V squares{};
  // From the last rows up: of a large W, those are what the forward pass left in the cache.
  for (int first = padded<T>(layer.m) - lanes<T>; first >= 0; first -= lanes<T>) {
    V products[lanes<T>] = {};
    for (int r = 0; r < lanes<T> && first + r < layer.m; r += R) {
      with_size<R>(layer.m - first - r, [&](auto nr) {
        constexpr int NR = nr;
        T* W = layer.W + std::ptrdiff_t(first + r) * layer.stride;
        V link[NR] = {};
        T change[NR];
#pragma GCC unroll 4
        for (int q = 0; q < NR; ++q) change[q] = -eta * A_prev[first + r + q];
        for (int j = 0; j < layer.stride; j += lanes<T>) {
          const V dL_dZ = load<V>(layer.dL_dZ + j);
#pragma GCC unroll 4
          for (int q = 0; q < NR; ++q) {
            T* at = W + q * std::ptrdiff_t(layer.stride) + j;
            const V w = load<V>(at);
            link[q] = fused(w, dL_dZ, link[q]);
            if constexpr (Penalised) squares = fused(w, w, squares);
            store(at, fused(change[q], dL_dZ, Penalised ? keep * w : w));
          }
        }
#pragma GCC unroll 4
        for (int q = 0; q < NR; ++q) products[r + q] = link[q];
      });
    }
    store(dL_dA_prev + first, sums(products));
  }
  update_biases(layer, eta);
  return Penalised ? sum(squares) : T(0);
}

}  // namespace clearprop::CLEARPROP_LEVEL
