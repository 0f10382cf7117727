// Parametrisations: the rule steps other numbers than the weights, of which the weights are made (ntk, scaling_layer).
//
//   W[1] = diag(s) V; W = V / sqrt(m); W0 = beta b       # whichever were asked for, V and b being what is stepped
//
// Nothing but s is kept: before a step V is W turned back.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "batch.hpp"
#include "rule.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
class Parametrization {
 public:
  Parametrization(const BatchNetwork<T>& net, Parametrized given, int kept)
      : net_(net), given_(given), inputs_(net.layers[1].m), stride_(padded<T>(inputs_)) {
    if (given_.rate == 0) return;
    for (int k = 0; k < 1 + kept; ++k) of_scale_.emplace_back(stride_);
    std::fill_n(scale(), stride_, T(1));
    dL_ds_ = Buffer<T>(std::size_t(stride_) * (1 + net.layers[1].panels.count()));
  }
  explicit operator bool() const { return bool(given_); }
  bool scales(int l) const { return l == 1 && given_.rate > 0; }

  // What the weights of a layer, and its biases, are in units of what is stepped.
  T of_weights(int l) const { return given_.beta > 0 ? T(1 / std::sqrt(double(net_.layers[l].m))) : T(1); }
  T of_biases() const { return given_.beta > 0 ? T(given_.beta) : T(1); }

  // W becomes V, dL_dW becomes dL_dV, for rows first .. last - 1 of a panel; dL_ds = (V * dL_dW).sum(axis=1) of these columns
  // is left for later.
  void turn_back(int l, int panel, int first, int last, T* W, T* dL_dW) {
    using V = Vec<T>;
    const int columns = net_.layers[l].panels.stride(panel);
    const T factor = of_weights(l);
    if (!scales(l)) return multiply(std::ptrdiff_t(last - first) * columns, 1 / factor, W, factor, dL_dW);
    for (int i = first; i < last; ++i, W += columns, dL_dW += columns) {
      const T s = scale()[i];
      V sums{};
      for (int j = 0; j < columns; j += lanes<T>) {
        const V unscaled = load<V>(W + j) / s, gradient = load<V>(dL_dW + j);
        sums = fused(unscaled, gradient, sums);
        store(W + j, unscaled / factor), store(dL_dW + j, gradient * (s * factor));
      }
      of_panel(panel)[i] = sum(sums);
    }
  }

  // V becomes W, but for the scale, which is not known before all of dL_ds is.
  void make(int l, std::ptrdiff_t count, T* V) const { multiply(count, of_weights(l), V); }

  void turn_back_biases(int count, T* W0, T* dL_dW0) const { multiply(count, 1 / of_biases(), W0, of_biases(), dL_dW0); }
  void make_biases(int count, T* b) const { multiply(count, of_biases(), b); }

  // s -= step of dL_ds, as `rate` times what the rule steps; f(numbers, gradient, kept) takes the rule's step.
  template <class F>
  void move_scale(F&& f) {
    T* const dL_ds = dL_ds_.data();
    std::fill_n(dL_ds, stride_, T(0));
    for (int p = 0; p < net_.layers[1].panels.count(); ++p)
      for (int i = 0; i < inputs_; ++i) dL_ds[i] += of_panel(p)[i];
    const T rate = T(given_.rate);
    multiply(stride_, 1 / rate, scale(), rate, dL_ds);
    f(scale(), dL_ds, stride_);
    multiply(stride_, rate, scale());
    const T least = T(std::pow(double(std::numeric_limits<T>::min()), 0.25));  // a scale of 0 would never come back
    for (int i = 0; i < stride_; ++i)
      if (std::abs(scale()[i]) < least) scale()[i] = least;
  }

  // W[1] = diag(s) V, for rows first .. last - 1 of a panel.
  void apply_scale(int panel, int first, int last, T* W) const {
    const int columns = net_.layers[1].panels.stride(panel);
    for (int i = first; i < last; ++i, W += columns) multiply(columns, scale()[i], W);
  }

  // s, and what the rule keeps of it, (m,) each: as the caller has them.
  void set_state(const std::vector<T*>& given) { each(given, [this](T* flat, T* own) { std::copy_n(flat, inputs_, own); }); }
  void get_state(const std::vector<T*>& given) const { each(given, [this](T* flat, T* own) { std::copy_n(own, inputs_, flat); }); }
  T* kept(int k) const { return of_scale_[1 + k].data(); }
  int arrays() const { return int(of_scale_.size()); }

  void save() { copy(of_scale_, saved_); }
  void restore() { copy(saved_, of_scale_); }

 private:
  T* scale() const { return of_scale_[0].data(); }
  T* of_panel(int p) const { return dL_ds_.data() + std::ptrdiff_t(p + 1) * stride_; }  // its part of dL_ds

  static void multiply(std::ptrdiff_t count, T factor, T* values) {
    for (std::ptrdiff_t i = 0; i < count; ++i) values[i] *= factor;
  }
  static void multiply(std::ptrdiff_t count, T factor, T* values, T other_factor, T* others) {
    multiply(count, factor, values), multiply(count, other_factor, others);
  }
  template <class F>
  void each(const std::vector<T*>& given, F&& f) const {
    for (std::size_t k = 0; k < of_scale_.size(); ++k) f(given[k], of_scale_[k].data());
  }
  static void copy(const std::vector<Buffer<T>>& from, std::vector<Buffer<T>>& to) {
    for (std::size_t k = to.size(); k < from.size(); ++k) to.emplace_back(from[k].size());
    for (std::size_t k = 0; k < from.size(); ++k) std::copy_n(from[k].data(), from[k].size(), to[k].data());
  }

  const BatchNetwork<T>& net_;
  Parametrized given_;
  int inputs_, stride_;
  std::vector<Buffer<T>> of_scale_, saved_;  // s, then what the rule keeps of it
  Buffer<T> dL_ds_;                          // the sum, then what each panel of W[1] adds to it
};

}  // namespace clearprop::CLEARPROP_LEVEL
