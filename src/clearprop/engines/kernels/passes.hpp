// The forward and the backward pass over a batch, its points shared out to the threads of a team. No weight changes.
#pragma once

#include <algorithm>
#include <vector>

#include "batch.hpp"
#include "points.hpp"
#include "team.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
class Passes {
 public:
  Passes(const BatchNetwork<T>& net, const Points<T>& points, const Dropout& dropout, int largest_batch, int threads, int lowest)
      : net_(net), points_(points), dropout_(dropout), rows_(net, largest_batch, true, dropout), threads_(threads), lowest_(lowest), losses_(largest_batch) {}

  const Rows<T>& rows() const { return rows_; }

  // Leaves Z and A of all layers, dL_dZ of layer `lowest` and those above it, and the loss of each point as its part, 1 / share.of, of the batch's.
  void run(Team::Turn& turn, Batch batch, Share share, std::int64_t t) {
    const int group = rows_at_once * threads_;
    for (int first = 0; first < batch.size; first += group) run(turn, batch, share, t, first, std::min(first + group, batch.size));
  }

  // `loss` plus the parts that the last pass left, one after another, of its `count` points.
  double add_losses(int count, double loss = 0) const {
    for (int r = 0; r < count; ++r) loss += losses_[r];
    return loss;
  }

 private:
  static constexpr int rows_at_once = 128;  // of points, whose values then stay in the second-level cache

  // The same for rows first .. last - 1 of the batch.
  void run(Team::Turn& turn, Batch batch, Share share, std::int64_t t, int first, int last) {
    const int L = net_.L;
    const std::uint32_t step = std::uint32_t(t);
    each_rows(turn, first, last, 1, [&](int begin, int end) {
      for (int r = begin; r < end; ++r)
        std::copy_n(points_.x(batch.rows[r]), points_.m, rows_.A(0) + std::ptrdiff_t(r) * net_.layers[0].stride);
      if (rows_.drops(0)) drop_units(net_, rows_, dropout_, step, 0, share.first, begin, end);
    });
    for (int l = 1; l < L; ++l) {
      const BatchLayer<T>& layer = net_.layers[l];
      const bool by_panels = is_elementwise(layer.f);
      each_panel(turn, layer.panels.count(), first, last, [&](int p, int begin, int end) {
        forward_panel(net_, rows_, rows_.left(net_.layers[l - 1], l - 1, begin), l, p, begin, end, by_panels);
      });
      if (!by_panels) each_row(turn, l, first, last, [](Layer<T>& row) { activate(row); });
      if (rows_.drops(l))
        each_rows(turn, first, last, 1, [&](int begin, int end) { drop_units(net_, rows_, dropout_, step, l, share.first, begin, end); });
    }
    each_rows(turn, first, last, lanes<T>, [&](int begin, int end) {
      const Left<T> A_prev = rows_.left(net_.layers[L - 1], L - 1, begin);
      for (int p = 0; p < net_.layers[L].panels.count(); ++p) forward_panel(net_, rows_, A_prev, L, p, begin, end, false);
      loss_unit(
          net_, rows_, begin, end, [&](int r) { return points_.y(batch.rows[r]); },
          [&](int r) { return points_.weight(batch.rows[r]) / T(share.of); }, [&](int r, T loss) { losses_[r] = loss; });
    });
    for (int l = L; l > lowest_; --l) {
      const bool by_panels = is_elementwise(net_.layers[l - 1].f);
      each_panel(turn, net_.layers[l].turned.count(), first, last, [&](int p, int begin, int end) {
        backward_panel(net_, rows_, l, p, begin, end, by_panels);
      });
      if (!by_panels) each_row(turn, l - 1, first, last, [](Layer<T>& row) { link_within(row); });
    }
  }

  // f(begin, end) for shares of rows first .. last - 1 that begin at multiples of `multiple`.
  template <class F>
  void each_rows(Team::Turn& turn, int first, int last, int multiple, F&& f) const {
    const int share = rounded_up((last - first + threads_ - 1) / threads_, multiple);
    turn.each((last - first + share - 1) / share, [&](int i) { f(first + i * share, std::min(first + (i + 1) * share, last)); });
  }
  template <class F>
  void each_row(Team::Turn& turn, int l, int first, int last, F&& f) const {
    each_rows(turn, first, last, 1, [&](int begin, int end) {
      for (int r = begin; r < end; ++r) {
        Layer<T> row = rows_.row(net_.layers[l], l, r);
        f(row);
      }
    });
  }
  // f(panel, begin, end) for each panel, and its rows in as many shares as keep all threads at work to the end.
  template <class F>
  void each_panel(Team::Turn& turn, int panels, int first, int last, F&& f) const {
    const int shares = threads_ == 1 ? 1 : std::clamp(4 * threads_ / panels, 1, std::max(1, (last - first) / 8));
    turn.each(panels * shares, [&](int i) {
      const int p = i / shares, s = i % shares, count = last - first;
      f(p, first + count * s / shares, first + count * (s + 1) / shares);
    });
  }

  const BatchNetwork<T>& net_;
  const Points<T>& points_;
  const Dropout& dropout_;
  Rows<T> rows_;
  int threads_, lowest_;
  std::vector<double> losses_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
