"""Faults in the compiled kernels. Each is built for the one instruction level that this machine takes."""

from __future__ import annotations

from ..fault import Fault

KERNELS = [
    Fault(
        "the shortcut of softmax and focalm leaves out what the units of one vector share",
        "engines/kernels/outputs.hpp",
        "last.dL_dZ[j] = last.A[j] * shares - last.dL_dZ[j]",
        "last.dL_dZ[j] = (last.A[j] - 1) * last.dL_dZ[j]",
    ),
    Fault(
        "weights that somebody changed between two calls stay as they were packed",
        "engines/kernels/mini_batch.hpp",
        "    pack(turn, flat);\n    const double penalised",
        "    if (!packed_) pack(turn, flat);\n    packed_ = true;\n    const double penalised",
    ),
    Fault(
        "weights that somebody changed are packed, and not their transposes",
        "engines/kernels/mini_batch.hpp",
        "net_.parameters() + pieces_.offset_of_biases(piece));\n      update_.finish(piece);",
        "net_.parameters() + pieces_.offset_of_biases(piece));",
    ),
    Fault(
        "a step that overflows gives back the weights of an earlier step",
        "engines/kernels/mini_batch.hpp",
        "    packed_ = wrong > 0;\n",
        "",
    ),
    Fault(
        "the last weights of a row, fewer than a vector, are not moved by `apply`",
        "engines/kernels/optimizer_step.hpp",
        "  store_few(w + i, W, count - i);\n",
        "",
    ),
    Fault(
        "a share of a batch draws the masks of the batch's first rows",
        "engines/kernels/batch.hpp",
        "std::uint32_t(before + r)",
        "std::uint32_t(r)",
    ),
    Fault(
        "every share of a batch has the penalty",
        "engines/kernels/mini_batch.hpp",
        "share.first == 0 ? gradient_.penalised_of(share.of) : 0",
        "gradient_.penalised_of(share.of)",
    ),
    Fault(
        "a chain of steps on a small network never begins anew",
        "engines/kernels/small.hpp",
        "small_steps = 1024;",
        "small_steps = 1 << 30;",
    ),
    Fault(
        "every call of the kernels draws the masks of the training's first steps",
        "engines/kernels/mini_batch.hpp",
        "steps.eta(s), steps.t(s));",
        "steps.eta(s), 1 + s);",
    ),
    Fault(
        "a kernel counts a step once, however many points it is on",
        "engines/kernels/mini_batch.hpp",
        "total += batch.size * step(",
        "total += step(",
    ),
    Fault(
        "a segment that goes on forgets how far the training is",
        "engines/kernels/points.hpp",
        "begins ? begins + s : nullptr, t(s)};",
        "begins ? begins + s : nullptr, first};",
    ),
    Fault(
        "a panel's part of the scale's gradient takes the place of the others'",
        "engines/kernels/parametrization.hpp",
        "dL_ds[i] += of_panel(p)[i];",
        "dL_ds[i] = of_panel(p)[i];",
    ),
    Fault(
        "the link reads weights that the update has changed",
        "engines/kernels/columns.hpp",
        "(j % 2 == 0 ? even : odd) += dL_dZ[j] * w;",
        "(j % 2 == 0 ? even : odd) += dL_dZ[j] * (w + change[j] * a);",
    ),
    Fault(
        "the product by columns forgets W0",
        "engines/kernels/columns.hpp",
        "store(layer.Z + first, load<V>(layer.W0 + first) + sums(products));",
        "store(layer.Z + first, sums(products));",
    ),
    Fault(
        "biases climb the gradient",
        "engines/kernels/rows.hpp",
        "store(layer.W0 + j, load<V>(layer.W0 + j) - eta * load<V>(layer.dL_dZ + j));",
        "store(layer.W0 + j, load<V>(layer.W0 + j) + eta * load<V>(layer.dL_dZ + j));",
    ),
    Fault(
        "the last layer's units pass on no f'",
        "engines/kernels/layer.hpp",
        "store(layer.dL_dZ + j, dA_dZ * load<V>(layer.dL_dA + j));",
        "store(layer.dL_dZ + j, load<V>(layer.dL_dA + j));",
    ),
    Fault(
        "the weight of a point is in the loss, not in the gradient",
        "engines/kernels/output.hpp",
        "store(last.dL_dZ + j, weight * load<V>(last.dL_dZ + j));",
        "store(last.dL_dZ + j, load<V>(last.dL_dZ + j));",
    ),
    Fault(
        "weights shrink by half of what the penalty's derivative says",
        "engines/kernels/per_point.hpp",
        "keep = 1 - 2 * eta * model.strength;",
        "keep = 1 - eta * model.strength;",
    ),
    Fault(
        "tanh's derivative is the sigmoid's",
        "engines/kernels/activations.hpp",
        "return 1 - A * A;",
        "return A * (1 - A);",
    ),
    Fault(
        "side by side the last step's eta is everyone's",
        "engines/kernels/restarts.hpp",
        "T(steps.eta(begin + s))",
        "T(steps.eta(begin + block - 1))",
    ),
    Fault(
        "the small kernel forgets that the next point's z holds this point's bias step",
        "engines/kernels/small.hpp",
        "T overlap = 1, overlap_odd = 0;",
        "T overlap = 0, overlap_odd = 0;",
    ),
    Fault(
        "weights held by columns are unpacked by rows",
        "engines/kernels/model.hpp",
        "if (layer.by_columns) f(layer.W + i, layer.stride, layer.n);",
        "if (layer.by_columns) f(layer.W + i * layer.n, 1, layer.n);",
    ),
    Fault(
        "Adam's mean is not corrected for its start",
        "engines/kernels/optimizers.hpp",
        "step(T(s.eta / s.started(beta1))),",
        "step(T(s.eta)),",
    ),
    Fault(
        "Nesterov does not look ahead",
        "engines/kernels/optimizers.hpp",
        "w -= eta * (g + beta * v);",
        "w -= eta * v;",
    ),
    Fault(
        "RMSprop's epsilon is inside the root",
        "engines/kernels/optimizers.hpp",
        "w -= eta * (g / (root(v) + epsilon));",
        "w -= eta * (g / root(v + epsilon));",
    ),
    Fault(
        "a rule's steps are all counted as the first",
        "engines/kernels/rule.hpp",
        "++now_.t;",
        "now_.t = 1;",
    ),
    Fault(
        "a block follows the squares of its weights as if every point had length 1",
        "engines/kernels/blocked.hpp",
        "+ block.G[t][t] * sum(length);",
        "+ sum(length);",
    ),
    Fault(
        "with a rule on single points, biases are penalised",
        "engines/kernels/point_rule.hpp",
        "change_line<R, false, false>(layer.W0,",
        "change_line<R, true, false>(layer.W0,",
    ),
    Fault(
        "a gradient that is not finite goes unseen where its step is",
        "engines/kernels/point_rule.hpp",
        "now.doubt += g - g;",
        "",
    ),
    Fault(
        "subnormal numbers stay",
        "engines/kernels/flush.hpp",
        "_mm_setcsr(before_ | 0x8000u);",
        "_mm_setcsr(before_);",
    ),
    Fault(
        "a gradient that was not finite makes later steps fail",
        "engines/kernels/mini_batch.hpp",
        "write_gradient(pieces_[i], batch.size, penalised, gradient); });",
        "write_gradient(pieces_[i], batch.size, penalised, gradient), finite_[i] = gradient[0] == gradient[0]; });",
    ),
    Fault(
        "a step with a factor is taken as a whole",
        "engines/kernels/step_factors.hpp",
        "const V shorter = from + factor * (to - from);",
        "const V shorter = to;",
    ),
    Fault(
        "the gradient of what is held counts in a norm",
        "engines/kernels/step_factors.hpp",
        "load<V>(factors + i) == zeros ? zeros : load<V>(gradient + i)",
        "load<V>(gradient + i)",
    ),
    Fault(
        "the backward pass ends above the lowest layer that moves",
        "engines/kernels/passes.hpp",
        "for (int l = L; l > lowest_; --l)",
        "for (int l = L; l > lowest_ + 1; --l)",
    ),
    Fault(
        "what an optimiser keeps of held weights is forgotten where they are frozen later",
        "engines/kernels/weight_update.hpp",
        "    if (!step_->rests()) return false;\n",
        "    return true;\n",
    ),
]
