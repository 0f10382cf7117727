"""A student who writes the notes' matrices: points in columns, W is m × n, one module a unit, each with its own backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from .problem import BETA, EPSILON, SLOPE, Problem

Array = Any


class Linear:
    def __init__(self, p: Problem, l: int) -> None:
        self.p, self.l = p, l
        self.W, self.W0 = p.W[l].copy(), p.W0[l].reshape(-1, 1).copy()
        self.start = self.W.copy(), self.W0.copy()

    def forward(self, A: Array) -> Array:
        self.A = A
        self.Z = self.W.T @ A + self.W0
        return self.Z

    def backward(self, dLdZ: Array, extra: dict[str, Array]) -> Array:
        p, wrong = self.p, lambda name: self.p.does(name, self.l)
        b = p.n
        A, D = self.A, dLdZ
        if wrong("weights_from_own_output"):
            A = extra["own"]
        elif wrong("weights_from_Z"):
            A = extra["Z_before"]
        elif wrong("weights_from_another_layer"):
            A = extra["two_before"]
        elif wrong("weights_from_undropped"):
            A = extra["undropped"]
        elif wrong("weights_without_input"):
            A = np.ones_like(A)
        if wrong("gradient_from_dA"):
            D = extra["dA"]
        k = 1 / b if p.sums == "points" else 1.0
        if wrong("product_of_means"):
            dW = A.mean(axis=1, keepdims=True) @ D.sum(axis=1, keepdims=True).T * k
        elif wrong("last_point_only"):
            dW = A[:, b - 1 :] @ D[:, b - 1 :].T * k
        else:
            dW = A @ D.T * k
        if wrong("bias_wrong_axis"):
            dW0 = D.sum(axis=0, keepdims=True).T * k
        elif wrong("bias_not_summed"):
            dW0 = D * k
        elif wrong("bias_broadcast"):
            dW0 = np.sum(D) * np.ones((D.shape[0], 1)) * k
        elif wrong("bias_missing"):
            dW0 = 0 * self.W0
        elif wrong("last_point_only"):
            dW0 = D[:, [b - 1]] * k
        else:
            dW0 = D.sum(axis=1, keepdims=True) * k
        if wrong("bias_with_a_factor"):
            dW0 = dW0 * self.W0
        if wrong("sum_and_mean"):
            dW = dW * b
        if wrong("only_the_last_layer"):
            dW, dW0 = dW * 0, dW0 * 0
        if wrong("gradient_sign"):
            dW, dW0 = -dW, -dW0
        if p.penalty:
            factor = -1 if wrong("penalty_in_the_gradient") else 1
            dW = dW + factor * 2 * p.penalty * self.W
        if wrong("penalty_on_biases"):
            dW0 = dW0 + 2 * p.penalty * self.W0
        if wrong("accumulated"):
            dW, dW0 = dW + dW, dW0 + dW0
        if wrong("gradient_reshaped"):
            dW = dW.T.reshape(dW.shape)
        self.used = dW
        self.dLdW, self.dLdW0 = (dW.T if wrong("gradient_transposed") else dW), dW0
        if wrong("updated_weights"):
            self.W = self.W - p.eta * self.dLdW
        M = self.W
        if wrong("W_transposed"):
            M = M.T
        if wrong("W_of_another_layer"):
            M = extra["W_other"]
        if wrong("through_the_weight_gradient"):
            M = dW
        D = extra["dA"] if wrong("link_from_dA") else dLdZ
        out = D if wrong("missing_W") else M @ D
        if wrong("W_times_A"):
            out = extra["undropped"] * out
        return -out if wrong("link_sign") else out


def f(name: str, Z: Array) -> Array:
    return {
        "identity": lambda: Z,
        "tanh": lambda: np.tanh(Z),
        "sigmoid": lambda: 1 / (1 + np.exp(-Z)),
        "relu": lambda: Z * (Z > 0),
        "leaky_relu": lambda: np.maximum(Z, SLOPE * Z),
        "softmax": lambda: np.exp(Z - Z.max(0)) / np.exp(Z - Z.max(0)).sum(0),
    }[name]()


def df(p: Problem, name: str, Z: Array) -> Array:
    if name == "tanh":
        return 1 / np.cosh(Z) ** 2
    if name == "sigmoid":
        return f(name, Z) * f(name, -Z)
    if name in {"relu", "leaky_relu"}:
        low = SLOPE if name == "leaky_relu" else 0.0
        D = np.full(Z.shape, low)
        D[Z > 0] = 1
        D[Z == 0] = 1 if p.relu_at_0 else low
        return D
    return np.ones(Z.shape)


def activation_back(p: Problem, l: int, Z: Array, A: Array, dA: Array, Zs: dict[int, Array], scale: float) -> Array:
    """dL/dZ of one layer, points in columns."""
    wrong, name, Y = (lambda each: p.does(each, l)), p.f[l], p.Y.T
    if wrong("missing_f_prime"):
        return 1.0 * dA
    if name == "softmax":
        if wrong("softmax_by_element"):
            return dA * A * (1 - A)
        if wrong("softmax_half"):
            return -A * (A * dA).sum(0)
        if wrong("fused_twice"):
            return A * (1 - A) * (A - Y) * scale
        return np.stack([(np.diag(a) - np.outer(a, a)) @ d for a, d in zip(A.T, dA.T, strict=True)], axis=1)
    if wrong("fused_twice"):
        return df(p, name, Z) * (A - Y) * scale
    if wrong("f_prime_at_a"):
        at_a = df(p, name, A)
        return (np.where(A >= 0, 1.0, SLOPE if name == "leaky_relu" else 0.0) if "relu" in name else at_a) * dA
    if wrong("formula_in_a_on_z"):
        return dA * (Z - Z**2 if name == "sigmoid" else 1 - Z**2)
    if wrong("f_for_f_prime"):
        return dA * A
    if wrong("part_of_f_prime"):
        return dA * (1 - A)
    if wrong("sign_inside_f_prime"):
        return dA * (A + A**2 if name == "sigmoid" else 1 + A**2)
    if wrong("f_prime_twice"):
        return dA * df(p, name, Z) ** 2
    if wrong("square_inside_tanh"):
        return dA * (1 - np.tanh(Z**2))
    if wrong("relu_of_the_gradient"):
        dZ = dA.copy()
        dZ[dA < 0] = 0
        return dZ
    if wrong("slope_below_zero_lost"):
        return dA * (Z > 0)
    if wrong("f_prime_of_another_layer"):
        return dA * df(p, name, Zs[l - 1])
    if wrong("outputs_changed_in_place"):
        A = A.copy()
        A -= Y
        return dA * (A * (1 - A) if name == "sigmoid" else 1 - A**2)
    return dA * df(p, name, Z)


def loss_back(p: Problem, A: Array) -> Array:
    Y, wrong = p.Y.T, lambda each: p.does(each, p.L)
    if wrong("rounded_outputs"):
        A = np.round(A) if len(A) == 1 else (A.max(axis=0) == A).astype(float)
    with np.errstate(all="ignore"):
        if wrong("loss_itself"):
            value = {
                "square": (A - Y) ** 2 * (0.5 if p.half else 1),
                "linear": abs(A - Y),
                "nll": -(Y * np.log(A) + (1 - Y) * np.log(1 - A)) if p.loss == "nll" else 0,
                "nllm": -Y * np.log(A) if p.loss == "nllm" else 0,
            }
            return value[p.loss]
        if wrong("derivative_of_another_loss"):
            return np.sign(A - Y) if p.loss == "square" else (A - Y)
        if wrong("nll_one_term"):
            return -Y / A
        if wrong("nll_inner_sign"):
            return -(Y / A + (1 - Y) / (1 - A))
        if wrong("nllm_without_target"):
            return -1 / A
        g = {
            "square": lambda: (A - Y) * (1 if p.half else 2),
            "linear": lambda: np.where(A == Y, p.sign_at_0, np.sign(A - Y)),
            "nll": lambda: (
                np.where(Y == 1, -1 / A, 1 / (1 - A)) if not wrong("nll_saturated") else -(Y / A) + (1 - Y) / (1 - A)
            ),
            "nllm": lambda: -Y / A,
        }[p.loss]()
    return -g if wrong("loss_sign") else g


LONG = (
    "loss_sign",
    "loss_itself",
    "nll_one_term",
    "nll_inner_sign",
    "nllm_without_target",
    "fused_twice",
    "nll_saturated",
    "outputs_changed_in_place",
    "missing_f_prime",
    "softmax_by_element",
    "softmax_half",
    "f_prime_at_a",
    "formula_in_a_on_z",
    "f_for_f_prime",
    "part_of_f_prime",
    "sign_inside_f_prime",
    "f_prime_of_another_layer",
)


def solve(p: Problem) -> dict[str, dict[int, Array]]:
    linear = {l: Linear(p, l) for l in p.W}
    A, Z, V, hat, root, fed = {0: p.X.T}, {}, {}, {}, {}, {0: p.X.T}
    for l in linear:
        Z[l] = V[l] = linear[l].forward(fed[l - 1])
        if l in p.gain:
            mu, var = Z[l].mean(1, keepdims=True), Z[l].var(1, keepdims=True)
            root[l] = np.sqrt(var + EPSILON)
            hat[l] = (Z[l] - mu) / root[l]
            V[l] = p.gain[l][:, None] * hat[l] + p.shift[l][:, None]
        A[l] = f(p.f[l], V[l])
        fed[l] = A[l] * p.masks[l].T if l in p.masks else A[l]
    scale = 1 / p.n if p.sums == "mean" else 1.0
    dAs, dZs = {}, {}
    dA = loss_back(p, A[p.L]) * scale
    for l in reversed(linear):
        short = l == p.L and p.pair and not any(p.does(each, l) for each in LONG)
        with np.errstate(all="ignore"):
            dZ = (A[l] - p.Y.T) * scale if short else activation_back(p, l, V[l], A[l], dA, V, scale)
        dAs[l] = dZ if short and p.fused else dA
        if l in p.gain and not p.does("normalization_skipped", l):
            D = dZ if p.does("gain_lost", l) else dZ * p.gain[l][:, None]
            if p.does("moments_as_constants", l):
                dZ = D / root[l]
            else:
                dvar = (D * hat[l]).mean(1, keepdims=True)
                dZ = (D - D.mean(1, keepdims=True) - hat[l] * dvar) / root[l]
        if p.does("gradient_changed_in_place", l):
            dAs[l] = dZ
        dZs[l] = dZ
        extra = {
            "own": A[l],
            "dA": dA,
            "undropped": A[l - 1],
            "Z_before": Z.get(l - 1),
            "two_before": A.get(l - 2),
            "W_other": linear[l - 1].W if l > 1 else None,
        }
        dA = linear[l].backward(dZ, extra)
        if l - 1 in p.masks:
            mask = p.masks[l - 1].T
            if p.does("dropout_scale_lost", l - 1):
                dA = dA * (mask != 0)
            elif p.does("dropout_twice", l - 1):
                dA = dA * mask**2
            elif not p.does("dropout_skipped", l - 1):
                dA = dA * mask
    after = {l: update(p, l, "W", linear[l].start[0], linear[l].used) for l in linear}
    after0 = {l: update(p, l, "W0", linear[l].start[1], linear[l].dLdW0) for l in linear}
    return {
        "dW": {l: linear[l].dLdW for l in linear},
        "dW0": {l: linear[l].dLdW0 for l in linear},
        "dZ": dZs,
        "dA": dAs,
        "W_after": after,
        "W0_after": after0,
    }


def update(p: Problem, l: int, kind: str, theta: Array, g: Array) -> Array:
    wrong, eta = (lambda each: p.does(each, l)), p.eta
    if theta.shape != g.shape:
        return theta - eta * g if kind == "W0" and len(theta) == len(g) else theta
    if p.velocity is not None:
        v = p.velocity[0][l] if kind == "W" else p.velocity[1][l][:, None]
        if wrong("momentum_sign"):
            return theta + eta * (BETA * v + g)
        if wrong("momentum_form"):
            return theta - eta * g
        return theta - eta * (BETA * v + g)
    changes = {
        "ascent": theta + eta * g,
        "eta_missing": theta - g,
        "eta_twice": theta - eta * eta * g,
        "update_averaged_again": theta - (eta / p.n) * g,
        "replaced_by_the_step": -(eta * g),
        "update_transposed": theta - eta * g.T if g.shape == g.T.shape and kind == "W" else theta - eta * g,
        "step_taken_twice": theta - 2 * eta * g,
        "eta_on_the_weights": eta * theta - eta * g,
        "not_updated": theta,
    }
    return next((value for name, value in changes.items() if wrong(name)), theta - eta * g)
