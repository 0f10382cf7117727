"""Faults in the formulas: derivatives, sums, constants, recurrences."""

from __future__ import annotations

from ..fault import Fault

MATHEMATICS = [
    # ---- parametrisations and scalings
    Fault(
        "the gradient of V is that of W",
        "formulas/parametrizations.py",
        "        gradient *= factor\n",
        "",
    ),
    Fault(
        "the scale's gradient is taken of weights that are scaled already",
        "formulas/parametrizations.py",
        '        W /= scale[:, None]  # V\n        dL_ds = np.einsum("ij,ij->i", W, dL_dW)\n',
        '        dL_ds = np.einsum("ij,ij->i", W, dL_dW)\n        W /= scale[:, None]  # V\n',
    ),
    Fault(
        "coslog4 has rounds of equal length",
        "formulas/cycles.py",
        "half_cosine(2 * np.log2(1 + 15 * x))",
        "half_cosine(8 * x)",
    ),
    Fault(
        "the smooth clip leaves numbers beyond the bound",
        "formulas/scalings.py",
        "return self.bound * X_hat / np.hypot(self.bound, X_hat)",
        "return X_hat",
    ),
    # ---- activations
    Fault(
        "the sigmoid's derivative has lost a factor",
        "formulas/activations.py",
        "return A * (1 - A)\n",
        "return 1 - A\n",
    ),
    Fault(
        "tanh's derivative is that of its input",
        "formulas/activations.py",
        "return 1 - A**2",
        "return 1 - Z**2",
    ),
    Fault(
        "ReLU's kink belongs to the left side",
        "formulas/activations.py",
        "return (Z.real >= 0).astype(Z.dtype)",
        "return (Z.real > 0).astype(Z.dtype)",
    ),
    Fault(
        "softmax's product with a vector forgets the mean",
        "formulas/activations.py",
        "return A * (dL_dA - (A * dL_dA).sum(axis=-1, keepdims=True))",
        "return A * (1 - A) * dL_dA",
    ),
    Fault(
        "softmax is taken over the points, not over the outputs",
        "formulas/activations.py",
        "return e / e.sum(axis=-1, keepdims=True)",
        "return e / e.sum(axis=0, keepdims=True)",
    ),
    Fault(
        "softmax overflows without its shift",
        "formulas/activations.py",
        "e = np.exp(Z - Z.real.max(axis=-1, keepdims=True))",
        "e = np.exp(Z)",
    ),
    Fault(
        "log-softmax's matrix is laid out the other way",
        "formulas/smooth_activations.py",
        "np.exp(a)[:, None]",
        "np.exp(a)[None, :]",
    ),
    Fault(
        "leaky ReLU's slope is applied above 0 in the derivative",
        "formulas/activations.py",
        "return np.where(Z.real < 0, self.slope, 1.0)",
        "return np.where(Z.real >= 0, self.slope, 1.0)",
    ),
    Fault(
        "a parametric activation's derivative by alpha is s itself",
        "formulas/learnt_activations.py",
        "return self.of.A(Z) - Z",
        "return self.of.A(Z)",
    ),
    Fault(
        "ELU's derivative forgets alpha",
        "formulas/piecewise_activations.py",
        "return np.where(Z.real < 0, A + self.alpha, 1)",
        "return np.where(Z.real < 0, A + 1, 1)",
    ),
    Fault(
        "swish's derivative forgets beta before the second term",
        "formulas/smooth_activations.py",
        "return _sigmoid(self.beta * Z) + self.beta * gated(",
        "return _sigmoid(self.beta * Z) + gated(",
    ),
    Fault(
        "GELU's density lacks its constant",
        "formulas/smooth_activations.py",
        "+ gated(Z, normal_bell(Z)) / math.sqrt(2 * math.pi)",
        "+ gated(Z, normal_bell(Z)) / math.sqrt(math.pi)",
    ),
    # ---- losses
    Fault(
        "the square's derivative lacks its 2",
        "formulas/losses.py",
        "return 2 * (A - Y)",
        "return A - Y",
    ),
    Fault(
        "the half square's value lacks its half",
        "formulas/losses.py",
        "return ((A - Y) ** 2).sum(axis=-1) / 2",
        "return ((A - Y) ** 2).sum(axis=-1)",
    ),
    Fault(
        "the square is averaged over outputs, its derivative is not",
        "formulas/losses.py",
        "return ((A - Y) ** 2).sum(axis=-1)\n",
        "return ((A - Y) ** 2).mean(axis=-1)\n",
    ),
    Fault(
        "NLL's derivative has the wrong sign",
        "formulas/losses.py",
        "return -(y_over_a(Y, A) - y_over_a(1 - Y, 1 - A))",
        "return y_over_a(Y, A) - y_over_a(1 - Y, 1 - A)",
    ),
    Fault(
        "quantile's two slopes are exchanged",
        "formulas/regression_losses.py",
        "np.where(A.real >= Y, 1 - self.tau, -self.tau)",
        "np.where(A.real >= Y, self.tau, self.tau - 1)",
    ),
    Fault(
        "Poisson's derivative is that of its log form",
        "formulas/regression_losses.py",
        "return 1 - y_over_a(Y, A)",
        "return A - Y",
    ),
    Fault(
        "hinge counts a target's sign twice",
        "formulas/class_losses.py",
        "return -2 * Y * _margin_shortfall(A, Y)",
        "return -2 * _margin_shortfall(A, Y)",
    ),
    Fault(
        "several labels are one class",
        "formulas/answers.py",
        "alone = labels or all((found.yes(Y).sum(axis=1) == 1).all() for Y in targets)",
        "alone = True",
    ),
    Fault(
        "how targets are read is seen in the training set alone",
        "training/held_out.py",
        "sets = [task.Y] if held_out is None else [task.Y, held_out.Y]",
        "sets = [task.Y]",
    ),
    Fault(
        "margins are read against one half",
        "formulas/answers.py",
        "return (1 + self.no) / 2",
        "return 0.5",
    ),
    Fault(
        "probabilities of one class of several do not sum to 1",
        "formulas/answers.py",
        "np.where(total > 0, A / np.where(total > 0, total, 1), 1 / A.shape[1])",
        "np.where(total > 0, A, 1 / A.shape[1])",
    ),
    Fault(
        "focal's exponent is off by one in the derivative",
        "formulas/class_losses.py",
        "return np.asarray((1 - A) ** gamma * (faded - y_over_a(Y, A)))",
        "return np.asarray((1 - A) ** (gamma - 1) * (faded - y_over_a(Y, A)))",
    ),
    Fault(
        "the shortcut of softmax and focalm leaves out what other units share",
        "formulas/shortcuts.py",
        "return A * share.sum(axis=-1, keepdims=True) - share",
        "return A * share - share",
    ),
    Fault(
        "three classes are trained by the loss of a yes or no for each",
        "estimators/words.py",
        "return FocalM(loss.gamma) if several and type(loss) is Focal else loss",
        "return loss",
    ),
    Fault(
        "the shortcut of softmax and NLLM has the wrong sign in its value",
        "formulas/shortcuts.py",
        "return -(Y * log_softmax(Z)).sum(axis=-1)",
        "return (Y * log_softmax(Z)).sum(axis=-1)",
    ),
    Fault(
        "a class that did not happen costs 0 times infinity",
        "formulas/stable.py",
        "return np.where(Y == 0, 0, Y * np.log(A))",
        "return Y * np.log(A)",
    ),
    Fault(
        "the variance's share of a normal likelihood is counted twice",
        "formulas/likelihoods.py",
        "(1 - U * by_variance) / 2])",
        "1 - U * by_variance])",
    ),
    # ---- normalisations and regularisers
    Fault(
        "the mean of a normalisation is taken for a constant",
        "formulas/normalizations.py",
        "straight = dL_dZ_hat - dL_dZ_hat.mean(axis=self.axis, keepdims=True)",
        "straight = dL_dZ_hat",
    ),
    Fault(
        "the variance of a normalisation is divided by n - 1",
        "formulas/normalizations.py",
        "((Z - mean) ** 2).mean(axis=self.axis, keepdims=True)",
        "Z.var(axis=self.axis, keepdims=True, ddof=min(1, Z.shape[self.axis] - 1))",
    ),
    Fault(
        "a normalisation's epsilon is outside the root",
        "formulas/normalizations.py",
        "return (Z - mean) / np.sqrt(variance + self.epsilon)",
        "return (Z - mean) / (np.sqrt(variance) + self.epsilon)",
    ),
    Fault(
        "the running variance is that of the batch, divided by n",
        "formulas/normalizations.py",
        "(variance[0] * (n / (n - 1)) - running_variance)",
        "(variance[0] - running_variance)",
    ),
    Fault(
        "dropout does not make up for the units that it leaves out",
        "formulas/regularizers.py",
        "return mask.astype(dtype) * np.asarray(1 / (1 - rate), dtype)",
        "return mask.astype(dtype)",
    ),
    Fault(
        "max-norm shortens the weights out of a unit",
        "formulas/regularizers.py",
        "length = np.linalg.norm(W, axis=0)",
        "length = np.linalg.norm(W, axis=1)[:, None]",
    ),
    Fault(
        "smoothed labels no longer sum to 1",
        "formulas/regularizers.py",
        "return (1 - self.rate) * Y + self.rate / classes",
        "return Y + self.rate / classes",
    ),
    Fault(
        "a weight average forgets how many it holds",
        "formulas/averaging.py",
        "return 1 / (count + 1)",
        "return 0.5 if count else 1.0",
    ),
    # ---- penalties
    Fault(
        "L2's derivative lacks its 2",
        "formulas/penalties.py",
        "return 2 * self.strength * W",
        "return self.strength * W",
    ),
    Fault(
        "L1 is a mean over the weights",
        "formulas/penalties.py",
        "return self.strength * (np.sign(W.real) * W).sum()",
        "return self.strength * (np.sign(W.real) * W).mean()",
    ),
    # ---- optimisers
    Fault(
        "momentum is an average, not a sum",
        "formulas/optimizers.py",
        "        v += gradient\n        parameters -= np.multiply(v, eta",
        "        v += (1 - self.beta) * gradient\n        parameters -= np.multiply(v, eta",
    ),
    Fault(
        "Nesterov does not look ahead",
        "formulas/optimizers.py",
        'ahead = np.multiply(v, self.beta, out=state["ahead"])',
        'ahead = np.multiply(v, self.beta**2, out=state["ahead"])',
    ),
    Fault(
        "AdaGrad's epsilon is inside the root",
        "formulas/adaptive_optimizers.py",
        "        root = np.sqrt(s, out=spare)\n        root += self.epsilon\n",
        "        root = np.sqrt(s + self.epsilon, out=spare)\n",
    ),
    Fault(
        "RMSprop's epsilon is inside the root",
        "formulas/adaptive_optimizers.py",
        "        np.sqrt(v, out=root)\n        root += self.epsilon\n",
        "        np.sqrt(v + self.epsilon, out=root)\n",
    ),
    Fault(
        "centred RMSprop's deviation is about the square of the mean of squares",
        "formulas/adaptive_optimizers.py",
        "np.subtract(v, np.square(m, out=root), out=root)",
        "np.subtract(v, np.square(v, out=root), out=root)",
    ),
    Fault(
        "Adadelta averages the gradient, not the step",
        "formulas/adaptive_optimizers.py",
        "average_in_place(u, np.square(d, out=root), self.beta, spare)",
        "average_in_place(u, np.multiply(v, 1.0, out=root), self.beta, spare)",
    ),
    Fault(
        "Adam's mean is not corrected for its start",
        "formulas/adam_optimizers.py",
        "        step *= eta / (1 - self.beta1**t)\n        parameters -= step\n",
        "        step *= eta\n        parameters -= step\n",
    ),
    Fault(
        "Adam's root mean square is corrected one step late",
        "formulas/adam_optimizers.py",
        "1 - self.beta2**t, out=spare), out=spare)\n        root += self.epsilon\n        step =",
        "1 - self.beta2 ** (t + 1), out=spare), out=spare)\n        root += self.epsilon\n        step =",
    ),
    Fault(
        "AdamW's decay is not multiplied by eta",
        "formulas/adam_optimizers.py",
        "parameters *= 1 - eta * self.weight_decay",
        "parameters *= 1 - self.weight_decay",
    ),
    Fault(
        "AMSGrad forgets the largest v",
        "formulas/adam_optimizers.py",
        "self._descend_in_place(parameters, m, w, t, eta, gradient)",
        "self._descend_in_place(parameters, m, v, t, eta, gradient)",
    ),
    Fault(
        "RAdam trusts v one step too soon",
        "formulas/adam_optimizers.py",
        "* limit / rho) if rho > 5 else 0.0",
        "* limit / rho) if rho > 4 else 0.0",
    ),
    Fault(
        "Lion updates its mean before the step",
        "formulas/sign_optimizers.py",
        "        np.copyto(step, m)\n",
        "        average_in_place(m, gradient, self.beta2, spare)\n        np.copyto(step, m)\n",
    ),
    Fault(
        "Rprop goes on after a turn of sign",
        "formulas/sign_optimizers.py",
        "        np.copyto(gradient, 0, where=agreement < 0)\n",
        "",
    ),
    Fault(
        "a gradient is clipped entry by entry where its norm was meant",
        "formulas/clipping.py",
        "if length > largest / size:",
        "if size > largest:",
    ),
    # ---- schedules
    Fault(
        "1/t starts from t = 0",
        "formulas/schedules.py",
        "self.start * ((1 + self.delay) / (t + self.delay))",
        "self.start * ((1 + self.delay) / (t + 1 + self.delay))",
    ),
    Fault(
        "step decay falls one step early",
        "formulas/decays.py",
        "self.factor ** ((t - 1) // self.every)",
        "self.factor ** (t // self.every)",
    ),
    Fault(
        "multi-step decay falls one step early",
        "formulas/decays.py",
        't, side="left")',
        't, side="right")',
    ),
    Fault(
        "a cosine runs through a whole wave",
        "formulas/decays.py",
        "return (1 + np.cos(np.pi * progress)) / 2",
        "return (1 + np.cos(2 * np.pi * progress)) / 2",
    ),
    Fault(
        "a restart comes one step late",
        "formulas/cycles.py",
        'which = np.searchsorted(begins, taken, side="right") - 1',
        'which = np.maximum(np.searchsorted(begins, taken, side="left") - 1, 0)',
    ),
    Fault(
        "a warm-up skips the first step of what follows",
        "formulas/cycles.py",
        "self.then.eta(t[after] - self.steps)",
        "self.then.eta(t[after] - self.steps + 1)",
    ),
    # ---- initialisers
    Fault(
        "Gaussian weights have variance m, not 1/m",
        "formulas/initializers.py",
        "return rng.normal(0.0, m**-0.5, (m, n))",
        "return rng.normal(0.0, m**0.5, (m, n))",
    ),
    Fault(
        "Glorot counts the outputs twice and the inputs not at all",
        "formulas/initializers.py",
        "return rng.normal(0.0, math.sqrt(2 / (m + n)), (m, n))",
        "return rng.normal(0.0, math.sqrt(2 / (n + n)), (m, n))",
    ),
    Fault(
        "a gradient of one point is its share of the mean",
        "derivatives.py",
        "n * values.reshape(n, -1)",
        "values.reshape(n, -1)",
    ),
    Fault(
        "a product with second derivatives forgets how long the direction is",
        "derivatives.py",
        "* (size / STEP)",
        "/ STEP",
    ),
    Fault(
        "a missing target has a loss",
        "formulas/known_targets.py",
        "np.where(np.isnan(Y), 0, of_each).sum(axis=-1)",
        "of_each.sum(axis=-1)",
    ),
]
