// A^L for given points: for one of them straight from the flat parameter vector, for many in blocks. Nothing is trained.
#pragma once

#include "batch.hpp"
#include "rows.hpp"
#include "team.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Z = A @ W + W0 with W and W0 as the flat vector has them, unpadded; `end` is the end of that vector.
//
// A row is read in whole vectors, so beyond its end; what they find there goes to lanes that are never looked at. The
// few rows for which that would pass the vector's end are copied first.
template <class T>
void forward_flat(Layer<T>& layer, const T* A, const T* flat, const T* end) {
  const int n = layer.n, width = padded<T>(n);
  const std::ptrdiff_t room = end - flat - width;
  const int safe = int(std::min(std::ptrdiff_t(layer.m), room < 0 ? 0 : room / n + 1)), left = layer.m - safe;
  std::memcpy(layer.Z, flat + std::ptrdiff_t(layer.m) * n, n * sizeof(T));
  layer.W0 = layer.Z;  // each pass begins with what is in Z already
  layer.W = const_cast<T*>(flat), layer.stride = n;
  forward_rows<false>(layer, Dense<T>{A, safe});
  if (left == 0) return;
  Buffer<T> copied(std::size_t(left) * width);
  for (int i = 0; i < left; ++i)
    std::memcpy(copied.data() + std::ptrdiff_t(i) * width, flat + std::ptrdiff_t(safe + i) * n, n * sizeof(T));
  layer.W = copied.data(), layer.stride = width;
  forward_rows<false>(layer, Dense<T>{A + safe, left});
}

// Numbers that `predict_one` writes on its way.
template <class T>
std::size_t values_of(const Shape& shape) {
  std::size_t values = 0;
  for (int width : shape.widths) values += 2 * padded<T>(width);
  return values;
}

template <class T>
void predict_one(const Shape& shape, const T* flat, std::size_t size, const T* x, T* out, T* values) {
  const T* const end = flat + size;
  const T* A = x;
  for (std::size_t l = 0; l < shape.f.size(); ++l) {
    Layer<T> layer;
    layer.m = shape.widths[l], layer.n = shape.widths[l + 1], layer.f = shape.f[l];
    layer.Z = values, layer.A = values + padded<T>(layer.n);
    values = layer.A + padded<T>(layer.n);
    forward_flat(layer, A, flat, end);
    activate(layer);
    A = layer.A;
    flat += std::ptrdiff_t(layer.m + 1) * layer.n;
  }
  std::memcpy(out, A, shape.widths.back() * sizeof(T));
}

// Points in groups, so that the memory needed does not grow with their number; a group is a piece of work for the team.
template <class T>
void predict_many(const Shape& shape, const T* flat, const T* X, std::int64_t n, T* out, int threads) {
  constexpr int group = 64;
  BatchNetwork<T> net(shape);
  net.pack_forward(flat);
  const BatchLayer<T>&input = net.layers[0], &last = net.layers[net.L];
  const Rows<T> rows(net, int(std::min<std::int64_t>(n, std::int64_t(group) * threads)), false);
  Team::Turn turn(Team::of_process(), threads);
  for (std::int64_t begin = 0; begin < n; begin += std::int64_t(group) * threads) {
    const int count = int(std::min<std::int64_t>(n - begin, std::int64_t(group) * threads));
    turn.each((count + group - 1) / group, [&](int g) {
      const int first = g * group, end = std::min(first + group, count);
      for (int r = first; r < end; ++r)
        std::copy_n(X + (begin + r) * input.n, input.n, rows.A(0) + std::ptrdiff_t(r) * input.stride);
      for (int l = 1; l <= net.L; ++l) {
        const bool by_panels = is_elementwise(net.layers[l].f);
        for (int p = 0; p < net.layers[l].panels.count(); ++p) forward_panel(net, rows, l, p, first, end, by_panels);
        if (by_panels) continue;
        if (l == net.L) activate_outputs(net, rows, first, end);
        for (int r = first; r < end && l < net.L; ++r) {
          Layer<T> row = rows.row(net.layers[l], l, r);
          activate(row);
        }
      }
      for (int r = first; r < end; ++r)
        std::copy_n(rows.A(net.L) + std::ptrdiff_t(r) * last.stride, last.n, out + (begin + r) * last.n);
    });
  }
}

}  // namespace clearprop::CLEARPROP_LEVEL
