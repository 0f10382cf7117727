// How the weights are divided among the threads of a team, and where each part is in the flat vector. Nothing is computed here.
#pragma once

#include <algorithm>
#include <vector>

#include "batch.hpp"
#include "team.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Rows first .. last - 1 of one panel of W[l]. The piece with row 0 also has, of the panel's columns, the arrays with a number
// for each unit: the biases, and gain and shift of a normalised layer. All of them are called biases here.
struct Piece {
  int l, panel, first, last;
};

template <class T>
bool all_0(const T* values, int count) {
  return std::all_of(values, values + count, [](T value) { return value == 0; });
}

// The layer of the last part that is not finite: the first one on the way back. 0 where all are finite.
template <class Part>
int layer_not_finite(const std::vector<Part>& parts, const std::vector<char>& finite) {
  for (std::size_t i = parts.size(); i-- > 0;)
    if (!finite[i]) return parts[i].l;
  return 0;
}

// All weights and biases of a network, in pieces that are small enough for the first-level cache.
template <class T>
class Pieces {
 public:
  static constexpr int weights_at_once = 16384 / sizeof(T);
  static constexpr int most_numbers = weights_at_once + 3 * panel_vectors * lanes<T>;  // weights and biases of one piece

  // A panel has at least `least` pieces, where it has the rows: threads share out those of a narrow layer too.
  explicit Pieces(const BatchNetwork<T>& net, int least = 1) : net_(net) {
    for (int l = 1; l <= net_.L; ++l) {
      const BatchLayer<T>& layer = net_.layers[l];
      for (int p = 0; p < layer.panels.count(); ++p) {
        const int most = std::max(1, weights_at_once / layer.panels.stride(p) / lanes<T>) * lanes<T>;
        const int height = std::min(most, rounded_up((layer.m + least - 1) / least, lanes<T>));
        for (int i = 0; i < layer.m; i += height) list_.push_back({l, p, i, std::min(i + height, layer.m)});
      }
    }
  }

  // How many pieces of layer 1 there are.
  int of_first_layer() const {
    return int(std::count_if(list_.begin(), list_.end(), [](const Piece& piece) { return piece.l == 1; }));
  }

  const std::vector<Piece>& list() const { return list_; }
  std::size_t count() const { return list_.size(); }
  const Piece& operator[](int i) const { return list_[i]; }

  // f(i) for all pieces, layer by layer: so a thread mostly meets the panels again that it had in the pass over the layer. Where each
  // thread has all of them in its cache, they are shared out at once.
  // Begins with piece `from`.
  template <class F>
  void each(Team::Turn& turn, F&& f, std::size_t from = 0) const {
    if (net_.fits_a_core()) return turn.each(int(list_.size() - from), [&](int i) { f(int(from) + i); });
    for (std::size_t first = from, last; first < list_.size(); first = last) {
      for (last = first; last < list_.size() && list_[last].l == list_[first].l;) ++last;
      turn.each(int(last - first), [&](int i) { f(int(first) + i); });
    }
  }

  const BatchLayer<T>& layer(const Piece& piece) const { return net_.layers[piece.l]; }
  int stride(const Piece& piece) const { return layer(piece).panels.stride(piece.panel); }

  // How many numbers a piece has, padding included.
  int weights(const Piece& piece) const { return (piece.last - piece.first) * stride(piece); }
  int biases(const Piece& piece) const { return piece.first == 0 ? layer(piece).arrays * stride(piece) : 0; }

  // Where they begin in the vector of packed parameters.
  std::ptrdiff_t offset(const Piece& piece) const { return layer(piece).W + layer(piece).panels.row(piece.panel, piece.first); }
  std::ptrdiff_t offset_of_biases(const Piece& piece) const { return layer(piece).of_units(piece.panel, 0); }

  // Whether a piece has no padding, so that whole vectors of it can be written to the flat vector.
  bool is_full(const Piece& piece) const { return layer(piece).panels.begin(piece.panel) + stride(piece) <= layer(piece).n; }

  // f(packed, flat, count, padding) for each run of numbers that are side by side in the flat vector too. `packed` is where the
  // run is, in or from `weights` or `biases` on; `flat` is its place in the flat vector; `padding` numbers follow before the next run.
  template <class P, class F>
  void each_run(const Piece& piece, P weights, P biases, F&& f) const {
    const BatchLayer<T>& layer = net_.layers[piece.l];
    const int begin = layer.panels.begin(piece.panel), stride = layer.panels.stride(piece.panel);
    const int count = std::min(stride, layer.n - begin), rows = piece.last - piece.first, end = rows + (piece.first == 0 ? layer.arrays : 0);
    const bool joined = layer.n == stride;  // rows of W follow each other as they do in the flat vector
    for (int i = 0; i < end; i += joined && i < rows ? rows : 1) {  // row i, or behind them array i - rows
      const std::ptrdiff_t in_flat = layer.flat + std::ptrdiff_t(i < rows ? piece.first + i : layer.m + i - rows) * layer.n + begin;
      f(i < rows ? weights + std::ptrdiff_t(i) * stride : biases + std::ptrdiff_t(i - rows) * stride, in_flat,
        joined && i < rows ? rows * stride : count, stride - count);
    }
  }

  // A piece's numbers from the flat vector, padded with 0, and back to it.
  void pack(const Piece& piece, const T* flat, T* weights, T* biases) const {
    each_run(piece, weights, biases, [&](T* at, std::ptrdiff_t from, int count, int padding) {
      copy_run(flat + from, at, count);
      for (int j = 0; j < padding; ++j) at[count + j] = 0;
    });
  }
  void unpack(const Piece& piece, const T* weights, const T* biases, T* flat) const {
    each_run(piece, weights, biases, [&](const T* at, std::ptrdiff_t to, int count, int) { copy_run(at, flat + to, count); });
  }

 private:
  const BatchNetwork<T>& net_;
  std::vector<Piece> list_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
