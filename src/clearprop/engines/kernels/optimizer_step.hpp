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

// A penalty in one step: l1 and l2 for a weight's gradient, and times b, the points of the step, for the sum of b times the loss.
template <class T>
struct Penalty {
  T l1, l2, l1_of_loss, l2_of_loss;

  template <class V>
  CLEARPROP_INLINE void add(V W, V& gradient, V& losses) const {
    const V signs = l1 == 0 ? V{} : sign(W);  // a branch, as the other needs more than the rest
    losses = fused(l2_of_loss * W, W, losses), gradient += fused(2 * l2, W, l1 * signs);
    if (l1 != 0) losses = fused(l1_of_loss * signs, W, losses);
  }
};

// Some rows of weights, numbers of `columns` each: row inputs[k] takes the steps now .. next[k] - 1, one after another. Behind the
// last of them, up to `end`, are those that follow.
struct RowsAhead {
  const int *inputs, *next, *end;
  int count, now, columns;
};

// The rules' steps on such rows: the first of them against row k of `g`, those after it against nothing but the penalty, of which
// there may be none. Gives the penalty's part of the sum of b times the loss.
template <class R, class T>
double take_ahead(const R* rules, const Penalty<T>* penalties, const RowsAhead& rows, T* W, const T* g, Kept<T> kept) {
  using V = Vec<T>;
  Vector<double, lanes<T>> total{};
  with_size<panel_vectors>(rows.columns / lanes<T>, [&](auto nv) {
    constexpr int NV = nv, far = 16;
    for (int k = 0; k < rows.count; ++k, g += NV * lanes<T>) {
      if (rows.inputs + k + far < rows.end) {  // no processor foresees which rows come
        const std::ptrdiff_t there = std::ptrdiff_t(rows.inputs[k + far]) * (NV * lanes<T>);
        fetch<NV>(W + there);
        for (int a = 0; a < R::kept; ++a) fetch<NV>(kept[a] + there);
      }
      const std::ptrdiff_t at = std::ptrdiff_t(rows.inputs[k]) * (NV * lanes<T>);
      V w[NV], gradient[NV], losses{};
      KeptOfVector<R, V> state[NV];
#pragma GCC unroll 3
      for (int v = 0; v < NV; ++v) w[v] = load<V>(W + at + v * lanes<T>), gradient[v] = load<V>(g + v * lanes<T>), state[v].load_from(kept.data(), at + v * lanes<T>);
      for (int s = rows.now; s < rows.next[k]; ++s)
#pragma GCC unroll 3
        for (int v = 0; v < NV; ++v) {
          if (penalties) penalties[s].add(w[v], gradient[v], losses);
          state[v].move(rules[s], w[v], gradient[v]);
          gradient[v] = V{};
        }
#pragma GCC unroll 3
      for (int v = 0; v < NV; ++v) store(W + at + v * lanes<T>, w[v]), state[v].store_to(kept.data(), at + v * lanes<T>);
      total += __builtin_convertvector(losses, Vector<double, lanes<T>>);
    }
  });
  return sum(total);
}

template <class T>
class OptimizerStep {
 public:
  virtual ~OptimizerStep() = default;

  // The optimiser becomes what the next step has.
  virtual void begin(OptimizerState<T>& state, double eta) = 0;
  // It gets to know steps 0, 1, ... that come, for `take_ahead`.
  virtual void look_ahead(const OptimizerState<T>& state, const Steps& steps) = 0;
  virtual double take_ahead(const Penalty<T>* penalties, const RowsAhead& rows, T* W, const T* g, const Kept<T>& kept) const = 0;
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
  void look_ahead(const OptimizerState<T>& state, const Steps& steps) override {
    if constexpr (CLEARPROP_SPARSE) coming_ = state.template coming<R>(steps);
  }
  double take_ahead(const Penalty<T>* penalties, const RowsAhead& rows, T* W, const T* g, const Kept<T>& kept) const override {
    if constexpr (CLEARPROP_SPARSE) return clearprop::CLEARPROP_LEVEL::take_ahead(coming_.data(), penalties, rows, W, g, kept);
    return 0;
  }
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
  std::vector<R> coming_;
};

template <class T>
std::unique_ptr<OptimizerStep<T>> step_by(const Rule& rule) {
  std::unique_ptr<OptimizerStep<T>> step;
  with_rule(rule.code, Optimizers<T>{}, [&](auto* type) { step = std::make_unique<StepBy<std::decay_t<decltype(*type)>, T>>(rule); });
  return step;
}

}  // namespace clearprop::CLEARPROP_LEVEL
