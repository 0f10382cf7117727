// The loss unit: what one point costs, and dL/dZ of the last layer. The shortcuts of Concept 19 are here.
#pragma once

#include "layer.hpp"

namespace clearprop::CLEARPROP_LEVEL {

struct Square {
  static constexpr const char* name = "square";
  template <class V> V L(V A, V Y) const { return (A - Y) * (A - Y); }
  template <class V> V dL_dA(V A, V Y) const { return 2 * A - 2 * Y; }
};

struct Linear {
  static constexpr const char* name = "linear";
  template <class V> V L(V A, V Y) const { return A < Y ? Y - A : A - Y; }
  template <class V> V dL_dA(V A, V Y) const { return A >= Y ? V{} + 1 : V{} - 1; }
};

// Y log a and Y / a, and 0 where y = 0: a class that did not happen costs nothing, even at a = 0.
template <class V> V y_log_a(V Y, V A) { return Y == V{} ? V{} : Y * log(A); }
template <class V> V y_over_a(V Y, V A) { return Y == V{} ? V{} : Y / A; }

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

using Losses = List<Square, Linear, NLL, NLLM>;

constexpr int nll_code = code_of<NLL>(Losses{});
constexpr int nllm_code = code_of<NLLM>(Losses{});

template <class V>
struct Link {
  V L{}, dL_dZ{};
};

// Loss unit and elementwise output activation: sigmoid + nll by its shortcut, every other pair link by link.
template <class V>
CLEARPROP_INLINE Link<V> elementwise_output(Part f, Part loss, V Z, V A, V dA_dZ, V Y) {
  if (f.code == sigmoid_code && loss.code == nll_code)
    return {Y * softplus(-Z) + (1 - Y) * softplus(Z), A - Y};
  Link<V> link;
  with_part(loss, Losses{}, [&](auto part) { link = {part.L(A, Y), part.dL_dA(A, Y) * dA_dZ}; });
  return link;
}

// Loss unit and softmax: softmax + nllm by its shortcut, L = sum(Y * (logsumexp(Z) - Z)), every other pair link by link.
template <class T>
T softmax_output(Layer<T>& last, Part loss, const T* y) {
  using V = Vec<T>;
  const int n = last.n;
  V total{};
  if (loss.code == nllm_code) {
    const T log_sum = log1p(Vector<T, 4>{} + last.others)[0];  // of e^(z - top)
    for (int j = 0; j < n; j += lanes<T>) {
      const Mask<V> mask = first_lanes<V>(n - j);
      const V Z = load<V>(last.Z + j), Y = where<V>(mask, load<V>(y + j));
      total += where<V>(mask, Y * (log_sum - (Z - last.top)));
      store(last.dL_dZ + j, load<V>(last.A + j) - Y);
    }
    return sum(total);
  }
  with_part(loss, Losses{}, [&](auto part) {
    for (int j = 0; j < n; j += lanes<T>) {
      const Mask<V> mask = first_lanes<V>(n - j);
      const V A = load<V>(last.A + j), Y = where<V>(mask, load<V>(y + j));
      total += where<V>(mask, part.L(A, Y));
      store(last.dL_dA + j, where<V>(mask, part.dL_dA(A, Y)));
    }
  });
  link_within(last);
  return sum(total);
}

// L and dL_dZ of the last layer for a point of the given weight. `y` may be read up to a whole vector.
template <class T>
CLEARPROP_INLINE T output_unit(Layer<T>& last, Part loss, const T* y, T weight) {
  using V = Vec<T>;
  const int n = last.n;
  T L = 0;
  if (last.f.code == softmax_code) {
    L = softmax_output(last, loss, y);
  } else {
    V total{};
    for (int j = 0; j < n; j += lanes<T>) {
      const Mask<V> mask = first_lanes<V>(n - j);
      const V Z = load<V>(last.Z + j), A = load<V>(last.A + j);
      V dA_dZ{};
      with_part(last.f, Elementwise{}, [&](auto f) { dA_dZ = f.dA_dZ(Z, A); });
      const auto link = elementwise_output<V>(last.f, loss, Z, A, dA_dZ, load<V>(y + j));
      total += where<V>(mask, link.L);
      store(last.dL_dZ + j, where<V>(mask, link.dL_dZ));
    }
    L = sum(total);
  }
  if (weight != 1)
    for (int j = 0; j < n; j += lanes<T>) store(last.dL_dZ + j, weight * load<V>(last.dL_dZ + j));
  return weight * L;
}

}  // namespace clearprop::CLEARPROP_LEVEL
