// Per-point descent in blocks of points for a wide first layer: the same iterates, with layer 1's work as matrix products.
//
// Within a block, the t-th point meets W - sum_s eta_s outer(x_s, dL_dZ_s) over the points s before it. So
//
//   Z0 = X @ W + W0; G = X @ X.T                                   # once for the block
//   Z_t = Z0[t] + sum_{s < t} (G[t, s] + 1) * step_s               # step_s = -eta_s * dL_dZ_s
//   W += X.T @ steps; W0 += steps.sum(axis=0)                      # once for the block
//
// is what one point after the other gives, up to rounding, and W is read and written once for the whole block.
#pragma once

#include "per_point.hpp"

namespace clearprop::CLEARPROP_LEVEL {

constexpr int tile_rows = vector_registers / 4, tile_columns = 3;  // in registers: rows x columns of sums

template <class T>
struct Block {
  const T* x[block_points] = {};
  T G[block_points][block_points] = {};
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

// Z0 = X @ W + W0
template <class T>
void products_of_block(const Layer<T>& layer, Block<T>& block) {
  using V = Vec<T>;
  constexpr int R = tile_rows;
  for_each_column_tile<T>(layer.vectors(), [&](auto nv, int at) {
    constexpr int NV = nv;
    for (int first = 0; first < block_points; first += R) {
      const T* x[R];
      V Z[R][NV];
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r) {
        x[r] = block.x[first + r];
#pragma GCC unroll 3
        for (int v = 0; v < NV; ++v) Z[r][v] = load<V>(layer.W0 + at + v * lanes<T>);
      }
      const T* W = layer.W + at;
      for (int i = 0; i < layer.m; ++i, W += layer.stride) {
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r)
#pragma GCC unroll 3
          for (int v = 0; v < NV; ++v) Z[r][v] += x[r][i] * load<V>(W + v * lanes<T>);
      }
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r)
#pragma GCC unroll 3
        for (int v = 0; v < NV; ++v)
          store(block.Z0.data() + std::ptrdiff_t(first + r) * layer.stride + at + v * lanes<T>, Z[r][v]);
    }
  });
}

// G[t, s] = x_t @ x_s + 1 for s < t; the 1 is the bias's share
template <class T>
void gram_of_block(int m, int points, Block<T>& block) {
  using V = Vec<T>;
  constexpr int R = 4;
  const int whole = m / lanes<T> * lanes<T>;
  for (int t = 1; t < points; ++t) {
    for (int first = 0; first < t; first += R) {
      with_size<R>(t - first, [&](auto nr) {
        constexpr int NR = nr;
        V products[NR] = {};
        for (int i = 0; i < whole; i += lanes<T>) {
          const V x = load<V>(block.x[t] + i);
#pragma GCC unroll 4
          for (int r = 0; r < NR; ++r) products[r] += x * load<V>(block.x[first + r] + i);
        }
#pragma GCC unroll 4
        for (int r = 0; r < NR; ++r) {
          T product = sum(products[r]);
          for (int i = whole; i < m; ++i) product += block.x[t][i] * block.x[first + r][i];
          block.G[t][first + r] = product + 1;
        }
      });
    }
  }
}

// Z = Z0[t] + sum_{s < t} G[t, s] * step_s
template <class T>
void forward_in_block(Layer<T>& layer, const Block<T>& block, int t) {
  using V = Vec<T>;
  for_each_tile<T>(layer.vectors(), [&](auto nv, int at) {
    constexpr int NV = nv;
    const T *Z0 = block.Z0.data() + at, *step = block.steps.data() + at;
    V Z[NV];
#pragma GCC unroll 8
    for (int v = 0; v < NV; ++v) Z[v] = load<V>(Z0 + std::ptrdiff_t(t) * layer.stride + v * lanes<T>);
    for (int s = 0; s < t; ++s)
#pragma GCC unroll 8
      for (int v = 0; v < NV; ++v) Z[v] += block.G[t][s] * load<V>(step + std::ptrdiff_t(s) * layer.stride + v * lanes<T>);
#pragma GCC unroll 8
    for (int v = 0; v < NV; ++v) store(layer.Z + at + v * lanes<T>, Z[v]);
  });
}

// W += X.T @ steps; W0 += steps.sum(axis=0)
template <class T>
void update_from_block(Layer<T>& layer, const Block<T>& block, int points) {
  using V = Vec<T>;
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
          for (int v = 0; v < NV; ++v) W[r][v] = load<V>(to + std::ptrdiff_t(r) * layer.stride + v * lanes<T>);
        for (int s = 0; s < points; ++s) {
          const T* step = steps + std::ptrdiff_t(s) * layer.stride;
#pragma GCC unroll 8
          for (int r = 0; r < NR; ++r)
#pragma GCC unroll 3
            for (int v = 0; v < NV; ++v) W[r][v] += block.x[s][first + r] * load<V>(step + v * lanes<T>);
        }
#pragma GCC unroll 8
        for (int r = 0; r < NR; ++r)
#pragma GCC unroll 3
          for (int v = 0; v < NV; ++v) store(to + std::ptrdiff_t(r) * layer.stride + v * lanes<T>, W[r][v]);
      });
    }
  });
  for (int j = 0; j < padded<T>(layer.n); j += lanes<T>) {
    V W0 = load<V>(layer.W0 + j);
    for (int s = 0; s < points; ++s) W0 += load<V>(block.steps.data() + std::ptrdiff_t(s) * layer.stride + j);
    store(layer.W0 + j, W0);
  }
}

template <class T>
double take_blocked(Model<T>& model, const Points<T>& points, const Steps& steps) {
  Layer<T>& first = model.layers[1];
  Block<T> block(first.stride);
  double total = 0;
  for (std::int64_t begin = 0; begin < steps.count; begin += block_points) {
    const std::int64_t left = steps.count - begin;
    const int size = left < block_points ? int(left) : block_points;
    for (int s = 0; s < block_points; ++s) block.x[s] = points.x(steps.order[begin + (s < size ? s : 0)]);
    products_of_block(first, block);
    gram_of_block(first.m, size, block);
    for (int s = 0; s < size; ++s) {
      const std::int64_t i = steps.order[begin + s];
      const T eta = T(steps.eta(begin + s));
      forward_in_block(first, block, s);
      forward_above_first(model);
      total += loss_unit(model, points, i);
      backward_above_first<false>(model, eta, T(1));
      std::memcpy(block.steps.data() + std::ptrdiff_t(s) * first.stride, first_step(first, eta), first.stride * sizeof(T));
    }
    update_from_block(first, block, size);
  }
  return total;
}

}  // namespace clearprop::CLEARPROP_LEVEL
