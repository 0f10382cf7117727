// The highest instruction level of this processor that kernels are compiled for. Asked without any of them: a module of a
// higher level than the processor's must not be loaded at all.
#pragma once

namespace clearprop {

inline const char* processor_level() {
#if defined(__x86_64__)
  __builtin_cpu_init();
#define HAS(feature) (__builtin_cpu_supports(feature) != 0)
  const bool v2 = HAS("ssse3") && HAS("sse4.2") && HAS("popcnt");
  const bool v3 = v2 && HAS("avx2") && HAS("fma") && HAS("bmi") && HAS("bmi2");
  const bool v4 = v3 && HAS("avx512f") && HAS("avx512bw") && HAS("avx512cd") && HAS("avx512dq") && HAS("avx512vl");
#undef HAS
  return v4 ? "v4" : v3 ? "v3" : v2 ? "v2" : "portable";
#else
  return "portable";
#endif
}

}  // namespace clearprop
