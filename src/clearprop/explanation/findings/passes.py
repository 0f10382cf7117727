"""Passes: the two passes of the step that is explained, over its batch and over the one point of it that is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...backprop import ForwardPass, Gradients, back_propagate, traced_forward
from ...formulas.catalogue import Array
from ...jacobians import Layout, Links, in_layout
from ...network import Network
from ..notation.symbols import Symbols


@dataclass(frozen=True)
class Passes:
    """What forward and backward pass left behind, and how it is to be shown."""

    net: Network
    fwd: ForwardPass
    """Over the batch, penalty and weights included."""
    grads: Gradients
    one_net: Network
    """The network for one point alone: where a normalisation is over points, it takes the batch's moments as numbers."""
    one: ForwardPass
    """Over the point that is shown, by itself."""
    one_grads: Gradients
    at: int
    symbols: Symbols
    layout: Layout

    @classmethod
    def over(cls, net: Network, fwd: ForwardPass, at: int, symbols: Symbols, layout: Layout) -> Passes:
        """Both passes over a batch, and over its point number `at`."""
        grads, linked = back_propagate(net, fwd), [l for l in net.normalization if not fwd.is_fixed(net, l)]
        linked = [l for l in linked if net.normalization[l].axis == 0]
        if len(fwd.Y) == 1 and fwd.penalty is None and fwd.weights is None and not linked:
            return cls(net, fwd, grads, net, fwd, grads, at, symbols, layout)
        alone = net.copy() if linked else net
        for l in linked:
            alone.running_mean[l], alone.running_variance[l] = (moment[0] for moment in fwd.moments[l])
        here, M = slice(at, at + 1), {l: factor[at : at + 1] for l, factor in fwd.M.items()}
        statistics = "running" if linked else fwd.statistics
        one = traced_forward(alone, fwd.A[0][here], fwd.Y[here], fwd.loss_function, M=M, statistics=statistics)
        return cls(net, fwd, grads, alone, one, back_propagate(alone, one), at, symbols, layout)

    @property
    def links(self) -> Links:
        """The links at the point, in the layout asked for."""
        return Links(self.one_net, self.one, layout=self.layout)

    def linked(self, l: int) -> bool:
        """Whether layer l is normalised over the points of the batch, so that no matrix of one point is the whole link."""
        part = self.net.normalization.get(l)
        return part is not None and part.axis == 0 and not self.fwd.is_fixed(self.net, l)

    @property
    def own(self) -> Symbols:
        """How the loss of the point by itself is written: Lᵢ in a batch or with a weight, where the whole loss differs."""
        if len(self.fwd.Y) == 1 and self.fwd.weights is None:
            return self.symbols
        return replace(self.symbols, point=self.at + 1, held=tuple(l for l in self.net.layers if self.linked(l)))

    @property
    def of_point(self) -> Symbols:
        """The letters of the point's loss and its derivatives by weights: Lᵢ too where a penalty makes the whole others."""
        return self.own if self.fwd.penalty is None else replace(self.own, point=self.at + 1)

    @property
    def scalar(self) -> bool:
        """Whether every value is a scalar."""
        return self.symbols.scalar

    @property
    def gradient_turned(self) -> bool:
        """Whether dL/dW is shown transposed, (n^l, m^l): by the layout or by the notation, but not by both."""
        return (self.layout == "numerator") != self.symbols.notation.out_in

    def laid_out(self, jacobian: Array) -> Array:
        """A derivative in the layout asked for, copied."""
        return in_layout(jacobian, self.layout).copy()

    def weights_shown(self, W: Array) -> Array:
        """W or something shaped as W, (m^l, n^l), as the notation has it, copied."""
        return (W.T if self.symbols.notation.out_in else W).copy()

    def gradient_shown(self, dL_dW: Array) -> Array:
        """dL/dW (m^l, n^l) as it is shown, copied."""
        return (dL_dW.T if self.gradient_turned else dL_dW).copy()
