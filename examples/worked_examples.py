"""The notes' examples, each worked by `explain`. `python examples/worked_examples.py` writes docs/worked-examples.md.

A test compares the document with what this gives.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import clearprop as cp

DOCUMENT = Path(__file__).parent.parent / "docs" / "worked-examples.md"
HEAD = """# Worked examples

The examples of *Explanatory Notes for 6.390*, chapter 7.5-7.6, each worked by `clearprop.explain`, the same tool that explains
a step of a network of any size. `examples/worked_examples.py` makes them and writes this page. Any of them can also be an HTML
page, with `trace.html()`, or LaTeX, with `trace.latex()`. In this text, as in a terminal, L is the loss and also the
number of layers.
"""


class Value(cp.Loss):
    """The output itself, for examples without a loss: the derivative that is shown is that of the output."""

    name = "value"
    formula, derivative = "a", "1"
    latex, latex_derivative = "a", "1"

    def L(self, A: np.ndarray, Y: np.ndarray) -> np.ndarray:
        """A, (n,)."""
        return A.sum(axis=-1)

    def dL_dA(self, A: np.ndarray, Y: np.ndarray) -> np.ndarray:
        """1, (n, outputs)."""
        return np.ones_like(A)


class Square(cp.Elementwise):
    """f(z) = z^2, the notes' example of a derivative as a diagonal matrix."""

    name = "square"
    formula, derivative = "z²", "2 z"
    latex, latex_derivative = "z^2", "2 z"

    def A(self, Z: np.ndarray) -> np.ndarray:
        """Z^2, same shape."""
        return Z**2

    def dA_dZ(self, Z: np.ndarray, A: np.ndarray) -> np.ndarray:
        """2 Z, same shape."""
        return 2 * Z


@dataclass(frozen=True)
class Example:
    """One example: its title, text and trace, and the sections that are shown."""

    title: str
    about: str
    make: Callable[[], cp.Trace]
    sections: tuple[str, ...] = ("forward", "backward")


def nested_functions() -> cp.Trace:
    """f(x) = x + 2, g(f) = 3 f, h(g) = sin g, at x = 10."""
    layers = [([[1.0]], [2.0]), ([[3.0]], [0.0]), ([[1.0]], [0.0])]
    net = cp.Network.from_weights(layers, activations=("identity", "identity", "sine"))
    return cp.explain(net, x=[10.0], y=0.0, loss=Value())


def one_neuron() -> cp.Trace:
    """The linear logistic classifier as a neuron, with one input."""
    net = cp.Network.from_weights([([[0.6]], [-0.2])], activations=("sigmoid",))
    return cp.explain(net, x=[1.5], y=1, loss="nll", eta=0.1)


def one_neuron_of_two_inputs() -> cp.Trace:
    """The same with a vector for x."""
    net = cp.Network.from_weights([([[0.6], [-0.4]], [-0.2])], activations=("sigmoid",))
    return cp.explain(net, x=[1.5, 2.0], y=1, loss="nll", eta=0.1)


def two_neurons() -> cp.Trace:
    """Two neurons in a chain."""
    net = cp.Network.from_weights([([[0.5]], [0.1]), ([[-1.5]], [0.2])], activations=("tanh", "sigmoid"))
    return cp.explain(net, x=[0.8], y=1, loss="nll", eta=0.5)


def many_layers() -> cp.Trace:
    """Four layers of one neuron each."""
    layers = [([[0.9]], [0.1]), ([[-1.2]], [0.4]), ([[0.7]], [0.0]), ([[2.0]], [-0.5])]
    net = cp.Network.from_weights(layers, activations=("tanh", "sigmoid", "relu", "identity"))
    return cp.explain(net, x=[0.5], y=1.0, loss="square", eta=0.1)


def matrix_form() -> cp.Trace:
    """Layers of several neurons, without the shortcut of an output pair."""
    net = cp.Network.from_weights(
        [
            ([[0.45, -1.1, 0.7], [-0.2, 0.35, -0.6]], [0.1, -0.3, 0.2]),
            ([[0.9, -0.4], [0.3, 0.8], [-1.2, 0.5]], [0.05, -0.15]),
        ],
        activations=("relu", "identity"),
    )
    return cp.explain(net, x=[0.41, -1.2], y=[1.0, 0.0], loss="square", eta=0.05, entry=(1, 2, 1))


def square_at_1_2_3() -> cp.Trace:
    """f(z) = z^2 at z = (1, 2, 3)."""
    net = cp.Network.from_weights([([[0.0, 0.0, 0.0]], [1.0, 2.0, 3.0])], activations=(Square(),))
    return cp.explain(net, x=[1.0], y=[0.0, 0.0, 0.0], loss=Value())


def square_in_numerator_layout() -> cp.Trace:
    """The same in the other layout."""
    net = cp.Network.from_weights([([[0.0, 0.0, 0.0]], [1.0, 2.0, 3.0])], activations=(Square(),))
    return cp.explain(net, x=[1.0], y=[0.0, 0.0, 0.0], loss=Value(), layout="numerator")


def softmax_with_nllm() -> cp.Trace:
    """One layer of three classes: the long way, and A - Y."""
    layer = ([[1.0, -0.5, 0.2], [0.3, 0.8, -1.0]], [0.0, 0.1, -0.1])
    net = cp.Network.from_weights([layer], activations=("softmax",))
    return cp.explain(net, x=[1.0, -0.5], y=2, loss="nllm", eta=0.1)


EXAMPLES = (
    Example(
        "Nested functions: a forward pass (Definition 4)",
        "f(x) = x + 2, g(f) = 3f and h(g) = sin(g) at x = 10 are three neurons with weights 1, 3 and 1: 12, 36 and sin 36. "
        "Going back multiplies the derivatives of the same three functions. The example has no loss: here L = a³, the "
        "output itself, so that ∂L/∂a³ = 1.",
        nested_functions,
    ),
    Example(
        "One neuron (7.5 to 7.10, Definition 5)",
        "A linear logistic classifier: loss unit, activation function and linear subunit are the three links of ∂L/∂w.",
        one_neuron,
    ),
    Example(
        "One neuron with a vector for x (7.5 to 7.7)",
        "With several inputs the last link is x itself, and the gradient has the shape of w.",
        one_neuron_of_two_inputs,
    ),
    Example(
        "Two neurons in a chain (7.11 to 7.17, Concepts 8 and 9)",
        "The chain does not pass through w²: it continues from z² to a¹, whose link is w², and ends in ∂z¹/∂w¹. The factors of "
        "layer 2 are already computed (Notation 11). The update shows the result of the pseudocode's order if it is followed "
        "exactly.",
        two_neurons,
        ("forward", "backward", "update"),
    ),
    Example(
        "Many layers of one neuron (7.18, 7.30, Concept 10)",
        "The full product for every layer, with the formula and the number of each factor.",
        many_layers,
    ),
    Example(
        "Matrix form (Notations 15 to 17)",
        "The same with vectors and matrices: ∂L/∂W = A (∂L/∂Z)ᵀ, and ∂L/∂Z as a product from the layer to the loss. One weight "
        "of layer 1 is written out as a sum over paths.",
        matrix_form,
        ("forward", "backward", "entries", "cost"),
    ),
    Example(
        "f(z) = z² at (1, 2, 3) (7.47 to 7.49)",
        "The derivative of an element-wise function is a diagonal matrix, here diag(2, 4, 6). The loss is the sum of "
        "the outputs, so that ∂L/∂A is 1 in every row.",
        square_at_1_2_3,
    ),
    Example(
        "The other layout (Clarification 18)",
        "In numerator layout every derivative is transposed, and products have the opposite order.",
        square_in_numerator_layout,
        ("backward",),
    ),
    Example(
        "Softmax with NLLM (Concept 19)",
        "The long way through the full Jacobian diag(a) − a aᵀ, and A − Y, with the terms that cancel in « ».",
        softmax_with_nllm,
        ("backward",),
    ),
)


def document() -> str:
    """The page, in Markdown."""
    parts = [HEAD]
    for example in EXAMPLES:
        text = example.make().text(98, sections=example.sections)
        about = textwrap.fill(example.about, 120)
        parts.append(f"## {example.title}\n\n{about}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    print(f"wrote {DOCUMENT}")
