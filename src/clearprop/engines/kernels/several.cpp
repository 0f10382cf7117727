// Several networks at once, and one whose weights do not change, for the type CLEARPROP_REAL.
#include "frozen.hpp"
#include "population.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
std::unique_ptr<Population<T>> population(const Shape& shape, const Rule& rule, std::int64_t K, int threads) {
  return std::make_unique<SideBySide<T>>(shape, rule, K, threads);
}

template <class T>
std::unique_ptr<Frozen<T>> frozen(const Shape& shape, const T* flat, const T* statistics, int threads) {
  return std::make_unique<FrozenNetwork<T>>(shape, flat, statistics, threads);
}

using Number = CLEARPROP_REAL;
template std::unique_ptr<Population<Number>> population(const Shape&, const Rule&, std::int64_t, int);
template std::unique_ptr<Frozen<Number>> frozen(const Shape&, const Number*, const Number*, int);

}  // namespace clearprop::CLEARPROP_LEVEL
