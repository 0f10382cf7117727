// The border between Python and the kernels: it converts and hands on, and computes nothing.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <chrono>
#include <optional>
#include <string>
#include <tuple>

#include "trainer.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace clearprop::CLEARPROP_LEVEL {
namespace {

template <class T>
using Array = nb::ndarray<T, nb::c_contig, nb::device::cpu>;
template <class T>
using Matrix = nb::ndarray<T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T>
using Flat = nb::ndarray<T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

using PartPair = std::pair<int, double>;

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

// A trainer and the arrays that it reads: they live as long as it does.
template <class T>
class BoundTrainer {
 public:
  BoundTrainer(std::vector<int> widths, std::vector<int> f, std::vector<double> hypers, int loss, double strength,
               Matrix<const T> X, Flat<const T> Y, std::optional<Flat<const T>> weights)
      : X_(X), Y_(Y), weights_(weights), outputs_(widths.back()), trainer_(shape(widths, f, hypers, loss, strength), points()) {}

  std::tuple<std::int64_t, double, bool> run(Flat<T> parameters, Flat<const std::int64_t> order, Flat<const double> etas) {
    const Steps steps{order.data(), etas.data(), etas.size() == 1 ? 0 : 1, std::int64_t(order.size())};
    Interruptions interruptions;
    Progress progress;
    {
      nb::gil_scoped_release release;
      progress = trainer_.run(parameters.data(), steps, [&] { return interruptions(); });
    }
    if (interruptions.interrupted) throw nb::python_error();
    return {progress.steps, progress.loss, progress.finite};
  }

  std::string kernel() const { return trainer_.kernel(); }

 private:
  static Shape shape(const std::vector<int>& widths, const std::vector<int>& f, const std::vector<double>& hypers, int loss,
                     double strength) {
    Shape shape{widths, {}, {loss, 0}, strength};
    for (std::size_t l = 0; l < f.size(); ++l) shape.f.push_back({f[l], hypers[l]});
    return shape;
  }
  Points<T> points() const {
    return {X_.data(), Y_.data(), weights_ ? weights_->data() : nullptr, std::int64_t(X_.shape(0)), int(X_.shape(1)), outputs_, {}, {}, {}};
  }

  Matrix<const T> X_;
  Flat<const T> Y_;
  std::optional<Flat<const T>> weights_;
  int outputs_;
  Trainer<T> trainer_;
};

// One elementary function over a whole array, so that its error can be measured.
template <class T, class F>
void map(Flat<const T> from, Flat<T> to, F f) {
  using V = Vec<T>;
  for (std::size_t i = 0; i < from.size(); i += lanes<T>) {
    T piece[lanes<T>] = {};
    const std::size_t count = std::min(from.size() - i, std::size_t(lanes<T>));
    std::copy_n(from.data() + i, count, piece);
    store(piece, f(load<V>(piece)));
    std::copy_n(piece, count, to.data() + i);
  }
}

template <class T>
void bind_real(nb::module_& m, const char* trainer) {
  nb::class_<BoundTrainer<T>>(m, trainer)
      .def(nb::init<std::vector<int>, std::vector<int>, std::vector<double>, int, double, Matrix<const T>, Flat<const T>,
                    std::optional<Flat<const T>>>(),
           "widths"_a, "activations"_a, "hypers"_a, "loss"_a, "strength"_a, "X"_a, "Y"_a, "weights"_a.none())
      .def("run", &BoundTrainer<T>::run, "parameters"_a, "order"_a, "etas"_a)
      .def_prop_ro("kernel", &BoundTrainer<T>::kernel);
  m.def("exp", [](Flat<const T> x, Flat<T> y) { map<T>(x, y, [](auto v) { return exp(v); }); });
  m.def("log", [](Flat<const T> x, Flat<T> y) { map<T>(x, y, [](auto v) { return log(v); }); });
  m.def("tanh", [](Flat<const T> x, Flat<T> y) { map<T>(x, y, [](auto v) { return tanh(v); }); });
  m.def("softplus", [](Flat<const T> x, Flat<T> y) { map<T>(x, y, [](auto v) { return softplus(v); }); });
}

template <class... Parts>
nb::dict codes(List<Parts...>) {
  nb::dict codes;
  int code = 0;
  ((codes[Parts::name] = code++), ...);
  return codes;
}

// The highest instruction level of this processor that a kernel could be compiled for.
std::string processor_level() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return "v4";
  if (__builtin_cpu_supports("x86-64-v3")) return "v3";
  if (__builtin_cpu_supports("x86-64-v2")) return "v2";
#endif
  return "portable";
}

}  // namespace

void bind(nb::module_& m) {
  m.doc() = "Compiled kernels of clearprop, for one instruction level.";
  m.def("processor_level", &processor_level);
  bind_real<float>(m, "Trainer32");
  bind_real<double>(m, "Trainer64");
  nb::dict activations = codes(Elementwise{});
  activations["softmax"] = softmax_code;
  m.attr("activations") = activations;
  m.attr("losses") = codes(Losses{});
  m.attr("block_points") = block_points;
}

}  // namespace clearprop::CLEARPROP_LEVEL

NB_MODULE(CLEARPROP_MODULE, m) { clearprop::CLEARPROP_LEVEL::bind(m); }
