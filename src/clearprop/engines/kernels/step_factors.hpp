// How far each parameter moves in a step: a factor for each, 0 where it is held.
//
//   gradient[factor == 0] = 0; after = the rule's step from w; w = factor == 0 ? w : factor == 1 ? after : w + factor * (after - w)
#pragma once

#include <algorithm>
#include <vector>

#include "pieces.hpp"
#include "rule.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
class StepFactors {
 public:
  StepFactors(const BatchNetwork<T>& net, const Pieces<T>& pieces, const Rule& rule) : pieces_(pieces) {
    if (rule.factors.empty()) return;
    packed_ = Buffer<T>(net.size());
    const std::vector<T> flat(rule.factors.begin(), rule.factors.end());
    net.pack_beside(flat.data(), packed_.data());
    lowest_ = net.L;
    for (const Piece& piece : pieces_.list()) {
      const bool still = all_0(weights(piece), pieces_.weights(piece)) && all_0(biases(piece), pieces_.biases(piece));
      still_.push_back(still);
      if (!still) lowest_ = std::min(lowest_, piece.l);
    }
  }

  // Whether any factor is not 1.
  explicit operator bool() const { return packed_.size() > 0; }

  // All of them, packed as the weights are; null where all are 1.
  const T* packed() const { return *this ? packed_.data() : nullptr; }

  // The lowest layer with a parameter that moves: the backward pass ends there.
  int lowest() const { return lowest_; }

  // Whether no parameter of a piece moves.
  bool is_still(const Piece& piece) const { return *this && still_[&piece - pieces_.list().data()]; }

  // Sets the gradient of what is held to 0, so that it counts in no norm and in no state.
  void hold(const Piece& piece, T* gradient, T* of_biases) const {
    if (!*this) return;
    hold(weights(piece), pieces_.weights(piece), gradient);
    hold(biases(piece), pieces_.biases(piece), of_biases);
  }

  // Shortens the step of a piece, `before` being its weights, and behind them its biases, before the step.
  void shorten(const Piece& piece, const T* before, T* W, T* W0) const {
    shorten(weights(piece), pieces_.weights(piece), before, W);
    shorten(biases(piece), pieces_.biases(piece), before + pieces_.weights(piece), W0);
  }

 private:
  const T* weights(const Piece& piece) const { return packed_.data() + pieces_.offset(piece); }
  const T* biases(const Piece& piece) const { return packed_.data() + pieces_.offset_of_biases(piece); }

  static void hold(const T* factors, int count, T* gradient) {
    using V = Vec<T>;
    const V zeros{};
    for (int i = 0; i < count; i += lanes<T>) store(gradient + i, load<V>(factors + i) == zeros ? zeros : load<V>(gradient + i));
  }
  static void shorten(const T* factors, int count, const T* before, T* w) {
    using V = Vec<T>;
    const V zeros{}, ones = zeros + 1;
    for (int i = 0; i < count; i += lanes<T>) {
      const V factor = load<V>(factors + i), from = load<V>(before + i), to = load<V>(w + i);
      const V shorter = fused(factor, to - from, from);
      store(w + i, factor == zeros ? from : factor == ones ? to : shorter);
    }
  }

  const Pieces<T>& pieces_;
  Buffer<T> packed_;         // as the weights are, the padding 0; empty where all factors are 1
  std::vector<char> still_;  // of each piece
  int lowest_ = 1;
};

}  // namespace clearprop::CLEARPROP_LEVEL
