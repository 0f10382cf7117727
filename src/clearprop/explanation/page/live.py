"""What a live page asks for: the document of a step, the first weights of a network, and the parts that it can offer.

The page runs these functions in the browser: `tools/translate` writes them, and all that they need, as JavaScript.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Any

import numpy as np

from ...formulas.activations import Activation
from ...formulas.catalogue import CATALOGUE, Array, Part, find
from ...formulas.domains import Ends, Simplex
from ...formulas.initializers import Initializer
from ...formulas.losses import Loss
from ...formulas.normalizations import Normalization
from ...formulas.optimizers import Optimizer
from ...formulas.penalties import Penalty
from ...formulas.schedules import Schedule, as_schedule
from ...network import Network
from ...validation import require_pair, require_targets
from ..findings.nudge import nudged, symbols_of
from ..findings.step import Asked, descent_of, passes_of, step_of
from ..findings.valley import valley_of
from ..notation.notations import NOTATIONS
from .document import as_document
from .document_row import row_of
from .document_steered import nudged_document, valley_document
from .json_values import Plain, number

KINDS: tuple[type[Part], ...] = (Activation, Loss, Penalty, Optimizer, Schedule, Normalization, Initializer)
"""The kinds of parts that a live page offers."""


HELD = (
    *("activations", "piecewise_activations", "smooth_activations", "learnt_activations"),
    *("losses", "regression_losses", "class_losses", "likelihoods", "shortcuts", "penalties", "normalizations"),
    *("initializers", "schedules", "decays", "cycles"),
    *("optimizers", "adaptive_optimizers", "adam_optimizers", "sign_optimizers", "clipping"),
)
"""Modules of `formulas/` that a page has. It follows no plateau, averages nothing, and searches no step over all points."""


def step_document(given: Mapping[str, Any]) -> Plain:
    """The document of one step. Parts are given by their text; `parameters` is the network's flat vector (p,).

    X is (n, m^1) and Y (n, n^L), as numbers; `weights` (n,), `factors` by layer, `state` of the optimiser by name.
    """
    return as_document(step_of(asked_of(given)), fold=given.get("fold", 64))


def after_step(given: Mapping[str, Any]) -> Plain:
    """The parameters after the step, and what the optimiser remembers then."""
    asked = asked_of(given)
    descent = descent_of(asked, passes_of(asked))
    state = descent.optimizer.lasting_state(descent.state)
    return {
        "parameters": descent.after.parameters.tolist(),
        "state": {name: array.tolist() for name, array in state.items()},
    }


def nudge_document(given: Mapping[str, Any]) -> Plain:
    """What moving the numbers of the step `base` to those of the step `now` does to the loss, beside what slopes foretell."""
    base = asked_of(given["base"])
    return nudged_document(nudged(base, asked_of(given["now"])), symbols_of(base))


def step_valley(given: Mapping[str, Any]) -> Plain:
    """The loss after the step by its step size, as far as `until` where that is given."""
    asked = asked_of(given)
    return valley_document(valley_of(asked, given.get("until")), symbols_of(asked))


def moved_target(given: Mapping[str, Any]) -> list[float]:
    """The targets (n^L,) with entry j as near to `value` as the loss's domain allows; of a distribution the others give way."""
    domain, row, j = find(Loss, given["loss"]).domain_Y, np.array(given["row"], dtype=float), given["j"]
    value = min(max(float(given["value"]), domain.low), domain.high)
    if isinstance(domain, Ends):
        value = domain.low if value - domain.low < domain.high - value else domain.high
    if isinstance(domain, Simplex):
        rest = row.sum() - row[j]
        row = row * ((1 - value) / rest) if rest > 0 else np.full_like(row, (1 - value) / max(row.size - 1, 1))
    row[j] = value
    plain: list[float] = row.tolist()
    return plain


def asked_of(given: Mapping[str, Any]) -> Asked:
    """The step that is asked for."""
    net = _network(given, np.array(given["parameters"], dtype=float))
    if given.get("statistics") is not None:
        net.statistics[...] = np.array(given["statistics"], dtype=float)
    rule, eta, penalty = find(Optimizer, given["optimizer"]), given.get("eta"), given.get("penalty")
    weights, state, names, after = given.get("weights"), given.get("state"), given.get("classes"), given.get("after")
    Y, loss = np.array(given["Y"], dtype=float), find(Loss, given["loss"])
    _require_outputs(net, loss, Y)
    require_targets(loss, Y, Y, "y")
    return Asked(
        net,
        np.array(given["X"], dtype=float),
        Y,
        loss,
        rule,
        as_schedule(rule.rule.default_eta if eta is None else eta),
        t=given.get("t", 1),
        layout=given.get("layout", "denominator"),
        notation=given.get("notation", "mn"),
        penalty=None if penalty is None else find(Penalty, penalty),
        weights=None if weights is None else np.array(weights, dtype=float),
        M={int(l): np.array(M, dtype=float) for l, M in given.get("factors", {}).items()},
        statistics=given.get("normalized_by", "running"),
        state=None if state is None else {name: np.array(array, dtype=float) for name, array in state.items()},
        after=None if after is None else np.array(after, dtype=float),
        entries=[tuple(each) for each in given.get("entries", ())],
        biases=[tuple(each) for each in given.get("biases", ())],
        at=given.get("at", 0),
        check=given.get("check", True),
        classes=None if names is None else tuple(names),
        point=given.get("point"),
        seed=given.get("seed"),
        row=row_of(given.get("row")),
        note=given.get("note"),
    )


def _require_outputs(net: Network, loss: Loss, Y: Array) -> None:
    """ValueError where the last layer's outputs, the loss and the targets do not go together."""
    outputs = net.widths[-1]
    require_pair(net.f[net.L], loss, outputs)
    wanted, given = outputs // loss.outputs_per_target, Y.shape[1]
    if given != wanted:
        raise ValueError(
            f"{loss.name} takes {loss.outputs_per_target} of {outputs} outputs for each target, so it needs {wanted}; "
            f"this step has {given}"
        )


def first_parameters(given: Mapping[str, Any]) -> list[float]:
    """The flat vector (p,) that a network of that shape starts from: `init` draws it by `seed`, as `Network` does."""
    init, seed = given.get("init", "gaussian"), given.get("seed", 0)
    net = Network(given["widths"], given["activations"], init=init, normalization=given.get("normalization"), seed=seed)
    plain: list[float] = net.parameters.tolist()
    return plain


def catalogue() -> Plain:
    """Every part that can be offered, by kind and name, with its formulas and the bounds of its hyper-parameters."""
    return {
        "parts": {kind.kind: [part_document(each()) for each in CATALOGUE[kind.kind].values()] for kind in KINDS},
        "notations": [{"name": each.name, "title": each.title, "about": each.about} for each in NOTATIONS.values()],
    }


def _network(given: Mapping[str, Any], parameters: Array) -> Network:
    net = Network(given["widths"], given["activations"], init="zeros", normalization=given.get("normalization"))
    net.parameters = parameters
    return net


def part_document(part: Part) -> Plain:
    """A part as a page offers it: its formulas, and the bounds of its hyper-parameters."""
    return {
        "name": part.name,
        "text": str(part),
        "formula": {"plain": part.formula, "latex": part.latex},
        "derivative": {"plain": part.derivative, "latex": part.latex_derivative},
        "source": part.source,
        "hypers": [_hyper(part, own) for own in fields(part) if own.metadata],
    }


def _hyper(part: Part, own: Field[Any]) -> Plain:
    value, about = getattr(part, own.name), {"name": own.name, "about": own.metadata["about"]}
    if "kind" in own.metadata:
        return about | {"type": own.metadata["kind"].kind, "default": str(value)}
    low, high = number(own.metadata["low"]), number(own.metadata["high"])
    default = list(value) if isinstance(value, tuple) else value
    return about | {"type": str(own.type), "default": default, "low": low, "high": high}
