// The update of the weights of one piece against their gradient: parametrisation, optimiser, transposes. And the state of both.
#pragma once

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "parametrization.hpp"
#include "pieces.hpp"
#include "rule.hpp"

namespace clearprop::CLEARPROP_LEVEL {

constexpr int most_kept = 3;  // arrays of state of an optimiser

// The rule's step on `count` numbers, whole vectors. The pointers are copies: so the compiler knows that no store changes them.
template <class R, class T>
void update(const R rule, T* w, const T* g, std::array<T*, most_kept> kept, int count) {
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
CLEARPROP_INLINE Vec<T> update_run(const R rule, T* w, const T* g, std::array<T*, most_kept> kept, int count) {
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
class WeightUpdate {
 public:
  WeightUpdate(BatchNetwork<T>& net, const Pieces<T>& pieces, const Rule& rule)
      : net_(net), pieces_(pieces), state_(rule, net.size()), parametrization_(net, rule.parametrized, state_.count()) {}

  int arrays() const { return state_.count() + parametrization_.arrays(); }
  void set_state(const std::vector<T*>& kept, std::int64_t t, double product) {
    for (int k = 0; k < state_.count(); ++k) net_.pack_beside(kept[k], state_.kept(k));
    parametrization_.set_state({kept.begin() + state_.count(), kept.end()});
    state_.set(t, product);
  }
  std::pair<std::int64_t, double> get_state(const std::vector<T*>& kept) const {
    for (int k = 0; k < state_.count(); ++k) net_.unpack_beside(state_.kept(k), kept[k]);
    parametrization_.get_state({kept.begin() + state_.count(), kept.end()});
    return state_.get();
  }
  void save() { state_.save(net_.parameters()), parametrization_.save(); }
  void restore() {
    state_.restore(net_.parameters()), parametrization_.restore();
    net_.transpose_all();
  }

  // The optimiser as the next step has it.
  template <class R>
  R next(double eta) {
    return state_.template next<R>(eta);
  }

  // Changes the weights of a piece, which may be a copy of them. `gradient` is overwritten. The scale of layer 1 is left to
  // `move_scale`: its gradient is a sum over all pieces of the layer.
  template <class R>
  void move(const R& rule, const Piece& piece, T* W, T* W0, T* gradient, T* of_biases) {
    const int weights = pieces_.weights(piece), biases = pieces_.biases(piece);
    if (parametrization_) {
      parametrization_.turn_back(piece.l, piece.panel, piece.first, piece.last, W, gradient);
      parametrization_.turn_back_biases(biases, W0, of_biases);
    }
    update(rule, W, gradient, kept_of<R>(pieces_.offset(piece)), weights);
    if (biases > 0) update(rule, W0, of_biases, kept_of<R>(pieces_.offset_of_biases(piece)), biases);
    if (parametrization_) {
      parametrization_.make(piece.l, weights, W);
      parametrization_.make_biases(biases, W0);
    }
  }

  // The same for weights and a gradient that lie in flat vectors, where there is no parametrisation. Gives whether all new
  // weights are finite.
  template <class R>
  bool move_flat(const R& rule, const Piece& piece, T* flat, const T* gradient) {
    Vec<T> doubt{};  // of numbers x - x: 0 where all x are finite, else NaN
    pieces_.each_run(piece, pieces_.offset(piece), pieces_.offset_of_biases(piece), [&](std::ptrdiff_t at, std::ptrdiff_t in_flat, int count, int) {
      doubt += update_run(rule, flat + in_flat, gradient + in_flat, kept_of<R>(at), count);
    });
    return sum(doubt) == 0;
  }
  bool parametrized() const { return bool(parametrization_); }

  bool scales(int l) const { return parametrization_.scales(l); }
  template <class R>
  void move_scale(const R& rule) {
    parametrization_.move_scale([&](T* scale, const T* gradient, int count) {
      std::array<T*, most_kept> kept{};
      for (int k = 0; k < R::kept; ++k) kept[k] = parametrization_.kept(k);
      update(rule, scale, gradient, kept, count);
    });
  }
  // W = diag(s) W, after `move_scale`, for the weights of a piece of layer 1.
  void apply_scale(const Piece& piece, T* W) const { parametrization_.apply_scale(piece.panel, piece.first, piece.last, W); }

  // Writes the piece's weights to W.T, which the backward pass reads; to be called after every change of them.
  void finish(const Piece& piece) {
    if (piece.l > 1) net_.transpose_rows(net_.layers[piece.l], piece.panel, piece.first, piece.last);
  }

 private:
  template <class R>
  std::array<T*, most_kept> kept_of(std::ptrdiff_t at) const {
    std::array<T*, most_kept> kept{};
    for (int k = 0; k < R::kept; ++k) kept[k] = state_.kept(k) + at;
    return kept;
  }

  BatchNetwork<T>& net_;
  const Pieces<T>& pieces_;
  OptimizerState<T> state_;
  Parametrization<T> parametrization_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
