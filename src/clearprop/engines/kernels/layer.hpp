// One layer: where its weights, biases and values lie in memory, and how values pass through its activation.
#pragma once

#include "activations.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Every array is padded with zeros to whole vectors, and stays zero there: what is added to a padded weight is a
// product with a padded value.
template <class T>
struct Layer {
  int m = 0, n = 0;
  Part f;
  bool by_columns = false;  // W is (m, n) by rows, or by columns where n is small: whole vectors either way
  int stride = 0;           // from one row (or column) of W to the next
  T *W = nullptr, *W0 = nullptr, *Z = nullptr, *A = nullptr, *dL_dA = nullptr, *dL_dZ = nullptr;
  T top = 0, others = 0;  // of a softmax: the largest z, and the sum of e^(z - top) over the others

  int lines() const { return by_columns ? n : m; }
  int vectors() const { return padded<T>(n) / lanes<T>; }  // in Z, A and their derivatives
};

// e = np.exp(Z - Z.max()); A = e / e.sum()
template <class T>
void softmax(Layer<T>& layer) {
  using V = Vec<T>;
  const int n = layer.n;
  V most = broadcast<V>(-INFINITY), total{}, ties{};
  for (int j = 0; j < n; j += lanes<T>) {
    const V Z = first_lanes<V>(n - j) ? load<V>(layer.Z + j) : broadcast<V>(-INFINITY);
    most = Z > most ? Z : most;
  }
  layer.top = largest(most);
  for (int j = 0; j < n; j += lanes<T>) {
    const V e = where<V>(first_lanes<V>(n - j), exp(load<V>(layer.Z + j) - layer.top));
    const Mask<V> is_top = e == broadcast<V>(1);
    total += where<V>(~is_top, e);
    ties += where<V>(is_top, broadcast<V>(1));
    store(layer.A + j, e);
  }
  layer.others = sum(total) + (sum(ties) - 1);  // the top's own 1 stays out: 1 + 1e-20 would lose the others
  const T share = 1 / (1 + layer.others);
  for (int j = 0; j < n; j += lanes<T>) store(layer.A + j, share * load<V>(layer.A + j));
}

// A = f(Z)
template <class T>
CLEARPROP_INLINE void activate(Layer<T>& layer) {
  using V = Vec<T>;
  if (layer.f.code == softmax_code) return softmax(layer);
  with_part(layer.f, Elementwise{}, [&](auto f) {
    const int last = (layer.vectors() - 1) * lanes<T>;
    for (int j = 0; j < last; j += lanes<T>) store(layer.A + j, f.A(load<V>(layer.Z + j)));
    store(layer.A + last, where<V>(first_lanes<V>(layer.n - last), f.A(load<V>(layer.Z + last))));
  });
}

// dL_dZ = dA_dZ * dL_dA, or A * (dL_dA - (A * dL_dA).sum()) for a softmax
template <class T>
CLEARPROP_INLINE void link_within(Layer<T>& layer) {
  using V = Vec<T>;
  const int end = padded<T>(layer.n);
  if (layer.f.code == softmax_code) {
    V products{};
    for (int j = 0; j < end; j += lanes<T>) products += load<V>(layer.A + j) * load<V>(layer.dL_dA + j);
    const T mean = sum(products);
    for (int j = 0; j < end; j += lanes<T>)
      store(layer.dL_dZ + j, load<V>(layer.A + j) * (load<V>(layer.dL_dA + j) - mean));
    return;
  }
  with_part(layer.f, Elementwise{}, [&](auto f) {
    for (int j = 0; j < end; j += lanes<T>) {
      const V dA_dZ = f.dA_dZ(load<V>(layer.Z + j), load<V>(layer.A + j));
      store(layer.dL_dZ + j, dA_dZ * load<V>(layer.dL_dA + j));
    }
  });
}

}  // namespace clearprop::CLEARPROP_LEVEL
