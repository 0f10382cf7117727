// Steps on batches of sparse points, of which the rows of W[1] take some at once:
//
//   for t, rows in enumerate(batches):
//       dL_dW = A_prev.T @ dL_dZ                           # row i of it is 0 where no point of the batch has input i
//       W[1], state = rule(t, W[1], dL_dW + dR_dW, state)  # each number by itself
//
// A row that a batch does not have needs for this step nothing but itself, and nobody reads it before the next batch that has it. So
// with the step of a batch, a row takes all those up to the next batch that has it: the same operations, but the row and what the
// optimiser keeps of it come from the memory once, and not for each step. In the first of the steps known, every row takes part; after
// the last all are where they would be. Not for what looks at the whole gradient, or at all weights, in each step.
#pragma once

#include <algorithm>
#include <vector>

#include "weight_gradient.hpp"
#include "weight_update.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
class StepsAhead {
 public:
  static constexpr int most = 64;  // steps known at a time

  StepsAhead(const BatchNetwork<T>& net, const Points<T>& points, const Rule& rule, const WeightGradient<T>& gradient, WeightUpdate<T>& update)
      : net_(net), points_(points), rule_(rule), gradient_(gradient), update_(update),
        suits_(points.are_sparse() && rule.factors.empty() && rule.clips.empty() && !rule.parametrized && !rule.limits_columns() && !(rule.is_plain() && !rule.penalises())) {}
  explicit operator bool() const { return CLEARPROP_SPARSE && suits_; }

  // What a step does on layer 1, in multiplications and additions of the same time, but for the passes: a weight takes that of some
  // 24 where it comes from the memory, and of 4 where it is at hand.
  double work(int b) const {
    const double weights = double(net_.layers[1].panels.size()), n = double(std::max<std::int64_t>(1, points_.n));
    const double inputs = points_.first ? double(points_.first[points_.n] - points_.first[0]) / n * b : 0;
    return weights * (suits_ ? 4 + 20 * std::min(1.0, inputs / points_.m) : 40);
  }

  // Gets to know the next steps, `most` of them at most.
  void look(int threads, const Steps& steps) {
    const int count = int(steps.count), m = points_.m;
    batches_.resize(std::max(batches_.size(), std::size_t(count))), penalties_.clear(), next_.assign(m, count);
    Team::Turn(threads).each(count, [&](int s) { batches_[s].sort(points_, steps.batch(s), s == 0); });
    for (int s = count - 1; s >= 0; --s) {
      batches_[s].look_ahead(s, next_.data());
      const int b = steps.batch(s).size;
      const double l1 = gradient_.penalised_of(b) * rule_.l1, l2 = gradient_.penalised_of(b) * rule_.l2;
      penalties_.push_back({T(l1), T(l2), T(b * l1), T(b * l2)});
    }
    std::reverse(penalties_.begin(), penalties_.end());
    update_.look_ahead(steps);
  }

  // The weights of layer 1 take step s, and further ones, after its passes. Gives the penalty's part, in these steps, of the sum of b
  // times the loss; and whether the gradient is finite.
  Taken take(Team::Turn& turn, int s) {
    const int rows = int(batches_[s].inputs().size()), chunks = (rows + rows_at_once - 1) / rows_at_once, shares = std::min(chunks, most_shares);
    taken_.resize(chunks);
    turn.each(shares, [&](int i) {
      for (int c = int(std::int64_t(chunks) * i / shares); c < int(std::int64_t(chunks) * (i + 1) / shares); ++c)
        taken_[c] = take(s, c * rows_at_once, std::min((c + 1) * rows_at_once, rows));
    });
    Taken all{0, true};
    for (const Taken& each : taken_) all.penalty += each.penalty, all.finite &= each.finite;
    return all;
  }

 private:
  static constexpr int rows_at_once = 64, most_shares = 1024;

  Taken take(int s, int first, int last) const {
    const ByInputs<T>& batch = batches_[s];
    alignas(64) T gradient[rows_at_once * panel_vectors * lanes<T>];
    Taken taken{0, true};
    for (int p = 0; p < net_.layers[1].panels.count(); ++p) {
      const int columns = net_.layers[1].panels.stride(p);
      gradient_.take_there(batch, first, last, p, gradient);
      taken.finite &= all_finite(gradient, (last - first) * columns);
      taken.penalty += update_.move_ahead(rule_.penalises() ? penalties_.data() : nullptr, p, {batch.inputs().data() + first, batch.next().data() + first, batch.inputs().data() + batch.inputs().size(), last - first, s, columns}, gradient);
    }
    return taken;
  }

  const BatchNetwork<T>& net_;
  const Points<T>& points_;
  const Rule& rule_;
  const WeightGradient<T>& gradient_;
  WeightUpdate<T>& update_;
  bool suits_;
  std::vector<ByInputs<T>> batches_;
  std::vector<Penalty<T>> penalties_;  // in each step
  std::vector<int> next_;              // of each input, the next step with a batch that has it
  std::vector<Taken> taken_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
