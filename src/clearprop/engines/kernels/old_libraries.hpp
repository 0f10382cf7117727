// The oldest versions of the few functions that newer C and C++ libraries of Linux have anew, so that a wheel runs with older ones too.
// CMake puts this before every source where CLEARPROP_OLD_LIBRARIES is on. It computes nothing.
#pragma once

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#if defined(__x86_64__)
#define CLEARPROP_FIRST_GLIBC "GLIBC_2.2.5"
#else
#define CLEARPROP_FIRST_GLIBC "GLIBC_2.17"
#endif
// `pow` of 2.29 differs in errno alone, and the lock of 2.34 in the library that it is in.
__asm__(".symver pow, pow@" CLEARPROP_FIRST_GLIBC);
__asm__(".symver pthread_mutex_trylock, pthread_mutex_trylock@" CLEARPROP_FIRST_GLIBC);
// `std::condition_variable::wait` of GCC 12, and what a vector of too many entries throws since GCC 11.
__asm__(".symver _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE, "
        "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE@GLIBCXX_3.4.11");
__asm__(".symver _ZSt28__throw_bad_array_new_lengthv, __cxa_throw_bad_array_new_length@CXXABI_1.3.8");
#endif
