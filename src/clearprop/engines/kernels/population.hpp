// Many small networks of one shape, each lane of a vector a network of its own: a step of every network on rows that come with it.
//
// Sums are taken in the order in which `MiniBatch` takes them, and values go through the same functions, so that every network
// takes the step that it takes alone, to the bit. The weights of some networks lie side by side, and after them what the optimiser keeps
// for them; then comes the next group. A step writes all of it anew beside the old: where a number is not finite, the old stays.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "batch.hpp"
#include "several.hpp"
#include "team.hpp"
#include "trainer.hpp"

namespace clearprop::CLEARPROP_LEVEL {

constexpr int side_by_side = 2;  // vectors that go through each formula together
template <class T>
constexpr int networks_together = side_by_side * lanes<T>;

template <class T>
struct Abreast {
  Vec<T> v[side_by_side];
};

// What the passes of one group leave behind, for one row at a time, and the sums over rows.
template <class T>
struct PopulationRoom {
  explicit PopulationRoom(const Shape& shape)
      : biases(shape.units() - shape.widths.front()), Z(shape.units()), A(shape.units()), dL_dZ(shape.units()), gradient(shape.parameters() - biases),
        of_biases(sums_of_biases * biases), Y(shape.widths.back()), outputs(4 * std::size_t(shape.widths.back())) {}
  static constexpr int sums_of_biases = 4;  // as `WeightGradient::add_biases` has them

  std::size_t biases;
  Buffer<Abreast<T>> Z, A, dL_dZ, gradient, of_biases, Y;
  Buffer<Vec<T>> outputs;
};

template <class T>
class SideBySide final : public Population<T> {
  using V = Vec<T>;
  using Room = PopulationRoom<T>;
  static constexpr int together = networks_together<T>;

 public:
  SideBySide(const Shape& shape, const Rule& rule, std::int64_t K, int threads)
      : shape_(shape), hypers_(rule.hypers), L_(int(shape.f.size())), K_(K), groups_(int((K + together - 1) / together)), threads_(threads) {
    begins_.push_back(0), values_.push_back(0);
    for (int l = 1; l <= L_; ++l) {
      begins_.push_back(begins_.back() + std::size_t(shape.widths[l - 1] + 1) * shape.widths[l]);
      values_.push_back(values_.back() + shape.widths[l - 1]);
    }
    size_ = begins_.back();
    with_rule(rule.code, Optimizers<T, V>{}, [&](auto* type) {
      using R = std::decay_t<decltype(*type)>;
      whole_ = size_ * (1 + R::kept), older_ = &Age::older<R>, descend_ = &SideBySide::descend<R>;
    });
    now_ = Buffer<Abreast<T>>(whole_ * groups_), next_ = Buffer<Abreast<T>>(whole_ * groups_);
    pieces_ = std::min(groups_, 4 * threads);
    for (int piece = 0; piece < pieces_; ++piece) rooms_.emplace_back(shape);
    not_finite_.resize(groups_);
  }

  void set(int array, const T* values) override {
    for (int g = 0; g < groups_; ++g)
      for (std::size_t p = 0; p < size_; ++p)  // number by number: to write network by network took forty times as long
        for (int k = 0; k < together; ++k)     // lanes without a network repeat the last
          lane(now_, g, array, p)[k] = values[std::min(std::int64_t(g) * together + k, K_ - 1) * size_ + p];
  }
  void get(int array, T* values) const override {
    for (std::int64_t k = 0; k < K_; ++k)
      for (std::size_t p = 0; p < size_; ++p) values[k * size_ + p] = lane(now_, k / together, array, p)[k % together];
  }
  Age& age() override { return age_; }

  std::int64_t step(const RowsOfStep<T>& rows, const double* etas, double* losses) override {
    const Age age = (age_.*older_)(hypers_.data());
    each_group(rows.b, 3, [&](Room& room, int g) { not_finite_[g] = step(room, g, rows, age, etas, losses); });
    for (int g = 0; g < groups_; ++g)
      if (not_finite_[g] >= 0) return std::int64_t(g) * together + not_finite_[g];
    std::swap(now_, next_), age_ = age;
    return -1;
  }

  void predict(const T* X, bool own, int n, T* out) const override {
    const int m = shape_.widths.front(), outputs = shape_.widths.back();
    each_group(n, 1, [&](Room& room, int g) {
      const std::int64_t first = std::int64_t(g) * together;
      for (int r = 0; r < n; ++r) {
        gather(first, X + std::ptrdiff_t(r) * m, own ? std::ptrdiff_t(n) * m : 0, m, room.A.data());
        forward(room, weights(now_, g));
        for (int v = 0; v < side_by_side; ++v) {
          Outputs<T> last = outputs_of(room, v);
          activate(last);
          for (int j = 0; j < outputs; ++j)
            for (std::int64_t k = first + v * lanes<T>; k < std::min(K_, first + (v + 1) * lanes<T>); ++k)
              out[(k * n + r) * outputs + j] = last.A[j][k % lanes<T>];
        }
      }
    });
  }

  double nanoseconds_of(int rows, int passes) const override {
    double functions = 0;
    for (int l = 1; l <= L_; ++l) functions += shape_.widths[l];
    return double(K_) / lanes<T> * (rows * (passes * double(size_) / 2 + 5 * functions) + (passes > 1 ? double(whole_ - size_) : 0));
  }

 private:
  // The numbers of group g: its weights, array 0, and those that the optimiser keeps.
  Abreast<T>* weights(const Buffer<Abreast<T>>& all, std::int64_t g) const { return all.data() + std::size_t(g) * whole_; }
  T* lane(const Buffer<Abreast<T>>& all, std::int64_t g, int array, std::size_t p) const {
    return reinterpret_cast<T*>(weights(all, g) + std::size_t(array) * size_ + p);
  }

  template <class F>
  void each_group(int rows, int passes, F&& f) const {
    Team::Turn turn(nanoseconds_of(rows, passes) > 100e3 ? threads_ : 1);
    turn.each(pieces_, [&](int piece) {
      const int last = int(std::int64_t(groups_) * (piece + 1) / pieces_);
      for (int g = int(std::int64_t(groups_) * piece / pieces_); g < last; ++g) f(rooms_[piece], g);
    });
  }

  // `count` numbers, those of each network of the group from `apart` further on, side by side; of all networks where that is 0.
  void gather(std::int64_t first, const T* from, std::ptrdiff_t apart, int count, Abreast<T>* to) const {
    T* const at = reinterpret_cast<T*>(to);
    for (int k = 0; k < together; ++k) {
      const T* const own = from + std::min(first + k, K_ - 1) * apart;
      for (int j = 0; j < count; ++j) at[j * together + k] = own[j];
    }
  }

  // Z and A of all layers, but A of the last, from A[0].
  void forward(Room& room, const Abreast<T>* parameters) const {
    const Abreast<T>* A_prev = room.A.data();
    Abreast<T>* Z = room.Z.data() + shape_.widths.front();
    for (int l = 1; l <= L_; ++l) {
      const int m = shape_.widths[l - 1], n = shape_.widths[l];
      const Abreast<T>* const W = parameters + begins_[l - 1];
      for (int j = 0; j < n; ++j) {
        Abreast<T> sum{};
        for (int i = 0; i < m; ++i)
          for (int v = 0; v < side_by_side; ++v) sum.v[v] = fused(A_prev[i].v[v], W[i * n + j].v[v], sum.v[v]);
        for (int v = 0; v < side_by_side; ++v) Z[j].v[v] = W[m * n + j].v[v] + sum.v[v];
      }
      if (l == L_) break;
      A_prev = room.A.data() + values_[l - 1] + m;
      activate_patch(shape_.f[l - 1], patch(room, l), Elementwise{});
      Z += n;
    }
  }

  // The values of layer l as one row of a patch.
  Patch<T> patch(Room& room, int l) const {
    const std::size_t at = values_[l - 1] + shape_.widths[l - 1];
    const auto numbers = [at](const Buffer<Abreast<T>>& all) { return reinterpret_cast<T*>(all.data() + at); };
    const int columns = shape_.widths[l] * together;
    return {numbers(room.Z), numbers(room.A), numbers(room.dL_dZ), 1, columns, columns};
  }

  // The last layer of the networks of vector v, with Z and Y.
  Outputs<T> outputs_of(Room& room, int v) const {
    const int n = shape_.widths.back();
    V* const values = room.outputs.data();
    Outputs<T> last{n, shape_.f.back(), shape_.loss, values, values + n, values + 2 * n, values + 3 * n};
    const Abreast<T>* const Z = room.Z.data() + values_[L_ - 1] + shape_.widths[L_ - 1];
    for (int j = 0; j < n; ++j) last.Z[j] = Z[j].v[v], last.Y[j] = room.Y.data()[j].v[v];
    return last;
  }

  // The step of group g; gives the first of its networks that is not finite, or -1.
  int step(Room& room, int g, const RowsOfStep<T>& rows, const Age& age, const double* etas, double* losses) {
    const std::int64_t first = std::int64_t(g) * together;
    const int count = int(std::min<std::int64_t>(together, K_ - first)), m = shape_.widths.front(), outputs = shape_.widths.back();
    const Abreast<T>* const now = weights(now_, g);
    double lost[together] = {};
    if (rows.b > 1) std::fill_n(reinterpret_cast<T*>(room.gradient.data()), room.gradient.size() * together, T(0));
    std::fill_n(reinterpret_cast<T*>(room.of_biases.data()), room.of_biases.size() * together, T(0));
    for (int r = 0; r < rows.b; ++r) {
      gather(first, rows.X + std::ptrdiff_t(r) * m, rows.own_X ? std::ptrdiff_t(rows.b) * m : 0, m, room.A.data());
      gather(first, rows.Y + std::ptrdiff_t(r) * outputs, rows.own_Y ? std::ptrdiff_t(rows.b) * outputs : 0, outputs, room.Y.data());
      forward(room, now);
      link_outputs(room, first, rows, r, lost);
      backward(room, now);
      add_biases(room, r, rows.b);
      if (rows.b > 1) add_gradient(room);
    }
    for (int k = 0; k < count; ++k) losses[first + k] = rows.b * lost[k] / double(rows.b);
    Doubles<V> own_etas[side_by_side];
    for (int k = 0; k < together; ++k) own_etas[k / lanes<T>][k % lanes<T>] = etas[std::min(first + k, K_ - 1)];
    Abreast<T> doubt = (this->*descend_)(room, now, weights(next_, g), age, own_etas, rows.b > 1);
    for (int k = 0; k < count; ++k)
      if (!is_finite(lost[k]) || reinterpret_cast<T*>(&doubt)[k] != 0) return k;
    return -1;
  }

  // dL_dZ of the last layer, and what row r adds to the losses.
  void link_outputs(Room& room, std::int64_t first, const RowsOfStep<T>& rows, int r, double* lost) const {
    Abreast<T>* const dL_dZ = room.dL_dZ.data() + values_[L_ - 1] + shape_.widths[L_ - 1];
    for (int v = 0; v < side_by_side; ++v) {
      Outputs<T> last = outputs_of(room, v);
      V weights;
      for (int k = 0; k < lanes<T>; ++k) {
        const std::int64_t own = rows.own_weights ? std::min(first + v * lanes<T> + k, K_ - 1) * rows.b : 0;
        weights[k] = (rows.weights ? rows.weights[own + r] : T(1)) / T(rows.b);
      }
      const V L = weights * output_unit(last);
      for (int j = 0; j < last.n; ++j) dL_dZ[j].v[v] = last.dL_dZ[j] * weights;
      for (int k = 0; k < lanes<T>; ++k) lost[v * lanes<T> + k] += L[k];
    }
  }

  // dL_dZ of all layers, from that of the last.
  void backward(Room& room, const Abreast<T>* parameters) const {
    for (int l = L_; l > 1; --l) {
      const int m = shape_.widths[l - 1], n = shape_.widths[l];
      const Abreast<T>* const W = parameters + begins_[l - 1];
      Abreast<T>* const below = room.dL_dZ.data() + values_[l - 1];
      const Abreast<T>* const dL_dZ = below + m;
      for (int i = 0; i < m; ++i) {
        Abreast<T> sum{};
        for (int j = 0; j < n; ++j)
          for (int v = 0; v < side_by_side; ++v) sum.v[v] = fused(dL_dZ[j].v[v], W[i * n + j].v[v], sum.v[v]);
        for (int v = 0; v < side_by_side; ++v) below[i].v[v] = V{} + sum.v[v];
      }
      link_patch(shape_.f[l - 2], patch(room, l - 1), Elementwise{});
    }
  }

  // The sums of dL_dZ over rows, in the order of `WeightGradient::add_biases`: whole quadruples of rows side by side.
  void add_biases(Room& room, int r, int b) const {
    const int apart = r < b / Room::sums_of_biases * Room::sums_of_biases ? r % Room::sums_of_biases : 0;
    const Abreast<T>* const dL_dZ = room.dL_dZ.data() + shape_.widths.front();
    Abreast<T>* const to = room.of_biases.data() + apart * room.biases;
    for (std::size_t j = 0; j < room.biases; ++j)
      for (int v = 0; v < side_by_side; ++v) to[j].v[v] += dL_dZ[j].v[v];
  }

  void add_gradient(Room& room) const {
    Abreast<T>* to = room.gradient.data();
    for (int l = 1; l <= L_; ++l) {
      const int m = shape_.widths[l - 1], n = shape_.widths[l];
      const Abreast<T>*const A = room.A.data() + values_[l - 1], *const dL_dZ = room.dL_dZ.data() + values_[l - 1] + m;
      for (int i = 0; i < m; ++i)
        for (int j = 0; j < n; ++j, ++to)
          for (int v = 0; v < side_by_side; ++v) to->v[v] = fused(A[i].v[v], dL_dZ[j].v[v], to->v[v]);
    }
  }

  // The new weights, and what rule R keeps. Gives the sum of x - x over weights and gradients, in each lane: 0 where all are finite, else
  // NaN.
  template <class R>
  Abreast<T> descend(Room& room, const Abreast<T>* from, Abreast<T>* to, const Age& age, const Doubles<V>* etas, bool summed) const {
    constexpr bool plain = std::is_same_v<R, SGD<T, V>>;
    Abreast<T> doubt{};
    const Abreast<T>* gradient = room.gradient.data();
    const R rules[side_by_side] = {age.rule<R, V>(hypers_.data(), etas[0]), age.rule<R, V>(hypers_.data(), etas[1])};
    const std::size_t units = room.biases;
    const Abreast<T>* of_biases = room.of_biases.data();
    const auto put = [&](int v, V g) {
      V w = from->v[v];
      if constexpr (plain) w = fused(-rules[v].eta, g, w);
      else move_beside(rules[v], w, g, from, to, v, std::make_integer_sequence<int, R::kept>{}), doubt.v[v] += g - g;
      doubt.v[v] += w - w, to->v[v] = w;
    };
    for (int l = 1; l <= L_; ++l) {
      const int m = shape_.widths[l - 1], n = shape_.widths[l];
      const Abreast<T>*const A = room.A.data() + values_[l - 1], *const dL_dZ = room.dL_dZ.data() + values_[l - 1] + m;
      for (int i = 0; i < m; ++i)
        for (int j = 0; j < n; ++j, ++from, ++to, ++gradient)
          for (int v = 0; v < side_by_side; ++v) put(v, summed ? gradient->v[v] : V{} + A[i].v[v] * dL_dZ[j].v[v]);
      for (int j = 0; j < n; ++j, ++from, ++to, ++of_biases)
        for (int v = 0; v < side_by_side; ++v)
          put(v, (of_biases[0].v[v] + of_biases[units].v[v]) + (of_biases[2 * units].v[v] + of_biases[3 * units].v[v]));
    }
    return doubt;
  }
  template <class R, int... I>
  CLEARPROP_INLINE void move_beside(const R& rule, V& w, V g, const Abreast<T>* from, Abreast<T>* to, int v, std::integer_sequence<int, I...>) const {
    [[maybe_unused]] V state[R::kept + 1] = {from[(1 + I) * size_].v[v]...};
    rule(w, g, state[I]...);
    ((to[(1 + I) * size_].v[v] = state[I]), ...);
  }

  Shape shape_;
  std::vector<double> hypers_;
  Age (Age::*older_)(const double*) const;
  Abreast<T> (SideBySide::*descend_)(Room&, const Abreast<T>*, Abreast<T>*, const Age&, const Doubles<V>*, bool) const;
  Age age_;
  int L_;
  std::int64_t K_;
  int groups_, threads_, pieces_ = 1;
  std::size_t size_ = 0, whole_ = 0;  // of the weights, and with what is kept for them
  std::vector<std::size_t> begins_, values_;  // where W[l + 1] begins among the weights, and A[l] among the values
  Buffer<Abreast<T>> now_, next_;
  mutable std::vector<Room> rooms_;
  std::vector<int> not_finite_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
