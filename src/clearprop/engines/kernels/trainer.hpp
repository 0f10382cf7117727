// Everything that is done with networks of one shape on one data set: whose kernels take the steps, and where the optimiser's
// state is meanwhile. It knows no language that calls it.
#pragma once

#include "kernels.hpp"

namespace clearprop::CLEARPROP_LEVEL {

// How long so many passes over all weights take for each point on one thread, roughly: a product of vectors takes a third of a
// nanosecond, the function of a vector of units some three.
template <class T>
double nanoseconds(const Shape& shape, double points, int passes) {
  double products = 0, functions = 0;
  for (std::size_t l = 1; l < shape.widths.size(); ++l) {
    const double vectors = padded<T>(shape.widths[l]) / lanes<T>;
    products += (shape.widths[l - 1] + 1) * vectors, functions += vectors;
  }
  return points * (passes * products / 3 + 3 * functions);
}

template <class T>
class Trainer {
  static constexpr int points_of_gradient = 128;  // passed over at once by those whose own steps are on one point each

 public:
  // The arrays of the points are only read, and outlive it.
  Trainer(Shape shape, Rule rule, Points<T> points, int largest_batch, Threads threads)
      : shape_(std::move(shape)), rule_(std::move(rule)), points_(std::move(points)), largest_batch_(largest_batch), threads_(threads) {
    const bool one_each = largest_batch == 1 && !points_.are_sparse() && !is_paired(shape_.loss) && rule_.clips.empty() && rule_.dropout.rates.empty() && !rule_.parametrized && rule_.factors.empty() && !rule_.limits_columns() && shape_.is_plain();
    if (one_each && rule_.is_plain() && rule_.l1 == 0) per_point_ = descent_per_point(shape_, points_);
    else if (one_each) per_point_ = descent_per_point_by_rule(shape_, points_, rule_);
    owner_ = &descent();
  }
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  const Shape& shape() const { return shape_; }
  int largest_batch() const { return largest_batch_; }

  // `statistics` are running means and variances, none where no layer has them.
  Progress run(T* parameters, T* statistics, const Steps& steps, const std::function<bool()>& interrupted) {
    move_state_to(descent());
    return clearprop::CLEARPROP_LEVEL::run(descent(), parameters, statistics, steps, interrupted);
  }
  // The same; the steps leave an average beside the parameters.
  Progress run(T* parameters, T* statistics, const Steps& steps, const std::function<bool()>& interrupted, const Average<T>& average) {
    move_state_to(descent());
    Averaged<T> averaged(descent(), parameters_count(), average);
    return clearprop::CLEARPROP_LEVEL::run(averaged, parameters, statistics, steps, interrupted);
  }

  // Goes on with other points, which are only read, and outlive the next steps. For steps on batches: kernels of single points
  // prepare their data set.
  void move_to(const T* X, const T* Y, const T* weights, std::int64_t n) {
    points_.X = X, points_.Y = Y, points_.which = nullptr, points_.weights = weights, points_.n = n;
  }
  // The same for points of which only what is not 0 is there: for a trainer that was made without an X.
  void move_to_sparse(const std::int64_t* first, const std::int32_t* column, const T* value, const T* Y, const T* weights, std::int64_t n) {
    move_to(nullptr, Y, weights, n);
    points_.first = first, points_.column = column, points_.value = value;
  }
  bool takes_other_points() const { return !per_point_; }

  // The two halves of a step, as BatchDescent has them.
  double loss_and_gradient(const T* parameters, Batch batch, std::int64_t t, Share share, T* gradient) {
    return batches().loss_and_gradient(parameters, batch, t, share, gradient);
  }
  Applied apply(T* parameters, T* statistics, const T* gradient, double eta) {
    BatchDescent<T>& batches = this->batches();
    move_state_to(batches);
    return batches.apply(parameters, statistics, gradient, eta);
  }

  // What the optimiser keeps, as Descent has it.
  int arrays() const { return owner_->arrays(); }
  void set_state(const std::vector<T*>& kept, std::int64_t t, double product) { owner_->set_state(kept, t, product); }
  std::pair<std::int64_t, double> get_state(const std::vector<T*>& kept) const { return owner_->get_state(kept); }

  // K networks side by side, as `train_side_by_side` has it.
  void run_side_by_side(T* parameters, std::int64_t K, const Steps& steps, double* losses, int threads) {
    train_side_by_side(shape_, points_, parameters, K, parameters_count(), steps, losses, threads);
  }
  bool fits_in_lanes(std::size_t networks) const { return clearprop::CLEARPROP_LEVEL::fits_in_lanes<T>(shape_, networks); }
  // Whether its steps are the ones that a network in a lane takes: plain ones, with an L2 penalty at most.
  bool has_steps_of_lanes() const { return rule_.is_plain() && rule_.l1 == 0 && !rule_.of_sum && rule_.dropout.rates.empty() && rule_.factors.empty() && !rule_.limits_columns() && shape_.is_plain(); }

  const char* kernel() { return descent().kernel(); }
  int threads() { return descent().threads(); }
  std::int64_t together() { return descent().together(); }

  std::size_t parameters_count() const { return shape_.parameters(); }
  // How long a step on so many points takes on one thread, roughly.
  double nanoseconds_of_step(std::int64_t points) const {
    return nanoseconds<T>(shape_, double(points), 3) + 2 * double(parameters_count()) / lanes<T>;
  }

 private:
  // Who takes the steps of `run`; and who takes a step in halves, made when first asked for where steps are on one point each.
  Descent<T>& descent() { return per_point_ ? *per_point_ : batches(); }
  BatchDescent<T>& batches() {
    if (!batches_) batches_ = descent_on_batches(shape_, points_, rule_, per_point_ ? points_of_gradient : largest_batch_, threads_);
    return *batches_;
  }

  // What the optimiser keeps goes to whoever takes the next step.
  void move_state_to(Descent<T>& next) {
    if (owner_ == &next) return;
    std::vector<Buffer<T>> arrays;
    std::vector<T*> kept;
    for (int k = 0; k < owner_->arrays(); ++k) kept.push_back(arrays.emplace_back(parameters_count()).data());
    const auto [t, product] = owner_->get_state(kept);
    next.set_state(kept, t, product);
    owner_ = &next;
  }

  Shape shape_;
  Rule rule_;
  Points<T> points_;
  int largest_batch_;
  Threads threads_;
  std::unique_ptr<Descent<T>> per_point_;  // or none, where steps are on batches
  std::unique_ptr<BatchDescent<T>> batches_;
  Descent<T>* owner_;  // of the optimiser's state
};

}  // namespace clearprop::CLEARPROP_LEVEL
