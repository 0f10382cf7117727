// A^L for given points: for one of them straight from the flat parameter vector, for many in blocks. Nothing is trained.
#pragma once

#include "batch.hpp"
#include "flat.hpp"
#include "team.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Numbers that `predict_one` writes on its way.
template <class T>
std::size_t values_of(const Shape& shape) {
  std::size_t values = 0, room = 0;
  for (int width : shape.widths) values += 2 * padded<T>(width), room = std::max(room, room_of<T>(width));
  return values + room;
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
    forward_flat(layer, A, FlatWeights<T>{const_cast<T*>(flat), end, values});  // it only reads; what follows is written later
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
