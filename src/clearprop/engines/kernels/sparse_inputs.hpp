// Layer 1 on points of which most inputs are 0 and are not there: a row is the inputs that are not, each with its place.
//
//   Z = A_prev @ W + W0              # a row of W for each of a point's inputs
//   dL_dW = A_prev.T @ dL_dZ         # a row of dL_dZ for each of an input's points
//
// Sums are taken in the order of the inputs, and of the points, whatever the threads and the panels.
#pragma once

#include <algorithm>
#include <vector>

#include "batch.hpp"
#include "points.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// C = C0 + scale * sum of factor(k) * row(k) over k = 0 .. count - 1, for a panel of NV vectors.
template <int NV, class T, class Factor, class Row>
CLEARPROP_INLINE void add_rows(int count, Factor&& factor, Row&& row, const T* C0, T scale, T* C) {
  using V = Vec<T>;
  constexpr int U = 4;  // rows at once, each to sums of its own: enough to hide the latency of an addition
  V sums[U][NV] = {};
  const auto add = [&](int k, int u) __attribute__((always_inline)) {
    const T a = factor(k);
    const T* const from = row(k);
#pragma GCC unroll 3
    for (int v = 0; v < NV; ++v) sums[u][v] = fused(a, load<V>(from + v * lanes<T>), sums[u][v]);
  };
  int k = 0;
  for (; k + U <= count; k += U)
#pragma GCC unroll 4
    for (int u = 0; u < U; ++u) add(k + u, u);
  for (; k < count; ++k) add(k, 0);
#pragma GCC unroll 3
  for (int v = 0; v < NV; ++v) {
    const V sum = (sums[0][v] + sums[1][v]) + (sums[2][v] + sums[3][v]);
    store(C + v * lanes<T>, fused(scale, sum, load<V>(C0 + v * lanes<T>)));
  }
}

// Z of layer 1 for one panel and rows first .. last - 1 of a batch.
template <class T>
void forward_sparse_panel(const BatchNetwork<T>& net, const Rows<T>& rows, const Points<T>& points, Batch batch, int p, int first, int last) {
  const BatchLayer<T>& layer = net.layers[1];
  const Columns<T> W = net.panel(layer, p);
  const T* const W0 = net.parameters() + layer.of_units(p, 0);
  const Patch<T> patch = rows.patch(layer, 1, p, first, last);
  with_size<panel_vectors>(layer.panels.width(p), [&](auto nv) {
    constexpr int NV = nv;
    for (int r = first; r < last; ++r) {
      const Sparse<T> x = points.sparse(batch.rows[r]);
      add_rows<NV, T>(
          x.count, [&](int k) { return x.value(k); }, [&](int k) { return W.at + std::ptrdiff_t(x.row(k)) * W.stride; }, W0, T(1),
          patch.Z + (r - first) * patch.stride);
    }
  });
}

// The points of a batch by their inputs: which rows have one, and its value there.
template <class T>
class ByInputs {
 public:
  void sort(const Points<T>& points, Batch batch) {
    begins_.assign(points.m + 1, 0);
    each(points, batch, [&](int, int input, T) { ++begins_[input + 1]; });
    for (int i = 0; i < points.m; ++i) begins_[i + 1] += begins_[i];
    ends_.assign(begins_.begin(), begins_.end() - 1);
    rows_.resize(begins_.back()), values_.resize(begins_.back());
    each(points, batch, [&](int r, int input, T value) { rows_[ends_[input]] = r, values_[ends_[input]++] = value; });
  }

  // to = from + scale * A_prev.T @ dL_dZ for inputs first .. last - 1 and a panel's columns of dL_dZ.
  void multiply(int first, int last, int vectors, Columns<const T> dL_dZ, Columns<const T> from, T scale, Columns<T> to) const {
    with_size<panel_vectors>(vectors, [&](auto nv) {
      constexpr int NV = nv;
      for (int i = first; i < last; ++i, from.at += from.stride, to.at += to.stride) {
        const int begin = begins_[i];
        if (begins_[i + 1] == begin && from.at == to.at) continue;
        add_rows<NV, T>(
            begins_[i + 1] - begin, [&](int k) { return values_[begin + k]; },
            [&](int k) { return dL_dZ.at + std::ptrdiff_t(rows_[begin + k]) * dL_dZ.stride; }, from.at, scale, to.at);
      }
    });
  }

 private:
  template <class F>
  static void each(const Points<T>& points, Batch batch, F&& f) {
    for (int r = 0; r < batch.size; ++r) {
      const Sparse<T> x = points.sparse(batch.rows[r]);
      for (int k = 0; k < x.count; ++k) f(r, x.row(k), x.value(k));
    }
  }

  std::vector<int> begins_, ends_, rows_;
  std::vector<T> values_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
