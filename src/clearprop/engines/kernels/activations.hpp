// Activations of single units, A = f(Z), each with its derivative beside it, as `formulas/` has them.
//
// To add one: a struct, and its place in the list. At a kink each takes the derivative of the piece to its right.
#pragma once

#include "normal.hpp"
#include "parts.hpp"
#include "sine.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class V> V one() { return broadcast<V>(1); }

// Z times its gate, and 0 where the gate is shut: infinity times 0 has no value, and the limit there is 0.
template <class V> V gated(V Z, V gate) { return gate == V{} ? V{} : Z * gate; }

// min(max(low, Z), high); NaN stays NaN
template <class V> V clipped(V Z, Element<V> low, Element<V> high) {
  return Z < low ? broadcast<V>(low) : Z < high ? Z : Z >= high ? broadcast<V>(high) : Z;
}

// 1 where low <= z < high, else 0
template <class V> V between(V Z, Element<V> low, Element<V> high) { return ((Z >= low) & (Z < high)) ? one<V>() : V{}; }

struct Step {
  static constexpr const char* name = "step";
  template <class V> V A(V Z) const { return Z >= V{} ? one<V>() : V{}; }
  template <class V> V dA_dZ(V, V) const { return V{}; }
};

struct ReLU {
  static constexpr const char* name = "relu";
  template <class V> V A(V Z) const { return Z < V{} ? V{} : Z; }  // NaN stays NaN
  template <class V> V dA_dZ(V Z, V) const { return Z >= V{} ? one<V>() : V{}; }
};

struct LeakyReLU {
  static constexpr const char* name = "leaky_relu";
  double slope;
  template <class V> V A(V Z) const { return Z < V{} ? Element<V>(slope) * Z : Z; }
  template <class V> V dA_dZ(V Z, V) const { return Z < V{} ? broadcast<V>(Element<V>(slope)) : one<V>(); }
};

struct Sigmoid {
  static constexpr const char* name = "sigmoid";
  template <class V> V A(V Z) const { return 1 / (1 + exp(-Z)); }
  template <class V> V dA_dZ(V, V A) const { return A * (1 - A); }
};

struct Tanh {
  static constexpr const char* name = "tanh";
  template <class V> V A(V Z) const { return tanh(Z); }
  template <class V> V dA_dZ(V, V A) const { return 1 - A * A; }
};

struct Identity {
  static constexpr const char* name = "identity";
  template <class V> V A(V Z) const { return Z; }
  template <class V> V dA_dZ(V, V) const { return one<V>(); }
};

// ---- made of pieces

struct ReLU6 {
  static constexpr const char* name = "relu6";
  template <class V> V A(V Z) const { return clipped(Z, 0, 6); }
  template <class V> V dA_dZ(V Z, V) const { return between(Z, 0, 6); }
};

struct HardTanh {
  static constexpr const char* name = "hard_tanh";
  template <class V> V A(V Z) const { return clipped(Z, -1, 1); }
  template <class V> V dA_dZ(V Z, V) const { return between(Z, -1, 1); }
};

struct HardSigmoid {
  static constexpr const char* name = "hard_sigmoid";
  template <class V> V A(V Z) const { return clipped(Z + 3, 0, 6) / 6; }
  template <class V> V dA_dZ(V Z, V) const { return between(Z, -3, 3) / 6; }
};

struct HardSwish {
  static constexpr const char* name = "hard_swish";
  template <class V> V A(V Z) const { return gated(Z, HardSigmoid{}.A(Z)); }
  template <class V> V dA_dZ(V Z, V) const { return Z < -3 ? V{} : Z < 3 ? Z / 3 + Element<V>(0.5) : one<V>(); }
};

struct ELU {
  static constexpr const char* name = "elu";
  double alpha;
  template <class V> V A(V Z) const { return Z < V{} ? Element<V>(alpha) * expm1(Z) : Z; }
  template <class V> V dA_dZ(V Z, V A) const { return Z < V{} ? A + Element<V>(alpha) : one<V>(); }
};

struct SELU {
  static constexpr const char* name = "selu";
  static constexpr double scale = 1.0507009873554804934, alpha = 1.6732632423543772848;
  template <class V> V A(V Z) const { return Element<V>(scale) * ELU{alpha}.A(Z); }
  template <class V> V dA_dZ(V Z, V A) const {
    return Z < V{} ? A + Element<V>(scale * alpha) : broadcast<V>(Element<V>(scale));
  }
};

// ---- smooth

struct Softplus {
  static constexpr const char* name = "softplus";
  template <class V> V A(V Z) const { return softplus(Z); }
  template <class V> V dA_dZ(V, V A) const { return -expm1(-A); }
};

struct Exp {
  static constexpr const char* name = "exp";
  template <class V> V A(V Z) const { return exp(Z); }
  template <class V> V dA_dZ(V, V A) const { return A; }
};

struct LogSigmoid {
  static constexpr const char* name = "log_sigmoid";
  template <class V> V A(V Z) const { return -softplus(-Z); }
  template <class V> V dA_dZ(V, V A) const { return -expm1(A); }
};

struct Softsign {
  static constexpr const char* name = "softsign";
  template <class V> V A(V Z) const {
    const V size = magnitude(Z);
    return size < INFINITY ? Z / (1 + size) : Z > V{} ? one<V>() : Z < V{} ? -one<V>() : Z;
  }
  template <class V> V dA_dZ(V Z, V) const { return 1 / ((1 + magnitude(Z)) * (1 + magnitude(Z))); }
};

struct SiLU {
  static constexpr const char* name = "silu";
  template <class V> V A(V Z) const { return gated(Z, Sigmoid{}.A(Z)); }
  template <class V> V dA_dZ(V Z, V A) const { return Sigmoid{}.A(Z) + gated(A, Sigmoid{}.A(-Z)); }
};

struct Swish {
  static constexpr const char* name = "swish";
  double beta;
  template <class V> V A(V Z) const { return gated(Z, Sigmoid{}.A(Element<V>(beta) * Z)); }
  template <class V> V dA_dZ(V Z, V A) const {
    const V steep = Element<V>(beta) * Z;
    return Sigmoid{}.A(steep) + Element<V>(beta) * gated(A, Sigmoid{}.A(-steep));
  }
};

struct Mish {
  static constexpr const char* name = "mish";
  template <class V> V A(V Z) const { return gated(Z, tanh(softplus(Z))); }
  template <class V> V dA_dZ(V Z, V) const {
    const V t = tanh(softplus(Z));
    return t + gated(Z, (1 - t * t) * Sigmoid{}.A(Z));
  }
};

struct GELU {
  static constexpr const char* name = "gelu";
  static constexpr double root_2_pi = 2.5066282746310005024;  // sqrt(2 pi)
  template <class V> V A(V Z) const { return gated(Z, normal_cdf(Z)); }
  template <class V> V dA_dZ(V Z, V) const { return normal_cdf(Z) + gated(Z, normal_bell(Z)) / Element<V>(root_2_pi); }
};

struct GELUTanh {
  static constexpr const char* name = "gelu_tanh";
  static constexpr double root_8_pi = 1.5957691216057307117, cubic = 0.044715;  // sqrt(8 / pi)
  template <class V> V two_u(V Z) const { return Element<V>(root_8_pi) * Z * (1 + Element<V>(cubic) * (Z * Z)); }
  template <class V> V A(V Z) const { return gated(Z, Sigmoid{}.A(two_u(Z))); }
  template <class V> V dA_dZ(V Z, V) const {
    const V gate = Sigmoid{}.A(two_u(Z)), two_du = Element<V>(root_8_pi) * (1 + Element<V>(3 * cubic) * (Z * Z));
    return gate + gated(Z * two_du, gate * Sigmoid{}.A(-two_u(Z)));
  }
};

struct Gaussian {
  static constexpr const char* name = "gaussian";
  template <class V> V A(V Z) const { return exp(-(Z * Z)); }
  template <class V> V dA_dZ(V Z, V A) const { return gated(-2 * Z, A); }
};

struct Sine {
  static constexpr const char* name = "sine";
  template <class V> V A(V Z) const { return sin(Z); }
  template <class V> V dA_dZ(V Z, V) const { return cos(Z); }
};

using Inlined = List<Step, ReLU, LeakyReLU, Sigmoid, Tanh, Identity>;
using Called = List<ReLU6, HardTanh, HardSigmoid, HardSwish, ELU, SELU, Softplus, Exp, LogSigmoid, Softsign, SiLU, Swish,
                    Mish, GELU, GELUTanh, Gaussian, Sine>;
using Elementwise = decltype(Inlined{} + Called{});

// Kernels that keep their values in registers are there twice: with the formulas of a few parts, the commonest, inside
// them, and with calls to those of all others. A call in a loop, taken or not, would cost the first some nanoseconds.
enum class Formulas { inlined, called };

template <class V>
struct Activated {
  V A{}, dA_dZ{};
};

template <class F, class V>
CLEARPROP_INLINE Activated<V> activated(const F& f, V Z) {
  const V A = f.A(Z);
  return {A, f.dA_dZ(Z, A)};
}

template <class V>
CLEARPROP_CALLED Activated<V> activated_by_call(const Part& f, V Z) {
  Activated<V> unit;
  with_part(f, Elementwise{}, [&](auto part) { unit = activated(part, Z); });
  return unit;
}

// Calls f with a function that gives A and dA_dZ for a vector Z.
template <Formulas formulas, class F>
CLEARPROP_INLINE void with_activation(const Part& part, F&& f) {
  if constexpr (formulas == Formulas::called) f([&part](auto Z) { return activated_by_call(part, Z); });
  else
    with_part(part, Inlined{}, [&](auto inlined) {
      f([inlined](auto Z) __attribute__((always_inline)) { return activated(inlined, Z); });
    });
}

}  // namespace clearprop::CLEARPROP_LEVEL
