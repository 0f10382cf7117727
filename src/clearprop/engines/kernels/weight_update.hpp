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

  // Changes the weights of a piece. `gradient` is overwritten. The scale of layer 1 is left to `rescale`: its gradient is a sum
  // over all pieces of the layer.
  template <class R>
  void move(const R& rule, const Piece& piece, T* gradient, T* of_biases) {
    T *const W = net_.parameters() + pieces_.offset(piece), *const W0 = net_.parameters() + pieces_.offset_of_biases(piece);
    const int biases = pieces_.biases(piece);
    if (parametrization_) {
      parametrization_.turn_back(piece.l, piece.panel, piece.first, piece.last, W, gradient);
      parametrization_.turn_back_biases(biases, W0, of_biases);
    }
    step(rule, pieces_.offset(piece), gradient, pieces_.weights(piece));
    if (biases > 0) step(rule, pieces_.offset_of_biases(piece), of_biases, biases);
    if (parametrization_) {
      parametrization_.make(piece.l, pieces_.weights(piece), W);
      parametrization_.make_biases(biases, W0);
    }
    finish(piece);
  }

  bool scales(int l) const { return parametrization_.scales(l); }
  template <class R>
  void rescale(Team::Turn& turn, const R& rule) {
    parametrization_.move_scale([&](T* scale, const T* gradient, int count) {
      std::array<T*, most_kept> kept{};
      for (int k = 0; k < R::kept; ++k) kept[k] = parametrization_.kept(k);
      update(rule, scale, gradient, kept, count);
    });
    const auto& all = pieces_.list();
    const auto of_first_layer = std::count_if(all.begin(), all.end(), [](const Piece& piece) { return piece.l == 1; });
    turn.each(int(of_first_layer), [&](int i) {
      parametrization_.apply_scale(all[i].panel, all[i].first, all[i].last, net_.parameters() + pieces_.offset(all[i]));
    });
  }

  // Writes the piece's weights to W.T, which the backward pass reads; to be called after every change of them.
  void finish(const Piece& piece) {
    if (piece.l > 1) net_.transpose_rows(net_.layers[piece.l], piece.panel, piece.first, piece.last);
  }

 private:
  template <class R>
  void step(const R& rule, std::ptrdiff_t at, const T* gradient, int count) {
    std::array<T*, most_kept> kept{};
    for (int k = 0; k < R::kept; ++k) kept[k] = state_.kept(k) + at;
    update(rule, net_.parameters() + at, gradient, kept, count);
  }

  BatchNetwork<T>& net_;
  const Pieces<T>& pieces_;
  OptimizerState<T> state_;
  Parametrization<T> parametrization_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
