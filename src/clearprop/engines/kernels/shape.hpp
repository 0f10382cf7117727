// What a network is, as Python hands it over. Nothing is stored or computed here.
#pragma once

#include <vector>

#include "parts.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// What is trained: widths (m^1, ..., m^L, n^L), a part for each layer, the loss and the strength of an L2 penalty.
struct Shape {
  std::vector<int> widths;
  std::vector<Part> f;
  Part loss;
  double strength = 0;
};

}  // namespace clearprop::CLEARPROP_LEVEL
