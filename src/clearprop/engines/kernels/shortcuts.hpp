// Pairs of output activation and loss whose dL/dZ is simpler than the product of its two links (Concept 19).
//
// Each has the hyper-parameters of its loss. To add one: a struct, and its place in the list.
#pragma once

#include "layer.hpp"
#include "losses.hpp"

namespace clearprop::CLEARPROP_LEVEL {

struct SigmoidNLL {
  using Activation = Sigmoid;
  using Loss = NLL;
  template <class V> V L(V Z, V Y) const { return fused(Y, softplus(-Z), (1 - Y) * softplus(Z)); }
  template <class V> V dL_dZ(V A, V Y) const { return A - Y; }
};

struct SigmoidFocal {
  using Activation = Sigmoid;
  using Loss = Focal;
  double gamma;
  template <class V> V L(V Z, V Y) const {
    const Focal focal{gamma};
    return Y * focal.faded(Sigmoid{}.A(-Z)) * softplus(-Z) + (1 - Y) * focal.faded(Sigmoid{}.A(Z)) * softplus(Z);
  }
  template <class V> V dL_dZ(V A, V Y) const { return (1 - Y) * slope(A) - Y * slope(1 - A); }

  // By z, of -a^gamma log(1 - a); a log a is 0 at 0.
  template <class V> V slope(V A) const {
    return Focal{gamma}.faded(A) * (A - Element<V>(gamma) * y_log_a(1 - A, 1 - A));
  }
};

struct ExpPoisson {
  using Activation = Exp;
  using Loss = Poisson;
  template <class V> V L(V Z, V Y) const { return exp(Z) - Y + (y_log_a(Y, Y) - Y * Z); }
  template <class V> V dL_dZ(V A, V Y) const { return A - Y; }
};

// Of a softmax, Z is taken less log(sum(e^Z)): the logarithm of A, which is exact where A has rounded to 0.

struct SoftmaxNLLM {
  using Activation = Softmax;
  using Loss = NLLM;
  template <class V> V L(V Z, V Y) const { return -Y * Z; }
  template <class V> V dL_dZ(V A, V Y) const { return A - Y; }
};

struct SoftmaxKLDivergence {
  using Activation = Softmax;
  using Loss = KLDivergence;
  template <class V> V L(V Z, V Y) const { return y_log_a(Y, Y) - Y * Z; }
  template <class V> V dL_dZ(V A, V Y) const { return A - Y; }
};

// dL_dZ = A * share.sum() - share: the units' shares have to be summed first.
struct SoftmaxFocalM {
  using Activation = Softmax;
  using Loss = FocalM;
  double gamma;
  template <class V> V L(V Z, V Y) const { return -Y * Focal{gamma}.faded(-expm1(Z)) * Z; }
  template <class V> V share(V A, V Y) const {
    const V over_rest = A == 1 ? -one<V>() : y_log_a(A, A) / (1 - A);  // a log(a) / (1 - a), -1 at a = 1
    return Y * Focal{gamma}.faded(1 - A) * (1 - Element<V>(gamma) * over_rest);
  }
};

template <class S>
constexpr bool sums_shares = std::is_same_v<S, SoftmaxFocalM>;

using InlinedShortcuts = List<SigmoidNLL>;
using Shortcuts = decltype(InlinedShortcuts{} + List<SigmoidFocal, ExpPoisson, SoftmaxNLLM, SoftmaxKLDivergence, SoftmaxFocalM>{});

// Calls f with the shortcut that the pair owns, if it has one, and says whether.
template <class F, class... S>
CLEARPROP_INLINE bool with_shortcut(const Part& activation, const Part& loss, List<S...>, F&& f) {
  const auto call = [&](auto pair) __attribute__((always_inline)) { return f(pair), true; };
  return ((activation.code == code_of<typename S::Activation>(Activations{}) &&
           loss.code == code_of<typename S::Loss>(Losses{}) && call(made<S>(loss))) || ...);
}

}  // namespace clearprop::CLEARPROP_LEVEL
