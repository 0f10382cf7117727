// The passes over the points of a mini-batch, a row of a matrix each: forward_pass and back_propagate for rows of it.
//
//   Z = A @ W + W0; A = f(Z)                                       # layer by layer
//   dL_dA_prev = dL_dZ @ W.T; dL_dZ_prev = f'(Z_prev) * dL_dA_prev  # and back
//
// Each row is computed by itself, in the same order of operations whichever rows go with it.
#pragma once

#include "dropout.hpp"
#include "normalization.hpp"
#include "outputs.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Copies a short run of numbers, faster than a call of the library.
template <class T>
CLEARPROP_INLINE void copy_run(const T* from, T* to, int count) {
  int j = 0;
  for (; j + lanes<T> <= count; j += lanes<T>) store(to + j, load<Vec<T>>(from + j));
  if (j < count) store_few(to + j, load_few(from + j, count - j), count - j);
}

// A network with its weights in panels.
template <class T>
class BatchNetwork {
 public:
  BatchNetwork(const Shape& shape, bool training) : loss(shape.loss), L(int(shape.f.size())), layers(L + 1) {
    std::ptrdiff_t size = 0, turned = 0, flat = 0;
    for (int l = 0; l <= L; ++l) {
      BatchLayer<T>& layer = layers[l];
      layer.n = shape.widths[l], layer.stride = row_stride<T>(layer.n);
      if (l == 0) continue;
      layer.m = shape.widths[l - 1], layer.f = shape.f[l - 1], layer.normalization = shape.normalization(l);
      layer.arrays = shape.arrays_of_units(l);
      layer.panels = Panels<T>(layer.m, layer.n);
      layer.W = size, layer.units = size + layer.panels.size();
      layer.flat = flat, flat += std::ptrdiff_t(layer.m + layer.arrays) * layer.n;
      size = layer.units + std::ptrdiff_t(layer.arrays) * padded<T>(layer.n);
      if (l == 1 || !training) continue;
      layer.turned = Panels<T>(layer.n, layer.m);
      layer.WT = turned, turned += layer.turned.size();
    }
    parameters_ = Buffer<T>(size), turned_ = Buffer<T>(turned);
  }

  // From the flat vector W[1], W0[1], W[2], ..., rows of W as they come.
  void pack(const T* flat) {
    pack_forward(flat);
    transpose_all();
  }
  void pack_forward(const T* flat) {  // what the forward pass needs
    each_run([&flat](T* packed, int count) { copy_run(flat, packed, count), flat += count; });
  }
  void unpack(T* flat) const {
    each_run([&flat](const T* packed, int count) { copy_run(packed, flat, count), flat += count; });
  }

  // The same for other numbers that belong to the parameters one by one, `packed` as they are.
  void pack_beside(const T* flat, T* packed) const {
    each_run([&](const T* at, int count) { copy_run(flat, packed + (at - parameters()), count), flat += count; });
  }
  void unpack_beside(const T* packed, T* flat) const {
    each_run([&](const T* at, int count) { copy_run(packed + (at - parameters()), flat, count), flat += count; });
  }

  void transpose_all() {
    for (int l = 2; l <= L; ++l)
      for (int p = 0; p < layers[l].panels.count(); ++p) transpose_rows(layers[l], p, 0, layers[l].m);
  }
  void transpose_rows(const BatchLayer<T>& layer, int panel, int first, int last) {
    transpose_panel(parameters() + layer.W, layer.panels, panel, first, last, turned_.data() + layer.WT, layer.turned);
  }

  T* parameters() const { return parameters_.data(); }
  std::size_t size() const { return parameters_.size(); }
  // Whether a core has all weights in its second-level cache, with room for rows.
  bool fits_a_core() const { return (parameters_.size() + turned_.size()) * sizeof(T) <= 1 << 19; }
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
  // Numbers that are side by side in the flat vector and here: the part of a row of W, or of an array of units, in one panel.
  template <class F>
  void each_run(F&& f) const {
    for (int l = 1; l <= L; ++l) {
      const BatchLayer<T>& layer = layers[l];
      for (int i = 0; i < layer.m + layer.arrays; ++i)
        for (int p = 0; p < layer.panels.count(); ++p)
          f(i < layer.m ? panel(layer, p, i).at : parameters() + layer.of_units(p, i - layer.m), std::min(layer.panels.stride(p), layer.n - layer.panels.begin(p)));
    }
  }

  Buffer<T> parameters_, turned_;
};

// Some columns of some rows, for what is done to each number by itself.
template <class T>
struct Patch {
  T *Z, *A, *dL_dZ;  // dL_dZ holds dL_dA before the link
  int rows, columns;
  std::ptrdiff_t stride;

  template <class F>
  CLEARPROP_INLINE void each_vector(F&& f) const {
    if (columns == panel_vectors * lanes<T>) return each_vector<panel_vectors>(f);  // most panels; a loop of three takes longer
    for (int r = 0; r < rows; ++r)
      for (int j = 0; j < columns; j += lanes<T>) f(r * stride + j);
  }
  template <int NV, class F>
  CLEARPROP_INLINE void each_vector(F& f) const {
    for (std::ptrdiff_t r = 0, at = 0; r < rows; ++r, at += stride)
#pragma GCC unroll 3
      for (int v = 0; v < NV; ++v) f(at + v * lanes<T>);
  }
};

// What the passes leave behind for up to `capacity` points: A[0], unless `inputs` says that nobody writes it, and Z, A and dL_dZ of
// each layer.
template <class T>
class Rows {
 public:
  Rows(const BatchNetwork<T>& net, int capacity, bool training, const Dropout& dropout = {}, bool inputs = true) {
    for (int l = 0; l <= net.L; ++l) {
      const std::size_t size = std::size_t(capacity) * net.layers[l].stride;
      A_.emplace_back(l > 0 || inputs ? size : 0);
      Z_.emplace_back(l > 0 ? size : 0);
      dL_dZ_.emplace_back(l > 0 && training ? size : 0);
      factors_.emplace_back(dropout.drops(l) ? size : 0);
      handed_on_.emplace_back(dropout.drops(l) ? size : 0);
      normalized_.emplace_back(net.layers[l], capacity, training);
    }
    const std::size_t columns = padded<T>(net.layers[net.L].n);
    outputs_ = Buffer<T>(4 * columns * rounded_up(capacity, lanes<T>));
  }
  T* A(int l) const { return A_[l].data(); }
  T* Z(int l) const { return Z_[l].data(); }
  T* dL_dZ(int l) const { return dL_dZ_[l].data(); }
  const NormalizedRows<T>& normalized(int l) const { return normalized_[l]; }
  T* factors(int l) const { return factors_[l].data(); }  // of dropout: kept / (1 - rate)
  bool drops(int l) const { return factors_[l].size() > 0; }
  T* handed_on(int l) const { return drops(l) ? handed_on_[l].data() : A(l); }  // what layer l + 1 takes

  // Row r as a layer of its own, for what looks at all of a layer's units.
  Layer<T> row(const BatchLayer<T>& layer, int l, int r) const {
    const std::ptrdiff_t at = std::ptrdiff_t(r) * layer.stride;
    Layer<T> row;
    row.n = layer.n, row.f = layer.f;
    row.Z = Z(l) + at, row.A = A(l) + at;
    row.dL_dA = row.dL_dZ = dL_dZ(l) + at;  // a link overwrites the one with the other
    return row;
  }

  template <class F>
  void each_row(const BatchLayer<T>& layer, int l, int first, int last, F&& f) const {
    for (int r = first; r < last; ++r) {
      Layer<T> row = this->row(layer, l, r);
      f(r, row);
    }
  }

  // What layer l + 1 takes, from row `first` on.
  Left<T> left(const BatchLayer<T>& layer, int l, int first) const {
    return {handed_on(l) + std::ptrdiff_t(first) * layer.stride, layer.stride};
  }
  // One panel's columns of layer l. A layer's inputs fall into the panels that they have as outputs of the layer before.
  Patch<T> patch(const BatchLayer<T>& layer, int l, int p, int first, int last) const {
    const std::ptrdiff_t at = std::ptrdiff_t(first) * layer.stride + layer.panels.begin(p);
    return {Z(l) + at, A(l) + at, dL_dZ(l) + at, last - first, layer.panels.stride(p), layer.stride};
  }

  // Room for the outputs of a group of points, `lanes` at a time; groups begin at multiples of that.
  Outputs<T> outputs(const BatchNetwork<T>& net, int first) const {
    using V = Vec<T>;
    Outputs<T> outputs;
    outputs.n = net.layers[net.L].n, outputs.f = net.layers[net.L].f, outputs.loss = net.loss;
    const int columns = padded<T>(outputs.n);
    V* at = reinterpret_cast<V*>(outputs_.data()) + std::ptrdiff_t(4) * columns * (first / lanes<T>);
    outputs.Z = at, outputs.A = at + columns, outputs.Y = at + 2 * columns, outputs.dL_dZ = at + 3 * columns;
    return outputs;
  }

 private:
  std::vector<Buffer<T>> A_, Z_, dL_dZ_, factors_, handed_on_;
  std::vector<NormalizedRows<T>> normalized_;
  Buffer<T> outputs_;
};

template <class F, class T>
void activate_patch_as(const Part& part, const Patch<T>& patch) {  // A = f(Z)
  const F f = made<F>(part);
  patch.each_vector([&](std::ptrdiff_t at) { store(patch.A + at, f.A(load<Vec<T>>(patch.Z + at))); });
}

template <class F, class T>
void link_patch_as(const Part& part, const Patch<T>& patch) {  // dL_dZ = dA_dZ * dL_dA
  const F f = made<F>(part);
  patch.each_vector([&](std::ptrdiff_t at) {
    const auto dA_dZ = f.dA_dZ(load<Vec<T>>(patch.Z + at), load<Vec<T>>(patch.A + at));
    store(patch.dL_dZ + at, dA_dZ * load<Vec<T>>(patch.dL_dZ + at));
  });
}

template <class T, class... Fs>
void activate_patch(const Part& f, const Patch<T>& patch, List<Fs...>) {
  static constexpr void (*by_code[])(const Part&, const Patch<T>&) = {activate_patch_as<Fs, T>...};
  by_code[f.code](f, patch);
}
template <class T>
void activate_patch(const Part& f, const Patch<T>& patch) {
  activate_patch(f, patch, Elementwise{});
}

template <class T, class... Fs>
void link_patch(const Part& f, const Patch<T>& patch, List<Fs...>) {
  static constexpr void (*by_code[])(const Part&, const Patch<T>&) = {link_patch_as<Fs, T>...};
  by_code[f.code](f, patch);
}
template <class T>
void link_patch(const Part& f, const Patch<T>& patch) {
  link_patch(f, patch, Elementwise{});
}

// Z = A_prev @ W + W0 for one panel of layer l and rows first .. last - 1.
template <class T>
void forward_panel(const BatchNetwork<T>& net, const Rows<T>& rows, Left<T> A_prev, int l, int p, int first, int last) {
  const BatchLayer<T>& layer = net.layers[l];
  const Columns<T> W = net.panel(layer, p);
  const Patch<T> patch = rows.patch(layer, l, p, first, last);
  multiply<false, T>(last - first, layer.m, A_prev, layer.panels.width(p), {W.at, W.stride},
                     {net.parameters() + layer.of_units(p, 0), 0}, T(1), {patch.Z, patch.stride});
}

// dL_dA_prev = dL_dZ @ W.T for one panel of layer l's inputs and rows first .. last - 1.
template <class T>
void backward_panel(const BatchNetwork<T>& net, const Rows<T>& rows, int l, int p, int first, int last) {
  const BatchLayer<T>&layer = net.layers[l], &prev = net.layers[l - 1];
  const Left<T> dL_dZ{rows.dL_dZ(l) + std::ptrdiff_t(first) * layer.stride, layer.stride};
  const Patch<T> patch = rows.patch(prev, l - 1, p, first, last);
  multiply<false, T>(last - first, layer.n, dL_dZ, layer.turned.width(p), net.turned_panel(layer, p), nothing<T>(), T(1),
                     {patch.dL_dZ, patch.stride});
  if (rows.drops(l - 1)) {
    const T* const factors = rows.factors(l - 1) + (patch.dL_dZ - rows.dL_dZ(l - 1));
    patch.each_vector([&](std::ptrdiff_t at) { store(patch.dL_dZ + at, load<Vec<T>>(patch.dL_dZ + at) * load<Vec<T>>(factors + at)); });
  }
}

// Z of rows first .. last - 1 of a layer that is normalised over its units becomes V; and dL_dV becomes dL_dZ.
template <class T>
void normalize_rows(const BatchNetwork<T>& net, const Rows<T>& rows, int l, int first, int last) {
  const BatchLayer<T>& layer = net.layers[l];
  const NormalizedRows<T>& kept = rows.normalized(l);
  rows.each_row(layer, l, first, last, [&](int r, Layer<T>& row) {
    T* const Z_hat = kept.Z_hat.size() > 0 ? kept.Z_hat.data() + std::ptrdiff_t(r) * layer.stride : nullptr;
    kept.roots.data()[r] = normalize_row(row, layer.normalization.epsilon, Z_hat,
                                         [&](int j, int k) { return load<Vec<T>>(net.parameters() + layer.of_unit(j, k)); });
  });
}
template <class T>
void link_normalized_rows(const BatchNetwork<T>& net, const Rows<T>& rows, int l, int first, int last) {
  const BatchLayer<T>& layer = net.layers[l];
  const NormalizedRows<T>& kept = rows.normalized(l);
  rows.each_row(layer, l, first, last, [&](int r, Layer<T>& row) {
    const std::ptrdiff_t at = std::ptrdiff_t(r) * layer.stride;
    link_normalized_row(row, kept.roots.data()[r], kept.Z_hat.data() + at, kept.dL_dV.data() + at,
                        [&](int j, int k) { return load<Vec<T>>(net.parameters() + layer.of_unit(j, k)); });
  });
}

// Leaves units of A[l] out, for rows first .. last - 1 of those held, of which row 0 is row `before` of the whole batch:
// handed_on = A * factors
template <class T>
void drop_units(const BatchNetwork<T>& net, const Rows<T>& rows, const Dropout& dropout, std::uint32_t step, int l, int before, int first, int last) {
  const BatchLayer<T>& layer = net.layers[l];
  for (int r = first; r < last; ++r) {
    const std::ptrdiff_t at = std::ptrdiff_t(r) * layer.stride;
    dropout.draw(step, l, std::uint32_t(before + r), rows.factors(l) + at, layer.n);
    for (int j = 0; j < layer.n; ++j) rows.handed_on(l)[at + j] = rows.A(l)[at + j] * rows.factors(l)[at + j];
  }
}

// The outputs of up to `lanes` points, from row `begin` on, with Z in columns. Lanes without a point of their own repeat one.
template <class T>
Outputs<T> outputs_of_group(const BatchNetwork<T>& net, const Rows<T>& rows, int room, int begin, int count) {
  const BatchLayer<T>& layer = net.layers[net.L];
  Outputs<T> outputs = rows.outputs(net, room);
  const T* Z[lanes<T>];
  for (int r = 0; r < lanes<T>; ++r) Z[r] = rows.Z(net.L) + std::ptrdiff_t(begin + std::min(r, count - 1)) * layer.stride;
  columns_of<T>(Z, layer.n, outputs.Z);
  return outputs;
}

// The last layer's A for rows first .. last - 1, from Z.
template <class T>
void activate_outputs(const BatchNetwork<T>& net, const Rows<T>& rows, int first, int last) {
  const BatchLayer<T>& layer = net.layers[net.L];
  for (int begin = first; begin < last; begin += lanes<T>) {
    const int count = std::min(lanes<T>, last - begin);
    Outputs<T> outputs = outputs_of_group(net, rows, first, begin, count);
    activate(outputs);
    rows_of<T>(outputs.A, layer.n, rows.A(net.L) + std::ptrdiff_t(begin) * layer.stride, layer.stride, count);
  }
}

// The last layer's dL_dZ for rows first .. last - 1, from Z; `y(r)` is where the target of row r is, and `weight(r)` how much
// it counts. Gives each row's loss to `lost(r, L)`.
template <class T, class Y, class Weight, class Lost>
void loss_unit(const BatchNetwork<T>& net, const Rows<T>& rows, int first, int last, Y&& y, Weight&& weight, Lost&& lost) {
  const BatchLayer<T>& layer = net.layers[net.L];
  for (int begin = first; begin < last; begin += lanes<T>) {
    const int count = std::min(lanes<T>, last - begin);
    Outputs<T> outputs = outputs_of_group(net, rows, first, begin, count);
    const T* targets[lanes<T>];
    Vec<T> weights;
    for (int r = 0; r < lanes<T>; ++r) {
      const int row = begin + std::min(r, count - 1);
      targets[r] = y(row), weights[r] = weight(row);
    }
    columns_of<T>(targets, targets_of(net.loss, layer.n), outputs.Y);
    const Vec<T> L = weights * output_unit(outputs);
    outputs.each([&](int j) { outputs.dL_dZ[j] *= weights; });
    rows_of<T>(outputs.dL_dZ, layer.n, rows.dL_dZ(net.L) + std::ptrdiff_t(begin) * layer.stride, layer.stride, count);
    for (int r = 0; r < count; ++r) lost(begin + r, L[r]);
  }
}

}  // namespace clearprop::CLEARPROP_LEVEL
