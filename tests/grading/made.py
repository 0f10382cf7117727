"""Submissions, right and wrong: a program as a student writes it, and the lines that go wrong in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

RIGHT = """
import numpy as np


class Module:
    def sgd_step(self, lrate):
        pass


class Linear(Module):
    def __init__(self, m, n):
        self.m, self.n = (m, n)
        self.W0 = np.zeros([self.n, 1])
        self.W = np.random.normal(0, 1.0 * m ** (-0.5), [m, n])

    def forward(self, A):
        self.A = A
        return np.dot(self.W.T, A) + self.W0

    def backward(self, dLdZ):
        self.dLdW = np.dot(self.A, dLdZ.T)
        self.dLdW0 = dLdZ.sum(axis=1).reshape((self.W0.shape[0], 1))
        return np.dot(self.W, dLdZ)

    def sgd_step(self, lrate):
        self.W = self.W - lrate * self.dLdW
        self.W0 = self.W0 - lrate * self.dLdW0


class Tanh(Module):
    def forward(self, Z):
        self.A = np.tanh(Z)
        return self.A

    def backward(self, dLdA):
        return dLdA * (1.0 - self.A**2)


class ReLU(Module):
    def forward(self, Z):
        self.A = np.maximum(0, Z)
        return self.A

    def backward(self, dLdA):
        return dLdA * (self.A != 0)


class SoftMax(Module):
    def forward(self, Z):
        return np.exp(Z) / np.sum(np.exp(Z), axis=0)

    def backward(self, dLdZ):
        return dLdZ

    def class_fun(self, Ypred):
        return np.argmax(Ypred, axis=0)


class NLL(Module):
    def forward(self, Ypred, Y):
        self.Ypred = Ypred
        self.Y = Y
        return float(np.sum(-Y * np.log(Ypred)))

    def backward(self):
        return self.Ypred - self.Y


class Sequential:
    def __init__(self, modules, loss):
        self.modules = modules
        self.loss = loss

    def sgd(self, X, Y, iters=100, lrate=0.005):
        D, N = X.shape
        for it in range(iters):
            i = np.random.randint(N)
            Xt = X[:, i : i + 1]
            Yt = Y[:, i : i + 1]
            self.loss.forward(self.forward(Xt), Yt)
            self.backward(self.loss.backward())
            self.sgd_step(lrate)

    def forward(self, Xt):
        for m in self.modules:
            Xt = m.forward(Xt)
        return Xt

    def backward(self, delta):
        for m in self.modules[::-1]:
            delta = m.backward(delta)

    def sgd_step(self, lrate):
        for m in self.modules:
            m.sgd_step(lrate)
"""


@dataclass(frozen=True)
class Made:
    """A submission: what is replaced in the right one, and what is to be found. `A|B` is either name."""

    name: str
    changes: tuple[tuple[str, str], ...] = ()
    found: tuple[str, ...] = ()
    conventions: tuple[str, ...] = field(default=())
    trouble: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        text = RIGHT
        for old, new in self.changes:
            assert text.count(old) == 1, (self.name, old)
            text = text.replace(old, new)
        return text


def _one(name: str, old: str, new: str, *found: str) -> Made:
    return Made(name, ((old, new),), found)


MADE = (
    Made("ada"),
    Made(
        "bob",
        (
            (
                "np.exp(Z) / np.sum(np.exp(Z), axis=0)",
                "np.exp(Z - Z.max(axis=0)) / np.sum(np.exp(Z - Z.max(axis=0)), axis=0)",
            ),
        ),
    ),
    Made(
        "cleo",
        (
            ("dLdZ.sum(axis=1).reshape((self.W0.shape[0], 1))", "np.sum(dLdZ, axis=1, keepdims=True)"),
            ("(self.A != 0)", "(self.A > 0).astype(float)"),
        ),
    ),
    Made(
        "dan",
        (
            ("self.modules[::-1]", "reversed(self.modules)"),
            ("np.dot(self.W, dLdZ)", "self.W @ dLdZ"),
            ("1.0 - self.A**2", "1 - np.square(self.A)"),
        ),
    ),
    Made(
        "eve",
        (
            ("self.W = self.W - lrate * self.dLdW\n", "self.W -= lrate * self.dLdW\n"),
            ("        self.W0 = self.W0 - lrate * self.dLdW0", "        self.W0 -= lrate * self.dLdW0"),
        ),
    ),
    _one("fay", "np.dot(self.A, dLdZ.T)", "-np.dot(self.A, dLdZ.T)", "Linear.backward: gradient_sign"),
    _one("gus", "return np.dot(self.W, dLdZ)", "return np.dot(self.W.T, dLdZ)", "Linear.backward: W_transposed"),
    _one("hal", "dLdA * (1.0 - self.A**2)", "dLdA", "Tanh.backward: missing_f_prime"),
    _one("ida", "dLdA * (1.0 - self.A**2)", "dLdA * (1.0 - self.A)", "Tanh.backward: part_of_f_prime"),
    _one("jon", "dLdA * (1.0 - self.A**2)", "dLdA * (1.0 - np.tanh(self.A)**2)", "Tanh.backward: f_prime_at_a"),
    _one("kim", "dLdA * (self.A != 0)", "dLdA * self.A", "ReLU.backward: f_for_f_prime"),
    _one("lea", "dLdZ.sum(axis=1).reshape((self.W0.shape[0], 1))", "dLdZ", "Linear.backward: bias_not_summed"),
    _one(
        "max",
        "dLdZ.sum(axis=1).reshape((self.W0.shape[0], 1))",
        "dLdZ.sum() * np.ones((self.n, 1))",
        "Linear.backward: bias_broadcast",
    ),
    _one(
        "ned",
        "self.W = self.W - lrate * self.dLdW\n",
        "self.W = self.W + lrate * self.dLdW\n",
        "Linear.sgd_step: ascent",
    ),
    _one(
        "ola", "self.W = self.W - lrate * self.dLdW\n", "self.W = self.W - self.dLdW\n", "Linear.sgd_step: eta_missing"
    ),
    _one("pam", "return dLdZ\n", "return dLdZ * self.forward(np.zeros_like(dLdZ))\n", "SoftMax.backward: unknown"),
    _one("quin", "np.sum(np.exp(Z), axis=0)", "np.sum(np.exp(Z))", "SoftMax.forward: softmax_over_all"),
    _one("rae", "self.Ypred - self.Y", "self.Y - self.Ypred", "NLL.backward: loss_sign"),
    _one("sam", "self.Ypred - self.Y", "-self.Y / self.Ypred", "NLL.backward: nll_by_a"),
    _one("tess", "np.sum(-Y * np.log(Ypred))", "np.mean(-Y * np.log(Ypred))", "NLL.forward: loss_mean_of_all"),
    _one(
        "uma",
        "self.modules[::-1]",
        "self.modules",
        "Sequential.backward: backward_in_forward_order",
        "Sequential.sgd: backward_in_forward_order",
    ),
    Made(
        "vic",
        (
            (
                "            self.backward(self.loss.backward())\n            self.sgd_step(lrate)",
                "            self.sgd_step(lrate)\n            self.backward(self.loss.backward())",
            ),
        ),
        ("Sequential.sgd: step_before_backward",),
    ),
    _one("liv", "np.random.randint(N)", "np.random.permutation(N)[0]", "Sequential.sgd: drawn_otherwise"),
    _one("moe", "np.random.randint(N)", "int(np.random.rand() * N)", "Sequential.sgd: drawn_otherwise"),
    _one(
        "nat",
        "self.dLdW = np.dot(self.A, dLdZ.T)",
        "self.dLdW = np.dot(self.A, dLdZ.T)\n        self.A *= 0",
        "Network.backward: input_changed",
    ),
    _one(
        "kai",
        "self.dLdW = np.dot(self.A, dLdZ.T)",
        "self.A *= 0\n        self.dLdW = np.dot(self.A, dLdZ.T)",
        "Linear.backward: all_zero",
        "Network.backward: input_changed",
    ),
    _one("wes", "            i = np.random.randint(N)", "            i = it % N", "Sequential.sgd: points_in_turn"),
    Made(
        "xan",
        (
            ("self.W0 = np.zeros([self.n, 1])", "self.W0 = np.zeros([self.n, 1]); self.dLdW = np.zeros([m, n])"),
            ("self.dLdW = np.dot(self.A, dLdZ.T)", "self.dLdW = self.dLdW + np.dot(self.A, dLdZ.T)"),
        ),
        ("Linear.backward: accumulated",),
    ),
    Made(
        "yan",
        (("return np.dot(self.W.T, A) + self.W0", "return np.dot(self.W.T, A)"), ("dLdA * (self.A != 0)", "dLdA")),
        ("Linear.forward: forward_bias_missing", "ReLU.backward: missing_f_prime or f_prime_at_a"),
    ),
    Made(
        "zoe",
        (("self.dLdW = np.dot(self.A, dLdZ.T)", "self.dLdW = np.dot(self.A, dLdZ.T).T"),),
        (),
        ("Linear.backward",),
    ),
    Made(
        "abe",
        (("self.dLdW = np.dot(self.A, dLdZ.T)", "self.dLdW = np.dot(self.A, dLdZ.T) / dLdZ.shape[1]"),),
        ("Linear.backward: sum_and_mean",),
    ),
    Made(
        "bea",
        (("        return dLdA * (1.0 - self.A**2)", "        dLdA *= 1.0 - self.A**2\n        return dLdA"),),
        (),
    ),
    Made(  # `step` is its own, and `sgd_step` that of the base, which does nothing
        "sue",
        (
            ("    def sgd_step(self, lrate):\n        self.W = ", "    def step(self, lrate):\n        self.W = "),
            ("            m.sgd_step(lrate)", "            getattr(m, 'step', m.sgd_step)(lrate)"),
        ),
    ),
    Made(
        "gil",
        (
            (
                "        self.A = A\n        return np.dot(self.W.T, A) + self.W0",
                "        self.A = np.dot(self.W.T, A) + self.W0\n        return self.A",
            ),
        ),
        ("Linear.backward: weights_from_own_output",),
    ),
    _one("rex", "np.dot(self.W.T, A)", "np.dot(self.W, A)", "Linear.forward: forward_W_transposed"),
    _one("sid", "dLdA * (1.0 - self.A**2)", "dLdA * self.A * (1.0 - self.A)", "Tanh.backward: derivative_of_sigmoid"),
    _one("una", "dLdA * (1.0 - self.A**2)", "-dLdA * (1.0 - self.A**2)", "Tanh.backward: f_prime_sign"),
    _one("lou", "return np.dot(self.W, dLdZ)", "return self.dLdW", "Linear.backward: weight_gradient_returned"),
    Made("ivy", (("X[:, i : i + 1]", "X[:, i]"), ("Y[:, i : i + 1]", "Y[:, i]")), (), (), ("Sequential.sgd",)),
    _one(
        "pia",
        "self.modules[::-1]",
        "self.modules[:0:-1]",
        "Sequential.backward: first_module_not_reached",
        "Sequential.sgd: first_module_not_reached",
    ),
    Made(
        "jan",
        (
            (
                "        self.W0 = np.zeros([self.n, 1])\n        self.W = ",
                "        self.b = np.zeros([self.n, 1])\n        self.w = ",
            ),
            ("np.dot(self.W.T, A) + self.W0", "np.dot(self.w.T, A) + self.b"),
            ("reshape((self.W0.shape[0], 1))", "reshape((self.b.shape[0], 1))"),
            ("np.dot(self.W, dLdZ)", "np.dot(self.w, dLdZ)"),
            ("self.W = self.W - lrate * self.dLdW\n", "self.w = self.w - lrate * self.dLdW\n"),
            ("self.W0 = self.W0 - lrate * self.dLdW0", "self.b = self.b - lrate * self.dLdW0"),
        ),
        (),
        (),
        ("Linear.forward", "Linear.backward", "Linear.sgd_step"),
    ),
    Made("cal", (("class ReLU(Module)", "class Relu(Module)"),), (), (), ("ReLU.forward", "ReLU.backward")),
    Made(
        "dot",
        (
            (
                "        self.A = np.tanh(Z)\n        return self.A",
                "        Tanh.A = np.tanh(Z)\n        return self.A",
            ),
            ("        self.A = A\n", "        Linear.A = A\n"),
        ),
        ("Network.backward: shared_state",),
    ),
)


def write(folder: Path) -> None:
    """A folder for each person, with modules.py."""
    for made in MADE:
        (folder / made.name).mkdir(parents=True)
        (folder / made.name / "modules.py").write_text(made.text, encoding="utf-8")
