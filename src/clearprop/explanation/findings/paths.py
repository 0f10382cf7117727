"""One entry of a gradient as a sum over paths: from a weight to the loss, a product of numbers for each way (Concept 10).

The links along every path are those of the matrices; the sum over all paths is the entry of their product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from ...formulas.catalogue import Array
from ...formulas.shortcuts import shortcut
from ..notation.symbols import Symbols, Written, lowered
from ..trace.around import Entry, Path
from ..trace.passes import Link
from .backward import links_of
from .passes import Passes

LISTED = 12
"""Paths that are written out; the rest of a wide network's is one number."""


@dataclass(frozen=True)
class Hop:
    """A link of the chain as a table of numbers: from each unit of one value to each unit of the next."""

    name: str
    """Of the link, or of what the shortcut gives."""
    l: int
    table: Array
    """(units from, units to); denominator layout."""
    diagonal: bool

    @property
    def ends_in(self) -> str:
        """The value that it leads to from the layer before: Z of dZ/dA."""
        return self.name.removeprefix("d").split("_d")[0]


def entry_of(passes: Passes, name: Literal["W", "W0"], l: int, indices: tuple[int, ...]) -> Entry:
    """The derivative by W^l_ij, or by W0^l_j, indices counted from 1. ValueError where there is no such entry."""
    net, symbols = passes.net, passes.of_point
    _require(net.widths, name, l, indices)
    j = indices[-1]
    hops = _hops(passes, l)
    along = _largest_paths(hops, j - 1)
    first = [] if name == "W0" else [_input(passes, l, indices[0])]
    scale = first[0][1] if first else 1.0
    paths = tuple(_path(passes, l, hops, units, first) for units in along)
    with np.errstate(all="ignore"):
        total = scale * float(passes.one_grads.dL_dZ[l][0, j - 1])
        rest = total - sum(path.product for path in paths)
    count = int(np.prod([float(hop.table.shape[1]) for hop in hops if not hop.diagonal]))
    symbol = symbols.entry(name, l, indices)
    return Entry(
        name=name,
        l=l,
        indices=indices,
        symbol=symbol,
        derivative=symbols.by_entry(name, l, indices),
        value=total,
        paths=paths,
        count=count,
        rest=0.0 if len(paths) == count else rest,
        formula=_formula(symbols, hops, name, l, indices, _taken(passes, l)),
        shortcut=hops[-1].name != "dL_dA",
    )


def telling_entry(passes: Passes) -> tuple[Literal["W"], int, tuple[int, int]]:
    """The weight of layer 1 on which the loss depends most: the entry to show where none is asked for."""
    gradient = abs(np.nan_to_num(passes.one_grads.dL_dW[1]))
    i, j = np.unravel_index(int(np.argmax(gradient)), gradient.shape)
    return "W", 1, (int(i) + 1, int(j) + 1)


def _require(widths: Sequence[int], name: str, l: int, indices: tuple[int, ...]) -> None:
    L = len(widths) - 1
    asked = f"entry=({l}, {', '.join(map(str, indices))})" if name == "W" else f"bias=({l}, {indices[-1]})"
    if not 1 <= l <= L:
        raise ValueError(f"{asked}: layers count 1..{L}")
    bounds = (widths[l - 1], widths[l]) if name == "W" else (widths[l],)
    for index, bound, what in zip(reversed(indices), reversed(bounds), ("outputs", "inputs"), strict=False):
        if not 1 <= index <= bound:
            raise ValueError(f"{asked}: layer {l} has {bound} {what}, counted from 1")


def _hops(passes: Passes, l: int) -> list[Hop]:
    """The links from Z^l to the loss, the shortcut in place of the last two where the output pair has one."""
    net, one, L = passes.net, passes.one, passes.net.L
    direct = shortcut(net.f[L], one.loss_function) is not None
    at_point = replace(passes, layout="denominator")
    hops = []
    for k in range(l, L + 1):
        chain = [link for link in reversed(links_of(at_point, k)) if link.l == k and link.name != "dL_dA"]
        within = [link for link in chain if link.role == "within layer"]
        hops += [_hop(link) for link in (within[:-1] if k == L and direct else within)]
        if k < L:
            onward = [link for link in reversed(links_of(at_point, k)) if link.role == "link layers"]
            hops += [_hop(link) for link in onward]
    if direct:
        name = "dL_dV" if L in net.normalization else "dL_dZ"
        found = passes.one_grads.dL_dV if L in net.normalization else passes.one_grads.dL_dZ
        return [*hops, Hop(name, L, found[L].T, diagonal=True)]
    return [*hops, Hop("dL_dA", L, one.loss_function.dL_dA(one.A[L], one.Y).T, diagonal=True)]


def _hop(link: Link) -> Hop:
    return Hop(link.name, link.l, link.value, link.structure == "diagonal")


def _largest_paths(hops: Sequence[Hop], start: int) -> list[tuple[int, ...]]:
    """The units of the largest paths from unit `start`, largest first: those kept so far, hop by hop from the loss back."""
    sizes = abs(hops[-1].table[:, :1])  # (units, kept): from each unit, the sizes of its best ways on
    turns: list[
        tuple[Array, Array]
    ] = []  # for each of these, the unit that it goes to, and which of that unit's ways it takes
    with np.errstate(all="ignore"):
        for hop in reversed(hops[:-1]):
            units = np.array([start]) if hop is hops[0] else np.arange(len(hop.table))
            to, ways, sizes = _best_ways(hop, units, sizes)
            turns.append((to, ways))
    return [_trail(turns[::-1], start, way) for way in range(sizes.shape[1])]


def _best_ways(hop: Hop, units: Array, sizes: Array) -> tuple[Array, Array, Array]:
    """For each unit the best ways on across a hop, (units, kept) each: where to, by which way from there, how large."""
    if hop.diagonal:
        to = np.repeat(units[:, None], sizes.shape[1], axis=1)
        ways = np.repeat(np.arange(sizes.shape[1])[None], len(units), axis=0)
        return to, ways, abs(hop.table[units, units])[:, None] * sizes[units]
    found = (abs(hop.table[units])[:, :, None] * sizes[None]).reshape(len(units), -1)
    best = np.argsort(-np.nan_to_num(found, nan=np.inf), axis=1, kind="stable")[:, :LISTED]
    to, ways = np.divmod(best, sizes.shape[1])
    return to, ways, np.take_along_axis(found, best, axis=1)


def _trail(turns: Sequence[tuple[Array, Array]], start: int, way: int) -> tuple[int, ...]:
    """The units of one path, from the choices that were kept."""
    units, row = [start], 0  # the first hop is kept for unit `start` alone
    for to, ways in turns:
        units.append(int(to[row, way]))
        row, way = units[-1], int(ways[row, way])
    return tuple(units)


def _path(
    passes: Passes, l: int, hops: Sequence[Hop], units: tuple[int, ...], first: list[tuple[Written, float]]
) -> Path:
    """A path and its numbers; `units` are those of the values that it passes, from Z^l on, counted from 0."""
    factors = list(first)
    for hop, (here, there) in zip(hops[:-1], pairwise(units), strict=True):
        factors.append((_hop_symbol(passes.of_point, hop, here + 1, there + 1), float(hop.table[here, there])))
    last, end = hops[-1], units[-1]
    factors.append((_hop_symbol(passes.of_point, last, end + 1, end + 1), float(last.table[end, 0])))
    names = [("Z", l)] + [(hop.ends_in, hop.l) for hop in hops[:-1]]
    with np.errstate(all="ignore"):
        product = float(np.prod([value for _, value in factors]))
    return Path(
        units=tuple((name, k, unit + 1) for (name, k), unit in zip(names, units, strict=True)),
        factors=tuple(factors),
        product=product,
    )


def _hop_symbol(symbols: Symbols, hop: Hop, i: int | str, j: int | str) -> Written:
    """What a link from unit i to unit j is called: f'(z₂), w²₂₁, ∂a₁/∂z₂, ∂L/∂a₁ or ∂L/∂z₁."""
    l, (top, bottom) = hop.l, hop.name.removeprefix("d").split("_d")
    if top == "Z" and bottom.startswith("A"):
        return symbols.entry("W", l, (i, j))
    if top == "A" and hop.diagonal:
        z = symbols.entry(bottom, l, (i,))
        return Written(f"f′({z.plain})", rf"f'\left({z.latex}\right)")
    if top == "L":
        return symbols.by_entry(bottom, l, (i,))
    return _over(symbols.entry(top, l, (j,)), symbols.entry(bottom, l, (i,)))


def _input(passes: Passes, l: int, i: int) -> tuple[Written, float]:
    """a_i of the layer before: dz_j/dw_ij."""
    symbol = passes.symbols.entry(_taken(passes, l), l - 1, (i,))
    return symbol, float(passes.one.taken(l)[0, i - 1])


def _taken(passes: Passes, l: int) -> str:
    """What layer l takes: the input, A of the layer before, or what dropout has left of either."""
    if l - 1 in passes.one.M:
        return "A_taken"
    return "A" if l > 1 else "X"


SUMMED = "kprstuvhmno"
"""Letters for units that are summed over; each has a subscript of its own."""


def _formula(symbols: Symbols, hops: Sequence[Hop], name: str, l: int, indices: tuple[int, ...], taken: str) -> Written:
    """The general sum: units that are summed over stand as letters."""
    index: int | str = indices[-1]
    letters, summed, factors = iter(SUMMED * len(hops)), [], []
    if name == "W":
        factors.append(symbols.entry(taken, l - 1, (indices[0],)))
    for hop in hops:
        here = index
        if not hop.diagonal:
            index = next(letters) if hop.table.shape[1] > 1 else 1
            summed += [index] if isinstance(index, str) else []
        factors.append(_hop_symbol(symbols, hop, here, index))
    head = symbols.by_entry(name, l, indices)
    plain = "".join(f"Σ{lowered(letter)} " for letter in summed) + " · ".join(each.plain for each in factors)
    latex = "".join(rf"\sum_{{{letter}}} " for letter in summed) + r" \cdot ".join(each.latex for each in factors)
    return Written(f"{head.plain} = {plain}", f"{head.latex} = {latex}")


def _over(top: Written, bottom: Written) -> Written:
    return Written(f"∂{top.plain}/∂{bottom.plain}", rf"\frac{{\partial {top.latex}}}{{\partial {bottom.latex}}}")
