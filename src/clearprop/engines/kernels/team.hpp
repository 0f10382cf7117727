// A team of threads that shares out short pieces of work, microseconds long. It knows nothing of what they do.
//
// Threads start once. After a round of work they spin for a moment, since the next one mostly follows at once, and then
// sleep. Pieces are claimed one by one, never handed out beforehand: a thread that another process keeps from running
// claims nothing, and the others do its share; one that is stopped in the middle of a piece makes the caller wait, and then
// work alone for a while. The caller works too and takes pieces from the front, the rest of the team
// takes them from the back, so that a thread mostly meets the same pieces, and its own cache, again.
//
// Where a platform has no threads, CLEARPROP_THREADS=0 leaves the caller alone with the work.
#pragma once

#ifndef CLEARPROP_THREADS
#define CLEARPROP_THREADS 1
#endif

#if CLEARPROP_THREADS
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>
#endif

#include "buffer.hpp"
#include "flush.hpp"

namespace clearprop::CLEARPROP_LEVEL {

#if CLEARPROP_THREADS

inline void breathe() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

class Team {
 public:
  // Whose calls `each` shares out. Only one at a time has the team; who finds it taken works alone.
  class Turn {
   public:
    explicit Turn(int threads) {
      if (threads == 1) return;  // to ask for the team is a call of the system
      team_ = &of_process();
      lock_ = std::unique_lock(team_->busy_, std::try_to_lock);
      if (!lock_.owns_lock()) return;
      team_->grow(threads);
      threads_ = threads;
    }

    int threads() const { return threads_; }

    // f(0), ..., f(count - 1), each once, on whichever thread; returns when all are done.
    template <class F>
    void each(int count, F&& f) {
      if (threads_ == 1 || count == 1 || team_->is_alone()) {
        for (int i = 0; i < count; ++i) f(i);
        return;
      }
      team_->share(count, threads_, [](const void* f, int i) { (*static_cast<const std::remove_reference_t<F>*>(f))(i); }, &f);
    }

   private:
    Team* team_ = nullptr;
    std::unique_lock<std::mutex> lock_;
    int threads_ = 1;
    FlushToZero flush_;  // the caller too: the bits are the same whoever does a piece
  };

 private:
  // The process's team; a new one in a process that was forked, where the threads of the old one do not exist.
  static Team& of_process() {
    static std::mutex guard;
    static Team* team = nullptr;  // never destroyed: at exit its threads may still be spinning
    static pid_t owner = 0;
    const std::lock_guard lock(guard);
    if (owner != getpid()) team = new Team, owner = getpid();
    return *team;
  }

  using Call = void (*)(const void*, int);
  using Clock = std::chrono::steady_clock;

  // One round of work. Its number tells a thread that comes too late that the round is over.
  struct Claims {
    std::uint32_t round;
    std::uint16_t front, back;  // pieces front .. back - 1 are not yet claimed
  };
  static_assert(sizeof(Claims) == 8);

  static constexpr auto patience = std::chrono::microseconds(200);  // of a spinning thread, before it sleeps

  void grow(int threads) {
    while (int(others_.size()) < threads - 1) {
      const int place = int(others_.size()) + 1;
      others_.emplace_back([this, place] { wait_and_work(place); });
      others_.back().detach();
    }
  }

  void share(int count, int threads, Call call, const void* what) {
    call_.store(call, std::memory_order_relaxed);
    what_.store(what, std::memory_order_relaxed);
    threads_.store(threads, std::memory_order_relaxed);
    left_.store(count, std::memory_order_relaxed);
    caller_.store(processor(), std::memory_order_relaxed);
    const std::uint32_t round = claims_.load(std::memory_order_relaxed).round + 1;
    claims_.store({round, 0, std::uint16_t(count)});
    if (asleep_.load() > 0) {
      const std::lock_guard lock(sleep_);
      wake_.notify_all();
    }
    work(round, true);
    int spins = 0;
    while (left_.load(std::memory_order_acquire) > 0 && spins++ < 1000) breathe();
    if (left_.load(std::memory_order_acquire) > 0) wait_for_the_rest();
  }

  // Waiting for longer than a piece takes means that the one who has the last piece has lost its processor to another process.
  // How long is a measure of how busy the machine is: for sixteen times as long, the caller works alone, so that waiting takes
  // a small part of the time at most.
  void wait_for_the_rest() {
    const auto began = Clock::now();
    while (left_.load(std::memory_order_acquire) > 0) std::this_thread::yield();  // it may need this very processor
    const auto waited = Clock::now() - began;
    if (waited > std::chrono::milliseconds(1)) alone_until_ = Clock::now() + 16 * waited;
  }

  // Nothing is won by taking turns on one processor: a thread that finds itself on the caller's does nothing but say so.
  bool is_alone() {
    if (crowded_.load(std::memory_order_relaxed)) {
      crowded_.store(false, std::memory_order_relaxed);
      alone_until_ = Clock::now() + std::chrono::milliseconds(20);
    }
    if (alone_until_ == Clock::time_point{}) return false;
    if (Clock::now() < alone_until_) return true;
    alone_until_ = {};
    return false;
  }

  // Claims pieces of a round and does them, until none is left.
  void work(std::uint32_t round, bool from_front) {
    Claims seen = claims_.load(std::memory_order_acquire);
    while (seen.round == round && seen.front < seen.back) {
      Claims next = seen;
      const int piece = from_front ? next.front++ : --next.back;
      if (!claims_.compare_exchange_weak(seen, next, std::memory_order_acq_rel)) continue;
      // The round cannot end before this piece is done, so what it calls is still there.
      call_.load(std::memory_order_relaxed)(what_.load(std::memory_order_relaxed), piece);
      left_.fetch_sub(1, std::memory_order_release);
      seen = claims_.load(std::memory_order_acquire);
    }
  }

  void wait_and_work(int place) {
    [[maybe_unused]] const FlushToZero flush;  // as whoever has the turn
    std::uint32_t last = 0;
    for (;;) {
      const std::uint32_t round = next_round(last);
      last = round;
      if (place >= threads_.load(std::memory_order_relaxed)) continue;
      if (processor() == caller_.load(std::memory_order_relaxed)) crowded_.store(true, std::memory_order_relaxed);
      else work(round, false);
    }
  }

  // The number of the next round with work in it.
  std::uint32_t next_round(std::uint32_t last) {
    const auto fresh = [&] {
      const Claims seen = claims_.load();
      return seen.round != last && seen.front < seen.back ? seen.round : last;
    };
    const auto began = Clock::now();
    for (int spins = 1;; ++spins) {
      if (const std::uint32_t round = fresh(); round != last) return round;
      breathe();
      if (spins % 64 == 0 && Clock::now() - began > patience) break;
    }
    std::unique_lock lock(sleep_);
    ++asleep_;  // from now on a new round wakes this thread; one that began just before is seen below
    wake_.wait(lock, [&] { return fresh() != last; });
    --asleep_;
    return fresh();
  }

  static int processor() {
#if defined(__linux__)
    return sched_getcpu();
#else
    static std::atomic<int> unknown{0};
    return ++unknown;
#endif
  }

  std::mutex busy_, sleep_;
  Clock::time_point alone_until_{};  // of the one who has the turn; the clock's beginning: not at all
  std::condition_variable wake_;
  std::atomic<int> asleep_{0};
  std::vector<std::thread> others_;

  alignas(64) std::atomic<Claims> claims_{Claims{0, 0, 0}};
  alignas(64) std::atomic<int> left_{0};
  std::atomic<int> threads_{1}, caller_{-1};
  std::atomic<bool> crowded_{false};
  std::atomic<Call> call_{nullptr};
  std::atomic<const void*> what_{nullptr};
};

// work(0), ..., work(threads - 1), each on a thread of its own, the first on the caller's.
template <class F>
void on_threads(int threads, const F& work) {
  std::vector<std::thread> others;
  for (int t = 1; t < threads; ++t) others.emplace_back(work, t);
  work(0);
  for (std::thread& other : others) other.join();
}

#else

class Team {
 public:
  class Turn {
   public:
    explicit Turn(int) {}
    int threads() const { return 1; }
    template <class F>
    void each(int count, F&& f) {
      for (int i = 0; i < count; ++i) f(i);
    }

   private:
    [[maybe_unused]] FlushToZero flush_;
  };
};

template <class F>
void on_threads(int threads, const F& work) {
  for (int t = 0; t < threads; ++t) work(t);
}

#endif

}  // namespace clearprop::CLEARPROP_LEVEL
