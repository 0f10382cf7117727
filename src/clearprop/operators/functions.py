"""NumPy's functions as operators of ONNX, for symbols. One mapping, which every export reads.

Only operators that runtimes have for float and for double are used, and that mean the same from opset 13 on: ONNX has Softplus,
Elu and Erf, but onnxruntime has them for float only. So the formulas' own safeguards are what is written down.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .symbol import FUNCTIONS, UFUNCS, Symbol, numbers


def _symbol(*given: Any) -> Symbol:
    return next(each for each in given if isinstance(each, Symbol))


def _arithmetic(operator: str) -> Callable[..., Symbol]:
    return lambda *given: _symbol(*given).by(operator, *numbers(*given))


def _comparison(operator: str) -> Callable[..., Symbol]:
    return lambda *given: _symbol(*given).by(operator, *numbers(*given), truth=True)


def _logic(operator: str) -> Callable[..., Symbol]:
    return lambda *given: _symbol(*given).by(operator, *given, truth=True)


UFUNCS.update(
    {
        np.add: _arithmetic("Add"),
        np.subtract: _arithmetic("Sub"),
        np.multiply: _arithmetic("Mul"),
        np.divide: _arithmetic("Div"),
        np.matmul: _arithmetic("MatMul"),
        np.negative: _arithmetic("Neg"),
        np.positive: lambda z: z,
        np.absolute: _arithmetic("Abs"),
        np.sign: _arithmetic("Sign"),
        np.exp: _arithmetic("Exp"),
        np.log: _arithmetic("Log"),
        np.sqrt: _arithmetic("Sqrt"),
        np.tanh: _arithmetic("Tanh"),
        np.sin: _arithmetic("Sin"),
        np.cos: _arithmetic("Cos"),
        np.arctan: _arithmetic("Atan"),
        np.rint: _arithmetic("Round"),
        np.floor: _arithmetic("Floor"),
        np.maximum: _arithmetic("Max"),
        np.minimum: _arithmetic("Min"),
        np.less: _comparison("Less"),
        np.less_equal: _comparison("LessOrEqual"),
        np.greater: _comparison("Greater"),
        np.greater_equal: _comparison("GreaterOrEqual"),
        np.equal: _comparison("Equal"),
        np.not_equal: lambda *given: ~UFUNCS[np.equal](*given),
        np.isnan: _comparison("IsNaN"),
        np.invert: _logic("Not"),
        np.logical_not: _logic("Not"),
        np.bitwise_and: _logic("And"),
        np.logical_and: _logic("And"),
        np.bitwise_or: _logic("Or"),
        np.logical_or: _logic("Or"),
    }
)


def _expresses(function: Any) -> Callable[[Callable[..., Symbol]], Callable[..., Symbol]]:
    """A decorator: this is what the function becomes."""

    def add(expression: Callable[..., Symbol]) -> Callable[..., Symbol]:
        (UFUNCS if isinstance(function, np.ufunc) else FUNCTIONS)[function] = expression
        return expression

    return add


@_expresses(np.square)
def _square(z: Symbol) -> Symbol:
    return z * z


@_expresses(np.power)
def _power(z: Any, exponent: Any) -> Symbol:
    """Z to a number; small whole powers are products, which are exact for negative z everywhere."""
    if isinstance(z, Symbol) and not isinstance(exponent, Symbol) and exponent in {2, 3, 4}:
        return math.prod([z] * (int(exponent) - 1), start=z)
    return _arithmetic("Pow")(z, exponent)


@_expresses(np.log1p)
def _log1p(x: Symbol) -> Symbol:
    """log(1 + x), which 1 + x alone would round away for small x: log(u) · x / (u − 1) with u = 1 + x (Kahan)."""
    u = 1 + x
    plain = u == 1
    rounded = np.where(plain, 1, u - 1)
    exact = np.where(np.less(u, math.inf), np.log(u) * (x / rounded), np.log(u))
    return np.where(plain, x, exact)  # type: ignore[return-value]  # NumPy gives what symbols answer


@_expresses(np.expm1)
def _expm1(x: Symbol) -> Symbol:
    """e^x − 1, by Kahan's (u − 1) · x / log(u) with u = e^x; −1 and infinity far from 0, where log(u) has no value."""
    u = np.exp(x)
    near = np.less(abs(x), 1)
    inside = np.where(near, u, 1)
    log = np.where(inside == 1, 1, np.log(inside))
    return np.where(near, np.where(u == 1, x, (inside - 1) * (x / log)), u - 1)  # type: ignore[return-value]


@_expresses(np.hypot)
def _hypot(a: Any, b: Any) -> Symbol:
    """√(a² + b²) without a square that overflows: the larger times √(1 + (smaller / larger)²)."""
    a, b = np.abs(a), np.abs(b)
    larger, smaller = np.maximum(a, b), np.minimum(a, b)
    ratio = smaller / np.where(larger == 0, 1, larger)
    return larger * np.sqrt(1 + ratio * ratio)


@_expresses(np.where)
def _where(condition: Any, then: Any, otherwise: Any) -> Symbol:
    if isinstance(condition, Symbol) and not condition.truth:
        condition = condition != 0
    chosen = condition if isinstance(condition, Symbol) else np.asarray(condition, bool)
    return _symbol(condition, then, otherwise).by("Where", chosen, *numbers(then, otherwise))


@_expresses(np.isfinite)
def _isfinite(z: Symbol) -> Symbol:
    return abs(z) < math.inf


@_expresses(np.clip)
def _clip(z: Symbol, low: Any, high: Any) -> Symbol:
    return np.minimum(np.maximum(z, low), high)


@_expresses(np.full_like)
def _full_like(z: Symbol, value: Any, **_: Any) -> Symbol:
    return z.by("Identity", value)


@_expresses(np.zeros_like)
def _zeros_like(z: Symbol, **_: Any) -> Symbol:
    return z * 0


@_expresses(np.ones_like)
def _ones_like(z: Symbol, **_: Any) -> Symbol:
    return z * 0 + 1


@_expresses(np.mean)
def _mean(z: Symbol, axis: int | None = None, keepdims: bool = False, **_: Any) -> Symbol:
    return z.mean(axis, keepdims=keepdims)


@_expresses(np.sum)
def _sum(z: Symbol, axis: int | None = None, keepdims: bool = False, **_: Any) -> Symbol:
    return z.sum(axis, keepdims=keepdims)


@_expresses(np.concatenate)
def _concatenate(parts: Any, axis: int = 0, **_: Any) -> Symbol:
    return _symbol(*parts).by("Concat", *numbers(*parts), axis=axis)
