// The border between Python and the kernels of several networks, and of one that does not change. It computes nothing.
#include "border.hpp"
#include "several.hpp"
#include "trainer.hpp"

namespace clearprop::CLEARPROP_LEVEL {

void bind_several(nb::module_& m);

namespace {

template <class T>
using Given = nb::ndarray<T, nb::c_contig, nb::device::cpu>;

template <class T>
class BoundPopulation {
 public:
  BoundPopulation(std::vector<int> widths, const std::vector<PartCode>& f, const PartCode& loss, const PartCode& optimizer, Matrix<const T> parameters,
                  int threads)
      : several_(population<T>(shape_of(std::move(widths), f, loss, 0), Rule{optimizer.first, optimizer.second, {}}, std::int64_t(parameters.shape(0)), threads)) {
    several_->set(0, parameters.data());
  }
  // The weights, array 0, and those that the optimiser keeps.
  void set(int array, Matrix<const T> values) { several_->set(array, values.data()); }
  void get(int array, Matrix<T> values) const { several_->get(array, values.data()); }
  std::pair<std::int64_t, double> age() const { return {several_->age().t, several_->age().product}; }
  void set_age(std::int64_t t, double product) { several_->age() = {t, product}; }

  // X (b, m), Y (b, outputs), weights (b,) or None, or of each network its own (K, ...); eta (K,). Writes losses (K,).
  std::int64_t step(Given<const T> X, Given<const T> Y, std::optional<Given<const T>> weights, Flat<const double> etas, Flat<double> losses) {
    const bool own = X.ndim() == 3;
    const RowsOfStep<T> rows{X.data(), Y.data(), weights ? weights->data() : nullptr, own, Y.ndim() == 3, weights && weights->ndim() == 2,
                             int(X.shape(own ? 1 : 0))};
    const Released released(several_->nanoseconds_of(rows.b, 3));
    return several_->step(rows, etas.data(), losses.data());
  }
  void predict(Given<const T> X, Given<T> out) const {
    const bool own = X.ndim() == 3;
    const int n = int(X.shape(own ? 1 : 0));
    const Released released(several_->nanoseconds_of(n, 1));
    several_->predict(X.data(), own, n, out.data());
  }

 private:
  std::unique_ptr<Population<T>> several_;
};

// A network's predictions. What is not plainly rows of its type is given to `checked`, a function of Python that makes them.
template <class T>
class BoundFrozen {
 public:
  BoundFrozen(std::vector<int> widths, const std::vector<PartCode>& f, const Normalizations& normalized, Flat<const T> parameters,
              Flat<const T> statistics, int threads, nb::object checked)
      : shape_(shape_of(std::move(widths), f, {0, {}}, 0, normalized)), frozen_(frozen<T>(shape_, parameters.data(), statistics.data(), threads)), checked_(std::move(checked)),
        empty_(nb::module_::import_("numpy").attr("empty")),
        type_(nb::module_::import_("numpy").attr("dtype")(std::is_same_v<T, float> ? "float32" : "float64")) {}

  // A^L (n, n^L) of X (n, m).
  nb::object predict(nb::handle X) {
    nb::object A = of_rows(X);
    return A.is_none() ? of_rows(checked_(X)) : A;
  }

 private:
  // The same, or None where X is not plainly rows of finite numbers.
  nb::object of_rows(nb::handle X) {
    const Memory from(X, read_flags);
    if (!from.is_rows_of<T>(shape_.widths.front()) || from.dimensions() != 2 || from.rows() == 0) return nb::none();
    const std::int64_t n = from.rows();
    nb::object A = empty_(nb::make_tuple(n, shape_.widths.back()), type_);
    T* const to = Memory(A, PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE).data<T>();
    const Released released(nanoseconds<T>(shape_, double(n), 1));
    return frozen_->predict(from.data<const T>(), n, to) ? A : nb::object(nb::none());
  }

  Shape shape_;
  std::unique_ptr<Frozen<T>> frozen_;
  nb::object checked_, empty_, type_;
};

template <class T>
void bind_real(nb::module_& m, const char* population, const char* frozen) {
  using Ints = std::vector<int>;
  using Parts = std::vector<PartCode>;
  nb::class_<BoundPopulation<T>>(m, population)
      .def(nb::init<Ints, Parts, PartCode, PartCode, Matrix<const T>, int>(), "widths"_a, "activations"_a, "loss"_a, "optimizer"_a, "parameters"_a,
           "threads"_a)
      .def("set", &BoundPopulation<T>::set, "array"_a, "values"_a)
      .def("get", &BoundPopulation<T>::get, "array"_a, "values"_a)
      .def("age", &BoundPopulation<T>::age)
      .def("set_age", &BoundPopulation<T>::set_age, "t"_a, "product"_a)
      .def("step", &BoundPopulation<T>::step, "X"_a, "Y"_a, "weights"_a.none(), "etas"_a, "losses"_a)
      .def("predict", &BoundPopulation<T>::predict, "X"_a, "out"_a);
  nb::class_<BoundFrozen<T>>(m, frozen)
      .def(nb::init<Ints, Parts, Normalizations, Flat<const T>, Flat<const T>, int, nb::object>(), "widths"_a, "activations"_a, "normalized"_a, "parameters"_a,
           "statistics"_a, "threads"_a, "checked"_a)
      .def("predict", &BoundFrozen<T>::predict, nb::arg().none());
}

}  // namespace

void bind_several(nb::module_& m) {
  bind_real<float>(m, "Population32", "Frozen32");
  bind_real<double>(m, "Population64", "Frozen64");
}

}  // namespace clearprop::CLEARPROP_LEVEL
