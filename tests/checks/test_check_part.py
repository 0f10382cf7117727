"""`check_part`: every part of the catalogue is right, and each mistake in a part of one's own is named."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from clearprop.cards import kinds
from clearprop.formulas import CATALOGUE
from clearprop.formulas.activations import Softmax
from clearprop.formulas.losses import NLLM, Square
from clearprop.formulas.normalizations import LayerNorm
from clearprop.formulas.optimizers import SGD
from clearprop.formulas.shortcuts import SoftmaxNLLM
from tests.parts import EachWeight

PAGE = Path(__file__).parents[2] / "docs" / "own-parts.md"
CHECKED = [kind for kind in kinds() if kind not in {"export", "format", "mistake"}]
PARTS = [(kind, name) for kind in CHECKED for name in CATALOGUE[kind]]


@pytest.mark.parametrize(("kind", "name"), PARTS)
def test_a_part_of_the_catalogue_is_right(kind: str, name: str) -> None:
    for seed in range(3):
        found = cp.check_part(CATALOGUE[kind][name](), seed=seed)
        assert found.ok, str(found)


class Slope(cp.Elementwise):
    name = "slope"

    def A(self, Z):
        return 3 * Z

    def dA_dZ(self, Z, A):
        return np.full_like(Z, 2.0)


class Outside(cp.Elementwise):
    name, range = "outside", cp.Interval(0.0, 1.0)

    def A(self, Z):
        return 3 * Z

    def dA_dZ(self, Z, A):
        return np.full_like(Z, 3.0)


class Mixed(Slope):
    name = "mixed"

    def A(self, Z):
        return Z - Z.mean(axis=1, keepdims=True)


class Upcast(Slope):
    name = "upcast"

    def A(self, Z):
        return 2 * Z.astype(float)


class Alpha(cp.Learnt):
    name, start = "alpha", 0.5

    def A(self, Z):
        return self.alpha * Z

    def dA_dZ(self, Z, A):
        return self.alpha * np.ones_like(Z)

    def dA_dalpha(self, Z, A):
        return -Z


class Unsummed(Square):
    name = "unsummed"

    def L(self, A, Y):
        return (A - Y) ** 2


class Halved(Square):
    name = "halved"

    def dL_dA(self, A, Y):
        return A - Y


class Together(Square):
    name = "together"

    def L(self, A, Y):
        return super().L(A, Y) / len(A)


class OtherPair(SoftmaxNLLM):
    name, activation, loss = "other pair", Softmax, NLLM

    def dL_dZ(self, A, Y):
        return Y - A


class Upward(SGD):
    name = "upward"

    def update_in_place(self, parameters, gradient, eta, state):
        parameters += eta * gradient


class NotInPlace(SGD):
    name = "not_in_place"

    def update_in_place(self, parameters, gradient, eta, state):
        parameters = parameters - eta * gradient  # a new array


class Remembers(cp.Optimizer):
    name = "remembers"
    held = np.zeros(8)

    def update_in_place(self, parameters, gradient, eta, state):
        type(self).held = 0.9 * self.held + gradient
        parameters -= eta * self.held


class Negative(cp.Schedule):
    name = "negative"

    def eta(self, t):
        return 0.05 - 0.001 * t


class OwnSeed(cp.Initializer):
    name = "own_seed"

    def W(self, m, n, rng):
        return np.random.default_rng().normal(size=(m, n))

    def W0(self, m, n, rng):
        return np.zeros(n)


class Strange(cp.Regularizer):
    name = "strange"


class Straight(LayerNorm):
    name = "straight"

    def dL_dZ(self, dL_dZ_hat, Z_hat, variance):
        return dL_dZ_hat / np.sqrt(variance + self.epsilon)


class Beyond(cp.Sampling):
    name = "beyond"

    def draw(self, n, b, rng):
        yield rng.integers(0, n + 5, (40, b))


class FirstRows(cp.Sampling):
    name = "first_rows"

    def draw(self, n, b, rng):
        yield np.arange(n // b * b).reshape(-1, b)


class Late(cp.Optimizer):
    name = "late"

    def update_in_place(self, parameters, gradient, eta, state):
        state["v"] = 0.9 * state.get("v", 0) + gradient
        parameters -= eta * state["v"]


class HalfSteps(cp.Averaging):
    name = "half_steps"

    def next(self, step, steps, epoch):
        return step + 0.5

    def weight(self, count):
        return 1 / (count + 1)


class Flattens(cp.Scaling):
    name = "flattens"

    def learnt(self, X):
        return np.nanmean(X, axis=0), np.zeros(X.shape[1])


class Bool(cp.Stop):
    name = "bool"

    def watch(self):
        return lambda report: report.loss < 0.5


class EachPoint(cp.Metric):
    name = "each_point"

    def value(self, A, Y, weights=None):
        return abs(A - Y).mean(axis=1)


class Stays(cp.Averaging):
    name = "stays"

    def next(self, step, steps, epoch):
        return step

    def weight(self, count):
        return 1.0


class OneFactor(cp.Scaling):
    name = "one_factor"

    def learnt(self, X):
        return np.nanmean(X), np.nanstd(X)


class NoTarget(cp.Dataset):
    name, task = "no_target", "regression"

    def load(self):
        return cp.Table.of({"x": np.arange(3.0)}, source=self.name)


class Raises(Slope):
    name = "raises"

    def A(self, Z):
        return Z + None


class Named(Slope):
    name = "relu"

    def A(self, Z):
        return 2 * Z


WRONG = [
    (Slope(), "dL_dZ is the derivative of A: dL_dZ.* and differences give"),
    (Outside(), r"range is \[0, 1\], and A gives"),
    (Mixed(), "A of a unit depends on that unit alone: "),
    (Upcast(), "A of float32 must be float32; it is float64"),
    (Alpha(), "dA_dalpha is the derivative of A by alpha: dA_dalpha"),
    (Unsummed(), r"L of 6 points and 3 outputs must have shape \(6,\); it has shape \(6, 3\)"),
    (Halved(), "dL_dA is the derivative of L: dL_dA"),
    (Together(), "L of a point is another beside other points"),
    (OtherPair(), "L and dL_dZ are those of the activation and the loss.*: dL_dZ"),
    (Upward(), "after 100 steps of eta = 0.001 the sum of θ²"),
    (NotInPlace(), "update_in_place leaves θ as it is: change the array itself"),
    (Remembers(), "something else is remembered"),
    (Negative(), r"eta\(51\) is not a finite number, 0 or more"),
    (OwnSeed(), "the same seed gives another W: draw from `rng`"),
    (EachWeight(), r"R must be one number for a layer's weights; it has shape \(4, 3\)"),
    (Strange(), "derive yours from one of them"),
    (Straight(), "dL_dZ is the derivative of Z_hat.*: dL_dZ"),
    (Beyond(), "must draw arrays"),
    (FirstRows(), "rows 8, 9 of 10 did not come in 150 batches of 4"),
    (Late(), "state has v after a step and not before"),
    (HalfSteps(), r"next\(0, 50, 10\) must be a whole number; it is 0.5"),
    (Flattens(), "the factor of a column that varies is 0"),
    (Bool(), "a watch gives None, or a text with the reason; it gave"),
    (EachPoint(), "value must be one number for all points"),
    (Stays(), r"next\(0, 50, 10\) must be a step after 0"),
    (OneFactor(), r"of 3 columns both must be \(3,\); they are \(\) and \(\)"),
    (NoTarget(), "target must be one of the columns x"),
    (Raises(), "TypeError: unsupported operand"),
    (Named(), "'relu' is the name of another activation, in the catalogue"),
]


@pytest.mark.parametrize(("part", "message"), WRONG, ids=lambda each: getattr(each, "name", None))
def test_what_is_wrong_with_a_part_is_said(part: cp.Part, message: str) -> None:
    found = cp.check_part(part)
    assert not found.ok
    assert re.search(message, "\n".join(found.wrong)), str(found)
    assert "WRONG" in repr(found)
    assert "WRONG" in str(found)


def test_a_class_and_a_function_are_no_parts() -> None:
    with pytest.raises(TypeError, match=r"check_part takes a part.*give an instance of it, with \(\)"):
        cp.check_part(Slope)
    with pytest.raises(TypeError, match="check_part takes a part"):
        cp.check_part(lambda report: None)


def test_the_page_of_own_parts_runs_and_has_each_kind(tmp_path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    program = tmp_path / "page.py"
    program.write_text("\n".join(re.findall(r"^```python\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)))
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "activation 'bent(slope=0.25)' is right" in done.stdout
    titles = re.findall(r"^## (.*)$", text, flags=re.MULTILINE)
    wanted = "Activation, Learnt activation, Loss, Shortcut, Optimiser, Schedule, Initialiser, Penalty, Regulariser, "
    wanted += "Normalisation, Sampling, Stop, Metric, Compression, Averaging, Callback, Data set, Scaling"
    assert titles == wanted.split(", ")
