// The team of threads and the mini-batch kernel, to be run under ThreadSanitizer: `make sanitize`. Exits with 1 and says why
// if a piece of work is done twice or not at all, or if bits depend on the number of threads; the sanitizer sees the rest.
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

#include "mini_batch.hpp"

using namespace clearprop::CLEARPROP_LEVEL;

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::exit(1);
}

// Rounds of all sizes; pauses that let the others fall asleep now and then.
void every_piece_is_done_once() {
  for (int repeat = 0; repeat < 300; ++repeat) {
    Team::Turn turn(1 + repeat % 5);
    for (int count = 0; count < 40; ++count) {
      std::vector<int> done(count);  // not atomic: two threads at one piece would be a race
      turn.each(count, [&](int i) { ++done[i]; });
      for (int each : done) require(each == 1, "a piece of work was done twice or not at all");
    }
    if (repeat % 50 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void turns_of_several_callers_do_not_meet() {
  std::vector<std::thread> callers;
  for (int k = 0; k < 3; ++k) callers.emplace_back(every_piece_is_done_once);
  for (std::thread& caller : callers) caller.join();
}

// Steps that wait take longer on one thread than on two, or the other way round; with time to see it in both.
void the_faster_number_of_threads_is_taken() {
  for (const bool two_are_faster : {true, false}) {
    Pace pace({2, true}, {two_are_faster});
    pace.take(200, [&](Team::Turn& turn, auto first, auto last) {
      const bool slow = (turn.threads() == 2) != two_are_faster;
      for (auto s = first; s < last; ++s) std::this_thread::sleep_for(std::chrono::microseconds(slow ? 2000 : 200));
      return double(last - first);
    });
    require(pace.threads() == (two_are_faster ? 2 : 1), "the slower number of threads was taken");
  }
}

// Batches of up to 128 rows share out rows and pieces, larger ones blocks of rows; where no core has all weights, panels.
std::vector<float> trained(Threads threads, int b, int units, int count) {
  constexpr int n = 96, m = 40, outputs = 3;
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> X(n * m), Y(n * outputs + 64), parameters(m * units + units + units * outputs + outputs);
  for (auto* values : {&X, &Y, &parameters})
    for (float& value : *values) value = 0.1f * normal(random);
  std::vector<std::int64_t> order(count * b), begins(count + 1);
  for (std::int64_t& row : order) row = std::int64_t(random() % n);
  for (int s = 0; s <= count; ++s) begins[s] = s * b;
  const double eta = 0.01;

  const Shape shape{{m, units, outputs}, {Part{code_of<Tanh>(Activations{})}, Part{code_of<Identity>(Activations{})}}, Part{code_of<Square>(Losses{})}, 0};
  const Points<float> points{X.data(), Y.data(), nullptr, nullptr, n, m, outputs};
  Rule rule;
  rule.code = code_of<Adam<float>>(Optimizers<float>{});
  rule.hypers = {0.9, 0.999, 1e-8};
  rule.clips = {{Rule::Clip::whole, 0.5}};
  rule.dropout = {{0.2, 0.5}, 7};
  MiniBatch<float> descent(shape, points, rule, b, threads);
  descent.pack(parameters.data());
  descent.take({order.data(), &eta, 0, count, begins.data()});
  descent.unpack(parameters.data());
  std::vector<float> gradient(parameters.size());
  for (int t = count + 1; t <= count + 10; ++t) {
    descent.loss_and_gradient(parameters.data(), {order.data(), b}, t, {0, b}, gradient.data());
    require(descent.apply(parameters.data(), nullptr, gradient.data(), eta).what == Applied::finite, "a step was not finite");
  }
  return parameters;
}

}  // namespace

int main() {
  every_piece_is_done_once();
  turns_of_several_callers_do_not_meet();
  the_faster_number_of_threads_is_taken();
  const struct {
    int b, units, count, repeats;
  } shapes[] = {{32, 50, 60, 20}, {300, 50, 10, 6}, {32, 3200, 4, 2}};
  for (const auto& [b, units, count, repeats] : shapes) {
    const std::vector<float> alone = trained({1}, b, units, count);
    for (const Threads threads : {Threads{2}, Threads{3}, Threads{4}, Threads{3, true}})
      for (int repeat = 0; repeat < repeats; ++repeat) require(trained(threads, b, units, count) == alone, "bits depend on the number of threads");
  }
  std::puts("no races");
}
