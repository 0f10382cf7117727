"""How an epoch's n points are divided into batches of about b, and what becomes of the n mod b that are left over.

A batch of few points is a step of full size along a gradient that is mostly noise: with n = 264 and b = 256, half of all
steps go where 8 points point. The parts below leave it, drop it, or make it larger.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..formulas.catalogue import Array, Part, register

Run = tuple[int, int]
"""k batches of b points each, one after the other."""


class LastBatch(Part):
    """A way to divide an epoch's points into batches."""

    kind = "last_batch"

    def runs(self, n: int, b: int) -> tuple[Run, ...]:
        """The batches of an epoch of n points, b <= n asked for, in order: (k, size) for k batches of that size."""
        raise NotImplementedError(f"last_batch {self.name!r} must define runs")

    def steps(self, n: int, b: int) -> int:
        """Steps in an epoch."""
        return sum(k for k, _ in self.runs(n, b))

    def points(self, n: int, b: int) -> int:
        """Points that an epoch uses."""
        return sum(k * size for k, size in self.runs(n, b))

    def at_most(self, b: int) -> int:
        """The most points that a batch can have, whatever n is."""
        return b

    def divided(self, order: Array, b: int) -> Iterator[Array]:
        """Row numbers (n,) in their order as batches, in pieces (k, size)."""
        begin = 0
        for k, size in self.runs(len(order), b):
            yield order[begin : begin + k * size].reshape(k, size)
            begin += k * size


def _without_empty(*runs: Run) -> tuple[Run, ...]:
    return tuple(run for run in runs if run[0] and run[1])


@register
class Keep(LastBatch):
    """The last batch has the n mod b points that are left over, and its step counts like any other.

    PyTorch's DataLoader and scikit-learn do so.
    """

    name, formula, source = "keep", "b, ..., b, n mod b", "standard"

    def runs(self, n: int, b: int) -> tuple[Run, ...]:
        return _without_empty((n // b, b), (1, n % b))


@register
class Drop(LastBatch):
    """The n mod b points that are left over are not used in this epoch; the next one leaves out others.

    PyTorch's DataLoader has it as `drop_last=True`.
    """

    name, formula, source = "drop", "b, ..., b", "standard; RealMLP (Holzmüller, Grinsztajn and Steinwart 2024)"
    other_names = ("drop_last",)

    def runs(self, n: int, b: int) -> tuple[Run, ...]:
        return ((n // b, b),)


@register
class Merge(LastBatch):
    """The n mod b points that are left over join the batch before, which then has less than 2b points."""

    name, formula, source = "merge", "b, ..., b, b + n mod b", "standard"

    def runs(self, n: int, b: int) -> tuple[Run, ...]:
        return _without_empty((n // b - 1, b), (1, b + n % b))

    def at_most(self, b: int) -> int:
        return 2 * b - 1


@register
class Even(LastBatch):
    """As many steps as with `keep`, and batches that differ by one point at most: none has more than b."""

    name, formula, source = "even", "k = ⌈n / b⌉ batches of ⌈n / k⌉ or ⌊n / k⌋", "standard"

    def runs(self, n: int, b: int) -> tuple[Run, ...]:
        k = -(-n // b)
        return _without_empty((n % k, n // k + 1), (k - n % k, n // k))
