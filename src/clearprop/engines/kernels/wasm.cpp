// The border between a page and the kernels, for float64: functions of numbers and of places in the module's memory. It converts
// and hands on, and computes nothing. `studio-ui/src/engine/` is the other side.
//
// A page cannot hand over objects, so what describes a training comes as numbers one after the other, in the order in which
// Python's border has its arguments; a list is preceded by its length.
#include <string>

#include "trainer.hpp"

// What the library calls before it ends a program. A page sees an error anyway, and the text would bring all of printf along.
_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) noexcept { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD
extern "C" [[noreturn]] void abort_message(const char*, ...) { __builtin_trap(); }

namespace clearprop::CLEARPROP_LEVEL {
namespace {

class Numbers {
 public:
  explicit Numbers(const double* from) : next_(from) {}

  double number() { return *next_++; }
  int whole() { return int(number()); }
  std::vector<double> list() {
    const double* const begin = next_ + 1;
    next_ = begin + int(*next_);
    return {begin, next_};
  }
  Part part() {
    Part part{whole(), {}};
    const std::vector<double> hypers = list();
    std::copy(hypers.begin(), hypers.end(), part.hypers);
    return part;
  }

 private:
  const double* next_;
};

Shape shape_of(Numbers& given) {
  Shape shape;
  for (const double width : given.list()) shape.widths.push_back(int(width));
  for (std::size_t l = 1; l < shape.widths.size(); ++l) shape.f.push_back(given.part());
  shape.loss = given.part();
  return shape;
}

Rule rule_of(Numbers& given) {
  Rule rule;
  rule.code = given.whole();
  rule.hypers = given.list();
  for (int clips = given.whole(); clips > 0; --clips) {
    const auto of = Rule::Clip::Of(given.whole());
    rule.clips.push_back({of, given.number()});
  }
  rule.l1 = given.number();
  rule.l2 = given.number();
  rule.of_sum = given.whole() != 0;
  rule.dropout.rates = given.list();
  rule.dropout.seed = std::uint32_t(given.number());
  rule.parametrized.beta = given.number();
  rule.parametrized.rate = given.number();
  return rule;
}

using Engine = Trainer<double>;

Engine* engine_of(Numbers given, const double* X, const double* Y, const double* weights, int n, int largest_batch) {
  Shape shape = shape_of(given);
  Rule rule = rule_of(given);
  shape.strength = rule.l2;
  const int m = shape.widths.front(), outputs = shape.widths.back();
  return new Engine(std::move(shape), std::move(rule), {X, Y, nullptr, weights, n, m, outputs}, largest_batch, {1});
}

// How many hyper-parameters a part has: an activation or a loss is a struct of them alone, an optimiser says it.
template <class P, class = void>
constexpr int hypers_of = std::is_empty_v<P> ? 0 : sizeof(P) / sizeof(double);
template <class P>
constexpr int hypers_of<P, std::void_t<decltype(P::hypers)>> = P::hypers;

// A line for each part, in the order of their codes: its name, and how many hyper-parameters it has.
template <class... Parts>
const char* names_of(List<Parts...>) {
  static std::string names;
  if (names.empty()) ((names += Parts::name, names += ' ', names += char('0' + hypers_of<Parts>), names += '\n'), ...);
  return names.c_str();
}

std::vector<double*> rows_of(double* arrays, const Engine& engine) {
  std::vector<double*> rows;
  for (int k = 0; k < engine.arrays(); ++k) rows.push_back(arrays + std::size_t(k) * engine.parameters_count());
  return rows;
}

}  // namespace
}  // namespace clearprop::CLEARPROP_LEVEL

using namespace clearprop::CLEARPROP_LEVEL;

#define EXPORT(name) __attribute__((export_name(#name))) name

extern "C" {

// Memory for so many bytes, of zeros and with a vector's length of zeros behind it.
void* EXPORT(allocate)(int bytes) { return std::calloc(std::size_t(bytes) + 128, 1); }
void EXPORT(release)(void* memory) { std::free(memory); }

// The parts that there are; a part's code in a description is its place.
const char* EXPORT(activations)() { return names_of(Activations{}); }
const char* EXPORT(losses)() { return names_of(Losses{}); }
const char* EXPORT(optimizers)() { return names_of(Optimizers<double>{}); }

Engine* EXPORT(make)(const double* description, const double* X, const double* Y, const double* weights, int n, int largest_batch) {
  return engine_of(Numbers(description), X, Y, weights, n, largest_batch);
}
void EXPORT(end)(Engine* engine) { delete engine; }

// Which kernel takes the steps of `run`, and after a multiple of how many steps a run may be cut without changing a bit.
const char* EXPORT(kernel)(Engine* engine) { return engine->kernel(); }
int EXPORT(together)(Engine* engine) { return int(engine->together()); }

// Steps as `Steps` has them, with the number of the first; `answer` is how many were taken, the sum of b times the loss, and
// whether all was finite.
void EXPORT(run)(Engine* engine, double* parameters, const std::int64_t* order, const std::int64_t* begins, int steps, const double* etas,
                 int etas_given, double t, double* answer) {
  const Progress progress = engine->run(parameters, nullptr, {order, etas, etas_given == 1 ? 0 : 1, steps, begins, std::int64_t(t)}, [] { return false; });
  answer[0] = double(progress.steps);
  answer[1] = progress.loss;
  answer[2] = progress.finite;
}

double EXPORT(loss_and_gradient)(Engine* engine, const double* parameters, const std::int64_t* rows, int size, double t, double* gradient) {
  return engine->loss_and_gradient(parameters, {rows, size}, std::int64_t(t), {0, size}, gradient);
}

// The step against a gradient. 0 where all was finite; else the layer, negative for that of a gradient that was not.
int EXPORT(apply)(Engine* engine, double* parameters, const double* gradient, double eta) {
  const Applied applied = engine->apply(parameters, nullptr, gradient, eta);
  return applied.what == Applied::gradient ? -applied.layer : applied.layer;
}

int EXPORT(arrays)(const Engine* engine) { return engine->arrays(); }
void EXPORT(set_state)(Engine* engine, double* kept, double t, double product) {
  engine->set_state(rows_of(kept, *engine), std::int64_t(t), product);
}
void EXPORT(get_state)(const Engine* engine, double* kept, double* answer) {
  const auto [t, product] = engine->get_state(rows_of(kept, *engine));
  answer[0] = double(t);
  answer[1] = product;
}

// K networks side by side, a row of `parameters`, of `order` and of `losses` each; `fits` tells whether they may be.
int EXPORT(fits)(const Engine* engine, int networks) { return engine->has_steps_of_lanes() && engine->fits_in_lanes(std::size_t(networks)); }
void EXPORT(run_side_by_side)(Engine* engine, double* parameters, int networks, const std::int64_t* order, int steps, const double* etas,
                              int etas_given, double* losses) {
  engine->run_side_by_side(parameters, networks, {order, etas, etas_given == 1 ? 0 : 1, steps}, losses, 1);
}

// A^L (n, outputs) of X (n, m).
void EXPORT(predict)(const Engine* engine, const double* parameters, const double* X, int n, double* A) {
  predictor<double>(engine->shape(), 1)->predict(parameters, nullptr, X, n, A);
}

}  // extern "C"
