// What the border with Python calls of the kernels: declarations alone, so that neither is compiled when the other changes,
// and float's code not together with double's. The definitions are in batches.cpp, points.cpp, lanes.cpp and functions.cpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "averaged.hpp"
#include "pace.hpp"
#include "rule.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Steps on one point each, by plain gradient descent; by any rule; and steps on batches. The last two refer to `points`.
template <class T>
std::unique_ptr<Descent<T>> descent_per_point(const Shape& shape, const Points<T>& points);
template <class T>
std::unique_ptr<Descent<T>> descent_per_point_by_rule(const Shape& shape, const Points<T>& points, const Rule& rule);
template <class T>
std::unique_ptr<BatchDescent<T>> descent_on_batches(const Shape& shape, const Points<T>& points, const Rule& rule,
                                                    int largest_batch, Threads threads);

// One step at a time, on points that are not known beforehand.
template <class T>
class Learning {
 public:
  virtual ~Learning() = default;
  virtual double learn(T* flat, const T* x, const T* y, double eta) = 0;
};
template <class T>
std::unique_ptr<Learning<T>> learner(const Shape& shape);

// A^L for many points; `statistics` are running means and variances, none where no layer has them.
template <class T>
class Predicting {
 public:
  virtual ~Predicting() = default;
  virtual bool predict(const T* flat, const T* statistics, const T* X, std::int64_t n, T* out) = 0;
};
template <class T>
std::unique_ptr<Predicting<T>> predictor(const Shape& shape, int threads);

// A^L for one point, and how many numbers that writes on its way.
template <class T>
void predict_one(const Shape& shape, const T* flat, std::size_t size, const T* statistics, const T* x, T* out, T* values);
template <class T>
std::size_t values_of(const Shape& shape);

// K networks side by side, a row of `flat` (K, p) and of the steps' order (K, steps) each; whether they are small enough.
template <class T>
void train_side_by_side(const Shape& shape, const Points<T>& points, T* flat, std::int64_t K, std::size_t size,
                        const Steps& steps, double* losses, int threads);
template <class T>
bool fits_in_lanes(const Shape& shape, std::size_t networks);

// What the kernels apply to one vector, for whole arrays of n numbers, so that its error can be measured.
template <class T>
void map_activation(const Part& f, std::size_t n, const T* Z, T* A, T* dA_dZ);
template <class T>
void map_output(const Part& f, const Part& loss, std::size_t n, const T* Z, const T* A, const T* dA_dZ, const T* Y, T* L, T* dL_dZ);
template <class T>
struct Function {
  const char* name;
  std::function<void(std::size_t n, const T* x, T* y)> map;
};
template <class T>
std::vector<Function<T>> functions();

}  // namespace clearprop::CLEARPROP_LEVEL
