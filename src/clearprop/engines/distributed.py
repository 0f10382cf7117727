"""Steps that several machines take together: another engine computes the gradients, of fixed parts of each batch.

Each batch is cut into micro-shards, whose number does not depend on the machines. A rank computes the gradients of its own
micro-shards; all are added in one binary tree, whoever adds, so the sum has the same bits for any number of ranks.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from ..formulas.catalogue import Array
from ..network import Network
from .batches import Batches, as_batches
from .choice import EngineChoice, choose_engine
from .engine import Engine, NonFinite, Task
from .processors import processors, threads_for
from .ranks import ALONE, Partial, Ranks

SHARDS = 8
"""The default number of micro-shards."""


def require_shardable(net: Network) -> None:
    """ValueError for a normalisation over the points of a batch, of which a micro-shard has a part."""
    for l, part in net.normalization.items():
        if part.axis == 0:
            raise ValueError(
                f"layer {l}: {part.name} is over all points of a batch, and a micro-shard has only some of them; take "
                "layer_norm, or train without shards and communicator"
            )


@dataclass(frozen=True)
class Sharing:
    """Into how many micro-shards each batch is cut, and the ranks that compute them."""

    shards: int = SHARDS
    ranks: Ranks = ALONE

    def __post_init__(self) -> None:
        shards, size = self.shards, self.ranks.size
        if isinstance(shards, bool) or not isinstance(shards, int) or shards < 1 or shards & (shards - 1):
            raise ValueError(f"shards must be a power of two, such as 8 or 16; given {shards!r}")
        if size > shards:
            enough = 1 << (size - 1).bit_length()
            raise ValueError(
                f"{size} ranks share {shards} micro-shards, so some would have nothing to do; give shards={enough}, "
                "or fewer ranks"
            )

    def engine_for(
        self, task: Task, given: str, batch_size: int | None, threads: int | None
    ) -> tuple[Engine, EngineChoice]:
        """The engine that takes the steps of a task, as `choose_engine` has it, shared out."""
        largest = len(task.X) if batch_size is None else batch_size
        of_shard = max(2, -(-largest // self.shards))
        if threads is None and self.ranks.beside > 1:
            threads = threads_for(task.network.widths, task.network.parameters.size, of_shard)
            threads = max(1, min(threads, processors() // self.ranks.beside))
        engine, choice = choose_engine(task, given, of_shard, threads)
        over = f" over {self.ranks.size} ranks" if self.ranks.size > 1 else ""
        return DistributedEngine(engine, self), replace(choice, reason=f"{choice.reason}; {self.shards} shards{over}")

    def shards_of(self, rank: int) -> range:
        """The micro-shards of a rank."""
        size = self.ranks.size
        return range(rank * self.shards // size, (rank + 1) * self.shards // size)


class DistributedEngine(Engine):
    """An engine whose gradients are sums over micro-shards, each computed by `engine`, on this rank or on another one."""

    name = "distributed"

    def __init__(self, engine: Engine, sharing: Sharing) -> None:
        super().__init__(engine.task)
        self._engine, self._ranks, self._shards = engine, sharing.ranks, sharing.shards
        self._own = sharing.shards_of(sharing.ranks.rank)
        self._blocks = [blocks(sharing.shards_of(rank)) for rank in range(sharing.ranks.size)]
        parameters = self.task.network.parameters
        self._size = parameters.size
        self._free = [Partial(parameters.size, parameters.dtype) for _ in range(self._shards.bit_length() + 2)]

    def steps_at_once(self, batch_size: int) -> int:
        return self._engine.steps_at_once(batch_size)

    def state(self) -> dict[str, Array]:
        return self._engine.state()

    def restore(self, state: dict[str, Array]) -> None:
        self._engine.restore(state)

    def refill(self) -> None:
        self._engine.refill()

    def run(self, batches: Batches | Array, etas: Array, t: int) -> float:
        total = 0.0
        with np.errstate(all="ignore"):  # what is not finite is caught in its step
            for step, points in enumerate(as_batches(batches)):
                loss, gradient = self.loss_and_gradient(points, t + step)
                if not math.isfinite(loss):
                    raise self.locate(step, points, t)
                try:
                    self.apply(gradient, float(etas[step]), t + step)
                except NonFinite as error:
                    error.step += step
                    raise
                total += len(points) * loss
        return total

    def loss_and_gradient(self, points: Array, t: int, *, first: int = 0, of: int | None = None) -> tuple[float, Array]:
        of = len(points) if of is None else of
        began = time.perf_counter()
        sums: list[tuple[range, Partial]] = []
        computed = False
        for shard in self._own:
            part = slice(*(len(points) * edge // self._shards for edge in (shard, shard + 1)))
            if part.start < part.stop:
                loss, gradient = self._engine.loss_and_gradient(points[part], t, first=first + part.start, of=of)
                computed = True
                self._take(sums, shard, loss, gradient)
            else:
                self._take(sums, shard)
        if not computed:  # `apply` follows a gradient of its step, even of a rank that had no point of it
            self._engine.loss_and_gradient(points[:1], t, first=first, of=of)
        self.busy += time.perf_counter() - began
        total = self._total(sums)
        self._free.extend(each for _, each in sums)
        return float(total.loss[0]), total.numbers[: self._size]

    def apply(self, gradient: Array, eta: float, t: int) -> None:
        self._engine.apply(gradient, eta, t)

    def _take(
        self, sums: list[tuple[range, Partial]], shard: int, loss: float = -0.0, gradient: Array | None = None
    ) -> None:
        """One more micro-shard, added to its neighbour where that is the other half of a block."""
        if gradient is not None and shard % 2 and sums and sums[-1][0] == range(shard - 1, shard):
            sums[-1] = range(shard - 1, shard + 1), sums[-1][1]
            sums[-1][1].numbers[: self._size] += gradient
            sums[-1][1].loss += loss
        else:
            own = self._free.pop()
            if gradient is None:
                own.clear()
            else:
                own.numbers[: self._size] = gradient
                own.loss[0] = loss
            sums.append((range(shard, shard + 1), own))
        self._join(sums)

    def _join(self, sums: list[tuple[range, Partial]]) -> None:
        """Add up the last blocks, as long as they are the two halves of a larger one."""
        while len(sums) > 1 and are_halves(sums[-2][0], sums[-1][0]):
            block, other = sums.pop()
            self._free.append(other)
            before, own = sums[-1]
            own.add(other)
            sums[-1] = range(before.start, block.stop), own

    def _total(self, sums: list[tuple[range, Partial]]) -> Partial:
        """The sum over all ranks, from the blocks of this one."""
        size = self._ranks.size
        if size & (size - 1) == 0:
            ((_, own),) = sums
            self._ranks.add_in_pairs(own, self._free[-1])
            return own
        gathered = self._ranks.gathered([each for _, each in sums], [len(each) for each in self._blocks])
        self._free.extend(each for _, each in sums)
        sums.clear()
        every = [block for of_rank in self._blocks for block in of_rank]
        for block, raw in zip(every, gathered, strict=True):
            own = self._free.pop()
            own.raw[...] = raw
            sums.append((block, own))
            self._join(sums)
        return sums[0][1]


def are_halves(lower: range, upper: range) -> bool:
    """Whether two blocks are the two halves of one block of the tree.

    >>> are_halves(range(0, 2), range(2, 4)), are_halves(range(2, 4), range(4, 6)), are_halves(range(0, 2), range(2, 3))
    (True, False, False)
    """
    return len(lower) == len(upper) and lower.stop == upper.start and lower.start % (2 * len(lower)) == 0


def blocks(shards: range) -> list[range]:
    """The largest blocks of the tree of which these micro-shards consist.

    >>> blocks(range(2, 5))
    [range(2, 4), range(4, 5)]
    """
    found: list[range] = []
    for shard in shards:
        found.append(range(shard, shard + 1))
        while len(found) > 1 and are_halves(found[-2], found[-1]):
            upper = found.pop()
            found[-1] = range(found[-1].start, upper.stop)
    return found
