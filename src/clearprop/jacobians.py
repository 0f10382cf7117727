"""The links of the chain rule as matrices, at one data point, in either layout. For display and checks, not for training.

Vectors are columns, as in the notes. In denominator layout dv/du has a row for each u and a column for each v (7.50);
in numerator layout it is the transpose (Clarification 18). Only this module turns rows into columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from .backprop import ForwardPass
from .formulas.catalogue import Array, require_choice
from .formulas.learnt_activations import Learnt
from .formulas.shortcuts import shortcut
from .network import Network

Layout: TypeAlias = Literal["denominator", "numerator"]


def in_layout(jacobian: Array, layout: Layout) -> Array:
    """A matrix given in denominator layout, in the layout asked for. ValueError for an unknown layout."""
    require_choice(layout, get_args(Layout), "layout")
    if not isinstance(jacobian, np.ndarray):
        raise TypeError(f"a matrix is an array; given {jacobian!r}")
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
        return self._in_layout(self.column(self.fwd.loss_function.dL_dA(self.fwd.A[L], self.fwd.Y)))

    def dA_dZ(self, l: int) -> Array:
        """Within layer: dA^l/dZ^l, (n^l, n^l), diag f'(z) for an element-wise activation (7.23, Notation 17).

        Where layer l is normalised it is the product of three links, dẐ^l/dZ^l . dV^l/dẐ^l . dA^l/dV^l.
        """
        one = Links(self.net, self.fwd, self.point)  # multiply in denominator layout, transpose last
        return self._in_layout(one._through_normalization(l, one.dA_dV(l)))

    def dA_dV(self, l: int) -> Array:
        """The derivative of f^l by its argument, (n^l, n^l): dA^l/dZ^l itself where layer l is not normalised."""
        return self._in_layout(self.net.f[l].jacobian(self.fwd.into_f(l)[self.point], self.fwd.A[l][self.point]))

    def dA_dalpha(self, l: int) -> Array:
        """The derivative of A^l by the alpha of its units, (n^l, n^l), diagonal. KeyError where layer l has no alpha."""
        f = self.net.f[l]
        if not isinstance(f, Learnt):
            raise KeyError(f"alpha[{l}]: {f} has no trainable parameter")
        return self._in_layout(np.diag(f.dA_dalpha(self.fwd.into_f(l), self.fwd.A[l])[self.point]))

    def dV_dZ_hat(self, l: int) -> Array:
        """Within a layer that is normalised: dV^l/dẐ^l = diag gain^l, (n^l, n^l)."""
        return self._in_layout(np.diag(self.net.gain[l]))

    def dZ_hat_dZ(self, l: int) -> Array:
        """Within a layer that is normalised: dẐ^l/dZ^l, (n^l, n^l), diagonal where mean and variance are fixed numbers.

        ValueError where they are those of a batch: then ẑ of a point depends on the other points too, and the link is a
        matrix for each unit, not for each point; see `dZ_hat_dZ_of_unit`.
        """
        part, (_, variance) = self.net.normalization[l], self.fwd.moments[l]
        if self.fwd.is_fixed(self.net, l):
            return self._in_layout(np.diag(part.dL_dZ_fixed(np.ones_like(variance[0]), variance[0])))
        if part.axis == 0:
            raise ValueError(
                f"layer {l}: {part} of a batch makes a point depend on the others; see dZ_hat_dZ_of_unit({l}, j)"
            )
        return self._in_layout(part.jacobian(self.fwd.Z_hat[l][self.point], variance[self.point, 0]))

    def dZ_hat_dZ_of_unit(self, l: int, j: int) -> Array:
        """Batch normalisation's link for unit j of layer l, (points, points): row i is for z of point i (7.50)."""
        part, (_, variance) = self.net.normalization[l], self.fwd.moments[l]
        if part.axis != 0 or self.fwd.is_fixed(self.net, l):
            raise ValueError(f"layer {l}: {part} does not make a point depend on others here; see dZ_hat_dZ({l})")
        return self._in_layout(part.jacobian(self.fwd.Z_hat[l][:, j], variance[0, j]))

    def dA_taken_dA(self, l: int) -> Array:
        """Dropout's link between layers: the derivative of layer l+1's input by A^l, diag M^l, (n^l, n^l)."""
        factors = self.fwd.M[l][self.point] if l in self.fwd.M else np.ones(self.net.widths[l])
        return self._in_layout(np.diag(factors))

    def dZ_dA(self, l: int) -> Array:
        """Link layers: dZ^l/dA^(l-1) = W^l, (m^l, n^l) (7.26, Notation 17)."""
        return self._in_layout(self.net.W[l])

    def dZ_dW(self, l: int) -> Array:
        """Weight link: dZ^l/dW^l = A^(l-1), (m^l, 1) (7.29, Notation 17).

        A shorthand: the derivative of a vector by a matrix has three indices, and the entries that are not 0 are
        dz_j/dw_ij = a_i.
        """
        return self._in_layout(self.column(self.fwd.taken(l)))

    def dL_dZ(self, l: int, *, long_way: bool = True) -> Array:
        """The product of all links from the loss to Z^l, (n^l, 1) (Notations 11 and 16).

        `long_way=False` starts with the output pair's shortcut where it has one (Concept 19).
        """
        net, fwd = self.net, self.fwd
        direct = None if long_way else shortcut(net.f[net.L], fwd.loss_function)
        one = Links(net, fwd, self.point)  # multiply in denominator layout, transpose last
        dL_dV = self.column(direct.dL_dZ(fwd.A[net.L], fwd.Y)) if direct else one.dA_dV(net.L) @ one.dL_dA()
        dL_dZ = one._through_normalization(net.L, dL_dV)
        for k in range(net.L - 1, l - 1, -1):
            dL_dA = one.dZ_dA(k + 1) @ dL_dZ
            if k in fwd.M:
                dL_dA = one.dA_taken_dA(k) @ dL_dA
            dL_dZ = one.dA_dZ(k) @ dL_dA
        return self._in_layout(dL_dZ)

    def _through_normalization(self, l: int, dV: Array) -> Array:
        """dẐ^l/dZ^l . dV^l/dẐ^l . dV, in denominator layout; dV itself where layer l is not normalised."""
        return self.dZ_hat_dZ(l) @ self.dV_dZ_hat(l) @ dV if l in self.net.normalization else dV

    def dL_dW(self, l: int, *, long_way: bool = True) -> Array:
        """The weight gradient A^(l-1) (dL/dZ^l)^T, (m^l, n^l) (Notation 16)."""
        one = Links(self.net, self.fwd, self.point)
        return self._in_layout(one.dZ_dW(l) @ one.dL_dZ(l, long_way=long_way).T)

    def _in_layout(self, jacobian: Array) -> Array:
        return in_layout(jacobian, self.layout)
