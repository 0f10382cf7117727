// Activations, A = f(Z), each with its derivative beside it. To add an elementwise one: a struct, and its place in the list.
#pragma once

#include "elementary.hpp"
#include "parts.hpp"

namespace clearprop::CLEARPROP_LEVEL {

struct Step {
  static constexpr const char* name = "step";
  template <class V> V A(V Z) const { return Z >= V{} ? V{} + 1 : V{}; }
  template <class V> V dA_dZ(V, V) const { return V{}; }
};

struct ReLU {
  static constexpr const char* name = "relu";
  template <class V> V A(V Z) const { return Z < V{} ? V{} : Z; }  // NaN stays NaN
  template <class V> V dA_dZ(V Z, V) const { return Z >= V{} ? V{} + 1 : V{}; }
};

struct LeakyReLU {
  static constexpr const char* name = "leaky_relu";
  double slope;
  template <class V> V A(V Z) const { return Z < V{} ? Element<V>(slope) * Z : Z; }
  template <class V> V dA_dZ(V Z, V) const { return Z < V{} ? broadcast<V>(Element<V>(slope)) : V{} + 1; }
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
  template <class V> V dA_dZ(V, V) const { return V{} + 1; }
};

using Elementwise = List<Step, ReLU, LeakyReLU, Sigmoid, Tanh, Identity>;

constexpr int sigmoid_code = code_of<Sigmoid>(Elementwise{});
constexpr int softmax_code = count_of(Elementwise{});  // not elementwise, so not in the list: see output.hpp

}  // namespace clearprop::CLEARPROP_LEVEL
