// The forward and the backward pass over a batch, its points shared out to the threads of a team. No weight changes.
#pragma once

#include <algorithm>
#include <vector>

#include "batch.hpp"
#include "points.hpp"
#include "sparse_inputs.hpp"
#include "team.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
class Passes {
 public:
  Passes(const BatchNetwork<T>& net, const Points<T>& points, const Dropout& dropout, int largest_batch, int lowest)
      : net_(net), points_(points), dropout_(dropout), rows_(net, largest_batch, true, dropout, !points.are_sparse()), lowest_(lowest), losses_(largest_batch),
        over_points_(std::any_of(net.layers.begin(), net.layers.end(), [](const BatchLayer<T>& layer) { return layer.normalization.is_over(Normalization::points); })),
        by_rows_(!over_points_ && net.fits_a_core()) {}

  const Rows<T>& rows() const { return rows_; }

  // How many rows at most may be passed over at once. A normalisation over points needs all of a batch, for which room is made.
  int most_rows(int wanted) {
    if (CLEARPROP_NORMALIZED && over_points_ && wanted > int(losses_.size())) rows_ = Rows<T>(net_, wanted, true, dropout_, !points_.are_sparse()), losses_.resize(wanted);
    return int(losses_.size());
  }

  // Leaves A of all layers and what their f was applied to, dL_dZ of layer `lowest` and those above it, dL_dgain and dL_dshift of
  // those that are normalised, and the loss of each point as its part, 1 / share.of, of the batch's.
  void run(Team::Turn& turn, Batch batch, Share share, std::int64_t t) {
    const int group = over_points_ ? batch.size : rows_at_once * turn.threads();
    for (int first = 0; first < batch.size; first += group) {
      const int last = std::min(first + group, batch.size);
      if (by_rows_ && turn.threads() > 1) run_by_rows(turn, batch, share, t, first, last);
      else run(turn, batch, share, t, first, last);
    }
    for (int l = lowest_; l <= net_.L; ++l) {
      const BatchLayer<T>& layer = net_.layers[l];
      if (!is_over(l, Normalization::units)) continue;
      turn.each(layer.panels.count(), [&](int p) { sum_over_points(layer, p, batch.size, rows_.normalized(l).dL_dV.data(), rows_.normalized(l)); });
    }
    rows_of_last_ = batch.size;
  }

  // The same for rows first .. last - 1 alone, by one thread.
  void run_rows(Batch batch, Share share, std::int64_t t, int first, int last) {
    Team::Turn alone(1);
    run(alone, batch, share, t, first, last);
  }

  // Moves running means and variances towards those of the last batch.
  void follow(T* statistics) const {
    for (int l = 1; l <= net_.L; ++l) {
      if (!is_over(l, Normalization::points)) continue;
      clearprop::CLEARPROP_LEVEL::follow(net_.layers[l], rows_of_last_, rows_.normalized(l), statistics);
      statistics += 2 * net_.layers[l].n;
    }
  }

  // `loss` plus the parts that the last pass left, one after another, of its `count` points.
  double add_losses(int count, double loss = 0) const {
    for (int r = 0; r < count; ++r) loss += losses_[r];
    return loss;
  }

 private:
  static constexpr int rows_at_once = 128;  // of points, whose values then stay in the second-level cache
  static constexpr int shares_of_a_thread = 2;  // so that one that begins late leaves some to the others

  bool is_over(int l, Normalization::Over over) const { return net_.layers[l].normalization.is_over(over); }

  // The same for rows first .. last - 1 of the batch, each share of them by one thread through all layers: threads that share out
  // the panels of narrow layers would meet after each layer, and wait for longer than they work.
  void run_by_rows(Team::Turn& turn, Batch batch, Share share, std::int64_t t, int first, int last) {
    const int shares = shares_of_a_thread * turn.threads(), rows = rounded_up((last - first + shares - 1) / shares, lanes<T>);
    turn.each((last - first + rows - 1) / rows, [&](int i) { run_rows(batch, share, t, first + i * rows, std::min(first + (i + 1) * rows, last)); });
  }

  // The same, layer by layer.
  void run(Team::Turn& turn, Batch batch, Share share, std::int64_t t, int first, int last) {
    const int L = net_.L;
    const std::uint32_t step = std::uint32_t(t);
    if (!points_.are_sparse()) each_rows(turn, first, last, 1, [&](int begin, int end) {
      for (int r = begin; r < end; ++r)
        std::copy_n(points_.x(batch.rows[r]), points_.m, rows_.A(0) + std::ptrdiff_t(r) * net_.layers[0].stride);
      if (rows_.drops(0)) drop_units(net_, rows_, dropout_, step, 0, share.first, begin, end);
    });
    for (int l = 1; l < L; ++l) {
      forward(turn, batch, l, first, last);
      if (rows_.drops(l))
        each_rows(turn, first, last, 1, [&](int begin, int end) { drop_units(net_, rows_, dropout_, step, l, share.first, begin, end); });
    }
    if (is_over(L, Normalization::points)) forward(turn, batch, L, first, last);
    each_rows(turn, first, last, lanes<T>, [&](int begin, int end) {
      if (!is_over(L, Normalization::points))
        for (int p = 0; p < net_.layers[L].panels.count(); ++p) multiply_panel(batch, L, p, begin, end);
      if (is_over(L, Normalization::units)) normalize_rows(net_, rows_, L, begin, end);
      loss_unit(
          net_, rows_, begin, end, [&](int r) { return points_.y(batch.rows[r]); },
          [&](int r) { return points_.weight(batch.rows[r]) / T(share.of); }, [&](int r, T loss) { losses_[r] = loss; });
      if (is_over(L, Normalization::units)) link_normalized_rows(net_, rows_, L, begin, end);
    });
    if (is_over(L, Normalization::points)) link_over_points(turn, L, last);
    for (int l = L; l > lowest_; --l) backward(turn, l, first, last);
  }

  // Z of layer l, and A where it is not the last. What looks at all units of a point comes after the panels.
  void forward(Team::Turn& turn, Batch batch, int l, int first, int last) const {
    const BatchLayer<T>& layer = net_.layers[l];
    const bool by_panels = is_elementwise(layer.f) && !is_over(l, Normalization::units), activates = l < net_.L;
    each_panel(turn, l, first, last, [&](int p, int begin, int end) {
      multiply_panel(batch, l, p, begin, end);
      if (is_over(l, Normalization::points)) {
        measure_panel(layer, p, end, rows_.Z(l), rows_.normalized(l));
        normalize_panel(layer, p, end, net_.parameters(), rows_.Z(l), rows_.normalized(l));
      }
      if (by_panels && activates) activate_patch(layer.f, rows_.patch(layer, l, p, begin, end));
    });
    if (by_panels || !activates) return;
    each_rows(turn, first, last, 1, [&](int begin, int end) {
      if (is_over(l, Normalization::units)) normalize_rows(net_, rows_, l, begin, end);
      rows_.each_row(layer, l, begin, end, [](int, Layer<T>& row) { activate(row); });
    });
  }

  void multiply_panel(Batch batch, int l, int p, int begin, int end) const {
    if (l == 1 && points_.are_sparse()) forward_sparse_panel(net_, rows_, points_, batch, p, begin, end);
    else forward_panel(net_, rows_, rows_.left(net_.layers[l - 1], l - 1, begin), l, p, begin, end);
  }

  // dL_dZ of layer l - 1.
  void backward(Team::Turn& turn, int l, int first, int last) const {
    const BatchLayer<T>& prev = net_.layers[l - 1];
    const bool by_panels = is_elementwise(prev.f);
    each_panel(turn, l - 1, first, last, [&](int p, int begin, int end) {
      backward_panel(net_, rows_, l, p, begin, end);
      if (!by_panels) return;
      link_patch(prev.f, rows_.patch(prev, l - 1, p, begin, end));
      if (is_over(l - 1, Normalization::points)) link_normalized_panel(prev, p, end, net_.parameters(), rows_.dL_dZ(l - 1), rows_.normalized(l - 1));
    });
    if (by_panels && !is_over(l - 1, Normalization::units)) return;
    each_rows(turn, first, last, 1, [&](int begin, int end) {
      if (!by_panels) rows_.each_row(prev, l - 1, begin, end, [](int, Layer<T>& row) { link_within(row); });
      if (is_over(l - 1, Normalization::units)) link_normalized_rows(net_, rows_, l - 1, begin, end);
    });
    if (is_over(l - 1, Normalization::points)) link_over_points(turn, l - 1, last);
  }
  void link_over_points(Team::Turn& turn, int l, int count) const {
    turn.each(net_.layers[l].panels.count(), [&](int p) {
      link_normalized_panel(net_.layers[l], p, count, net_.parameters(), rows_.dL_dZ(l), rows_.normalized(l));
    });
  }

  // f(begin, end) for shares of rows first .. last - 1 that begin at multiples of `multiple`.
  template <class F>
  void each_rows(Team::Turn& turn, int first, int last, int multiple, F&& f) const {
    const int share = rounded_up((last - first + turn.threads() - 1) / turn.threads(), multiple);
    turn.each((last - first + share - 1) / share, [&](int i) { f(first + i * share, std::min(first + (i + 1) * share, last)); });
  }
  // f(panel, begin, end) for each panel of layer l, and its rows in as many shares as keep all threads at work to the end; over
  // points a panel has all rows.
  template <class F>
  void each_panel(Team::Turn& turn, int l, int first, int last, F&& f) const {
    const int panels = net_.layers[l].panels.count(), most = std::max(1, (last - first) / 8);
    const int shares = turn.threads() == 1 || is_over(l, Normalization::points) ? 1 : std::clamp(4 * turn.threads() / panels, 1, most);
    turn.each(panels * shares, [&](int i) {
      const int p = i / shares, s = i % shares, count = last - first;
      f(p, first + count * s / shares, first + count * (s + 1) / shares);
    });
  }

  const BatchNetwork<T>& net_;
  const Points<T>& points_;
  const Dropout& dropout_;
  Rows<T> rows_;
  int lowest_, rows_of_last_ = 0;
  std::vector<double> losses_;
  bool over_points_, by_rows_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
