// One step at a time, by plain gradient descent, on points that are not known beforehand:
//
//   fwd = forward_pass(net, x, y); net.parameters -= eta * back_propagate(net, fwd).flat
//
// The weights stay in the flat vector: packing them would take several times as long as the step.
#pragma once

#include <algorithm>
#include <limits>

#include "flat.hpp"
#include "kernels.hpp"
#include "per_point.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
class Learner final : public Learning<T> {
 public:
  explicit Learner(const Shape& shape) : model_(shape, true), y_(shape.widths.back() + lanes<T>) {
    std::size_t room = 0, widest = 0;
    for (const Layer<T>& layer : model_.layers) {
      room = std::max(room, room_of<T>(layer.n)), widest = std::max(widest, std::size_t(padded<T>(layer.n)));
      if (layer.m > 0) parameters_ += std::ptrdiff_t(layer.m + 1) * layer.n;
    }
    room_ = Buffer<T>(room), zeros_ = Buffer<T>(widest);
  }

  // Takes one step and gives the loss before it; where the loss or a weight is not finite, NaN, and `flat` is left alone.
  double learn(T* flat, const T* x, const T* y, double eta) override {
    const Layer<T>& last = model_.layers[model_.L];
    std::copy_n(y, last.n, y_.data());
    for (int l = 1; l <= model_.L; ++l) {
      Layer<T>& layer = model_.layers[l];
      forward_flat(layer, input(l, x), at(l, flat));
      std::fill(layer.Z + layer.n, layer.Z + padded<T>(layer.n), T(0));  // lanes that have met the next row's weights
      activate(layer);
    }
    const double L = output_unit(model_.layers[model_.L], model_.loss, y_.data(), T(1));
    if (!is_finite(L)) return NAN;
    for (int l = model_.L; l > 1; --l) {
      Layer<T>& prev = model_.layers[l - 1];
      link_flat(model_.layers[l], at(l, flat), zeros_.data(), prev.dL_dA);
      link_within(prev);
    }
    for (int l = 1; l <= model_.L; ++l)
      if (!is_small_step(model_.layers[l], input(l, x), T(eta))) return learn_packed(flat, x, eta);
    for (int l = 1; l <= model_.L; ++l) update_flat(model_.layers[l], input(l, x), model_.layers[l].dL_dA, at(l, flat));
    return L;
  }

 private:
  const T* input(int l, const T* x) const { return l == 1 ? x : model_.layers[l - 1].A; }

  FlatWeights<T> at(int l, T* flat) const {
    std::ptrdiff_t begin = 0;
    for (int below = 1; below < l; ++below) begin += std::ptrdiff_t(model_.layers[below].m + 1) * model_.layers[below].n;
    return {flat + begin, flat + parameters_, room_.data()};
  }

  // Leaves step = -eta * dL_dZ in dL_dA, and tells whether every change of a weight is less than half a unit in the last
  // place of the largest number: then no finite weight can leave the finite numbers.
  bool is_small_step(Layer<T>& layer, const T* A_prev, T eta) const {
    constexpr T limit = std::numeric_limits<T>::max() * std::numeric_limits<T>::epsilon() / 8;
    const T* const step = first_step(layer, eta);
    const T largest_input = std::max(T(1), largest_magnitude(A_prev, layer.m));  // 1 is the bias's
    return all_finite(step, layer.n) && all_finite(A_prev, layer.m) &&
           largest_magnitude(step, layer.n) * largest_input < limit;
  }

  // The same step on a copy of the weights, which are looked at before they are put back.
  double learn_packed(T* flat, const T* x, double eta) {
    const std::int64_t order = 0;
    const Points<T> point{x, y_.data(), nullptr, nullptr, 1, model_.layers[0].n, model_.layers[model_.L].n};
    model_.pack(flat);
    const double loss = take_dense<false>(model_, point, Steps{&order, &eta, 0, 1});
    if (!is_finite(loss) || !all_finite(model_.weights(), model_.size())) return NAN;
    model_.unpack(flat);
    return loss;
  }

  Model<T> model_;
  Buffer<T> y_, room_, zeros_;
  std::ptrdiff_t parameters_ = 0;
};

}  // namespace clearprop::CLEARPROP_LEVEL
