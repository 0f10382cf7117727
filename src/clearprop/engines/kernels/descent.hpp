// What every way of descending shares: it takes steps on points from parameters that it holds in a layout of its own. And
// the run of steps of one call: what happens when one of them is not finite.
#pragma once

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "flush.hpp"
#include "points.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
class Descent {
 public:
  virtual ~Descent() = default;

  virtual void pack(const T* flat) = 0;          // the parameters, from the flat vector
  virtual void unpack(T* flat) const = 0;        // and back to it
  virtual void save() = 0;                       // all that steps change
  virtual void restore() = 0;                    // to what it was when last saved
  virtual bool finite() const = 0;               // whether the parameters are
  // What the optimiser keeps between steps: flat vectors in the order of its struct's arguments, the number of steps so
  // far, and nadam's product of momenta. A rule that keeps nothing has nothing to do.
  virtual int arrays() const { return 0; }
  virtual void set_state(const std::vector<T*>& /*kept*/, std::int64_t /*t*/, double /*product*/) {}
  virtual std::pair<std::int64_t, double> get_state(const std::vector<T*>& /*kept*/) const { return {0, 1}; }
  // Running means and variances, taken in and given back; a network without them has nothing to do.
  virtual void set_statistics(const T* /*given*/) {}
  virtual void get_statistics(T* /*taken*/) const {}
  // The sum over the steps of b times the loss, b the points of a step; not finite if anything on the way was not.
  virtual double take(const Steps& steps) = 0;
  // A run of steps that is cut after a multiple of these gives the same bits as one that is not.
  virtual std::int64_t together() const { return 1; }
  virtual double work() const = 0;               // multiplications and additions of a step, roughly
  virtual const char* kernel() const = 0;        // its name, for people
  virtual int threads() const { return 1; }      // that take its steps at present
};

// How a step against a given gradient ended.
struct Applied {
  enum What { finite, gradient, weights } what = finite;  // what was not finite, if anything
  int layer = 0;                                          // in which layer
};

// Steps on batches, and the two halves of a step: the gradient of a batch, and the step against a gradient.
template <class T>
class BatchDescent : public Descent<T> {
 public:
  // The loss of step t at `flat` parameters and its gradient, in their order. No step is taken. Where the batch is a share of a
  // larger one, so are the loss and the gradient, and the first share has the penalty.
  virtual double loss_and_gradient(const T* flat, Batch batch, std::int64_t t, Share share, T* gradient) = 0;
  // The step from `flat` parameters against a gradient in their order. Where that is not finite nothing changes; where a weight
  // is not finite after it, `flat` is as it was, and the optimiser's state is not. Running statistics move towards those of the
  // points of the last gradient.
  virtual Applied apply(T* flat, T* statistics, const T* gradient, double eta) = 0;
};

struct Progress {
  std::int64_t steps = 0;  // taken; fewer than asked for where one was not finite, or where someone interrupted
  double loss = 0;         // sum of b times the loss, b the points of a step, each measured before its step
  bool finite = true;
};

constexpr double operations_at_once = 2e9;  // some 20 ms between looks at the clock and at the weights

// How many steps of a segment leave losses and weights finite.
template <class T>
std::int64_t finite_steps(Descent<T>& descent, const Steps& segment) {
  std::int64_t good = 0, bad = segment.count;
  while (bad - good > 1) {
    const std::int64_t middle = good + (bad - good) / 2;
    descent.restore();
    const double loss = descent.take(segment.from(0, middle));
    (is_finite(loss) && descent.finite() ? good : bad) = middle;
  }
  return good;
}

// Takes the steps and leaves in `parameters` (flat), and in the running statistics, what the last finite one gave.
//
// Nothing is checked while steps are taken, for that costs time in every step: a segment that went wrong is taken again
// and again, halving the doubt, up to the step in which it did.
template <class T>
Progress run(Descent<T>& descent, T* parameters, T* statistics, const Steps& steps, const std::function<bool()>& interrupted) {
  const std::int64_t multiple = descent.together();
  const std::int64_t at_once = std::int64_t(operations_at_once / (descent.work() + 2000)) / multiple * multiple + multiple;
  [[maybe_unused]] const FlushToZero flush;
  descent.pack(parameters);
  descent.set_statistics(statistics);
  Progress progress;
  while (progress.steps < steps.count) {
    const Steps segment = steps.from(progress.steps, std::min(at_once, steps.count - progress.steps));
    descent.save();
    double loss = descent.take(segment);
    std::int64_t taken = segment.count;
    if (!is_finite(loss) || !descent.finite()) {
      progress.finite = false;
      taken = finite_steps(descent, segment);
      descent.restore();
      loss = descent.take(segment.from(0, taken));
    }
    progress.steps += taken;
    progress.loss += loss;
    if (!progress.finite || (progress.steps < steps.count && interrupted())) break;
  }
  descent.unpack(parameters);
  descent.get_statistics(statistics);
  return progress;
}

}  // namespace clearprop::CLEARPROP_LEVEL
