"""Sample documents, for whoever draws a trace: `python -m tests.explanation.samples` writes them again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

import clearprop as cp
from clearprop.explanation import Prepared, RawRow
from clearprop.explanation.notation.symbols import Written

FOLDER = Path(__file__).parent / "samples"


def two_neurons() -> cp.Trace:
    """The notes' two neurons in a chain (7.16, 7.17)."""
    net = cp.Network.from_weights([([[0.5]], [0.1]), ([[-1.5]], [0.2])], activations=("tanh", "sigmoid"))
    return cp.explain(net, x=[0.8], y=1, loss="nll", eta=0.5, point="two neurons")


def small() -> cp.Trace:
    """2-3-2 with tanh, softmax and NLLM, an entry and a bias asked for."""
    net = cp.Network.from_weights(
        [
            ([[0.45, -1.1, 0.7], [-0.2, 0.35, -0.6]], [0.1, -0.3, 0.2]),
            ([[0.9, -0.4], [0.3, 0.8], [-1.2, 0.5]], [0.05, -0.15]),
        ],
        activations=("tanh", "softmax"),
    )
    options = {"entry": (1, 2, 3), "bias": (2, 1), "classes": ["left", "right"], "point": "row 17 of moons"}
    return cp.explain(net, x=[0.41, -1.2], y="right", loss="nllm", eta=0.05, t=412, seed=0, **options)


def batch() -> cp.Trace:
    """A batch of four points, momentum, an L2 penalty, numerator layout, Nielsen's notation; ReLU units, some of them off."""
    rng = np.random.default_rng(4)
    net = cp.Network((2, 4, 3, 1), ("relu", "tanh", "identity"), seed=4)
    parts = {"optimizer": "momentum", "penalty": "l2(strength=0.01)", "layout": "numerator", "notation": "nielsen"}
    return cp.explain(net, rng.normal(size=(4, 2)), rng.normal(size=(4, 1)), loss="square", at=2, **parts)


def wide() -> cp.Trace:
    """784-100-10, folded."""
    rng = np.random.default_rng(0)
    net = cp.Network((784, 100, 10), ("relu", "softmax"), init="he_normal", seed=0)
    x = rng.random(784) * (rng.random(784) < 0.19)  # as many pixels of a digit are not 0
    return cp.explain(net, x, 3, loss="nllm", eta=0.1, point="an image of noise")


def learnt() -> cp.Trace:
    """2-3-2 with a PReLU layer and a parametric one, two points: gradients by what activations learn. Columns are scaled."""
    net = cp.Network((2, 3, 2), ("prelu", "parametric(of=tanh)"), seed=3)
    standard = Written("(x − mean) / std", r"\frac{x - \bar x}{\sigma}")
    inputs = (Prepared("size", "7.5", 7.5, 6.0, 3.0, 0.5), Prepared("age", "a gap", 40.0, 48.0, 8.0, -1.0))
    targets = (Prepared("price", "150", 150.0, 100.0, 50.0, 1.0), Prepared("rent", "12", 12.0, 12.0, 4.0, 0.0))
    row = RawRow(inputs, "standard", standard, ("mean", "std"), targets)
    return cp.explain(net, [[0.5, -1.0], [-0.3, 0.8]], [[1.0, 0.0], [0.0, 1.0]], loss="square", eta=0.1, row=row)


def recording() -> cp.Replay:
    """Exclusive or, learnt by 2-4-1 on the NumPy engine; 24 of its steps kept."""
    X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    net = cp.Network((2, 4, 1), ("tanh", "sigmoid"), seed=1)
    run = cp.train(net, X, Y, loss="nll", eta=0.5, batch_size=4, steps=600, record=24, engine="numpy", progress=False)
    return cp.replay(run)


SAMPLES: dict[str, Callable[[], cp.Trace]] = {each.__name__: each for each in (two_neurons, small, batch, wide, learnt)}


def main() -> None:
    """Write every sample."""
    FOLDER.mkdir(exist_ok=True)
    for name, make in SAMPLES.items():
        document = make().to_dict()
        (FOLDER / f"{name}.trace.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    played = json.dumps(recording().to_dict(), indent=1, ensure_ascii=False)
    (FOLDER / "xor.recording.json").write_text(played + "\n")


if __name__ == "__main__":
    main()
