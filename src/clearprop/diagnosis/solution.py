"""diagnose: given derivatives against the chain rule; what differs is named as a mistake, with the link that it breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..backprop import ForwardPass, Statistics, forward_pass
from ..callers import either
from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..network import Network, require_network
from ..validation import WITH_NETWORK, as_numbers
from . import mistakes as _mistakes  # noqa: F401 - their records enter the catalogue
from .chain import Setting
from .closeness import ALLOWED, ALLOWED_SINGLE, Closeness
from .conventions import conventions_of
from .differences import without_their_error
from .judge import Explanation, explanations
from .reading import Reading, layers_of, numbers_of, readings
from .result import Diagnosis
from .wording import ORDER, found_in

Layers: TypeAlias = Mapping[int, npt.ArrayLike] | Sequence[npt.ArrayLike | None] | npt.NDArray[Any]
"""An array for each layer: a list in the order 1..L, or a dict of some of them by layer."""


def diagnose(
    net: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    *,
    loss: str | Loss,
    dL_dW: Layers | None = None,
    dL_dW0: Layers | None = None,
    dL_dZ: Layers | None = None,
    dL_dA: Layers | None = None,
    W_after: Layers | Network | None = None,
    W0_after: Layers | None = None,
    eta: float | None = None,
    penalty: str | Penalty | None = None,
    sample_weight: npt.ArrayLike | None = None,
    factors: Mapping[int, npt.ArrayLike] | None = None,
    statistics: Statistics = "batch",
    optimizer: str | Optimizer = "sgd",
    state: Mapping[str, npt.ArrayLike] | None = None,
) -> Diagnosis:
    """What is wrong with derivatives that were worked out by hand or by a program of one's own, if anything is.

    Give any of the arrays, for some layers or for all: a list in the order 1..L or a dict {layer: array}. They are those of
    one backward pass of `net` on X (n, m^1) and Y (n, n^L); X with points in columns is read too. `W_after` and
    `W0_after` are the parameters after one step of size `eta` (or the network after it), with `optimizer` and its `state`
    before the step (arrays of all parameters, such as {"v": ...}). `factors` are dropout's, as in `forward_pass`.

    Conventions are no mistakes and are found out: points in rows or columns, W or its transpose, sums or means, a half before
    the square, biases as rows, columns or a row of W, what is taken at a kink. Then mistakes are looked for from the loss
    down, the fewest that explain everything. Give dL_dZ and dL_dA where you have them: each link is then judged by itself.

    ValueError for arrays whose shapes fit no convention, for text, and for X or Y that do not fit.

    >>> net = Network.from_weights([([[0.5], [1.0]], [0.1]), ([[2.0]], [0.0])], activations=("sigmoid", "identity"))
    >>> found = diagnose(net, X=[[1.0, 2.0]], Y=[[1.0]], loss="square", dL_dZ={1: [[3.4469]], 2: [[1.7234]]})
    >>> [each.name for each in found.mistakes], found.mistakes[0].computed
    (['missing_f_prime'], '∂L/∂Z¹ = ∂L/∂A¹')
    """
    require_network(net, WITH_NETWORK)
    net = _double(net)
    X, Y, turned = _as_rows(net, X, Y)
    weights, M = sample_weight, factors
    fwd = forward_pass(net, X, Y, loss, sample_weight=weights, penalty=penalty, factors=M, statistics=statistics)
    W_after, W0_after = _of_network(net, W_after, W0_after)
    given: dict[str, Any] = {"dL_dW": dL_dW, "dL_dW0": dL_dW0, "dL_dZ": dL_dZ, "dL_dA": dL_dA}
    given |= {"W_after": W_after, "W0_after": W0_after}
    arrays = {name: layers_of(each, name, net, first=0 if name == "dL_dA" else 1) for name, each in given.items()}
    if not any(arrays.values()):
        raise ValueError("nothing to diagnose: give dL_dW, dL_dW0, dL_dZ, dL_dA or W_after, some of them at least")
    single = any(
        getattr(array, "dtype", None) in (np.float32, np.float16) for each in arrays.values() for array in each.values()
    )
    numbers = {name: numbers_of(each, name) for name, each in arrays.items()}
    setting = _setting(net, fwd, eta, optimizer, state, stepped=bool(numbers["W_after"] or numbers["W0_after"]))
    read = readings(net, len(fwd.Y), **numbers)
    chain_given = bool(numbers["dL_dZ"] or numbers["dL_dA"])
    conventions = conventions_of(net, fwd, chain_given=chain_given)
    closeness = Closeness(ALLOWED_SINGLE if single else ALLOWED)
    with np.errstate(all="ignore"):  # a mistake may give infinities and NaN, which are compared too
        best = explanations(setting, read, conventions, closeness)
        if not all(each.known for each in found_in(best)) and (
            exact := without_their_error(setting, read, conventions, closeness)
        ):
            best = explanations(setting, [exact], conventions, closeness)
        return _told(net, fwd, best, turned)


def _told(net: Network, fwd: ForwardPass, best: list[Explanation], turned: tuple[str, ...]) -> Diagnosis:
    first = best[0]
    found = found_in(best)
    unjudged = _unjudged(first.reading, first) if first.path.lost else ()
    notes = []
    if unjudged:
        notes.append(
            f"not judged, since they come from what is wrong: {', '.join(unjudged)}; give dL_dZ to have them judged"
        )
    if first.setting.eta is None and any(not each.known and each.layer < net.L for each in found):
        notes.append(
            f"without eta it cannot be seen whether updated weights were used too early; give {either('--eta', 'eta=')}"
        )
    if not first.whole:
        notes.append(
            "not every combination of two mistakes was tried; give dL_dZ and dL_dA, or a smaller network with fewer points"
        )
    said = [*turned, *first.reading.conventions, *first.convention.said]
    if first.path.fused:
        said.append(
            "loss unit and output activation are one: what is given as ∂L/∂A of the last layer is its ∂L/∂Z, a − y"
        )
    if first.reading.rounded:
        said.append("numbers are rounded, so they are compared to their decimals")
    checked = tuple(f"{name}[{l}]" for name in ORDER for l in sorted(first.reading.arrays[name]))
    return Diagnosis(
        ok=not found,
        conventions=tuple(said),
        mistakes=found,
        checked=tuple(each for each in checked if each not in unjudged),
        unjudged=unjudged,
        notes=tuple(notes),
        network=str(net),
        loss=str(fwd.loss_function),
    )


def _unjudged(reading: Reading, explanation: Explanation) -> tuple[str, ...]:
    l = min(step.key[1] for step in explanation.path.done if step.given)
    return tuple(f"{name}[{k}]" for name in ORDER for k in sorted(reading.arrays[name]) if k < l)


def _double(net: Network) -> Network:
    """The network in double precision: what is right is computed as exactly as can be."""
    if net.dtype == np.float64:
        return net
    wide = Network(net.widths, net.activations, normalization=net.normalizations)
    wide.parameters = net.parameters.astype(np.float64)
    wide.statistics[...] = net.statistics
    return wide


def _as_rows(net: Network, X: npt.ArrayLike, Y: npt.ArrayLike) -> tuple[Any, Any, tuple[str, ...]]:
    """X and Y with points in rows; as they are where they do not fit as columns either, for the words of `forward_pass`."""
    points, m, n = as_numbers(X, "X"), net.widths[0], net.widths[-1]
    if points.ndim != 2 or points.shape[1] == m or points.shape[0] != m:
        return X, Y, ()
    targets = np.asarray(Y)
    columns = targets.ndim == 2 and targets.shape == (n, points.shape[1]) and targets.shape != (points.shape[1], n)
    return points.T, targets.T if columns else Y, ("points are columns of X",)


def _of_network(net: Network, W_after: Any, W0_after: Any) -> tuple[Any, Any]:
    """Weights and biases after the step, where a network, or pairs (W, W0), were given."""
    if isinstance(W_after, Network):
        if W_after.widths != net.widths:
            raise ValueError(f"W_after is a network of widths {W_after.widths}; the one that learnt has {net.widths}")
        return {l: W_after.W[l] for l in net.layers}, {l: W_after.W0[l] for l in net.layers}
    if (
        W0_after is None
        and isinstance(W_after, list | tuple)
        and W_after
        and all(isinstance(e, tuple) and len(e) == 2 for e in W_after)
    ):
        return [W for W, _ in W_after], [W0 for _, W0 in W_after]
    return W_after, W0_after


def _setting(
    net: Network,
    fwd: ForwardPass,
    eta: float | None,
    optimizer: str | Optimizer,
    state: Mapping[str, npt.ArrayLike] | None,
    *,
    stepped: bool,
) -> Setting:
    rule = find(Optimizer, optimizer)
    if eta is not None and not (isinstance(eta, int | float | np.floating) and np.isfinite(eta)):
        raise ValueError(f"eta must be a number, the size of the step; given {eta!r}")
    if stepped and eta is None:
        raise ValueError(f"W_after and W0_after come from a step; give its size, {either('--eta', 'eta=')}")
    memory: dict[str, Array] = {}
    for name, array in (state or {}).items():
        memory[name] = as_numbers(array, f"state[{name!r}]").astype(np.float64).ravel()
        if memory[name].shape != net.parameters.shape:
            raise ValueError(
                f"state[{name!r}] must be {net.parameters.shape}, as net.parameters; given {np.shape(array)}"
            )
    return Setting(net, fwd, None if eta is None else float(eta), rule, memory)
