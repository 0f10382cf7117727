// Steps on one point each, for the type CLEARPROP_REAL.
#include "kernels.hpp"
#include "learner.hpp"
#include "point_descent.hpp"
#include "point_rule.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
std::unique_ptr<Descent<T>> descent_per_point(const Shape& shape, const Points<T>& points) {
  return std::make_unique<PerPoint<T>>(shape, points);
}

template <class T>
std::unique_ptr<Descent<T>> descent_per_point_by_rule(const Shape& shape, const Points<T>& points, const Rule& rule) {
  return std::make_unique<PointByRule<T>>(shape, points, rule);
}

template <class T>
std::unique_ptr<Learning<T>> learner(const Shape& shape) {
  return std::make_unique<Learner<T>>(shape);
}

using Number = CLEARPROP_REAL;
template std::unique_ptr<Descent<Number>> descent_per_point(const Shape&, const Points<Number>&);
template std::unique_ptr<Descent<Number>> descent_per_point_by_rule(const Shape&, const Points<Number>&, const Rule&);
template std::unique_ptr<Learning<Number>> learner(const Shape&);

}  // namespace clearprop::CLEARPROP_LEVEL
