// Whole arrays through what the kernels apply to one vector, for the type CLEARPROP_REAL, so that its error can be measured.
#include "kernels.hpp"

namespace clearprop::CLEARPROP_LEVEL {
namespace {

template <class T>
Vec<T> vector_at(const T* from, std::size_t n, std::size_t i) {
  Vec<T> v{};
  std::memcpy(&v, from + i, std::min(n - i, std::size_t(lanes<T>)) * sizeof(T));
  return v;
}

template <class T>
void put_at(T* to, std::size_t n, std::size_t i, Vec<T> v) {
  std::memcpy(to + i, &v, std::min(n - i, std::size_t(lanes<T>)) * sizeof(T));
}

template <class T, class F>
Function<T> function(const char* name, F f) {
  return {name, [f](std::size_t n, const T* x, T* y) {
            for (std::size_t i = 0; i < n; i += lanes<T>) put_at(y, n, i, f(vector_at(x, n, i)));
          }};
}

}  // namespace

// A and dA_dZ of an elementwise activation.
template <class T>
void map_activation(const Part& f, std::size_t n, const T* Z, T* A, T* dA_dZ) {
  for (std::size_t i = 0; i < n; i += lanes<T>) {
    const auto unit = activated_by_call(f, vector_at(Z, n, i));
    put_at(A, n, i, unit.A);
    put_at(dA_dZ, n, i, unit.dA_dZ);
  }
}

// Each output's L and dL_dZ from Z, A and dA_dZ of an elementwise activation.
template <class T>
void map_output(const Part& f, const Part& loss, std::size_t n, const T* Z, const T* A, const T* dA_dZ, const T* Y, T* L, T* dL_dZ) {
  for (std::size_t i = 0; i < n; i += lanes<T>) {
    const auto link = elementwise_output_by_call(f, loss, vector_at(Z, n, i), vector_at(A, n, i), vector_at(dA_dZ, n, i), vector_at(Y, n, i));
    put_at(L, n, i, link.L);
    put_at(dL_dZ, n, i, link.dL_dZ);
  }
}

template <class T>
std::vector<Function<T>> functions() {
  return {
      function<T>("exp", [](auto x) { return exp(x); }),
      function<T>("expm1", [](auto x) { return expm1(x); }),
      function<T>("log", [](auto x) { return log(x); }),
      function<T>("tanh", [](auto x) { return tanh(x); }),
      function<T>("softplus", [](auto x) { return softplus(x); }),
      function<T>("log_cosh", [](auto x) { return log_cosh(x); }),
      function<T>("normal_bell", [](auto x) { return normal_bell(x); }),
      function<T>("normal_cdf", [](auto x) { return normal_cdf(x); }),
      function<T>("sin", [](auto x) { return sin(x); }),
      function<T>("cos", [](auto x) { return cos(x); }),
  };
}

using Number = CLEARPROP_REAL;
template void map_activation(const Part&, std::size_t, const Number*, Number*, Number*);
template void map_output(const Part&, const Part&, std::size_t, const Number*, const Number*, const Number*, const Number*, Number*, Number*);
template std::vector<Function<Number>> functions();

}  // namespace clearprop::CLEARPROP_LEVEL
