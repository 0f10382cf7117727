// Steps that leave, beside the parameters, their running average: after some of the steps they enter it.
//
//   average += weight * (parameters - average)
#pragma once

#include <algorithm>
#include <vector>

#include "descent.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// After which steps, by their numbers in ascending order, the parameters enter an average, a flat vector, and with which weights.
template <class T>
struct Average {
  T* average;
  const std::int64_t* steps;
  const double* weights;
  std::ptrdiff_t count;
};

template <class T>
class Averaged final : public Descent<T> {
 public:
  Averaged(Descent<T>& descent, std::size_t parameters, const Average<T>& average) : descent_(descent), average_(average), now_(parameters), saved_(parameters) {}

  void pack(const T* flat) override { descent_.pack(flat); }
  void unpack(T* flat) const override { descent_.unpack(flat); }
  void save() override { descent_.save(), std::copy_n(average_.average, saved_.size(), saved_.data()); }
  void restore() override { descent_.restore(), std::copy_n(saved_.data(), saved_.size(), average_.average); }
  bool finite() const override { return descent_.finite(); }
  void set_statistics(const T* given) override { descent_.set_statistics(given); }
  void get_statistics(T* taken) const override { descent_.get_statistics(taken); }
  std::int64_t together() const override { return descent_.together(); }
  double work() const override { return descent_.work(); }
  const char* kernel() const override { return descent_.kernel(); }

  double take(const Steps& steps) override {
    double total = 0;
    for (std::int64_t s = 0, end; s < steps.count; s = end) {
      const std::ptrdiff_t next = std::lower_bound(average_.steps, average_.steps + average_.count, steps.t(s)) - average_.steps;
      const std::int64_t left = next < average_.count ? average_.steps[next] - steps.t(s) + 1 : steps.count;
      end = std::min(steps.count, s + left);
      total += descent_.take(steps.from(s, end - s));
      if (end == s + left && next < average_.count) enter(T(average_.weights[next]));
    }
    return total;
  }

 private:
  void enter(T weight) {
    descent_.unpack(now_.data());
    for (std::size_t i = 0; i < now_.size(); ++i) average_.average[i] += weight * (now_.data()[i] - average_.average[i]);
  }

  Descent<T>& descent_;
  Average<T> average_;
  Buffer<T> now_, saved_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
