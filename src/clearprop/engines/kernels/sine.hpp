// Sine and cosine of whole vectors, for every angle. They know no layers.
//
// Errors, tested against exact values: within 2 units in the last place in float and in double.
#pragma once

#include "elementary.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
struct Circle;

// pi/2 as a sum of parts, each with so few bits that its product with a whole number below `most_quarters` is exact.
template <>
struct Circle<float> {
  static constexpr float quarter[] = {0x1.92p+0f, 0x1.fb4p-12f, 0x1.444p-24f, 0x1.68c234p-39f};
  static constexpr float most_quarters = 0x1p12f;
  static constexpr float sin_terms[] = {-1.f / 6, 1.f / 120, -1.f / 5040, 1.f / 362880};
  static constexpr float cos_terms[] = {-1.f / 2, 1.f / 24, -1.f / 720, 1.f / 40320, -1.f / 3628800};
};

template <>
struct Circle<double> {
  static constexpr double quarter[] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2ep-69, 0x1.b839a252p-104};
  static constexpr double most_quarters = 0x1p20;
  static constexpr double sin_terms[] = {-1. / 6,         1. / 120,         -1. / 5040,         1. / 362880,
                                         -1. / 39916800, 1. / 6227020800, -1. / 1307674368000};
  static constexpr double cos_terms[] = {-1. / 2,          1. / 24,          -1. / 720,           1. / 40320,
                                         -1. / 3628800,    1. / 479001600,   -1. / 87178291200,   1. / 20922789888000};
};

// sin of |x| and `ahead` quarters of a circle: |x| = k pi/2 + r with |r| <= pi/4, and the quarter tells which series.
template <class V>
CLEARPROP_INLINE V sin_ahead(V size, int ahead) {
  using T = Element<V>;
  using C = Circle<T>;
  const V shifted = fused(T(0.63661977236758134), size, Real<T>::rounder);
  const V k = shifted - Real<T>::rounder;
  const V r = fused(-C::quarter[3], k, fused(-C::quarter[2], k, fused(-C::quarter[1], k, fused(-C::quarter[0], k, size))));
  const V r2 = r * r;
  const V sin_r = fused(r, r2 * polynomial(C::sin_terms, r2), r), cos_r = fused(r2, polynomial(C::cos_terms, r2), 1);
  const Bits<V> quarter = Bits<V>(shifted) + ahead;  // its last two bits
  const V value = (quarter & 1) != Bits<V>{} ? cos_r : sin_r;
  return V(Bits<V>(value) ^ ((quarter & 2) != Bits<V>{} ? sign_bit<V>() : Bits<V>{}));
}

// f where all angles are small enough; else the C library's function, lane by lane, which knows pi to a thousand digits.
template <class V, class F, class Exact>
CLEARPROP_INLINE V of_any_angle(V x, F f, Exact exact) {
  const V size = magnitude(x);
  if (all(size < Circle<Element<V>>::most_quarters)) return f(size);
  for (int i = 0; i < length<V>; ++i) x[i] = exact(x[i]);
  return x;
}

// np.sin(x)
template <class V>
CLEARPROP_INLINE V sin(V x) {
  const auto odd = [&](V size) { return V(Bits<V>(sin_ahead(size, 0)) ^ sign_of(x)); };
  return of_any_angle(x, odd, [](auto angle) { return std::sin(angle); });
}

// np.cos(x)
template <class V>
CLEARPROP_INLINE V cos(V x) {
  const auto even = [](V size) { return sin_ahead(size, 1); };
  return of_any_angle(x, even, [](auto angle) { return std::cos(angle); });
}

}  // namespace clearprop::CLEARPROP_LEVEL
