"""Random steps over all that a live page can hold, as it is asked for them: parts by name, numbers in lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, fields
from typing import Any

import numpy as np

from clearprop.explanation.notation.notations import NOTATIONS
from clearprop.formulas.activations import Activation
from clearprop.formulas.catalogue import CATALOGUE, Part, find
from clearprop.formulas.domains import DISTRIBUTION, SIGNS, UNIT
from clearprop.formulas.losses import Loss
from clearprop.network import Network
from clearprop.validation import require_pair


def random_steps(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """So many steps; each is a dictionary that `step_document` takes."""
    rng = np.random.default_rng(seed)
    found = 0
    while found < count:
        step = _step(rng)
        if step is not None:
            found += 1
            yield step


def _step(rng: np.random.Generator) -> dict[str, Any] | None:
    widths = [int(rng.integers(1, 9)) for _ in range(rng.integers(2, 6))]
    if rng.random() < 0.1:
        widths = [1] * len(widths)  # a chain of single neurons
    activations, loss = [_part(rng, "activation") for _ in widths[1:]], _part(rng, "loss")
    try:
        require_pair(find(Activation, activations[-1]), find(Loss, loss), widths[-1])
    except ValueError:
        return None
    points, normalization = int(rng.choice([1, 1, 2, 5])), None
    if rng.random() < 0.25:
        normalization = [_part(rng, "normalization") if rng.random() < 0.5 else None for _ in widths[1:]]
    net = Network(widths, activations, normalization=normalization, seed=int(rng.integers(1000)))
    return {
        "widths": widths,
        "activations": activations,
        "normalization": normalization,
        "parameters": _weights(rng, net).tolist(),
        "loss": loss,
        "optimizer": _part(rng, "optimizer"),
        "X": _grid(rng, (points, widths[0])).tolist(),
        "Y": _targets(rng, find(Loss, loss), points, widths[-1]).tolist(),
        "layout": str(rng.choice(["denominator", "numerator"])),
        "notation": str(rng.choice(list(NOTATIONS))),
        "t": int(rng.integers(1, 50)),
        "at": int(rng.integers(points)),
        "eta": None if rng.random() < 0.3 else float(rng.choice([0.0, 0.01, 0.125, 1.0, 30.0])),
        "normalized_by": str(rng.choice(["running", "batch"])),
    } | _more(rng, widths, points)


def _more(rng: np.random.Generator, widths: list[int], points: int) -> dict[str, Any]:
    """What may be asked beside, each at times."""
    L, l = len(widths) - 1, int(rng.integers(1, len(widths)))
    factors = {str(k): (2.0 * rng.integers(0, 2, (points, widths[k]))).tolist() for k in range(1, L)}
    entry = [l, int(rng.integers(1, widths[l - 1] + 1)), int(rng.integers(1, widths[l] + 1))]
    offered: list[tuple[float, dict[str, Any]]] = [
        (0.4, {"penalty": _part(rng, "penalty")}),
        (0.2, {"weights": _grid(rng, (points,), low=0.0).tolist()}),
        (0.2, {"factors": factors}),
        (0.2, {"eta": _part(rng, "schedule")}),
        (0.3, {"classes": [f"class {chr(97 + j)}" for j in range(max(widths[-1], 2))]}),
        (0.3, {"entries": [entry], "biases": [[l, widths[l]]]}),
        (0.1, {"point": "point 3 of «train»", "seed": 5, "note": "a note"}),
        (0.15, {"fold": int(rng.integers(1, 9))}),
    ]
    return {name: value for often, those in offered if rng.random() < often for name, value in those.items()}


def _part(rng: np.random.Generator, kind: str) -> str:
    """A part's text, with its hyper-parameters at times other than by default."""
    definitions = [each for each in CATALOGUE[kind].values() if _can_be_held(each)]
    definition = definitions[rng.integers(len(definitions))]
    hypers = {own.name: _hyper(rng, own) for own in fields(definition) if rng.random() < 0.3 and "low" in own.metadata}
    try:
        return str(definition(**hypers))
    except ValueError:  # hyper-parameters that do not go together
        return str(definition())


def _hyper(rng: np.random.Generator, own: Field[Any]) -> Any:
    if isinstance(own.default, tuple):
        return own.default
    value = min(max(own.default * float(rng.choice([0.5, 1.5, 2])), own.metadata["low"]), own.metadata["high"])
    return int(value) if own.type == "int" else value


def _can_be_held(definition: type[Part]) -> bool:
    return definition.__module__.rpartition(".")[2] not in {"lbfgs", "plateaus", "averaging", "parametrizations"}


def _weights(rng: np.random.Generator, net: Network) -> Any:
    flat = net.parameters.copy()
    kind = rng.random()
    if kind < 0.1:
        flat[:] = 0.0
    elif kind < 0.2:
        flat[:] = 0.5
    elif kind < 0.3:
        flat *= 40  # saturated, or far off
    elif kind < 0.5:
        flat = np.round(flat * 4) / 4  # values meet at kinks
    return flat


def _grid(rng: np.random.Generator, shape: tuple[int, ...], low: float = -2.0) -> Any:
    return np.round(rng.uniform(low, 2.0, shape) * 4) / 4 if rng.random() < 0.7 else rng.uniform(low, 2.0, shape)


def _targets(rng: np.random.Generator, loss: Loss, points: int, outputs: int) -> Any:
    if loss.domain_Y == DISTRIBUTION:
        return np.eye(outputs)[rng.integers(outputs, size=points)]
    if loss.domain_Y == UNIT:
        return rng.integers(0, 2, (points, outputs)).astype(float)
    if loss.domain_Y == SIGNS:
        return 2.0 * rng.integers(0, 2, (points, outputs)) - 1
    return _grid(rng, (points, outputs // loss.outputs_per_target), low=0.25 if loss.name == "gamma" else 0.0)
