"""A user's program that is right: mypy and pyright, both strict, find nothing in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

import clearprop as cp


@dataclass(frozen=True)
class Bent(cp.Elementwise):
    """An activation of one's own."""

    name = "bent"
    slope: float = cp.hyper(0.5, low=0.0, high=1.0, about="of the bend")

    def A(self, Z: cp.Array) -> cp.Array:
        return Z + self.slope * np.sin(Z)

    def dA_dZ(self, Z: cp.Array, A: cp.Array) -> cp.Array:
        return 1 + self.slope * np.cos(Z)


class Fourth(cp.Loss):
    """A loss of one's own."""

    name = "fourth"

    def L(self, A: cp.Array, Y: cp.Array) -> cp.Array:
        return np.asarray(((A - Y) ** 4).sum(axis=1))

    def dL_dA(self, A: cp.Array, Y: cp.Array) -> cp.Array:
        return 4 * (A - Y) ** 3


class SmallEnough(cp.Stop):
    """A condition of one's own."""

    name = "small_enough"

    def watch(self) -> cp.Watch:
        return lambda report: "small enough" if report.loss < 1e-3 else None


def told(report: cp.Report) -> bool:
    return report.step > 30 and report.loss < 1e-9


def trained(X: npt.NDArray[np.float64], Y: npt.NDArray[np.float64]) -> cp.Run:
    net = cp.Network(widths=(2, 3, 1), activations=(Bent(slope=0.25), "identity"), init="he_normal", seed=0)
    return cp.train(net, X, Y, loss=Fourth(), optimizer="adam", eta=1e-3, steps=40, callbacks=told, progress=False)


def main(folder: Path) -> float:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(20, 2)), rng.normal(size=(20, 1))
    run = trained(X, Y)
    net: cp.Network = run.network
    loss: float = net.learn_one(X[0], Y[0], loss="square", eta=0.01)
    fwd = cp.forward_pass(net, X, Y, loss="square", penalty="l2(strength=0.01)")
    grads: cp.Gradients = cp.back_propagate(net, fwd)
    steepest: float = max(float(abs(grads.dL_dW[l]).max()) for l in net.layers)
    check: cp.GradientCheck = cp.check_gradients(net, X, Y, loss="square")
    trace: cp.Trace = cp.explain(net, X[:2], Y[:2], loss="square")
    optimizer: cp.Optimizer = cp.find(cp.Optimizer, "adam(beta1=0.8)")
    xor = cp.Network(widths=(2, 4, 1), activations=("tanh", "sigmoid"), init="glorot_uniform")
    try:
        cp.train(xor, X, Y > 0, loss="nll", optimizer=optimizer, steps=5, stop=("time_limit", SmallEnough()))
    except (cp.Diverged, cp.NoStepSize) as error:
        raise SystemExit(f"{error.run.network!r}: {error}") from error
    path = folder / "net.clearprop"
    xor.save(path)
    again: cp.Network = cp.load(path)
    A: cp.Array = again.predict(X)
    said: list[str] = [trace.text(), run.stopped_because, cp.__version__]
    assert check.ok
    assert all(said)
    assert len(run.history["loss"]) > 0
    return loss + steepest + float(A.sum())
