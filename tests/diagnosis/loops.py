"""A student who writes every sum as a loop over points, inputs and units, with lists of plain numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .problem import BETA, SLOPE, Problem

Numbers = Any
INF = math.inf


def divide(a: float, b: float) -> float:
    """As NumPy divides: no exception at 0."""
    if b != 0:
        return a / b
    return math.nan if a == 0 or math.isnan(a) else math.copysign(INF, a)


def value(name: str, z: float) -> float:
    if name == "sigmoid":
        return 1 / (1 + math.exp(-z)) if z > -700 else 0.0
    if name == "tanh":
        return math.tanh(z)
    if name == "relu":
        return z if z > 0 else 0.0
    if name == "leaky_relu":
        return z if z > 0 else SLOPE * z
    return z


def slope(p: Problem, name: str, z: float) -> float:
    if name == "sigmoid":
        return value(name, z) * (1 - value(name, z))
    if name == "tanh":
        return 1 - math.tanh(z) ** 2
    if name == "relu":
        return 1.0 if z > 0 else 0.0 if z < 0 else p.relu_at_0
    if name == "leaky_relu":
        return 1.0 if z > 0 else SLOPE if z < 0 else (1.0 if p.relu_at_0 else SLOPE)
    return 1.0


def forward(p: Problem) -> tuple[Numbers, Numbers, Numbers]:
    As, Zs, Ins = [[] for _ in range(p.L + 1)], [[] for _ in range(p.L + 1)], [[] for _ in range(p.L + 2)]
    for i in range(p.n):
        a = [float(x) for x in p.X[i]]
        As[0].append(a)
        for l in range(1, p.L + 1):
            Ins[l].append(a)
            m, n = p.W[l].shape
            z = []
            for j in range(n):
                total = float(p.W0[l][j])
                for k in range(m):
                    total += float(p.W[l][k, j]) * a[k]
                z.append(total)
            if p.f[l] == "softmax":
                top = max(z)
                e = [math.exp(t - top) for t in z]
                out = [t / sum(e) for t in e]
            else:
                out = [value(p.f[l], t) for t in z]
            Zs[l].append(z)
            As[l].append(out)
            a = [t * float(p.masks[l][i, j]) for j, t in enumerate(out)] if l in p.masks else out
    return As, Zs, Ins


def loss_slope(p: Problem, a: float, y: float, largest: bool, alone: bool) -> float:
    wrong = lambda each: p.does(each, p.L)  # noqa: E731
    if wrong("rounded_outputs"):
        a = float(a >= 0.5) if alone else float(largest)
    if p.loss == "square":
        g = 2 * (a - y)
        if wrong("loss_itself"):
            g = (a - y) ** 2
        if wrong("derivative_of_another_loss"):
            g = 2.0 if a > y else -2.0
        return (-1 if wrong("loss_sign") else 1) * (g / 2 if p.half or wrong("derivative_of_another_loss") else g)
    if p.loss == "linear":
        g = 1.0 if a > y else -1.0 if a < y else p.sign_at_0
        if wrong("loss_itself"):
            g = abs(a - y)
        if wrong("derivative_of_another_loss"):
            g = a - y
    elif p.loss == "nll":
        g = -divide(1, a) if y == 1 else divide(1, 1 - a)
        if wrong("nll_saturated"):
            g = -(divide(y, a) - divide(1 - y, 1 - a))
        if wrong("loss_itself"):
            g = -math.log(a) if y == 1 else -math.log(1 - a)
        if wrong("nll_one_term"):
            g = -divide(y, a)
        if wrong("nll_inner_sign"):
            g = -(divide(y, a) + divide(1 - y, 1 - a))
    else:
        g = -divide(y, a)
        if wrong("loss_itself"):
            g = -y * math.log(a)
        if wrong("nllm_without_target"):
            g = -divide(1, a)
    return -g if wrong("loss_sign") else g


def unit_back(p: Problem, l: int, z: float, a: float, g: float, y: float, before: float) -> float:
    """dL/dz of one unit from its dL/da."""
    wrong, name = (lambda each: p.does(each, l)), p.f[l]
    if wrong("missing_f_prime"):
        return g
    if wrong("f_prime_at_a"):
        at = slope(p, name, a)
        return g * (1.0 if name in {"relu", "leaky_relu"} and a >= 0 else at)
    if wrong("formula_in_a_on_z"):
        return g * (z * (1 - z) if name == "sigmoid" else 1 - z**2)
    if wrong("f_for_f_prime"):
        return g * a
    if wrong("part_of_f_prime"):
        return g * (1 - a)
    if wrong("sign_inside_f_prime"):
        return g * (a * (1 + a) if name == "sigmoid" else 1 + a**2)
    if wrong("f_prime_twice"):
        return g * slope(p, name, z) * slope(p, name, z)
    if wrong("square_inside_tanh"):
        return g * (1 - math.tanh(z * z))
    if wrong("relu_of_the_gradient"):
        return g if g > 0 else 0.0
    if wrong("slope_below_zero_lost"):
        return g if z > 0 else 0.0
    if wrong("f_prime_of_another_layer"):
        return g * slope(p, name, before)
    if wrong("outputs_changed_in_place"):
        changed = a - y
        return g * (changed * (1 - changed) if name == "sigmoid" else 1 - changed**2)
    return g * slope(p, name, z)


LONG = (
    "loss_sign",
    "loss_itself",
    "nll_one_term",
    "nll_inner_sign",
    "nllm_without_target",
    "nll_saturated",
    "missing_f_prime",
    "softmax_by_element",
    "softmax_half",
    "outputs_changed_in_place",
    "f_prime_at_a",
    "formula_in_a_on_z",
    "f_for_f_prime",
    "part_of_f_prime",
    "sign_inside_f_prime",
    "f_prime_of_another_layer",
)


def layer_back(p: Problem, l: int, i: int, g: Numbers, As: Numbers, Zs: Numbers, scale: float) -> Numbers:
    wrong, a, z, n = (lambda each: p.does(each, l)), As[l][i], Zs[l][i], len(As[l][i])
    y = [float(t) for t in p.Y[i]] if l == p.L else [0.0] * n
    if l == p.L and p.pair and not any(wrong(each) for each in LONG):
        error = [(a[j] - y[j]) * scale for j in range(n)]
        if not wrong("fused_twice"):
            return error
        if p.f[l] == "sigmoid":
            return [error[j] * a[j] * (1 - a[j]) for j in range(n)]
        g = error
    if p.f[l] == "softmax":
        if wrong("missing_f_prime"):
            return list(g)
        if wrong("softmax_by_element"):
            return [g[j] * a[j] * (1 - a[j]) for j in range(n)]
        out = []
        for k in range(n):
            total = 0.0
            for j in range(n):
                link = a[j] * ((1 if k == j else 0) - a[k])
                if wrong("softmax_half"):
                    link = a[j] if k == j else 0.0
                total += link * g[j]
            out.append(total)
        return out
    before = Zs[l - 1][i] if l > 1 and len(Zs[l - 1][i]) == n else [0.0] * n
    return [unit_back(p, l, z[j], a[j], g[j], y[j], before[j]) for j in range(n)]


def parameters(p: Problem, l: int, D: Numbers, dA: Numbers, As: Numbers, Zs: Numbers, Ins: Numbers) -> tuple[Any, Any]:
    wrong, (m, n) = (lambda each: p.does(each, l)), p.W[l].shape
    gW, gb = [[0.0] * n for _ in range(m)], [0.0] * n
    source = Ins[l]
    if wrong("weights_from_own_output"):
        source = As[l]
    if wrong("weights_from_Z"):
        source = Zs[l - 1]
    if wrong("weights_from_another_layer"):
        source = As[l - 2]
    if wrong("weights_from_undropped"):
        source = As[l - 1]
    if wrong("gradient_from_dA"):
        D = dA
    share = 1 / p.n if p.sums == "points" else 1.0
    for i in range(p.n):
        for j in range(n):
            if wrong("last_point_only"):
                gb[j] = D[i][j] * share
            else:
                gb[j] += D[i][j] * share
            for k in range(m):
                x = 1.0 if wrong("weights_without_input") else source[i][k]
                if wrong("product_of_means"):
                    x = sum(source[q][k] for q in range(p.n)) / p.n
                if wrong("last_point_only"):
                    gW[k][j] = x * D[i][j] * share
                else:
                    gW[k][j] += x * D[i][j] * share
    W, b = np.array(gW), np.array(gb)
    if wrong("bias_wrong_axis"):
        b = np.array([sum(row) * share for row in D])
    if wrong("bias_not_summed"):
        b = np.array([[t * share for t in row] for row in D])
    if wrong("bias_broadcast"):
        b = np.array([sum(gb)] * n)
    if wrong("bias_missing"):
        b = np.zeros(n)
    if wrong("bias_with_a_factor"):
        b = b * p.W0[l]
    if wrong("sum_and_mean"):
        b = b / p.n
    if wrong("only_the_last_layer"):
        W, b = W * 0, b * 0
    if wrong("gradient_sign"):
        b = -b
    if p.penalty:
        for k in range(m):
            for j in range(n):
                W[k, j] += (0.5 if wrong("penalty_in_the_gradient") else 1) * 2 * p.penalty * p.W[l][k, j]
    if wrong("penalty_on_biases"):
        b = b + 2 * p.penalty * p.W0[l]
    if wrong("accumulated"):
        W, b = W * 2, b * 2
    if wrong("gradient_reshaped"):
        W = W.T.reshape(W.shape)
    return W, b


def solve(p: Problem) -> dict[str, dict[int, Any]]:
    As, Zs, Ins = forward(p)
    scale = 1 / p.n if p.sums == "mean" else 1.0
    W = {l: p.W[l].copy() for l in p.W}
    dW, dW0, dZ, dA = {}, {}, {}, {}
    coming = []
    for i in range(p.n):
        a = As[p.L][i]
        coming.append(
            [loss_slope(p, a[j], float(p.Y[i, j]), a[j] == max(a), len(a) == 1) * scale for j in range(len(a))]
        )
    for l in range(p.L, 0, -1):
        D = [layer_back(p, l, i, coming[i], As, Zs, scale) for i in range(p.n)]
        short = l == p.L and p.pair and not any(p.does(each, l) for each in LONG)
        dA[l] = np.array(D if (short and p.fused and not p.does("fused_twice", l)) else coming)
        if p.does("gradient_changed_in_place", l):
            dA[l] = np.array(D)
        dZ[l] = np.array(D)
        dW[l], dW0[l] = parameters(p, l, D, coming, As, Zs, Ins)
        if p.does("updated_weights", l):
            W[l] = W[l] - p.eta * dW[l]
        m, n = W[l].shape
        new = []
        for i in range(p.n):
            row = []
            source = coming[i] if p.does("link_from_dA", l) else D[i]
            for k in range(m):
                total = 0.0
                for j in range(n):
                    w = W[l][k, j]
                    if p.does("W_transposed", l):
                        w = W[l][j, k]
                    if p.does("W_of_another_layer", l):
                        w = p.W[l - 1][k, j]
                    if p.does("through_the_weight_gradient", l):
                        w = dW[l][k, j]
                    total += w * source[j]
                if p.does("missing_W", l):
                    total = source[k]
                if p.does("link_sign", l):
                    total = -total
                if p.does("W_times_A", l):
                    total *= As[l - 1][i][k]
                if l - 1 in p.masks and not p.does("dropout_skipped", l - 1):
                    mask = p.masks[l - 1][i, k]
                    total *= (1.0 if mask else 0.0) if p.does("dropout_scale_lost", l - 1) else mask
                    total *= mask if p.does("dropout_twice", l - 1) else 1.0
                row.append(float(total))
            new.append(row)
        coming = new
    after, after0 = {}, {}
    for l in p.W:
        after[l] = stepped(p, l, p.W[l], dW[l], p.velocity and p.velocity[0][l])
        after0[l] = stepped(p, l, p.W0[l], dW0[l], p.velocity and p.velocity[1][l])
        if p.does("gradient_transposed", l):
            dW[l] = dW[l].T
    return {"dW": dW, "dW0": dW0, "dZ": dZ, "dA": dA, "W_after": after, "W0_after": after0}


def stepped(p: Problem, l: int, theta: Any, g: Any, v: Any) -> Any:
    wrong, new = (lambda each: p.does(each, l)), theta.copy()
    if g.shape != theta.shape:
        return theta - p.eta * g if g.ndim == 2 and g.shape[1:] == theta.shape else new
    for at in np.ndindex(theta.shape):
        w, d = theta[at], g[at]
        if p.velocity is not None:
            if wrong("momentum_sign"):
                new[at] = w - p.eta * (d - BETA * v[at])
            elif wrong("momentum_form"):
                new[at] = w - p.eta * (v[at] + d)
            else:
                new[at] = w - p.eta * (BETA * v[at] + d)
        elif wrong("ascent"):
            new[at] = w + p.eta * d
        elif wrong("eta_missing"):
            new[at] = w - d
        elif wrong("eta_twice"):
            new[at] = w - p.eta**2 * d
        elif wrong("update_averaged_again"):
            new[at] = w - p.eta * p.n * d
        elif wrong("replaced_by_the_step"):
            new[at] = p.eta * d
        elif wrong("update_transposed") and theta.ndim == 2:
            new[at] = w - p.eta * g[at[::-1]]
        elif wrong("step_taken_twice"):
            new[at] = w - 2 * p.eta * d
        elif wrong("eta_on_the_weights"):
            new[at] = (1 - p.eta) * w - p.eta * d
        elif wrong("not_updated"):
            new[at] = w
        else:
            new[at] = w - p.eta * d
    return new
