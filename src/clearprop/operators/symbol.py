"""Symbol: stands for an array in a formula, and writes down each operation in a graph instead of computing it.

NumPy asks it, by `__array_ufunc__` and `__array_function__`, what its functions do with a symbol; `functions.py` has the
answers. A formula that asks for numbers, in an `if` or an index, or a function without an answer, cannot be written down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .graph import Graph


class CannotExpress(ValueError):
    """There is no operator, or no expression by operators, for this; the message says for what."""


UFUNCS: dict[Any, Callable[..., Symbol]] = {}
"""What each of NumPy's element-wise functions becomes."""
FUNCTIONS: dict[Any, Callable[..., Symbol]] = {}
"""What its other functions become."""


class Symbol(NDArrayOperatorsMixin):
    """The value of this name in a graph, (n, units). `truth` says that it is true or false and no number."""

    __array_priority__ = 1000

    def __init__(self, graph: Graph, name: str, *, truth: bool = False, units: int | None = None) -> None:
        self.graph, self.name, self.truth, self.units = graph, name, truth, units

    @property
    def shape(self) -> tuple[None, int]:
        """The number of points, which nothing here knows, and that of units; CannotExpress where that is not known either."""
        if self.units is None:
            raise CannotExpress("a formula asks for a number of units in the middle of its computation")
        return None, self.units

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the value."""
        return np.dtype(bool) if self.truth else self.graph.dtype

    @property
    def real(self) -> Symbol:
        """The value itself: nothing in a graph is complex."""
        return self

    def copy(self) -> Symbol:
        """The value itself: nothing in a graph is changed."""
        return self

    def astype(self, dtype: Any, copy: bool = True) -> Symbol:
        """The value as a number or a truth value; a graph has one type of numbers."""
        if np.dtype(dtype) == self.dtype:
            return self
        if not self.truth or np.dtype(dtype).kind not in "fi":
            raise CannotExpress(f"a value of type {self.dtype} cannot become {np.dtype(dtype)} here")
        return self.by("Cast", self, to=self.graph.dtype)

    def sum(self, axis: int | None = None, *, keepdims: bool = False) -> Symbol:
        """Over the units of each row, with axis -1 or 1."""
        return self._reduced("ReduceSum", axis, keepdims)

    def mean(self, axis: int | None = None, *, keepdims: bool = False) -> Symbol:
        """Over the units of each row, with axis -1 or 1."""
        return self._reduced("ReduceMean", axis, keepdims)

    def max(self, axis: int | None = None, *, keepdims: bool = False) -> Symbol:
        """Over the units of each row, with axis -1 or 1."""
        return self._reduced("ReduceMax", axis, keepdims)

    def _reduced(self, operator: str, axis: int | None, keepdims: bool) -> Symbol:
        if axis not in {-1, 1} or not keepdims:
            raise CannotExpress(
                "only sums, means and maxima over the units of each point, keepdims=True, can be expressed"
            )
        return self.by(operator, self, axes=[1], keepdims=1)

    def by(self, operator: str, *takes: Any, truth: bool = False, **attributes: Any) -> Symbol:
        """What an operator gives; numbers and arrays among what it takes become constants, truth values numbers if need be."""
        name = self.graph.add(operator, *(self.named(each) for each in takes), **attributes)
        return Symbol(self.graph, name, truth=truth)

    def named(self, given: Any) -> str:
        """The name of a symbol, or of a constant."""
        return given.name if isinstance(given, Symbol) else self.graph.constant(given)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Symbol:
        known = ufunc in UFUNCS or ufunc in self.graph.more
        if method != "__call__" or not known or "out" in options:
            raise CannotExpress(
                f"there is no operator for numpy.{ufunc.__name__}{'' if method == '__call__' else '.' + method}"
            )
        if ufunc in self.graph.more:
            return self.by(self.graph.more[ufunc], *numbers(*inputs))
        return UFUNCS[ufunc](*inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Symbol:
        if function not in FUNCTIONS:
            raise CannotExpress(f"there is no operator for numpy.{function.__name__}")
        return FUNCTIONS[function](*args, **kwargs)

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise CannotExpress("a formula asks for the numbers of an array, which depend on the input")

    def __bool__(self) -> bool:
        raise CannotExpress("a formula decides by a number that depends on the input")

    def __getitem__(self, index: Any) -> Symbol:
        raise CannotExpress("a formula picks single numbers of an array")

    def __setitem__(self, index: Any, value: Any) -> None:
        raise CannotExpress("a formula changes single numbers of an array")

    def __iter__(self) -> Any:
        raise CannotExpress("a formula goes through an array row by row")


def numbers(*given: Any) -> list[Any]:
    """Symbols and numbers, truth values as 0 and 1, for arithmetic."""
    return [each.astype(each.graph.dtype) if isinstance(each, Symbol) and each.truth else each for each in given]
