"""The judge: the conventions and the fewest mistakes that explain what was given, and what else would explain it as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from ..formulas.catalogue import CATALOGUE, find
from .chain import Choice, Coming, Key, Setting, links_of, made, place, take
from .closeness import Closeness
from .conventions import Convention
from .mistake import Mistake, Place
from .reading import Reading
from .search import IN_PLACE, Effort, Exhausted, Path, Search, choices_of

KNOWN = (0, 1, 2, 3)
"""How many known mistakes are looked for: first none, then one, ..."""
MOST_EFFORT = 1.5e8
"""What is tried of combinations of mistakes, some seconds: with hidden arrays there are more than anybody would wait for."""
MOST_UNKNOWN = 8
ALIKE = 5
"""So many parts of a rank say what cannot be told apart; those after it, what is likelier."""


@dataclass(frozen=True)
class Explanation:
    """One way to explain everything that was given."""

    setting: Setting
    reading: Reading
    convention: Convention
    path: Path
    rank: tuple[float, ...]
    """Smaller is likelier: the cost, what is left unexplained, the fewest places that are wrong in this convention, unusual
    conventions, places passed over, places."""
    passed: Mapping[str, int]
    """For each mistake at how many places it was passed over."""

    whole: bool = True
    """Whether all combinations of two mistakes, or three, were tried before this was called unknown."""

    def likeliest(self, group: frozenset[str]) -> list[str]:
        """The mistakes of a group, that first which was passed over least, or which is more particular."""
        in_order = [name for name in CATALOGUE["mistake"] if name in group]
        return sorted(in_order, key=lambda name: (self.passed[name], len(find(Mistake, name).links)))


def explanations(
    setting: Setting, readings: Sequence[Reading], conventions: Sequence[Convention], closeness: Closeness
) -> list[Explanation]:
    """The best explanations, those that these arrays cannot tell from one another; one at least."""
    pairs = [(reading, convention) for reading in readings for convention in conventions]
    pairs.sort(key=lambda pair: pair[0].unusual + pair[1].unusual)
    chain_seen = any(reading.arrays["dL_dZ"] or reading.arrays["dL_dA"] for reading in readings)
    whole = True
    for known in KNOWN if chain_seen else KNOWN[:3]:
        effort = Effort() if known < 2 else Effort(MOST_EFFORT)
        try:
            found = _within(setting, pairs, closeness, known, 0, effort)
        except Exhausted:
            whole = False
            break
        if found:
            return found
    return [replace(each, whole=whole) for each in _with_unknown(setting, pairs, closeness)]


def _with_unknown(
    setting: Setting, pairs: Sequence[tuple[Reading, Convention]], closeness: Closeness
) -> list[Explanation]:
    """The best explanations with places that no mistake of the catalogue explains, as few as can be."""
    for unknown in range(1, MOST_UNKNOWN + 1):
        for known in (0, 1, 2):
            effort = Effort() if known == 0 else Effort(MOST_EFFORT / 4)
            with suppress(Exhausted):
                if found := _within(setting, pairs, closeness, known, unknown, effort):
                    return found
    return _within(setting, pairs, closeness, 0, sum(map(len, pairs[0][0].arrays.values())), Effort())


def _within(
    setting: Setting,
    pairs: Sequence[tuple[Reading, Convention]],
    closeness: Closeness,
    known: int,
    unknown: int,
    effort: Effort,
) -> list[Explanation]:
    found: list[Explanation] = []
    for reading, convention in pairs:
        unusual = reading.unusual + convention.unusual
        if found and not unknown and unusual > found[0].rank[3] and found[0].rank[2] <= known:
            break
        here = replace(
            setting,
            factor=convention.factor,
            scale=convention.scale,
            kink=convention.kink,
            loss_kink=convention.loss_kink,
            W_after=reading.arrays["W_after"],
        )
        search = Search(here, reading, closeness, known, unknown, effort)
        try:
            found += _ranked(search, convention, unusual)
        except Exhausted:
            if not found:
                raise
            break
        found.sort(key=lambda each: each.rank)
    return [each for each in found if each.rank[:ALIKE] == found[0].rank[:ALIKE]]


def _ranked(search: Search, convention: Convention, unusual: int) -> list[Explanation]:
    """Every explanation in one convention. That in which most is right has the fewest wrong places."""
    paths = search.paths()
    best = min(((path.cost, -path.judged, len(path.done)) for path in paths), default=(0.0, 0, 0))
    found = []
    for path in paths:
        passed = _passed_over(search, path)
        fewest = sum(min(passed[name] for name in group) for group in path.groups)
        rank = (path.cost, -path.judged, best[2], unusual, path.lost, fewest, len(path.done))
        found.append(Explanation(search.setting, search.reading, convention, path, rank, passed))
    return found


def _passed_over(search: Search, path: Path) -> dict[str, int]:
    """For each mistake of this path at how many links it could have shown and was not made: a loop makes it in every layer."""
    counts = {name: 0 for group in path.groups for name in group}
    if not counts:
        return counts
    setting, choices = search.setting, choices_of(path)
    done = {step.key for step in path.done}
    used = {choice for step in path.done for choice in step.choices if choice[0] in counts}
    came = Coming()
    for key in (key for l in reversed(setting.net.layers) for key in links_of(setting.net, setting.fwd, l)):
        at = place(setting, key, came, path.fused)
        if at is None:  # an update without eta
            continue
        chosen = choices.get(key, at.right)
        value = made(at, chosen) if isinstance(chosen, tuple) else chosen
        if key not in done and search.shows(key):
            for name in {choice[0] for choice in used if _would_show(at, choice, key)}:
                counts[name] += 1
        came = take(came, key, at.right if value is None else value)
    return counts


def _would_show(at: Place, choice: Choice, key: Key) -> bool:
    if choice[0] == IN_PLACE or key[0] not in find(Mistake, choice[0]).links:
        return False
    value = made(at, choice)
    return value is not None and (value.shape != at.right.shape or not np.allclose(value, at.right, rtol=1e-9, atol=0))
