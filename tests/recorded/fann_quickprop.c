/* FANN's own Quickprop, weight by weight. Reads mu, then of each step, for each of the six weights, eta times minus the gradient;
   writes the steps taken. make_fann_trajectories.py compiles it.

   The learning rate, a float in FANN, stays 1, and what was kept of the last gradient is multiplied by the present eta: a ratio
   of gradients is the same in any unit. Steps are 2^60 times as long, since FANN takes one below 0.001 for none. */
#include <doublefann.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void fann_clear_train_arrays(struct fann *ann);
void fann_update_weights_quickprop(struct fann *ann, unsigned int num_data, unsigned int first_weight, unsigned int past_end);

int main(void) {
  enum { weights = 6 };
  const double unit = ldexp(1, 60);
  struct fann *ann = fann_create_standard(2, weights - 1, 1);
  double mu, eta, before[weights] = {0};
  fann_set_training_algorithm(ann, FANN_TRAIN_QUICKPROP);
  fann_set_learning_rate(ann, 1);
  fann_set_quickprop_decay(ann, 0);
  fann_clear_train_arrays(ann);
  memset(ann->prev_steps, 0, sizeof before);
  if (scanf("%lf", &mu) != 1) return 1;
  fann_set_quickprop_mu(ann, (float)mu);
  while (scanf("%lf", &eta) == 1) {
    for (int i = 0; i < weights; ++i) {
      double gradient;
      if (scanf("%lf", &gradient) != 1) return 1;
      ann->train_slopes[i] = -eta * gradient * unit;
      ann->prev_train_slopes[i] = -eta * before[i] * unit;
      ann->weights[i] = 0;
      before[i] = gradient;
    }
    fann_update_weights_quickprop(ann, 1, 0, weights);
    for (int i = 0; i < weights; ++i) printf("%.17g ", ann->prev_steps[i] / unit);
    printf("\n");
    fflush(stdout);
  }
  return 0;
}
