// A^L for given points: for one of them straight from the flat parameter vector, for many in blocks. Nothing is trained.
#pragma once

#include "blocked.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Z = A @ W + W0 with W and W0 as the flat vector has them, unpadded; `end` is the end of that vector.
//
// A row is read in whole vectors, so beyond its end; what they find there goes to lanes that are never looked at. The
// few rows for which that would pass the vector's end are copied first.
template <class T>
void forward_flat(Layer<T>& layer, const T* A, const T* flat, const T* end) {
  const int n = layer.n, width = padded<T>(n);
  const std::ptrdiff_t room = end - flat - width;
  const int safe = int(std::min(std::ptrdiff_t(layer.m), room < 0 ? 0 : room / n + 1)), left = layer.m - safe;
  std::memcpy(layer.Z, flat + std::ptrdiff_t(layer.m) * n, n * sizeof(T));
  layer.W0 = layer.Z;  // each pass begins with what is in Z already
  layer.W = const_cast<T*>(flat), layer.stride = n;
  forward_rows<false>(layer, Dense<T>{A, safe});
  if (left == 0) return;
  Buffer<T> copied(std::size_t(left) * width);
  for (int i = 0; i < left; ++i)
    std::memcpy(copied.data() + std::ptrdiff_t(i) * width, flat + std::ptrdiff_t(safe + i) * n, n * sizeof(T));
  layer.W = copied.data(), layer.stride = width;
  forward_rows<false>(layer, Dense<T>{A + safe, left});
}

// Numbers that `predict_one` writes on its way.
template <class T>
std::size_t values_of(const Shape& shape) {
  std::size_t values = 0;
  for (int width : shape.widths) values += 2 * padded<T>(width);
  return values;
}

template <class T>
void predict_one(const Shape& shape, const T* flat, std::size_t size, const T* x, T* out, T* values) {
  const T* const end = flat + size;
  const T* A = x;
  for (std::size_t l = 0; l < shape.f.size(); ++l) {
    Layer<T> layer;
    layer.m = shape.widths[l], layer.n = shape.widths[l + 1], layer.f = shape.f[l];
    layer.Z = values, layer.A = values + padded<T>(layer.n);
    values = layer.A + padded<T>(layer.n);
    forward_flat(layer, A, flat, end);
    activate(layer);
    A = layer.A;
    flat += std::ptrdiff_t(layer.m + 1) * layer.n;
  }
  std::memcpy(out, A, shape.widths.back() * sizeof(T));
}

// Blocks of points, so that the memory needed does not grow with their number.
template <class T>
void predict_many(const Shape& shape, const T* flat, const T* X, std::int64_t n, T* out) {
  Model<T> model(shape, true);
  model.pack(flat);
  std::vector<Block<T>> blocks;
  std::vector<Buffer<T>> values;
  for (int l = 1; l <= model.L; ++l) {
    blocks.emplace_back(model.layers[l].stride);
    values.emplace_back(std::size_t(block_points) * model.layers[l].stride);
  }
  const int m = shape.widths.front(), outputs = shape.widths.back();
  for (std::int64_t begin = 0; begin < n; begin += block_points) {
    const int size = int(std::min<std::int64_t>(block_points, n - begin));
    for (int l = 1; l <= model.L; ++l) {
      Layer<T>& layer = model.layers[l];
      Block<T>& block = blocks[l - 1];
      for (int s = 0; s < block_points; ++s) {
        const int row = s < size ? s : 0;
        block.x[s] = l == 1 ? X + (begin + row) * m : values[l - 2].data() + std::ptrdiff_t(row) * model.layers[l - 1].stride;
      }
      products_of_block(layer, block);
      for (int s = 0; s < size; ++s) {
        layer.Z = block.Z0.data() + std::ptrdiff_t(s) * layer.stride;
        layer.A = values[l - 1].data() + std::ptrdiff_t(s) * layer.stride;
        activate(layer);
      }
    }
    for (int s = 0; s < size; ++s)
      std::memcpy(out + (begin + s) * outputs, values.back().data() + std::ptrdiff_t(s) * model.layers[model.L].stride,
                  outputs * sizeof(T));
  }
}

}  // namespace clearprop::CLEARPROP_LEVEL
