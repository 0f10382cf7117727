// Steps on one point each, by plain gradient descent: which kernel takes them.
#pragma once

#include "blocked.hpp"
#include "descent.hpp"
#include "small.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// By the kernel that is quickest for the network and its points.
template <class T>
class PerPoint final : public Descent<T> {
 public:
  PerPoint(const Shape& shape, Points<T> points) : model_(shape), points_(std::move(points)), saved_(model_.size()) {
    const Layer<T>& first = model_.layers[1];
    const std::size_t bytes = std::size_t(first.m) * first.stride * sizeof(T);
    if (is_small(model_)) {
      const bool inlined = formulas_of(shape) == Formulas::inlined;
      take_ = inlined ? take_small<Formulas::inlined, lanes<T>, T> : take_small<Formulas::called, lanes<T>, T>;
      kernel_ = "small", together_ = small_steps;
    } else if (model_.strength != 0) {
      if (bytes > worth_blocks) take_ = take_blocked<true, T>, kernel_ = "blocked", together_ = block_points;
      else take_ = take_dense<true, T>, kernel_ = "penalised";
    } else if (first.m >= 32 && points_.share_of_zeros() > zeros_worth_skipping(bytes)) {
      values_.index(points_);
      take_ = take_sparse<T>, kernel_ = "sparse";
    } else if (bytes > worth_blocks) take_ = take_blocked<false, T>, kernel_ = "blocked", together_ = block_points;
    else take_ = take_dense<false, T>, kernel_ = "dense";
  }

  void pack(const T* flat) override { model_.pack(flat); }
  void unpack(T* flat) const override { model_.unpack(flat); }
  void save() override { std::memcpy(saved_.data(), model_.weights(), model_.size() * sizeof(T)); }
  void restore() override { std::memcpy(model_.weights(), saved_.data(), model_.size() * sizeof(T)); }
  bool finite() const override { return all_finite(model_.weights(), model_.size()); }
  double take(const Steps& steps) override { return take_(model_, points_, steps); }
  std::int64_t together() const override { return together_; }
  double work() const override {
    double weights = 0;
    for (const Layer<T>& layer : model_.layers) weights += double(layer.m) * layer.n;
    return 6 * weights;
  }
  const char* kernel() const override { return kernel_; }

 private:
  // Blocks of points read and write W once for all of them, rows that are skipped are never read: which is less work
  // depends on where W lives. Measured on nets of 784 inputs.
  static constexpr std::size_t worth_blocks = std::size_t(1) << 14;  // of W, which then leaves the first-level cache
  static double zeros_worth_skipping(std::size_t bytes) { return bytes < (std::size_t(1) << 19) ? 0.6 : 0.8; }

  Model<T> model_;
  Points<T> points_;
  Values<T> values_;
  Buffer<T> saved_;
  double (*take_)(Model<T>&, const Points<T>&, const Steps&);
  const char* kernel_;
  std::int64_t together_ = 1;
};

}  // namespace clearprop::CLEARPROP_LEVEL
