// Losses of one output, L(A, Y), each with dL/dA beside it, as `formulas/` has them. Sums over outputs are not here.
//
// To add one: a struct, and its place in the list. Where a - y stands on a kink, it is the piece to the right that counts.
#pragma once

#include "activations.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// Y log a and Y / a, and 0 where y = 0: a class that did not happen costs nothing, even at a = 0.
template <class V> V y_log_a(V Y, V A) { return Y == V{} ? V{} : Y * log(A); }
template <class V> V y_over_a(V Y, V A) { return Y == V{} ? V{} : Y / A; }

struct Square {
  static constexpr const char* name = "square";
  template <class V> V L(V A, V Y) const { return (A - Y) * (A - Y); }
  template <class V> V dL_dA(V A, V Y) const { return 2 * (A - Y); }
};

struct HalfSquare {
  static constexpr const char* name = "half_square";
  template <class V> V L(V A, V Y) const { return (A - Y) * (A - Y) / 2; }
  template <class V> V dL_dA(V A, V Y) const { return A - Y; }
};

struct Linear {
  static constexpr const char* name = "linear";
  template <class V> V L(V A, V Y) const { return A < Y ? Y - A : A - Y; }
  template <class V> V dL_dA(V A, V Y) const { return A >= Y ? one<V>() : -one<V>(); }
};

struct NLL {
  static constexpr const char* name = "nll";
  template <class V> V L(V A, V Y) const { return -(y_log_a(Y, A) + y_log_a(1 - Y, 1 - A)); }
  template <class V> V dL_dA(V A, V Y) const { return y_over_a(1 - Y, 1 - A) - y_over_a(Y, A); }
};

struct NLLM {
  static constexpr const char* name = "nllm";
  template <class V> V L(V A, V Y) const { return -y_log_a(Y, A); }
  template <class V> V dL_dA(V A, V Y) const { return -y_over_a(Y, A); }
};

// ---- for numbers

struct Huber {
  static constexpr const char* name = "huber";
  double delta;
  template <class V> V L(V A, V Y) const { return dL_dA(A, Y) * (A - Y - dL_dA(A, Y) / 2); }
  template <class V> V dL_dA(V A, V Y) const { return clipped(A - Y, Element<V>(-delta), Element<V>(delta)); }
};

struct SmoothL1 {
  static constexpr const char* name = "smooth_l1";
  double beta;
  template <class V> V L(V A, V Y) const { return dL_dA(A, Y) * (A - Y - dL_dA(A, Y) * Element<V>(beta) / 2); }
  template <class V> V dL_dA(V A, V Y) const { return clipped((A - Y) / Element<V>(beta), -1, 1); }
};

struct LogCosh {
  static constexpr const char* name = "log_cosh";
  template <class V> V L(V A, V Y) const { return log_cosh(A - Y); }
  template <class V> V dL_dA(V A, V Y) const { return tanh(A - Y); }
};

struct Quantile {
  static constexpr const char* name = "quantile";
  double tau;
  template <class V> V L(V A, V Y) const { return dL_dA(A, Y) * (A - Y); }
  template <class V> V dL_dA(V A, V Y) const {
    return A >= Y ? broadcast<V>(Element<V>(1 - tau)) : broadcast<V>(Element<V>(-tau));
  }
};

struct Poisson {
  static constexpr const char* name = "poisson";
  template <class V> V L(V A, V Y) const { return A - Y + (y_log_a(Y, Y) - y_log_a(Y, A)); }
  template <class V> V dL_dA(V A, V Y) const { return 1 - y_over_a(Y, A); }
};

struct PoissonLog {
  static constexpr const char* name = "poisson_log";
  template <class V> V L(V A, V Y) const { return exp(A) - Y * A; }
  template <class V> V dL_dA(V A, V Y) const { return exp(A) - Y; }
};

struct Gamma {
  static constexpr const char* name = "gamma";
  template <class V> V L(V A, V Y) const { return Y / A - log(Y / A) - 1; }
  template <class V> V dL_dA(V A, V Y) const { return (1 - Y / A) / A; }
};

// ---- for classes

struct Hinge {
  static constexpr const char* name = "hinge";
  template <class V> V L(V A, V Y) const { return A * Y > 1 ? V{} : 1 - A * Y; }
  template <class V> V dL_dA(V A, V Y) const { return A * Y > 1 ? V{} : -Y; }
};

struct SquaredHinge {
  static constexpr const char* name = "squared_hinge";
  template <class V> V L(V A, V Y) const { return Hinge{}.L(A, Y) * Hinge{}.L(A, Y); }
  template <class V> V dL_dA(V A, V Y) const { return -2 * Y * Hinge{}.L(A, Y); }
};

struct Focal {
  static constexpr const char* name = "focal";
  double gamma;
  template <class V> V L(V A, V Y) const { return -(faded(1 - A) * y_log_a(Y, A) + faded(A) * y_log_a(1 - Y, 1 - A)); }
  template <class V> V dL_dA(V A, V Y) const { return slope(Y, A) - slope(1 - Y, 1 - A); }

  template <class V> V faded(V A) const { return power(A, Element<V>(gamma)); }
  // By a, of -y (1 - a)^gamma log a; log(a) / (1 - a) has the limit -1 at a = 1.
  template <class V> V slope(V Y, V A) const {
    const V counts = Element<V>(gamma) * Y, log_a_over_rest = A == 1 ? -one<V>() : log(A) / (1 - A);
    return faded(1 - A) * ((counts == V{} ? V{} : counts * log_a_over_rest) - y_over_a(Y, A));
  }
};

struct FocalM {
  static constexpr const char* name = "focalm";
  double gamma;
  template <class V> V L(V A, V Y) const { return -Focal{gamma}.faded(1 - A) * y_log_a(Y, A); }
  template <class V> V dL_dA(V A, V Y) const { return Focal{gamma}.slope(Y, A); }
};

struct KLDivergence {
  static constexpr const char* name = "kl_divergence";
  template <class V> V L(V A, V Y) const { return y_log_a(Y, Y) - y_log_a(Y, A); }
  template <class V> V dL_dA(V A, V Y) const { return -y_over_a(Y, A); }
};

struct NLLMLog {
  static constexpr const char* name = "nllm_log";
  template <class V> V L(V A, V Y) const { return Y == V{} ? V{} : -Y * A; }
  template <class V> V dL_dA(V, V Y) const { return -Y; }
};

using InlinedLosses = List<Square, HalfSquare, Linear>;
using Losses = decltype(InlinedLosses{} + List<NLL, NLLM, Huber, SmoothL1, LogCosh, Quantile, Poisson, PoissonLog, Gamma, Hinge,
                                               SquaredHinge, Focal, FocalM, KLDivergence, NLLMLog>{});

// ---- of two outputs for each target, a mean and the logarithm s of a variance; in steps on batches alone

struct GaussianNLL {
  static constexpr const char* name = "gaussian_nll";
  template <class V> V by_variance(V U, V s) const { return U == V{} ? V{} : U * exp(-s); }  // U = mean - Y
  template <class V> V L(V U, V s) const { return (s + U * by_variance(U, s)) / 2; }
  template <class V> V dL_ds(V U, V s) const { return (1 - U * by_variance(U, s)) / 2; }
};

using PairedLosses = List<GaussianNLL>;
inline bool is_paired(const Part& loss) { return loss.code >= count_of(Losses{}); }
inline int targets_of(const Part& loss, int outputs) { return is_paired(loss) ? outputs / 2 : outputs; }

}  // namespace clearprop::CLEARPROP_LEVEL
