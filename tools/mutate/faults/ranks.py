"""Faults in trainings over ranks: the tree, what ranks tell each other, launches."""

from __future__ import annotations

from ..fault import Fault

RANKS = [
    Fault(
        "a micro-shard takes its rows as those of a batch of its own",
        "engines/distributed.py",
        "points[part], t, first=first + part.start, of=of)",
        "points[part], t, first=first, of=of)",
    ),
    Fault(
        "the mean of a micro-shard is taken over its own points",
        "engines/distributed.py",
        "points[part], t, first=first + part.start, of=of)",
        "points[part], t, first=first + part.start, of=part.stop - part.start)",
    ),
    Fault(
        "two neighbours are added that are not halves of one block",
        "engines/shard_tree.py",
        "and lower.start % (2 * len(lower)) == 0",
        "and lower.start % len(lower) == 0",
    ),
    Fault(
        "the sum of no points is 0, which takes the sign from -0",
        "engines/ranks.py",
        "self.numbers.fill(-0.0)",
        "self.numbers.fill(0.0)",
    ),
    Fault(
        "ranks are paired from far to near, which is another tree",
        "engines/shard_tree.py",
        "partner, kept = ranks.rank ^ distance, slice(low, high)",
        "partner, kept = ranks.rank ^ (ranks.size // 2 // distance), slice(low, high)",
    ),
    Fault(
        "halves of a long gradient are given back by the ways they came, first one first",
        "engines/shard_tree.py",
        "for partner, kept, given in reversed(ways):",
        "for partner, kept, given in ways:",
    ),
    Fault(
        "each rank asks its own clock",
        "training/loop.py",
        "seconds = self.training.ranks.of_first(time.perf_counter() - self.began)",
        "seconds = time.perf_counter() - self.began",
    ),
    Fault(
        "ranks begin without having compared anything",
        "training/together.py",
        "if theirs.get(name) != own:",
        "if theirs.get(name) is None and own is not None:",
    ),
    Fault(
        "a run folder is made before ranks have compared their plans",
        "runs/kept.py",
        "require_same_plan(planned)  # nothing",
        "planned.ranks and planned.ranks.each({})  # nothing",
    ),
    Fault(
        "ranks that have drifted apart go on",
        "training/loop.py",
        "if own != answers[0][1]]",
        "if own is None]",
    ),
    Fault(
        "the search of each rank starts again where that rank took a state",
        "training/whole_set.py",
        "self._state_taken = bool(self.training.ranks.of_first(self._state_taken))",
        "self._state_taken = bool(self._state_taken)",
    ),
    Fault(
        "copies of local steps have the same dropout",
        "engines/local_steps.py",
        "net, seed = self.task.network.copy(), (self.task.seed + part) % 2**32",
        "net, seed = self.task.network.copy(), (self.task.seed + len(self._tree.own)) % 2**32",
    ),
    Fault(
        "the optimiser's state of a copy is not averaged",
        "engines/local_steps.py",
        "engine.restore(self._lasting)",
        "engine.restore({})",
    ),
    Fault(
        "what rounding left is not taken in at the end of a call",
        "engines/distributed.py",
        "tree.exact = number == call[-1] or",
        "tree.exact = False and",
    ),
    Fault(
        "sums between ranks are not rounded as those of one rank",
        "engines/shard_tree.py",
        "            self.settle(block, own, kept)\n",
        "            self.settle(block, own, slice(0, 0))\n",
    ),
    Fault(
        "an average after every step makes every step exact",
        "engines/distributed.py",
        "self._call or range(t, t + len(given))",
        "range(t, t + len(given))",
    ),
]
