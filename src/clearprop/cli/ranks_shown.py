"""What `clearprop plan --ranks N` says: how many times the steps of one rank several would take, by what sending costs."""

from __future__ import annotations

from ..engines.compiled import CompiledEngine
from ..engines.sharing import default_shards
from ..engines.wire import LINKS, Link, Step
from ..ensemble import one_of
from ..fitting.planned import Plan
from ..formulas.catalogue import find
from ..formulas.compression import BFloat16
from ..formulas.optimizers import Optimizer
from .display import fact, grid, quiet, say

LARGE, LOCAL, ROUNDED = 4096, 16, BFloat16()
"""Points of a large batch, local steps, and a rounding, with which a sum of gradients with the plan's batch is compared."""
BYTES_PER_SECOND = 1e10
"""At which an update reads and writes weights and the optimiser's state, roughly."""


def step_of(planned: Plan, points: int, shards: int) -> Step:
    """A step of a plan's training on so many points, as the compiled engine takes it on one core, roughly."""
    net = one_of(planned.start.network)
    rule = find(Optimizer, planned.start.facts["optimizer"])
    held = {} if rule.whole_set else rule.lasting_state(rule.first_state(net.parameters, net.shapes))
    state = sum(array.nbytes for array in held.values())
    return Step(
        gradient=CompiledEngine.seconds_per_step
        + 6 * net.parameters.size * points / CompiledEngine.operations_per_second,
        update=2 * (net.parameters.nbytes + state) / BYTES_PER_SECOND,
        size=net.parameters.nbytes,
        state=state,
        shards=shards,
        itemsize=net.dtype.itemsize,
    )


def links_with(wire: tuple[float, float] | None) -> tuple[Link, ...]:
    """The ways between ranks that are compared, and one of microseconds a message and nanoseconds a byte."""
    return LINKS if wire is None else (*LINKS, Link("your wire", wire[0] * 1e-6, wire[1] * 1e-9))


def gains(planned: Plan, ranks: int, links: tuple[Link, ...] = LINKS) -> dict[str, dict[str, float]]:
    """Times the steps of one process without shards, by the way that ranks work together and by the batch."""
    learnt, shards = len(planned.split.training), default_shards(ranks)
    batches = sorted({min(planned.start.facts["batch_size"] or learnt, learnt), LARGE})
    ways = {"": (1, None), f", --compression {ROUNDED.name}": (1, ROUNDED), f", --local-steps {LOCAL}": (LOCAL, None)}
    return {
        link.name + way: {
            f"batches of {points:,}": round(step_of(planned, points, shards).gain(ranks, link, *told), 3)
            for points in batches
        }
        for link in links
        for way, told in ways.items()
    }


def print_gains(planned: Plan, ranks: int, links: tuple[Link, ...] = LINKS) -> None:
    """Print them as a table, and over each wire what pays."""
    found = gains(planned, ranks, links)
    header, *_ = found.values()
    rows = [["", *header], *([way, *(f"{times:.2g} x" for times in of.values())] for way, of in found.items())]
    weights = one_of(planned.start.network).parameters.size
    say()
    fact(
        "ranks",
        f"{ranks} ranks take about so many times the steps of one, with {weights:,} weights; below 1 they are slower",
    )
    first, *others = grid(rows)
    for line in (quiet(first), *others):
        say(line)
    for k, link in enumerate(links):
        said = "; ".join(f"{batches}, {what_pays(found, link, batches)}" for batches in header)
        fact("" if k else "pays", f"{link.name}: {said}")


def what_pays(found: dict[str, dict[str, float]], link: Link, batches: str) -> str:
    """The way that is fastest with batches of some size, as people ask for it."""
    ways = {
        way.removeprefix(link.name).lstrip(", "): of[batches] for way, of in found.items() if way.startswith(link.name)
    }
    best = max(ways, key=lambda way: ways[way])
    if ways[best] < 1:
        return "one process"
    return best or "a sum of gradients in every step"
