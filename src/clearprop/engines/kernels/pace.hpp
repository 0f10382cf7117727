// How many threads take the steps of a training: as many as were asked for; or, where that is a limit, all of them or one, whichever
// takes less time. It is measured on the steps themselves, whose bits are the same either way: from time to time a stretch of them
// by all and one by one thread, side by side. The median of the last comparisons decides, so it follows what else the machine does.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "team.hpp"

namespace clearprop::CLEARPROP_LEVEL {

struct Threads {
  int most;
  bool is_limit = false;
};

#if CLEARPROP_THREADS

class Pace {
 public:
  // What was found for one kind of steps is there for the next of its kind.
  Pace(Threads threads, std::vector<int> kind) : most_(threads.most), compares_(threads.is_limit && threads.most > 1), kind_(std::move(kind)) {
    if (compares_) with_found([this](Found& found) { found_ = found; });
  }
  ~Pace() {
    if (compares_) with_found([this](Found& found) { found = found_; });
  }
  Pace(const Pace&) = delete;
  Pace& operator=(const Pace&) = delete;

  // The threads for work that is not measured.
  int threads() const { return !compares_ || all_are_faster() ? most_ : 1; }

  // f(turn, first, last) takes steps first .. last - 1 of `count`, stretch by stretch, and gives how many points they have.
  template <class F>
  void take(std::int64_t count, F&& f) {
    for (std::int64_t first = 0, last; first < count; first = last) {
      last = compares_ ? std::min(count, first + at_once_) : count;
      Team::Turn turn(phase_ == one ? 1 : phase_ < one ? most_ : threads());
      if (!compares_) {
        f(turn, first, last);
        continue;
      }
      const auto began = Clock::now();  // a small step takes no longer than a few looks at the clock
      const double points = f(turn, first, last);
      note(std::chrono::duration<double>(Clock::now() - began).count(), last - first, points);
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  // A comparison is a stretch that wakes the team, one by all and one by one thread. When there are enough, steps go on without.
  enum Phase { waking, all, one, going_on };
  static constexpr int enough = 7, stretches_between = 128;
  static constexpr double seconds_of_stretch = 100e-6, worth_it = 1.02;
  struct Found {
    int count = 0;
    std::array<double, enough> ratios{};  // of the time that one thread takes to that of all
  };

  bool all_are_faster() const {
    if (found_.count < enough) return true;
    std::array<double, enough> ratios = found_.ratios;
    std::nth_element(ratios.begin(), ratios.begin() + enough / 2, ratios.end());
    return ratios[enough / 2] > worth_it;
  }

  void note(double seconds, std::int64_t steps, double points) {
    at_once_ = std::max<std::int64_t>(1, std::int64_t(seconds_of_stretch * double(steps) / std::max(seconds, 1e-9)));
    if (phase_ == all) by_all_ = seconds / points;
    if (phase_ == one) found_.ratios[found_.count++ % enough] = seconds / points / by_all_;
    const int last = found_.count < enough ? int(one) : going_on + stretches_between;
    phase_ = phase_ < last ? phase_ + 1 : int(waking);
  }

  template <class F>
  void with_found(F&& f) const {
    static std::mutex guard;
    static std::map<std::vector<int>, Found> of_process;
    const std::lock_guard lock(guard);
    f(of_process[kind_]);
  }

  int most_;
  bool compares_;
  std::vector<int> kind_;
  Found found_;
  int phase_ = waking;
  std::int64_t at_once_ = 1;
  double by_all_ = 0;
};

#else

struct Pace {
  Pace(Threads, std::vector<int>) {}
  int threads() const { return 1; }
  template <class F>
  void take(std::int64_t count, F&& f) {
    Team::Turn turn(1);
    f(turn, 0, count);
  }
};

#endif

}  // namespace clearprop::CLEARPROP_LEVEL
