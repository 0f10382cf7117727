// Stochastic gradient descent, one point a step, for any network. Every pass reads the weights of the forward pass:
//
//   for i, eta in zip(order, etas):
//       fwd = forward_pass(net, X[i], Y[i]); grads = back_propagate(net, fwd)
//       net.parameters -= eta * grads.flat
#pragma once

#include "points.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
CLEARPROP_INLINE T loss_unit(Model<T>& model, const Points<T>& points, std::int64_t i) {
  return output_unit(model.layers[model.L], model.loss, points.y(i), points.weight(i));
}

// step = -eta * dL_dZ of layer 1; dL_dA is free by then and keeps it.
template <class T>
CLEARPROP_INLINE const T* first_step(Layer<T>& first, T eta) {
  using V = Vec<T>;
  for (int j = 0; j < padded<T>(first.n); j += lanes<T>) store(first.dL_dA + j, -eta * load<V>(first.dL_dZ + j));
  return first.dL_dA;
}

// No gradient is wanted for the inputs, so layer 1's update can wait and share the next point's forward pass.
template <bool Penalised, class T>
double take_dense(Model<T>& model, const Points<T>& points, const Steps& steps) {
  Layer<T>& first = model.layers[1];
  Dense<T> last_point{};
  const T* pending = nullptr;
  T keep = 1;
  double total = 0;
  for (std::int64_t t = 0; t < steps.count; ++t) {
    const std::int64_t i = steps.order[t];
    const Dense<T> point = points.dense(i);
    T squares = pending ? update_and_forward_rows<Penalised>(first, last_point, pending, keep, point)
                        : forward_rows<Penalised>(first, point);
    forward_above_first(model);
    const T L = loss_unit(model, points, i);
    const T eta = T(steps.eta(t));
    keep = 1 - 2 * eta * model.strength;
    squares += backward_above_first<Penalised>(model, eta, keep);
    pending = first_step(first, eta);
    last_point = point;
    total += double(L) + (Penalised ? double(model.strength) * double(squares) : 0.0);
  }
  if (pending) update_rows<Penalised>(first, last_point, pending, keep);
  return total;
}

// Inputs that are mostly zero: layer 1 reads and writes only the rows of W that meet another value.
template <class T>
double take_sparse(Model<T>& model, const Points<T>& points, const Steps& steps) {
  Layer<T>& first = model.layers[1];
  double total = 0;
  for (std::int64_t t = 0; t < steps.count; ++t) {
    const std::int64_t i = steps.order[t];
    const T eta = T(steps.eta(t));
    forward_rows<false>(first, points.sparse(i));
    forward_above_first(model);
    total += loss_unit(model, points, i);
    backward_above_first<false>(model, eta, T(1));
    update_rows<false>(first, points.sparse(i), first_step(first, eta), T(1));
  }
  return total;
}

}  // namespace clearprop::CLEARPROP_LEVEL
