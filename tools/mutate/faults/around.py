"""Faults around the mathematics: tables, model files, explanations, checks, the border."""

from __future__ import annotations

from ..fault import Fault

AROUND = [
    # ---- io
    Fault(
        "a standardised column keeps its mean",
        "columns/prepared.py",
        "    return (x - mean) / scale\n",
        "    return x / scale\n",
    ),
    Fault(
        "predictions are turned back in the wrong order",
        "columns/prepared.py",
        "    return a * scale + mean\n",
        "    return (a + mean) * scale\n",
    ),
    Fault(
        "the category of the smallest output is predicted",
        "columns/choices.py",
        "return np.array(self.categories)[A.argmax(axis=1)]",
        "return np.array(self.categories)[A.argmin(axis=1)]",
    ),
    Fault(
        "test rows are trained on too",
        "fitting/splitting.py",
        "training[order[~in_test & ~in_validation]] = True",
        "training[order[~in_validation]] = True",
    ),
    Fault(
        "a model file holds every layer's weights transposed",
        "io/model_file.py",
        'return {f"{name}[{l}]": view for l, name, view in net.arrays}',
        'return {f"{name}[{l}]": view.reshape(view.shape[::-1]).T for l, name, view in net.arrays}',
    ),
    # ---- explanation
    Fault(
        "the explained update shows the weights before it twice",
        "explanation/findings/update.py",
        "W_after=passes.weights_shown(self.after.W[l])",
        "W_after=passes.weights_shown(net.W[l])",
    ),
    Fault(
        "the explained input of a layer is its output",
        "explanation/findings/step.py",
        "A_prev=column(one.taken(l))",
        "A_prev=column(one.A[l])",
    ),
    Fault(
        "a folded batch shows more points than there are",
        "explanation/trace/values.py",
        "            kept = min(kept, size)\n",
        "",
    ),
    Fault(
        "the explained gradient ignores the layout",
        "explanation/findings/passes.py",
        "return in_layout(jacobian, self.layout).copy()",
        "return jacobian.copy()",
    ),
    Fault(
        "the explained gradient is that of the input, not of the pre-activation",
        "explanation/findings/backward.py",
        "dL_dA, dL_dZ = passes.laid_out(one.dL_dA[l].T), passes.laid_out(one.dL_dZ[l].T)",
        "dL_dA, dL_dZ = passes.laid_out(one.dL_dA[l].T), passes.laid_out(one.dL_dA[l].T)",
    ),
    # ---- checks and the border
    Fault(
        "a check is content with either of two small errors",
        "checks/gradients.py",
        "right = error <= self.method.tolerance and errors[worst] <= allowed",
        "right = error <= self.method.tolerance or errors[worst] <= allowed",
    ),
    Fault(
        "a check does not look along its random direction",
        "checks/gradients.py",
        "agree = directional.error <= allowed and not any(",
        "agree = not any(",
    ),
    Fault(
        "labels become classes in the order in which they come",
        "validation.py",
        "    found = np.unique(labels)\n",
        "    found = labels[np.sort(np.unique(labels, return_index=True)[1])]\n",
    ),
]
