"""SGD-NEURAL-NET, the notes' procedure (section 7.6.2), with the notes' names for the arguments of `train`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..formulas.activations import Activation, Softmax
from ..formulas.catalogue import find
from ..formulas.losses import Loss
from ..formulas.schedules import StepSize
from ..network import Network
from ..validation import as_array, as_generator
from .trainer import train


def sgd_neural_net(
    D: tuple[npt.ArrayLike, npt.ArrayLike],
    T: int,
    L: int,
    m: Sequence[int],
    f: Sequence[str | Activation],
    loss: str | Loss,
    eta: StepSize = 0.01,
    seed: int | np.random.Generator = 0,
) -> Network:
    """A network of L layers after T steps of stochastic gradient descent, each on one point drawn with replacement.

    Parameters
    ----------
    D
        The data (X, Y): X (n, m^1), Y values or one-hot rows (n, n^L), or class labels (n,).
    T
        The number of steps; t counts them from 1.
    L, m, f
        The number of layers, their input widths (m^1, ..., m^L) and activations (f^1, ..., f^L); n^L follows from Y.
    loss, eta, seed
        The loss, the step size (a number, a schedule or a function of t), and the seed of every random draw.

    Notes
    -----
    Every layer's link uses the weights of the forward pass; all layers are updated after the last link is computed.

    Examples
    --------
    >>> X = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> D, f = (X, [0, 1, 1, 0]), ("tanh", "sigmoid")
    >>> net = sgd_neural_net(D, T=8000, L=2, m=(2, 4), f=f, loss="nll", eta=0.5, seed=1)
    >>> (net.predict(X)[:, 0] > 0.5).tolist()
    [False, True, True, False]
    """
    if not (isinstance(D, tuple | list) and len(D) == 2):
        raise ValueError("D must be a pair (X, Y)")
    listed = all(isinstance(each, tuple | list | np.ndarray) for each in (m, f))
    if not listed or not isinstance(L, int) or len(m) != L or len(f) != L:
        raise ValueError(f"L = {L} layers need {L} widths m and {L} activations f; given m = {m!r}, f = {f!r}")
    X, Y = D
    rng = as_generator(seed)
    net = Network(widths=(*m, _outputs(as_array(Y, "Y"), find(Activation, f[-1]))), activations=f, seed=rng)
    run = train(
        net, X, Y, loss=loss, eta=eta, batch_size=1, steps=T, sampling="with_replacement", progress=False, seed=rng
    )
    return run.network


def _outputs(Y: npt.NDArray[np.generic], last: Activation) -> int:
    """n^L from the targets: the number of their columns, or of the classes for labels with a softmax output, else 1."""
    if Y.ndim == 2:
        return int(Y.shape[1])
    if not isinstance(last, Softmax):
        return 1
    counted = Y.dtype.kind in "iu" and Y.size > 0 and Y.min() >= 0
    return int(Y.max()) + 1 if counted else max(1, len(set(Y.ravel().tolist())))
