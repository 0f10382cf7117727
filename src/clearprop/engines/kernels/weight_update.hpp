// The update of the weights of one piece against their gradient: parametrisation, optimiser, transposes. And the state of both.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "optimizer_step.hpp"
#include "parametrization.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
class WeightUpdate {
 public:
  WeightUpdate(BatchNetwork<T>& net, const Pieces<T>& pieces, const Rule& rule)
      : net_(net), pieces_(pieces), state_(rule, net.size()), step_(step_by<T>(rule)),
        parametrization_(net, rule.parametrized, state_.count()) {}

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

  // Whether a step against a gradient of 0 leaves what the rule keeps of a piece as it is.
  bool rests(const Piece& piece) const {
    if (!step_->rests()) return false;
    for (int k = 0; k < state_.count(); ++k)
      if (!all_0(state_.kept(k) + pieces_.offset(piece), pieces_.weights(piece)) ||
          !all_0(state_.kept(k) + pieces_.offset_of_biases(piece), pieces_.biases(piece)))
        return false;
    return true;
  }

  // Begins a step, whose parts are moved by the functions below.
  void begin(double eta) { step_->begin(state_, eta); }

  // Changes the weights of a piece, which may be a copy of them. `gradient` is overwritten. The scale of layer 1 is left to
  // `move_scale`: its gradient is a sum over all pieces of the layer.
  void move(const Piece& piece, T* W, T* W0, T* gradient, T* of_biases) {
    const int weights = pieces_.weights(piece), biases = pieces_.biases(piece);
    const int count_of_W0 = biases / pieces_.layer(piece).arrays;  // gain and shift are stepped as they are
    if (parametrization_) {
      parametrization_.turn_back(piece.l, piece.panel, piece.first, piece.last, W, gradient);
      parametrization_.turn_back_biases(count_of_W0, W0, of_biases);
    }
    step_->take(W, gradient, kept_from(pieces_.offset(piece)), weights);
    if (biases > 0) step_->take(W0, of_biases, kept_from(pieces_.offset_of_biases(piece)), biases);
    if (parametrization_) {
      parametrization_.make(piece.l, weights, W);
      parametrization_.make_biases(count_of_W0, W0);
    }
  }

  // Gets to know steps that come; and takes, for rows of a panel of layer 1, those that they wait for, where there is no parametrisation.
  void look_ahead(const Steps& steps) { step_->look_ahead(state_, steps); }
  double move_ahead(const Penalty<T>* penalties, int panel, const RowsAhead& rows, const T* gradient) {
    const std::ptrdiff_t at = net_.layers[1].W + net_.layers[1].panels.row(panel, 0);
    return step_->take_ahead(penalties, rows, net_.parameters() + at, gradient, kept_from(at));
  }

  // The same for weights and a gradient that lie in flat vectors, where there is no parametrisation. Gives whether all new
  // weights are finite.
  bool move_flat(const Piece& piece, T* flat, const T* gradient) const {
    return step_->take_flat(pieces_, piece, flat, gradient, kept_from(0));
  }
  bool parametrized() const { return bool(parametrization_); }

  bool scales(int l) const { return parametrization_.scales(l); }
  void move_scale() {
    parametrization_.move_scale([&](T* scale, const T* gradient, int count) {
      Kept<T> kept{};
      for (int k = 0; k < state_.count(); ++k) kept[k] = parametrization_.kept(k);
      step_->take(scale, gradient, kept, count);
    });
  }
  // W = diag(s) W, after `move_scale`, for the weights of a piece of layer 1.
  void apply_scale(const Piece& piece, T* W) const { parametrization_.apply_scale(piece.panel, piece.first, piece.last, W); }

  // Writes the piece's weights to W.T, which the backward pass reads; to be called after every change of them.
  void finish(const Piece& piece) {
    if (piece.l > 1) net_.transpose_rows(net_.layers[piece.l], piece.panel, piece.first, piece.last);
  }

 private:
  Kept<T> kept_from(std::ptrdiff_t at) const {
    Kept<T> kept{};
    for (int k = 0; k < state_.count(); ++k) kept[k] = state_.kept(k) + at;
    return kept;
  }

  BatchNetwork<T>& net_;
  const Pieces<T>& pieces_;
  OptimizerState<T> state_;
  std::unique_ptr<OptimizerStep<T>> step_;
  Parametrization<T> parametrization_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
