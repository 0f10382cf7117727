// A batch in blocks of rows, the ones into which a product over all its rows falls too: each has a gradient of its own, and the
// gradient of the batch is their sum, in their order. So threads may each take blocks, where the weights are few.
#pragma once

#include <algorithm>

#include "batch.hpp"

namespace clearprop::CLEARPROP_LEVEL {

template <class T>
class Blocks {
 public:
  // Room for the gradients of a batch, where several threads are to compute them.
  Blocks(const BatchNetwork<T>& net, int largest_batch, int threads)
      : size_(net.size()), gradients_(threads > 1 && takes(net) && count(largest_batch) > 1 && count(largest_batch) <= most ? count(largest_batch) * size_ : 0) {}

  // Blocks 0 .. count - 1 of b rows begin at row begin(b, k).
  static int count(int b) { return (b + depth_at_once(true) - 1) / depth_at_once(true); }
  static int begin(int b, int k) { return int(std::int64_t(b) * k / count(b)); }

  // Whether threads are to take whole blocks of a batch.
  bool are_shared(int b) const { return count(b) > 1 && count(b) * size_ <= gradients_.size(); }
  T* gradient(int k) const { return gradients_.data() + k * size_; }  // packed like the weights

 private:
  static constexpr int most = 64;
  // Normalisation looks at all rows of a batch, or leaves sums over them.
  static bool takes(const BatchNetwork<T>& net) {
    return net.fits_a_core() && std::none_of(net.layers.begin(), net.layers.end(), [](const BatchLayer<T>& layer) { return bool(layer.normalization); });
  }

  std::size_t size_;
  Buffer<T> gradients_;
};

}  // namespace clearprop::CLEARPROP_LEVEL
