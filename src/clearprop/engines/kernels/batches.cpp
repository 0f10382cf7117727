// Steps and predictions on batches of points, for the type CLEARPROP_REAL.
#include "kernels.hpp"
#include "mini_batch.hpp"
#include "predict.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
std::unique_ptr<BatchDescent<T>> descent_on_batches(const Shape& shape, const Points<T>& points, const Rule& rule,
                                                    int largest_batch, Threads threads) {
  return std::make_unique<MiniBatch<T>>(shape, points, rule, largest_batch, threads);
}

template <class T>
std::unique_ptr<Predicting<T>> predictor(const Shape& shape, int threads) {
  return std::make_unique<Predictor<T>>(shape, threads);
}

using Number = CLEARPROP_REAL;
template std::unique_ptr<BatchDescent<Number>> descent_on_batches(const Shape&, const Points<Number>&, const Rule&, int, Threads);
template std::unique_ptr<Predicting<Number>> predictor(const Shape&, int);
template void predict_one(const Shape&, const Number*, std::size_t, const Number*, const Number*, Number*, Number*);
template std::size_t values_of<Number>(const Shape&);

}  // namespace clearprop::CLEARPROP_LEVEL
