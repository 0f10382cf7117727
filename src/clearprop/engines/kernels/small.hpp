// Per-point descent for one small hidden layer: its units fill one vector, and a step costs little more than the time
// that its chain of dependent operations takes. What can be known early is computed beside the chain:
//
//   ahead = x_next @ W + W0                      # while this point is still on its way, so before its update
//   Z_next = ahead + (x_next @ x + 1) * step     # what the update adds to it, step = -eta * dL_dZ
//
// These are the iterates of one point after the other, up to rounding. Now and then the chain begins anew, with Z of its own,
// so that a run of steps can be cut there without changing a bit.
#pragma once

#include <algorithm>

#include "per_point.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
constexpr int small_outputs = lanes<T> < 4 ? lanes<T> : 4;
constexpr int small_inputs = 64;
constexpr std::int64_t small_steps = 1024;  // in one chain

template <class T>
bool is_small(const Model<T>& model) {
  return model.L == 2 && model.strength == 0 && model.layers[1].m <= small_inputs && model.layers[1].n <= lanes<T> &&
         model.layers[2].n <= small_outputs<T> && model.layers[2].by_columns &&
         is_elementwise(model.layers[1].f) && is_elementwise(model.layers[2].f);
}

template <Formulas formulas, class V>
CLEARPROP_INLINE Activated<V> activated(const Part& f, V Z) {
  Activated<V> unit;
  with_activation<formulas>(f, [&](auto activated) { unit = activated(Z); });
  return unit;
}

// N hidden units at most, NO outputs.
template <Formulas formulas, int N, int NO, class T>
double take_small(Model<T>& model, const Points<T>& points, const Steps& steps) {
  using V = Vector<T, N>;
  using O = Vector<T, small_outputs<T>>;
  Layer<T>&hidden = model.layers[1], &last = model.layers[2];
  const int m = hidden.m;
  const std::ptrdiff_t stride = hidden.stride;
  T* const W = hidden.W;
  const Mask<V> units = first_lanes<V>(hidden.n);
  const Mask<O> outputs = first_lanes<O>(NO);
  V W0 = load<V>(hidden.W0), W2[NO];
  O W02 = load<O>(last.W0);
  for (int j = 0; j < NO; ++j) W2[j] = load<V>(last.W + j * std::ptrdiff_t(last.stride));

  const auto point = [&](std::int64_t t) { return points.x(steps.order[t < steps.count ? t : steps.count - 1]); };
  const T *x_prev = point(0), *x = x_prev;
  V Z = W0, step{};
  for (int i = 0; i < m; ++i) Z = fused(x[i], load<V>(W + i * stride), Z);
  double total = 0;
  for (std::int64_t t = 0; t < steps.count; ++t) {
    const T* x_next = point(t + 1);
    const T minus_eta = -T(steps.eta(t));
    const std::int64_t point_index = steps.order[t];

    // beside the chain: the last point's update, and the next point's forward pass
    W0 += step;
    V ahead = W0, ahead_odd{};
    T overlap = 1, overlap_odd = 0;  // x_next @ x + 1
    int i = 0;
    for (; i + 2 <= m; i += 2) {
      const V w = fused(x_prev[i], step, load<V>(W + i * stride));
      const V w_odd = fused(x_prev[i + 1], step, load<V>(W + (i + 1) * stride));
      store(W + i * stride, w);
      store(W + (i + 1) * stride, w_odd);
      ahead = fused(x_next[i], w, ahead);
      ahead_odd = fused(x_next[i + 1], w_odd, ahead_odd);
      overlap = fused(x_next[i], x[i], overlap);
      overlap_odd = fused(x_next[i + 1], x[i + 1], overlap_odd);
    }
    if (i < m) {
      const V w = fused(x_prev[i], step, load<V>(W + i * stride));
      store(W + i * stride, w);
      ahead = fused(x_next[i], w, ahead);
      overlap = fused(x_next[i], x[i], overlap);
    }
    ahead += ahead_odd;
    overlap += overlap_odd;

    // the chain: Z, A, Z of the outputs, dL_dZ of the outputs, Z of the next point
    const auto [A, dA_dZ] = activated<formulas>(hidden.f, Z);
    O Z2 = W02;
#pragma GCC unroll 4
    for (int j = 0; j < NO; ++j) Z2[j] += sum(A * W2[j]);
    const auto output = activated<formulas>(last.f, Z2);
    auto link = elementwise_output<formulas>(last.f, model.loss, Z2, output.A, output.dA_dZ, load<O>(points.y(point_index)));
    if (points.weights) {
      link.L *= points.weights[point_index];
      link.dL_dZ *= points.weights[point_index];
    }
    total += sum(where<O>(outputs, link.L));
    step = V{};
#pragma GCC unroll 4
    for (int j = 0; j < NO; ++j) {
      const V path = minus_eta * (dA_dZ * W2[j]);  // dL_dA = dL_dZ @ W.T, within the unit, and on to the step
      step = fused(link.dL_dZ[j], path, step);
      ahead = fused(link.dL_dZ[j], overlap * path, ahead);
      W2[j] = fused(minus_eta * link.dL_dZ[j], where<V>(units, A), W2[j]);
    }
    W02 = fused(minus_eta, where<O>(outputs, link.dL_dZ), W02);
    Z = ahead;
    x_prev = x;
    x = x_next;
  }
  for (int i = 0; i < m; ++i) store(W + i * stride, fused(x_prev[i], step, load<V>(W + i * stride)));
  store(hidden.W0, W0 + step);
  store(last.W0, W02);
  for (int j = 0; j < NO; ++j) store(last.W + j * std::ptrdiff_t(last.stride), W2[j]);
  return total;
}

template <Formulas formulas, int N, class T>
double take_small(Model<T>& model, const Points<T>& points, const Steps& steps) {
  if constexpr (N > 4) {  // the narrowest vector that holds the units has the shortest sums
    if (model.layers[1].n <= N / 2) return take_small<formulas, N / 2>(model, points, steps);
  }
  double total = 0;
  with_size<small_outputs<T>>(model.layers[2].n, [&](auto no) {
    constexpr int NO = no;
    for (std::int64_t begin = 0; begin < steps.count; begin += small_steps)
      total += take_small<formulas, N, NO>(model, points, steps.from(begin, std::min(small_steps, steps.count - begin)));
  });
  return total;
}

}  // namespace clearprop::CLEARPROP_LEVEL
