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
  template <class V> V L(V Z, V Y) const { return Y * softplus(-Z) + (1 - Y) * softplus(Z); }
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

using InlinedShortcuts = List<SigmoidNLL>;
using Shortcuts = decltype(InlinedShortcuts{} + List<SigmoidFocal, ExpPoisson, SoftmaxNLLM, SoftmaxKLDivergence>{});

// Calls f with the shortcut that the pair owns, if it has one, and says whether.
template <class F, class... S>
CLEARPROP_INLINE bool with_shortcut(const Part& activation, const Part& loss, List<S...>, F&& f) {
  const auto call = [&](auto pair) __attribute__((always_inline)) { return f(pair), true; };
  return ((activation.code == code_of<typename S::Activation>(Activations{}) &&
           loss.code == code_of<typename S::Loss>(Losses{}) && call(made<S>(loss))) || ...);
}

}  // namespace clearprop::CLEARPROP_LEVEL
