"""A student who computes with whole batches: points in rows, weights with a row for each unit, as a framework has them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .problem import BETA, EPSILON, SLOPE, Problem

Array = Any


def act(name: str, z: Array) -> Array:
    if name == "sigmoid":
        return 1 / (1 + np.exp(-z))
    if name == "tanh":
        return np.tanh(z)
    if name == "relu":
        return np.maximum(z, 0)
    if name == "leaky_relu":
        return np.where(z > 0, z, SLOPE * z)
    if name == "softmax":
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    return z


def act_grad(p: Problem, name: str, z: Array, a: Array) -> Array:
    if name == "sigmoid":
        return a * (1 - a)
    if name == "tanh":
        return 1 - a**2
    if name == "relu":
        return np.where(z == 0, p.relu_at_0, (z > 0) * 1.0)
    if name == "leaky_relu":
        return np.where(z == 0, p.relu_at_0 * (1 - SLOPE) + SLOPE, np.where(z > 0, 1.0, SLOPE))
    return np.ones_like(z)


def solve(p: Problem) -> dict[str, dict[int, Array]]:
    L, n = p.L, p.n
    weight = {l: p.W[l].T.copy() for l in p.W}
    bias = {l: p.W0[l].copy() for l in p.W}
    h, z, v, zhat, std, taken = {0: p.X.copy()}, {}, {}, {}, {}, {1: p.X}
    for l in range(1, L + 1):
        z[l] = taken[l] @ weight[l].T + bias[l]
        v[l] = z[l]
        if l in p.gain:
            std[l] = np.sqrt(z[l].var(axis=0) + EPSILON)
            zhat[l] = (z[l] - z[l].mean(axis=0)) / std[l]
            v[l] = p.gain[l] * zhat[l] + p.shift[l]
        h[l] = act(p.f[l], v[l])
        taken[l + 1] = h[l] * p.masks[l] if l in p.masks else h[l]
    per = 1.0 / n if p.sums == "mean" else 1.0
    for_weights = 1.0 / n if p.sums == "points" else 1.0
    out, y = h[L], p.Y
    g = loss_grad(p, out, y) * per
    saved_a, saved_z, gw, gb = {}, {}, {}, {}
    given_weight = {l: weight[l].copy() for l in weight}
    for l in range(L, 0, -1):
        da = g
        # ---- the activation
        if l == L and p.pair:
            dz = (out - y) * per
            if p.fused:
                da = dz.copy()
        else:
            dz = backward_act(p, l, g, v, h, y)
        dz, da = mistaken_act(p, l, g, dz, da, v, h, taken, per)
        if l in p.gain:
            dz = norm_back(p, l, dz, zhat[l], std[l])
        if p.does("gradient_changed_in_place", l):
            da = dz
        saved_a[l], saved_z[l] = da, dz
        # ---- parameters
        x = taken[l]
        if p.does("weights_from_own_output", l):
            x = h[l]
        if p.does("weights_from_Z", l):
            x = z[l - 1]
        if p.does("weights_from_another_layer", l):
            x = h[l - 2]
        if p.does("weights_from_undropped", l):
            x = h[l - 1]
        d = g if p.does("gradient_from_dA", l) else dz
        if p.does("last_point_only", l):
            gw[l] = np.outer(d[-1], x[-1])
            gb[l] = d[-1].copy()
        elif p.does("product_of_means", l):
            gw[l] = np.outer(d.sum(0), x.mean(0))
            gb[l] = d.sum(0)
        elif p.does("weights_without_input", l):
            gw[l] = np.repeat(d.sum(0)[:, None], x.shape[1], axis=1)
            gb[l] = d.sum(0)
        else:
            gw[l] = d.T @ x
            gb[l] = d.sum(0)
        if p.does("bias_wrong_axis", l):
            gb[l] = d.sum(axis=1)
        if p.does("bias_not_summed", l):
            gb[l] = d.copy()
        if p.does("bias_broadcast", l):
            gb[l] = np.zeros(d.shape[1]) + d.sum()
        if p.does("bias_with_a_factor", l):
            gb[l] = gb[l] * bias[l]
        gw[l] = gw[l] * for_weights
        gb[l] = gb[l] * for_weights
        if p.does("bias_missing", l):
            gb[l] = np.zeros_like(bias[l])
        if p.does("sum_and_mean", l):
            gb[l] = gb[l] * n
        if p.does("only_the_last_layer", l):
            gw[l], gb[l] = np.zeros_like(gw[l]), np.zeros_like(gb[l])
        if p.does("gradient_sign", l):
            gw[l] = -gw[l]
        if p.penalty and not p.does("penalty_in_the_gradient", l):
            gw[l] = gw[l] + 2 * p.penalty * weight[l]
        if p.does("penalty_on_biases", l):
            gb[l] = gb[l] + 2 * p.penalty * bias[l]
        if p.does("accumulated", l):
            gw[l] = gw[l] + gw[l]
            gb[l] = gb[l] + gb[l]
        if p.does("gradient_transposed", l):
            gw[l] = gw[l].T
        if p.does("gradient_reshaped", l):
            gw[l] = gw[l].T.reshape(gw[l].shape)
        # ---- the layer before
        if p.does("updated_weights", l):
            weight[l] = weight[l] - p.eta * gw[l]
        back = dz
        if p.does("link_from_dA", l):
            back = g
        w = weight[l]
        if p.does("W_transposed", l):
            w = weight[l].T
        if p.does("W_of_another_layer", l):
            w = weight[l - 1]
        if p.does("through_the_weight_gradient", l):
            w = gw[l]
        g = back @ w
        if p.does("missing_W", l):
            g = back
        if p.does("link_sign", l):
            g = -g
        if p.does("W_times_A", l):
            g = g * h[l - 1]
        if l - 1 in p.masks:
            mask = p.masks[l - 1]
            if p.does("dropout_scale_lost", l - 1):
                g = g * (mask > 0)
            elif p.does("dropout_twice", l - 1):
                g = g * mask * mask
            elif not p.does("dropout_skipped", l - 1):
                g = g * mask
    after, after0 = step(p, given_weight, bias, gw, gb)
    return {"dW": gw, "dW0": gb, "dZ": saved_z, "dA": saved_a, "W_after": after, "W0_after": after0}


def loss_grad(p: Problem, a: Array, y: Array) -> Array:
    l = p.L
    if p.does("rounded_outputs", l):
        a = (a >= 0.5) * 1.0 if a.shape[1] == 1 else (a == a.max(1, keepdims=True)) * 1.0
    with np.errstate(all="ignore"):
        if p.loss == "square":
            g = (a - y) if p.half else 2 * (a - y)
            if p.does("loss_itself", l):
                g = (a - y) ** 2 / 2 if p.half else (a - y) ** 2
            if p.does("derivative_of_another_loss", l):
                g = np.sign(a - y)
        elif p.loss == "linear":
            g = np.where(a == y, p.sign_at_0, np.sign(a - y))
            if p.does("loss_itself", l):
                g = np.abs(a - y)
            if p.does("derivative_of_another_loss", l):
                g = 2 * (a - y)
        elif p.loss == "nll":
            g = -(y / a) + (1 - y) / (1 - a) if p.does("nll_saturated", l) else np.where(y == 1, -1 / a, 1 / (1 - a))
            if p.does("loss_itself", l):
                g = -y * np.log(a) - (1 - y) * np.log(1 - a)
            if p.does("nll_one_term", l):
                g = -(y / a)
            if p.does("nll_inner_sign", l):
                g = -(y / a) - (1 - y) / (1 - a)
        else:
            g = -y / a
            if p.does("loss_itself", l):
                g = -y * np.log(a)
            if p.does("nllm_without_target", l):
                g = -1 / a
    return -g if p.does("loss_sign", l) else g


def backward_act(p: Problem, l: int, g: Array, v: dict[int, Array], h: dict[int, Array], y: Array) -> Array:
    a = h[l]
    if p.f[l] == "softmax":
        return a * (g - (g * a).sum(1, keepdims=True))
    if p.does("outputs_changed_in_place", l):
        a -= y
        return act_grad(p, p.f[l], v[l], a) * g
    return act_grad(p, p.f[l], v[l], a) * g


LOSS_MISTAKES = (
    "loss_sign",
    "loss_itself",
    "nll_one_term",
    "nll_inner_sign",
    "nllm_without_target",
    "derivative_of_another_loss",
    "rounded_outputs",
)


def mistaken_act(
    p: Problem,
    l: int,
    g: Array,
    dz: Array,
    da: Array,
    v: dict[int, Array],
    h: dict[int, Array],
    taken: dict[int, Array],
    per: float,
) -> tuple[Array, Array]:
    f, z, a = p.f[l], v[l], h[l]
    if l == p.L and p.pair:
        if any(p.does(each, l) for each in LOSS_MISTAKES) or p.does("nll_saturated", l):
            with np.errstate(all="ignore"):  # this student goes the long way
                return (a * (g - (g * a).sum(1, keepdims=True)) if f == "softmax" else a * (1 - a) * g), g
        if p.does("outputs_changed_in_place", l):
            a = a - p.Y
            return a * (1 - a) * g, g
        if p.does("fused_twice", l):
            e = (a - p.Y) * per
            return (a * (e - (e * a).sum(1, keepdims=True)) if f == "softmax" else a * (1 - a) * e), da
        if p.does("softmax_by_element", l) or p.does("softmax_half", l) or p.does("missing_f_prime", l):
            da = g
        elif not any(p.does(each, l) for each in ACT_MISTAKES):
            return dz, da
    if not any(p.does(each, l) for each in ACT_MISTAKES):
        return dz, da
    slope = act_grad(p, f, z, a)
    if p.does("missing_f_prime", l):
        return g.copy(), g
    if p.does("f_prime_at_a", l):
        return act_grad(p, f, a, act(f, a)) * g if f not in {"relu", "leaky_relu"} else (a >= 0) * g, g
    if p.does("formula_in_a_on_z", l):
        return (z * (1 - z) if f == "sigmoid" else 1 - z * z) * g, g
    if p.does("f_for_f_prime", l):
        return a * g, g
    if p.does("part_of_f_prime", l):
        return (1 - a) * g, g
    if p.does("sign_inside_f_prime", l):
        return (a * (1 + a) if f == "sigmoid" else 1 + a * a) * g, g
    if p.does("f_prime_twice", l):
        return slope * slope * g, g
    if p.does("square_inside_tanh", l):
        return (1 - np.tanh(z * z)) * g, g
    if p.does("relu_of_the_gradient", l):
        return np.where(g > 0, g, 0), g
    if p.does("slope_below_zero_lost", l):
        return (z >= 0) * g, g
    if p.does("f_prime_of_another_layer", l):
        return act_grad(p, f, v[l - 1], act(f, v[l - 1])) * g, g
    if p.does("softmax_by_element", l):
        return a * (1 - a) * g, g
    return a * g, g  # softmax_half


ACT_MISTAKES = (
    "missing_f_prime",
    "f_prime_at_a",
    "formula_in_a_on_z",
    "f_for_f_prime",
    "part_of_f_prime",
    "sign_inside_f_prime",
    "f_prime_twice",
    "square_inside_tanh",
    "relu_of_the_gradient",
    "slope_below_zero_lost",
    "f_prime_of_another_layer",
    "softmax_by_element",
    "softmax_half",
)


def norm_back(p: Problem, l: int, dv: Array, zhat: Array, std: Array) -> Array:
    if p.does("normalization_skipped", l):
        return dv
    d = dv if p.does("gain_lost", l) else dv * p.gain[l]
    if p.does("moments_as_constants", l):
        return d / std
    n = len(dv)
    return (n * d - d.sum(0) - zhat * (d * zhat).sum(0)) / (n * std)


def step(p: Problem, weight: Any, bias: Any, gw: Any, gb: Any) -> tuple[Any, Any]:
    new, new0 = {}, {}
    for l in weight:
        for kind, theta, grad, out in (("W", weight[l], gw[l], new), ("W0", bias[l], gb[l], new0)):
            eta, n = p.eta, p.n
            if kind == "W0" and np.shape(grad) != np.shape(theta):
                out[l] = theta - eta * grad if np.shape(grad)[-1:] == np.shape(theta) else theta
                continue
            if kind == "W" and np.shape(grad) != np.shape(theta):
                grad = grad.T
            if p.velocity is not None:
                before = p.velocity[0][l].T if kind == "W" else p.velocity[1][l]
                mom = BETA * before + grad
                if p.does("momentum_sign", l):
                    mom = BETA * before - grad
                if p.does("momentum_form", l):
                    mom = before + grad
                out[l] = theta - eta * mom
            elif p.does("ascent", l):
                out[l] = theta + eta * grad
            elif p.does("eta_missing", l):
                out[l] = theta - grad
            elif p.does("eta_twice", l):
                out[l] = theta - eta * (eta * grad)
            elif p.does("update_averaged_again", l):
                out[l] = theta - eta * grad / n
            elif p.does("replaced_by_the_step", l):
                out[l] = -eta * grad
            elif p.does("update_transposed", l) and kind == "W":
                out[l] = theta - eta * grad.T
            elif p.does("step_taken_twice", l):
                out[l] = theta - eta * grad - eta * grad
            elif p.does("eta_on_the_weights", l):
                out[l] = eta * (theta - grad)
            elif p.does("not_updated", l):
                out[l] = theta
            else:
                out[l] = theta - eta * grad
    return new, new0
