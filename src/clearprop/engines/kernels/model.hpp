// A network in the kernels' layout: packed from the flat vector W[1], W0[1], W[2], ... and unpacked to it again.
#pragma once

#include "buffer.hpp"
#include "columns.hpp"
#include "output.hpp"
#include "shape.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Whether all that a network needs is among what kernels hold inlined.
inline Formulas formulas_of(const Shape& shape) {
  bool inlined = is_among(shape.loss, InlinedLosses{}) || with_shortcut(shape.f.back(), shape.loss, InlinedShortcuts{}, [](auto) {});
  for (const Part& f : shape.f) inlined = inlined && is_among(f, Inlined{});
  return inlined ? Formulas::inlined : Formulas::called;
}

template <class T>
class Model {
 public:
  explicit Model(const Shape& shape, bool by_rows_only = false) : loss(shape.loss), strength(T(shape.strength)), L(int(shape.f.size())), layers(L + 1) {
    std::size_t weights = 0, values = 0;
    for (int l = 0; l <= L; ++l) {
      Layer<T>& layer = layers[l];
      layer.n = shape.widths[l];
      values += 4 * padded<T>(layer.n);
      if (l == 0) continue;
      layer.m = shape.widths[l - 1];
      layer.f = shape.f[l - 1];
      layer.by_columns = !by_rows_only && l > 1 && layer.n <= 2 * lanes<T> && layer.n <= layer.m;
      layer.stride = padded<T>(layer.by_columns ? layer.m : layer.n);
      weights += std::size_t(layer.lines()) * layer.stride + padded<T>(layer.n);
    }
    weights_ = Buffer<T>(weights);
    values_ = Buffer<T>(values);
    T *weight = weights_.data(), *value = values_.data();
    for (Layer<T>& layer : layers) {
      for (T** array : {&layer.Z, &layer.A, &layer.dL_dA, &layer.dL_dZ}) {
        *array = value;
        value += padded<T>(layer.n);
      }
      if (layer.m == 0) continue;
      layer.W = weight;
      layer.W0 = weight + std::ptrdiff_t(layer.lines()) * layer.stride;
      weight = layer.W0 + padded<T>(layer.n);
    }
  }

  void pack(const T* flat) {
    std::memset(weights(), 0, size() * sizeof(T));  // after steps that went wrong the padding may be NaN
    for_each_line([&flat](T* packed, std::ptrdiff_t apart, int count) {
      copy(flat, 1, packed, apart, count);
      flat += count;
    });
  }
  void unpack(T* flat) const {
    for_each_line([&flat](const T* packed, std::ptrdiff_t apart, int count) {
      copy(packed, apart, flat, 1, count);
      flat += count;
    });
  }

  // The same for other numbers that belong to the weights one by one, `packed` as they are.
  void pack_beside(const T* flat, T* packed) const {
    std::memset(packed, 0, size() * sizeof(T));
    for_each_line([&](T* at, std::ptrdiff_t apart, int count) {
      copy(flat, 1, packed + (at - weights()), apart, count);
      flat += count;
    });
  }
  void unpack_beside(const T* packed, T* flat) const {
    for_each_line([&](const T* at, std::ptrdiff_t apart, int count) {
      copy(packed + (at - weights()), apart, flat, 1, count);
      flat += count;
    });
  }

  // All weights and biases with their padding, to be copied as one block.
  T* weights() const { return weights_.data(); }
  std::size_t size() const { return weights_.size(); }

  Part loss;
  T strength;
  int L;
  std::vector<Layer<T>> layers;  // 1..L; layers[0] holds the input only, as A

 private:
  static void copy(const T* from, std::ptrdiff_t from_apart, T* to, std::ptrdiff_t to_apart, int count) {
    if (from_apart == 1 && to_apart == 1) std::memcpy(to, from, count * sizeof(T));
    else
      for (int j = 0; j < count; ++j) to[j * to_apart] = from[j * from_apart];
  }

  // Each row of W, and W0, as the flat vector has them: where it is packed, and how far apart its values are.
  template <class F>
  void for_each_line(F&& f) const {
    for (int l = 1; l <= L; ++l) {
      const Layer<T>& layer = layers[l];
      for (int i = 0; i < layer.m; ++i) {
        if (layer.by_columns) f(layer.W + i, layer.stride, layer.n);
        else f(layer.W + std::ptrdiff_t(i) * layer.stride, 1, layer.n);
      }
      f(layer.W0, 1, layer.n);
    }
  }

  Buffer<T> weights_, values_;
};

// A[1] and layers 2..L, once Z[1] is there.
template <class T>
CLEARPROP_INLINE void forward_above_first(Model<T>& model) {
  activate(model.layers[1]);
  for (int l = 2; l <= model.L; ++l) {
    Layer<T>& layer = model.layers[l];
    const T* A_prev = model.layers[l - 1].A;
    if (layer.by_columns) forward_columns(layer, A_prev);
    else forward_rows<false>(layer, Dense<T>{A_prev, layer.m});
    activate(layer);
  }
}

// Links and updates of layers L..2, from dL_dZ[L] down to dL_dZ[1]. Gives the squared weights that it met.
template <bool Penalised, class T>
CLEARPROP_INLINE T backward_above_first(Model<T>& model, T eta, T keep) {
  T squares = 0;
  for (int l = model.L; l > 1; --l) {
    Layer<T>&layer = model.layers[l], &prev = model.layers[l - 1];
    squares += layer.by_columns ? backward_and_update_columns<Penalised>(layer, prev.A, eta, keep, prev.dL_dA)
                                : backward_and_update_rows<Penalised>(layer, prev.A, eta, keep, prev.dL_dA);
    link_within(prev);
  }
  return squares;
}

}  // namespace clearprop::CLEARPROP_LEVEL
