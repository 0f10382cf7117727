// Many small networks of one shape side by side: each lane of a vector trains a network of its own, on points of its own.
//
// Every value of the formulas is a vector over networks here, so there is nothing to sum across lanes. Some vectors go
// through each formula together: while one waits for a result, the others compute.
#pragma once

#include <algorithm>

#include "outputs.hpp"
#include "points.hpp"
#include "team.hpp"

namespace clearprop::CLEARPROP_LEVEL {

constexpr int together = 4;

template <class T>
struct Lanes {
  Vec<T> v[together];
};

constexpr Part identity{code_of<Identity>(Elementwise{}), {}};

template <class T>
constexpr int group = together * lanes<T>;  // networks trained together

// Memory that one group may take: beyond the first-level cache there is nothing to win.
constexpr std::size_t group_bytes = 65536;

template <class T>
bool fits_in_lanes(const Shape& shape, std::size_t networks) {
  const bool alike = std::all_of(shape.f.begin(), shape.f.end() - 1, is_elementwise);
  return alike && shape.parameters() * std::min(networks, std::size_t(group<T>)) * sizeof(T) <= group_bytes;
}

// x, y and, where points have one, the weight of each point side by side, so that a step finds its point in one place. It is
// moved in pieces of 16 bytes, the last filled with zeros.
template <class T>
constexpr int piece = 16 / int(sizeof(T));

template <class T>
int pieces_of_record(const Points<T>& points) {
  return rounded_up(points.m + points.outputs + (points.weights ? 1 : 0), piece<T>) / piece<T>;
}

template <class T>
Buffer<T> records_of(const Points<T>& points) {
  const std::size_t size = std::size_t(pieces_of_record(points)) * piece<T>;
  Buffer<T> records(std::size_t(points.n) * size);
  for (std::int64_t i = 0; i < points.n; ++i) {
    T* to = records.data() + std::size_t(i) * size;
    to = std::copy_n(points.x(i), points.m, to);
    to = std::copy_n(points.y(i), points.outputs, to);
    if (points.weights) *to = points.weights[i];
  }
  return records;
}

// One piece of a vector's networks after another becomes one vector for each number of a piece.
template <class V>
CLEARPROP_INLINE void part_pieces(V (&v)[piece<Element<V>>]) {
  const auto halve = [&](V a, V b, V& evens, V& odds) { evens = every_second<0>(a, b), odds = every_second<1>(a, b); };
  if constexpr (piece<Element<V>> == 2) {
    halve(V(v[0]), V(v[1]), v[0], v[1]);
  } else {
    V evens[2], odds[2];
    for (int h = 0; h < 2; ++h) halve(v[2 * h], v[2 * h + 1], evens[h], odds[h]);
    halve(evens[0], evens[1], v[0], v[2]);
    halve(odds[0], odds[1], v[1], v[3]);
  }
}

template <class T>
class Group {
 public:
  Group(const Shape& shape, const Points<T>& points, const T* records)
      : shape_(shape), points_(points), records_(records),
        step_(formulas_of(shape) == Formulas::inlined ? step_for<Formulas::inlined>() : step_for<Formulas::called>()),
        pieces_(pieces_of_record(points)), parameters_(shape.parameters()), A_(shape.units()), dA_dZ_(shape.units()),
        gathered_(std::size_t(ahead_) * row_size()), point_(std::size_t(pieces_) * piece<T>),
        outputs_(4 * std::size_t(points.outputs)) {}

  // Trains `count` networks, a row of `flat` and of `order` each; adds to `losses` what each of them lost.
  void run(T* flat, int count, const std::int64_t* order, std::int64_t order_stride, const Steps& steps, double* losses) {
    const std::size_t size = parameters_.size();
    for (std::size_t p = 0; p < size; ++p)
      for (int k = 0; k < group<T>; ++k) lane(parameters_.data()[p], k) = flat[std::min(k, count - 1) * size + p];
    for (std::int64_t begin = 0; begin < steps.count; begin += ahead_) {
      const int block = int(std::min<std::int64_t>(ahead_, steps.count - begin));
      for (int k = 0; k < group<T>; ++k) gather(order + std::min(k, count - 1) * order_stride + begin, block, k);
      Lanes<T> total{};
      for (int s = 0; s < block; ++s) {
        spread_point(gathered_.data() + std::size_t(s) * row_size());
        (this->*step_)(T(steps.eta(begin + s)), total);
      }
      for (int k = 0; k < count; ++k) losses[k] += lane(total, k);
    }
    for (std::size_t p = 0; p < size; ++p)
      for (int k = 0; k < count; ++k) flat[k * size + p] = lane(parameters_.data()[p], k);
  }

 private:
  static constexpr int ahead_ = 8;  // points brought together ahead of their steps, so that no step waits for them

  static T& lane(Lanes<T>& values, int k) { return reinterpret_cast<T*>(&values)[k]; }
  std::size_t row_size() const { return std::size_t(pieces_) * piece<T> * group<T>; }

  // The records of the points in `order`, piece by piece, beside those of the other networks in rows of a step each.
  void gather(const std::int64_t* order, int count, int k) {
    constexpr int few = 2;
    __builtin_prefetch(order + ahead_);  // each network's order is a stream of its own, too many to be foreseen
    const auto copy = [&](auto pieces) {
      const int numbers = pieces * piece<T>;
      T* to = gathered_.data() + k * piece<T>;
      for (int s = 0; s < count; ++s) {
        const T* record = records_ + order[s] * numbers;
        for (int p = 0; p < pieces; ++p, record += piece<T>, to += group<T> * piece<T>) store(to, load<Vector<T, piece<T>>>(record));
      }
    };
    if (pieces_ <= few) with_size<few>(pieces_, copy);
    else copy(pieces_);
  }

  // A gathered row becomes a vector over networks for each number of a record.
  void spread_point(const T* row) {
    for (int p = 0; p < pieces_; ++p)
      for (int g = 0; g < together; ++g) {
        Vec<T> v[piece<T>];
        for (int q = 0; q < piece<T>; ++q, row += lanes<T>) v[q] = load<Vec<T>>(row);
        part_pieces(v);
        for (int q = 0; q < piece<T>; ++q) point_.data()[p * piece<T> + q].v[g] = v[q];
      }
  }

  template <Formulas formulas>
  auto step_for() const {
    return shape_.strength == 0 ? &Group::step<formulas, false> : &Group::step<formulas, true>;
  }

  // One step of every network of the group: forward pass, loss unit, links and updates.
  template <Formulas formulas, bool Penalised>
  void step(T eta, Lanes<T>& total) {
    using V = Vec<T>;
    const int L = int(shape_.f.size()), outputs = points_.outputs;
    const Lanes<T>* const point = point_.data();
    const Lanes<T>*const Y = point + points_.m, *const weight = points_.weights ? Y + outputs : nullptr;
    const bool normalised = formulas == Formulas::called && !is_elementwise(shape_.f.back());
    const T keep = 1 - 2 * eta * T(shape_.strength);
    Lanes<T> squares{};

    const Lanes<T>* A_prev = point;
    Lanes<T>*A = A_.data(), *dA_dZ = dA_dZ_.data(), *W = parameters_.data();
    for (int l = 1; l <= L; ++l) {
      const int m = shape_.widths[l - 1], n = shape_.widths[l];
      with_activation<formulas>(l == L && normalised ? identity : shape_.f[l - 1], [&](auto activated) {
        for (int j = 0; j < n; ++j) {
          Lanes<T> Z = W[m * n + j];
          for (int i = 0; i < m; ++i)
            for (int g = 0; g < together; ++g) Z.v[g] = fused(A_prev[i].v[g], W[i * n + j].v[g], Z.v[g]);
          for (int g = 0; g < together; ++g) {
            const auto unit = activated(Z.v[g]);
            A[j].v[g] = unit.A, dA_dZ[j].v[g] = unit.dA_dZ;
          }
          if (l == L && !normalised) link_output<formulas>(Z, A[j], Y[j], weight, dA_dZ[j], total);
        }
      });
      A_prev = A;
      if (l < L) A += n, dA_dZ += n, W += (m + 1) * n;
    }

    if (normalised) link_together(A, Y, weight, dA_dZ, total);  // A has been left as Z

    // dA_dZ of the last layer has become dL_dZ; on the way down each layer's does
    for (int l = L; l >= 1; --l) {
      const int m = shape_.widths[l - 1], n = shape_.widths[l];
      Lanes<T>*A_below = A - m, *dL_dZ_below = dA_dZ - m;
      const Lanes<T>* from = l == 1 ? point : A_below;
      for (int i = 0; i < m; ++i) {
        Lanes<T> dL_dA{};
        for (int j = 0; j < n; ++j)
          for (int g = 0; g < together; ++g) {
            V& w = W[i * n + j].v[g];
            dL_dA.v[g] = fused(w, dA_dZ[j].v[g], dL_dA.v[g]);
            if constexpr (Penalised) squares.v[g] = fused(w, w, squares.v[g]), w *= keep;
            w = fused(-eta * dA_dZ[j].v[g], from[i].v[g], w);
          }
        if (l > 1)
          for (int g = 0; g < together; ++g) dL_dZ_below[i].v[g] *= dL_dA.v[g];
      }
      for (int j = 0; j < n; ++j)
        for (int g = 0; g < together; ++g) W[m * n + j].v[g] = fused(-eta, dA_dZ[j].v[g], W[m * n + j].v[g]);
      if (l > 1) A = A_below, dA_dZ = dL_dZ_below, W -= std::ptrdiff_t(shape_.widths[l - 2] + 1) * m;
    }
    if constexpr (Penalised)
      for (int g = 0; g < together; ++g) total.v[g] += T(shape_.strength) * squares.v[g];
  }

  // The loss of one output, and dL_dZ in the place of dA_dZ.
  template <Formulas formulas>
  void link_output(const Lanes<T>& Z, const Lanes<T>& A, const Lanes<T>& Y, const Lanes<T>* weight, Lanes<T>& dA_dZ,
                   Lanes<T>& total) {
    for (int g = 0; g < together; ++g) {
      auto link = elementwise_output<formulas>(shape_.f.back(), shape_.loss, Z.v[g], A.v[g], dA_dZ.v[g], Y.v[g]);
      if (weight) link.L *= weight->v[g], link.dL_dZ *= weight->v[g];
      total.v[g] += link.L;
      dA_dZ.v[g] = link.dL_dZ;
    }
  }

  // The same for all outputs where they meet, in a softmax or its logarithm; from their Z.
  void link_together(const Lanes<T>* Z, const Lanes<T>* Y, const Lanes<T>* weight, Lanes<T>* dL_dZ, Lanes<T>& total) {
    const int n = points_.outputs;
    Vec<T>* const values = outputs_.data();
    Outputs<T> last{n, shape_.f.back(), shape_.loss, values, values + n, values + 2 * n, values + 3 * n};
    for (int g = 0; g < together; ++g) {
      last.each([&](int j) { last.Z[j] = Z[j].v[g], last.Y[j] = Y[j].v[g]; });
      const Vec<T> w = weight ? weight->v[g] : one<Vec<T>>();
      total.v[g] += w * output_unit(last);
      last.each([&](int j) { dL_dZ[j].v[g] = w * last.dL_dZ[j]; });
    }
  }

  const Shape& shape_;
  const Points<T>& points_;
  const T* records_;
  void (Group::*step_)(T, Lanes<T>&);
  int pieces_;
  Buffer<Lanes<T>> parameters_, A_, dA_dZ_;
  Buffer<T> gathered_;
  Buffer<Lanes<T>> point_;
  Buffer<Vec<T>> outputs_;
};

// Trains K networks, a row of `flat` (K, p) and of `order` (K, steps) each, over threads. Which thread trains which
// group changes nothing: networks never meet.
template <class T>
void train_side_by_side(const Shape& shape, const Points<T>& points, T* flat, std::int64_t K, std::size_t size,
                        const Steps& steps, double* losses, int threads) {
  const std::int64_t groups = (K + group<T> - 1) / group<T>;
  const Buffer<T> records = records_of(points);
  on_threads(threads, [&](int first) {
    Group<T> together_trained(shape, points, records.data());
    for (std::int64_t g = first; g < groups; g += threads) {
      const std::int64_t k = g * group<T>;
      together_trained.run(flat + k * size, int(std::min<std::int64_t>(group<T>, K - k)), steps.order + k * steps.count,
                           steps.count, steps, losses + k);
    }
  });
}

}  // namespace clearprop::CLEARPROP_LEVEL
