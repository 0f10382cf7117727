// Results too small to be normal numbers become 0 while steps are taken. A momentum whose gradient stays 0, as that of a unit
// that has died does, halves until it is subnormal and stays there, and every operation on it then takes many times as long.
#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#ifndef CLEARPROP_LEVEL
#define CLEARPROP_LEVEL portable
#endif

namespace clearprop::CLEARPROP_LEVEL {

// For the thread that makes it, as long as it lives.
class FlushToZero {
 public:
#if defined(__SSE2__)
  FlushToZero() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8000u); }
  ~FlushToZero() { _mm_setcsr(before_); }
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;

 private:
  unsigned before_;
#elif defined(__aarch64__)
  FlushToZero() : before_(__builtin_aarch64_get_fpcr()) { __builtin_aarch64_set_fpcr(before_ | 1u << 24); }
  ~FlushToZero() { __builtin_aarch64_set_fpcr(before_); }
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;

 private:
  unsigned before_;
#endif
};

}  // namespace clearprop::CLEARPROP_LEVEL
