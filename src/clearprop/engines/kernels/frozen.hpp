// Predictions of a network whose weights are packed once and never change: one point by rows, many in blocks.
#pragma once

#include <mutex>

#include "model.hpp"
#include "predict.hpp"
#include "several.hpp"
#include "trainer.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
class FrozenNetwork final : public Frozen<T> {
 public:
  FrozenNetwork(const Shape& shape, const T* flat, const T* statistics, int threads)
      : shape_(shape), threads_(threads), one_(shape), flat_(shape.parameters()), statistics_(statistics, statistics + shape.statistics()) {
    std::copy_n(flat, flat_.size(), flat_.data());
    if (shape.is_plain()) one_.pack(flat);
  }

  bool predict(const T* X, std::int64_t n, T* out) override {
    const std::unique_lock own(using_, std::try_to_lock);  // a call in another thread makes rooms of its own
    if (n < few && !shape_.is_plain()) return predict_normalized(X, n, out);
    if (n < few) {
      if (own) return predict_few(one_, X, n, out);
      Model<T> other(shape_);
      other.pack(flat_.data());
      return predict_few(other, X, n, out);
    }
    if (!own) return predictor<T>(shape_, 1)->predict(flat_.data(), statistics_.data(), X, n, out);
    if (!many_) many_ = predictor<T>(shape_, threads_);
    return many_->predict(flat_.data(), statistics_.data(), X, n, out);
  }

 private:
  static constexpr std::int64_t few = 4;

  static bool predict_few(Model<T>& model, const T* X, std::int64_t n, T* out) {
    const int m = model.layers[0].n, outputs = model.layers[model.L].n;
    if (!all_finite(X, n * m)) return false;
    for (std::int64_t i = 0; i < n; ++i) {
      Layer<T>& first = model.layers[1];
      if (first.by_columns) forward_columns(first, X + i * m);
      else forward_rows<false>(first, Dense<T>{X + i * m, m});
      forward_above_first(model);
      std::copy_n(model.layers[model.L].A, outputs, out + i * outputs);
    }
    return true;
  }

  bool predict_normalized(const T* X, std::int64_t n, T* out) const {
    const int m = shape_.widths.front(), outputs = shape_.widths.back();
    if (!all_finite(X, n * m)) return false;
    const Buffer<T> values(values_of<T>(shape_));
    for (std::int64_t i = 0; i < n; ++i)
      predict_one(shape_, flat_.data(), flat_.size(), statistics_.data(), X + i * m, out + i * outputs, values.data());
    return true;
  }

  Shape shape_;
  int threads_;
  Model<T> one_;
  Buffer<T> flat_;
  std::vector<T> statistics_;
  std::unique_ptr<Predicting<T>> many_;
  std::mutex using_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
