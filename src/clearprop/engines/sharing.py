"""How the steps of a training are shared out: into how many parts each batch is cut, who computes them, and by which engine."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..formulas.catalogue import find
from ..formulas.compression import Compression
from ..network import Network
from ..validation import whole_number
from .batch_statistics import why_not_in_pieces
from .choice import EngineChoice, choose_engine
from .distributed import DistributedEngine
from .distributed_statistics import BatchStatisticsEngine, PieceEngine, over_batch
from .engine import Engine, Task
from .local_steps import LocalStepsEngine
from .processors import processors, threads_for
from .ranks import ALONE, Ranks
from .rounded_tree import RoundedTree, require_smaller
from .shard_tree import Tree

SHARDS = 8
"""The default number of micro-shards, for as many ranks or fewer."""


def default_shards(ranks: int) -> int:
    """The number of micro-shards where nobody has chosen one: enough for each rank to have one."""
    return max(SHARDS, 1 << (ranks - 1).bit_length())


def require_shardable(net: Network, local_steps: int = 1) -> None:
    """ValueError for a normalisation over the points of a batch that micro-shards cannot have together."""
    for l, part in net.normalization.items():
        if part.axis == 0 and local_steps > 1:
            raise ValueError(
                f"layer {l}: {part.name} is over all points of a batch, and local steps are each on a part of it; take "
                "layer_norm, or leave local_steps out"
            )
        if part.axis == 0 and (reason := why_not_in_pieces(part)):
            raise ValueError(f"layer {l}: {reason}; take layer_norm, or train without shards and communicator")


@dataclass(frozen=True)
class Sharing:
    """Into how many micro-shards each batch is cut, the ranks that compute them, and after how many steps they meet."""

    shards: int = SHARDS
    ranks: Ranks = ALONE
    local_steps: int = 1
    """1 for a sum of gradients in every step."""
    compression: Compression | None = None
    """How gradients are rounded for sending; None for none."""

    def __post_init__(self) -> None:
        whole_number(self.local_steps, 1, "local_steps")
        if self.compression is not None and self.local_steps != 1:
            raise ValueError(
                "compression rounds gradients, and local steps send weights in their place; leave one of them out"
            )
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
        in_passes = any(part.axis == 0 for part in task.network.normalization.values())
        engine, choice = over_batch(task, given) if in_passes else choose_engine(task, given, of_shard, threads)
        how = f"{choice.reason}; {self.shards} shards"
        how += f" over {self.ranks.size} ranks" if self.ranks.size > 1 else ""
        if self.local_steps == 1:
            rounded = None
            if self.compression is not None:
                rounded = RoundedTree(self.shards, self.ranks, self.compression, task.network)
                how += f", gradients sent as {self.compression}"
            shared = (
                BatchStatisticsEngine(engine, tree, rounded)
                if isinstance(engine, PieceEngine)
                else DistributedEngine(engine, tree, rounded)
            )
            return shared, replace(choice, reason=how)
        local = LocalStepsEngine(
            task, lambda copy: choose_engine(copy, given, of_shard, threads)[0], tree, self.local_steps
        )
        return local, replace(choice, reason=f"{how}, averaged every {self.local_steps} steps")


def sharing_of(
    task: Task,
    shards: int | None,
    local_steps: int,
    ranks: Ranks | None,
    compression: str | Compression | None = None,
) -> Sharing | None:
    """None where nothing is shared. ValueError for numbers that do not go together, or a task that cannot be shared out."""
    whole_number(local_steps, 1, "local_steps")
    rounding = None if compression is None else find(Compression, compression)
    if shards is None and ranks is None and local_steps == 1 and rounding is None:
        return None
    require_shardable(task.network, local_steps)
    if rounding is not None:
        require_smaller(rounding, task.network)
        if task.optimizer.rule.whole_set:
            raise ValueError(f"{task.optimizer.rule.name} needs exact gradients; leave compression out")
    if local_steps != 1 and task.optimizer.rule.whole_set:
        raise ValueError(f"{task.optimizer.rule.name} takes its steps on all points together; leave local_steps out")
    ranks = ALONE if ranks is None else ranks
    return Sharing(default_shards(ranks.size) if shards is None else shards, ranks, local_steps, rounding)
