"""Faults in the reference, the NumPy engine and the loop: transposes, missing links, updates too early, counts off by one."""

from __future__ import annotations

from ..fault import Fault

ENGINES = [
    # ---- the reference
    Fault(
        "the link to the layer below is not transposed",
        "backprop.py",
        "dL_dA[l] = dL_dZ[l + 1] @ net.W[l + 1].T",
        "dL_dA[l] = dL_dZ[l + 1] @ np.resize(net.W[l + 1], net.W[l + 1].T.shape)",
    ),
    Fault(
        "the link goes through its own layer's weights",
        "backprop.py",
        "dL_dA[l] = dL_dZ[l + 1] @ net.W[l + 1].T",
        "dL_dA[l] = dL_dZ[l + 1] @ np.resize(net.W[l], net.W[l + 1].shape).T",
    ),
    Fault(
        "f' is missing in the hidden layers",
        "backprop.py",
        "dL_dZ[l] = dL_dV[l]\n",
        "dL_dZ[l] = dL_dV[l] if l == net.L else dL_dA[l]\n",
    ),
    Fault(
        "the bias's gradient is a mean over points",
        "backprop.py",
        "dL_dW0[l] = dL_dZ[l].sum(axis=0)",
        "dL_dW0[l] = dL_dZ[l].mean(axis=0)",
    ),
    Fault(
        "the gradient is a sum over points, the loss a mean",
        "backprop.py",
        "share = 1 / len(Y) if fwd.weights is None",
        "share = 1 if fwd.weights is None",
    ),
    Fault(
        "weights of points are left out of the gradient",
        "backprop.py",
        "else fwd.weights[:, None] / len(Y)  # dL",
        "else 1 / len(Y)  # dL",
    ),
    Fault(
        "the penalty is missing from the gradient",
        "backprop.py",
        "dL_dW[l] += penalty_link(fwd.penalty, net.W[l])",
        "dL_dW[l] += 0 * penalty_link(fwd.penalty, net.W[l])",
    ),
    Fault(
        "the penalty spares the first layer in the loss that is shown",
        "backprop.py",
        "sum(_penalty_of_layer(penalty, net.W[l]) for l in net.layers)",
        "sum(_penalty_of_layer(penalty, net.W[l]) for l in net.layers if l > 1)",
    ),
    Fault(
        "the forward pass forgets the biases",
        "backprop.py",
        "Z[l] = taken @ net.W[l] + net.W0[l]",
        "Z[l] = taken @ net.W[l]",
    ),
    Fault(
        "the shown loss is the weighted sum over the sum of weights",
        "backprop.py",
        "return (losses if weights is None else weights * losses).mean()",
        "return losses.mean() if weights is None else (weights * losses).sum() / weights.sum()",
    ),
    Fault(
        "the matrix of a layer is laid out the other way",
        "jacobians.py",
        'return jacobian if layout == "denominator" else jacobian.T',
        'return jacobian.T if layout == "denominator" else jacobian',
    ),
    Fault(
        "a unit that was left out passes its gradient back",
        "backprop.py",
        "dL_dA[l] = fwd.M[l] * dL_dA[l]",
        "dL_dA[l] = 1 * dL_dA[l]",
    ),
    Fault(
        "a normalisation's gain is missing on the way back",
        "backprop.py",
        "dL_dZ_hat[l] = dL_dV[l] * net.gain[l]",
        "dL_dZ_hat[l] = dL_dV[l] * 1",
    ),
    Fault(
        "the gradient by alpha is taken through the activation's own slope",
        "backprop.py",
        "alpha_link(f, fwd.into_f(l), A[l]) * dL_dA[l]",
        "alpha_link(f, fwd.into_f(l), A[l]) * dL_dV[l]",
    ),
    # ---- the network
    Fault(
        "an activation that learns stays at its starting alpha",
        "network.py",
        "            self.f[l] = f.at(self._alpha[l])\n",
        "            self.f[l] = f\n",
    ),
    Fault(
        "every array of the flat vector begins where the one before began",
        "network.py",
        "            start = end\n",
        "            start = end - 1\n",
    ),
    Fault(
        "the last layer predicts with the first layer's activation",
        "network.py",
        "return V, of_shape(self.f[l].A(V)",
        "return V, of_shape(self.f[1].A(V)",
    ),
    # ---- what is refused
    Fault(
        "a forward pass is taken for fresh whatever the weights are now",
        "backprop.py",
        "if not np.array_equal(net.parameters, self.parameters, equal_nan=True):",
        "if net.parameters.shape != self.parameters.shape:",
    ),
    Fault(
        "the loss of each output is taken for the loss of a point",
        "backprop.py",
        'of_shape(L, (len(A),), loss, "L"',
        'of_shape(L, np.shape(L), loss, "L"',
    ),
    Fault(
        "a single step goes up the loss where eta is negative",
        "engines/single_points.py",
        "if eta >= 0 and eta is not True",
        "if eta == eta and eta is not True",
    ),
    # ---- the number of a step
    Fault(
        "every call of the NumPy engine draws the masks of the training's first steps",
        "engines/numpy_engine.py",
        "loss = self._back_propagate(points, t + step, 0, len(points))",
        "loss = self._back_propagate(points, 1 + step, 0, len(points))",
    ),
    Fault(
        "every epoch of an estimator counts its steps from 1",
        "estimators/epochs.py",
        "solver.etas(self.steps), solver.steps + 1)",
        "solver.etas(self.steps), 1)",
    ),
    Fault(
        "every piece of an epoch counts from the epoch's first step",
        "estimators/rows.py",
        "etas[taken : taken + k], t + taken)",
        "etas[taken : taken + k], t)",
    ),
    Fault(
        "a step that is lost is counted from its piece's first one",
        "estimators/rows.py",
        "error.step += taken",
        "error.step += 0",
    ),
    Fault(
        "a row that is streamed has the number of the row before",
        "estimators/stream.py",
        "solver.etas(1), solver.steps + 1)",
        "solver.etas(1), solver.steps)",
    ),
    # ---- a step in halves, and the state between two engines
    Fault(
        "every share of a batch adds the penalty",
        "engines/numpy_engine.py",
        "penalty = None if first else self._penalty_of(of)",
        "penalty = self._penalty_of(of)",
    ),
    Fault(
        "the penalty stays that of the first batch, whatever the size of the next one",
        "engines/numpy_engine.py",
        "points != self._penalised:",
        "not self._penalised:",
    ),
    Fault(
        "a share of a batch is a mean over its own points",
        "engines/numpy_engine.py",
        "first, len(points) if of is None else of)",
        "first, len(points))",
    ),
    Fault(
        "a share draws the masks of the batch's first rows",
        "engines/engine.py",
        "{l: mask[first:] for l, mask in masks.items()}",
        "{l: mask[:points] for l, mask in masks.items()}",
    ),
    Fault(
        "a gradient that is applied moves no running statistics",
        "engines/numpy_engine.py",
        "        if self._running:\n            self._move_running_moments(self._counted)",
        "        if self._running and step:\n            self._move_running_moments(self._counted)",
    ),
    Fault(
        "an engine that goes on has the optimiser's arrays and not its t",
        "engines/compiled.py",
        "self._trainer.set_state(self._packed, int(t), float(product))",
        "self._trainer.set_state(self._packed, 0, float(product))",
    ),
    Fault(
        "an engine that goes on forgets the product of nadam's momenta",
        "engines/compiled.py",
        "self._trainer.set_state(self._packed, int(t), float(product))",
        "self._trainer.set_state(self._packed, int(t), 1.0)",
    ),
    # ---- the NumPy engine
    Fault(
        "the engine's penalty reaches the first layer alone",
        "engines/numpy_engine.py",
        "            if penalty is not None:\n                gradient.W[l]",
        "            if penalty is not None and l == 1:\n                gradient.W[l]",
    ),
    Fault(
        "the engine reads f' at the wrong layer's values",
        "engines/numpy_engine.py",
        "dL_dZ = self._through_activation(l, dL_dA, V[l], A[l])",
        "dL_dZ = self._through_activation(l, dL_dA, V[l], V[l])",
    ),
    Fault(
        "the engine divides by all points, not by the batch's",
        "engines/numpy_engine.py",
        "share = 1 / of if weights is None",
        "share = 1 / len(task.X) if weights is None",
    ),
    Fault(
        "the engine takes the batch's weights in the order of the data",
        "engines/numpy_engine.py",
        "weights = None if task.weights is None else task.weights[points]",
        "weights = None if task.weights is None else task.weights[: len(points)]",
    ),
    Fault(
        "every step of a call takes the first step's eta",
        "engines/numpy_engine.py",
        "float(etas[step])",
        "float(etas[0])",
    ),
    Fault(
        "the engine's loss is that after its step",
        "engines/numpy_engine.py",
        "                total += len(points) * loss\n",
        "                total += len(points) * self._back_propagate(points, t + step, 0, len(points))\n",
    ),
    Fault(
        "the engine counts a step once, however many points it is on",
        "engines/numpy_engine.py",
        "                total += len(points) * loss\n",
        "                total += loss\n",
    ),
    Fault(
        "a step that overflows is not undone",
        "engines/numpy_engine.py",
        "        net.parameters = self._before\n",
        "",
    ),
    Fault(
        "the engine's units that were left out pass their gradient back",
        "engines/numpy_engine.py",
        "                    dL_dA *= M[l]\n",
        "                    dL_dA *= 1\n",
    ),
    Fault(
        "predictions of a batch-normalised network follow the training a step behind",
        "engines/numpy_engine.py",
        "*self._moments[l], points)",
        "*self._moments[max(self._moments)], points)",
    ),
    # ---- the loop
    Fault(
        "the state of a training holds the optimiser's work space",
        "engines/engine.py",
        "return self.task.optimizer.lasting_state(self._state)",
        "return self._state",
    ),
    Fault(
        "the work space of the scale's optimiser counts as state",
        "formulas/parametrizations.py",
        "return super().temporary_names() | {OWN + name for name in self.then.temporary_names()}",
        "return super().temporary_names()",
    ),
    Fault(
        "row numbers stay int64, which NumPy refuses where addresses have 32 bits",
        "engines/numpy_engine.py",
        "points = np.asarray(points, np.intp)",
        "points = np.asarray(points)",
    ),
    # ---- a page's engine
    Fault(
        "a page is told the strengths of a penalty in the wrong order",
        "engines/in_page.py",
        "l1, l2, of_sum = told.penalty",
        "l2, l1, of_sum = told.penalty",
    ),
    Fault(
        "a page trains networks of any size",
        "engines/in_page.py",
        "if size > MOST_PARAMETERS:",
        "if size < 0:",
    ),
    Fault(
        "momentum and decay move what is held",
        "engines/numpy_engine.py",
        "            np.copyto(parameters, self._before, where=self.task.held)\n",
        "            pass\n",
    ),
    Fault(
        "the gradient of what is held counts in a norm",
        "engines/numpy_engine.py",
        "            np.copyto(self._gradient.parameters, 0, where=self.task.held)\n",
        "            pass\n",
    ),
    Fault(
        "a part of a step is a part of the weights",
        "engines/numpy_engine.py",
        "before + factors * (parameters - before)",
        "factors * parameters",
    ),
    Fault(
        "the backward pass ends above the lowest layer that moves",
        "engines/numpy_engine.py",
        "range(net.L, task.lowest - 1, -1)",
        "range(net.L, task.lowest, -1)",
    ),
]
