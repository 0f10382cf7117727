"""Faults in what says the whole function of a model: folded layers, operators, scikit-learn's class, the raw row."""

from __future__ import annotations

from ..fault import Fault

WHOLE = [
    # ---- folded layers
    Fault(
        "the centre of a scaling is folded without its factor",
        "folding.py",
        "first.W0 - (centre * wide) @ first.W",
        "first.W0 - centre @ first.W",
    ),
    Fault(
        "batch normalisation is folded without its epsilon",
        "folding.py",
        "np.sqrt(net.running_variance[l].astype(np.float64) + part.epsilon)",
        "np.sqrt(net.running_variance[l].astype(np.float64))",
    ),
    Fault(
        "a normalised layer's bias escapes the gain",
        "folding.py",
        "(W0 - net.running_mean[l]) * factor + net.shift[l]",
        "W0 - net.running_mean[l] * factor + net.shift[l]",
    ),
    Fault(
        "slopes below 0 of their own are taken for one",
        "folding.py",
        "if (slopes == first).all() and 0 <= first <= 1:",
        "if 0 <= first <= 1:",
    ),
    Fault(
        "any scaling is folded as a linear one",
        "folding.py",
        "if type(part).scaled is not Scaling.scaled:",
        "if False:",
    ),
    Fault(
        "a target's scale behind an activation goes into the weights before it",
        "folding.py",
        "    if type(last.f) is Identity:\n        return [*layers[:-1]",
        "    if True:\n        return [*layers[:-1]",
    ),
    # ---- operators
    Fault(
        "log(1 + x) is rounded for small x",
        "operators/functions.py",
        "return np.where(plain, x, exact)",
        "return np.log(u)",
    ),
    Fault(
        "a reduction's axes are an attribute in every opset",
        "operators/graph.py",
        'if "axes" in attributes and (node.operator == "ReduceSum" or opset >= AXES_ARE_INPUTS):',
        'if "axes" in attributes and node.operator == "ReduceTwice":',
    ),
    Fault(
        "two values that one operator gives of others are taken for one",
        "operators/graph.py",
        "if (node.operator, node.takes, node.attributes) == (operator, takes, attributes):",
        "if (node.operator, node.takes[:1], node.attributes) == (operator, takes[:1], attributes):",
    ),
    # ---- clients of weights, and scikit-learn's class
    Fault(
        "whoever reads the biases of a scaled model is told nothing",
        "estimators/weights_alone.py",
        'found.append(f"inputs are scaled first',
        'str(f"inputs are scaled first',
    ),
    Fault(
        "scikit-learn's momentum is ours, not times the learning rate",
        "estimators/exports/to_sklearn.py",
        '-solver.learning_rate * solver.state["v"]',
        '-solver.state["v"]',
    ),
    Fault(
        "two classes' sigmoid is of the first one",
        "estimators/exports/to_sklearn.py",
        "(W[:, 1:] - W[:, :1], W0[1:] - W0[:1])",
        "(W[:, :1] - W[:, 1:], W0[:1] - W0[1:])",
    ),
    Fault(
        "spreads are taken for predictions",
        "estimators/preparation.py",
        "values = A[:, : self.predictions]",
        "values = A",
    ),
    # ---- the raw row
    Fault(
        "the factor of a column is shown as what it is divided by",
        "estimators/raw_row.py",
        "math.inf if factor == 0 else 1 / factor",
        "math.inf if factor == 0 else factor",
    ),
    Fault(
        "a prediction is brought back without the mean",
        "explanation/trace/row.py",
        "a * (1.0 if self.scale is None else self.scale) + (self.centre or 0.0)",
        "a * (1.0 if self.scale is None else self.scale)",
    ),
]
