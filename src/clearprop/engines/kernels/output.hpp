// The loss unit: what one point costs, and dL/dZ of the last layer, by the pair's shortcut where it has one.
#pragma once

#include "shortcuts.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class V>
struct Link {
  V L{}, dL_dZ{};
};

// Loss unit and elementwise output activation, for values in registers.
template <class Direct, class Long, class V>
CLEARPROP_INLINE Link<V> elementwise_output(const Part& f, const Part& loss, Direct shortcuts, Long losses, V Z, V A, V dA_dZ, V Y) {
  Link<V> link;
  const auto direct = [&](auto pair) {
    if constexpr (!sums_shares<decltype(pair)>) link = {pair.L(Z, Y), pair.dL_dZ(A, Y)};
  };
  if (!with_shortcut(f, loss, shortcuts, direct))
    with_part(loss, losses, [&](auto part) { link = {part.L(A, Y), part.dL_dA(A, Y) * dA_dZ}; });
  return link;
}

template <class V>
CLEARPROP_CALLED Link<V> elementwise_output_by_call(const Part& f, const Part& loss, V Z, V A, V dA_dZ, V Y) {
  return elementwise_output(f, loss, Shortcuts{}, Losses{}, Z, A, dA_dZ, Y);
}

template <Formulas formulas, class V>
CLEARPROP_INLINE Link<V> elementwise_output(const Part& f, const Part& loss, V Z, V A, V dA_dZ, V Y) {
  if constexpr (formulas == Formulas::called) return elementwise_output_by_call(f, loss, Z, A, dA_dZ, Y);
  else return elementwise_output(f, loss, InlinedShortcuts{}, InlinedLosses{}, Z, A, dA_dZ, Y);
}

// L, with dL_dZ in one link
template <class S, class T>
CLEARPROP_CALLED T output_by_shortcut(const S& pair, Layer<T>& last, const T* y) {
  using V = Vec<T>;
  constexpr bool normalised = std::is_same_v<typename S::Activation, Softmax>;
  const T top = normalised ? last.top : T(0), log_sum = normalised ? log_of_sum(last) : T(0);
  V total{}, shares{};
  for_each_vector(last, [&](int j, Mask<V> units) {
    const V Z = (load<V>(last.Z + j) - top) - log_sum, A = load<V>(last.A + j), Y = load<V>(y + j);
    total += where<V>(units, pair.L(Z, Y));
    if constexpr (sums_shares<S>) {
      const V share = where<V>(units, pair.share(A, Y));
      shares += share;
      store(last.dL_dZ + j, share);
    } else {
      store(last.dL_dZ + j, where<V>(units, pair.dL_dZ(A, Y)));
    }
  });
  if constexpr (sums_shares<S>) {
    const T whole = sum(shares);
    for_each_vector(last, [&](int j, Mask<V> units) {
      store(last.dL_dZ + j, where<V>(units, load<V>(last.A + j) * whole - load<V>(last.dL_dZ + j)));
    });
  }
  return sum(total);
}

// L, with dL_dZ link by link
template <class P, class T>
CLEARPROP_INLINE T output_by_links(const P& loss, Layer<T>& last, const T* y) {
  using V = Vec<T>;
  const bool is_identity = last.f.code == code_of<Identity>(Activations{});  // the usual output of a regression
  T* const dL_dA = is_identity ? last.dL_dZ : last.dL_dA;
  V total{};
  for_each_vector(last, [&](int j, Mask<V> units) {
    const V A = load<V>(last.A + j), Y = load<V>(y + j);
    total += where<V>(units, loss.L(A, Y));
    store(dL_dA + j, where<V>(units, loss.dL_dA(A, Y)));
  });
  if (!is_identity) link_within(last);
  return sum(total);
}

template <class P, class T>
T output_as(Layer<T>& last, const Part& loss, const T* y) {
  return output_by_links(made<P>(loss), last, y);
}

template <class T, class... Ps>
CLEARPROP_INLINE T output_by_links(Layer<T>& last, const Part& loss, const T* y, List<Ps...>) {
  static constexpr T (*by_code[])(Layer<T>&, const Part&, const T*) = {output_as<Ps, T>...};
  return by_code[loss.code](last, loss, y);
}

// L and dL_dZ of the last layer for a point of the given weight. `y` may be read up to a whole vector.
template <class T>
CLEARPROP_INLINE T output_unit(Layer<T>& last, const Part& loss, const T* y, T weight) {
  using V = Vec<T>;
  T L = 0;
  if (!with_shortcut(last.f, loss, Shortcuts{}, [&](auto pair) { L = output_by_shortcut(pair, last, y); }))
    L = output_by_links(last, loss, y, Losses{});
  if (weight != 1)
    for_each_vector(last, [&](int j, auto) { store(last.dL_dZ + j, weight * load<V>(last.dL_dZ + j)); });
  return weight * L;
}

}  // namespace clearprop::CLEARPROP_LEVEL
