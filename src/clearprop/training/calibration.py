"""Calibration: the temperature at which a trained network's probabilities fit a held-out set best. It trains nothing.

With T the outputs are softmax(Z / T), or sigmoid(Z / T). T > 0 leaves their order, and so every predicted class, as it is; only
how sure they are changes. It goes into the last layer's weights, so what comes out is a plain network.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..advice.warned import Advice, HeldOutContradicts, give
from ..ensemble import Ensemble, Function, networks_of
from ..formulas.activations import Activation, Softmax
from ..formulas.catalogue import Array, find
from ..formulas.losses import NLL, NLLM, Loss
from ..formulas.shortcuts import Shortcut, SoftmaxNLLM, shortcut
from ..formulas.smooth_activations import LogSoftmax
from ..network import Network, require_network
from ..validation import WITH_NETWORK, as_points, as_targets, as_weights, of_mean_1
from .evaluation import HeldOut

METHODS = ("temperature",)
WAYS = (*METHODS, "auto")
"""What may be asked for: "auto" is a temperature where there can be one, and where the best one is not at its bound."""
LARGEST = 64.0
"""T is at most this, and at least its reciprocal: beyond, outputs are equal, or 0 and 1, to every digit that is read."""
POINTS_MORE = 0.5
"""What is added to the held-out points, as a part of one point: every class as likely as any other."""
ENOUGH = 1e-10
"""The relative error of T at which the search ends."""


@dataclass(frozen=True)
class Calibration:
    """A calibrated network, its temperature, and what that did."""

    network: Network
    """The same layers, the last one divided by the temperature."""
    temperature: float
    """Above 1 where the network was too sure of itself, below 1 where it was not sure enough."""
    loss_before: float
    """The mean negative log likelihood on the held-out set before."""
    loss: float
    """The same with the temperature."""


def calibrate(
    net: Network, X: npt.ArrayLike, Y: npt.ArrayLike, *, sample_weight: npt.ArrayLike | None = None
) -> Calibration:
    """A copy of a network with outputs that are as sure as they are right on points (X, Y) that it was not trained on.

    Guo et al. 2017, "On calibration of modern neural networks". `X` (n, m) and `Y`, rows (n, n^L) or labels (n,), are as in
    `train`; weights count by their ratios. ValueError where the output activation is not softmax, log_softmax or sigmoid.
    A HeldOutContradicts warns where T is at its bound.

    >>> net = Network.from_weights([([[9.0]], [0.0])], activations=("sigmoid",))
    >>> found = calibrate(net, [[-1.0], [1.0], [1.0], [1.0]], [[0.0], [1.0], [1.0], [0.0]])
    >>> found.temperature > 1 and found.loss < found.loss_before
    True
    """
    require_network(net, f"MLPClassifier(calibration='temperature') calibrates in fit, or {WITH_NETWORK}")
    likelihood = likelihood_of(net.f[net.L])
    loss = find(Loss, likelihood.loss.name)
    points = as_points(X, net.widths[0], net.dtype)
    targets = as_targets(Y, loss, points=len(points), outputs=net.widths[-1], dtype=net.dtype)
    weights = as_weights(sample_weight, len(points), net.dtype)
    held_out = HeldOut(points, targets.Y, None if weights is None else of_mean_1(weights)[0])
    found = calibrated(net, held_out)
    warn_of_contradiction(found.temperature)
    return found


def calibrated(net: Network, held_out: HeldOut) -> Calibration:
    """`calibrate` on a set that is checked: targets that are 0 and 1 or sum to 1, weights of mean 1."""
    likelihood, Z = likelihood_of(net.f[net.L]), held_out.outputs(net)[0]
    if not np.isfinite(Z).all():
        raise ValueError("the network's outputs on the held-out points are not finite, so no temperature can be fitted")
    points = _Points(likelihood, Z.astype(np.float64), held_out.Y, held_out.weights)
    T = points.temperature()
    twin = net.copy()
    divide_in_place(twin, T)
    return Calibration(twin, T, points.loss(1.0), points.loss(T))


def calibrated_function(function: Function, held_out: HeldOut, *, asked: bool) -> tuple[Function, list[float]]:
    """The network, or each of an ensemble, at a temperature of its own, and these temperatures.

    Where the best one is at its bound, that is said if somebody asked for it; else the network stays as it is, at 1.
    """
    found = [calibrated(net, held_out) for net in networks_of(function)]
    if asked:
        warn_of_contradiction(max(each.temperature for each in found))
    pairs = [
        (each.network, each.temperature) if asked or contradiction(each.temperature) is None else (net, 1.0)
        for net, each in zip(networks_of(function), found, strict=True)
    ]
    nets, temperatures = [net for net, _ in pairs], [T for _, T in pairs]
    return Ensemble(nets) if isinstance(function, Ensemble) else nets[0], temperatures


def at_temperatures(function: Function, temperatures: Sequence[float]) -> Function:
    """A copy of a network, or of an ensemble, whose networks have the last activation's argument divided by these numbers."""
    nets = [net.copy() for net in networks_of(function)]
    for net, T in zip(nets, temperatures, strict=True):
        if T != 1:
            divide_in_place(net, T)
    return Ensemble(nets) if isinstance(function, Ensemble) else nets[0]


def contradiction(T: float) -> Advice | None:
    """What a temperature at its upper bound says of the network; None for all others."""
    if T < LARGEST * (1 - 1e-6):
        return None
    return Advice(
        HeldOutContradicts,
        f"the temperature that fits them best is at its bound {LARGEST:g}, so probabilities are nearly equal now",
        "the network has learnt nothing that holds on them: train longer or with other settings, hold out more points, and "
        "check that their labels are right",
        {"temperature": T},
    )


def warn_of_contradiction(T: float) -> None:
    """A HeldOutContradicts, where the temperature is at its upper bound."""
    found = contradiction(T)
    if found is not None:
        give(found)


def divide_in_place(net: Network, T: float) -> None:
    """Divide the last activation's argument by T: the last layer's weights and biases, or its gain and shift."""
    for name in ("gain", "shift") if net.L in net.normalization else ("W", "W0"):
        getattr(net, name)[net.L][...] /= T


def likelihood_of(output: Activation) -> Shortcut:
    """The negative log likelihood as a function of Z, and its derivative. ValueError for outputs without a temperature."""
    of_classes = type(output) in {Softmax, LogSoftmax}
    activation, loss = (Softmax(), NLLM()) if of_classes else (output, NLL())
    found = shortcut(activation, loss)
    if found is None:
        raise ValueError(
            f"a temperature calibrates the outputs of softmax, log_softmax or sigmoid, and {output} gives {output.range}; "
            "leave calibration out"
        )
    return found


@dataclass(frozen=True)
class _Points:
    """The held-out points as the search sees them: a loss of Z (n, outputs), with weights (n,) of mean 1."""

    likelihood: Shortcut
    Z: Array
    Y: Array
    weights: Array | None

    def loss(self, T: float) -> float:
        """The mean negative log likelihood at a temperature."""
        return float(np.average(self.likelihood.L(self.Z / T, self.Y), weights=self.weights))

    def temperature(self) -> float:
        """The T of the lowest loss, by bisection: the loss of b Z is convex in b = 1 / T, so its slope changes sign once.

        Targets are smoothed by `POINTS_MORE`, in which every class is alike. Without it b would be infinite where all points
        are right, and one wrong prediction later would cost without limit.
        """
        if not self._differ:
            return 1.0
        n, outputs = self.Y.shape
        alike = 1 / outputs if self._of_classes else 1 / 2
        Y = (n * self.Y + POINTS_MORE * alike) / (n + POINTS_MORE)
        low, high = -math.log(LARGEST), math.log(LARGEST)  # of log b
        while high - low > ENOUGH:
            middle = (low + high) / 2
            low, high = (low, middle) if self._slope(math.exp(middle), Y) >= 0 else (middle, high)
        return math.exp(-(low + high) / 2)

    @property
    def _of_classes(self) -> bool:
        return isinstance(self.likelihood, SoftmaxNLLM)

    @property
    def _differ(self) -> bool:
        """Whether an output says more of one class than of another: else every temperature gives the same."""
        return bool(np.ptp(self.Z, axis=1).any() if self._of_classes else self.Z.any())

    def _slope(self, b: float, Y: Array) -> float:
        """The derivative of the loss of b Z by b: the mean of Σⱼ ∂L/∂zⱼ zⱼ."""
        A = self.likelihood.activation().A(b * self.Z)
        return float(np.average((self.likelihood.dL_dZ(A, Y) * self.Z).sum(axis=1), weights=self.weights))
