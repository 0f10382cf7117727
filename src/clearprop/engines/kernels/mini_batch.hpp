// Steps on mini-batches, by any optimiser that has a kernel:
//
//   for rows, eta in zip(batches, etas):
//       fwd = forward_pass(net, X[rows], Y[rows], penalty=...); grads = back_propagate(net, fwd)
//       optimizer.update_in_place(net.parameters, grads.flat, eta, state)
//
// A step has two parts, and the team shares out each: first the passes, by points; then the gradient and the update, by weights.
// The result of a piece of work does not depend on the thread that does it, so the bits are the same for any number of threads.
// The two halves of a step are here too: the gradient alone, and the update against a gradient that is given.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>

#include "clipping.hpp"
#include "descent.hpp"
#include "pace.hpp"
#include "passes.hpp"
#include "step_factors.hpp"
#include "steps_ahead.hpp"
#include "stretches.hpp"
#include "weight_gradient.hpp"
#include "weight_update.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// The flat parameters as they were given back last: where the next steps begin with the same, they are packed already. Of small
// networks alone, whose single steps take little longer than packing does.
template <class T>
class GivenBack {
 public:
  explicit GivenBack(std::size_t parameters) : flat_(parameters <= most ? parameters : 0) {}

  void remember(const T* flat) const { std::copy_n(flat, flat_.size(), flat_.data()), known_ = flat_.size() > 0; }
  void forget() { known_ = false; }
  // By their bits: -0 is not 0.
  bool is(const T* flat) const { return known_ && std::memcmp(flat, flat_.data(), flat_.size() * sizeof(T)) == 0; }

 private:
  static constexpr std::size_t most = 4096;

  Buffer<T> flat_;
  mutable bool known_ = false;
};

template <class T>
class MiniBatch final : public BatchDescent<T> {
 public:
  MiniBatch(const Shape& shape, const Points<T>& points, Rule rule, int largest_batch, Threads threads)
      : net_(shape, true), points_(points), given_(shape.parameters()), rule_(std::move(rule)), largest_batch_(largest_batch), pace_(threads, kind_of(shape, rule_, largest_batch)),
        pieces_(net_, threads.most > 1 || rule_.sums_over_weights() ? 4 : 1), blocks_(net_, largest_batch, threads.most),
        factors_(net_, pieces_, rule_), stretches_(net_), passes_(net_, points, rule_.dropout, largest_batch, factors_.lowest()), gradient_(net_, passes_.rows(), pieces_, blocks_, rule_),
        update_(net_, pieces_, rule_), ahead_(net_, points, rule_, gradient_, update_), penalties_(pieces_.count()), finite_(pieces_.count(), 1) {
    if (rule_.measures_whole() || rule_.limits_columns()) whole_ = Buffer<T>(net_.size());
    statistics_ = Buffer<T>(shape.statistics()), saved_statistics_ = Buffer<T>(shape.statistics());
  }

  void pack(const T* flat) override {
    if (!given_.is(flat)) net_.pack(flat);
    packed_ = false;
  }
  void unpack(T* flat) const override { net_.unpack(flat), given_.remember(flat); }
  bool finite() const override { return all_finite(net_.parameters(), net_.size()); }

  int arrays() const override { return update_.arrays(); }
  void set_state(const std::vector<T*>& kept, std::int64_t t, double product) override { update_.set_state(kept, t, product); }
  std::pair<std::int64_t, double> get_state(const std::vector<T*>& kept) const override { return update_.get_state(kept); }
  void set_statistics(const T* given) override { std::copy_n(given, statistics_.size(), statistics_.data()); }
  void get_statistics(T* taken) const override { std::copy_n(statistics_.data(), statistics_.size(), taken); }
  void save() override { update_.save(), get_statistics(saved_statistics_.data()); }
  void restore() override { given_.forget(), update_.restore(), set_statistics(saved_statistics_.data()); }

  // The sum of b times the loss over the steps, each measured before its step; NaN as soon as one, or a gradient, is not finite.
  double take(const Steps& steps) override {
    given_.forget();
    find_resting();
    if (!ahead_) return take_known(steps);
    std::fill(penalties_.begin(), penalties_.end(), 0), std::fill(finite_.begin(), finite_.end(), 1);
    double total = 0;
    for (std::int64_t s = 0, count; s < steps.count; s += count) {
      const Steps some = steps.from(s, count = std::min<std::int64_t>(steps.count - s, StepsAhead<T>::most));
      ahead_.look(pace_.threads(), some);
      total += take_known(some);
    }
    return total;
  }
  double work() const override {
    if (!points_.are_sparse()) return 6.0 * double(net_.size()) * largest_batch_;
    const double first = double(net_.layers[1].panels.size());
    return ahead_.work(largest_batch_) + 6.0 * (double(net_.size()) - first) * largest_batch_;
  }
  const char* kernel() const override { return "mini-batch"; }
  int threads() const override { return pace_.threads(); }

  // The loss of a batch of any size and its gradient. A batch with more than `largest_batch` points is taken in parts, whose
  // gradients are added in the order of the points.
  double loss_and_gradient(const T* flat, Batch batch, std::int64_t t, Share share, T* gradient) override {
    double loss = 0;
    pace_.take(1, [&](Team::Turn& turn, auto, auto) {
      loss = loss_and_gradient(turn, flat, batch, t, share, gradient);
      return batch.size;
    });
    return loss;
  }

  // What `step` does after it has the gradient, to `flat` parameters and against a gradient in their order. The packed ones stay
  // those before the step: where a new one is not finite, they are given back.
  Applied apply(T* flat, T* statistics, const T* gradient, double eta) override {
    Team::Turn turn(pace_.threads());
    if (!packed_) pack(turn, flat);
    int wrong = 0;
    if (rule_.is_plain() && !factors_) {  // it has no state that such a gradient could spoil, so the result alone is checked
      wrong = stretches_.descend(turn, flat, gradient, T(eta));
    } else {
      if (const int l = stretches_.layer_not_finite(turn, gradient)) return {Applied::gradient, l};
      find_resting();
      change_flat(turn, flat, gradient, eta);
      if (rule_.limits_columns()) {
        net_.pack_beside(flat, whole_.data());
        shorten_columns(turn, whole_.data());
        net_.unpack_beside(whole_.data(), flat);
      }
      wrong = layer_not_finite(pieces_.list(), finite_);
    }
    packed_ = wrong > 0;
    if (wrong == 0) return passes_.follow(statistics), Applied{};
    net_.unpack(flat);
    if (const int l = stretches_.layer_not_finite(turn, gradient)) return {Applied::gradient, l};
    return {Applied::weights, wrong};
  }

 private:
  double take_known(const Steps& steps) {
    double total = 0;
    pace_.take(steps.count, [&](Team::Turn& turn, std::int64_t first, std::int64_t last) {
      double points = 0;
      for (std::int64_t s = first; s < last; ++s) {
        const Batch batch = steps.batch(s);
        total += step(turn, batch, steps.eta(s), steps.t(s), int(s));
        points += batch.size;
      }
      return points;
    });
    return total;
  }

  double loss_and_gradient(Team::Turn& turn, const T* flat, Batch batch, std::int64_t t, Share share, T* gradient) {
    pack(turn, flat);
    const double penalised = share.first == 0 ? gradient_.penalised_of(share.of) : 0;
    double loss = 0;
    if (batch.size <= passes_.most_rows(batch.size)) {
      pass(turn, batch, share, t);
      pieces_.each(turn, [&](int i) { penalties_[i] = write_gradient(pieces_[i], batch.size, penalised, gradient); });
      loss = passes_.add_losses(batch.size);
    } else {
      loss = add_up(turn, batch, t, share, penalised);
      net_.unpack_beside(whole_.data(), gradient);
    }
    for (const double penalty : penalties_) loss += penalty;
    return loss;
  }

  // What the time of a step depends on.
  static std::vector<int> kind_of(const Shape& shape, const Rule& rule, int largest_batch) {
    std::vector<int> kind = shape.widths;
    kind.insert(kind.end(), {largest_batch, rule.code, int(sizeof(T))});
    return kind;
  }

  // b times the loss; where steps are looked ahead to, it is the s-th of them, and of its penalty on layer 1 the part is there that
  // belongs to the steps taken now.
  double step(Team::Turn& turn, Batch batch, double eta, std::int64_t t, int s) {
    pass(turn, batch, {0, batch.size}, t, bool(ahead_));
    const Taken of_rows = change_weights(turn, batch.size, eta, s);
    if (rule_.limits_columns()) shorten_columns(turn, net_.parameters()), net_.transpose_all();
    passes_.follow(statistics_.data());
    double loss = passes_.add_losses(batch.size);
    for (const double penalty : penalties_) loss += penalty;
    const bool finite = std::all_of(finite_.begin(), finite_.end(), [](char each) { return each; });
    return finite && of_rows.finite ? batch.size * loss + of_rows.penalty : NAN;
  }

  // The passes over a batch; and where threads take blocks of its rows, each block's gradient.
  void pass(Team::Turn& turn, Batch batch, Share share, std::int64_t t, bool is_sorted = false) {
    if (points_.are_sparse() && !is_sorted) gradient_.sort(points_, batch);
    const bool in_blocks = turn.threads() > 1 && !points_.are_sparse() && blocks_.are_shared(batch.size);
    gradient_.find_in_blocks(in_blocks);
    if (!in_blocks) return passes_.run(turn, batch, share, t);
    turn.each(Blocks<T>::count(batch.size), [&](int k) {
      passes_.run_rows(batch, share, t, Blocks<T>::begin(batch.size, k), Blocks<T>::begin(batch.size, k + 1));
      for (const Piece& piece : pieces_.list())
        if (!factors_.is_still(piece)) gradient_.take_block(piece, batch.size, k);
    });
  }

  // The gradient of a batch and the update: a piece's gradient is used where it is computed, unless a norm is over all of it. Gives
  // what became of the rows of layer 1 that went ahead.
  Taken change_weights(Team::Turn& turn, int b, double eta, int s) {
    Taken of_rows{0, true};
    update_.begin(eta);
    if (rule_.is_plain() && !rule_.penalises() && !factors_ && !(net_.fits_a_core() && Blocks<T>::count(b) > 1)) {
      pieces_.each(turn, [&](int i) {
        gradient_.descend(pieces_[i], b, T(eta));
        update_.finish(pieces_[i]);
      });
      return of_rows;
    }
    const auto take = [&](const Piece& piece, int i, T* weights, T* biases) {
      const Taken taken = take_gradient(piece, b, gradient_.penalised_of(b), weights, biases);
      penalties_[i] = taken.penalty, finite_[i] = taken.finite;
    };
    if (rule_.measures_whole()) {
      pieces_.each(turn, [&](int i) { take(pieces_[i], i, whole(pieces_[i]), whole_of_biases(pieces_[i])); });
      clip(rule_, net_, whole_.data());
      pieces_.each(turn, [&](int i) { move(pieces_[i], whole(pieces_[i]), whole_of_biases(pieces_[i])); });
      return of_rows;
    }
    const auto change = [&](const Piece& piece, int i) {
      if (rests(piece) && !rule_.penalises()) return;
      alignas(64) T weights[Pieces<T>::most_numbers];
      T* const biases = weights + pieces_.weights(piece);
      take(piece, i, weights, biases);
      clip_entries(rule_, weights, pieces_.weights(piece) + pieces_.biases(piece));
      move(piece, weights, biases);
    };
    if (ahead_) {
      of_rows = ahead_.take(turn, s);
      for (int p = 0; p < net_.layers[1].panels.count(); ++p) change({1, p, 0, 0}, p);  // biases
    }
    pieces_.each(turn, [&](int i) { change(pieces_[i], i); }, ahead_ ? pieces_.of_first_layer() : 0);
    if (!update_.scales(1)) return of_rows;
    update_.move_scale();
    each_of_first_layer(turn, [&](int i) { update_.apply_scale(pieces_[i], net_.parameters() + pieces_.offset(pieces_[i])); });
    return of_rows;
  }
  void move(const Piece& piece, T* gradient, T* of_biases) {
    if (rests(piece)) return;
    move(piece, net_.parameters() + pieces_.offset(piece), net_.parameters() + pieces_.offset_of_biases(piece), gradient, of_biases);
    update_.finish(piece);
  }
  // The step of a piece of the weights, or of a copy of them, as far as its factors allow.
  void move(const Piece& piece, T* W, T* W0, T* gradient, T* of_biases) {
    if (factors_) return move_by_factors(piece, W, W0, gradient, of_biases);
    update_.move(piece, W, W0, gradient, of_biases);
  }
  void move_by_factors(const Piece& piece, T* W, T* W0, T* gradient, T* of_biases) {
    alignas(64) T before[Pieces<T>::most_numbers];
    std::copy_n(W, pieces_.weights(piece), before);
    std::copy_n(W0, pieces_.biases(piece), before + pieces_.weights(piece));
    update_.move(piece, W, W0, gradient, of_biases);
    factors_.shorten(piece, before, W, W0);
  }

  // What max-norm does to packed weights after a step.
  void shorten_columns(Team::Turn& turn, T* weights) const {
    for (int l = 1; l <= net_.L; ++l)
      turn.each(net_.layers[l].panels.count(), [&](int p) {
        clearprop::CLEARPROP_LEVEL::shorten_columns(rule_.max_norm, net_.layers[l], p, weights, factors_.packed());
      });
  }

  // Whether neither a piece of the weights nor what the rule keeps of it changes.
  bool rests(const Piece& piece) const { return factors_ && resting_[&piece - pieces_.list().data()]; }
  void find_resting() {
    if (!factors_) return;
    resting_.resize(pieces_.count());
    for (int i = 0; i < int(pieces_.count()); ++i) resting_[i] = factors_.is_still(pieces_[i]) && update_.rests(pieces_[i]);
  }

  // A piece's gradient, 0 for what is held; of a piece that is still, nothing but its penalty is computed.
  Taken take_gradient(const Piece& piece, int b, double penalised, T* weights, T* biases) const {
    if (!factors_) return gradient_.take(piece, b, penalised, weights, biases);
    Taken taken{0, true};
    if (factors_.is_still(piece)) {
      std::fill_n(weights, pieces_.weights(piece), T(0));
      taken.penalty = gradient_.add_penalty(piece, penalised, weights);
    } else {
      taken = gradient_.take(piece, b, penalised, weights, biases);
    }
    factors_.hold(piece, weights, biases);
    if (!taken.finite) taken.finite = all_finite(weights, pieces_.weights(piece)) && all_finite(biases, pieces_.biases(piece));
    return taken;
  }

  // The same to `flat` weights and against a given gradient. Leaves in `finite_` whether the new weights are, piece by piece.
  void change_flat(Team::Turn& turn, T* flat, const T* gradient, double eta) {
    update_.begin(eta);
    if (rule_.clips.empty() && !update_.parametrized() && !factors_)
      return pieces_.each(turn, [&](int i) { finite_[i] = update_.move_flat(pieces_[i], flat, gradient); });
    const bool at_once = rule_.measures_whole();
    if (at_once) {
      pieces_.each(turn, [&](int i) { pack_gradient(pieces_[i], gradient, whole(pieces_[i]), whole_of_biases(pieces_[i])); });
      clip(rule_, net_, whole_.data());
    }
    pieces_.each(turn, [&](int i) {
      const Piece& piece = pieces_[i];
      finite_[i] = 1;
      if (rests(piece)) return;
      alignas(64) T room[Pieces<T>::most_numbers];
      T *const own = at_once ? whole(piece) : room, *const of_biases = at_once ? whole_of_biases(piece) : room + pieces_.weights(piece);
      if (!at_once) {
        pack_gradient(piece, gradient, own, of_biases);
        clip_entries(rule_, own, pieces_.weights(piece) + pieces_.biases(piece));
      }
      change_piece(piece, flat, [&](T* W, T* W0) { move(piece, W, W0, own, of_biases); });
    });
    if (!update_.scales(1)) return;
    update_.move_scale();
    each_of_first_layer(turn, [&](int i) {
      change_piece(pieces_[i], flat, [&](T* W, T*) { update_.apply_scale(pieces_[i], W); });
    });
  }

  // A piece of a given gradient, 0 for what is held.
  void pack_gradient(const Piece& piece, const T* flat, T* weights, T* biases) const {
    pieces_.pack(piece, flat, weights, biases);
    factors_.hold(piece, weights, biases);
  }

  // f(W, W0) changes a copy of a piece of the flat vector, which takes its place.
  template <class F>
  void change_piece(const Piece& piece, T* flat, F&& f) {
    alignas(64) T W[Pieces<T>::most_numbers];
    T* const W0 = W + pieces_.weights(piece);
    pieces_.pack(piece, flat, W, W0);
    f(W, W0);
    finite_[&piece - pieces_.list().data()] = all_finite(W, pieces_.weights(piece) + pieces_.biases(piece));
    pieces_.unpack(piece, W, W0, flat);
  }

  template <class F>
  void each_of_first_layer(Team::Turn& turn, F&& f) const {
    turn.each(pieces_.of_first_layer(), f);
  }

  // The parameters, and the transposes, from the flat vector.
  void pack(Team::Turn& turn, const T* flat) {
    given_.forget();
    pieces_.each(turn, [&](int i) {
      const Piece& piece = pieces_[i];
      pieces_.pack(piece, flat, net_.parameters() + pieces_.offset(piece), net_.parameters() + pieces_.offset_of_biases(piece));
      update_.finish(piece);
    });
    packed_ = true;
  }

  // Writes a piece's gradient to its place in the flat vector; gives the penalty on the piece.
  double write_gradient(const Piece& piece, int b, double penalised, T* flat) const {
    if (penalised == 0 && pieces_.is_full(piece) && !factors_) {
      gradient_.write(piece, b, flat);
      return 0;
    }
    alignas(64) T weights[Pieces<T>::most_numbers];
    T* const biases = weights + pieces_.weights(piece);
    const Taken taken = take_gradient(piece, b, penalised, weights, biases);
    pieces_.unpack(piece, weights, biases, flat);
    return taken.penalty;
  }

  // The gradient of a large batch, `largest_batch` points at a time, left in `whole_`; gives the points' part of the loss.
  double add_up(Team::Turn& turn, Batch batch, std::int64_t t, Share share, double penalised) {
    if (whole_.size() == 0) whole_ = Buffer<T>(net_.size());
    std::fill_n(whole_.data(), net_.size(), T(0));
    double loss = 0;
    for (int first = 0; first < batch.size; first += largest_batch_) {
      const Batch some{batch.rows + first, std::min(largest_batch_, batch.size - first)};
      pass(turn, some, {share.first + first, share.of}, t);
      pieces_.each(turn, [&](int i) {
        if (!factors_.is_still(pieces_[i])) gradient_.add(pieces_[i], some.size, whole(pieces_[i]), whole_of_biases(pieces_[i]));
      });
      loss = passes_.add_losses(some.size, loss);
    }
    pieces_.each(turn, [&](int i) {
      penalties_[i] = gradient_.add_penalty(pieces_[i], penalised, whole(pieces_[i]));
      factors_.hold(pieces_[i], whole(pieces_[i]), whole_of_biases(pieces_[i]));
    });
    return loss;
  }

  // Where a piece is in `whole_`.
  T* whole(const Piece& piece) const { return whole_.data() + pieces_.offset(piece); }
  T* whole_of_biases(const Piece& piece) const { return whole_.data() + pieces_.offset_of_biases(piece); }

  BatchNetwork<T> net_;
  const Points<T>& points_;
  GivenBack<T> given_;
  Rule rule_;
  int largest_batch_;
  Pace pace_;
  Pieces<T> pieces_;
  Blocks<T> blocks_;
  StepFactors<T> factors_;
  Stretches<T> stretches_;
  Passes<T> passes_;
  WeightGradient<T> gradient_;
  WeightUpdate<T> update_;
  StepsAhead<T> ahead_;
  std::vector<double> penalties_;  // of each piece, in the last step
  std::vector<char> finite_, resting_;
  Buffer<T> statistics_, saved_statistics_;  // running means and variances
  bool packed_ = false;  // whether the packed parameters are those of the last gradient, and no step came after it
  Buffer<T> whole_;  // all of a gradient, packed like the weights; made where something needs all of it
};

}  // namespace clearprop::CLEARPROP_LEVEL
