// Steps on one point each by any rule, with penalties: mini_batch.hpp's steps where a batch is one point. The gradient is an
// outer product, so it is never stored: each weight is read once, meets its gradient and its penalty, and is written back.
//
//   dL_dW = outer(A_prev, dL_dZ) + dR_dW; dL_dW0 = dL_dZ
//   optimizer.update_in_place(W, dL_dW, eta, state)
#pragma once

#include "descent.hpp"
#include "per_point.hpp"
#include "rule.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
class PointByRule final : public Descent<T> {
 public:
  PointByRule(const Shape& shape, const Points<T>& points, Rule rule)
      : model_(shape), points_(points), rule_(std::move(rule)), state_(rule_, model_.size()) {
    int widest = 0;
    for (const Layer<T>& layer : model_.layers) widest = std::max(widest, layer.n);
    zeros_ = Buffer<T>(padded<T>(widest));
  }

  void pack(const T* flat) override { model_.pack(flat); }
  void unpack(T* flat) const override { model_.unpack(flat); }
  bool finite() const override { return all_finite(model_.weights(), model_.size()); }
  void save() override { state_.save(model_.weights()); }
  void restore() override { state_.restore(model_.weights()); }

  int arrays() const override { return state_.count(); }
  void set_state(const std::vector<T*>& kept, std::int64_t t, double product) override {
    for (int k = 0; k < state_.count(); ++k) model_.pack_beside(kept[k], state_.kept(k));
    state_.set(t, product);
  }
  std::pair<std::int64_t, double> get_state(const std::vector<T*>& kept) const override {
    for (int k = 0; k < state_.count(); ++k) model_.unpack_beside(state_.kept(k), kept[k]);
    return state_.get();
  }

  double take(const Steps& steps) override {
    double total = 0;
    with_rule(rule_.code, Optimizers<T>{}, [&](auto* type) { total = take_by<std::decay_t<decltype(*type)>>(steps); });
    return total;
  }
  double work() const override { return 6.0 * double(model_.size()); }
  const char* kernel() const override { return "by rule"; }

 private:
  // What a pass over some weights gives: the sums of a penalty, and 0, or NaN where a gradient is not finite.
  struct Seen {
    Vec<T> sizes{}, squares{}, doubt{};
  };

  // Layer 1's change waits, as in `take_dense`, and shares the next point's forward pass.
  template <class R>
  double take_by(const Steps& steps) {
    Layer<T>& first = model_.layers[1];
    Seen seen;
    double total = 0;
    R rule = R(Stride<T>{rule_.hypers.data(), 0, 1});
    const T* x_prev = nullptr;
    for (std::int64_t t = 0; t < steps.count; ++t) {
      const T* const x = points_.x(steps.order[t]);
      if (x_prev) change_rows<R, true>(first, rule, x_prev, x, seen);
      else forward(first, x);
      forward_above_first(model_);
      total += loss_unit(model_, points_, steps.order[t]);
      rule = state_.template next<R>(steps.eta(t));
      for (int l = model_.L; l > 1; --l) {
        Layer<T>&layer = model_.layers[l], &prev = model_.layers[l - 1];
        link_across(layer, prev.dL_dA);
        if (layer.by_columns) change_columns(layer, rule, prev.A, seen);
        else change_rows<R, false>(layer, rule, prev.A, nullptr, seen);
        link_within(prev);
      }
      x_prev = x;
      total += taken(seen);
    }
    if (x_prev) change_rows<R, false>(first, rule, x_prev, nullptr, seen);
    return total + taken(seen);
  }

  // What was seen adds to the loss, step by step: in single precision a sum over many steps would round away the last ones.
  double taken(Seen& seen) const {
    const double penalty = rule_.penalises() ? rule_.l1 * double(sum(seen.sizes)) + rule_.l2 * double(sum(seen.squares)) : 0;
    const double doubt = double(sum(seen.doubt));
    seen = Seen{};
    return penalty + doubt;
  }

  // dL_dA_prev = dL_dZ @ W.T, a product with rows in the place of columns
  void link_across(const Layer<T>& layer, T* dL_dA_prev) const {
    Layer<T> across = layer;
    across.m = layer.n, across.n = layer.m, across.W0 = zeros_.data(), across.Z = dL_dA_prev;
    if (layer.by_columns) forward_rows<false>(across, Dense<T>{layer.dL_dZ, layer.n});
    else forward_columns(across, layer.dL_dZ);
  }

  // Z = A @ W + W0, in the order of operations that `change_rows` has
  void forward(Layer<T>& layer, const T* A) {
    std::memcpy(layer.Z, layer.W0, layer.stride * sizeof(T));
    for (int i = 0; i < layer.m; ++i)
      for (int j = 0; j < layer.stride; j += lanes<T>)
        store(layer.Z + j, fused(A[i], load<Vec<T>>(layer.W + std::ptrdiff_t(i) * layer.stride + j), load<Vec<T>>(layer.Z + j)));
  }

  // The change of W (m, n), held by rows, and of W0; where `forwards`, also Z = A @ W + W0 from what they are then.
  template <class R, bool forwards>
  void change_rows(Layer<T>& layer, const R& rule, const T* A_prev, const T* A, Seen& seen) {
    change_biases(layer, rule, seen);
    if constexpr (forwards) std::memcpy(layer.Z, layer.W0, layer.stride * sizeof(T));
    for (int i = 0; i < layer.m; ++i)
      change_line<R, true, forwards>(layer.W + std::ptrdiff_t(i) * layer.stride, rule, A_prev[i], layer.dL_dZ, layer.stride,
                                     forwards ? A[i] : T(0), layer.Z, seen);
  }

  // The change of W held by columns, and of W0.
  template <class R>
  void change_columns(Layer<T>& layer, const R& rule, const T* A_prev, Seen& seen) {
    change_biases(layer, rule, seen);
    for (int j = 0; j < layer.n; ++j)
      change_line<R, true, false>(layer.W + std::ptrdiff_t(j) * layer.stride, rule, layer.dL_dZ[j], A_prev, layer.stride, T(0), nullptr, seen);
  }

  template <class R>
  void change_biases(Layer<T>& layer, const R& rule, Seen& seen) {
    change_line<R, false, false>(layer.W0, rule, T(1), layer.dL_dZ, padded<T>(layer.n), T(0), nullptr, seen);
  }

  // `count` weights from W on: their gradient is factor * values, and a penalty's where they are `penalised`, as biases are not;
  // where it `forwards`, Z += a * W.
  template <class R, bool penalised, bool forwards>
  CLEARPROP_INLINE void change_line(T* W, const R& rule, T factor, const T* values, int count, T a, T* Z, Seen& seen) {
    using V = Vec<T>;
    T* kept[R::kept + 1];
    for (int k = 0; k < R::kept; ++k) kept[k] = state_.kept(k) + (W - model_.weights());
    const T l1 = T(rule_.l1), l2 = T(2 * rule_.l2);
    Seen now = seen;
    for (int j = 0; j < count; j += lanes<T>) {
      V w = load<V>(W + j), g = factor * load<V>(values + j);
      if constexpr (penalised) {
        const V signs = sign(w);
        now.sizes = fused(signs, w, now.sizes), now.squares = fused(w, w, now.squares);
        g += fused(l2, w, l1 * signs);
      }
      now.doubt += g - g;
      move_vector(rule, w, g, kept, j);
      store(W + j, w);
      if constexpr (forwards) store(Z + j, fused(a, w, load<V>(Z + j)));
    }
    seen = now;
  }

  Model<T> model_;
  const Points<T>& points_;
  Rule rule_;
  OptimizerState<T> state_;
  Buffer<T> zeros_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
