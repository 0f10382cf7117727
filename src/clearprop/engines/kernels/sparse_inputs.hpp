// Layer 1 on points of which most inputs are 0 and are not there: a row is the inputs that are not, each with its place.
//
//   Z = A_prev @ W + W0              # a row of W for each of a point's inputs
//   dL_dW = A_prev.T @ dL_dZ         # a row of dL_dZ for each of an input's points
//
// Sums are taken in the order of the inputs, and of the points, whatever the threads and the panels.
#pragma once

#include <algorithm>
#include <utility>
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
    const auto row = [&](int i) { return W.at + std::ptrdiff_t(i) * W.stride; };
    for (int r = first; r < last; ++r) {
      const Sparse<T> x = points.sparse(batch.rows[r]), next = points.sparse(batch.rows[std::min(r + 1, last - 1)]);
      for (int k = 0; k < next.count; ++k) fetch<NV>(row(next.row(k)));
      add_rows<NV, T>(
          x.count, [&](int k) { return x.value(k); }, [&](int k) { return row(x.row(k)); }, W0, T(1),
          patch.Z + (r - first) * patch.stride);
    }
  });
}

// The points of a batch by their inputs: for each input that is there, which rows have it, and its value there.
template <class T>
class ByInputs {
 public:
  // With `all`, an input that no row has is there too.
  void sort(const Points<T>& points, Batch batch, bool all = false) {
    std::vector<int> at(points.m);  // how many rows have an input; then where the next of them goes
    int entries = 0, found = 0, begin = 0;
    each(points, batch, [&](int, int input, T) { ++at[input], ++entries; });
    const int most = all ? points.m : std::min(points.m, entries);
    inputs_.resize(most + 1), begins_.resize(most + 1), rows_.resize(entries), values_.resize(entries);
    for (int i = 0; i < points.m; ++i) {
      const int count = at[i];
      inputs_[found] = i, begins_[found] = at[i] = begin;
      begin += count, found += all || count > 0;
    }
    inputs_.resize(found), begins_.resize(found + 1), begins_[found] = begin;
    each(points, batch, [&](int r, int input, T value) { rows_[at[input]] = r, values_[at[input]++] = value; });
  }

  // Leaves of each input that is there what `next` (m,) has of it, which becomes `now`.
  void look_ahead(int now, int* next) {
    next_.resize(inputs_.size());
    for (std::size_t k = 0; k < inputs_.size(); ++k) next_[k] = std::exchange(next[inputs_[k]], now);
  }

  const std::vector<int>& inputs() const { return inputs_; }
  const std::vector<int>& next() const { return next_; }

  // to = from + scale * A_prev.T @ dL_dZ for inputs first .. last - 1 and a panel's columns of dL_dZ.
  void multiply(int first, int last, int vectors, Columns<const T> dL_dZ, Columns<const T> from, T scale, Columns<T> to) const {
    int k = int(std::lower_bound(inputs_.begin(), inputs_.end(), first) - inputs_.begin());
    with_size<panel_vectors>(vectors, [&](auto nv) {
      for (int i = first; i < last; ++i, from.at += from.stride, to.at += to.stride) {
        const bool there = k < int(inputs_.size()) && inputs_[k] == i;
        if (there || from.at != to.at) add<nv>(there ? begins_[k] : 0, there ? begins_[k + 1] : 0, dL_dZ, from.at, scale, to.at);
        k += there;
      }
    });
  }
  // The same for the inputs from the first-th to the one before the last-th that are there, row under row.
  void multiply_there(int first, int last, int vectors, Columns<const T> dL_dZ, T* to) const {
    with_size<panel_vectors>(vectors, [&](auto nv) {
      for (int k = first; k < last; ++k, to += nv * lanes<T>) add<nv>(begins_[k], begins_[k + 1], dL_dZ, nothing<T>().at, T(1), to);
    });
  }

 private:
  template <int NV>
  CLEARPROP_INLINE void add(int begin, int end, Columns<const T> dL_dZ, const T* from, T scale, T* to) const {
    add_rows<NV, T>(
        end - begin, [&](int k) { return values_[begin + k]; }, [&](int k) { return dL_dZ.at + std::ptrdiff_t(rows_[begin + k]) * dL_dZ.stride; }, from, scale, to);
  }
  template <class F>
  static void each(const Points<T>& points, Batch batch, F&& f) {
    for (int r = 0; r < batch.size; ++r) {
      const Sparse<T> x = points.sparse(batch.rows[r]);
      for (int k = 0; k < x.count; ++k) f(r, x.row(k), x.value(k));
    }
  }

  std::vector<int> inputs_, begins_, rows_, next_;
  std::vector<T> values_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
