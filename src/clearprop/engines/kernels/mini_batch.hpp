// Steps on mini-batches, any optimiser of the list:
//
//   for rows, eta in zip(batches, etas):
//       fwd = forward_pass(net, X[rows], Y[rows], penalty=...); grads = back_propagate(net, fwd)
//       optimizer.update_in_place(net.parameters, grads.flat, eta, state)
//
// A step is two rounds of pieces for the team: the passes over some of the points, then the gradient and the update of
// some of the weights. What a piece computes does not depend on who else works, so neither do the bits.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "batch.hpp"
#include "descent.hpp"
#include "parametrization.hpp"
#include "rule.hpp"
#include "team.hpp"

namespace clearprop::CLEARPROP_LEVEL {

constexpr int most_kept = 3;

// One linear pass over parameters, gradient and what the rule keeps, whole vectors. All are copies, so that no store can change
// where the others are.
template <class R, class T>
void update(const R rule, T* w, const T* g, std::array<T*, most_kept> kept, int count) {
  using V = Vec<T>;
  for (int i = 0; i < count; i += lanes<T>) {
    V W = load<V>(w + i);
    move_vector(rule, W, load<V>(g + i), kept.data(), i);
    store(w + i, W);
  }
}

// Short runs of numbers, for which a call of the library would take longer.
template <class T>
CLEARPROP_INLINE void copy_run(const T* from, T* to, int count) {
  int j = 0;
  for (; j + lanes<T> <= count; j += lanes<T>) store(to + j, load<Vec<T>>(from + j));
  for (; j < count; ++j) to[j] = from[j];
}

// Whether runs of numbers that are shown to it in pairs have been the same so far, bit by bit.
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

template <class T>
class MiniBatch final : public BatchDescent<T> {
 public:
  MiniBatch(const Shape& shape, const Points<T>& points, Rule rule, int largest_batch, int threads)
      : net_(shape, true), rows_(net_, largest_batch, true, rule.dropout), points_(points), rule_(std::move(rule)), largest_batch_(largest_batch),
        threads_(threads), losses_(largest_batch), state_(rule_, net_.size()), parametrization_(net_, rule_.parametrized, state_.count()) {
    if (rule_.measures_whole()) gradient_ = Buffer<T>(net_.size());
    divide_weights();
    penalties_.resize(pieces_.size()), finite_.assign(pieces_.size(), 1), finite_stripes_.assign(stripes_.size(), 1);
  }

  void pack(const T* flat) override { net_.pack(flat); }
  void unpack(T* flat) const override { net_.unpack(flat); }
  bool finite() const override { return all_finite(net_.parameters(), net_.size()); }

  int arrays() const override { return state_.count() + parametrization_.arrays(); }
  void set_state(const std::vector<T*>& kept, std::int64_t t, double product) override {
    for (int k = 0; k < state_.count(); ++k) net_.pack_beside(kept[k], state_.kept(k));
    parametrization_.set_state({kept.begin() + state_.count(), kept.end()});
    state_.set(t, product);
  }
  std::pair<std::int64_t, double> get_state(const std::vector<T*>& kept) const override {
    for (int k = 0; k < state_.count(); ++k) net_.unpack_beside(state_.kept(k), kept[k]);
    parametrization_.get_state({kept.begin() + state_.count(), kept.end()});
    return state_.get();
  }

  void save() override { state_.save(net_.parameters()), parametrization_.save(); }
  void restore() override {
    state_.restore(net_.parameters()), parametrization_.restore();
    net_.transpose_all();
  }

  // The sum of the steps' losses, each measured before its step; NaN as soon as one, or a gradient, is not finite.
  double take(const Steps& steps) override {
    Team::Turn turn(Team::of_process(), threads_);
    double total = 0;
    for (std::int64_t s = 0; s < steps.count; ++s) total += step(turn, steps.batch(s), steps.eta(s), steps.t(s));
    return total;
  }
  double work() const override { return 6.0 * double(net_.size()) * largest_batch_; }
  const char* kernel() const override { return "mini-batch"; }

  // The loss of a batch of any size and its gradient. The weights stay packed from call to call, and only what `flat` has other
  // numbers of is packed again. More points than `largest_batch` are passed over in turn, and their shares of the gradient
  // added up in the order of the points.
  double loss_and_gradient(const T* flat, Batch batch, std::int64_t t, Share share, T* gradient) override {
    Team::Turn turn(Team::of_process(), threads_);
    turn.each(int(stripes_.size()), [&](int i) { refresh(stripes_[i], flat); });
    const double penalised = share.first == 0 ? penalised_of(share.of) : 0;
    double loss = 0;
    if (batch.size <= largest_batch_) {
      pass_over_all(turn, batch, share, t);
      each_piece(turn, [&](int i) {
        if (penalised == 0 && is_full(pieces_[i])) return write_gradient(i, batch.size, gradient);
        alignas(64) T room[most_in_piece];
        take_gradient(i, batch.size, penalised, room, gradient_of_biases(i, room));
        each_run(pieces_[i], room, gradient_of_biases(i, room), [&](const T* at, std::ptrdiff_t to, int count, int) { copy_run(at, gradient + to, count); });
      });
      for (int r = 0; r < batch.size; ++r) loss += losses_[r];
    } else {
      loss = add_up(turn, batch, t, share, penalised);
      net_.unpack_beside(gradient_.data(), gradient);
    }
    for (const double penalty : penalties_) loss += penalty;
    return loss;
  }

  // What `step` does after the gradient, from `flat` parameters and against a gradient in their order.
  Applied apply(T* flat, const T* gradient, double eta) override {
    Team::Turn turn(Team::of_process(), threads_);
    const auto layer_of_gradient = [&] {
      turn.each(int(stripes_.size()), [&](int i) { finite_stripes_[i] = is_finite_in(stripes_[i], gradient); });
      return layer_not_finite(stripes_, finite_stripes_);
    };
    int wrong = 0;
    if (rule_.is_plain()) {  // which keeps nothing that would have to be saved from such a gradient
      turn.each(int(stripes_.size()), [&](int i) { finite_stripes_[i] = descend_from(stripes_[i], flat, gradient, T(eta)); });
      wrong = layer_not_finite(stripes_, finite_stripes_);
    } else {
      if (const int l = layer_of_gradient()) return {Applied::gradient, l};
      with_rule(rule_.code, Optimizers<T>{}, [&](auto* type) { change_from<std::decay_t<decltype(*type)>>(turn, flat, gradient, eta); });
      wrong = layer_not_finite(pieces_, finite_);
    }
    if (wrong == 0) {
      turn.each(int(stripes_.size()), [&](int i) { hand_back(stripes_[i], flat); });
      return {};
    }
    std::fill_n(net_.parameters(), net_.size(), T(0));  // the padding too may be NaN
    net_.pack(flat);
    if (const int l = layer_of_gradient()) return {Applied::gradient, l};
    return {Applied::weights, wrong};
  }

 private:
  // Some of the weights: rows first .. last - 1 of a panel; the biases of the panel's columns go with its first rows.
  struct Piece {
    int l, panel, first, last;
  };
  // Rows of weights in all panels, which are side by side in the flat vector; the biases go with the first.
  struct Stripe {
    int l, first, last;
  };
  static constexpr int stripe_weights = 32768 / sizeof(T);
  static constexpr int rows_at_once = 128;        // of points, whose values then stay in the second-level cache
  static constexpr int weights_at_once = 16384 / sizeof(T);  // whose gradient stays in the first-level cache
  static constexpr int most_in_piece = weights_at_once + panel_vectors * lanes<T>;  // and biases

  void divide_weights() {
    for (int l = 1; l <= net_.L; ++l) {
      const BatchLayer<T>& layer = net_.layers[l];
      const int rows = std::max(1, stripe_weights / layer.n / lanes<T>) * lanes<T>;
      for (int i = 0; i < layer.m; i += rows) stripes_.push_back({l, i, std::min(i + rows, layer.m)});
      for (int p = 0; p < layer.panels.count(); ++p) {
        const int height = std::max(1, weights_at_once / layer.panels.stride(p) / lanes<T>) * lanes<T>;
        for (int i = 0; i < layer.m; i += height) pieces_.push_back({l, p, i, std::min(i + height, layer.m)});
      }
    }
  }

  double step(Team::Turn& turn, Batch batch, double eta, std::int64_t t) {
    pass_over_all(turn, batch, {0, batch.size}, t);
    with_rule(rule_.code, Optimizers<T>{}, [&](auto* type) { change_weights<std::decay_t<decltype(*type)>>(turn, batch.size, eta); });
    double loss = 0;
    for (int r = 0; r < batch.size; ++r) loss += losses_[r];
    for (const double penalty : penalties_) loss += penalty;
    const bool finite = std::all_of(finite_.begin(), finite_.end(), [](char each) { return each; });
    return finite ? loss : NAN;
  }

  // Forward and backward for a batch: Z, A and dL_dZ of all layers, and each point's part, 1 / share.of, of the loss.
  void pass_over_all(Team::Turn& turn, Batch batch, Share share, std::int64_t t) {
    const int group = rows_at_once * threads_;
    for (int first = 0; first < batch.size; first += group) pass_over(turn, batch, share, t, first, std::min(first + group, batch.size));
  }

  // The same for rows first .. last - 1 of it.
  void pass_over(Team::Turn& turn, Batch batch, Share share, std::int64_t t, int first, int last) {
    const int L = net_.L;
    const std::uint32_t step = std::uint32_t(t);
    each_rows(turn, first, last, 1, [&](int begin, int end) {
      for (int r = begin; r < end; ++r)
        std::copy_n(points_.x(batch.rows[r]), points_.m, rows_.A(0) + std::ptrdiff_t(r) * net_.layers[0].stride);
      if (rows_.drops(0)) drop_units(net_, rows_, rule_.dropout, step, 0, share.first, begin, end);
    });
    for (int l = 1; l < L; ++l) {
      const BatchLayer<T>& layer = net_.layers[l];
      const bool by_panels = is_elementwise(layer.f);
      each_panel(turn, layer.panels.count(), first, last, [&](int p, int begin, int end) {
        forward_panel(net_, rows_, rows_.left(net_.layers[l - 1], l - 1, begin), l, p, begin, end, by_panels);
      });
      if (!by_panels) each_row(turn, l, first, last, [](Layer<T>& row) { activate(row); });
      if (rows_.drops(l))
        each_rows(turn, first, last, 1, [&](int begin, int end) { drop_units(net_, rows_, rule_.dropout, step, l, share.first, begin, end); });
    }
    each_rows(turn, first, last, lanes<T>, [&](int begin, int end) {
      const Left<T> A_prev = rows_.left(net_.layers[L - 1], L - 1, begin);
      for (int p = 0; p < net_.layers[L].panels.count(); ++p) forward_panel(net_, rows_, A_prev, L, p, begin, end, false);
      loss_unit(
          net_, rows_, begin, end, [&](int r) { return points_.y(batch.rows[r]); },
          [&](int r) { return points_.weight(batch.rows[r]) / T(share.of); }, [&](int r, T loss) { losses_[r] = loss; });
    });
    for (int l = L; l > 1; --l) {
      const bool by_panels = is_elementwise(net_.layers[l - 1].f);
      each_panel(turn, net_.layers[l].turned.count(), first, last, [&](int p, int begin, int end) {
        backward_panel(net_, rows_, l, p, begin, end, by_panels);
      });
      if (!by_panels) each_row(turn, l - 1, first, last, [](Layer<T>& row) { link_within(row); });
    }
  }

  // f(begin, end) for shares of rows first .. last - 1 that begin at multiples of `multiple`.
  template <class F>
  void each_rows(Team::Turn& turn, int first, int last, int multiple, F&& f) const {
    const int share = rounded_up((last - first + threads_ - 1) / threads_, multiple);
    turn.each((last - first + share - 1) / share, [&](int i) { f(first + i * share, std::min(first + (i + 1) * share, last)); });
  }
  template <class F>
  void each_row(Team::Turn& turn, int l, int first, int last, F&& f) const {
    each_rows(turn, first, last, 1, [&](int begin, int end) {
      for (int r = begin; r < end; ++r) {
        Layer<T> row = rows_.row(net_.layers[l], l, r);
        f(row);
      }
    });
  }
  // f(panel, begin, end) for each panel, and its rows in as many shares as keep all threads at work to the end.
  template <class F>
  void each_panel(Team::Turn& turn, int panels, int first, int last, F&& f) const {
    const int shares = threads_ == 1 ? 1 : std::clamp(4 * threads_ / panels, 1, std::max(1, (last - first) / 8));
    turn.each(panels * shares, [&](int i) {
      const int p = i / shares, s = i % shares, count = last - first;
      f(p, first + count * s / shares, first + count * (s + 1) / shares);
    });
  }

  template <class R>
  void change_weights(Team::Turn& turn, int b, double eta) {
    const R rule = state_.template next<R>(eta);
    if (rule_.is_plain() && !rule_.penalises()) return each_piece(turn, [&](int i) { descend(pieces_[i], b, T(eta)); });
    if (!rule_.measures_whole()) {
      each_piece(turn, [&](int i) {
        alignas(64) T gradient[most_in_piece];
        take_gradient(i, b, penalised_of(b), gradient, gradient_of_biases(i, gradient));
        clip_entries(i, gradient);
        move(rule, pieces_[i], gradient, gradient_of_biases(i, gradient));
      });
      if (parametrization_.scales(1)) rescale(turn, rule);
      return;
    }
    each_piece(turn, [&](int i) { take_gradient(i, b, penalised_of(b), whole(pieces_[i]), whole_of_biases(pieces_[i])); });
    clip_whole();
    each_piece(turn, [&](int i) { move(rule, pieces_[i], whole(pieces_[i]), whole_of_biases(pieces_[i])); });
  }

  // All pieces, layer by layer: so a thread mostly meets the panels again that it had in the pass over the layer.
  template <class F>
  void each_piece(Team::Turn& turn, F&& f) const {
    for (std::size_t first = 0, last; first < pieces_.size(); first = last) {
      for (last = first; last < pieces_.size() && pieces_[last].l == pieces_[first].l;) ++last;
      turn.each(int(last - first), [&](int i) { f(int(first) + i); });
    }
  }

  // W -= eta * A_prev.T @ dL_dZ; W0 -= eta * dL_dZ.sum(axis=0)
  void descend(const Piece& piece, int b, T eta) {
    const BatchLayer<T>& layer = net_.layers[piece.l];
    const Columns<T> W = net_.panel(layer, piece.panel, piece.first);
    multiply_gradient(piece, b, W, -eta, W);
    if (piece.first == 0) add_biases(piece, b, net_.parameters() + layer.W0 + layer.panels.begin(piece.panel), -eta);
    finish(piece);
  }

  // to = from + scale * A_prev.T @ dL_dZ
  void multiply_gradient(const Piece& piece, int b, Columns<T> from, T scale, Columns<T> to) const {
    multiply_gradient(piece, b, Columns<const T>{from.at, from.stride}, scale, to);
  }
  void multiply_gradient(const Piece& piece, int b, Columns<const T> from, T scale, Columns<T> to) const {
    const BatchLayer<T>&layer = net_.layers[piece.l], &prev = net_.layers[piece.l - 1];
    multiply<true, T>(piece.last - piece.first, b, {rows_.handed_on(piece.l - 1) + piece.first, prev.stride}, layer.panels.width(piece.panel),
                      {rows_.dL_dZ(piece.l) + layer.panels.begin(piece.panel), layer.stride}, T(1), from, scale, to);
  }

  // to += scale * dL_dZ.sum(axis=0), for the columns of the piece's panel
  void add_biases(const Piece& piece, int b, T* to, T scale) const {
    using V = Vec<T>;
    const BatchLayer<T>& layer = net_.layers[piece.l];
    for (int j = 0; j < layer.panels.stride(piece.panel); j += lanes<T>) {
      const T* dL_dZ = rows_.dL_dZ(piece.l) + layer.panels.begin(piece.panel) + j;
      constexpr int apart = 4;  // sums side by side: one alone would wait for each addition
      V sums[apart] = {};
      int r = 0;
      for (; r + apart <= b; r += apart)
#pragma GCC unroll 4
        for (int s = 0; s < apart; ++s) sums[s] += load<V>(dL_dZ + std::ptrdiff_t(r + s) * layer.stride);
      for (; r < b; ++r) sums[0] += load<V>(dL_dZ + std::ptrdiff_t(r) * layer.stride);
      store(to + j, load<V>(to + j) + scale * ((sums[0] + sums[1]) + (sums[2] + sums[3])));
    }
  }

  void finish(const Piece& piece) {
    if (piece.l > 1) net_.transpose_rows(net_.layers[piece.l], piece.panel, piece.first, piece.last);
  }

  // How many weights a piece has, padding included, and biases.
  int weights_in(const Piece& piece) const { return (piece.last - piece.first) * net_.layers[piece.l].panels.stride(piece.panel); }
  int biases_in(const Piece& piece) const { return piece.first == 0 ? net_.layers[piece.l].panels.stride(piece.panel) : 0; }
  std::ptrdiff_t offset(const Piece& piece) const {
    const BatchLayer<T>& layer = net_.layers[piece.l];
    return layer.W + layer.panels.row(piece.panel, piece.first);
  }
  std::ptrdiff_t offset_of_biases(const Piece& piece) const {
    const BatchLayer<T>& layer = net_.layers[piece.l];
    return layer.W0 + layer.panels.begin(piece.panel);
  }
  T* gradient_of_biases(int i, T* gradient) const { return gradient + weights_in(pieces_[i]); }
  T* whole(const Piece& piece) const { return gradient_.data() + offset(piece); }
  T* whole_of_biases(const Piece& piece) const { return gradient_.data() + offset_of_biases(piece); }

  // The sum over `largest_batch` points at a time, left in `gradient_`; gives the points' part of the loss.
  double add_up(Team::Turn& turn, Batch batch, std::int64_t t, Share share, double penalised) {
    make_whole();
    std::fill_n(gradient_.data(), net_.size(), T(0));
    double loss = 0;
    for (int first = 0; first < batch.size; first += largest_batch_) {
      const Batch some{batch.rows + first, std::min(largest_batch_, batch.size - first)};
      pass_over_all(turn, some, {share.first + first, share.of}, t);
      each_piece(turn, [&](int i) { add_gradient(pieces_[i], some.size, whole(pieces_[i]), whole_of_biases(pieces_[i])); });
      for (int r = 0; r < some.size; ++r) loss += losses_[r];
    }
    each_piece(turn, [&](int i) {
      const Piece& piece = pieces_[i];
      penalties_[i] = penalised > 0 ? add_penalty(net_.parameters() + offset(piece), whole(piece), weights_in(piece), penalised) : 0;
    });
    return loss;
  }
  // Whether a piece has no padding, so that whole vectors of it can be written to the flat vector.
  bool is_full(const Piece& piece) const {
    const BatchLayer<T>& layer = net_.layers[piece.l];
    return layer.panels.begin(piece.panel) + layer.panels.stride(piece.panel) <= layer.n;
  }
  // `take_gradient` for such a piece and without a penalty, straight to its place in the flat vector.
  void write_gradient(int i, int b, T* flat) {
    const Piece& piece = pieces_[i];
    const BatchLayer<T>& layer = net_.layers[piece.l];
    T* const to = flat + layer.flat + layer.panels.begin(piece.panel);
    multiply_gradient(piece, b, nothing<T>(), T(1), Columns<T>{to + std::ptrdiff_t(piece.first) * layer.n, layer.n});
    penalties_[i] = 0;
    if (piece.first > 0) return;
    T* const biases = to + std::ptrdiff_t(layer.m) * layer.n;
    std::fill_n(biases, layer.panels.stride(piece.panel), T(0));
    add_biases(piece, b, biases, T(1));
  }
  void make_whole() {
    if (gradient_.size() == 0) gradient_ = Buffer<T>(net_.size());
  }

  // f(at, flat, count, padding) for each run of a piece's numbers that are side by side in the flat vector, from `flat` on, and
  // where its weights and biases are packed, `padding` numbers before the next.
  template <class P, class F>
  void each_run(const Piece& piece, P* weights, P* biases, F&& f) const {
    const BatchLayer<T>& layer = net_.layers[piece.l];
    const int begin = layer.panels.begin(piece.panel), stride = layer.panels.stride(piece.panel);
    const int count = std::min(stride, layer.n - begin);
    if (layer.n == stride) f(weights, layer.flat + std::ptrdiff_t(piece.first) * stride, (piece.last - piece.first) * stride, 0);
    else for (int i = piece.first; i < piece.last; ++i, weights += stride)
      f(weights, layer.flat + std::ptrdiff_t(i) * layer.n + begin, count, stride - count);
    if (piece.first == 0) f(biases, layer.flat + std::ptrdiff_t(layer.m) * layer.n + begin, count, stride - count);
  }
  template <class F>
  void each_run_of_parameters(const Piece& piece, F&& f) const {
    each_run(piece, net_.parameters() + offset(piece), net_.parameters() + offset_of_biases(piece), f);
  }

  // The same for a stripe of parameters.
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

  // Packs a stripe's parameters where the flat ones are others.
  void refresh(const Stripe& stripe, const T* flat) {
    Comparison<T> comparison;
    each_run(stripe, [&](const T* at, std::ptrdiff_t from, int count) { comparison(at, flat + from, count); });
    if (comparison.all_same()) return;
    each_run(stripe, [&](T* at, std::ptrdiff_t from, int count) { copy_run(flat + from, at, count); });
    finish(stripe);
  }
  void hand_back(const Stripe& stripe, T* flat) const {
    each_run(stripe, [&](const T* at, std::ptrdiff_t to, int count) { copy_run(at, flat + to, count); });
  }
  void finish(const Stripe& stripe) {
    const BatchLayer<T>& layer = net_.layers[stripe.l];
    if (stripe.l == 1) return;
    for (int p = 0; p < layer.panels.count(); ++p) net_.transpose_rows(layer, p, stripe.first, stripe.last);
  }

  // W = flat - eta * gradient; whether both were finite
  bool descend_from(const Stripe& stripe, const T* flat, const T* gradient, T eta) {
    using V = Vec<T>;
    V doubt{};
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

  // Whether flat numbers are, those of a stripe.
  bool is_finite_in(const Stripe& stripe, const T* flat) const {
    const BatchLayer<T>& layer = net_.layers[stripe.l];
    const std::ptrdiff_t biases = layer.flat + std::ptrdiff_t(layer.m) * layer.n;
    return all_finite(flat + layer.flat + std::ptrdiff_t(stripe.first) * layer.n, std::int64_t(stripe.last - stripe.first) * layer.n) &&
           (stripe.first > 0 || all_finite(flat + biases, layer.n));
  }

  // The last layer that is not finite, the first on the way back; 0 where all are.
  template <class Part>
  static int layer_not_finite(const std::vector<Part>& parts, const std::vector<char>& finite) {
    for (std::size_t i = parts.size(); i-- > 0;)
      if (!finite[i]) return parts[i].l;
    return 0;
  }

  // The packed parameters after the step from `flat` ones; whether those of each piece are finite is noted.
  template <class R>
  void change_from(Team::Turn& turn, const T* flat, const T* gradient, double eta) {
    const R rule = state_.template next<R>(eta);
    const bool at_once = rule_.measures_whole();
    if (at_once) {
      make_whole();
      each_piece(turn, [&](int i) { pack_gradient(pieces_[i], gradient, whole(pieces_[i]), whole_of_biases(pieces_[i])); });
      clip_whole();
    }
    each_piece(turn, [&](int i) {
      const Piece& piece = pieces_[i];
      alignas(64) T room[most_in_piece];
      T *const own = at_once ? whole(piece) : room, *const of_biases = at_once ? whole_of_biases(piece) : gradient_of_biases(i, room);
      if (!at_once) {
        pack_gradient(piece, gradient, own, of_biases);
        clip_entries(i, own);
      }
      each_run_of_parameters(piece, [&](T* at, std::ptrdiff_t from, int count, int) { copy_run(flat + from, at, count); });
      move(rule, piece, own, of_biases);
      finite_[i] = is_finite_in(piece);
    });
    if (!parametrization_.scales(1)) return;
    rescale(turn, rule);
    each_piece(turn, [&](int i) {
      if (parametrization_.scales(pieces_[i].l)) finite_[i] = is_finite_in(pieces_[i]);
    });
  }

  void pack_gradient(const Piece& piece, const T* gradient, T* weights, T* biases) const {
    each_run(piece, weights, biases, [&](T* at, std::ptrdiff_t from, int count, int padding) {
      copy_run(gradient + from, at, count);
      for (int j = 0; j < padding; ++j) at[count + j] = 0;
    });
  }

  bool is_finite_in(const Piece& piece) const {
    return all_finite(net_.parameters() + offset(piece), weights_in(piece)) &&
           all_finite(net_.parameters() + offset_of_biases(piece), biases_in(piece));
  }

  // dL_dW += A_prev.T @ dL_dZ; dL_dW0 += dL_dZ.sum(axis=0)
  void add_gradient(const Piece& piece, int b, T* gradient, T* of_biases) const {
    const Columns<T> so_far{gradient, net_.layers[piece.l].panels.stride(piece.panel)};
    multiply_gradient(piece, b, so_far, T(1), so_far);
    if (piece.first == 0) add_biases(piece, b, of_biases, T(1));
  }

  // dL_dW = A_prev.T @ dL_dZ + dR_dW; dL_dW0 = dL_dZ.sum(axis=0)
  void take_gradient(int i, int b, double penalised, T* gradient, T* of_biases) {
    const Piece& piece = pieces_[i];
    const int weights = weights_in(piece), biases = biases_in(piece);
    multiply_gradient(piece, b, nothing<T>(), T(1), Columns<T>{gradient, net_.layers[piece.l].panels.stride(piece.panel)});
    std::fill_n(of_biases, biases, T(0));
    if (biases > 0) add_biases(piece, b, of_biases, T(1));
    penalties_[i] = penalised > 0 ? add_penalty(net_.parameters() + offset(piece), gradient, weights, penalised) : 0;
    finite_[i] = all_finite(gradient, weights) && all_finite(of_biases, biases);
  }

  // What the penalty is multiplied by in the loss of a batch of b points; 0 where there is none.
  double penalised_of(int b) const { return !rule_.penalises() ? 0 : rule_.of_sum ? 1.0 / b : 1; }

  // gradient += l1 * np.sign(w) + 2 * l2 * w; gives l1 * np.abs(w).sum() + l2 * (w * w).sum(); both times `share`
  double add_penalty(const T* w, T* gradient, int weights, double share) const {
    using V = Vec<T>;
    const T l1 = T(share * rule_.l1), l2 = T(share * rule_.l2);
    V sizes{}, squares{};
    for (int i = 0; i < weights; i += lanes<T>) {
      const V W = load<V>(w + i), signs = sign(W);
      sizes += signs * W, squares += W * W;
      store(gradient + i, load<V>(gradient + i) + (l1 * signs + 2 * l2 * W));
    }
    return share * (rule_.l1 * double(sum(sizes)) + rule_.l2 * double(sum(squares)));
  }

  void clip_entries(int i, T* gradient) const {
    const int count = weights_in(pieces_[i]) + biases_in(pieces_[i]);
    for (const Rule::Clip& clip : rule_.clips)
      for (int j = 0; j < count; ++j) gradient[j] = std::clamp(gradient[j], T(-clip.largest), T(clip.largest));
  }

  // Clips in turn, where one of them needs the length of the whole gradient. That is measured in units of its largest
  // entry: squares of a gradient that has exploded would overflow.
  void clip_whole() {
    T* const g = gradient_.data();
    const std::size_t count = gradient_.size();
    for (const Rule::Clip& clip : rule_.clips) {
      if (!clip.norm) {
        for (std::size_t j = 0; j < count; ++j) g[j] = std::clamp(g[j], T(-clip.largest), T(clip.largest));
        continue;
      }
      T size = 0;
      for (std::size_t j = 0; j < count; ++j) size = std::max(size, std::abs(g[j]));
      if (!(size > 0)) continue;
      double squares = 0;
      for (std::size_t j = 0; j < count; ++j) squares += double(g[j] / size) * double(g[j] / size);
      const double length = std::sqrt(squares);
      if (length > clip.largest / double(size))
        for (std::size_t j = 0; j < count; ++j) g[j] = g[j] / size * T(clip.largest / length);
    }
  }

  // What is stepped, where that is not the weights themselves; all but the scale, which waits for the whole of layer 1.
  template <class R>
  void move(const R& rule, const Piece& piece, T* gradient, T* of_biases) {
    T *const W = net_.parameters() + offset(piece), *const W0 = net_.parameters() + offset_of_biases(piece);
    if (parametrization_) {
      parametrization_.turn_back(piece.l, piece.panel, piece.first, piece.last, W, gradient);
      parametrization_.turn_back_biases(biases_in(piece), W0, of_biases);
    }
    take_step(rule, piece, gradient, of_biases);
    if (parametrization_) {
      parametrization_.make(piece.l, weights_in(piece), W);
      parametrization_.make_biases(biases_in(piece), W0);
    }
    finish(piece);
  }

  template <class R>
  void rescale(Team::Turn& turn, const R& rule) {
    parametrization_.move_scale([&](T* scale, const T* gradient, int count) {
      std::array<T*, most_kept> kept{};
      for (int k = 0; k < R::kept; ++k) kept[k] = parametrization_.kept(k);
      update(rule, scale, gradient, kept, count);
    });
    const auto of_first_layer = std::count_if(pieces_.begin(), pieces_.end(), [](const Piece& piece) { return piece.l == 1; });
    turn.each(int(of_first_layer), [&](int i) {
      parametrization_.apply_scale(pieces_[i].panel, pieces_[i].first, pieces_[i].last, net_.parameters() + offset(pieces_[i]));
    });
  }

  template <class R>
  void take_step(const R& rule, const Piece& piece, const T* gradient, const T* of_biases) {
    const auto part = [&](std::ptrdiff_t at, const T* g, int count) {
      std::array<T*, most_kept> kept{};
      for (int k = 0; k < R::kept; ++k) kept[k] = state_.kept(k) + at;
      update(rule, net_.parameters() + at, g, kept, count);
    };
    part(offset(piece), gradient, weights_in(piece));
    if (biases_in(piece) > 0) part(offset_of_biases(piece), of_biases, biases_in(piece));
  }

  BatchNetwork<T> net_;
  Rows<T> rows_;
  const Points<T>& points_;
  Rule rule_;
  int largest_batch_, threads_;
  std::vector<double> losses_, penalties_;
  std::vector<char> finite_, finite_stripes_;
  std::vector<Stripe> stripes_;
  std::vector<Piece> pieces_;
  OptimizerState<T> state_;
  Parametrization<T> parametrization_;
  Buffer<T> gradient_;  // all of it, where something measures the whole
};

}  // namespace clearprop::CLEARPROP_LEVEL
