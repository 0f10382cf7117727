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
  FlushToZero() {
    asm volatile("mrs %0, fpcr" : "=r"(before_));  // GCC and Clang have no built-in function in common
    set(before_ | 1u << 24);
  }
  ~FlushToZero() { set(before_); }
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;

 private:
  static void set(unsigned long long control) { asm volatile("msr fpcr, %0" ::"r"(control)); }
  unsigned long long before_;
#endif
};

}  // namespace clearprop::CLEARPROP_LEVEL
