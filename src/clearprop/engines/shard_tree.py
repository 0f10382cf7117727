"""The tree in which parts of a batch are added up: fixed by their number, whichever ranks have them."""

from __future__ import annotations

from ..callers import give
from ..formulas.catalogue import Array
from ..validation import whole_number
from .ranks import Partial, Ranks


class Tree:
    """A binary tree over `shards` parts, a power of two, of which each rank has a run of neighbours."""

    def __init__(self, shards: int, ranks: Ranks) -> None:
        require_shards(shards)
        size = ranks.size
        if size > shards:
            raise ValueError(
                f"{size} ranks share {shards} micro-shards, so some would have nothing to do; give "
                f"{give(f'--shards={1 << (size - 1).bit_length()}')}, or fewer ranks"
            )
        self.shards, self.ranks = shards, ranks
        self._of_ranks = [range(rank * shards // size, (rank + 1) * shards // size) for rank in range(size)]
        of_each = [blocks(own) for own in self._of_ranks]
        self.every_block, self.counts = [block for own in of_each for block in own], [len(own) for own in of_each]
        """The largest blocks of all ranks in their order, and how many each has."""
        self.own = self._of_ranks[ranks.rank]
        """The parts of this rank."""
        self.room = max(len(self.own), shards.bit_length()) + 2
        """How many sums are held at a time."""

    def rows_of(self, shard: int, points: int) -> slice:
        """The rows of a part in a batch of so many points: one at least, which it then shares."""
        first = points * shard // self.shards
        return slice(first, max(first + 1, points * (shard + 1) // self.shards))

    def total(self, sums: dict[int, Partial], free: list[Partial]) -> Partial:
        """The sum over all parts, the same on every rank, from those of this one. All but the sum go back to `free`."""
        found: list[tuple[range, Partial]] = []
        for shard in self.own:
            self.add(found, shard, sums[shard], free)
        return self.total_of(found, free)

    def add(self, found: list[tuple[range, Partial]], shard: int, own: Partial, free: list[Partial]) -> None:
        """One more part behind those found, added to its neighbour where that is the other half of a block."""
        block = range(shard, shard + 1)
        self.settle(block, own)
        self.join(found, block, own, free)

    def join(self, found: list[tuple[range, Partial]], block: range, own: Partial, free: list[Partial]) -> None:
        """One more block behind those found, and the sum of two, as long as the last are the two halves of a larger one."""
        found.append((block, own))
        while len(found) > 1 and are_halves(found[-2][0], found[-1][0]):
            upper, other = found.pop()
            lower, mine = found[-1]
            mine.add(other)
            free.append(other)
            found[-1] = range(lower.start, upper.stop), mine
            self.settle(*found[-1])

    def settle(self, block: range, own: Partial, at: slice = slice(None)) -> None:
        """Called once with the sum of each block, of one part or more, or some of its numbers, before it is added or sent."""

    def total_of(self, found: list[tuple[range, Partial]], free: list[Partial]) -> Partial:
        """The same from this rank's blocks."""
        size = self.ranks.size
        if size & (size - 1) == 0:
            ((block, own),) = found
            self.add_in_pairs(block, own, free[-1])
            return own
        return self._gathered(found, free)

    def add_in_pairs(self, block: range, own: Partial, received: Partial) -> None:
        """Make `own`, of a block of this rank, the sum over all ranks: neighbours first, then pairs of neighbours.

        A power of two of ranks, by recursive doubling; of many numbers by halving and doubling, which sends less over four
        ranks or more: each adds up a part, halved with every partner, and then the parts go back by the same ways. Of a pair
        one rank computes a + b and the other b + a, which are the same bits. Either way sums an entry in the same tree.
        """
        ranks, (mine, theirs) = self.ranks, self._messages(own, received)
        halves, low, high, distance = ranks.in_halves(own), 0, own.numbers.size, 1
        ways: list[tuple[int, slice, slice]] = []
        while distance < ranks.size:
            partner, kept = ranks.rank ^ distance, slice(low, high)
            if halves:
                lower, upper = slice(low, (low + high) // 2), slice((low + high) // 2, high)
                kept, given = (lower, upper) if ranks.rank < partner else (upper, lower)
                ranks.swap(mine.numbers[given], theirs.numbers[kept], partner)
                ranks.swap(own.loss, received.loss, partner)
                own.loss += received.loss
                ways.append((partner, kept, given))
            else:
                mine.loss[...] = own.loss
                ranks.swap(mine.raw, theirs.raw, partner)
                own.loss += theirs.loss
            own.numbers[kept] += self._values(theirs.numbers[kept])
            block = twice(block)
            self.settle(block, own, kept)
            low, high, distance = kept.start, kept.stop, distance * 2
        for partner, kept, given in reversed(ways):
            ranks.swap(mine.numbers[kept], mine.numbers[given], partner)
        if ways and mine is not own:
            own.numbers[...] = self._values(mine.numbers)

    def _messages(self, own: Partial, received: Partial) -> tuple[Partial, Partial]:
        """What is sent of a sum, as it was settled last, and where that of another rank arrives."""
        return own, received

    def _values(self, sent: Array) -> Array:
        """The numbers of what arrived."""
        return sent

    def _gathered(self, found: list[tuple[range, Partial]], free: list[Partial]) -> Partial:
        """The sum over all, of any number of ranks: each finishes the tree."""
        gathered = self.ranks.gathered([each for _, each in found], self.counts)
        free.extend(each for _, each in found)
        found = []
        for block, raw in zip(self.every_block, gathered, strict=True):
            own = free.pop()
            own.raw[...] = raw
            self.join(found, block, own, free)
        return found[0][1]


def require_shards(shards: object) -> None:
    """ValueError for a number that is no power of two."""
    count = whole_number(shards, 1, "shards", "None for none")
    if count & (count - 1):
        raise ValueError(f"shards must be a power of two, such as 8 or 16; given {shards!r}")


def are_halves(lower: range, upper: range) -> bool:
    """Whether two blocks are the two halves of one block of the tree.

    >>> are_halves(range(0, 2), range(2, 4)), are_halves(range(2, 4), range(4, 6)), are_halves(range(0, 2), range(2, 3))
    (True, False, False)
    """
    return len(lower) == len(upper) and lower.stop == upper.start and lower.start % (2 * len(lower)) == 0


def blocks(shards: range) -> list[range]:
    """The largest blocks of the tree of which these parts consist.

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


def twice(block: range) -> range:
    """The block of the tree of which this one is a half.

    >>> twice(range(4, 6)), twice(range(6, 8))
    (range(4, 8), range(4, 8))
    """
    size = 2 * len(block)
    begin = block.start // size * size
    return range(begin, begin + size)
