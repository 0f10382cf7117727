// The machine's limits on one core: multiply-adds per second, and bytes read and written again per second.
// Prints: float GFLOP/s, double GFLOP/s, then for each working set its bytes and the GB/s read (as many are written).
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined(__AVX512F__)
#define WIDTH 64
#elif defined(__AVX__)
#define WIDTH 32
#else
#define WIDTH 16
#endif
typedef float floats __attribute__((vector_size(WIDTH)));
typedef double doubles __attribute__((vector_size(WIDTH)));

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Twelve independent sums hide the latency of one.
#define PEAK(name, vector, scalar)                                                             \
  static double name(void) {                                                                   \
    vector sums[12] = {0}, x = (vector){0} + (scalar)0.999, y = (vector){0} + (scalar)0.001;    \
    const long turns = 4000000;                                                                \
    const double begin = now();                                                                \
    for (long k = 0; k < turns; ++k)                                                           \
      for (int i = 0; i < 12; ++i) {                                                           \
        sums[i] = sums[i] * x + y;                                                             \
        __asm__ volatile("" : "+x"(sums[i]));                                                  \
      }                                                                                        \
    const double seconds = now() - begin;                                                      \
    return 2.0 * 12 * (double)(WIDTH / sizeof(scalar)) * (double)turns / seconds / 1e9;           \
  }
PEAK(peak_float, floats, float)
PEAK(peak_double, doubles, double)

static double read_and_write(long bytes) {
  const long count = bytes / WIDTH;
  floats *data = aligned_alloc(64, (size_t)bytes), factor = (floats){0} + 0.9999f;
  for (long i = 0; i < count; ++i) data[i] = factor;
  const long turns = 400000000 / bytes + 1;
  const double begin = now();
  for (long r = 0; r < turns; ++r) {
    for (long i = 0; i < count; ++i) data[i] *= factor;
    __asm__ volatile("" ::: "memory");
  }
  const double seconds = now() - begin;
  free(data);
  return (double)bytes * (double)turns / seconds / 1e9;
}

int main(void) {
  const long sizes[] = {16 << 10, 256 << 10, 800 << 10, 4 << 20};
  printf("%.1f %.1f", peak_float(), peak_double());
  for (int s = 0; s < 4; ++s) printf(" %ld %.1f", sizes[s], read_and_write(sizes[s]));
  printf("\n");
  return 0;
}
