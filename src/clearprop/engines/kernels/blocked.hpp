// Per-point descent in blocks of points for a wide first layer: the same iterates, with layer 1's work as matrix products.
//
// Within a block, the t-th point meets W - sum_s eta_s outer(x_s, dL_dZ_s) over the points s before it. So
//
//   Z0 = X @ W; G = X @ X.T                                        # once for the block
//   Z_t = Z0[t] + sum_{s < t} G[t, s] * step_s + W0_t              # step_s = -eta_s * dL_dZ_s
//   W0 += step_t
//   W += X.T @ steps                                               # once for the block
//
// is what one point after the other gives, up to rounding, and W is read and written once for the whole block.
//
// An L2 penalty shrinks W, and with it all that was added to it, by keep = 1 - 2 eta strength in every step, but not W0: what
// each part of the sum has kept so far is a factor of it. The loss wants the sum of W's squares in every step, which is
// followed without looking at W:
//
//   |keep W + outer(x, step)|^2 = keep^2 |W|^2 + 2 keep (x @ W) . step + |x|^2 |step|^2, where x @ W = Z - W0
#pragma once

#include "per_point.hpp"

namespace clearprop::CLEARPROP_LEVEL {

constexpr int tile_rows = vector_registers / 4, tile_columns = 3;  // in registers: rows x columns of sums

template <class T>
struct Block {
  const T* x[block_points] = {};
  T G[block_points][block_points] = {};
  T kept[block_points] = {}, kept_of_W = 1;  // of each step, and of W, since they were added
  T squares = 0;                             // of W as the point at hand meets it
  Buffer<T> Z0, steps;  // (block_points, stride) each

  explicit Block(int stride) : Z0(std::size_t(block_points) * stride), steps(std::size_t(block_points) * stride) {}
};

template <class T, class F>
CLEARPROP_INLINE void for_each_column_tile(int vectors, F&& f) {
  const int tiles = (vectors + tile_columns - 1) / tile_columns;
  for (int tile = 0; tile < tiles; ++tile) {  // as even as can be: 7 vectors are 2 + 2 + 3, not 3 + 3 + 1
    const int begin = vectors * tile / tiles, end = vectors * (tile + 1) / tiles;
    with_size<tile_columns>(end - begin, [&](auto nv) { f(nv, begin * lanes<T>); });
  }
}

// Z0 = X @ W
template <class T>
void products_of_block(const Layer<T>& layer, Block<T>& block) {
  using V = Vec<T>;
  constexpr int R = tile_rows;
  for_each_column_tile<T>(layer.vectors(), [&](auto nv, int at) {
    constexpr int NV = nv;
    for (int first = 0; first < block_points; first += R) {
      const T* x[R];
      V Z[R][NV] = {};
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r) x[r] = block.x[first + r];
      const T* W = layer.W + at;
      for (int i = 0; i < layer.m; ++i, W += layer.stride) {
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r)
#pragma GCC unroll 3
          for (int v = 0; v < NV; ++v) Z[r][v] = fused(x[r][i], load<V>(W + v * lanes<T>), Z[r][v]);
      }
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r)
#pragma GCC unroll 3
        for (int v = 0; v < NV; ++v)
          store(block.Z0.data() + std::ptrdiff_t(first + r) * layer.stride + at + v * lanes<T>, Z[r][v]);
    }
  });
}

// G[t, s] = x_t @ x_s for s < t; also for s = t where the diagonal is wanted
template <bool Diagonal, class T>
void gram_of_block(int m, int points, Block<T>& block) {
  using V = Vec<T>;
  constexpr int R = 4;
  const int whole = m / lanes<T> * lanes<T>;
  for (int t = 0; t < points; ++t) {
    const int end = Diagonal ? t + 1 : t;
    for (int first = 0; first < end; first += R) {
      with_size<R>(end - first, [&](auto nr) {
        constexpr int NR = nr;
        V products[NR] = {};
        for (int i = 0; i < whole; i += lanes<T>) {
          const V x = load<V>(block.x[t] + i);
#pragma GCC unroll 4
          for (int r = 0; r < NR; ++r) products[r] = fused(x, load<V>(block.x[first + r] + i), products[r]);
        }
#pragma GCC unroll 4
        for (int r = 0; r < NR; ++r) {
          T product = sum(products[r]);
          for (int i = whole; i < m; ++i) product = fused(block.x[t][i], block.x[first + r][i], product);
          block.G[t][first + r] = product;
        }
      });
    }
  }
}

// Z = kept_of_W * Z0[t] + sum_{s < t} kept[s] * G[t, s] * step_s + W0
template <bool Penalised, class T>
void forward_in_block(Layer<T>& layer, const Block<T>& block, int t) {
  using V = Vec<T>;
  T shares[block_points];
  for (int s = 0; s < t; ++s) shares[s] = Penalised ? block.kept[s] * block.G[t][s] : block.G[t][s];
  for_each_tile<T>(layer.vectors(), [&](auto nv, int at) {
    constexpr int NV = nv;
    const T *Z0 = block.Z0.data() + at, *step = block.steps.data() + at;
    V Z[NV];
#pragma GCC unroll 8
    for (int v = 0; v < NV; ++v) {
      const V product = load<V>(Z0 + std::ptrdiff_t(t) * layer.stride + v * lanes<T>);
      const V W0 = load<V>(layer.W0 + at + v * lanes<T>);
      Z[v] = Penalised ? fused(block.kept_of_W, product, W0) : product + W0;
    }
    for (int s = 0; s < t; ++s)
#pragma GCC unroll 8
      for (int v = 0; v < NV; ++v) Z[v] = fused(shares[s], load<V>(step + std::ptrdiff_t(s) * layer.stride + v * lanes<T>), Z[v]);
#pragma GCC unroll 8
    for (int v = 0; v < NV; ++v) store(layer.Z + at + v * lanes<T>, Z[v]);
  });
}

// step_t is added: W0 += step_t, and with a penalty what has been kept of the others, and the squares of W.
template <bool Penalised, class T>
void add_step(Layer<T>& layer, Block<T>& block, int t, const T* step, T keep) {
  using V = Vec<T>;
  T* const to = block.steps.data() + std::ptrdiff_t(t) * layer.stride;
  V along{}, length{};  // (x @ W) . step and |step|^2
  for (int j = 0; j < layer.stride; j += lanes<T>) {
    const V change = load<V>(step + j), W0 = load<V>(layer.W0 + j);
    if constexpr (Penalised) along = fused(load<V>(layer.Z + j) - W0, change, along), length = fused(change, change, length);
    store(to + j, change);
    store(layer.W0 + j, W0 + change);
  }
  if constexpr (Penalised) {
    block.squares = keep * (keep * block.squares + 2 * sum(along)) + block.G[t][t] * sum(length);
    for (int s = 0; s < t; ++s) block.kept[s] *= keep;
    block.kept[t] = 1, block.kept_of_W *= keep;
  }
}

// W = kept_of_W * W + X.T @ (kept * steps), and with a penalty the squares of that
template <bool Penalised, class T>
void update_from_block(Layer<T>& layer, Block<T>& block, int points) {
  using V = Vec<T>;
  if constexpr (Penalised) {
    for (int s = 0; s < points; ++s)
      for (T *at = block.steps.data() + std::ptrdiff_t(s) * layer.stride, *end = at + layer.stride; at < end; at += lanes<T>)
        store(at, block.kept[s] * load<V>(at));
  }
  V squares{};
  constexpr int R = tile_rows;
  for_each_column_tile<T>(layer.vectors(), [&](auto nv, int at) {
    constexpr int NV = nv;
    const T* steps = block.steps.data() + at;
    for (int first = 0; first < layer.m; first += R) {
      with_size<R>(layer.m - first, [&](auto nr) {
        constexpr int NR = nr;
        V W[NR][NV];
        T* to = layer.W + std::ptrdiff_t(first) * layer.stride + at;
#pragma GCC unroll 8
        for (int r = 0; r < NR; ++r)
#pragma GCC unroll 3
          for (int v = 0; v < NV; ++v) {
            W[r][v] = load<V>(to + std::ptrdiff_t(r) * layer.stride + v * lanes<T>);
            if constexpr (Penalised) W[r][v] *= block.kept_of_W;
          }
        for (int s = 0; s < points; ++s) {
          const T* step = steps + std::ptrdiff_t(s) * layer.stride;
#pragma GCC unroll 8
          for (int r = 0; r < NR; ++r)
#pragma GCC unroll 3
            for (int v = 0; v < NV; ++v) W[r][v] = fused(block.x[s][first + r], load<V>(step + v * lanes<T>), W[r][v]);
        }
#pragma GCC unroll 8
        for (int r = 0; r < NR; ++r)
#pragma GCC unroll 3
          for (int v = 0; v < NV; ++v) {
            store(to + std::ptrdiff_t(r) * layer.stride + v * lanes<T>, W[r][v]);
            if constexpr (Penalised) squares = fused(W[r][v], W[r][v], squares);
          }
      });
    }
  });
  block.squares = sum(squares);
  block.kept_of_W = 1;
}

template <bool Penalised, class T>
double take_blocked(Model<T>& model, const Points<T>& points, const Steps& steps) {
  Layer<T>& first = model.layers[1];
  Block<T> block(first.stride);
  if constexpr (Penalised) update_from_block<true>(first, block, 0);  // which only takes the squares
  double total = 0;
  for (std::int64_t begin = 0; begin < steps.count; begin += block_points) {
    const std::int64_t left = steps.count - begin;
    const int size = left < block_points ? int(left) : block_points;
    for (int s = 0; s < block_points; ++s) block.x[s] = points.x(steps.order[begin + (s < size ? s : 0)]);
    products_of_block(first, block);
    gram_of_block<Penalised>(first.m, size, block);
    for (int s = 0; s < size; ++s) {
      const std::int64_t i = steps.order[begin + s];
      const T eta = T(steps.eta(begin + s)), keep = Penalised ? 1 - 2 * eta * model.strength : T(1);
      forward_in_block<Penalised>(first, block, s);
      forward_above_first(model);
      total += loss_unit(model, points, i);
      const T above = backward_above_first<Penalised>(model, eta, keep);
      if constexpr (Penalised) total += double(model.strength) * (double(block.squares) + double(above));
      add_step<Penalised>(first, block, s, first_step(first, eta), keep);
    }
    update_from_block<Penalised>(first, block, size);
  }
  return total;
}

}  // namespace clearprop::CLEARPROP_LEVEL
