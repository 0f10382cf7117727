"""The batch: each point's part of the gradient, and their mean, which is what the step uses."""

from __future__ import annotations

import numpy as np

from ..trace.around import Batch, BatchLayer
from ..trace.passes import Factor, Product
from .passes import Passes


def batch_of(passes: Passes) -> Batch | None:
    """Every layer's gradient as one product over all points; None where the step is one point of weight 1."""
    fwd, net = passes.fwd, passes.net
    b = len(fwd.Y)
    if b == 1 and fwd.weights is None:
        return None
    shares = np.full(b, 1 / b) if fwd.weights is None else fwd.weights / b
    return Batch(
        size=b,
        at=passes.at,
        losses=tuple(float(loss) for loss in fwd.losses),
        shares=tuple(float(share) for share in shares),
        layers={l: _layer(passes, l) for l in net.layers},
    )


def _layer(passes: Passes, l: int) -> BatchLayer:
    """dL/dW^l = A^(l-1) (dL/dZ^l)^T, with a column for each point (Notation 16 over a batch)."""
    A, dL_dZ = passes.fwd.taken(l).T, passes.grads.dL_dZ[l].T
    a, z = Factor("A", l - 1, A), Factor("dL_dZ", l, dL_dZ)
    turned = (Factor("dL_dZ", l, dL_dZ), Factor("A", l - 1, A.T, transposed=True))
    straight = (a, Factor("dL_dZ", l, z.value.T, transposed=True))
    factors = turned if passes.gradient_turned else straight
    with np.errstate(all="ignore"):
        value = factors[0].value @ factors[1].value
        shares = (
            np.full(len(passes.fwd.Y), 1 / len(passes.fwd.Y))
            if passes.fwd.weights is None
            else passes.fwd.weights / len(passes.fwd.Y)
        )
        own = np.divide(np.linalg.norm(dL_dZ, axis=0), shares, out=np.zeros(len(shares)), where=shares != 0)
        norms = np.linalg.norm(A, axis=0) * own  # of a column times a row
    return BatchLayer(
        l=l,
        A_prev=A.copy(),
        dL_dZ=dL_dZ.copy(),
        weights=Product("dL_dW", l, factors, value),
        norms=tuple(float(norm) for norm in norms),
    )
