// Exponentials and logarithms of whole vectors, over the whole range, infinities and NaN included. They know no layers.
//
// Errors, tested against exact values: exp, expm1, log and tanh within 2 units in the last place in float, 4 in double,
// and softplus and log_cosh, which are made of two of them, within twice as many.
// The polynomials are the Taylor series themselves: on the small intervals used here the best polynomial would save
// one term, and these coefficients can be checked by eye.
#pragma once

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "vector.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
struct Real;

template <>
struct Real<float> {
  using Unsigned = std::uint32_t;
  static constexpr int mantissa_bits = 23, half_mantissa = 12, bias = 127;
  static constexpr float rounder = 0x1.8p23f;  // x + rounder - rounder is x rounded; the low bits of the sum hold it
  static constexpr float log2_e = 0x1.715476p+0f;
  static constexpr float ln2_high = 0x1.63p-1f;  // so few bits that k * ln2_high is exact
  static constexpr float ln2_low = -0x1.bd0106p-13f;
  static constexpr float exp_low = -104.0f, exp_high = 88.8f;  // below it exp is 0, above it infinity
  static constexpr float tanh_is_1 = 10.0f, expm1_is_minus_1 = -18.0f;
  static constexpr float smallest_normal = 0x1p-126f, to_normal = 0x1p25f;
  static constexpr int to_normal_exponent = 25;
  static constexpr float exp_terms[] = {1.f / 2, 1.f / 6, 1.f / 24, 1.f / 120, 1.f / 720, 1.f / 5040};
  static constexpr float tanh_terms[] = {1.f / 2,   1.f / 6,    1.f / 24,    1.f / 120,
                                         1.f / 720, 1.f / 5040, 1.f / 40320, 1.f / 362880};
  static constexpr float atanh_terms[] = {1.f / 3, 1.f / 5, 1.f / 7, 1.f / 9, 1.f / 11};
};

template <>
struct Real<double> {
  using Unsigned = std::uint64_t;
  static constexpr int mantissa_bits = 52, half_mantissa = 27, bias = 1023;
  static constexpr double rounder = 0x1.8p52;
  static constexpr double log2_e = 0x1.71547652b82fep+0;
  static constexpr double ln2_high = 0x1.62e42feep-1;
  static constexpr double ln2_low = 0x1.a39ef35793c76p-33;
  static constexpr double exp_low = -746.0, exp_high = 710.0;
  static constexpr double tanh_is_1 = 22.0, expm1_is_minus_1 = -38.0;
  static constexpr double smallest_normal = 0x1p-1022, to_normal = 0x1p54;
  static constexpr int to_normal_exponent = 54;
  static constexpr double exp_terms[] = {1. / 2,      1. / 6,       1. / 24,        1. / 120,
                                         1. / 720,    1. / 5040,    1. / 40320,     1. / 362880,
                                         1. / 3628800, 1. / 39916800, 1. / 479001600, 1. / 6227020800};
  static constexpr double tanh_terms[] = {1. / 2,          1. / 6,           1. / 24,           1. / 120,
                                          1. / 720,        1. / 5040,        1. / 40320,        1. / 362880,
                                          1. / 3628800,    1. / 39916800,    1. / 479001600,    1. / 6227020800,
                                          1. / 87178291200, 1. / 1307674368000, 1. / 20922789888000};
  static constexpr double atanh_terms[] = {1. / 3,  1. / 5,  1. / 7,  1. / 9,  1. / 11,
                                           1. / 13, 1. / 15, 1. / 17, 1. / 19, 1. / 21};
};

// A vector's bits as whole numbers that wrap around: those of a lane that is out of range may be anything.
template <class V>
using Bits = Vector<typename Real<Element<V>>::Unsigned, length<V>>;

template <class V>
CLEARPROP_INLINE Bits<V> sign_bit() {
  return Bits<V>(-V{});  // of -0.0 only the sign is set
}

template <class V>
CLEARPROP_INLINE Bits<V> sign_of(V x) {
  return Bits<V>(x) & sign_bit<V>();
}

// np.abs(x)
template <class V>
CLEARPROP_INLINE V magnitude(V x) {
  return V(Bits<V>(x) ^ sign_of(x));
}

// np.sign(x)
template <class V>
CLEARPROP_INLINE V sign(V x) {
  return x > V{} ? V{} + 1 : x < V{} ? V{} - 1 : V{};
}

// np.sqrt(x), rounded to the nearest
template <class V>
CLEARPROP_INLINE V root(V x) {
  V y;
#pragma GCC unroll 16
  for (int j = 0; j < length<V>; ++j) y[j] = std::sqrt(x[j]);  // one instruction for all of them, where there is one
  return y;
}

// np.abs(values).max()
template <class T>
T largest_magnitude(const T* values, std::int64_t count) {
  using V = Vec<T>;
  V most{};
  std::int64_t i = 0;
  for (; i + lanes<T> <= count; i += lanes<T>) {
    const V size = magnitude(load<V>(values + i));
    most = size > most ? size : most;
  }
  T result = largest(most);
  for (; i < count; ++i) result = std::abs(values[i]) > result ? std::abs(values[i]) : result;
  return result;
}

// c[First] + c[First + 1] x + c[First + 2] x^2 + ..., Count terms by pairs, pairs of pairs and so on: a short chain of
// dependent operations, where Horner's rule has the longest.
template <int First, int Count, class V, int N>
CLEARPROP_INLINE V polynomial(const Element<V> (&c)[N], V x) {
  if constexpr (Count == 1) {
    return broadcast<V>(c[First]);
  } else if constexpr (Count == 2) {
    return fused(c[First + 1], x, c[First]);
  } else {
    constexpr int low = Count > 8 ? 8 : Count > 4 ? 4 : 2;
    V power = x * x;
    if constexpr (low > 2) power *= power;
    if constexpr (low > 4) power *= power;
    return fused(power, polynomial<First + low, Count - low>(c, x), polynomial<First, low>(c, x));
  }
}

template <class V, int N>
CLEARPROP_INLINE V polynomial(const Element<V> (&c)[N], V x) {
  return polynomial<0, N>(c, x);
}

// x = k ln 2 + r with a whole number k, and r within ln 2 / 2 of `centre` ln 2.
template <class V>
struct Reduced {
  Bits<V> k;
  V r;
};

template <class V>
CLEARPROP_INLINE Reduced<V> reduced(V x, Element<V> centre = 0) {
  using R = Real<Element<V>>;
  const V shifted = centre == 0 ? fused(R::log2_e, x, R::rounder) : fused(R::log2_e, x, -centre) + R::rounder;
  const V k = shifted - R::rounder;
  return {Bits<V>(shifted) - Bits<V>(broadcast<V>(R::rounder)), fused(-R::ln2_low, k, fused(-R::ln2_high, k, x))};
}

// 2^k for whole k in the range of normal numbers.
template <class V>
CLEARPROP_INLINE V power_of_2(Bits<V> k) {
  using R = Real<Element<V>>;
  return V((k + R::bias) << R::mantissa_bits);
}

// 2^k (1 + r + r^2 p) for any k that an exponential can have.
template <class V>
CLEARPROP_INLINE V scaled_exponential(Bits<V> k, V r, V p) {
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<V, Vector<float, 16>>)
    return V(_mm512_scalef_ps(__m512(fused(r * r, p, 1 + r)), __m512(__builtin_convertvector(Mask<V>(k), V))));
  if constexpr (std::is_same_v<V, Vector<double, 8>>)
    return V(_mm512_scalef_pd(__m512d(fused(r * r, p, 1 + r)), __m512d(__builtin_convertvector(Mask<V>(k), V))));
#endif
  using R = Real<Element<V>>;
  // 2^k in two factors: neither leaves the range of normal numbers where the result is subnormal or overflows. They are
  // ready while the polynomial is still on its way.
  const Bits<V> half = ((k + 4 * R::bias) >> 1) - 2 * R::bias;
  const V scale = power_of_2<V>(half), rest = power_of_2<V>(k - half);
  return fused((scale * (r * r)) * rest, p, fused(scale, r, scale) * rest);
}

// np.exp(x + low) = 2^k e^r, where `low` is so small beside x that it may join the remainder.
template <class V>
CLEARPROP_INLINE V exp(V x, V low) {
  using R = Real<Element<V>>;
  const auto [k, rest] = reduced(x);
  const V r = rest + low;
  const V y = scaled_exponential(k, r, polynomial(R::exp_terms, r));
  const V beyond = x > V{} ? broadcast<V>(INFINITY) : V{};
  return ((x > R::exp_high) | (x < R::exp_low)) ? beyond : y;
}

// np.exp(x)
template <class V>
CLEARPROP_INLINE V exp(V x) {
  return exp(x, -V{});  // adding -0 changes nothing, and costs nothing
}

// np.expm1(x) = (2^k - 1) + 2^k (e^r - 1), of which half is computed: 2^k itself may be too large where the result is not
template <class V>
CLEARPROP_INLINE V expm1(V x) {
  using R = Real<Element<V>>;
  const auto [k, r] = reduced(x < R::expm1_is_minus_1 ? broadcast<V>(R::expm1_is_minus_1) : x);  // NaN stays NaN
  const V half_scale = power_of_2<V>(k - 1), rest = (r * r) * polynomial(R::exp_terms, r);
  const V half = fused(half_scale, r + rest, half_scale - Element<V>(0.5));
  return x > R::exp_high ? broadcast<V>(INFINITY) : half + half;
}

// np.tanh(x) = E / (E + 2) with E = e^2|x| - 1, and the sign of x. Near 0, where E = y + r^2 (1/2 + ...) with y = 2|x|,
// it is |x| + (r^2 (1/2 + ...) - |x| E) / (E + 2): what is rounded there is small beside |x|.
template <class V>
CLEARPROP_INLINE V tanh(V x) {
  using R = Real<Element<V>>;
  const V size = magnitude(x);
  const V capped = size > R::tanh_is_1 ? broadcast<V>(R::tanh_is_1) : size;  // NaN stays NaN
  const auto [k, r] = reduced(capped + capped, Element<V>(0.37));  // k is 0 up to 2|x| = 0.6
  const V scale = power_of_2<V>(k), rest = (r * r) * polynomial(R::tanh_terms, r);
  const V E = fused(scale, r + rest, scale - 1);
  const Mask<V> near_0 = k == Bits<V>{};
  const V quotient = (near_0 ? fused(-size, E, rest) : E) / (E + 2);
  return V(Bits<V>(near_0 ? size + quotient : quotient) | sign_of(x));
}

// np.log(x): with x = 2^k m and m in [sqrt(1/2), sqrt(2)), log x = k ln 2 + 2 atanh(f / (2 + f)), f = m - 1
template <class V>
CLEARPROP_INLINE V log(V x) {
  using T = Element<V>;
  using R = Real<T>;
  const Mask<V> tiny = x < R::smallest_normal;
  const V normal = tiny ? x * R::to_normal : x;
  const Bits<V> sqrt_half = Bits<V>(broadcast<V>(T(0.70710678118654752)));
  const Bits<V> above = Bits<V>(normal) - sqrt_half;  // the exponent field now counts from sqrt(1/2)
  const Mask<V> k = Mask<V>(above) >> R::mantissa_bits;
  const V m = V((above & ((typename R::Unsigned(1) << R::mantissa_bits) - 1)) + sqrt_half);
  const V f = m - 1;
  const V s = f / (f + 2), s2 = s * s;
  const V exponent = __builtin_convertvector(k - (tiny & R::to_normal_exponent), V);
  // 2 atanh s = 2 s + 2 s^3 / 3 + ..., where 2 s = f - s f: f is exact, what is taken from it is small
  const V rest = fused(-R::ln2_low, exponent, fused(s, f, -(s + s) * (s2 * polynomial(R::atanh_terms, s2))));
  const V y = fused(R::ln2_high, exponent, f - rest);
  const V at_0 = x == V{} ? broadcast<V>(-INFINITY) : y;
  const V below_0 = x < V{} ? broadcast<V>(NAN) : at_0;
  return x < INFINITY ? below_0 : x;  // infinity and NaN are their own logarithms
}

// np.log1p(x) for x >= 0: the digits of x that 1 + x rounds away come back as a correction
template <class V>
CLEARPROP_INLINE V log1p(V x) {
  const V u = x + 1;
  return log(u) - ((u - 1) - x) / u;
}

// np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
template <class V>
CLEARPROP_INLINE V softplus(V x) {
  const V positive = x < V{} ? V{} : x;
  return positive + log1p(exp(x < V{} ? x : -x));
}

// np.log(np.cosh(x)). Near 0 it is x^2/2, which a logarithm of cosh would round away: cosh x - 1 = E^2 / (2 (1 + E)) with
// E = e^x - 1. Far out cosh overflows where |x| - log 2 does not.
template <class V>
CLEARPROP_INLINE V log_cosh(V x) {
  const V size = magnitude(x);
  const Mask<V> near_0 = size < 1;
  const V E = expm1(near_0 ? size : V{});
  const V more_than_1 = near_0 ? E * E / (2 * (1 + E)) : exp(-2 * size);
  return log1p(more_than_1) + (near_0 ? V{} : size - Element<V>(0.69314718055994531));
}

// base ** p for 0 <= base <= 1 and one p >= 0, within |p log base| roundings, of which there are at most 745.
template <class V>
CLEARPROP_INLINE V power(V base, Element<V> p) {
  return p == 0 ? broadcast<V>(1) : exp(p * log(base));
}

}  // namespace clearprop::CLEARPROP_LEVEL
