// The border between Python and the kernels: how parts, arrays and long work are handed over. It computes nothing.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>

#include "kernels.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
using Matrix = nb::ndarray<T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T>
using Flat = nb::ndarray<T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

using PartCode = std::pair<int, std::vector<double>>;  // a part as Python names it: its code and its hyper-parameters

inline Part part_of(const PartCode& given) {
  Part part{given.first, {}};
  if (given.second.size() > most_hypers) throw std::invalid_argument("a part has more hyper-parameters than kernels take");
  std::copy(given.second.begin(), given.second.end(), part.hypers);
  return part;
}

using Normalizations = std::vector<std::tuple<int, double, double>>;  // of each layer its axis, or -1, epsilon and momentum; none where no layer is

inline Shape shape_of(std::vector<int> widths, const std::vector<PartCode>& f, const PartCode& loss, double strength, const Normalizations& normalized = {}) {
  Shape shape{std::move(widths), {}, part_of(loss), strength};
  for (const auto& [axis, epsilon, momentum] : normalized) shape.normalized.push_back({Normalization::Over(axis + 1), epsilon, momentum});
  for (const PartCode& part : f) shape.f.push_back(part_of(part));
  return shape;
}

using Clips = std::vector<std::pair<int, double>>;  // of each entry (0), of the whole gradient's norm (1) or of each array's (2); and the bound
using DropoutRates = std::pair<std::vector<double>, std::uint32_t>;  // rates of A[0] .. A[L - 1], or none; and the seed
using BetaAndRate = std::pair<double, double>;  // ntk's beta and scaling_layer's rate, 0 where there is none
using Penalty = std::tuple<double, double, bool>;    // strengths of |w| and of w^2; whether it is added to a batch's sum

inline Rule rule_of(const PartCode& optimizer, const Clips& clips, const Penalty& penalty, const DropoutRates& dropout, const BetaAndRate& made,
                    double max_norm, const std::optional<Flat<const double>>& factors) {
  const auto [l1, l2, of_sum] = penalty;
  Rule rule{optimizer.first, optimizer.second, {}, l1, l2, of_sum, {dropout.first, dropout.second}, {made.first, made.second}};
  for (const auto& [of, largest] : clips) rule.clips.push_back({Rule::Clip::Of(of), largest});
  rule.max_norm = max_norm;
  if (factors) rule.factors.assign(factors->data(), factors->data() + factors->size());
  return rule;
}

// Whether other threads of Python go on while work of so many nanoseconds is done. To get the lock back from a busy thread takes
// milliseconds, a hundred times as long as short work.
inline bool lets_others_go_on(double nanoseconds) { return nanoseconds > 50e3; }

// Lets them go on, where the work is long enough.
class Released {
 public:
  explicit Released(double nanoseconds) {
    if (lets_others_go_on(nanoseconds)) release_.emplace();
  }

 private:
  std::optional<nb::gil_scoped_release> release_;
};

// Asks Python for Ctrl-C now and then: often enough for a person, too seldom to cost anything.
class Interruptions {
 public:
  bool operator()() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(20)) return false;
    last_ = now;
    nb::gil_scoped_acquire gil;
    return interrupted = PyErr_CheckSignals() != 0;
  }
  bool interrupted = false;

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// An array's memory, for calls that are to cost less than a full conversion.
class Memory {
 public:
  Memory(nb::handle array, int flags) : held_(PyObject_GetBuffer(array.ptr(), &view_, flags) == 0) {
    if (!held_) PyErr_Clear();
  }
  ~Memory() {
    if (held_) PyBuffer_Release(&view_);
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  template <class T>
  T* data() const {
    return static_cast<T*>(view_.buf);
  }
  // Whether this is a C-ordered array of T with rows of the given length, or one such row.
  template <class T>
  bool is_rows_of(int length) const {
    const char format = std::is_same_v<T, float> ? 'f' : 'd';
    return held_ && view_.ndim > 0 && view_.shape[view_.ndim - 1] == length && view_.itemsize == sizeof(T) &&
           view_.format && view_.format[0] == format && view_.format[1] == 0;
  }
  // Whether this is an array of int64.
  bool is_whole() const {
    return held_ && view_.itemsize == 8 && view_.format && (view_.format[0] == 'l' || view_.format[0] == 'q') && view_.format[1] == 0;
  }
  int dimensions() const { return view_.ndim; }
  std::int64_t rows() const { return view_.ndim == 2 ? view_.shape[0] : 1; }
  std::int64_t size() const { return view_.len / view_.itemsize; }

 private:
  Py_buffer view_;
  bool held_;
};

constexpr int read_flags = PyBUF_C_CONTIGUOUS | PyBUF_FORMAT;

// An array that is mostly the one of the call before, whose conversion takes as long as a small step.
template <class A>
class Held {
 public:
  const A& of(nb::handle given) {
    if (given.ptr() != held_.ptr()) array_ = nb::cast<A>(given, false), held_ = nb::borrow(given);
    return array_;
  }

 private:
  nb::object held_;
  A array_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
