// The border between Python and the kernels of one network: it converts and hands on, and computes nothing.
#include <mutex>

#include "border.hpp"
#include "given_rows.hpp"
#include "trainer.hpp"

namespace clearprop::CLEARPROP_LEVEL {

void bind_several(nb::module_& m);  // border_several.cpp

namespace {

// A trainer for arrays of Python, which live as long as it does.
template <class T>
class BoundTrainer {
 public:
  BoundTrainer(const std::vector<int>& widths, const std::vector<PartCode>& f, const Normalizations& normalized, const PartCode& loss, const PartCode& optimizer,
        const Clips& clips, const Penalty& penalty, const DropoutRates& dropout, const BetaAndRate& parametrization, double max_norm,
        const std::optional<Flat<const double>>& factors, std::optional<Matrix<const T>> X, Flat<const T> Y,
        std::optional<Flat<const std::int32_t>> which, std::optional<Flat<const T>> weights, int largest_batch, int threads, bool at_most)
      : X_(X), Y_(Y), which_(which), weights_(weights),
        trainer_(shape_of(widths, f, loss, std::get<1>(penalty), normalized), rule_of(optimizer, clips, penalty, dropout, parametrization, max_norm, factors),
                 {X ? X->data() : nullptr, Y.data(), which ? which->data() : nullptr, weights ? weights->data() : nullptr, X ? std::int64_t(X->shape(0)) : 0,
                  widths.front(), targets_of(part_of(loss), widths.back())},
                 largest_batch, {threads, at_most}) {}

  // Steps on `order[begins[s]:begins[s + 1]]`, one after the other; `etas` has one step size for each, or one for all, and
  // `t` is the number of the first. Without `begins` each step is on one point. After steps number `entering` the parameters enter
  // the average, with `weights`.
  std::tuple<std::int64_t, double, bool> run(Flat<T> parameters, Flat<T> statistics, Flat<const std::int64_t> order, Flat<const double> etas, std::int64_t t,
                                             std::optional<Flat<const std::int64_t>> begins, std::optional<Flat<T>> average,
                                             std::optional<Flat<const std::int64_t>> entering, std::optional<Flat<const double>> weights) {
    Interruptions interruptions;
    Progress progress;
    {
      const Released released(trainer_.nanoseconds_of_step(std::int64_t(order.size())));
      Steps steps = this->steps(order.data(), begins ? begins->size() - 1 : order.size(), etas);
      steps.first = t;
      if (begins) steps.begins = begins->data();
      const auto asked = [&] { return interruptions(); };
      T *const w = parameters.data(), *const running = statistics.data();
      if (average) progress = trainer_.run(w, running, steps, asked, {average->data(), entering->data(), weights->data(), std::ptrdiff_t(entering->size())});
      else progress = trainer_.run(w, running, steps, asked);
    }
    if (interruptions.interrupted) throw nb::python_error();
    return {progress.steps, progress.loss, progress.finite};
  }

  // Goes on with other points, X (n, m), Y (n, outputs) with a vector's room behind its end, and weights (n,).
  void move_to(Matrix<const T> X, Flat<const T> Y, std::optional<Flat<const T>> weights) {
    X_ = X, Y_ = Y, weights_ = weights;
    trainer_.move_to(X.data(), Y.data(), weights ? weights->data() : nullptr, std::int64_t(X.shape(0)));
  }

  // The same for points of which only the inputs that are not 0 are given: row i has those from begins[i] up to begins[i + 1].
  void move_to_sparse(Flat<const std::int64_t> begins, Flat<const std::int32_t> columns, Flat<const T> values, Flat<const T> Y,
                      std::optional<Flat<const T>> weights) {
    begins_ = begins, columns_ = columns, values_ = values, Y_ = Y, weights_ = weights;
    trainer_.move_to_sparse(begins.data(), columns.data(), values.data(), Y.data(), weights ? weights->data() : nullptr, std::int64_t(begins.size()) - 1);
  }

  // What `step` changes, and what targets it takes, as `GivenRows` has it.
  void take_rows(Flat<T> parameters, Flat<T> statistics, std::tuple<double, double, bool, bool, bool, bool> allowed, bool dense, std::vector<T> of_labels) {
    stepped_ = parameters, moving_ = statistics;
    const auto [low, high, with_low, with_high, only_ends, sums_to_1] = allowed;
    const std::vector<int>& widths = trainer_.shape().widths;
    rows_.emplace(widths.front(), widths.back(), Allowed{low, high, with_low, with_high, only_ends, sums_to_1}, dense, std::move(of_labels));
  }

  // Step t on rows X (n, m) with targets Y (n, outputs) or labels (n,): the loss before it. None where X and Y are not plainly that,
  // or not allowed: then the caller looks closer. NaN where no step was taken because something was not finite.
  nb::object step(nb::handle X, nb::handle Y, double eta, std::int64_t t) {
    const Memory from(X, read_flags);
    if (!rows_ || !X_ || !trainer_.takes_other_points() || from.dimensions() != 2 || !from.is_rows_of<T>(rows_->inputs())) return nb::none();
    const std::int64_t n = from.rows();
    const bool nothing_to_normalize = n == 1 && trainer_.shape().statistics() > 0;
    if (n == 0 || nothing_to_normalize || n > trainer_.largest_batch() || !take_targets(Y, n)) return nb::none();
    const T* const x = from.data<const T>();
    if (!all_finite(x, n * rows_->inputs())) return nb::none();
    trainer_.move_to(x, rows_->Y(), nullptr, n);
    const Progress progress = take(stepped_.data(), moving_.data(), rows_->step(n, &eta, t));
    trainer_.move_to(X_->data(), Y_.data(), weights_ ? weights_->data() : nullptr, std::int64_t(X_->shape(0)));
    return nb::float_(progress.finite ? progress.loss / double(n) : NAN);
  }

  // The loss of step t on the points `rows` at `parameters`, and its gradient; they are rows first .. of a batch of `of`.
  double loss_and_gradient(nb::handle parameters, nb::handle points, std::int64_t t, nb::handle gradient, int first, int of) {
    const T* const from = parameters_.of(parameters).data();
    T* const to = gradient_.of(gradient).data();
    const Memory rows(points, read_flags);
    if (!rows.is_whole()) {
      const nb::object whole = nb::module_::import_("numpy").attr("ascontiguousarray")(points, "int64");
      return loss_and_gradient(parameters, whole, t, gradient, first, of);
    }
    const Released released(trainer_.nanoseconds_of_step(rows.size()));
    return trainer_.loss_and_gradient(from, {rows.data<const std::int64_t>(), int(rows.size())}, t, {first, of}, to);
  }

  // The step against a gradient. What was not finite, 1 for the gradient and 2 for a weight after the step, and in which layer.
  std::pair<int, int> apply(nb::handle parameters, nb::handle statistics, nb::handle gradient, double eta) {
    T* const from = parameters_.of(parameters).data();
    T* const moving = statistics_.of(statistics).data();
    const T* const against = against_.of(gradient).data();
    const Released released(trainer_.nanoseconds_of_step(1));
    const Applied applied = trainer_.apply(from, moving, against, eta);
    return {int(applied.what), applied.layer};
  }

  // What the optimiser keeps, each array (p,), the number of steps so far, and nadam's product: taken in, and given back.
  void set_state(const std::vector<Flat<T>>& kept, std::int64_t t, double product) {
    trainer_.set_state(pointers(kept), t, product);
  }
  std::pair<std::int64_t, double> get_state(const std::vector<Flat<T>>& kept) const { return trainer_.get_state(pointers(kept)); }

  // K networks, (K, p), each with its own row of `order` (K, steps); what each lost is added to `losses` (K,).
  void run_side_by_side(Matrix<T> parameters, Matrix<const std::int64_t> order, Flat<const double> etas, Flat<double> losses,
                        int threads) {
    nb::gil_scoped_release release;
    trainer_.run_side_by_side(parameters.data(), std::int64_t(parameters.shape(0)), steps(order.data(), order.shape(1), etas), losses.data(), threads);
  }

  bool fits_in_lanes(std::size_t networks) const { return trainer_.fits_in_lanes(networks); }
  std::string kernel() { return trainer_.kernel(); }
  int threads() { return trainer_.threads(); }
  std::int64_t together() { return trainer_.together(); }

 private:
  bool take_targets(nb::handle Y, std::int64_t n) {
    const Memory targets(Y, read_flags);
    if (targets.is_whole()) return targets.dimensions() == 1 && targets.size() == n && rows_->take_labels(targets.data<const std::int64_t>(), n);
    const bool column = targets.dimensions() == 1 && rows_->outputs() == 1;
    if (!targets.is_rows_of<T>(column ? int(n) : rows_->outputs()) || targets.size() != n * rows_->outputs()) return false;
    return (column || (targets.dimensions() == 2 && targets.rows() == n)) && rows_->take_targets(targets.data<const T>(), n);
  }

  // Takes steps. While other threads go on, they see the weights as they were before, and then those after the last.
  Progress take(T* flat, T* statistics, const Steps& steps) {
    const auto never = [] { return false; };
    if (!lets_others_go_on(trainer_.nanoseconds_of_step(steps.begins[1]))) return trainer_.run(flat, statistics, steps, never);
    std::vector<T> own(flat, flat + trainer_.parameters_count()), own_statistics(statistics, statistics + trainer_.shape().statistics());
    Progress progress;
    {
      nb::gil_scoped_release release;
      progress = trainer_.run(own.data(), own_statistics.data(), steps, never);
    }
    std::copy(own.begin(), own.end(), flat);
    std::copy(own_statistics.begin(), own_statistics.end(), statistics);
    return progress;
  }

  static std::vector<T*> pointers(const std::vector<Flat<T>>& arrays) {
    std::vector<T*> all;
    for (const Flat<T>& array : arrays) all.push_back(array.data());
    return all;
  }
  static Steps steps(const std::int64_t* order, std::size_t count, const Flat<const double>& etas) {
    return {order, etas.data(), etas.size() == 1 ? 0 : 1, std::int64_t(count)};
  }

  Held<Flat<T>> parameters_, statistics_, gradient_;
  Flat<T> stepped_, moving_;  // the parameters and the running statistics that `step` changes
  Held<Flat<const T>> against_;
  std::optional<Matrix<const T>> X_;
  Flat<const T> Y_;
  std::optional<Flat<const std::int64_t>> begins_;
  std::optional<Flat<const std::int32_t>> columns_;
  std::optional<Flat<const T>> values_;
  std::optional<Flat<const std::int32_t>> which_;
  std::optional<Flat<const T>> weights_;
  std::optional<GivenRows<T>> rows_;
  Trainer<T> trainer_;
};

// One network's predictions and single steps. The parameters are the network's own, and stay where they are.
template <class T>
class SinglePoints {
 public:
  SinglePoints(std::vector<int> widths, const std::vector<PartCode>& f, const Normalizations& normalized, const PartCode& loss, Flat<T> parameters,
               Flat<const T> statistics, int threads)
      : parameters_(parameters), statistics_(statistics),
        threads_(threads),
        shape_(shape_of(std::move(widths), f, loss, 0, normalized)),
        values_(values_of<T>(shape_)),
        empty_(nb::module_::import_("numpy").attr("empty")),
        type_(nb::module_::import_("numpy").attr("dtype")(std::is_same_v<T, float> ? "float32" : "float64")) {}

  // A^L (n, n^L) of X (n, m); None where X is not plainly that, or not finite: then the caller looks closer.
  nb::object predict(nb::handle X) {
    const int m = shape_.widths.front(), outputs = shape_.widths.back();
    const Memory from(X, read_flags);
    if (!from.is_rows_of<T>(m) || from.dimensions() != 2 || from.rows() == 0) return nb::none();
    const std::int64_t n = from.rows();
    const T* const x = from.data<const T>();
    nb::object A = empty_(nb::make_tuple(n, outputs), type_);
    T* const to = Memory(A, PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE).data<T>();
    bool finite = true;
    if (n < 4) {
      finite = all_finite(x, n * m);
      for (std::int64_t i = 0; i < n; ++i)
        predict_one(shape_, parameters_.data(), parameters_.size(), statistics_.data(), x + i * m, to + i * outputs, values_.data());
    } else {
      const Released released(nanoseconds<T>(shape_, double(n), 1));
      const std::unique_lock own(predicting_, std::try_to_lock);  // a call in another thread makes one of its own
      if (own && !predictor_) predictor_ = predictor<T>(shape_, threads_);
      finite = own ? predictor_->predict(parameters_.data(), statistics_.data(), x, n, to)
                   : predictor<T>(shape_, 1)->predict(parameters_.data(), statistics_.data(), x, n, to);
    }
    return finite ? A : nb::object(nb::none());
  }

  // One step on x (m,) and y (n^L,), and the loss before it; None where they are not plainly that, NaN where no step
  // was taken because something was not finite.
  nb::object learn(nb::handle x, nb::handle y, double eta) {
    const Memory from(x, read_flags), target(y, read_flags);
    const bool plain = from.is_rows_of<T>(shape_.widths.front()) && target.is_rows_of<T>(shape_.widths.back()) &&
                       from.dimensions() == 1 && target.dimensions() == 1;
    if (!plain || !shape_.is_plain()) return nb::none();
    if (!learner_) learner_ = learner<T>(shape_);
    return nb::float_(learner_->learn(parameters_.data(), from.data<const T>(), target.data<const T>(), eta));
  }

 private:
  Flat<T> parameters_;
  Flat<const T> statistics_;
  int threads_;
  Shape shape_;
  Buffer<T> values_;
  nb::object empty_, type_;
  std::unique_ptr<Learning<T>> learner_;
  std::unique_ptr<Predicting<T>> predictor_;
  std::mutex predicting_;
};

template <class T>
void bind_real(nb::module_& m, const char* trainer, const char* single_points) {
  using Ints = std::vector<int>;
  using Parts = std::vector<PartCode>;
  nb::class_<BoundTrainer<T>>(m, trainer)
      .def(nb::init<Ints, Parts, Normalizations, PartCode, PartCode, Clips, Penalty, DropoutRates, BetaAndRate, double, std::optional<Flat<const double>>, std::optional<Matrix<const T>>, Flat<const T>, std::optional<Flat<const std::int32_t>>, std::optional<Flat<const T>>, int, int, bool>(),
           "widths"_a, "activations"_a, "normalized"_a, "loss"_a, "optimizer"_a, "clips"_a, "penalty"_a, "dropout"_a, "parametrization"_a, "max_norm"_a, "factors"_a.none(), "X"_a.none(), "Y"_a, "which"_a.none(), "weights"_a.none(),
           "largest_batch"_a, "threads"_a, "at_most"_a)
      .def("run", &BoundTrainer<T>::run, "parameters"_a, "statistics"_a, "order"_a, "etas"_a, "t"_a, "begins"_a = nb::none(),
           "average"_a = nb::none(), "entering"_a = nb::none(), "weights"_a = nb::none())
      .def("move_to", &BoundTrainer<T>::move_to, "X"_a, "Y"_a, "weights"_a.none())
      .def("move_to_sparse", &BoundTrainer<T>::move_to_sparse, "begins"_a, "columns"_a, "values"_a, "Y"_a, "weights"_a.none())
      .def("take_rows", &BoundTrainer<T>::take_rows, "parameters"_a, "statistics"_a, "allowed"_a, "dense"_a, "of_labels"_a)
      .def("step", &BoundTrainer<T>::step, "X"_a.none(), "Y"_a.none(), "eta"_a, "t"_a)
      .def("loss_and_gradient", &BoundTrainer<T>::loss_and_gradient, "parameters"_a, "rows"_a, "t"_a, "gradient"_a, "first"_a, "of"_a)
      .def("apply", &BoundTrainer<T>::apply, "parameters"_a, "statistics"_a, "gradient"_a, "eta"_a)
      .def("set_state", &BoundTrainer<T>::set_state, "kept"_a, "t"_a, "product"_a)
      .def("get_state", &BoundTrainer<T>::get_state, "kept"_a)
      .def("run_side_by_side", &BoundTrainer<T>::run_side_by_side, "parameters"_a, "order"_a, "etas"_a, "losses"_a, "threads"_a)
      .def("fits_in_lanes", &BoundTrainer<T>::fits_in_lanes, "networks"_a)
      .def_prop_ro("kernel", &BoundTrainer<T>::kernel)
      .def_prop_ro("threads", &BoundTrainer<T>::threads)
      .def_prop_ro("together", &BoundTrainer<T>::together);
  nb::class_<SinglePoints<T>>(m, single_points)
      .def(nb::init<Ints, Parts, Normalizations, PartCode, Flat<T>, Flat<const T>, int>(), "widths"_a, "activations"_a, "normalized"_a, "loss"_a,
           "parameters"_a, "statistics"_a, "threads"_a)
      .def("predict", &SinglePoints<T>::predict)
      .def("learn", &SinglePoints<T>::learn);
  m.def("activation", [](const PartCode& f, Flat<const T> Z, Flat<T> A, Flat<T> dA_dZ) {
    map_activation(part_of(f), Z.size(), Z.data(), A.data(), dA_dZ.data());
  });
  m.def("output", [](const PartCode& f, const PartCode& loss, Flat<const T> Z, Flat<const T> A, Flat<const T> dA_dZ, Flat<const T> Y, Flat<T> L, Flat<T> dL_dZ) {
    map_output(part_of(f), part_of(loss), Z.size(), Z.data(), A.data(), dA_dZ.data(), Y.data(), L.data(), dL_dZ.data());
  });
  for (const Function<T>& function : functions<T>())
    m.def(function.name, [map = function.map](Flat<const T> x, Flat<T> y) { map(x.size(), x.data(), y.data()); });
}

template <class... Parts>
nb::dict codes(List<Parts...>, int code = 0) {
  nb::dict codes;
  ((codes[Parts::name] = code++), ...);
  return codes;
}

}  // namespace

void bind(nb::module_& m) {
  m.doc() = "Compiled kernels of clearprop, for one instruction level.";
  nb::set_leak_warnings(false);  // Python may end with objects alive, such as those of a traceback: none of them is a leak
  bind_real<float>(m, "Trainer32", "SinglePoints32");
  bind_real<double>(m, "Trainer64", "SinglePoints64");
  bind_several(m);
  m.attr("activations") = codes(Activations{});
  m.attr("losses") = codes(Losses{});
  m.attr("paired_losses") = codes(PairedLosses{}, count_of(Losses{}));
  m.attr("optimizers") = codes(Optimizers<double>{});
}

}  // namespace clearprop::CLEARPROP_LEVEL

NB_MODULE(CLEARPROP_MODULE, m) { clearprop::CLEARPROP_LEVEL::bind(m); }
