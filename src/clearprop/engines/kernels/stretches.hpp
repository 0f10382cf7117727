// The flat vector of parameters in stretches that a team shares out: for what is done to each number by itself, wherever it is
// packed.
#pragma once

#include <algorithm>
#include <vector>

#include "pieces.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Numbers first .. last - 1 of the flat vector, all of layer l.
struct Stretch {
  int l;
  std::ptrdiff_t first, last;
};

// A flat vector of all weights and biases of a network, in stretches.
template <class T>
class Stretches {
 public:
  explicit Stretches(const BatchNetwork<T>& net) {
    constexpr std::ptrdiff_t at_once = 32768 / sizeof(T);
    for (int l = 1; l <= net.L; ++l) {
      const BatchLayer<T>& layer = net.layers[l];
      const std::ptrdiff_t end = layer.flat + std::ptrdiff_t(layer.m + layer.arrays) * layer.n;
      for (std::ptrdiff_t i = layer.flat; i < end; i += at_once) list_.push_back({l, i, std::min(i + at_once, end)});
    }
    finite_.assign(list_.size(), 1);
  }

  // w -= eta * gradient. Gives the layer in which a new weight is not finite, 0 where all are.
  int descend(Team::Turn& turn, T* w, const T* gradient, T eta) {
    return each_is_finite(turn, [=](std::ptrdiff_t first, std::ptrdiff_t last) { return descend(w + first, gradient + first, int(last - first), eta); });
  }

  // The layer in which a flat vector is not finite, 0 where all of it is.
  int layer_not_finite(Team::Turn& turn, const T* flat) {
    return each_is_finite(turn, [=](std::ptrdiff_t first, std::ptrdiff_t last) { return all_finite(flat + first, last - first); });
  }

 private:
  template <class F>
  int each_is_finite(Team::Turn& turn, F&& f) {
    turn.each(int(list_.size()), [&](int i) { finite_[i] = f(list_[i].first, list_[i].last); });
    return clearprop::CLEARPROP_LEVEL::layer_not_finite(list_, finite_);
  }

  static bool descend(T* w, const T* gradient, int count, T eta) {
    using V = Vec<T>;
    V doubt{};  // of numbers x - x: 0 where all x are finite, else NaN
    T doubt_of_rest = 0;
    int j = 0;
    for (; j + lanes<T> <= count; j += lanes<T>) {
      const V moved = fused(-eta, load<V>(gradient + j), load<V>(w + j));
      doubt += moved - moved;
      store(w + j, moved);
    }
    for (; j < count; ++j) {
      w[j] = fused(-eta, gradient[j], w[j]);
      doubt_of_rest += w[j] - w[j];
    }
    return sum(doubt) + doubt_of_rest == 0;
  }

  std::vector<Stretch> list_;
  std::vector<char> finite_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
