// What goes back and forth between the flat vector of parameters and the packed ones: weights that somebody changed are packed
// again, and a plain step reads the flat vector and a gradient in its order.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "pieces.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Whether two vectors have the same bits. It is given them in parts, one after another.
template <class T>
class Comparison {
 public:
  CLEARPROP_INLINE void operator()(const T* a, const T* b, int count) {
    int j = 0;
    for (; j + lanes<T> <= count; j += lanes<T>) other_ |= Bits(load<Vec<T>>(a + j)) ^ Bits(load<Vec<T>>(b + j));
    for (; j < count; ++j) other_of_rest_ |= bits(a[j]) ^ bits(b[j]);
  }
  bool all_same() const {
    Bit other = other_of_rest_;
    for (int k = 0; k < lanes<T>; ++k) other |= other_[k];
    return other == 0;
  }

 private:
  using Bits = Mask<Vec<T>>;
  using Bit = std::decay_t<decltype(Bits{}[0])>;
  static Bit bits(T value) {
    Bit bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
  }
  Bits other_{};
  Bit other_of_rest_ = 0;
};

// Rows first .. last - 1 of W[l], in all panels: in the flat vector they are side by side. The stripe with row 0 also has W0[l].
struct Stripe {
  int l, first, last;
};

// All weights and biases of a network, in stripes.
template <class T>
class Stripes {
 public:
  explicit Stripes(BatchNetwork<T>& net) : net_(net) {
    constexpr int weights_at_once = 32768 / sizeof(T);
    for (int l = 1; l <= net_.L; ++l) {
      const BatchLayer<T>& layer = net_.layers[l];
      const int rows = std::max(1, weights_at_once / layer.n / lanes<T>) * lanes<T>;
      for (int i = 0; i < layer.m; i += rows) list_.push_back({l, i, std::min(i + rows, layer.m)});
    }
    finite_.assign(list_.size(), 1);
  }

  // Packs the flat parameters, stripe by stripe, where they are not those that are packed already.
  void refresh(Team::Turn& turn, const T* flat) {
    turn.each(int(list_.size()), [&](int i) { refresh(list_[i], flat); });
  }

  // Copies the packed parameters to the flat vector.
  void hand_back(Team::Turn& turn, T* flat) const {
    turn.each(int(list_.size()), [&](int i) {
      each_run(list_[i], [&](const T* at, std::ptrdiff_t to, int count) { copy_run(at, flat + to, count); });
    });
  }

  // W = flat - eta * gradient. Gives the layer in which a new weight is not finite, 0 where all are.
  int descend_from(Team::Turn& turn, const T* flat, const T* gradient, T eta) {
    turn.each(int(list_.size()), [&](int i) { finite_[i] = descend_from(list_[i], flat, gradient, eta); });
    return layer_not_finite(list_, finite_);
  }

  // The layer in which a flat vector is not finite, 0 where all of it is.
  int layer_not_finite_of(Team::Turn& turn, const T* flat) {
    turn.each(int(list_.size()), [&](int i) { finite_[i] = is_finite_in(list_[i], flat); });
    return layer_not_finite(list_, finite_);
  }

 private:
  // f(packed, flat, count) for each run of numbers that are side by side in both.
  template <class F>
  void each_run(const Stripe& stripe, F&& f) const {
    const BatchLayer<T>& layer = net_.layers[stripe.l];
    const auto row = [&](std::ptrdiff_t packed, int panel_step, std::ptrdiff_t flat) {
      for (int p = 0; p < layer.panels.count(); ++p) {
        const int begin = layer.panels.begin(p), count = std::min(layer.panels.stride(p), layer.n - begin);
        f(net_.parameters() + packed + (panel_step ? layer.panels.row(p, panel_step - 1) : begin), flat + begin, count);
      }
    };
    if (layer.panels.count() == 1 && layer.panels.stride(0) == layer.n) {
      f(net_.parameters() + layer.W + layer.panels.row(0, stripe.first), layer.flat + std::ptrdiff_t(stripe.first) * layer.n, (stripe.last - stripe.first) * layer.n);
    } else {
      for (int i = stripe.first; i < stripe.last; ++i) row(layer.W, i + 1, layer.flat + std::ptrdiff_t(i) * layer.n);
    }
    if (stripe.first == 0) row(layer.W0, 0, layer.flat + std::ptrdiff_t(layer.m) * layer.n);
  }

  void refresh(const Stripe& stripe, const T* flat) {
    Comparison<T> comparison;
    each_run(stripe, [&](const T* at, std::ptrdiff_t from, int count) { comparison(at, flat + from, count); });
    if (comparison.all_same()) return;
    each_run(stripe, [&](T* at, std::ptrdiff_t from, int count) { copy_run(flat + from, at, count); });
    finish(stripe);
  }

  bool descend_from(const Stripe& stripe, const T* flat, const T* gradient, T eta) {
    using V = Vec<T>;
    V doubt{};  // of numbers x - x: 0 where all x are finite, else NaN
    T doubt_of_rest = 0;
    each_run(stripe, [&](T* at, std::ptrdiff_t from, int count) {
      int j = 0;
      for (; j + lanes<T> <= count; j += lanes<T>) {
        const V w = load<V>(flat + from + j) - eta * load<V>(gradient + from + j);
        doubt += w - w;
        store(at + j, w);
      }
      for (; j < count; ++j) {
        at[j] = flat[from + j] - eta * gradient[from + j];
        doubt_of_rest += at[j] - at[j];
      }
    });
    finish(stripe);
    return sum(doubt) + doubt_of_rest == 0;
  }

  void finish(const Stripe& stripe) {
    const BatchLayer<T>& layer = net_.layers[stripe.l];
    if (stripe.l == 1) return;
    for (int p = 0; p < layer.panels.count(); ++p) net_.transpose_rows(layer, p, stripe.first, stripe.last);
  }

  bool is_finite_in(const Stripe& stripe, const T* flat) const {
    const BatchLayer<T>& layer = net_.layers[stripe.l];
    const std::ptrdiff_t biases = layer.flat + std::ptrdiff_t(layer.m) * layer.n;
    return all_finite(flat + layer.flat + std::ptrdiff_t(stripe.first) * layer.n, std::int64_t(stripe.last - stripe.first) * layer.n) &&
           (stripe.first > 0 || all_finite(flat + biases, layer.n));
  }

  BatchNetwork<T>& net_;
  std::vector<Stripe> list_;
  std::vector<char> finite_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
