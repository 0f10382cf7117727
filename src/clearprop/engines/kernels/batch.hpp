// The passes over the points of a mini-batch, a row of a matrix each: forward_pass and back_propagate for rows of it.
//
//   Z = A @ W + W0; A = f(Z)                                       # layer by layer
//   dL_dA_prev = dL_dZ @ W.T; dL_dZ_prev = f'(Z_prev) * dL_dA_prev  # and back
//
// Each row is computed by itself, in the same order of operations whichever rows go with it.
#pragma once

#include "output.hpp"
#include "product.hpp"
#include "shape.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Rows of values: whole vectors, and no stride that puts all rows on the same few lines of the first-level cache.
template <class T>
constexpr int row_stride(int n) {
  const int stride = padded<T>(n);
  return stride * sizeof(T) % 512 == 0 ? stride + lanes<T> : stride;
}

// Where a layer's weights are, in the one vector of parameters that all layers share.
template <class T>
struct BatchLayer {
  int m = 0, n = 0, stride = 0;
  Part f;
  Panels<T> panels, turned;       // of W (m, n) and of W.T (n, m)
  std::ptrdiff_t W = 0, W0 = 0;   // offsets; W0 is padded to whole vectors
  std::ptrdiff_t WT = 0;          // offset in the vector of transposes; layer 1 needs none
};

// A network with its weights in panels.
template <class T>
class BatchNetwork {
 public:
  explicit BatchNetwork(const Shape& shape) : loss(shape.loss), L(int(shape.f.size())), layers(L + 1) {
    std::ptrdiff_t size = 0, turned = 0;
    for (int l = 0; l <= L; ++l) {
      BatchLayer<T>& layer = layers[l];
      layer.n = shape.widths[l], layer.stride = row_stride<T>(layer.n);
      if (l == 0) continue;
      layer.m = shape.widths[l - 1], layer.f = shape.f[l - 1];
      layer.panels = Panels<T>(layer.m, layer.n);
      layer.W = size, layer.W0 = size + layer.panels.size();
      size = layer.W0 + padded<T>(layer.n);
      if (l == 1) continue;
      layer.turned = Panels<T>(layer.n, layer.m);
      layer.WT = turned, turned += layer.turned.size();
    }
    parameters_ = Buffer<T>(size), turned_ = Buffer<T>(turned);
  }

  // From the flat vector W[1], W0[1], W[2], ..., rows of W as they come.
  void pack(const T* flat) {
    each_run([&flat](T* packed, int count) { std::copy_n(flat, count, packed), flat += count; });
    for (int l = 2; l <= L; ++l)
      for (int p = 0; p < layers[l].panels.count(); ++p) transpose_rows(layers[l], p, 0, layers[l].m);
  }
  void unpack(T* flat) const {
    each_run([&flat](const T* packed, int count) { flat = std::copy_n(packed, count, flat); });
  }

  void transpose_rows(const BatchLayer<T>& layer, int panel, int first, int last) {
    transpose_panel(parameters() + layer.W, layer.panels, panel, first, last, turned_.data() + layer.WT, layer.turned);
  }

  T* parameters() const { return parameters_.data(); }
  std::size_t size() const { return parameters_.size(); }
  Columns<T> panel(const BatchLayer<T>& layer, int p, int row = 0) const {
    return {parameters() + layer.W + layer.panels.row(p, row), layer.panels.stride(p)};
  }
  Columns<const T> turned_panel(const BatchLayer<T>& layer, int p) const {
    return {turned_.data() + layer.WT + layer.turned.row(p, 0), layer.turned.stride(p)};
  }

  Part loss;
  int L;
  std::vector<BatchLayer<T>> layers;  // 1..L; layers[0] only has a width

 private:
  // Numbers that are side by side in the flat vector and here: the part of a row of W that is in one panel, or W0.
  template <class F>
  void each_run(F&& f) const {
    for (int l = 1; l <= L; ++l) {
      const BatchLayer<T>& layer = layers[l];
      for (int i = 0; i < layer.m; ++i)
        for (int p = 0; p < layer.panels.count(); ++p)
          f(panel(layer, p, i).at, std::min(layer.panels.stride(p), layer.n - layer.panels.begin(p)));
      f(parameters() + layer.W0, layer.n);
    }
  }

  Buffer<T> parameters_, turned_;
};

// What the passes leave behind for up to `capacity` points: A[0], and Z, A and dL_dZ of each layer.
template <class T>
class Rows {
 public:
  Rows(const BatchNetwork<T>& net, int capacity, bool training) {
    for (int l = 0; l <= net.L; ++l) {
      const std::size_t size = std::size_t(capacity) * net.layers[l].stride;
      A_.emplace_back(size);
      Z_.emplace_back(l > 0 ? size : 0);
      dL_dZ_.emplace_back(l > 0 && training ? size : 0);
    }
  }
  T* A(int l) const { return A_[l].data(); }
  T* Z(int l) const { return Z_[l].data(); }
  T* dL_dZ(int l) const { return dL_dZ_[l].data(); }

  // Rows first .. first + count - 1 as one long row, for what is done to each number by itself; or one row.
  Layer<T> view(const BatchLayer<T>& layer, int l, int first, int count) const {
    const std::ptrdiff_t at = std::ptrdiff_t(first) * layer.stride;
    Layer<T> view;
    view.n = count == 1 ? layer.n : count * layer.stride;
    view.f = layer.f;
    view.Z = Z(l) + at, view.A = A(l) + at;
    view.dL_dA = view.dL_dZ = dL_dZ(l) + at;  // a link overwrites the one with the other
    return view;
  }

 private:
  std::vector<Buffer<T>> A_, Z_, dL_dZ_;
};

inline bool is_elementwise(Part f) { return f.code < count_of(Elementwise{}); }

// Does `f` to all rows of a layer at once where its activation is elementwise, else to row after row.
template <class T, class F>
void each_view(const Rows<T>& rows, const BatchLayer<T>& layer, int l, int first, int last, F&& f) {
  const int count = is_elementwise(layer.f) ? last - first : 1;
  for (int r = first; r < last; r += count) {
    Layer<T> view = rows.view(layer, l, r, count);
    f(view);
  }
}

// Z[l] = A[l - 1] @ W[l] + W0[l] for rows first .. last - 1
template <class T>
void linear_rows(const BatchNetwork<T>& net, const Rows<T>& rows, int l, int first, int last) {
  const BatchLayer<T>&layer = net.layers[l], &prev = net.layers[l - 1];
  const Left<T> A{rows.A(l - 1) + std::ptrdiff_t(first) * prev.stride, prev.stride};
  for (int p = 0; p < layer.panels.count(); ++p) {
    const int column = layer.panels.begin(p);
    const Columns<T> W = net.panel(layer, p), Z{rows.Z(l) + std::ptrdiff_t(first) * layer.stride + column, layer.stride};
    multiply<false, T>(last - first, layer.m, A, layer.panels.width(p), {W.at, W.stride}, T(1),
                       {net.parameters() + layer.W0 + column, 0}, T(1), Z);
  }
}

// Z and A of layers 1..L for rows first .. last - 1, from A[0]; A[L] only where `outputs` says so.
template <class T>
void forward_rows_of_batch(const BatchNetwork<T>& net, const Rows<T>& rows, int first, int last, bool outputs) {
  for (int l = 1; l <= net.L; ++l) {
    linear_rows(net, rows, l, first, last);
    if (l < net.L || outputs) each_view(rows, net.layers[l], l, first, last, [](Layer<T>& view) { activate(view); });
  }
}

// dL_dZ of layers L - 1..1 for rows first .. last - 1, from dL_dZ[L].
template <class T>
void backward_rows_of_batch(const BatchNetwork<T>& net, const Rows<T>& rows, int first, int last) {
  for (int l = net.L; l > 1; --l) {
    const BatchLayer<T>&layer = net.layers[l], &prev = net.layers[l - 1];
    const Left<T> dL_dZ{rows.dL_dZ(l) + std::ptrdiff_t(first) * layer.stride, layer.stride};
    for (int p = 0; p < layer.turned.count(); ++p) {  // dL_dA_prev = dL_dZ @ W.T
      const Columns<T> to{rows.dL_dZ(l - 1) + std::ptrdiff_t(first) * prev.stride + layer.turned.begin(p), prev.stride};
      multiply<false, T>(last - first, layer.n, dL_dZ, layer.turned.width(p), net.turned_panel(layer, p), T(1), nothing<T>(),
                         T(1), to);
    }
    each_view(rows, prev, l - 1, first, last, [](Layer<T>& view) { link_within(view); });
  }
}

}  // namespace clearprop::CLEARPROP_LEVEL
