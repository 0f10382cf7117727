"""The search for the fewest mistakes that explain given arrays, link by link from the loss down. It words nothing.

A path is a choice at every link: what is right, or a mistake of the catalogue. A link whose result is given prunes the paths;
what came into it is what the path has, wrong or right, so that an error carried forward is not a second mistake. The same
mistake in several layers counts once. Mistakes that give the same array are one choice, of which cannot be told which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ..formulas.catalogue import Array, find
from .chain import Choice, Coming, Key, Setting, links_of, mistakes_of, place, result_of, take
from .closeness import Closeness, terms_of
from .mistake import Mistake, Place
from .reading import Given, Reading

IN_PLACE = "gradient_changed_in_place"
UNKNOWN = "unknown"
UNKNOWN_COSTS = 2.5
"""More than two mistakes that are known: what two known ones explain is not called unknown."""
MOST_PATHS = 4000


class Exhausted(Exception):
    """There are more ways to combine mistakes than are tried."""


@dataclass
class Effort:
    """How much more is tried: numbers computed, with something for each array. A count, not a time: results repeat."""

    left: float = np.inf

    def spend(self, arrays: int, size: int) -> None:
        """Take so many arrays of a size off; Exhausted where nothing is left."""
        self.left -= arrays * (2000 + size)
        if self.left < 0:
            raise Exhausted


@dataclass(frozen=True)
class Made:
    """What was done at a link that is not right there: mistakes that give the same array, or a given array that none gives."""

    key: Key
    choices: tuple[Choice, ...]
    value: Array | None
    given: bool = False
    """Whether none is known, and the value is what was given."""

    @property
    def names(self) -> frozenset[str]:
        """The names of its mistakes."""
        return frozenset(name for name, _ in self.choices)


@dataclass(frozen=True)
class Path:
    """The links so far."""

    came: Coming = field(default_factory=Coming)
    done: tuple[Made, ...] = ()
    groups: tuple[frozenset[str], ...] = ()
    """The mistakes so far: each a set of names of which one is meant."""
    unknown: int = 0
    fused: bool = False
    lost: bool = False
    """Whether what has come down is not known."""
    judged: int = 0
    """How many of the given arrays were explained."""

    @property
    def cost(self) -> float:
        """The number of mistakes."""
        return len(self.groups) + UNKNOWN_COSTS * self.unknown

    def with_group(self, names: frozenset[str]) -> tuple[frozenset[str], ...]:
        """The groups with one more, or with one narrowed to what both have in common."""
        for index, group in enumerate(self.groups):
            if group & names:
                return (*self.groups[:index], group & names, *self.groups[index + 1 :])
        return (*self.groups, names)


@dataclass(frozen=True)
class Search:
    """A search in one setting, for one reading of what was given."""

    setting: Setting
    reading: Reading
    closeness: Closeness
    known: int
    """The most mistakes of the catalogue in a path."""
    unknown: int = 0
    """The most places in a path that none of them explains."""
    effort: Effort = field(default_factory=Effort)

    def paths(self) -> list[Path]:
        """Every path within the bounds that gives what was given."""
        frontier = [Path()]
        net, fwd = self.setting.net, self.setting.fwd
        for l in reversed(range(net.L + 1)):
            if not self._given_below(l):
                break
            for key in links_of(net, fwd, l) if l else [("layers", 1, "")]:
                frontier = [after for path in frontier for after in self._past(path, key)]  # type: ignore[arg-type]
                if len(frontier) > MOST_PATHS:
                    frontier = sorted(frontier, key=lambda path: path.cost)[:MOST_PATHS]
            if not frontier:
                return []
        return frontier

    @property
    def _arrays(self) -> Given:
        return self.reading.arrays

    def _given_below(self, l: int) -> bool:
        return any(k <= l for arrays in self._arrays.values() for k in arrays)

    def _seen(self, key: Key) -> Array | None:
        """What was given of a link's result, if it shows it."""
        link, l, _ = key
        if link == "activation" and l in self.setting.net.normalization:
            return None
        if link == "layers" and l - 1 in self.setting.fwd.M:
            return None
        name, k = result_of(key)
        return self._arrays.get(name, {}).get(k)

    def shows(self, key: Key) -> bool:
        """Whether anything that was given depends on this link."""
        link, l, _ = key
        below = l - 1 if link == "layers" else l
        if link in {"weights", "biases"}:
            name = "W" if link == "weights" else "W0"
            return any(l in self._arrays[each] for each in (f"dL_d{name}", f"{name}_after"))
        if link == "update":
            return self._seen(key) is not None
        return self._given_below(below)

    def _past(self, path: Path, key: Key) -> Iterator[Path]:
        """The path with everything that may have been done at one more link."""
        seen = self._seen(key)
        at = place(self.setting, key, path.came, path.fused)
        self.effort.spend(1, 0 if at is None else at.right.size)
        if at is None or path.lost:
            yield from self._after_lost(path, key, seen)
            return
        if key[0] == "dropout" and seen is not None and self._is(at, at.G, seen, key):
            seen = None  # dL/dA was given as it is before dropout's factors: the link itself is not seen
        if not self.shows(key):
            yield replace(path, came=take(path.came, key, at.right))
            return
        found = False
        if seen is None or self._is(at, at.right, seen, key):
            found = True
            yield replace(path, came=take(path.came, key, at.right), judged=path.judged + (seen is not None))
        if (
            key[0] == "loss"
            and seen is not None
            and self.setting.direct
            and self._is(at, self.setting.fused(), seen, key)
        ):
            found = True
            yield replace(path, came=Coming(dL_dA=self.setting.fused()), fused=True, judged=path.judged + 1)
        if self._begins_anew(key, at, seen):
            found = True
            yield replace(
                path, came=take(path.came, key, self.setting.fused()), judged=path.judged + (seen is not None)
            )
        if seen is None or not found:
            for after in self._mistaken(path, key, at, seen):
                found = True
                yield after
        if not found and path.unknown < self.unknown:
            yield from self._unknown(path, key, seen)

    def _is_no_step(self, path: Path, key: Key, seen: Array | None) -> bool:
        """Whether given parameters come from a step that the gradient of this path, by its shape, does not allow."""
        link, l, name = key
        return link == "update" and seen is not None and not path.lost and l not in self._arrays[f"dL_d{name}"]

    def _begins_anew(self, key: Key, at: Place, seen: Array | None) -> bool:
        """Whether dL/dZ = a − y may have been computed beside a dL/dA^L that was given, which it does not need."""
        link, l, _ = key
        at_loss = (
            link == "activation" and l == self.setting.net.L and self.setting.direct and l in self._arrays["dL_dA"]
        )
        if not at_loss or np.array_equal(at.right, self.setting.fused()):
            return False
        fused = self.setting.fused()
        return seen is None or self.closeness.close(fused, seen, float(abs(fused).max()))

    def _is(self, at: Place, value: Array, seen: Array, key: Key) -> bool:
        rounded = self.reading.rounded.get(result_of(key), 0.0)
        if key[0] == "update":
            before = at.parameters
            if seen.shape != before.shape and value.shape == before.shape:
                return False
            digits = self.closeness.digits * float(abs(before).max(initial=0.0))
            return self.closeness.close(value - before, seen - before, terms_of(at), rounded + digits)
        return self.closeness.close(value, seen, terms_of(at), rounded, either=key[0] == "biases" or 1 in seen.shape)

    def _mistaken(self, path: Path, key: Key, at: Place, seen: Array | None) -> Iterator[Path]:
        if key[0] in {"loss", "layers", "dropout"} and seen is not None and self._allowed(path, frozenset({IN_PLACE})):
            through = self._dL_dZ_of(at.right, result_of(key)[1])
            of_layer = self._arrays["dL_dZ"].get(result_of(key)[1])
            if self._is(at, through, seen, key) or (of_layer is not None and self._is(at, of_layer, seen, key)):
                yield self._with(path, key, ((IN_PLACE, 0),), at.right, judged=1)
        known = frozenset().union(*path.groups) if len(path.groups) >= self.known else None
        if known == frozenset():
            return
        self.effort.spend(10 if known is None else 1, at.right.size)
        for choices, value in alternatives(at, path.fused and key[1] == self.setting.net.L, known):
            if seen is not None and not self._is(at, value, seen, key):
                continue
            open_ = tuple(choice for choice in choices if not self._ruled_out(path, key, choice[0]))
            if open_ and self._allowed(path, frozenset(name for name, _ in open_)):
                yield self._with(path, key, open_, value, judged=int(seen is not None))

    def _ruled_out(self, path: Path, key: Key, name: str) -> bool:
        """Whether a mistake of whole layers would have been seen in the layer's weights, and was not."""
        weights: Key = ("weights", key[1], "W")
        if key[0] != "biases" or not find(Mistake, name).of_whole_layer or not self.shows(weights):
            return False
        return not any(name in step.names for step in path.done if step.key == weights)

    def _dL_dZ_of(self, dL_dA: Array, l: int) -> Array:
        came: Coming = Coming(dL_dA=dL_dA)
        if l == 0:
            return dL_dA
        for link in ("activation", "normalization")[: 1 + (l in self.setting.net.normalization)]:
            at = place(self.setting, (link, l, ""), came)  # type: ignore[arg-type]
            assert at is not None
            came = replace(came, dL_dZ=at.right)
        assert came.dL_dZ is not None
        return came.dL_dZ

    def _allowed(self, path: Path, names: frozenset[str]) -> bool:
        again = any(group & names for group in path.groups)
        return again or len(path.groups) < self.known

    def _with(self, path: Path, key: Key, choices: tuple[Choice, ...], value: Array, *, judged: int) -> Path:
        step = Made(key, choices, value)
        return replace(
            path,
            came=take(path.came, key, value),
            done=(*path.done, step),
            groups=path.with_group(step.names),
            judged=path.judged + judged,
        )

    def _unknown(self, path: Path, key: Key, seen: Array | None) -> Iterator[Path]:
        """None explains what was given here: go on with it, or where the way to it is hidden, without what came before."""
        if seen is None:
            return
        link, l, _ = key
        step = Made(key, (), seen, given=True)
        after = replace(path, done=(*path.done, step), unknown=path.unknown + 1)
        yield replace(after, came=take(path.came, key, seen))
        if link in {"weights", "biases"} and l not in self._arrays["dL_dZ"]:
            yield replace(after, came=Coming(), lost=True)

    def _after_lost(self, path: Path, key: Key, seen: Array | None) -> Iterator[Path]:
        """What came into the link is not known: go on with what is given of its result, unjudged."""
        if self._is_no_step(path, key, seen):
            return
        value = seen
        chain = key[0] in {"layers", "dropout", "activation", "normalization"}
        found = value is not None and chain
        yield replace(path, came=take(path.came, key, value), lost=path.lost and not found)


def alternatives(
    at: Place, fused: bool = False, among: frozenset[str] | None = None
) -> Iterator[tuple[tuple[Choice, ...], Array]]:
    """What the catalogue's mistakes give at a place, those together that give the same; none that gives what is right."""
    prints: list[tuple[float, Array, list[Choice]]] = []
    terms = terms_of(at)
    for definition in mistakes_of(at.link):
        if among is not None and definition.name not in among:
            continue
        if fused and at.link == "activation" and definition.name != "fused_twice":
            continue
        with np.errstate(all="ignore"):
            for variant, value in enumerate(definition().computed(at)):
                if value is None or _same(value, at.right, terms):
                    continue
                _add(prints, value, (definition.name, variant), terms)
    for _, value, choices in prints:
        yield tuple(choices), value


def _add(prints: list[tuple[float, Array, list[Choice]]], value: Array, choice: Choice, terms: float) -> None:
    total = float(value.sum())
    for other, array, choices in prints:
        near = other == total or abs(other - total) <= 1e-9 * (abs(other) + abs(total)) + 1e-9 * terms
        if (near or not np.isfinite(total)) and _same(value, array, terms):
            if choice[0] not in {name for name, _ in choices}:
                choices.append(choice)
            return
    prints.append((total, value, [choice]))


def _same(value: Array, other: Array, terms: float) -> bool:
    return value.shape == other.shape and Closeness(1e-9).close(value, other, 1e3 * terms)


def choices_of(
    path: Path, without: frozenset[str] = frozenset(), instead: str | None = None
) -> Mapping[Key, Choice | Array]:
    """The path's mistakes for `replay`, without those of a group, or with one particular of them."""
    chosen: dict[Key, Choice | Array] = {}
    for step in path.done:
        if step.given:
            if step.value is not None:
                chosen[step.key] = step.value
            continue
        if without & step.names and instead is None:
            continue
        if step.choices[0][0] == IN_PLACE:
            continue
        named = {name: (name, variant) for name, variant in step.choices}
        chosen[step.key] = named.get(instead or "", step.choices[0])
    return chosen
