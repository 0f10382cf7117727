// Memory for the kernels' arrays: zeros, aligned for whole vectors.
#pragma once

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#ifndef CLEARPROP_LEVEL
#define CLEARPROP_LEVEL portable
#endif

namespace clearprop::CLEARPROP_LEVEL {

[[noreturn]] inline void run_out_of_memory() {
#if defined(__cpp_exceptions)
  throw std::bad_alloc();
#else
  std::abort();
#endif
}

// Zeros, aligned for whole vectors; large ones ask for huge pages, so that walking down W misses fewer of them.
template <class T>
class Buffer {
 public:
  explicit Buffer(std::size_t count = 0) : count_(count) {
    constexpr std::size_t huge = std::size_t(1) << 21;
    const std::size_t bytes = (count + 1) * sizeof(T), alignment = bytes >= huge / 4 ? huge : 64;
    const std::size_t whole = (bytes + alignment - 1) / alignment * alignment;
    data_.reset(static_cast<T*>(aligned(alignment, whole)));
    if (!data_) run_out_of_memory();
#if defined(__linux__)
    if (alignment == huge) madvise(data_.get(), whole, MADV_HUGEPAGE);
#endif
    std::memset(static_cast<void*>(data_.get()), 0, whole);
  }
  T* data() const { return data_.get(); }
  std::size_t size() const { return count_; }

 private:
#if defined(_WIN32)
  static void* aligned(std::size_t alignment, std::size_t bytes) { return _aligned_malloc(bytes, alignment); }
  static void release(void* data) { _aligned_free(data); }
#else
  static void* aligned(std::size_t alignment, std::size_t bytes) { return std::aligned_alloc(alignment, bytes); }
  static void release(void* data) { std::free(data); }
#endif
  struct Free {
    void operator()(T* data) const { release(data); }
  };
  std::size_t count_;
  std::unique_ptr<T, Free> data_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
