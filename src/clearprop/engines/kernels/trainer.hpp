// The run of steps of one call: which kernel takes them, and what happens when one of them is not finite.
#pragma once

#include <algorithm>
#include <functional>

#include "blocked.hpp"
#include "small.hpp"

namespace clearprop::CLEARPROP_LEVEL {

struct Progress {
  std::int64_t steps = 0;  // taken; fewer than asked for where one was not finite, or where someone interrupted
  double loss = 0;         // sum of their losses, each measured before its step
  bool finite = true;
};

template <class T>
class Trainer {
 public:
  Trainer(const Shape& shape, Points<T> points) : model_(shape), points_(std::move(points)), snapshot_(model_.size()) {
    const Layer<T>& first = model_.layers[1];
    std::int64_t weights = 0;
    for (const Layer<T>& layer : model_.layers) weights += std::int64_t(layer.m) * layer.n;
    segment_ = 1'000'000'000 / (6 * weights + 2000) / block_points * block_points + block_points;
    if (is_small(model_)) {
      const bool inlined = formulas_of(shape) == Formulas::inlined;
      take_ = inlined ? take_small<Formulas::inlined, lanes<T>, T> : take_small<Formulas::called, lanes<T>, T>;
      kernel_ = "small";
    }
    else if (model_.strength != 0) take_ = take_dense<true, T>, kernel_ = "penalised";
    else if (first.m >= 32 && points_.share_of_zeros() > zeros_worth_skipping(first)) {
      points_.index_values();
      take_ = take_sparse<T>, kernel_ = "sparse";
    } else if (std::size_t(first.m) * first.stride * sizeof(T) > (std::size_t(1) << 14)) take_ = take_blocked<T>, kernel_ = "blocked";  // W leaves the first-level cache
    else take_ = take_dense<false, T>, kernel_ = "dense";
  }

  const char* kernel() const { return kernel_; }

  // Takes the steps and leaves in `parameters` (flat) what the last finite one gave.
  Progress run(T* parameters, const Steps& steps, const std::function<bool()>& interrupted) {
    model_.pack(parameters);
    Progress progress;
    while (progress.steps < steps.count) {
      const Steps segment = steps.from(progress.steps, std::min(segment_, steps.count - progress.steps));
      const bool is_whole = segment.count == steps.count;  // `parameters` themselves can bring its start back
      if (!is_whole) std::memcpy(snapshot_.data(), model_.weights(), model_.size() * sizeof(T));
      const auto restore = [&] {
        if (is_whole) model_.pack(parameters);
        else std::memcpy(model_.weights(), snapshot_.data(), model_.size() * sizeof(T));
      };
      double loss = take_(model_, points_, segment);
      std::int64_t taken = segment.count;
      if (!is_finite(loss) || !all_finite(model_.weights(), model_.size())) {
        progress.finite = false;
        taken = finite_steps(segment, restore);
        restore();
        loss = take_(model_, points_, segment.from(0, taken));
      }
      progress.steps += taken;
      progress.loss += loss;
      if (!progress.finite || (progress.steps < steps.count && interrupted())) break;
    }
    model_.unpack(parameters);
    return progress;
  }

 private:
  // Blocks of points read and write W once for all of them, rows that are skipped are never read: which is less work
  // depends on where W lives. Measured on nets of 784 inputs.
  static double zeros_worth_skipping(const Layer<T>& first) {
    return std::size_t(first.m) * first.stride * sizeof(T) < (std::size_t(1) << 19) ? 0.6 : 0.8;
  }

  // How many steps of the segment leave losses and weights finite. Nothing is checked while steps are taken, for that
  // costs time in every step; a segment that went wrong is taken again and again, halving the doubt.
  template <class Restore>
  std::int64_t finite_steps(const Steps& segment, Restore&& restore) {
    std::int64_t good = 0, bad = segment.count;
    while (bad - good > 1) {
      const std::int64_t middle = good + (bad - good) / 2;
      restore();
      const double loss = take_(model_, points_, segment.from(0, middle));
      (is_finite(loss) && all_finite(model_.weights(), model_.size()) ? good : bad) = middle;
    }
    return good;
  }

  Model<T> model_;
  Points<T> points_;
  Buffer<T> snapshot_;
  std::int64_t segment_;  // steps between looks at the clock and at the weights: some 10 ms of work
  double (*take_)(Model<T>&, const Points<T>&, const Steps&);
  const char* kernel_;
};

// One step at a time, on points that are not known beforehand.
template <class T>
class Learner {
 public:
  explicit Learner(const Shape& shape) : model_(shape, true), y_(shape.widths.back() + lanes<T>) {}

  // Takes one step and gives the loss before it; where the loss or a weight is not finite, NaN, and `flat` is left alone.
  double learn(T* flat, const T* x, const T* y, double eta) {
    const std::int64_t order = 0;
    const int m = model_.layers[0].n, outputs = model_.layers[model_.L].n;
    std::copy_n(y, outputs, y_.data());
    const Points<T> point{x, y_.data(), nullptr, 1, m, outputs, {}, {}, {}};
    model_.pack(flat);
    const double loss = take_dense<false>(model_, point, Steps{&order, &eta, 0, 1});
    if (!is_finite(loss) || !all_finite(model_.weights(), model_.size())) return NAN;
    model_.unpack(flat);
    return loss;
  }

 private:
  Model<T> model_;
  Buffer<T> y_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
