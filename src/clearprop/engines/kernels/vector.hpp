// Vectors of numbers, as wide as the instruction level being compiled has them: loads, stores, sums, masks. No formula.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#if defined(__AVX2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

// The build compiles every source once for each instruction level and names the level here, so that no two levels
// ever share a symbol.
#ifndef CLEARPROP_LEVEL
#define CLEARPROP_LEVEL portable
#endif

// A kernel's inner functions must dissolve in it: a call would spill every vector register.
#define CLEARPROP_INLINE inline __attribute__((always_inline))
// What is long and stands beside the kernels' loops is there once, whoever calls it.
#define CLEARPROP_CALLED __attribute__((noinline))

namespace clearprop::CLEARPROP_LEVEL {

#if defined(__AVX512F__)
constexpr int vector_bytes = 64, vector_registers = 32;
#elif defined(__AVX2__)
constexpr int vector_bytes = 32, vector_registers = 16;
#elif defined(__aarch64__)
constexpr int vector_bytes = 16, vector_registers = 32;
#else
constexpr int vector_bytes = 16, vector_registers = 16;
#endif

template <class T, int N>
struct VectorOf {
  typedef T type __attribute__((vector_size(N * sizeof(T))));
};
template <class T, int N>
using Vector = typename VectorOf<T, N>::type;

template <class T>
constexpr int lanes = vector_bytes / int(sizeof(T));
template <class T>
using Vec = Vector<T, lanes<T>>;

template <class V>
using Element = std::decay_t<decltype(std::declval<V&>()[0])>;
template <class V>
using Mask = decltype(V{} < V{});  // whole numbers of the same width: all bits set where true
template <class V>
constexpr int length = int(sizeof(V) / sizeof(Element<V>));

constexpr int rounded_up(int count, int multiple) { return (count + multiple - 1) / multiple * multiple; }
template <class T>
constexpr int padded(int count) {
  return rounded_up(count, lanes<T>);
}

template <class V>
CLEARPROP_INLINE V load(const Element<V>* from) {
  V v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

template <class V>
CLEARPROP_INLINE void store(Element<V>* to, V v) {
  std::memcpy(to, &v, sizeof v);
}

// Asks for NV vectors that are needed soon, at places that the processor cannot foresee, into the second-level cache: more of them
// can be on their way there than to the first.
template <int NV, class T>
CLEARPROP_INLINE void fetch(const T* from) {
#pragma GCC unroll 4
  for (int v = 0; v < NV; ++v) __builtin_prefetch(from + v * lanes<T>, 0, 1);
}

template <class V>
CLEARPROP_INLINE V broadcast(Element<V> value) {
  return V{} + value;
}

// The same number in all lanes, its sign too where it is 0; a vector as it is.
template <class V, class N>
CLEARPROP_INLINE V spread(N number) {
  if constexpr (std::is_same_v<N, V>) return number;
  else return Element<V>(number) - V{};
}

// a * b + c, rounded once where the level has an instruction for it. The compiler fuses nothing by itself: whether it did would
// depend on what a function dissolves in, and the same step would end in other bits where it is taken by another way.
CLEARPROP_INLINE float fused(float a, float b, float c) {
#if defined(__FMA__) || defined(__aarch64__)
  return __builtin_fmaf(a, b, c);
#else
  return a * b + c;
#endif
}
CLEARPROP_INLINE double fused(double a, double b, double c) {
#if defined(__FMA__) || defined(__aarch64__)
  return __builtin_fma(a, b, c);
#else
  return a * b + c;
#endif
}
template <class A, class V, class C>
CLEARPROP_INLINE V fused(A number_or_vector, V b, C addend) {
  const V a = spread<V>(number_or_vector), c = spread<V>(addend);
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<V, Vector<float, 16>>) return V(_mm512_fmadd_ps(__m512(a), __m512(b), __m512(c)));
  if constexpr (std::is_same_v<V, Vector<double, 8>>) return V(_mm512_fmadd_pd(__m512d(a), __m512d(b), __m512d(c)));
#endif
#if defined(__FMA__)
  if constexpr (std::is_same_v<V, Vector<float, 8>>) return V(_mm256_fmadd_ps(__m256(a), __m256(b), __m256(c)));
  if constexpr (std::is_same_v<V, Vector<double, 4>>) return V(_mm256_fmadd_pd(__m256d(a), __m256d(b), __m256d(c)));
  if constexpr (std::is_same_v<V, Vector<float, 4>>) return V(_mm_fmadd_ps(__m128(a), __m128(b), __m128(c)));
  if constexpr (std::is_same_v<V, Vector<double, 2>>) return V(_mm_fmadd_pd(__m128d(a), __m128d(b), __m128d(c)));
#elif defined(__aarch64__)
  if constexpr (std::is_same_v<V, Vector<float, 4>>) return V(vfmaq_f32(float32x4_t(c), float32x4_t(a), float32x4_t(b)));
  if constexpr (std::is_same_v<V, Vector<double, 2>>) return V(vfmaq_f64(float64x2_t(c), float64x2_t(a), float64x2_t(b)));
#endif
  return a * b + c;
}

template <class V, int... I>
CLEARPROP_INLINE Mask<V> numbered(std::integer_sequence<int, I...>) {
  return Mask<V>{I...};
}

// True in the lanes 0 .. count - 1.
template <class V>
CLEARPROP_INLINE Mask<V> first_lanes(int count) {
  using Index = std::decay_t<decltype(Mask<V>{}[0])>;
  return numbered<V>(std::make_integer_sequence<int, length<V>>{}) < Mask<V>{} + Index(count);
}

// The first numbers of a vector, fewer than it has: the others are 0, and their memory is not touched.
#if defined(__AVX512F__)
CLEARPROP_INLINE Vec<float> load_few(const float* from, int count) { return Vec<float>(_mm512_maskz_loadu_ps(__mmask16((1u << count) - 1), from)); }
CLEARPROP_INLINE Vec<double> load_few(const double* from, int count) { return Vec<double>(_mm512_maskz_loadu_pd(__mmask8((1u << count) - 1), from)); }
CLEARPROP_INLINE void store_few(float* to, Vec<float> v, int count) { _mm512_mask_storeu_ps(to, __mmask16((1u << count) - 1), __m512(v)); }
CLEARPROP_INLINE void store_few(double* to, Vec<double> v, int count) { _mm512_mask_storeu_pd(to, __mmask8((1u << count) - 1), __m512d(v)); }
#elif defined(__AVX2__)
CLEARPROP_INLINE Vec<float> load_few(const float* from, int count) { return Vec<float>(_mm256_maskload_ps(from, __m256i(first_lanes<Vec<float>>(count)))); }
CLEARPROP_INLINE Vec<double> load_few(const double* from, int count) { return Vec<double>(_mm256_maskload_pd(from, __m256i(first_lanes<Vec<double>>(count)))); }
CLEARPROP_INLINE void store_few(float* to, Vec<float> v, int count) { _mm256_maskstore_ps(to, __m256i(first_lanes<Vec<float>>(count)), __m256(v)); }
CLEARPROP_INLINE void store_few(double* to, Vec<double> v, int count) { _mm256_maskstore_pd(to, __m256i(first_lanes<Vec<double>>(count)), __m256d(v)); }
#else
template <class T>
CLEARPROP_INLINE Vec<T> load_few(const T* from, int count) {
  Vec<T> v{};
  for (int j = 0; j < count; ++j) v[j] = from[j];
  return v;
}
template <class T>
CLEARPROP_INLINE void store_few(T* to, Vec<T> v, int count) {
  for (int j = 0; j < count; ++j) to[j] = v[j];
}
#endif

// v where the mask is true, else 0, whatever v is there.
template <class V>
CLEARPROP_INLINE V where(Mask<V> mask, V v) {
  return V(Mask<V>(v) & mask);
}

template <int First, class V, int... I>
CLEARPROP_INLINE auto part_of(V v, std::integer_sequence<int, I...>) {
  return __builtin_shufflevector(v, v, (First + I)...);
}

template <int Distance, class V, int... I>
CLEARPROP_INLINE V rotated(V v, std::integer_sequence<int, I...>) {
  return __builtin_shufflevector(v, v, ((I + Distance) % length<V>)...);
}

// All lanes combined: wide vectors are halved, and the last 16 bytes turned against themselves, which takes the fewest
// cycles from the first operand to the result.
template <class V, class Combine>
CLEARPROP_INLINE Element<V> reduce(V v, Combine combine) {
  constexpr int half = length<V> / 2;
  if constexpr (sizeof(V) > 16) {
    constexpr std::make_integer_sequence<int, half> indices{};
    return reduce(combine(part_of<0>(v, indices), part_of<half>(v, indices)), combine);
  } else {
    constexpr std::make_integer_sequence<int, length<V>> indices{};
    v = combine(v, rotated<half>(v, indices));
    if constexpr (half > 1) v = combine(v, rotated<1>(v, indices));
    return v[0];
  }
}

template <class V>
CLEARPROP_INLINE Element<V> sum(V v) {
  return reduce(v, [](auto a, auto b) { return a + b; });
}

template <class V>
CLEARPROP_INLINE Element<V> largest(V v) {
  return reduce(v, [](auto a, auto b) -> decltype(a) { return a > b ? a : b; });
}

template <class M>
CLEARPROP_INLINE bool all(M mask) {
  return reduce(mask, [](auto a, auto b) { return a & b; }) != 0;
}

template <int First, class V, int... I>
CLEARPROP_INLINE V every_second(V a, V b, std::integer_sequence<int, I...>) {
  return __builtin_shufflevector(a, b, (2 * I + First)...);
}
// Every second element of two vectors, from the first or from the second on.
template <int First, class V>
CLEARPROP_INLINE V every_second(V a, V b) {
  return every_second<First>(a, b, std::make_integer_sequence<int, length<V>>{});
}

// Lane j of the result is the sum of all lanes of v[j]. The array is used up.
template <class V>
CLEARPROP_INLINE V sums(V (&v)[length<V>]) {
#pragma GCC unroll 4
  for (int count = length<V> / 2; count > 0; count /= 2)
#pragma GCC unroll 8
    for (int j = 0; j < count; ++j)
      v[j] = every_second<0>(v[2 * j], v[2 * j + 1]) + every_second<1>(v[2 * j], v[2 * j + 1]);
  return v[0];
}

// Calls f with `size` as a compile-time number, 1 <= size <= Max, so that what it indexes can stay in registers.
template <int Max, class F>
CLEARPROP_INLINE void with_size(int size, F&& f) {
  if constexpr (Max > 1) {
    if (size < Max) return with_size<Max - 1>(size, f);
  }
  f(std::integral_constant<int, Max>{});
}

// The sum of f(0), ..., f(count - 1), vectors: some sums side by side, for one alone would wait for each addition.
template <class V, class F>
CLEARPROP_INLINE V sum_of(int count, F&& f) {
  constexpr int apart = 4;
  V sums[apart] = {};
  int i = 0;
  for (; i + apart <= count; i += apart)
#pragma GCC unroll 4
    for (int s = 0; s < apart; ++s) sums[s] += f(i + s);
  for (; i < count; ++i) sums[0] += f(i);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

template <class V>
CLEARPROP_INLINE V squared(V v) {
  return v * v;
}

inline bool is_finite(double value) { return value - value == 0; }

template <class T>
bool all_finite(const T* values, std::int64_t count) {
  using V = Vec<T>;
  V zeros{};  // inf - inf and NaN - NaN are NaN, and stay
  std::int64_t i = 0;
  for (; i + lanes<T> <= count; i += lanes<T>) zeros += load<V>(values + i) - load<V>(values + i);
  T rest = sum(zeros);
  for (; i < count; ++i) rest += values[i] - values[i];
  return rest == 0;
}

}  // namespace clearprop::CLEARPROP_LEVEL
