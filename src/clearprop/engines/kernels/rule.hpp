// The rule of a training: the optimiser, what it remembers, what cuts its gradient down, and the penalty. It knows no layers.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "buffer.hpp"
#include "dropout.hpp"
#include "optimizers.hpp"
#include "points.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// What stands between the weights and the numbers that are stepped: ntk has a beta, scaling_layer a rate; 0 where there is none.
struct Parametrized {
  double beta = 0, rate = 0;
  explicit operator bool() const { return beta > 0 || rate > 0; }
};

// An optimiser by code, what cuts its gradient down before, and the penalty on weights.
struct Rule {
  struct Clip {
    enum Of { entry, whole, array } of;  // what is limited: each entry, or the norm of the whole gradient or of each array
    double largest;
  };
  int code = 0;
  std::vector<double> hypers;
  std::vector<Clip> clips;   // in the order in which they act
  double l1 = 0, l2 = 0;     // R = l1 sum |w| + l2 sum w^2
  bool of_sum = false;       // R is added to the sum of a batch's losses, not to their mean
  Dropout dropout = {};
  Parametrized parametrized = {};  // not together with clips
  std::vector<double> factors = {};  // of each parameter's step, in the order of the flat vector; none where all are 1
  double max_norm = INFINITY;  // of a column of W, after each step

  bool is_plain() const { return code == 0 && clips.empty() && !parametrized && !limits_columns(); }
  bool limits_columns() const { return is_finite(max_norm); }
  bool penalises() const { return l1 != 0 || l2 != 0; }
  bool sums_over_weights() const { return penalises() || parametrized; }  // so that the pieces of the weights show in the last bits
  bool measures_whole() const {
    return std::any_of(clips.begin(), clips.end(), [](const Clip& clip) { return clip.of != Clip::entry; });
  }
};

// Calls f with the optimiser's own type, T apart from its hyper-parameters.
template <class F, class... Rules>
CLEARPROP_INLINE void with_rule(int code, List<Rules...>, F&& f) {
  int at = 0;
  (void)((code == at++ ? (f(static_cast<Rules*>(nullptr)), true) : false) || ...);
}

// How far an optimiser is: the steps so far, and the product of nadam's momenta.
struct Age {
  std::int64_t t = 0;
  double product = 1;

  // After one more step of rule R.
  template <class R>
  Age older(const double* hypers) const {
    if constexpr (is_nadam<R>) return {t + 1, product * R::mu(hypers, t + 1)};
    else return {t + 1, product};
  }
  template <class R, class E>
  R rule(const double* hypers, Doubles<E> eta) const {
    return R(Stride<E>{hypers, eta, t, product});
  }
};

// What an optimiser keeps for the parameters, in the layout that they have, and how far it is.
template <class T>
class OptimizerState {
 public:
  OptimizerState(const Rule& rule, std::size_t parameters) : hypers_(rule.hypers), size_(parameters) {
    int kept = 0;
    with_rule(rule.code, Optimizers<T>{}, [&](auto* type) { kept = std::decay_t<decltype(*type)>::kept; });
    for (int k = 0; k < kept; ++k) kept_.emplace_back(parameters);
  }

  int count() const { return int(kept_.size()); }
  T* kept(int k) const { return kept_[k].data(); }

  // The optimiser as the next step has it.
  template <class R>
  R next(double eta) {
    now_ = now_.older<R>(hypers_.data());
    return now_.rule<R, T>(hypers_.data(), eta);
  }

  // The same for all of some steps, which are not yet taken.
  template <class R>
  std::vector<R> coming(const Steps& steps) const {
    std::vector<R> rules;
    Age age = now_;
    for (std::int64_t s = 0; s < steps.count; ++s) {
      age = age.older<R>(hypers_.data());
      rules.push_back(age.rule<R, T>(hypers_.data(), steps.eta(s)));
    }
    return rules;
  }

  // The parameters and all this, to be brought back by `restore`.
  void save(const T* parameters) {
    saved_.resize(1 + kept_.size());
    for (std::size_t k = 0; k < saved_.size(); ++k) {
      if (saved_[k].size() == 0) saved_[k] = Buffer<T>(size_);
      std::memcpy(saved_[k].data(), k == 0 ? parameters : kept_[k - 1].data(), size_ * sizeof(T));
    }
    saved_now_ = now_;
  }
  void restore(T* parameters) {
    for (std::size_t k = 0; k < saved_.size(); ++k)
      std::memcpy(k == 0 ? parameters : kept_[k - 1].data(), saved_[k].data(), size_ * sizeof(T));
    now_ = saved_now_;
  }

  void set(std::int64_t t, double product) { now_ = {t, product}; }
  std::pair<std::int64_t, double> get() const { return {now_.t, now_.product}; }

 private:
  std::vector<double> hypers_;
  std::size_t size_;
  std::vector<Buffer<T>> kept_, saved_;
  Age now_, saved_now_;
};

// What a rule keeps of one vector of parameters.
template <class R, class V>
struct KeptOfVector {
  V state[R::kept + 1];

  template <class T>
  CLEARPROP_INLINE void load_from([[maybe_unused]] T* const* kept, [[maybe_unused]] std::ptrdiff_t at) {
#pragma GCC unroll 3
    for (int k = 0; k < R::kept; ++k) state[k] = load<V>(kept[k] + at);
  }
  template <class T>
  CLEARPROP_INLINE void store_to([[maybe_unused]] T* const* kept, [[maybe_unused]] std::ptrdiff_t at) const {
#pragma GCC unroll 3
    for (int k = 0; k < R::kept; ++k) store(kept[k] + at, state[k]);
  }
  CLEARPROP_INLINE void move(const R& rule, V& w, V g) { move(rule, w, g, std::make_integer_sequence<int, R::kept>{}); }

 private:
  template <int... K>
  CLEARPROP_INLINE void move(const R& rule, V& w, V g, std::integer_sequence<int, K...>) { rule(w, g, state[K]...); }
};

// One vector of parameters, from `at` on, takes the rule's step against its gradient.
template <class R, class T, class V>
CLEARPROP_INLINE void move_vector(const R& rule, V& w, V g, T* const* kept, std::ptrdiff_t at) {
  KeptOfVector<R, V> state;
  state.load_from(kept, at);
  state.move(rule, w, g);
  state.store_to(kept, at);
}

}  // namespace clearprop::CLEARPROP_LEVEL
