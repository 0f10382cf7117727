// The extension module that tells Python the processor's level; and, as a program, CMake.
#include "level.hpp"

#if defined(CLEARPROP_PROGRAM)
#include <cstdio>
int main() { std::fputs(clearprop::processor_level(), stdout); }
#else
#include <nanobind/nanobind.h>
NB_MODULE(_kernels_level, m) { m.def("processor_level", &clearprop::processor_level); }
#endif
