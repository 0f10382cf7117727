"""Where the values of a C function are, and the constant arrays that it reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...formulas.catalogue import Array
from .c_forms import CForms
from .writing import ATOM, Words

NUMBER, TRUTH, TEXT = "number", "truth", "text"


@dataclass(frozen=True)
class Place:
    """Where a value is. `{j}` in its words stands for the number of a unit, where it has more than one."""

    words: str
    width: int = 1
    kind: str = NUMBER
    level: int = ATOM

    def at(self, j: str | int) -> Words:
        """The value at unit j."""
        return Words(self.words.replace("{j}", str(j)), self.level)

    @property
    def array(self) -> str:
        """The name of the array that it is."""
        return self.words.removesuffix("[{j}]")


def array(name: str, width: int) -> str:
    """The words for the units of an argument, which is an array also of one."""
    return f"{name}[{{j}}]" if width > 1 else f"{name}[0]"


@dataclass
class Constants:
    """Constant arrays in the order in which they are declared; weights as whole numbers of 8 bits where that is asked for."""

    forms: CForms
    named: Callable[[str], str]
    """A name that no other array has."""
    int8: bool = False
    lines: list[str] = field(default_factory=list)
    bytes: int = 0

    def declared(self, values: Array, about: str) -> str:
        """The name of an array, once it is declared."""
        name = self.named(about)
        self.lines += [*self.forms.array(name, values), ""]
        self.bytes += values.nbytes
        return name

    def weights(self, W: Array, about: str) -> tuple[str, str | None]:
        """The names of the weights (m, n) of a product and, where they are whole numbers, of the scale of each column."""
        if not self.int8:
            return self.declared(W, about), None
        whole, scale = quantised(W)
        return self.declared(whole, about), self.declared(scale, f"{about}_scale")


def quantised(W: Array) -> tuple[Array, Array]:
    """Weights (m, n) as whole numbers from -127 to 127, and a scale for each column, (n,): W is about whole · scale.

    >>> whole, scale = quantised(np.array([[1.0, 0.0], [-0.5, 0.0]]))
    >>> whole.tolist(), (whole * scale).round(2).tolist()
    ([[127, 0], [-64, 0]], [[1.0, 0.0], [-0.5, 0.0]])
    """
    largest = abs(W).max(axis=0)
    scale = (np.where(largest > 0, largest, 1) / 127).astype(W.dtype)
    return np.clip(np.rint(W / scale), -127, 127).astype(np.int8), scale
