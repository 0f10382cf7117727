"""Conventions of a solution that are no mistakes: how losses are added up, and what is taken at a kink."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from ..backprop import ForwardPass
from ..formulas.losses import HalfSquare, Square
from ..network import Network
from .chain import Side

MOST_UNUSUAL = 4
"""Rarer combinations are not looked for."""


@dataclass(frozen=True)
class Convention:
    """Factors and sides, in words too; `unusual` counts where it differs from this package."""

    factor: float = 1.0
    scale: float = 1.0
    kink: Side = "right"
    loss_kink: Side = "right"
    said: tuple[str, ...] = ()
    unusual: int = 0


@dataclass(frozen=True)
class _Factor:
    of_all: float
    of_gradients: float
    said: str
    unusual: int


def conventions_of(net: Network, fwd: ForwardPass, *, chain_given: bool) -> list[Convention]:
    """Every convention that can be told here, the likeliest first. `chain_given`: some dL/dZ or dL/dA is."""
    n, outputs = len(fwd.Y), net.widths[-1]
    sums = [_Factor(1, 1, "the loss is a mean over the points" if n > 1 else "", 0)]
    if n > 1:
        sums.append(_Factor(n, 1, "the loss is a sum over the points", 1))
        if chain_given:
            said = "∂L/∂Z and ∂L/∂A are of each point's own loss; the gradients of W and W₀ are means over the points"
            sums.append(_Factor(n, 1 / n, said, 1))
    over = [_Factor(1, 1, "", 0)]
    if outputs > 1:
        over.append(_Factor(1 / outputs, 1, "the loss is a mean over the outputs too", 1))
    halves = [_Factor(1, 1, "", 0)]
    if isinstance(fwd.loss_function, Square):
        halves.append(_Factor(0.5, 1, "the square loss has a half before it", 1))
    elif isinstance(fwd.loss_function, HalfSquare):
        halves.append(_Factor(2, 1, "the square loss has no half before it", 1))
    found = []
    for parts in product(sums, over, halves):
        unusual = sum(part.unusual for part in parts)
        for kink, loss_kink, of_kinks, more in _sides(net, fwd):
            found.append(
                Convention(
                    factor=parts[0].of_all * parts[1].of_all * parts[2].of_all,
                    scale=parts[0].of_gradients,
                    kink=kink,
                    loss_kink=loss_kink,
                    said=(*(part.said for part in parts if part.said), *of_kinks),
                    unusual=unusual + more,
                )
            )
    return _told_apart(sorted((each for each in found if each.unusual <= MOST_UNUSUAL), key=lambda each: each.unusual))


def _told_apart(conventions: list[Convention]) -> list[Convention]:
    """Of those that give the same numbers the likeliest; where two are as likely, both are said."""
    kept: dict[tuple[float, float, Side, Side], Convention] = {}
    for each in conventions:
        key = (round(each.factor, 9), round(each.scale, 9), each.kink, each.loss_kink)
        likelier = kept.setdefault(key, each)
        if likelier is not each and likelier.unusual == each.unusual:
            mine, its = ([s for s in a.said if s not in b.said] for a, b in ((likelier, each), (each, likelier)))
            same = tuple(said for said in each.said if said in likelier.said)
            kept[key] = replace(likelier, said=(*same, f"{' and '.join(mine)}; or {' and '.join(its)}"))
    return list(kept.values())


SIDES: tuple[tuple[Side, str], ...] = (("right", "1"), ("left", "0"), ("middle", "1/2"))


def _sides(net: Network, fwd: ForwardPass) -> Iterator[tuple[Side, Side, tuple[str, ...], int]]:
    """What may be taken at kinks, where some value stands at one."""
    units = [l for l in net.layers if any((fwd.into_f(l) == kink).any() for kink in net.f[l].kinks)]
    A, Y, loss = fwd.A[net.L], fwd.Y, fwd.loss_function
    at_loss = A.shape == Y.shape and any(np.any(kink == A - Y) for kink in loss.kinks)
    for kink, value in SIDES if units else SIDES[:1]:
        for loss_kink, _ in SIDES if at_loss else SIDES[:1]:
            said = [f"f′ at a kink is that of its {kink} side" + (f": ReLU′(0) = {value}" if _relu(net, units) else "")]
            at_0 = {"right": "1", "left": "−1", "middle": "0"}[loss_kink]
            said_of_loss = [f"sign(0) = {at_0}"]
            if kink == "middle":
                said = [
                    "f′ at a kink is between those of its sides" + (": ReLU′(0) = 1/2" if _relu(net, units) else "")
                ]
            both = (*(said if units else []), *(said_of_loss if at_loss else []))
            yield kink, loss_kink, both, (kink != "right") + (loss_kink != "right")


def _relu(net: Network, layers: list[int]) -> bool:
    return any(net.f[l].name == "relu" for l in layers)
