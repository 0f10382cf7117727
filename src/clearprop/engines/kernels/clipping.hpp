// Gradient clipping: each entry is limited, or the whole gradient, or each array of it, is scaled down to a norm.
#pragma once

#include <algorithm>
#include <cmath>

#include "batch.hpp"
#include "rule.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
void clip_entries(double largest, T* gradient, std::size_t count) {
  for (std::size_t j = 0; j < count; ++j) gradient[j] = std::clamp(gradient[j], T(-largest), T(largest));
}

// The norm is measured in units of the largest entry: the squares of a gradient that has exploded would overflow. each_run(f) is
// f(numbers, count) for all that it is made of.
template <class T, class Runs>
void clip_norm(double largest, Runs&& each_run) {
  const auto each = [&](auto&& f) { each_run([&](T* numbers, std::ptrdiff_t count) { std::for_each(numbers, numbers + count, f); }); };
  T size = 0;
  each([&](T g) { size = std::max(size, std::abs(g)); });
  if (!(size > 0)) return;
  double squares = 0;
  each([&](T g) { squares += double(g / size) * double(g / size); });
  const double length = std::sqrt(squares);
  if (length > largest / double(size)) each([size, to = T(largest / length)](T& g) { g = g / size * to; });
}

// Clips of single entries, for some of a gradient.
template <class T>
void clip_entries(const Rule& rule, T* gradient, std::size_t count) {
  for (const Rule::Clip& clip : rule.clips) clip_entries(clip.largest, gradient, count);
}

// All clips of a rule, in their order, for a whole gradient, packed as the weights are.
template <class T>
void clip(const Rule& rule, const BatchNetwork<T>& net, T* gradient) {
  for (const Rule::Clip& clip : rule.clips) {
    if (clip.of == Rule::Clip::entry) clip_entries(clip.largest, gradient, net.size());
    if (clip.of == Rule::Clip::whole) clip_norm<T>(clip.largest, [&](auto f) { f(gradient, net.size()); });
    for (int l = 1; clip.of == Rule::Clip::array && l <= net.L; ++l) {
      const BatchLayer<T>& layer = net.layers[l];
      clip_norm<T>(clip.largest, [&](auto f) { f(gradient + layer.W, layer.panels.size()); });
      for (int k = 0; k < layer.arrays; ++k)
        clip_norm<T>(clip.largest, [&](auto f) {
          for (int p = 0; p < layer.panels.count(); ++p) f(gradient + layer.of_units(p, k), layer.panels.stride(p));
        });
    }
  }
}

// W *= largest / length where the length of a column of W is above `largest`, but for what is held, for one panel of packed weights.
template <class T>
void shorten_columns(double largest, const BatchLayer<T>& layer, int p, T* weights, const T* factors) {
  using V = Vec<T>;
  const std::ptrdiff_t stride = layer.panels.stride(p);
  for (std::ptrdiff_t at = layer.W + layer.panels.row(p, 0), end = at + stride; at < end; at += lanes<T>) {
    const V length = root(sum_of<V>(layer.m, [&](int i) { return squared(load<V>(weights + at + i * stride)); }));
    const V scale = length > V{} + T(largest) ? T(largest) / length : V{} + T(1);
    for (int i = 0; i < layer.m; ++i) {
      T* const w = weights + at + i * stride;
      const V W = load<V>(w), moves = factors ? load<V>(factors + at + i * stride) : V{} + T(1);
      store(w, moves == V{} ? W : W * scale);
    }
  }
}

}  // namespace clearprop::CLEARPROP_LEVEL
