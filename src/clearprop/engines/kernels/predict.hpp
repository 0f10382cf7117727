// A^L for given points: for one of them straight from the flat parameter vector, for many in blocks. Nothing is trained.
#pragma once

#include <atomic>

#include "batch.hpp"
#include "flat.hpp"
#include "kernels.hpp"
#include "team.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Numbers that `predict_one` writes on its way.
template <class T>
std::size_t values_of(const Shape& shape) {
  std::size_t values = 0, room = 0;
  for (int width : shape.widths) values += 2 * padded<T>(width), room = std::max(room, room_of<T>(width));
  return values + room;
}

// Z of one point becomes V, from gain and shift in the flat vector and the running statistics of this layer on; gives the next
// layer's.
template <class T>
const T* normalize_one(Layer<T>& layer, const Normalization& part, const T* gain, const T* statistics) {
  using V = Vec<T>;
  const int n = layer.n;
  const auto few = [n](const T* from, int j) { return n - j < lanes<T> ? load_few(from + j, n - j) : load<V>(from + j); };
  if (part.over == Normalization::units) {
    normalize_row<T>(layer, part.epsilon, nullptr, [&](int j, int k) { return few(gain + (k - 1) * n, j); });
    return statistics;
  }
  for (int j = 0; j < n; j += lanes<T>) {
    const V hat = (load<V>(layer.Z + j) - few(statistics, j)) * root_of(few(statistics + n, j), part);
    store(layer.Z + j, where<V>(first_lanes<V>(n - j), fused(few(gain, j), hat, few(gain + n, j))));
  }
  return statistics + 2 * n;
}

template <class T>
void predict_one(const Shape& shape, const T* flat, std::size_t size, const T* statistics, const T* x, T* out, T* values) {
  const T* const end = flat + size;
  const T* A = x;
  for (std::size_t l = 0; l < shape.f.size(); ++l) {
    Layer<T> layer;
    layer.m = shape.widths[l], layer.n = shape.widths[l + 1], layer.f = shape.f[l];
    layer.Z = values, layer.A = values + padded<T>(layer.n);
    values = layer.A + padded<T>(layer.n);
    forward_flat(layer, A, FlatWeights<T>{const_cast<T*>(flat), end, values});  // it only reads; what follows is written later
    flat += std::ptrdiff_t(layer.m + 1) * layer.n;
    if (shape.normalization(int(l + 1))) statistics = normalize_one(layer, shape.normalization(int(l + 1)), flat, statistics), flat += 2 * layer.n;
    activate(layer);
    A = layer.A;
  }
  std::memcpy(out, A, shape.widths.back() * sizeof(T));
}

// Predictions for many points, in groups, so that the memory needed does not grow with their number; a group is a piece of
// work for the team.
template <class T>
class Predictor final : public Predicting<T> {
 public:
  Predictor(const Shape& shape, int threads) : threads_(threads), net_(shape, false), rows_(net_, group * threads, false) {}

  // A^L (n, n^L) of X (n, m), with the parameters as they are in `flat` now. False where an input is not finite: those of each
  // group are looked at just before they are used.
  bool predict(const T* flat, const T* statistics, const T* X, std::int64_t n, T* out) override {
    net_.pack_forward(flat);
    for (int l = 1; l <= net_.L; ++l) statistics = take_statistics(net_.layers[l], statistics, rows_.normalized(l));
    const int m = net_.layers[0].n;
    const BatchLayer<T>& last = net_.layers[net_.L];
    const bool worth_threads = double(n) * double(net_.size()) > 2e6;  // some 40 us of work
    std::atomic<bool> finite{true};
    Team::Turn turn(worth_threads ? threads_ : 1);
    const std::int64_t at_once = std::int64_t(group) * threads_;
    for (std::int64_t begin = 0; begin < n; begin += at_once) {
      const int count = int(std::min(n - begin, at_once));
      turn.each((count + group - 1) / group, [&](int g) {
        const int first = g * group, end = std::min(first + group, count);
        const T* const x = X + (begin + first) * m;
        if (!all_finite(x, std::int64_t(end - first) * m)) finite = false;
        forward(x, first, end);
        for (int r = first; r < end; ++r)
          std::copy_n(rows_.A(net_.L) + std::ptrdiff_t(r) * last.stride, last.n, out + (begin + r) * last.n);
      });
    }
    return finite;
  }

 private:
  static constexpr int group = 64;

  // A[L] for rows first .. last - 1, whose inputs are at X.
  void forward(const T* X, int first, int last) {
    for (int l = 1; l <= net_.L; ++l) {
      const BatchLayer<T>&layer = net_.layers[l], &prev = net_.layers[l - 1];
      const Left<T> A_prev = l == 1 ? Left<T>{X, prev.n} : rows_.left(prev, l - 1, first);
      const bool by_panels = is_elementwise(layer.f) && !layer.normalization.is_over(Normalization::units);
      for (int p = 0; p < layer.panels.count(); ++p) {
        forward_panel(net_, rows_, A_prev, l, p, first, last);
        if (layer.normalization.is_over(Normalization::points)) normalize_panel(layer, p, last - first, net_.parameters(), rows_.Z(l) + std::ptrdiff_t(first) * layer.stride, rows_.normalized(l));
        if (by_panels) activate_patch(layer.f, rows_.patch(layer, l, p, first, last));
      }
      if (by_panels) continue;
      if (layer.normalization.is_over(Normalization::units)) normalize_rows(net_, rows_, l, first, last);
      if (l == net_.L) activate_outputs(net_, rows_, first, last);
      else rows_.each_row(layer, l, first, last, [](int, Layer<T>& row) { activate(row); });
    }
  }

  int threads_;
  BatchNetwork<T> net_;
  Rows<T> rows_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
