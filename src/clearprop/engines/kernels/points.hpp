// The points of a data set and the steps to be taken on them. They are read, never altered.
#pragma once

#include <algorithm>

#include "model.hpp"

// Whether points may come without their zeros; a page's do not, and it goes without the code for it.
#ifndef CLEARPROP_SPARSE
#define CLEARPROP_SPARSE 1
#endif

namespace clearprop::CLEARPROP_LEVEL {

constexpr int block_points = 16;  // what the blocked kernel takes together

// The points of one step.
struct Batch {
  const std::int64_t* rows;
  int size;
};

// Where the points of a batch stand in a larger one that is shared out: they are its rows first, first + 1, ... of `of`.
struct Share {
  int first, of;
};

// Which points each step sees, its step size and its number.
struct Steps {
  const std::int64_t* order;  // row numbers, batch after batch
  const double* etas;
  std::ptrdiff_t eta_stride;  // 0 where one eta serves all steps
  std::int64_t count;
  const std::int64_t* begins = nullptr;  // where in `order` each batch begins, and the last ends; null: one point a step
  std::int64_t first = 1;  // the number t of the first of them, counted from 1 over a whole training

  // Of step s = 0, 1, ... of these.
  double eta(std::int64_t s) const { return etas[s * eta_stride]; }
  std::int64_t t(std::int64_t s) const { return first + s; }
  Batch batch(std::int64_t s) const {
    return begins ? Batch{order + begins[s], int(begins[s + 1] - begins[s])} : Batch{order + s, 1};
  }
  Steps from(std::int64_t s, std::int64_t steps) const {
    return {begins ? order : order + s, etas + s * eta_stride, eta_stride, steps, begins ? begins + s : nullptr, t(s)};
  }
};

template <class T>
struct Points {
  const T* X;        // (n, m), or null where only what is not zero is there
  const T* Y;        // (n, outputs), or fewer rows, readable for a vector beyond the end
  const std::int32_t* which;  // (n,) which row of Y is a point's, or null where row i is point i's
  const T* weights;  // (n,), or null where every point weighs 1
  std::int64_t n;
  int m, outputs;

  // The values of X that are not zero, row after row: row i's are first[i] .. first[i + 1] - 1. Given in place of X, or found in it
  // where they are few enough to be worth it.
  const std::int64_t* first = nullptr;
  const std::int32_t* column = nullptr;
  const T* value = nullptr;

  const T* x(std::int64_t i) const { return X + i * m; }
  const T* y(std::int64_t i) const { return Y + (which ? which[i] : i) * outputs; }
  T weight(std::int64_t i) const { return weights ? weights[i] : T(1); }
  Dense<T> dense(std::int64_t i) const { return {x(i), m}; }
  Sparse<T> sparse(std::int64_t i) const {
    return {value + first[i], column + first[i], int(first[i + 1] - first[i])};
  }

  bool are_sparse() const { return CLEARPROP_SPARSE && !X; }

  double share_of_zeros() const { return double(std::count(X, X + n * m, T(0))) / double(n * m); }
};

// The values of some points that are not zero. They outlive the points that are told of them.
template <class T>
class Values {
 public:
  void index(Points<T>& points) {
    first_.push_back(0);
    for (std::int64_t i = 0; i < points.n; ++i) {
      for (int j = 0; j < points.m; ++j)
        if (points.x(i)[j] != 0) column_.push_back(j), value_.push_back(points.x(i)[j]);
      first_.push_back(std::int64_t(column_.size()));
    }
    points.first = first_.data(), points.column = column_.data(), points.value = value_.data();
  }

 private:
  std::vector<std::int64_t> first_;
  std::vector<std::int32_t> column_;
  std::vector<T> value_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
