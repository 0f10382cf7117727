// Gradient clipping: each entry is limited, or the whole gradient is scaled down to a norm.
#pragma once

#include <algorithm>
#include <cmath>

#include "rule.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
void clip_entries(const Rule::Clip& clip, T* gradient, std::size_t count) {
  for (std::size_t j = 0; j < count; ++j) gradient[j] = std::clamp(gradient[j], T(-clip.largest), T(clip.largest));
}

// The norm is measured in units of the largest entry: the squares of a gradient that has exploded would overflow.
template <class T>
void clip_norm(const Rule::Clip& clip, T* gradient, std::size_t count) {
  T size = 0;
  for (std::size_t j = 0; j < count; ++j) size = std::max(size, std::abs(gradient[j]));
  if (!(size > 0)) return;
  double squares = 0;
  for (std::size_t j = 0; j < count; ++j) squares += double(gradient[j] / size) * double(gradient[j] / size);
  const double length = std::sqrt(squares);
  if (length > clip.largest / double(size))
    for (std::size_t j = 0; j < count; ++j) gradient[j] = gradient[j] / size * T(clip.largest / length);
}

// All clips of a rule, in their order. Where one of them is of the norm, `gradient` must be the whole one.
template <class T>
void clip(const Rule& rule, T* gradient, std::size_t count) {
  for (const Rule::Clip& each : rule.clips) each.norm ? clip_norm(each, gradient, count) : clip_entries(each, gradient, count);
}

}  // namespace clearprop::CLEARPROP_LEVEL
