"""The product of a backward pass as it grows: the factors known in each phase (7.8-7.10, 7.18), and the fork at a linear unit.

At a linear unit the chain can end with dz/dw, which gives a weight gradient, or go on with dz/da to the layer before. The third
way, through dw/da, does not exist: a weight is not a function of an input (7.12, 7.13).
"""

from __future__ import annotations

from collections.abc import Sequence

from ..notation.symbols import Written
from ..trace.passes import Link, Product
from ..trace.record import Step
from ..trace.values import key_of
from .json_values import Plain, formula_json


def chain_to(trace: Step, l: int, link: Link, result: str) -> Plain:
    """The product when `link` of layer l is its newest factor."""
    return {"result": result, "pieces": _pieces(_links_to(trace, l, link), key_of(link.name, link.l)), "close": ""}


def chain_of(trace: Step, product: Product, last: Link, result: str) -> Plain:
    """The product of a gradient by what is learnt; `last` is the newest link of the gradient that it ends."""
    known, close, pieces = _links_to(trace, product.l, last), "", list[Plain]()
    for place, factor in enumerate(product.factors):
        times = "·" if place else ""
        if (factor.name, factor.l) in trace.links and not factor.name.startswith("dL_d"):
            link = {"sign": f"{close}{times}", "link": key_of(factor.name, factor.l), "new": True}
            pieces.append(link | {"transposed": factor.transposed})
            close = ""
            continue
        inside = _pieces(known, "")
        brackets = not trace.is_chain and (factor.transposed or len(inside) > 1)
        inside[0]["sign"] = f"{times}(" if brackets else times
        close = (")ᵀ" if factor.transposed else ")") if brackets else ""
        pieces += inside
    return {"result": result, "pieces": pieces, "close": close}


def _links_to(trace: Step, l: int, last: Link) -> list[Link]:
    """From the loss to a link of layer l, all that have been multiplied; in the order in which they are shown."""
    found: list[Link] = []
    for k in range(trace.L, l - 1, -1):
        for link in trace.backward[k].links:
            found.append(link)
            if link is last:
                break
    return found if trace.header.symbols.loss_first(trace.header.layout) else found[::-1]


def _pieces(links: Sequence[Link], new: str) -> list[Plain]:
    keys = [key_of(link.name, link.l) for link in links]
    return [
        {"sign": "·" if place else "", "link": key, "new": key == new, "transposed": False}
        for place, key in enumerate(keys)
    ]


def forks_of(trace: Step) -> list[Plain]:
    """At the linear unit of each layer: where the chain may end, where it may go on, and the way that does not exist."""
    return [_fork(trace, l) for l in range(trace.L, 0, -1)]


def _fork(trace: Step, l: int) -> Plain:
    own, number = trace.header.own, trace.header.symbols.notation.first_layer + l - 1
    W, below, taken = own.of("W", l), own.of("A", l - 1), trace.taken(l)
    ways = [
        _way(
            "end", own.of("dZ_dW", l), f"End here: this gives the gradient of {W.plain}, which the step needs.", "7.10"
        )
    ]
    on, before = own.of(f"dZ_d{taken}", l), own.of(taken, l - 1)
    if l > 1:
        ways.append(_way("on", on, f"Go on: {before.plain} comes from layer {number - 1}, which learns too.", "7.14"))
    else:
        ways.append(
            _way("none", on, f"Not needed: {before.plain} is the data point, and nothing before it learns.", "7.14")
        )
    reason = (
        f"No way: {W.plain} is not a function of {below.plain}. Another {below.plain} leaves every weight as it is, "
        f"and reaches the loss through {own.of('Z', l).plain} alone."
    )
    ways.append(_way("struck", own.of("dW_dA", l), reason, "7.12, 7.13"))
    return {"l": l, "ways": ways}


def _way(kind: str, symbol: Written, says: str, source: str) -> Plain:
    return {"kind": kind, "symbol": formula_json(symbol), "says": says, "source": source}
