// The normal distribution of whole vectors: its bell e^(-z^2/2) and Phi(z), the chance of a value below z. No layers.
//
// Errors, tested against exact values: within 3 units in the last place in float, 6 in double, far out in the tail too.
#pragma once

#include "elementary.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// (1 + 5 z / 4) e^(z^2/2) Phi(-z) for z >= 0 is nearly constant, from 1/2 at 0 to 0.4987 at infinity, so one polynomial
// in t = (z - 5) / (z + 5) serves everywhere. As Shepherd and Laframboise 1981 do for erfc: the Chebyshev series, its
// coefficients then turned into those of powers of t. A test computes them again.
template <class T>
constexpr T normal_tail_terms[] = {
    T(0.5576649610687956), T(-0.0785759634765083), T(0.009770757560953587), T(0.03272390979756865),
    T(-0.044965141778916855), T(0.036524679176520206), T(-0.021210861891002884), T(0.008747211923902518),
    T(-0.002149978112993521), T(-2.3829713923590247e-05), T(0.00024302453973618657), T(-6.724980471798354e-05),
    T(-1.403118160405005e-05), T(1.1642309799535012e-05), T(8.072521250808124e-08), T(-1.6951798703922393e-06),
    T(1.4074787596176886e-07), T(2.5520428966574323e-07), T(-3.028708852310236e-08), T(-4.019072008405241e-08),
    T(4.181234636867992e-09), T(5.697061009495663e-09), T(-3.213072701692191e-10), T(-4.925058173267582e-10)};

template <>
inline constexpr float normal_tail_terms<float>[] = {0.557664967f,    -0.0785759865f,   0.00977029542f,  0.0327245623f,
                                              -0.0449597304f,  0.036519359f,     -0.0212340725f,  0.00876598414f,
                                              -0.00210484556f, -5.66625397e-05f, 0.000202317092f, -3.83328084e-05f};

// |z|, and 40 beyond: there every tail is 0, and an infinite one would leave infinity / infinity. NaN stays NaN.
template <class V>
CLEARPROP_INLINE V distance_from_0(V z) {
  const V size = magnitude(z);
  return size > 40 ? broadcast<V>(40) : size;
}

// np.exp(-z**2 / 2), with the square to twice its digits: at z = 30 its rounding alone would cost three digits of the bell
template <class V>
CLEARPROP_INLINE V normal_bell(V z) {
  using R = Real<Element<V>>;
  const V size = distance_from_0(z);
  const V high = V(Bits<V>(size) >> R::half_mantissa << R::half_mantissa);  // so few bits that its square is exact
  const V low = (size - high) * (size + high);                              // the rest of the square
  return exp(high * high * Element<V>(-0.5), low * Element<V>(-0.5));
}

// (1 + erf(z / np.sqrt(2))) / 2
template <class V>
CLEARPROP_INLINE V normal_cdf(V z) {
  const V size = distance_from_0(z);
  const V tail = normal_bell(z) * polynomial(normal_tail_terms<Element<V>>, (size - 5) / (size + 5)) /
                 fused(Element<V>(1.25), size, 1);
  return z > V{} ? 1 - tail : tail;
}

}  // namespace clearprop::CLEARPROP_LEVEL
