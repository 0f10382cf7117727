// What a network is, as Python hands it over. Nothing is stored or computed here.
#pragma once

#include <numeric>
#include <vector>

#include "parts.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Whether layers may be normalised: a page has none, and leaves out what they need.
#ifndef CLEARPROP_NORMALIZED
#define CLEARPROP_NORMALIZED 1
#endif

// A layer's normalisation: each unit over the points of a batch, or each point over the units of the layer.
struct Normalization {
  enum Over { nothing, points, units } over = nothing;
  double epsilon = 0, momentum = 0;  // momentum: the weight of a batch in running means
  bool is_over(Over which) const { return CLEARPROP_NORMALIZED && over == which; }
  explicit operator bool() const { return CLEARPROP_NORMALIZED && over != nothing; }
};

// What is trained: widths (m^1, ..., m^L, n^L), a part for each layer, the loss and the strength of an L2 penalty.
struct Shape {
  std::vector<int> widths;
  std::vector<Part> f;
  Part loss;
  double strength = 0;
  std::vector<Normalization> normalized = {};  // of each layer; none where no layer is

  Normalization normalization(int l) const { return normalized.empty() ? Normalization{} : normalized[l - 1]; }
  // The arrays of a layer with a number for each unit: W0, and gain and shift where it is normalised.
  int arrays_of_units(int l) const { return normalization(l) ? 3 : 1; }
  // Whether all layers have W and W0 alone.
  bool is_plain() const { return normalized.empty(); }

  std::size_t units() const { return std::accumulate(widths.begin(), widths.end(), std::size_t(0)); }
  std::size_t parameters() const {
    std::size_t count = 0;
    for (std::size_t l = 1; l < widths.size(); ++l) count += std::size_t(widths[l - 1] + arrays_of_units(int(l))) * widths[l];
    return count;
  }
  // Running means and variances, one layer's after the other's.
  std::size_t statistics() const {
    std::size_t count = 0;
    for (std::size_t l = 1; l < widths.size(); ++l) count += normalization(int(l)).is_over(Normalization::points) ? 2 * widths[l] : 0;
    return count;
  }
};

}  // namespace clearprop::CLEARPROP_LEVEL
