// What the border with Python calls for several networks, and for one whose weights no longer change: declarations alone. A page
// has neither. The definitions are in several.cpp.
#pragma once

#include <cstdint>
#include <memory>

#include "rule.hpp"
#include "shape.hpp"
#include "vector.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// The rows of one step of K networks: X (b, m), Y (b, outputs) and weights (b,) for all networks, or (K, ...) for each its own.
template <class T>
struct RowsOfStep {
  const T *X, *Y, *weights;  // no weights: each row counts 1
  bool own_X, own_Y, own_weights;
  int b;
};

// K networks of one shape. Their weights are here, array 0, and what the optimiser keeps for them, arrays 1, 2, ..., (K, p) each.
template <class T>
class Population {
 public:
  virtual ~Population() = default;
  virtual void set(int array, const T* values) = 0;
  virtual void get(int array, T* values) const = 0;
  virtual Age& age() = 0;  // of the optimiser, the same for all
  // One step of every network, eta (K,); the loss of each before it. Gives the first network that is not finite
  // after it, and then no network has taken a step; or -1.
  virtual std::int64_t step(const RowsOfStep<T>& rows, const double* etas, double* losses) = 0;
  // A^L (K, n, outputs) of X (n, m), or (K, n, m) where each network has rows of its own.
  virtual void predict(const T* X, bool own, int n, T* out) const = 0;
  virtual double nanoseconds_of(int rows, int passes) const = 0;
};
template <class T>
std::unique_ptr<Population<T>> population(const Shape& shape, const Rule& rule, std::int64_t K, int threads);

// A network's predictions, from weights that are packed once. `predict` may be called by several threads at a time.
template <class T>
class Frozen {
 public:
  virtual ~Frozen() = default;
  virtual bool predict(const T* X, std::int64_t n, T* out) = 0;  // false where an input is not finite
};
template <class T>
std::unique_ptr<Frozen<T>> frozen(const Shape& shape, const T* flat, const T* statistics, int threads);

}  // namespace clearprop::CLEARPROP_LEVEL
