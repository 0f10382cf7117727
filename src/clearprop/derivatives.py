"""More than one gradient: values of hidden layers, the gradient of each point's loss, and products with second derivatives."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .backprop import ForwardPass, Gradients, back_propagate, forward_pass, traced_forward
from .checks.smoothness import why_no_complex_step
from .formulas.catalogue import Array
from .formulas.losses import Loss
from .formulas.penalties import Penalty
from .network import Network, require_network
from .validation import as_numbers, as_points

STEP = 1e-20
"""Of a complex step, relative to the direction: far below a rounding of the parameters, so that nothing is lost to it."""


def layer_outputs(net: Network, X: npt.ArrayLike) -> dict[int, Array]:
    """A^0 .. A^L, (n, n^l) each, for points X (n, m^1), as in a prediction: A^0 is X, and A^L what `predict` gives.

    >>> net = Network((2, 3, 1), ("relu", "identity"), seed=0)
    >>> A = layer_outputs(net, [[0.5, -1.0]])
    >>> [A[l].shape for l in A]
    [(1, 2), (1, 3), (1, 1)]
    """
    require_network(net)
    A = {0: as_points(X, net.widths[0], net.dtype)}
    for l in net.layers:
        _, A[l] = net.predict_layer(l, A[l - 1])
    return A


def point_gradients(net: Network, X: npt.ArrayLike, Y: npt.ArrayLike, loss: str | Loss) -> Array:
    """The gradient of each point's own loss L_i, (n, p), in the order of `net.parameters`.

    Their mean is the gradient of the loss. Neither weights of points nor a penalty are in it. ValueError where a normalisation
    lets points depend on each other.

    >>> net = Network.from_weights([([[2.0]], [1.0])], activations=("identity",))
    >>> point_gradients(net, [[3.0], [0.0]], [[5.0], [1.0]], "square")
    array([[12.,  4.],
           [ 0.,  0.]])
    """
    fwd = forward_pass(net, X, Y, loss)
    for l, part in net.normalization.items():
        if part.axis == 0:
            raise ValueError(
                f"layer {l}: {part.name} is over the points of a batch, so the loss of one depends on the others; "
                "layer_norm is over the units of one"
            )
    n = len(fwd.losses)
    grads, gradients = back_propagate(net, fwd), np.empty((n, net.parameters.size), net.dtype)
    for start, values in zip(net.starts.tolist(), _of_points(net, fwd, grads), strict=True):
        of_point = n * values.reshape(n, -1)  # back-propagation has a share of 1/n for each
        gradients[:, start : start + of_point.shape[1]] = of_point
    return gradients


def _of_points(net: Network, fwd: ForwardPass, grads: Gradients) -> list[Array]:
    """For each array of parameters its gradient before the sum over the points, (n, ...)."""
    found = []
    for l, name, _ in net.arrays:
        dL_dZ = grads.dL_dZ[l]
        dL_dV = grads.dL_dV.get(l, dL_dZ)
        if name == "W":
            found.append(np.einsum("im,in->imn", fwd.taken(l), dL_dZ))
        elif name == "gain":
            found.append(fwd.Z_hat[l] * dL_dV)
        elif name == "alpha":
            found.append(net.f[l].dA_dalpha(fwd.into_f(l), fwd.A[l]) * grads.dL_dA[l])  # type: ignore[attr-defined]
        else:
            found.append(dL_dV if name == "shift" else dL_dZ)
    return found


def hessian_product(
    net: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    loss: str | Loss,
    v: npt.ArrayLike,
    *,
    sample_weight: npt.ArrayLike | None = None,
    penalty: str | Penalty | None = None,
) -> Array:
    """H v, (p,): the second derivatives of the loss times a direction v (p,), in double precision whatever the network's type.

    Back-propagation with parameters θ + i h v: the imaginary part of the gradient is h H v, exact but for rounding. The cost is
    that of two gradients with complex numbers; H itself is never made. At a kink it is the derivative of the formula, which
    for ReLU has no curvature. ValueError for a part of your own that does not follow complex numbers.

    >>> net = Network.from_weights([([[2.0]], [1.0])], activations=("identity",))
    >>> hessian_product(net, [[3.0]], [[5.0]], "square", v=[1.0, 0.0])  # L = (3 w + w0 - 5)²
    array([18.,  6.])
    """
    require_network(net)
    fwd = forward_pass(net, X, Y, loss, sample_weight=sample_weight, penalty=penalty)
    direction = as_numbers(v, "v").astype(np.float64)
    if direction.shape != net.parameters.shape:
        raise ValueError(f"v must be {net.parameters.shape}, as network.parameters; given {direction.shape}")
    if why := why_no_complex_step(net, fwd):
        raise ValueError(f"{why}, and a product with second derivatives needs complex numbers")
    size = abs(direction).max(initial=0.0)
    if size == 0:
        return direction
    at = net.with_parameters(net.parameters.astype(np.float64) + 1j * STEP * (direction / size))
    X, Y = (array.astype(np.float64) for array in (fwd.A[0], fwd.Y))
    weights = None if fwd.weights is None else fwd.weights.astype(np.float64)
    moved = traced_forward(at, X, Y, fwd.loss_function, weights, fwd.penalty)
    return back_propagate(at, moved).flat.imag * (size / STEP)
