// Rows that come with a step, and are of no data set: their targets are checked, and copied to where kernels may read whole
// vectors. The points themselves are read where they lie.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "points.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// The targets that a loss takes: numbers between two ends, perhaps one of the two ends, perhaps rows that sum to 1.
struct Allowed {
  double low, high;
  bool with_low, with_high;  // whether the ends belong
  bool only_ends, sums_to_1;

  template <class T>
  bool number(T y) const {
    if (only_ends) return y == T(low) || y == T(high);
    return (with_low ? y >= T(low) : y > T(low)) && (with_high ? y <= T(high) : y < T(high)) && is_finite(y);
  }
  template <class T>
  bool row(const T* y, int count) const {
    T sum = 0;
    bool all = true;
    for (int j = 0; j < count; ++j) all &= number(y[j]), sum += y[j];
    return all && (!sums_to_1 || std::abs(sum - 1) <= 1e-6);
  }
};

template <class T>
class GivenRows {
 public:
  // `of_labels` (outputs, outputs) has the targets of the labels 0, 1, ..., or nothing where labels are not taken; `dense` tells
  // whether rows of numbers are targets as they are.
  GivenRows(int inputs, int outputs, const Allowed& allowed, bool dense, std::vector<T> of_labels)
      : inputs_(inputs), outputs_(outputs), allowed_(allowed), dense_(dense), of_labels_(std::move(of_labels)) {}

  // Targets (n, outputs), and labels (n,). False where they are not taken, or one is not allowed.
  bool take_targets(const T* Y, std::int64_t n) {
    if (!dense_) return false;
    make_room(n);
    for (std::int64_t i = 0; i < n; ++i)
      if (!allowed_.row(Y + i * outputs_, outputs_)) return false;
    std::copy_n(Y, n * outputs_, Y_.data());
    return true;
  }
  bool take_labels(const std::int64_t* labels, std::int64_t n) {
    if (of_labels_.empty()) return false;
    make_room(n);
    for (std::int64_t i = 0; i < n; ++i) {
      if (labels[i] < 0 || labels[i] >= outputs_) return false;
      std::copy_n(of_labels_.data() + labels[i] * outputs_, outputs_, Y_.data() + i * outputs_);
    }
    return true;
  }

  // One batch of all n rows, whose targets were taken.
  Steps step(std::int64_t n, const double* eta, std::int64_t t) {
    begins_[1] = n;
    return {order_.data(), eta, 0, 1, begins_, t};
  }
  int inputs() const { return inputs_; }
  int outputs() const { return outputs_; }
  const T* Y() const { return Y_.data(); }

 private:
  void make_room(std::int64_t n) {
    if (n <= std::int64_t(order_.size())) return;
    for (std::int64_t i = order_.size(); i < n; ++i) order_.push_back(i);
    Y_ = Buffer<T>(n * outputs_ + lanes<T>);
  }

  int inputs_, outputs_;
  Allowed allowed_;
  bool dense_;
  std::vector<T> of_labels_;
  Buffer<T> Y_;
  std::vector<std::int64_t> order_;
  std::int64_t begins_[2] = {0, 0};
};

}  // namespace clearprop::CLEARPROP_LEVEL
