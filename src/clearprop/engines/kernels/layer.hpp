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

// Calls f with the place of each vector of a layer's values and a mask of the units in it.
template <class T, class F>
CLEARPROP_INLINE void for_each_vector(const Layer<T>& layer, F&& f) {
  for (int j = 0; j < layer.n; j += lanes<T>) f(j, first_lanes<Vec<T>>(layer.n - j));
}

// e^(Z - top), left in A, with `top` and `others`, of which softmax and its logarithm are made
template <class T>
void exponentials(Layer<T>& layer) {
  using V = Vec<T>;
  V most = broadcast<V>(-INFINITY), total{}, ties{};
  for_each_vector(layer, [&](int j, Mask<V> units) {
    const V Z = units ? load<V>(layer.Z + j) : broadcast<V>(-INFINITY);
    most = Z > most ? Z : most;
  });
  layer.top = largest(most);
  for_each_vector(layer, [&](int j, Mask<V> units) {
    const V e = where<V>(units, exp(load<V>(layer.Z + j) - layer.top));
    const Mask<V> is_top = e == broadcast<V>(1);
    total += where<V>(~is_top, e);
    ties += where<V>(is_top, broadcast<V>(1));
    store(layer.A + j, e);
  });
  layer.others = sum(total) + (sum(ties) - 1);  // the top's own 1 stays out: 1 + 1e-20 would lose the others
}

// log(sum(e^Z)) - top
template <class T>
T log_of_sum(const Layer<T>& layer) {
  return log1p(Vector<T, 4>{} + layer.others)[0];
}

struct Softmax {
  static constexpr const char* name = "softmax";
};

struct LogSoftmax {
  static constexpr const char* name = "log_softmax";
};

using Activations = decltype(Elementwise{} + List<Softmax, LogSoftmax>{});

inline bool is_elementwise(const Part& f) { return is_among(f, Elementwise{}); }

// A = f(Z)
template <class F, class T>
CLEARPROP_INLINE void activate_by(const F& f, Layer<T>& layer) {
  using V = Vec<T>;
  for_each_vector(layer, [&](int j, auto) { store(layer.A + j, f.A(load<V>(layer.Z + j))); });
  const int last = (layer.vectors() - 1) * lanes<T>;  // its padding is to be 0, and not f(0)
  store(layer.A + last, where<V>(first_lanes<V>(layer.n - last), load<V>(layer.A + last)));
}

// A = e / e.sum() with e = np.exp(Z - Z.max())
template <class T>
void activate_by(const Softmax&, Layer<T>& layer) {
  exponentials(layer);
  const T share = 1 / (1 + layer.others);
  for_each_vector(layer, [&](int j, auto) { store(layer.A + j, share * load<Vec<T>>(layer.A + j)); });
}

// A = (Z - Z.max()) - np.log(e.sum())
template <class T>
void activate_by(const LogSoftmax&, Layer<T>& layer) {
  using V = Vec<T>;
  exponentials(layer);
  const T log_sum = log_of_sum(layer);
  for_each_vector(layer, [&](int j, Mask<V> units) {
    store(layer.A + j, where<V>(units, (load<V>(layer.Z + j) - layer.top) - log_sum));
  });
}

// dL_dZ = dA_dZ * dL_dA
template <class F, class T>
CLEARPROP_INLINE void link_by(const F& f, Layer<T>& layer) {
  using V = Vec<T>;
  for_each_vector(layer, [&](int j, auto) {
    const V dA_dZ = f.dA_dZ(load<V>(layer.Z + j), load<V>(layer.A + j));
    store(layer.dL_dZ + j, dA_dZ * load<V>(layer.dL_dA + j));
  });
}

// dL_dZ = A * (dL_dA - (A * dL_dA).sum())
template <class T>
void link_by(const Softmax&, Layer<T>& layer) {
  using V = Vec<T>;
  V products{};
  for_each_vector(layer, [&](int j, auto) { products = fused(load<V>(layer.A + j), load<V>(layer.dL_dA + j), products); });
  const T mean = sum(products);
  for_each_vector(layer, [&](int j, auto) {
    store(layer.dL_dZ + j, load<V>(layer.A + j) * (load<V>(layer.dL_dA + j) - mean));
  });
}

// dL_dZ = dL_dA - np.exp(A) * dL_dA.sum()
template <class T>
void link_by(const LogSoftmax&, Layer<T>& layer) {
  using V = Vec<T>;
  V total{};
  for_each_vector(layer, [&](int j, auto) { total += load<V>(layer.dL_dA + j); });
  const T whole = sum(total);
  for_each_vector(layer, [&](int j, Mask<V> units) {
    store(layer.dL_dZ + j, where<V>(units, load<V>(layer.dL_dA + j) - exp(load<V>(layer.A + j)) * whole));
  });
}

template <class F, class T>
void activate_as(Layer<T>& layer) {
  activate_by(made<F>(layer.f), layer);
}

template <class F, class T>
void link_as(Layer<T>& layer) {
  link_by(made<F>(layer.f), layer);
}

template <class T, class... Fs>
CLEARPROP_INLINE void activate(Layer<T>& layer, List<Fs...>) {
  static constexpr void (*by_code[])(Layer<T>&) = {activate_as<Fs, T>...};
  by_code[layer.f.code](layer);
}

template <class T, class... Fs>
CLEARPROP_INLINE void link_within(Layer<T>& layer, List<Fs...>) {
  static constexpr void (*by_code[])(Layer<T>&) = {link_as<Fs, T>...};
  by_code[layer.f.code](layer);
}

template <class T>
CLEARPROP_INLINE void activate(Layer<T>& layer) {
  activate(layer, Activations{});
}

template <class T>
CLEARPROP_INLINE void link_within(Layer<T>& layer) {
  link_within(layer, Activations{});
}

}  // namespace clearprop::CLEARPROP_LEVEL
