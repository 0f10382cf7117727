// Activations, A = f(Z), each with its derivative beside it. To add an elementwise one: a struct, and its place in the list.
#pragma once

#include "elementary.hpp"

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

template <class... Parts>
struct List {};

using Elementwise = List<Step, ReLU, LeakyReLU, Sigmoid, Tanh, Identity>;

// A part as a task names it: its place in its list, and its hyper-parameter where it has one.
struct Part {
  int code = 0;
  double hyper = 0;
};

template <class P, class... Parts>
constexpr int code_of(List<Parts...>) {
  int code = 0, found = -1;
  ((std::is_same_v<P, Parts> ? void(found = code++) : void(++code)), ...);
  return found;
}

template <class... Parts>
constexpr int count_of(List<Parts...>) {
  return sizeof...(Parts);
}

constexpr int sigmoid_code = code_of<Sigmoid>(Elementwise{});
constexpr int softmax_code = count_of(Elementwise{});  // not elementwise, so not in the list: see output.hpp

template <class P>
CLEARPROP_INLINE P made(Part part) {
  if constexpr (std::is_empty_v<P>) return P{};
  else return P{part.hyper};
}

// Calls f with the part itself, so that the choice is made outside the loop that f holds.
template <class F, class... Parts>
CLEARPROP_INLINE void with_part(Part part, List<Parts...>, F&& f) {
  int code = 0;
  (void)((part.code == code++ ? (f(made<Parts>(part)), true) : false) || ...);
}

}  // namespace clearprop::CLEARPROP_LEVEL
