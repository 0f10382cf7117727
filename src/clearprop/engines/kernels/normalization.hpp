// Normalisations: Z of a layer is brought to mean 0 and variance 1, of each unit over the points of a batch (axis 0), or of each
// point over the units of the layer (axis 1).
//
//   mean = Z.mean(axis); variance = ((Z - mean) ** 2).mean(axis); root = 1 / np.sqrt(variance + epsilon)
//   Z_hat = (Z - mean) * root; V = gain * Z_hat + shift                       # V takes the place of Z, and f is applied to it
//   dL_dgain = (Z_hat * dL_dV).sum(axis=0); dL_dshift = dL_dV.sum(axis=0); dL_dZ_hat = gain * dL_dV
//   dL_dZ = root * (dL_dZ_hat - dL_dZ_hat.mean(axis) - Z_hat * (Z_hat * dL_dZ_hat).mean(axis))
//
// Over points all rows of a panel are one piece of work, so every sum has one order. Padding has root 0, and stays 0.
#pragma once

#include <algorithm>
#include <cmath>

#include "batch_layer.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// What a normalised layer keeps of its last batch; empty where the layer is not normalised.
template <class T>
struct NormalizedRows {
  NormalizedRows(const BatchLayer<T>& layer, int capacity, bool training) {
    if (!layer.normalization) return;
    const bool over_units = layer.normalization.over == Normalization::units;
    const std::size_t rows = std::size_t(capacity) * layer.stride, units = padded<T>(layer.n);
    if (training) Z_hat = Buffer<T>(rows), dL_dgain = Buffer<T>(units), dL_dshift = Buffer<T>(units);
    if (training && over_units) dL_dV = Buffer<T>(rows);
    roots = Buffer<T>(over_units ? capacity : units);
    if (!over_units) means = Buffer<T>(units), variances = Buffer<T>(units);
  }
  Buffer<T> Z_hat, dL_dV;                 // rows; dL_dV where its place is needed for dL_dZ before it is summed
  Buffer<T> means, variances, roots;      // of each unit; over units only the roots, of each point
  Buffer<T> dL_dgain, dL_dshift;
};

// 1 / np.sqrt(variance + epsilon)
template <class V>
CLEARPROP_INLINE V root_of(V variance, const Normalization& part) {
  return 1 / root(variance + Element<V>(part.epsilon));
}

// ---- over the points, for the columns of one panel and all rows 0 .. count - 1

// One vector of units: f(j, at) for the first unit and where row r of it is.
template <class T, class F>
CLEARPROP_INLINE void each_column(const BatchLayer<T>& layer, int p, F&& f) {
  const auto at = [stride = std::ptrdiff_t(layer.stride)](int r) { return r * stride; };
  for (int j = layer.panels.begin(p); j < layer.panels.begin(p) + layer.panels.stride(p); j += lanes<T>) f(j, at);
}

// mean, variance and root
template <class T>
void measure_panel(const BatchLayer<T>& layer, int p, int count, const T* rows_of_Z, const NormalizedRows<T>& kept) {
  using V = Vec<T>;
  each_column(layer, p, [&](int j, auto at) {
    const T* const Z = rows_of_Z + j;
    const V mean = sum_of<V>(count, [&](int r) { return load<V>(Z + at(r)); }) / T(count);
    const V variance = sum_of<V>(count, [&](int r) { return squared(load<V>(Z + at(r)) - mean); }) / T(count);
    store(kept.means.data() + j, mean), store(kept.variances.data() + j, variance);
    store(kept.roots.data() + j, where<V>(first_lanes<V>(layer.n - j), root_of(variance, layer.normalization)));
  });
}

// Z becomes V; Z_hat is left where there is a place for it.
template <class T>
void normalize_panel(const BatchLayer<T>& layer, int p, int count, const T* parameters, T* rows_of_Z, const NormalizedRows<T>& kept) {
  using V = Vec<T>;
  each_column(layer, p, [&](int j, auto at) {
    const V mean = load<V>(kept.means.data() + j), root = load<V>(kept.roots.data() + j);
    const V gain = load<V>(parameters + layer.of_unit(j, 1)), shift = load<V>(parameters + layer.of_unit(j, 2));
    T *const Z = rows_of_Z + j, *const Z_hat = kept.Z_hat.size() > 0 ? kept.Z_hat.data() + j : nullptr;
    for (int r = 0; r < count; ++r) {
      const V hat = (load<V>(Z + at(r)) - mean) * root;
      if (Z_hat) store(Z_hat + at(r), hat);
      store(Z + at(r), fused(gain, hat, shift));
    }
  });
}

// dL_dgain and dL_dshift
template <class T>
void sum_over_points(const BatchLayer<T>& layer, int p, int count, const T* rows_of_dL_dV, const NormalizedRows<T>& kept) {
  using V = Vec<T>;
  each_column(layer, p, [&](int j, auto at) {
    const T *const dL_dV = rows_of_dL_dV + j, *const Z_hat = kept.Z_hat.data() + j;
    store(kept.dL_dshift.data() + j, sum_of<V>(count, [&](int r) { return load<V>(dL_dV + at(r)); }));
    store(kept.dL_dgain.data() + j, sum_of<V>(count, [&](int r) { return load<V>(Z_hat + at(r)) * load<V>(dL_dV + at(r)); }));
  });
}

// dL_dV becomes dL_dZ; the means of dL_dZ_hat are those sums times the unit's gain.
template <class T>
void link_normalized_panel(const BatchLayer<T>& layer, int p, int count, const T* parameters, T* rows_of_dL_dV, const NormalizedRows<T>& kept) {
  using V = Vec<T>;
  sum_over_points(layer, p, count, rows_of_dL_dV, kept);
  each_column(layer, p, [&](int j, auto at) {
    const V scale = load<V>(parameters + layer.of_unit(j, 1)) * load<V>(kept.roots.data() + j);
    const V straight = load<V>(kept.dL_dshift.data() + j) / T(count), through = load<V>(kept.dL_dgain.data() + j) / T(count);
    T* const dL_dV = rows_of_dL_dV + j;
    const T* const Z_hat = kept.Z_hat.data() + j;
    for (int r = 0; r < count; ++r) store(dL_dV + at(r), scale * (load<V>(dL_dV + at(r)) - straight - load<V>(Z_hat + at(r)) * through));
  });
}

// running += momentum * (that of the batch - running), for running means and, behind them, variances, which are unbiased
template <class T>
void follow(const BatchLayer<T>& layer, int count, const NormalizedRows<T>& kept, T* running) {
  if (count == 1) return;
  const T momentum = T(layer.normalization.momentum), unbiased = T(double(count) / (count - 1));
  for (int j = 0; j < layer.n; ++j) {
    running[j] += momentum * (kept.means.data()[j] - running[j]);
    running[layer.n + j] += momentum * (kept.variances.data()[j] * unbiased - running[layer.n + j]);
  }
}

// Running means and variances, of this layer on, take the place of those of a batch; gives the next layer's.
template <class T>
const T* take_statistics(const BatchLayer<T>& layer, const T* running, const NormalizedRows<T>& kept) {
  if (!layer.normalization.is_over(Normalization::points)) return running;
  for (int j = 0; j < layer.n; ++j)
    kept.means.data()[j] = running[j], kept.roots.data()[j] = root_of(Vec<T>{} + running[layer.n + j], layer.normalization)[0];
  return running + 2 * layer.n;
}

// ---- over the units, for one point

// Leaves Z_hat where there is a place for it; gives the root. `of_unit(j, k)` is the gain (k = 1) or shift (k = 2) of the vector from j on.
template <class T, class F>
T normalize_row(Layer<T>& row, double epsilon, T* Z_hat, F&& of_unit) {
  using V = Vec<T>;
  const auto units = [&](int v, V values) { return where<V>(first_lanes<V>(row.n - v * lanes<T>), values); };
  const T mean = sum(sum_of<V>(row.vectors(), [&](int v) { return units(v, load<V>(row.Z + v * lanes<T>)); })) / T(row.n);
  const T variance = sum(sum_of<V>(row.vectors(), [&](int v) { return units(v, squared(load<V>(row.Z + v * lanes<T>) - mean)); })) / T(row.n);
  const T root = 1 / std::sqrt(variance + T(epsilon));
  for (int v = 0, j = 0; v < row.vectors(); ++v, j += lanes<T>) {
    const V hat = units(v, (load<V>(row.Z + j) - mean) * root);
    if (Z_hat) store(Z_hat + j, hat);
    store(row.Z + j, fused(of_unit(j, 1), hat, of_unit(j, 2)));
  }
  return root;
}

// dL_dV, which is copied, becomes dL_dZ.
template <class T, class F>
void link_normalized_row(Layer<T>& row, T root, const T* Z_hat, T* dL_dV, F&& of_unit) {
  using V = Vec<T>;
  const auto dL_dZ_hat = [&](int v) { return of_unit(v * lanes<T>, 1) * load<V>(row.dL_dZ + v * lanes<T>); };
  const T straight = sum(sum_of<V>(row.vectors(), dL_dZ_hat)) / T(row.n);
  const T through = sum(sum_of<V>(row.vectors(), [&](int v) { return load<V>(Z_hat + v * lanes<T>) * dL_dZ_hat(v); })) / T(row.n);
  for (int v = 0, j = 0; v < row.vectors(); ++v, j += lanes<T>) {
    const V dL_dZ = root * (dL_dZ_hat(v) - straight - load<V>(Z_hat + j) * through);
    store(dL_dV + j, load<V>(row.dL_dZ + j));
    store(row.dL_dZ + j, where<V>(first_lanes<V>(row.n - j), dL_dZ));
  }
}

}  // namespace clearprop::CLEARPROP_LEVEL
