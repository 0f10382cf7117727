// The border between Python and the kernels: it converts and hands on, and computes nothing.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <string>

namespace {

// The highest instruction level of this processor that a kernel could be compiled for.
std::string processor_level() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return "x86-64-v4";
  if (__builtin_cpu_supports("x86-64-v3")) return "x86-64-v3";
  if (__builtin_cpu_supports("x86-64-v2")) return "x86-64-v2";
  return "x86-64";
#elif defined(__aarch64__)
  return "aarch64";
#else
  return "portable";
#endif
}

}  // namespace

NB_MODULE(_kernels, m) {
  m.doc() = "Compiled kernels of clearprop.";
  m.def("processor_level", &processor_level);
}
