// The last layer and the loss unit for as many points at once as a vector has lanes: unit j of all of them is one vector.
// Nothing is summed across lanes, and a network with one output wastes none.
#pragma once

#include "output.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
struct Outputs {
  using V = Vec<T>;
  int n = 0;
  Part f, loss;
  V *Z = nullptr, *A = nullptr, *Y = nullptr, *dL_dZ = nullptr;  // n vectors each
  V top{}, log_sum{};  // of a softmax or its logarithm: the largest z, and log(sum(e^Z)) - top

  template <class F>
  CLEARPROP_INLINE void each(F&& f) const {
    for (int j = 0; j < n; ++j) f(j);
  }
};

// e^(Z - top), left in A, with `top` and `log_sum`; gives the sum over the units but one at the top
template <class T>
Vec<T> exponentials(Outputs<T>& last) {
  using V = Vec<T>;
  last.top = last.Z[0];
  last.each([&](int j) { last.top = last.Z[j] > last.top ? last.Z[j] : last.top; });
  V others{}, ties{};
  last.each([&](int j) {
    const V e = last.A[j] = exp(last.Z[j] - last.top);
    const Mask<V> is_top = e == broadcast<V>(1);
    others += where<V>(~is_top, e), ties += where<V>(is_top, broadcast<V>(1));
  });
  others += ties - 1;  // the top's own 1 stays out: 1 + 1e-20 would lose the others
  last.log_sum = log1p(others);
  return others;
}

// A = f(Z)
template <class F, class T>
void activate_by(const F& f, Outputs<T>& last) {
  last.each([&](int j) { last.A[j] = f.A(last.Z[j]); });
}

// A = e / e.sum() with e = np.exp(Z - Z.max())
template <class T>
void activate_by(const Softmax&, Outputs<T>& last) {
  const Vec<T> share = 1 / (1 + exponentials(last));
  last.each([&](int j) { last.A[j] *= share; });
}

// A = (Z - Z.max()) - np.log(e.sum())
template <class T>
void activate_by(const LogSoftmax&, Outputs<T>& last) {
  exponentials(last);
  last.each([&](int j) { last.A[j] = (last.Z[j] - last.top) - last.log_sum; });
}

// dL_dZ = dA_dZ * dL_dA, where dL_dZ holds dL_dA
template <class F, class T>
void link_by(const F& f, Outputs<T>& last) {
  last.each([&](int j) { last.dL_dZ[j] *= f.dA_dZ(last.Z[j], last.A[j]); });
}

// dL_dZ = A * (dL_dA - (A * dL_dA).sum())
template <class T>
void link_by(const Softmax&, Outputs<T>& last) {
  Vec<T> mean{};
  last.each([&](int j) { mean = fused(last.A[j], last.dL_dZ[j], mean); });
  last.each([&](int j) { last.dL_dZ[j] = last.A[j] * (last.dL_dZ[j] - mean); });
}

// dL_dZ = dL_dA - np.exp(A) * dL_dA.sum()
template <class T>
void link_by(const LogSoftmax&, Outputs<T>& last) {
  Vec<T> whole{};
  last.each([&](int j) { whole += last.dL_dZ[j]; });
  last.each([&](int j) { last.dL_dZ[j] -= exp(last.A[j]) * whole; });
}

// L, with dL_dZ in one link
template <class S, class T>
CLEARPROP_CALLED Vec<T> output_by_shortcut(const S& pair, Outputs<T>& last) {
  Vec<T> L{}, shares{};
  last.each([&](int j) {  // top and log_sum are 0 where nothing is normalised
    L += pair.L((last.Z[j] - last.top) - last.log_sum, last.Y[j]);
    if constexpr (sums_shares<S>) shares += last.dL_dZ[j] = pair.share(last.A[j], last.Y[j]);
    else last.dL_dZ[j] = pair.dL_dZ(last.A[j], last.Y[j]);
  });
  if constexpr (sums_shares<S>) last.each([&](int j) { last.dL_dZ[j] = last.A[j] * shares - last.dL_dZ[j]; });
  return L;
}

// L and dL_dA, of the means and, behind them, of the logarithms of variances
template <class T>
Vec<T> loss_by(const GaussianNLL& loss, Outputs<T>& last) {
  Vec<T> L{};
  const int targets = last.n / 2;
  for (int j = 0; j < targets; ++j) {
    const Vec<T> U = last.A[j] - last.Y[j], s = last.A[targets + j];
    L += loss.L(U, s);
    last.dL_dZ[j] = loss.by_variance(U, s), last.dL_dZ[targets + j] = loss.dL_ds(U, s);
  }
  return L;
}

// L and dL_dA
template <class P, class T>
Vec<T> loss_by(const P& loss, Outputs<T>& last) {
  Vec<T> L{};
  last.each([&](int j) {
    L += loss.L(last.A[j], last.Y[j]);
    last.dL_dZ[j] = loss.dL_dA(last.A[j], last.Y[j]);
  });
  return L;
}

template <class P, class T>
Vec<T> loss_as(Outputs<T>& last) {
  return loss_by(made<P>(last.loss), last);
}

template <class F, class T>
void activate_as(Outputs<T>& last) {
  activate_by(made<F>(last.f), last);
}

template <class F, class T>
void link_as(Outputs<T>& last) {
  link_by(made<F>(last.f), last);
}

template <class T, class... Fs>
void activate(Outputs<T>& last, List<Fs...>) {
  static constexpr void (*by_code[])(Outputs<T>&) = {activate_as<Fs, T>...};
  by_code[last.f.code](last);
}

template <class T, class... Fs, class... Ps>
Vec<T> output_by_links(Outputs<T>& last, List<Fs...>, List<Ps...>) {
  static constexpr Vec<T> (*loss_by_code[])(Outputs<T>&) = {loss_as<Ps, T>...};
  static constexpr void (*link_by_code[])(Outputs<T>&) = {link_as<Fs, T>...};
  const Vec<T> L = loss_by_code[last.loss.code](last);
  link_by_code[last.f.code](last);
  return L;
}

// A of the last layer for `lanes` points, from Z.
template <class T>
CLEARPROP_INLINE void activate(Outputs<T>& last) {
  activate(last, Activations{});
}

// A, L and dL_dZ of the last layer for `lanes` points, from Z and Y.
template <class T>
CLEARPROP_INLINE Vec<T> output_unit(Outputs<T>& last) {
  activate(last);
  Vec<T> L{};
  if (!with_shortcut(last.f, last.loss, Shortcuts{}, [&](auto pair) { L = output_by_shortcut(pair, last); }))
    L = output_by_links(last, Activations{}, Losses{} + PairedLosses{});
  return L;
}

}  // namespace clearprop::CLEARPROP_LEVEL
