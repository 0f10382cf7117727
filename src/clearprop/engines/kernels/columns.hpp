// Products with W held by columns, (n, m): for layers with few outputs, whose rows would be mostly padding.
#pragma once

#include "rows.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Z = A @ W + W0
template <class T>
void forward_columns(Layer<T>& layer, const T* A) {
  using V = Vec<T>;
  for (int first = 0; first < layer.n; first += lanes<T>) {
    with_size<lanes<T>>(layer.n - first, [&](auto nj) {
      constexpr int NJ = nj;  // columns share each load of A
      const T* W = layer.W + std::ptrdiff_t(first) * layer.stride;
      V products[lanes<T>] = {};
      for (int i = 0; i < layer.stride; i += lanes<T>) {
        const V a = load<V>(A + i);
#pragma GCC unroll 16
        for (int j = 0; j < NJ; ++j) products[j] = fused(a, load<V>(W + j * std::ptrdiff_t(layer.stride) + i), products[j]);
      }
      store(layer.Z + first, load<V>(layer.W0 + first) + sums(products));
    });
  }
}

// dL_dA_prev = dL_dZ @ W.T; W -= eta * outer(A_prev, dL_dZ): the link reads each weight before the update changes it
template <bool Penalised, class T>
T backward_and_update_columns(Layer<T>& layer, const T* A_prev, T eta, T keep, T* dL_dA_prev) {
  using V = Vec<T>;
  V squares{};
  for (int first = 0; first < layer.n; first += lanes<T>) {
    with_size<lanes<T>>(layer.n - first, [&](auto nj) {
      constexpr int NJ = nj;
      T* W = layer.W + std::ptrdiff_t(first) * layer.stride;
      T dL_dZ[NJ], change[NJ];
#pragma GCC unroll 16
      for (int j = 0; j < NJ; ++j) dL_dZ[j] = layer.dL_dZ[first + j], change[j] = -eta * dL_dZ[j];
      for (int i = 0; i < layer.stride; i += lanes<T>) {
        const V a = load<V>(A_prev + i);
        V even = first == 0 ? V{} : load<V>(dL_dA_prev + i), odd{};  // two sums halve the chain of additions
#pragma GCC unroll 16
        for (int j = 0; j < NJ; ++j) {
          T* at = W + j * std::ptrdiff_t(layer.stride) + i;
          const V w = load<V>(at);
          V& link = j % 2 == 0 ? even : odd;
          link = fused(dL_dZ[j], w, link);
          if constexpr (Penalised) squares = fused(w, w, squares);
          store(at, fused(change[j], a, Penalised ? keep * w : w));
        }
        store(dL_dA_prev + i, even + odd);
      }
    });
  }
  update_biases(layer, eta);
  return Penalised ? sum(squares) : T(0);
}

}  // namespace clearprop::CLEARPROP_LEVEL
