// Matrix products for mini-batches. The right factor is held in panels, a few vectors wide, so that every product walks
// memory straight; a tile of the result stays in registers over the whole sum. It knows no layers.
#pragma once

#include <algorithm>
#include <vector>

#include "buffer.hpp"
#include "vector.hpp"

namespace clearprop::CLEARPROP_LEVEL {

constexpr int panel_vectors = 3;  // with enough rows of sums beside it to hide the latency of an addition
constexpr int tile_height(int vectors) { return vector_registers == 32 ? 8 : vectors == 3 ? 4 : vectors == 2 ? 6 : 8; }
// Terms of a sum taken at once, so that the panel and what is read of the left factor stay in the first-level cache: read
// transposed, that is a whole line for each term.
constexpr int depth_at_once(bool transposed) { return transposed ? 128 : 256; }

// How the columns of a matrix (rows, n) fall into panels: as even as can be, 7 vectors are 2 + 2 + 3 and not 3 + 3 + 1.
// Rows and columns are padded with zeros to whole vectors, so that blocks of it can be transposed in registers.
template <class T>
class Panels {
 public:
  Panels() = default;
  Panels(int rows, int n) : rows_(padded<T>(rows)), vectors_(padded<T>(n) / lanes<T>) {
    const int count = (vectors_ + panel_vectors - 1) / panel_vectors;
    for (int p = 0; p <= count; ++p) begins_.push_back(vectors_ * p / count);
    for (int p = 0; p < count; ++p) owners_.insert(owners_.end(), width(p), p);
  }

  int count() const { return int(begins_.size()) - 1; }
  int vectors() const { return vectors_; }
  int begin(int p) const { return begins_[p] * lanes<T>; }          // first column of panel p
  int width(int p) const { return begins_[p + 1] - begins_[p]; }    // in vectors, also from one row to the next
  int stride(int p) const { return width(p) * lanes<T>; }
  int owner(int v) const { return owners_[v]; }                     // the panel of column vector v
  std::ptrdiff_t size() const { return std::ptrdiff_t(rows_) * vectors_ * lanes<T>; }

  // Where row i of panel p begins, and where column vector v of row i is.
  std::ptrdiff_t row(int p, int i) const { return std::ptrdiff_t(rows_) * begin(p) + std::ptrdiff_t(i) * stride(p); }
  std::ptrdiff_t vector(int v, int i) const {
    const int p = owners_[v];
    return row(p, i) + (v - begins_[p]) * lanes<T>;
  }

 private:
  int rows_ = 0, vectors_ = 0;
  std::vector<int> begins_, owners_;
};

// A matrix as a left factor: element (r, k) is at[r * stride + k], or at[k * stride + r] where it is read transposed.
template <class T>
struct Left {
  const T* at;
  std::ptrdiff_t stride;
};

// One panel's width of a matrix with rows.
template <class T>
struct Columns {
  T* at;
  std::ptrdiff_t stride;  // 0 where every row is the same
};

// Zeros to begin a sum from.
template <class T>
CLEARPROP_INLINE Columns<const T> nothing() {
  static constexpr T zeros[panel_vectors * lanes<T>] = {};
  return {zeros, 0};
}

// C = C0 + scale * A @ B for a tile of NR rows and NV vectors, K terms a sum.
template <bool Transposed, int NR, int NV, class T>
void tile(int K, Left<T> A, Columns<const T> B, Columns<const T> C0, T scale, Columns<T> C) {
  using V = Vec<T>;
  V sums[NR][NV] = {};
  const T* b = B.at;
  const T* a = A.at;
  for (int k = 0; k < K; ++k, b += B.stride, a += Transposed ? A.stride : 1) {
    V row[NV];
#pragma GCC unroll 3
    for (int v = 0; v < NV; ++v) row[v] = load<V>(b + v * lanes<T>);
#pragma GCC unroll 8
    for (int r = 0; r < NR; ++r) {
      const T factor = Transposed ? a[r] : a[r * A.stride];
#pragma GCC unroll 3
      for (int v = 0; v < NV; ++v) sums[r][v] = fused(factor, row[v], sums[r][v]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < NR; ++r)
#pragma GCC unroll 3
    for (int v = 0; v < NV; ++v)
      store(C.at + r * C.stride + v * lanes<T>, fused(scale, sums[r][v], load<V>(C0.at + r * C0.stride + v * lanes<T>)));
}

// C = C0 + scale * A @ B for all rows of one panel. Sums are taken in the same order whatever the tiles, so a row
// comes out the same to the last bit wherever it stands.
template <bool Transposed, class T>
void multiply(int rows, int K, Left<T> A, int vectors, Columns<const T> B, Columns<const T> C0, T scale, Columns<T> C) {
  constexpr int most = depth_at_once(Transposed);
  const int blocks = (K + most - 1) / most;
  for (int block = 0; block < blocks; ++block) {
    const int first = K * block / blocks, depth = K * (block + 1) / blocks - first;
    const T* const a = A.at + (Transposed ? first * A.stride : first);
    const Columns<const T> b{B.at + first * B.stride, B.stride};
    with_size<panel_vectors>(vectors, [&](auto nv) {
      constexpr int NV = nv, height = tile_height(NV);
      const int tiles = (rows + height - 1) / height;
      for (int i = 0; i < tiles; ++i) {
        const int r = rows * i / tiles;
        with_size<height>(rows * (i + 1) / tiles - r, [&](auto nr) {
          constexpr int NR = nr;
          tile<Transposed, NR, NV, T>(depth, {a + (Transposed ? r : r * A.stride), A.stride}, b,
                                      {C0.at + r * C0.stride, C0.stride}, scale, {C.at + r * C.stride, C.stride});
        });
      }
    });
    C0 = {C.at, C.stride};
  }
}

template <int Step, bool High, class V, int... I>
CLEARPROP_INLINE V exchanged(V a, V b, std::integer_sequence<int, I...>) {
  if constexpr (High) return __builtin_shufflevector(a, b, ((I & Step) ? length<V> + I : I + Step)...);
  else return __builtin_shufflevector(a, b, ((I & Step) ? length<V> + I - Step : I)...);
}

// Rows become columns: in each round, blocks of `Step` change places across the diagonal.
template <int Step = 1, class V>
CLEARPROP_INLINE void transpose(V (&rows)[length<V>]) {
  constexpr std::make_integer_sequence<int, length<V>> indices{};
#pragma GCC unroll 16
  for (int i = 0; i < length<V>; ++i) {
    if (i & Step) continue;
    const V a = rows[i], b = rows[i + Step];
    rows[i] = exchanged<Step, false>(a, b, indices);
    rows[i + Step] = exchanged<Step, true>(a, b, indices);
  }
  if constexpr (2 * Step < length<V>) transpose<2 * Step>(rows);
}

// The first n numbers of some rows, number j of all of them as vector j; whole vectors are read and written.
template <class T>
void columns_of(const T* const (&rows)[lanes<T>], int n, Vec<T>* columns) {
  for (int j = 0; j < n; j += lanes<T>) {
    Vec<T>(&block)[lanes<T>] = *reinterpret_cast<Vec<T>(*)[lanes<T>]>(columns + j);
#pragma GCC unroll 16
    for (int r = 0; r < lanes<T>; ++r) block[r] = load<Vec<T>>(rows[r] + j);
    transpose(block);
  }
}

// And back, into `count` rows.
template <class T>
void rows_of(const Vec<T>* columns, int n, T* rows, std::ptrdiff_t stride, int count) {
  for (int j = 0; j < n; j += lanes<T>) {
    Vec<T> block[lanes<T>];
    std::copy_n(columns + j, lanes<T>, block);
    transpose(block);
    for (int r = 0; r < count; ++r) store(rows + r * stride + j, block[r]);
  }
}

// Rows first .. last of one panel of W go to where the transpose of W, in panels too, has them. `first` is a multiple of
// the lanes, and so is `last` but at the end of W.
template <class T>
void transpose_panel(const T* W, const Panels<T>& panels, int p, int first, int last, T* WT, const Panels<T>& turned) {
  using V = Vec<T>;
  for (int i = first; i < last; i += lanes<T>)
    for (int v = 0; v < panels.width(p); ++v) {
      V block[lanes<T>];
#pragma GCC unroll 16
      for (int r = 0; r < lanes<T>; ++r) block[r] = load<V>(W + panels.row(p, i + r) + v * lanes<T>);
      transpose(block);
      T* const to = WT + turned.vector(i / lanes<T>, panels.begin(p) + v * lanes<T>);
      const std::ptrdiff_t stride = turned.vector(i / lanes<T>, 1) - turned.vector(i / lanes<T>, 0);
#pragma GCC unroll 16
      for (int r = 0; r < lanes<T>; ++r) store(to + r * stride, block[r]);
    }
}

}  // namespace clearprop::CLEARPROP_LEVEL
