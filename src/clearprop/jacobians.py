"""The links of the chain rule as matrices, at one data point, in either layout. Used to show and to check; never to train.

Vectors are columns, as in the notes. In denominator layout dv/du has a row for each u and a column for each v (7.50);
in numerator layout it is the transpose (Clarification 18). This module is the one place that turns rows into columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from .backprop import ForwardPass
from .formulas.catalogue import Array, nearest
from .formulas.shortcuts import shortcut
from .network import Network

Layout: TypeAlias = Literal["denominator", "numerator"]


def in_layout(jacobian: Array, layout: Layout) -> Array:
    """A matrix given in denominator layout, in the layout asked for. ValueError for an unknown layout."""
    if layout not in get_args(Layout):
        raise ValueError(f"unknown layout {layout!r}{nearest(str(layout), list(get_args(Layout)))}")
    return jacobian if layout == "denominator" else jacobian.T


@dataclass(frozen=True)
class Links:
    """The links at data point `point` of a forward pass, each a matrix in the chosen layout.

    A product of links goes right to left in denominator layout, dL/dZ^1 = dA^1/dZ^1 . dZ^2/dA^1 . ... . dL/dA^L
    (Notation 16), and left to right in numerator layout.
    """

    net: Network
    fwd: ForwardPass
    point: int = 0
    layout: Layout = "denominator"

    def column(self, values: Array) -> Array:
        """Row `point` of an array (n, width) as a column (width, 1)."""
        return values[self.point][:, None]

    def dL_dA(self) -> Array:
        """Loss unit: dL/dA^L, (n^L, 1) (7.19)."""
        L = self.net.L
        return self._laid_out(self.column(self.fwd.loss_function.dL_dA(self.fwd.A[L], self.fwd.Y)))

    def dA_dZ(self, l: int) -> Array:
        """Within layer: dA^l/dZ^l, (n^l, n^l), diag f'(z) for an element-wise activation (7.23, Notation 17)."""
        return self._laid_out(self.net.f[l].jacobian(self.fwd.Z[l][self.point], self.fwd.A[l][self.point]))

    def dZ_dA(self, l: int) -> Array:
        """Link layers: dZ^l/dA^(l-1) = W^l, (m^l, n^l) (7.26, Notation 17)."""
        return self._laid_out(self.net.W[l])

    def dZ_dW(self, l: int) -> Array:
        """Weight link: dZ^l/dW^l = A^(l-1), (m^l, 1) (7.29, Notation 17).

        A shorthand: the derivative of a vector by a matrix has three indices, and all of its entries that are not 0 are
        these, dz_j/dw_ij = a_i.
        """
        return self._laid_out(self.column(self.fwd.A[l - 1]))

    def dL_dZ(self, l: int, *, long_way: bool = True) -> Array:
        """The product of all links from the loss to Z^l, (n^l, 1) (Notations 11 and 16).

        `long_way=False` starts with the output pair's shortcut where it has one (Concept 19).
        """
        net, fwd = self.net, self.fwd
        direct = None if long_way else shortcut(net.f[net.L], fwd.loss_function)
        one = Links(net, fwd, self.point)  # multiply in denominator layout, then lay out
        dL_dZ = self.column(direct.dL_dZ(fwd.A[net.L], fwd.Y)) if direct else one.dA_dZ(net.L) @ one.dL_dA()
        for k in range(net.L - 1, l - 1, -1):
            dL_dZ = one.dA_dZ(k) @ one.dZ_dA(k + 1) @ dL_dZ
        return self._laid_out(dL_dZ)

    def dL_dW(self, l: int, *, long_way: bool = True) -> Array:
        """The weight gradient A^(l-1) (dL/dZ^l)^T, (m^l, n^l) (Notation 16)."""
        one = Links(self.net, self.fwd, self.point)
        return self._laid_out(one.dZ_dW(l) @ one.dL_dZ(l, long_way=long_way).T)

    def _laid_out(self, jacobian: Array) -> Array:
        return in_layout(jacobian, self.layout)
