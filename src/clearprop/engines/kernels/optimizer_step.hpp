// An optimiser's step on runs of parameters, whichever optimiser it is: its type is known inside these loops alone, so that what
// stands around them is compiled once and not for each optimiser.
#pragma once

#include <array>
#include <memory>

#include "pieces.hpp"
#include "rule.hpp"

namespace clearprop::CLEARPROP_LEVEL {

constexpr int most_kept = 3;  // arrays of state of an optimiser
template <class T>
using Kept = std::array<T*, most_kept>;  // those of an optimiser, from some place on

// The rule's step on `count` numbers, whole vectors. The pointers are copies: so the compiler knows that no store changes them.
template <class R, class T>
void update(const R rule, T* w, const T* g, Kept<T> kept, int count) {
  using V = Vec<T>;
  for (int i = 0; i < count; i += lanes<T>) {
    V W = load<V>(w + i);
    move_vector(rule, W, load<V>(g + i), kept.data(), i);
    store(w + i, W);
  }
}

// The same where `w` and `g` are not whole vectors, but what the rule keeps is. Gives the sum of x - x over the new numbers, in each
// lane: 0 where all are finite, else NaN.
template <class R, class T>
CLEARPROP_INLINE Vec<T> update_run(const R rule, T* w, const T* g, Kept<T> kept, int count) {
  using V = Vec<T>;
  V doubt{};
  int i = 0;
  for (; i + lanes<T> <= count; i += lanes<T>) {
    V W = load<V>(w + i);
    move_vector(rule, W, load<V>(g + i), kept.data(), i);
    doubt += W - W;
    store(w + i, W);
  }
  if (i == count) return doubt;
  V W = load_few(w + i, count - i);
  move_vector(rule, W, load_few(g + i, count - i), kept.data(), i);
  store_few(w + i, W, count - i);
  return doubt + (W - W);
}

template <class T>
class OptimizerStep {
 public:
  virtual ~OptimizerStep() = default;

  // The optimiser becomes what the next step has.
  virtual void begin(OptimizerState<T>& state, double eta) = 0;
  // Whether a gradient of 0 leaves a state of 0 as it is.
  virtual bool rests() const = 0;
  // Whole vectors of numbers, and what is kept of them.
  virtual void take(T* w, const T* g, const Kept<T>& kept, int count) const = 0;
  // The numbers of a piece where they lie in flat vectors; what is kept is packed, from each array's beginning on. Gives whether
  // all new ones are finite.
  virtual bool take_flat(const Pieces<T>& pieces, const Piece& piece, T* flat, const T* gradient, const Kept<T>& kept) const = 0;
};

template <class R, class T>
class StepBy final : public OptimizerStep<T> {
 public:
  explicit StepBy(const Rule& rule) : rule_(Stride<T>{rule.hypers.data(), 0, 1}), first_(Stride<T>{rule.hypers.data(), 1, 1}) {}

  void begin(OptimizerState<T>& state, double eta) override { rule_ = state.template next<R>(eta); }
  bool rests() const override {
    alignas(64) T w[lanes<T>] = {}, state[most_kept][lanes<T>] = {};
    alignas(64) const T gradient[lanes<T>] = {};
    Kept<T> kept{};
    for (int k = 0; k < R::kept; ++k) kept[k] = state[k];
    update(first_, w, gradient, kept, lanes<T>);
    for (int k = 0; k < R::kept; ++k)
      if (!all_0(state[k], lanes<T>)) return false;
    return true;
  }
  void take(T* w, const T* g, const Kept<T>& kept, int count) const override { update(rule_, w, g, kept, count); }
  bool take_flat(const Pieces<T>& pieces, const Piece& piece, T* flat, const T* gradient, const Kept<T>& kept) const override {
    Vec<T> doubt{};  // of numbers x - x: 0 where all x are finite, else NaN
    pieces.each_run(piece, pieces.offset(piece), pieces.offset_of_biases(piece), [&](std::ptrdiff_t at, std::ptrdiff_t in_flat, int count, int) {
      Kept<T> here{};
      for (int k = 0; k < R::kept; ++k) here[k] = kept[k] + at;
      doubt += update_run(rule_, flat + in_flat, gradient + in_flat, here, count);
    });
    return sum(doubt) == 0;
  }

 private:
  R rule_, first_;  // of the present step, and of a first one
};

template <class T>
std::unique_ptr<OptimizerStep<T>> step_by(const Rule& rule) {
  std::unique_ptr<OptimizerStep<T>> step;
  with_rule(rule.code, Optimizers<T>{}, [&](auto* type) { step = std::make_unique<StepBy<std::decay_t<decltype(*type)>, T>>(rule); });
  return step;
}

}  // namespace clearprop::CLEARPROP_LEVEL
