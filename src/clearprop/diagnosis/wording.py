"""From an explanation to words: each mistake with the entry that shows it, its formulas, and the input that would tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from ..backprop import traced_forward
from ..explanation.notation.symbols import raised
from ..formulas.catalogue import Array, find
from .chain import Choice, Key, Setting, replay, result_of
from .judge import Explanation
from .mistake import RULES, Mistake
from .reading import Given, Reading
from .record import ROUNDED_ZERO, Entry, Found
from .search import IN_PLACE, Made, choices_of

ORDER = ("dL_dA", "dL_dZ", "dL_dW", "dL_dW0", "W_after", "W0_after")
"""The arrays of a layer, from the loss down."""
MOST_NAMES = 4
"""More that cannot be told apart are not listed."""
CLEAR = 0.1
"""An entry shows a mistake clearly that is off by this share of the largest difference."""
ROUNDED_STEP = 8 * float(np.finfo(float).eps)
"""So much of the largest weight is rounding: a step itself may be small beside the weights."""
Arrays = Mapping[str, Mapping[int, Array]]


def found_in(explanations: list[Explanation]) -> tuple[Found, ...]:
    """The mistakes of the best explanations, from the loss down."""
    best = explanations[0]
    known = [_found(explanations, group) for group in best.path.groups]
    unknown = [_unknown(best, step) for step in best.path.done if step.given]
    order = {step.key: index for index, step in enumerate(best.path.done)}
    first = [min(order[s.key] for s in best.path.done if s.names & group) for group in best.path.groups]
    first += [order[step.key] for step in best.path.done if step.given]
    return tuple(found for _, found in sorted(zip(first, known + unknown, strict=True), key=lambda pair: pair[0]))


def _found(explanations: list[Explanation], group: frozenset[str]) -> Found:
    """One mistake, with what else would explain the same arrays."""
    best = explanations[0]
    others = [each for each in explanations[1:] if len(each.path.groups) == len(best.path.groups)]
    wheres = [(best, name) for name in best.likeliest(group)]
    for other in others:
        mine, its = [g for g in best.path.groups if g != group], list(other.path.groups)
        rest = [g for g in its if not any(g & m for m in mine)]
        if len(rest) == 1:
            wheres += [(other, name) for name in other.likeliest(rest[0]) if name not in {n for _, n in wheres}]
    first, *more = [_described(explanation, name) for explanation, name in wheres[:MOST_NAMES]]
    if not more:
        return first
    return replace(first, alternatives=tuple(more), tell=_tell(wheres))


def _described(explanation: Explanation, name: str) -> Found:
    path = explanation.path
    steps = [step for step in path.done if name in step.names]
    if not steps:  # narrowed by another layer
        steps = [step for step in path.done if any(name in group and group & step.names for group in path.groups)]
    mistake = find(Mistake, name)
    first = steps[0]
    link, _, _ = first.key
    rule = RULES[link]
    layers = tuple(dict.fromkeys(step.key[1] for step in steps))
    variant = dict(first.choices).get(name, 0)
    detail = f"; here: {mistake.variants[variant]}" if mistake.variants else ""
    l = first.key[1]
    return Found(
        name=name,
        layer=l,
        layers=layers,
        link=rule.title,
        about=" ".join((type(mistake).__doc__ or "").split()),
        entry=_entry(explanation, frozenset(step.key for step in steps)),
        computed=at_layer(_formula(mistake.formula, first.key), l) + detail,
        right=at_layer(_formula(_right(explanation.setting, first.key), first.key), l),
        equation=mistake.source,
        lesson=mistake.lesson,
    )


def _right(setting: Setting, key: Key) -> str:
    """The right formula of a link, with the parts of this network named."""
    link, l, array = key
    net, loss = setting.net, setting.fwd.loss_function
    if link == "loss":
        return f"∂L/∂Aˡ = {loss.derivative}" if loss.derivative else "∂L/∂Aˡ"
    if link == "activation":
        f = net.f[l]
        if l == net.L and setting.direct:
            return "∂L/∂Zˡ = Aˡ − y, loss unit and activation in one; or f′(Zˡ) ∗ ∂L/∂Aˡ"
        return RULES[link].formula + (f", {f.name}′ = {f.derivative}" if f.derivative else "")
    if link == "update" and setting.optimizer.formula and setting.optimizer.name != "sgd":
        return f"{setting.optimizer.formula}, θ = {'Wˡ' if array == 'W' else 'W₀ˡ'}"
    if link == "weights" and setting.fwd.penalty is not None:
        return RULES[link].formula + " + ∂R/∂Wˡ"
    return RULES[link].formula


def _formula(formula: str, key: Key) -> str:
    return formula.replace("Wˡ", "W₀ˡ") if key[2] == "W0" and key[0] == "update" else formula


def at_layer(formula: str, l: int) -> str:
    """A formula with the layer's number: Aˡ⁻¹ of layer 2 is A¹."""
    return re.sub("ˡ⁻¹", raised(l - 1), formula).replace("ˡ", raised(l))


def _entry(explanation: Explanation, keys: frozenset[Key]) -> Entry | None:
    """The first entry that shows what was done at these links, with what would stand there had it not been done."""
    chosen = choices_of(explanation.path)
    right = replay(explanation.setting, {key: choice for key, choice in chosen.items() if key not in keys})
    given, L = explanation.reading.arrays, explanation.setting.net.L
    done = [step for step in explanation.path.done if step.key in keys]
    in_place = [step for step in done if IN_PLACE in step.names]
    updates = [step for step in done if step.key[0] == "update"]  # nothing comes after one: it shows in its own array
    places = [result_of(step.key) for step in in_place or updates] or list(_places(given))
    for name, l in places:
        if l in given[name]:
            there, value = given[name][l], right.get(name, {}).get(l)
            entry = None if value is None else _differing(name, l, there, value, L)
            if entry is not None:
                return _as_written(explanation.reading, entry)
    return None


def _as_written(reading: Reading, entry: Entry) -> Entry:
    """The entry with the number that was given, where a more exact one was compared."""
    array = reading.written.get(entry.array, {}).get(entry.layer)
    return entry if array is None or entry.shape is not None else replace(entry, given=float(array[entry.index]))


def _places(given: Given) -> Iterator[tuple[str, int]]:
    for l in sorted({l for arrays in given.values() for l in arrays}, reverse=True):
        yield from ((name, l) for name in ORDER)


def _differing(name: str, l: int, given: Array, right: Array, L: int) -> Entry | None:
    if given.shape != right.shape:
        return Entry(name, l, (), np.nan, np.nan, shape=given.shape, L=L)
    odd = ~np.isfinite(given) & np.isfinite(right)
    with np.errstate(invalid="ignore"):
        apart = np.where(odd, np.inf, abs(given - right))
    apart = np.where(np.isnan(apart), 0.0, apart)
    size = max(
        float(abs(right[np.isfinite(right)]).max(initial=0.0)), float(abs(given[np.isfinite(given)]).max(initial=0.0))
    )
    if not apart.size or apart.max() <= (ROUNDED_STEP if name.endswith("_after") else 1e-6) * size:
        return None
    index = tuple(int(i) for i in np.argwhere(odd)[0]) if odd.any() else _clearest(apart, given, right)
    return Entry(name, l, index, float(given[index]), float(right[index]), L=L)


def _clearest(apart: Array, given: Array, right: Array) -> tuple[int, ...]:
    """The place of the largest difference, of those between two numbers where there is a clear one: 0 tells less."""
    beside = np.minimum(abs(given), abs(right)) > ROUNDED_ZERO * np.maximum(abs(given), abs(right))
    telling = beside & (apart >= CLEAR * apart.max())
    chosen = np.where(telling, apart, 0.0) if telling.any() else apart
    return tuple(int(i) for i in np.unravel_index(int(chosen.argmax()), chosen.shape))


def _unknown(explanation: Explanation, step: Made) -> Found:
    """The first link that is wrong in a way that is not in the catalogue."""
    link, l, _ = step.key
    rule = RULES[link]
    name, k = result_of(step.key)
    chosen = {key: c for key, c in choices_of(explanation.path).items() if key != step.key}
    right = replay(explanation.setting, chosen).get(name, {}).get(k)
    given = explanation.reading.arrays[name][k]
    hidden = _hidden(explanation, step.key)
    between = f"; or at a link before it that was not given: {', '.join(hidden)}" if hidden else ""
    no_number = _without_number(f"{name}[{k}]", given)
    return Found(
        name="unknown",
        layer=l,
        layers=(l,),
        link=rule.title,
        about=f"{no_number or 'None that I know.'} The first wrong link is that to {name}[{k}]{between}.",
        entry=None if right is None else _differing(name, k, given, right, explanation.setting.net.L),
        computed="none of the catalogue's formulas",
        right=at_layer(_formula(_right(explanation.setting, step.key), step.key), l),
        equation=rule.equation,
        lesson="NaN comes from 0/0, ∞ − ∞, 0 · ∞ or the logarithm of a negative number: print what goes into this link."
        if no_number
        else f"Give {' and '.join(hidden)} too, and each link is judged by itself."
        if hidden
        else "Work out the entry above by hand, term by term, and compare each factor: `explain` shows them.",
    )


def _without_number(name: str, given: Array) -> str:
    """Where an array has NaN, in a sentence; nothing where it has none."""
    places = np.argwhere(np.isnan(given))
    if not len(places):
        return ""
    first = ", ".join(map(str, places[0]))
    count = f"the first of {len(places)} in this array" if len(places) > 1 else "the only one in this array"
    return f"{name}[{first}] is not a number (NaN), {count}."


def _hidden(explanation: Explanation, key: Key) -> list[str]:
    """The arrays between this link and the last one before it that is given, by which it could be judged alone."""
    given, l = explanation.reading.arrays, key[1]
    right_after = not explanation.path.lost and any(k < l for arrays in given.values() for k in arrays)
    if key[0] not in {"weights", "biases"} or right_after:
        return []
    return [f"{name}[{l}]" for name in ("dL_dA", "dL_dZ") if l not in given[name]] if l not in given["dL_dZ"] else []


def _tell(wheres: list[tuple[Explanation, str]]) -> str:
    """The input that would tell two mistakes apart: another array of the same step, other points, or what the record says."""
    (first, name), (second, other) = wheres[0], wheres[1]
    given = first.reading.arrays
    plans = [_as(first, name), _as(second, other)]
    arrays = [replay(each.setting, plan) for each, plan in zip((first, second), plans, strict=True)]
    unseen = [f"{n}[{l}]" for n, l in _all_places(first.setting) if l not in given[n] and _apart(arrays, n, l)]
    if IN_PLACE in {name, other}:
        unseen = []
    if unseen:
        return f"give {unseen[0]}: it differs between the two"
    for seed in range(3):
        settings = [_elsewhere(each.setting, seed) for each in (first, second)]
        try:
            there = [replay(setting, plan) for setting, plan in zip(settings, plans, strict=True)]
        except (ValueError, KeyError, AssertionError):
            break
        seen = [f"{n}[{l}]" for n in ORDER for l in given[n] if _apart(there, n, l)]
        if seen:
            points = len(settings[0].fwd.Y)
            return f"other points X would show it, such as {points} at random, in {seen[0]}"
    said = [told for told in (find(Mistake, each).where_told for each in (name, other)) if told]
    return f"what would tell: {'; '.join(said)}" if said else "in this network both give the same for every input"


def _as(explanation: Explanation, name: str) -> Mapping[Key, Choice | Array]:
    return choices_of(explanation.path, instead=name)


def _all_places(setting: Setting) -> Iterator[tuple[str, int]]:
    for l in reversed(setting.net.layers):
        yield from ((name, l) for name in ("dL_dZ", "dL_dA", "dL_dW", "dL_dW0"))


def _apart(arrays: list[dict[str, dict[int, Array]]], name: str, l: int) -> bool:
    one, two = (each.get(name, {}).get(l) for each in arrays)
    if one is None or two is None:
        return False
    return one.shape != two.shape or not np.allclose(one, two, rtol=1e-6, atol=1e-12, equal_nan=True)


def _elsewhere(setting: Setting, seed: int) -> Setting:
    """The same at other points, with the same targets."""
    fwd, rng = setting.fwd, np.random.default_rng(seed)
    Y = np.concatenate([fwd.Y, fwd.Y, fwd.Y])[: max(3, len(fwd.Y))]
    X = rng.normal(size=(len(Y), setting.net.widths[0]))
    M = {l: np.resize(factors, (len(Y), factors.shape[1])) for l, factors in fwd.M.items()}
    there = traced_forward(setting.net, X, Y, fwd.loss_function, None, fwd.penalty, M, fwd.statistics)
    return replace(setting, fwd=there, W_after={}, factor=setting.factor)
