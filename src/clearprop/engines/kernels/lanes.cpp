// Many small networks side by side, for the type CLEARPROP_REAL.
#include "kernels.hpp"
#include "restarts.hpp"

namespace clearprop::CLEARPROP_LEVEL {

using Number = CLEARPROP_REAL;
template void train_side_by_side(const Shape&, const Points<Number>&, Number*, std::int64_t, std::size_t, const Steps&, double*, int);
template bool fits_in_lanes<Number>(const Shape&, std::size_t);

}  // namespace clearprop::CLEARPROP_LEVEL
