// Trains a FANN network of given widths for a number of steps and prints the microseconds of one: fann WIDTH... STEPS
#include <floatfann.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv) {
  const int layers = argc - 2, steps = atoi(argv[argc - 1]), points = 1000;
  unsigned widths[8];
  for (int l = 0; l < layers; ++l) widths[l] = (unsigned)atoi(argv[l + 1]);
  struct fann *net = fann_create_standard_array((unsigned)layers, widths);
  fann_set_training_algorithm(net, FANN_TRAIN_INCREMENTAL);
  fann_set_activation_function_hidden(net, FANN_SIGMOID);
  fann_set_activation_function_output(net, FANN_SIGMOID);
  fann_set_learning_rate(net, 0.01f);
  const unsigned m = widths[0], n = widths[layers - 1];
  fann_type *X = malloc(sizeof *X * m * points), *Y = malloc(sizeof *Y * n * points);
  for (unsigned i = 0; i < m * points; ++i) X[i] = (fann_type)rand() / (fann_type)RAND_MAX;
  for (unsigned i = 0; i < n * points; ++i) Y[i] = (fann_type)(rand() % 2);
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  for (int t = 0; t < steps; ++t) {
    const int i = rand() % points;
    fann_train(net, X + (size_t)i * m, Y + (size_t)i * n);
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%.6f\n", ((end.tv_sec - begin.tv_sec) * 1e9 + (end.tv_nsec - begin.tv_nsec)) / steps / 1e3);
  return 0;
}
