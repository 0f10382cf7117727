// Optimisers: what one step does to parameters w, given their gradient g and what the rule keeps for them, a vector of each.
// To add one: a struct with how many hyper-parameters it takes, in the record's order, and how many vectors are kept for it; and its
// place in the list below.
//
// A rule is made anew for each step, from its hyper-parameters, the step size eta and the number of the step t = 1, 2, ... `E` is the
// type of what follows from eta: T, or a vector where each lane has a step size of its own.
#pragma once

#include <cmath>
#include <cstdint>
#include <tuple>

#include "elementary.hpp"
#include "parts.hpp"

namespace clearprop::CLEARPROP_LEVEL {

double doubles_of(float);
double doubles_of(double);
template <class V> Vector<double, length<V>> doubles_of(V);
template <class E> using Doubles = decltype(doubles_of(E{}));  // double, or a vector of them

// One step's numbers: hyper-parameters as the record has them, and how far the training is.
template <class E>
struct Stride {
  const double* hyper;
  Doubles<E> eta;
  std::int64_t t;
  double product = 1;  // of nadam's momenta up to this step

  // What is left of an average that began at 0, after t steps at this rate: its bias correction divides by it.
  double started(double beta) const { return 1 - std::pow(beta, double(t)); }
};

template <class E> CLEARPROP_INLINE E rounded(Doubles<E> numbers) {
  if constexpr (std::is_arithmetic_v<E>) return E(numbers);
  else return __builtin_convertvector(numbers, E);
}

template <class V> CLEARPROP_INLINE V average(V before, double beta, V value) {
  using T = Element<V>;
  return fused(T(beta), before, T(1 - beta) * value);
}

template <class T, class E = T>
struct SGD {
  static constexpr const char* name = "sgd";
  static constexpr int hypers = 0, kept = 0;
  E eta;
  explicit SGD(const Stride<E>& s) : eta(rounded<E>(s.eta)) {}
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g) const { w = fused(-eta, g, w); }
};

template <class T, class E = T>
struct Momentum {
  static constexpr const char* name = "momentum";
  static constexpr int hypers = 1, kept = 1;
  T beta; E eta;
  explicit Momentum(const Stride<E>& s) : beta(T(s.hyper[0])), eta(rounded<E>(s.eta)) {}
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& v) const {
    v = fused(beta, v, g);
    w = fused(-eta, v, w);
  }
};

template <class T, class E = T>
struct Nesterov {
  static constexpr const char* name = "nesterov";
  static constexpr int hypers = 1, kept = 1;
  T beta; E eta;
  explicit Nesterov(const Stride<E>& s) : beta(T(s.hyper[0])), eta(rounded<E>(s.eta)) {}
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& v) const {
    v = fused(beta, v, g);
    w = fused(-eta, fused(beta, v, g), w);
  }
};

template <class T, class E = T>
struct AdaGrad {
  static constexpr const char* name = "adagrad";
  static constexpr int hypers = 1, kept = 1;
  T epsilon; E eta;
  explicit AdaGrad(const Stride<E>& s) : epsilon(T(s.hyper[0])), eta(rounded<E>(s.eta)) {}
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& sum) const {
    sum = fused(g, g, sum);
    w = fused(-eta, g / (root(sum) + epsilon), w);
  }
};

template <class T, class E = T>
struct Adadelta {
  static constexpr const char* name = "adadelta";
  static constexpr int hypers = 2, kept = 2;
  double beta;
  T epsilon; E eta;
  explicit Adadelta(const Stride<E>& s) : beta(s.hyper[0]), epsilon(T(s.hyper[1])), eta(rounded<E>(s.eta)) {}
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& v, V& u) const {
    v = average(v, beta, g * g);
    const V d = g * root(u + epsilon) / root(v + epsilon);
    u = average(u, beta, d * d);
    w = fused(-eta, d, w);
  }
};

template <class T, class E = T>
struct RMSprop {
  static constexpr const char* name = "rmsprop";
  static constexpr int hypers = 2, kept = 1;
  double beta;
  T epsilon; E eta;
  explicit RMSprop(const Stride<E>& s) : beta(s.hyper[0]), epsilon(T(s.hyper[1])), eta(rounded<E>(s.eta)) {}
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& v) const {
    v = average(v, beta, g * g);
    w = fused(-eta, g / (root(v) + epsilon), w);
  }
};

template <class T, class E = T>
struct CentredRMSprop {
  static constexpr const char* name = "centred_rmsprop";
  static constexpr int hypers = 2, kept = 2;
  double beta;
  T epsilon; E eta;
  explicit CentredRMSprop(const Stride<E>& s) : beta(s.hyper[0]), epsilon(T(s.hyper[1])), eta(rounded<E>(s.eta)) {}
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& m, V& v) const {
    m = average(m, beta, g);
    v = average(v, beta, g * g);
    const V spread = v - m * m, zeros{};
    w = fused(-eta, g / (root(spread > zeros ? spread : zeros) + epsilon), w);
  }
};

// What Adam's family shares: m and v, and their corrections.
template <class T, class E = T>
struct Moments {
  double beta1, beta2;
  T epsilon; E step; T correct_v;  // eta / (1 - beta1^t) and 1 / (1 - beta2^t)
  explicit Moments(const Stride<E>& s)
      : beta1(s.hyper[0]), beta2(s.hyper[1]), epsilon(T(s.hyper[2])), step(rounded<E>(s.eta / s.started(beta1))),
        correct_v(T(1 / s.started(beta2))) {}
  template <class V> CLEARPROP_INLINE void move(V g, V& m, V& v) const { m = average(m, beta1, g), v = average(v, beta2, g * g); }
  template <class V> CLEARPROP_INLINE V divisor(V v) const { return root(v * correct_v) + epsilon; }
};

template <class T, class E = T>
struct Adam : Moments<T, E> {
  static constexpr const char* name = "adam";
  static constexpr int hypers = 3, kept = 2;
  using Moments<T, E>::Moments;
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& m, V& v) const {
    this->move(g, m, v);
    w -= this->step * m / this->divisor(v);
  }
};

template <class T, class E = T>
struct AdamHat : Moments<T, E> {
  static constexpr const char* name = "adam_hat";
  static constexpr int hypers = 3, kept = 2;
  E step;  // eta sqrt(1 - beta2^t) / (1 - beta1^t)
  explicit AdamHat(const Stride<E>& s)
      : Moments<T, E>(s), step(rounded<E>(s.eta * std::sqrt(s.started(this->beta2)) / s.started(this->beta1))) {}
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& m, V& v) const {
    this->move(g, m, v);
    w = fused(-step, m / (root(v) + this->epsilon), w);
  }
};

template <class T, class E = T>
struct AdamW : Moments<T, E> {
  static constexpr const char* name = "adamw";
  static constexpr int hypers = 4, kept = 2;
  E keep;
  explicit AdamW(const Stride<E>& s) : Moments<T, E>(s), keep(rounded<E>(1 - s.eta * s.hyper[3])) {}
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& m, V& v) const {
    this->move(g, m, v);
    w = fused(keep, w, -this->step * m / this->divisor(v));
  }
};

template <class T, class E = T>
struct AMSGrad : Moments<T, E> {
  static constexpr const char* name = "amsgrad";
  static constexpr int hypers = 3, kept = 3;
  using Moments<T, E>::Moments;
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& m, V& v, V& largest) const {
    this->move(g, m, v);
    largest = largest < v ? v : largest;
    w -= this->step * m / this->divisor(largest);
  }
};

template <class T, class E = T>
struct NAdam : Moments<T, E> {
  static constexpr const char* name = "nadam";
  static constexpr int hypers = 4, kept = 2;
  E of_g, of_m;
  explicit NAdam(const Stride<E>& s)
      : Moments<T, E>(s),
        of_g(rounded<E>(s.eta * (1 - mu(s.hyper, s.t)) / (1 - s.product))),
        of_m(rounded<E>(s.eta * mu(s.hyper, s.t + 1) / (1 - s.product * mu(s.hyper, s.t + 1)))) {}
  static double mu(const double* hyper, std::int64_t t) { return hyper[0] * (1 - std::pow(0.96, double(t) * hyper[3]) / 2); }
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& m, V& v) const {
    this->move(g, m, v);
    w -= fused(of_g, g, of_m * m) / this->divisor(v);
  }
};

template <class R>
constexpr bool is_nadam = false;
template <class T, class E>
constexpr bool is_nadam<NAdam<T, E>> = true;

template <class T, class E = T>
struct RAdam : Moments<T, E> {
  static constexpr const char* name = "radam";
  static constexpr int hypers = 3, kept = 2;
  T trust;  // r sqrt(1 - beta2^t), or 0 while v is not to be used
  explicit RAdam(const Stride<E>& s) : Moments<T, E>(s), trust(T(trust_in_v(s))) {}
  static double trust_in_v(const Stride<E>& s) {
    const double beta2 = s.hyper[1], limit = 2 / (1 - beta2) - 1;
    const double rho = limit - 2 * double(s.t) * std::pow(beta2, double(s.t)) / s.started(beta2);
    if (rho <= 5) return 0;
    return std::sqrt((rho - 4) / (limit - 4) * (rho - 2) / (limit - 2) * limit / rho * s.started(beta2));
  }
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& m, V& v) const {
    this->move(g, m, v);
    w -= this->step * (trust > 0 ? trust * m / (root(v) + this->epsilon) : m);
  }
};

template <class T, class E = T>
struct Adamax {
  static constexpr const char* name = "adamax";
  static constexpr int hypers = 3, kept = 2;
  double beta1;
  T beta2, epsilon; E step;
  explicit Adamax(const Stride<E>& s)
      : beta1(s.hyper[0]), beta2(T(s.hyper[1])), epsilon(T(s.hyper[2])), step(rounded<E>(s.eta / s.started(beta1))) {}
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& m, V& u) const {
    m = average(m, beta1, g);
    const V faded = beta2 * u, size = magnitude(g) + epsilon;
    u = faded < size ? size : faded;
    w = fused(-step, m / u, w);
  }
};

template <class T, class E = T>
struct Lion {
  static constexpr const char* name = "lion";
  static constexpr int hypers = 3, kept = 1;
  double beta1, beta2;
  E eta; T decay;
  explicit Lion(const Stride<E>& s) : beta1(s.hyper[0]), beta2(s.hyper[1]), eta(rounded<E>(s.eta)), decay(T(s.hyper[2])) {}
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& m) const {
    w = fused(-eta, fused(decay, w, sign(average(m, beta1, g))), w);
    m = average(m, beta2, g);
  }
};

template <class T, class E = T>
struct Rprop {
  static constexpr const char* name = "rprop";
  static constexpr int hypers = 4, kept = 2;
  T longer, shorter, shortest, longest; E start;
  explicit Rprop(const Stride<E>& s)
      : longer(T(s.hyper[0])), shorter(T(s.hyper[1])), shortest(T(s.hyper[2])), longest(T(s.hyper[3])),
        start(s.t == 1 ? rounded<E>(s.eta) : E{}) {}
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& d, V& before) const {
    const V now = sign(g), agreement = now * before, zeros{};
    const V length = (d + start) * (agreement > zeros ? zeros + longer : agreement < zeros ? zeros + shorter : zeros + 1);
    d = length < shortest ? zeros + shortest : length > longest ? zeros + longest : length;
    before = agreement < zeros ? zeros : now;
    w -= d * before;
  }
};

template <class T, class E = T>
struct Quickprop {
  static constexpr const char* name = "quickprop";
  static constexpr int hypers = 1, kept = 2;
  T growth, turn; E eta;
  explicit Quickprop(const Stride<E>& s)
      : growth(T(s.hyper[0])), turn(T(s.hyper[0] / (1 + s.hyper[0]))), eta(rounded<E>(s.eta)) {}
  template <class V> CLEARPROP_INLINE void operator()(V& w, V g, V& last, V& before) const {
    const V zeros{}, most = zeros + growth, direction = sign(last), along = direction * g;
    const V parabola = before == g ? most : g / (before - g);
    const V moved = last * (along < turn * (direction * before) ? most : parabola);
    last = moved - (along > zeros ? zeros : eta * g);
    before = g;
    w += last;
  }
};

// What a page does without, so that its module stays small.
#ifndef CLEARPROP_QUICKPROP
#define CLEARPROP_QUICKPROP 1
#endif
template <class T, class E>
using BesideAPage = std::conditional_t<CLEARPROP_QUICKPROP, List<Quickprop<T, E>>, List<>>;

template <class T, class E = T>
using Optimizers = decltype(List<SGD<T, E>, Momentum<T, E>, Nesterov<T, E>, AdaGrad<T, E>, Adadelta<T, E>, RMSprop<T, E>, CentredRMSprop<T, E>, Adam<T, E>,
                        AdamHat<T, E>, AdamW<T, E>, AMSGrad<T, E>, NAdam<T, E>, RAdam<T, E>, Adamax<T, E>, Lion<T, E>, Rprop<T, E>>{} + BesideAPage<T, E>{});

}  // namespace clearprop::CLEARPROP_LEVEL
