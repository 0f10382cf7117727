// The gradient of the weights and biases of one piece, from the values that the passes over a batch have left.
#pragma once

#include <algorithm>

#include "blocks.hpp"
#include "pieces.hpp"
#include "rule.hpp"
#include "sparse_inputs.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// A penalty's part of the loss of a piece, and whether the piece's gradient is finite.
struct Taken {
  double penalty;
  bool finite;
};

template <class T>
class WeightGradient {
 public:
  WeightGradient(const BatchNetwork<T>& net, const Rows<T>& rows, const Pieces<T>& pieces, const Blocks<T>& blocks, const Rule& rule)
      : net_(net), rows_(rows), pieces_(pieces), blocks_(blocks), rule_(rule) {}

  // Block k of a batch of b rows: leaves its part of a piece's gradient among those of the blocks, where the functions below find it
  // if they are told so.
  void take_block(const Piece& piece, int b, int k) const {
    const int first = Blocks<T>::begin(b, k), count = Blocks<T>::begin(b, k + 1) - first;
    const Columns<T> to{blocks_.gradient(k) + pieces_.offset(piece), pieces_.stride(piece)};
    multiply_rows(piece, first, count, nothing<T>(), T(1), to);
    if (piece.first == 0) each_bias(piece, [&](int j) { store(blocks_.gradient(k) + pieces_.offset_of_biases(piece) + j, sum_of_rows(piece, j, first, count)); });
  }
  void find_in_blocks(bool there) { in_blocks_ = there; }

  // Before the pieces of a batch whose points are sparse.
  void sort(const Points<T>& points, Batch batch) { by_inputs_.sort(points, batch), sparse_ = true; }

  // dL_dW = A_prev.T @ dL_dZ + dR_dW; dL_dW0 = dL_dZ.sum(axis=0), and behind it dL_dgain and dL_dshift, which the passes have
  // left. R counts `penalised` times.
  Taken take(const Piece& piece, int b, double penalised, T* gradient, T* of_biases) const {
    const int weights = pieces_.weights(piece), biases = pieces_.biases(piece);
    if (weights > 0) multiply_inputs(piece, b, nothing<T>(), T(1), Columns<T>{gradient, pieces_.stride(piece)});
    std::fill_n(of_biases, biases, T(0));
    if (biases > 0) add_biases(piece, b, {of_biases, pieces_.stride(piece)}, T(1));
    const double penalty = add_penalty(piece, penalised, gradient);
    return {penalty, all_finite(gradient, weights) && all_finite(of_biases, biases)};
  }

  // dL_dW of some of the inputs that are there in a batch whose points are sparse, and a panel of layer 1: row under row.
  void take_there(const ByInputs<T>& batch, int first, int last, int panel, T* gradient) const {
    batch.multiply_there(first, last, net_.layers[1].panels.width(panel), sparse_rows(panel), gradient);
  }

  // The same for a piece that is full, without a penalty, written to its place in the flat vector.
  void write(const Piece& piece, int b, T* flat) const {
    const BatchLayer<T>& layer = net_.layers[piece.l];
    T* const to = flat + layer.flat + layer.panels.begin(piece.panel);
    multiply_inputs(piece, b, nothing<T>(), T(1), Columns<T>{to + std::ptrdiff_t(piece.first) * layer.n, layer.n});
    if (piece.first > 0) return;
    const Columns<T> biases{to + std::ptrdiff_t(layer.m) * layer.n, layer.n};
    for (int k = 0; k < layer.arrays; ++k) std::fill_n(biases.at + k * biases.stride, pieces_.stride(piece), T(0));
    add_biases(piece, b, biases, T(1));
  }

  // dL_dW += A_prev.T @ dL_dZ; dL_dW0 += dL_dZ.sum(axis=0)
  void add(const Piece& piece, int b, T* gradient, T* of_biases) const {
    const Columns<T> so_far{gradient, pieces_.stride(piece)};
    multiply_inputs(piece, b, so_far, T(1), so_far);
    if (piece.first == 0) add_biases(piece, b, {of_biases, pieces_.stride(piece)}, T(1));
  }

  // W -= eta * A_prev.T @ dL_dZ; W0 -= eta * dL_dZ.sum(axis=0)
  void descend(const Piece& piece, int b, T eta) const {
    const BatchLayer<T>& layer = net_.layers[piece.l];
    const Columns<T> W = net_.panel(layer, piece.panel, piece.first);
    multiply_inputs(piece, b, W, -eta, W);
    if (piece.first == 0) add_biases(piece, b, {net_.parameters() + pieces_.offset_of_biases(piece), W.stride}, -eta);
  }

  // What the penalty is multiplied by in the loss of a batch of b points; 0 where there is none.
  double penalised_of(int b) const { return !rule_.penalises() ? 0 : rule_.of_sum ? 1.0 / b : 1; }

  // gradient += l1 * np.sign(w) + 2 * l2 * w; gives l1 * np.abs(w).sum() + l2 * (w * w).sum(); both times `penalised`
  double add_penalty(const Piece& piece, double penalised, T* gradient) const {
    if (!(penalised > 0)) return 0;
    using V = Vec<T>;
    const T* const w = net_.parameters() + pieces_.offset(piece);
    const int weights = pieces_.weights(piece);
    const T l1 = T(penalised * rule_.l1), l2 = T(penalised * rule_.l2);
    V sizes{}, squares{};
    for (int i = 0; i < weights; i += lanes<T>) {
      const V W = load<V>(w + i), signs = sign(W);
      sizes = fused(signs, W, sizes), squares = fused(W, W, squares);
      store(gradient + i, load<V>(gradient + i) + fused(2 * l2, W, l1 * signs));
    }
    return penalised * (rule_.l1 * double(sum(sizes)) + rule_.l2 * double(sum(squares)));
  }

 private:
  // to = from + scale * A_prev.T @ dL_dZ
  void multiply_inputs(const Piece& piece, int b, Columns<T> from, T scale, Columns<T> to) const {
    multiply_inputs(piece, b, Columns<const T>{from.at, from.stride}, scale, to);
  }
  void multiply_inputs(const Piece& piece, int b, Columns<const T> from, T scale, Columns<T> to) const {
    if (CLEARPROP_SPARSE && sparse_ && piece.l == 1) return multiply_sparse(piece, from, scale, to);
    if (!in_blocks_) return multiply_rows(piece, 0, b, from, scale, to);
    for (int k = 0; k < Blocks<T>::count(b); ++k, from = {to.at, to.stride}) {
      const T* block = blocks_.gradient(k) + pieces_.offset(piece);
      for (int i = 0; i < piece.last - piece.first; ++i, block += pieces_.stride(piece))
        for (int j = 0; j < pieces_.stride(piece); j += lanes<T>)
          store(to.at + i * to.stride + j, load<Vec<T>>(from.at + i * from.stride + j) + load<Vec<T>>(block + j));
    }
  }
  void multiply_sparse(const Piece& piece, Columns<const T> from, T scale, Columns<T> to) const {
    const BatchLayer<T>& layer = net_.layers[piece.l];
    by_inputs_.multiply(piece.first, piece.last, layer.panels.width(piece.panel), sparse_rows(piece.panel), from, scale, to);
  }
  Columns<const T> sparse_rows(int panel) const { return {rows_.dL_dZ(1) + net_.layers[1].panels.begin(panel), net_.layers[1].stride}; }
  // The same for `count` rows from row `first` on.
  void multiply_rows(const Piece& piece, int first, int count, Columns<const T> from, T scale, Columns<T> to) const {
    const BatchLayer<T>&layer = net_.layers[piece.l], &prev = net_.layers[piece.l - 1];
    multiply<true, T>(piece.last - piece.first, count, {rows_.handed_on(piece.l - 1) + std::ptrdiff_t(first) * prev.stride + piece.first, prev.stride},
                      layer.panels.width(piece.panel), {rows_.dL_dZ(piece.l) + std::ptrdiff_t(first) * layer.stride + layer.panels.begin(piece.panel), layer.stride},
                      from, scale, to);
  }

  // to += scale * dL_dZ.sum(axis=0), block by block, for the columns of the piece's panel; and below it the same of dL_dgain and
  // dL_dshift
  void add_biases(const Piece& piece, int b, Columns<T> to, T scale) const {
    using V = Vec<T>;
    const BatchLayer<T>& layer = net_.layers[piece.l];
    const NormalizedRows<T>& normalized = rows_.normalized(piece.l);
    each_bias(piece, [&](int j) {
      const auto add = [&](int array, V gradient) { store(to.at + array * to.stride + j, fused(scale, gradient, load<V>(to.at + array * to.stride + j))); };
      for (int k = 0; k < Blocks<T>::count(b); ++k) {
        const int first = Blocks<T>::begin(b, k);
        add(0, in_blocks_ ? load<V>(blocks_.gradient(k) + pieces_.offset_of_biases(piece) + j) : sum_of_rows(piece, j, first, Blocks<T>::begin(b, k + 1) - first));
      }
      if (!layer.normalization) return;
      const int unit = layer.panels.begin(piece.panel) + j;
      add(1, load<V>(normalized.dL_dgain.data() + unit)), add(2, load<V>(normalized.dL_dshift.data() + unit));
    });
  }
  // f(j) for the vectors of a piece's columns.
  template <class F>
  void each_bias(const Piece& piece, F&& f) const {
    for (int j = 0; j < pieces_.stride(piece); j += lanes<T>) f(j);
  }
  // dL_dZ.sum(axis=0) of some rows, for the vector of the piece's columns from j on.
  Vec<T> sum_of_rows(const Piece& piece, int j, int first, int count) const {
    const BatchLayer<T>& layer = net_.layers[piece.l];
    const T* const dL_dZ = rows_.dL_dZ(piece.l) + std::ptrdiff_t(first) * layer.stride + layer.panels.begin(piece.panel) + j;
    return sum_of<Vec<T>>(count, [&](int r) { return load<Vec<T>>(dL_dZ + std::ptrdiff_t(r) * layer.stride); });
  }

  const BatchNetwork<T>& net_;
  const Rows<T>& rows_;
  const Pieces<T>& pieces_;
  const Blocks<T>& blocks_;
  const Rule& rule_;
  ByInputs<T> by_inputs_;
  bool in_blocks_ = false, sparse_ = false;
};

}  // namespace clearprop::CLEARPROP_LEVEL
