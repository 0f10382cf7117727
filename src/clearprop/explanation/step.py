"""explain: one step of back-propagation at one data point, as a Trace. Its numbers are `back_propagate`'s own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..backprop import ForwardPass, Gradients, back_propagate, forward_pass
from ..formulas import shortcuts
from ..formulas.activations import Elementwise
from ..formulas.catalogue import Array, find
from ..formulas.losses import Loss
from ..formulas.penalties import Penalty
from ..formulas.schedules import StepSize, as_schedule
from ..jacobians import Layout, Links, in_layout
from ..network import Network
from .header import header_of, one_point, one_target
from .reasons import activation_reason, link_reason, loss_reason, weight_reason
from .symbols import letter, require_notation
from .trace import BackwardLayer, ForwardLayer, Link, Shortcut, Trace, Update


def explain(
    net: Network,
    x: npt.ArrayLike,
    y: Any,
    loss: str | Loss = "nllm",
    *,
    eta: StepSize = 0.01,
    t: int = 1,
    layout: Layout = "denominator",
    notation: str = "mn",
    penalty: str | Penalty | None = None,
    classes: Sequence[Any] | npt.NDArray[Any] | None = None,
    point: str | None = None,
) -> Trace:
    """The chain rule of the step that `net` would take at the point x with target y, every factor with its value.

    Parameters
    ----------
    net
        Left as it is; the step is shown, not taken.
    x
        One point, (m^1,) or (1, m^1).
    y
        A value, values or a one-hot row (n^L,) or (1, n^L), or a class label.
    loss, penalty
        Parts, by name or as records of your own.
    eta, t
        The step size, or a schedule asked at step t.
    layout
        "denominator" (7.50) or "numerator", its transpose (Clarification 18).
    notation
        "mn", that of the notes.
    classes
        What the outputs stand for, in order; needed where y is a label in text.
    point
        What to call the point.

    ValueError for an unknown part, layout or notation, and for data that does not fit.

    >>> net = Network.from_weights([([[2.0]], [1.0])], activations=("identity",))
    >>> trace = explain(net, x=[3.0], y=5.0, loss="square")
    >>> trace.backward[1].dL_dW, trace.update[1].W_after
    (array([[12.]]), array([[1.88]]))
    """
    require_notation(notation)
    in_layout(np.empty((1, 1)), layout)  # an unknown layout is told before anything is computed
    loss_function = find(Loss, loss)
    names = None if classes is None else np.asarray(classes)
    X = one_point(net, x)
    Y = one_target(net, loss_function, y, names)
    with np.errstate(all="ignore"):  # saturated outputs make the long way infinite; the trace says so where it happens
        fwd = forward_pass(net, X, Y, loss_function, penalty=penalty, statistics="running")
        step = _Step(net, fwd, back_propagate(net, fwd), Links(net, fwd, layout=layout), layout)
        rate = float(as_schedule(eta).eta(np.array([t]))[0])
        return Trace(
            header=header_of(step.links, notation=notation, t=t, eta=rate, classes=names, point=point),
            forward={l: step.forward(l) for l in net.layers},
            backward={l: step.backward(l) for l in net.layers},
            update={l: step.update(l, rate) for l in net.layers},
        )


@dataclass(frozen=True)
class _Step:
    """A pass at one point, and how its pieces are read off."""

    net: Network
    fwd: ForwardPass
    grads: Gradients
    links: Links
    layout: Layout

    @property
    def scalar(self) -> bool:
        return set(self.net.widths) == {1}

    def forward(self, l: int) -> ForwardLayer:
        net, column = self.net, self.links.column
        return ForwardLayer(
            l=l,
            activation=str(net.f[l]),
            formula=net.f[l].formula or str(net.f[l]),
            W=net.W[l].copy(),
            W0=net.W0[l][:, None].copy(),
            A_prev=column(self.fwd.A[l - 1]),
            Z=column(self.fwd.Z[l]),
            A=column(self.fwd.A[l]),
        )

    def backward(self, l: int) -> BackwardLayer:
        net, grads = self.net, self.grads
        first = self.loss_unit() if l == net.L else self.link_layers(l + 1)
        penalty = self.fwd.penalty
        return BackwardLayer(
            l=l,
            product=self.product(l),
            links=(first, self.within_layer(l)),
            dL_dA=self.laid_out(grads.dL_dA[l].T),
            dL_dZ=self.laid_out(grads.dL_dZ[l].T),
            shortcut=self.shortcut() if l == net.L else None,
            weight_link=self.weight_link(l),
            dR_dW=None if penalty is None else self.laid_out(penalty.dR_dW(net.W[l])),
            dL_dW=self.laid_out(grads.dL_dW[l]),
            dL_dW0=self.laid_out(grads.dL_dW0[l][:, None]),
        )

    def update(self, l: int, eta: float) -> Update:
        W, W0 = self.net.W[l].copy(), self.net.W0[l][:, None].copy()
        return Update(
            l=l,
            W=W,
            W_after=W - eta * self.grads.dL_dW[l],
            W0=W0,
            W0_after=W0 - eta * self.grads.dL_dW0[l][:, None],
        )

    def product(self, l: int) -> tuple[tuple[str, int], ...]:
        """The factors of dL/dZ^l: from Z^l to the loss in denominator layout, from the loss to Z^l in the other."""
        inner = [pair for k in range(l + 1, self.net.L + 1) for pair in (("dZ_dA", k), ("dA_dZ", k))]
        factors = (("dA_dZ", l), *inner, ("dL_dA", self.net.L))
        return factors if self.layout == "denominator" and not self.scalar else factors[::-1]

    def loss_unit(self) -> Link:
        loss, L = self.fwd.loss_function, self.net.L
        value = self.links.dL_dA()
        return Link(
            name="dL_dA",
            l=L,
            role="loss unit",
            formula=loss.derivative or f"{loss.name}′(a, y)",
            reason=loss_reason(value.ravel()),
            value=value,
            source="7.19",
            reused_by=tuple(range(L - 1, 0, -1)),
        )

    def within_layer(self, l: int) -> Link:
        f, z, a = self.net.f[l], self.fwd.into_f(l)[0], self.fwd.A[l][0]
        formula = f.derivative or "f′(z)"
        diagonal = isinstance(f, Elementwise) and not self.scalar
        return Link(
            name="dA_dZ",
            l=l,
            role="within layer",
            formula=("dẐ/dZ · diag(gain) · " if l in self.net.normalization else "")
            + (f"diag({formula})" if diagonal else formula),
            reason=activation_reason(f, l, z, a, scalar=self.scalar),
            value=self.links.dA_dZ(l),
            source="7.23, Notation 17",
            reused_by=tuple(range(l - 1, 0, -1)),
        )

    def link_layers(self, l: int) -> Link:
        W = letter("W", l, scalar=self.scalar)
        return Link(
            name="dZ_dA",
            l=l,
            role="link layers",
            formula=W if self.layout == "denominator" or self.scalar else f"({W})ᵀ",
            reason=link_reason(l, scalar=self.scalar),
            value=self.links.dZ_dA(l).copy(),
            source="7.26, Notation 17",
            reused_by=tuple(range(l - 2, 0, -1)),
        )

    def weight_link(self, l: int) -> Link:
        A = letter("A", l - 1, scalar=self.scalar)
        return Link(
            name="dZ_dW",
            l=l,
            role="get weight gradient",
            formula=A if self.layout == "denominator" or self.scalar else f"({A})ᵀ",
            reason=weight_reason(l, scalar=self.scalar),
            value=self.links.dZ_dW(l),
            source="7.29, Notation 17",
        )

    def shortcut(self) -> Shortcut | None:
        """Both ways to dL/dZ^L, where the output pair has two (Concept 19)."""
        direct = shortcuts.shortcut(self.net.f[self.net.L], self.fwd.loss_function)
        if direct is None:
            return None
        value, long_way = self.laid_out(self.grads.dL_dZ[self.net.L].T), self.links.dL_dZ(self.net.L)
        finite = bool(np.isfinite(long_way).all())
        return Shortcut(
            name=direct.name,
            formula=direct.derivative,
            value=value,
            long_way=long_way,
            difference=float(abs(value - long_way).max()) if finite else None,
            reason=_shortcut_reason(finite),
        )

    def laid_out(self, jacobian: Array) -> Array:
        return in_layout(jacobian, self.layout).copy()


def _shortcut_reason(finite: bool) -> str:
    if finite:
        return "a factor of the activation's derivative cancels the loss's denominator"
    return (
        "an output is 0 or 1 to the last digit, so the long way is 0 times infinity; the short way divides by nothing"
    )
