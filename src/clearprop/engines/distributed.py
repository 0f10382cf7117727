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
from ..validation import whole_number
from .batches import Batches, as_batches
from .choice import EngineChoice, choose_engine
from .engine import Engine, NonFinite, Task
from .local_steps import LocalStepsEngine
from .processors import processors, threads_for
from .ranks import ALONE, Partial, Ranks
from .shard_tree import Tree, add_to

SHARDS = 8
"""The default number of micro-shards, for as many ranks or fewer."""


def default_shards(ranks: int) -> int:
    """The number of micro-shards where nobody has chosen one: enough for each rank to have one."""
    return max(SHARDS, 1 << (ranks - 1).bit_length())


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
    """Into how many micro-shards each batch is cut, the ranks that compute them, and after how many steps they meet."""

    shards: int = SHARDS
    ranks: Ranks = ALONE
    local_steps: int = 1
    """1 for a sum of gradients in every step."""

    def __post_init__(self) -> None:
        whole_number(self.local_steps, 1, "local_steps")
        Tree(self.shards, self.ranks)

    def engine_for(
        self, task: Task, given: str, batch_size: int | None, threads: int | None
    ) -> tuple[Engine, EngineChoice]:
        """The engine that takes the steps of a task, as `choose_engine` has it, shared out."""
        tree, largest = Tree(self.shards, self.ranks), len(task.X) if batch_size is None else batch_size
        of_shard = max(2, -(-largest // self.shards))
        if threads is None and self.ranks.beside > 1:
            threads = threads_for(task.network.parameters.size, of_shard)
            threads = max(1, min(threads, processors() // self.ranks.beside))
        engine, choice = choose_engine(task, given, of_shard, threads)
        how = f"{choice.reason}; {self.shards} shards"
        how += f" over {self.ranks.size} ranks" if self.ranks.size > 1 else ""
        if self.local_steps == 1:
            return DistributedEngine(engine, tree), replace(choice, reason=how)
        local = LocalStepsEngine(
            task, lambda copy: choose_engine(copy, given, of_shard, threads)[0], tree, self.local_steps
        )
        return local, replace(choice, reason=f"{how}, averaged every {self.local_steps} steps")


class DistributedEngine(Engine):
    """An engine whose gradients are sums over micro-shards, each computed by `engine`, on this rank or on another one."""

    name = "distributed"

    def __init__(self, engine: Engine, tree: Tree) -> None:
        super().__init__(engine.task)
        self._engine, self._tree = engine, tree
        parameters = self.task.network.parameters
        self._size = parameters.size
        self._free = [Partial(parameters.size, parameters.dtype) for _ in range(tree.room)]

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
        for shard in self._tree.own:
            part = slice(*(len(points) * edge // self._tree.shards for edge in (shard, shard + 1)))
            loss, gradient = -0.0, None
            if part.start < part.stop:
                loss, gradient = self._engine.loss_and_gradient(points[part], t, first=first + part.start, of=of)
                computed = True
            self._take(sums, shard, loss, gradient)
        if not computed:  # `apply` follows a gradient of its step, even of a rank that had no point of it
            self._engine.loss_and_gradient(points[:1], t, first=first, of=of)
        self.busy += time.perf_counter() - began
        total = self._tree.total_of(sums, self._free)
        self._free.append(total)
        return float(total.loss[0]), total.numbers[: self._size]

    def apply(self, gradient: Array, eta: float, t: int) -> None:
        self._engine.apply(gradient, eta, t)

    def _take(self, sums: list[tuple[range, Partial]], shard: int, loss: float, gradient: Array | None) -> None:
        """One more micro-shard, added to its neighbour where that is the other half of a block; None for one without points."""
        own = self._free.pop()
        if gradient is None:
            own.clear()
        else:
            own.numbers[: self._size] = gradient
            own.loss[0] = loss
        add_to(sums, range(shard, shard + 1), own, self._free)


def sharing_of(task: Task, shards: int | None, local_steps: int, ranks: Ranks | None) -> Sharing | None:
    """None where nothing is shared. ValueError for numbers that do not go together, or a task that cannot be shared out."""
    whole_number(local_steps, 1, "local_steps")
    if shards is None and ranks is None and local_steps == 1:
        return None
    require_shardable(task.network)
    if local_steps != 1 and task.optimizer.rule.whole_set:
        raise ValueError(f"{task.optimizer.rule.name} takes its steps on all points together; leave local_steps out")
    ranks = ALONE if ranks is None else ranks
    return Sharing(default_shards(ranks.size) if shards is None else shards, ranks, local_steps)
