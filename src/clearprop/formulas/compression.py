"""Gradients as they are sent between the ranks of a training: rounded to fewer bytes, with error feedback.

What rounding leaves out is added to the gradient of the next step before that is rounded, so over the steps nothing is lost. A
part says how numbers are rounded; `engines/rounded_tree.py` says which, and when a sum is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .catalogue import Array, Part, hyper, register

EXACT_EVERY = 32


class Compression(Part):
    """A rule for how each number of a gradient is rounded for sending."""

    kind = "compression"
    sent: ClassVar[Any] = np.float32
    """NumPy's type of the numbers that are sent."""
    exact_every: int = EXACT_EVERY

    def rounded(self, values: Array) -> Array:
        """The numbers `values` (p,), each rounded by itself, as an array (p,) of type `sent`. What is not finite stays so."""
        raise NotImplementedError(f"compression {self.name!r} must define rounded")

    def restored(self, sent: Array) -> Array:
        """The numbers that `sent` (p,) stands for, (p,), of a floating type of NumPy."""
        raise NotImplementedError(f"compression {self.name!r} must define restored")

    @property
    def itemsize(self) -> int:
        """Bytes of a number that is sent."""
        return np.dtype(self.sent).itemsize


@register
@dataclass(frozen=True)
class Float32(Compression):
    """Gradients sent in single precision, for a network in double precision: half of the bytes.

    24 of 53 bits are kept. For a network in float32 nothing would be smaller, so it is refused there.

    >>> Float32().rounded(np.array([0.1])).dtype.name
    'float32'
    """

    name = "float32"
    other_names = ("fp32", "single")
    formula = "s = float32(g + r), r ← g + r − s"
    latex = r"s = \operatorname{round}_{24}(g + r), \quad r \leftarrow g + r - s"
    source = "IEEE 754; Seide et al. 2014, section 2.2 (error feedback)"
    exact_every: int = hyper(EXACT_EVERY, low=1, high=2**31, about="steps of which the last is exact, and takes in r")

    def rounded(self, values: Array) -> Array:
        return values.astype(np.float32)

    def restored(self, sent: Array) -> Array:
        return sent


@register
@dataclass(frozen=True)
class BFloat16(Compression):
    """Gradients sent as the upper 16 bits of float32: half of the bytes of a network in float32, a quarter in float64.

    8 bits are kept, and all of float32's range, so small gradients do not become 0 as they do in float16. Halfway is rounded
    away from 0, which takes less time than to the even neighbour. PyTorch's bf16_compress_hook sends the same format, without
    error feedback.

    >>> part = BFloat16()
    >>> part.restored(part.rounded(np.array([1.0, 0.1, -3e-30]))).tolist()
    [1.0, 0.10009765625, -2.9952062495110292e-30]
    """

    name = "bfloat16"
    other_names = ("bf16", "bf16_compress_hook", "brain_float")
    formula = "s = bfloat16(g + r), r ← g + r − s"
    latex = r"s = \operatorname{round}_{8}(g + r), \quad r \leftarrow g + r - s"
    source = "Kalamkar et al. 2019 (the format); Karimireddy et al. 2019, algorithm 2 (error feedback)"
    sent = np.uint16
    exact_every: int = hyper(EXACT_EVERY, low=1, high=2**31, about="steps of which the last is exact, and takes in r")

    def rounded(self, values: Array) -> Array:
        bits = values.astype(np.float32).view(np.uint32)
        bits += np.uint32(0x8000)  # to the nearest, and halfway away from 0
        bits >>= np.uint32(16)
        sent = bits.astype(np.uint16)
        if values.size and np.isnan(values.min()):  # faster than isnan of each
            sent[np.isnan(values)] = 0x7FC0  # the sum above may have carried a NaN into the sign
        return sent

    def restored(self, sent: Array) -> Array:
        bits = sent.astype(np.uint32)
        bits <<= np.uint32(16)
        return bits.view(np.float32)
