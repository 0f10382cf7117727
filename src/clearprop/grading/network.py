"""A whole network of a submission's own modules: each link back is judged by what came into it in this very pass.

An error that comes out of another module is carried forward, and a method that has lost its points by itself loses none here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from ..formulas.catalogue import Array
from .answers import Values
from .criterion import CRITERIA, Answers, Criterion, Finding, Given, agree, draw
from .judging import Judged
from .script import REFERENCE, Steps, ref

NAME = "Network.backward"
WIDTHS, POINTS = (3, 4, 3), 4


@CRITERIA.add
class Whole(Criterion):
    """Linear, an activation, Linear, SoftMax and NLL, forward and back."""

    name = NAME
    about = "All modules work together in a network, forward and back."
    rule = "each link with what came into it"

    def given(self, rng: np.random.Generator) -> dict[str, Array]:
        first, hidden, last = WIDTHS
        classes = np.eye(last)[:, rng.integers(last, size=POINTS)]
        numbers = {"X": draw(rng, first, POINTS), "Y": classes}
        numbers |= {"W1": draw(rng, first, hidden), "W01": draw(rng, hidden, 1)}
        return numbers | {"W2": draw(rng, hidden, last) / 2, "W02": draw(rng, last, 1)}

    def script(self, given: Given, hidden: str = "Tanh") -> Steps:
        steps = Steps()
        modules = kinds(hidden)
        for k, kind in enumerate(modules, 1):
            sides = given[f"W{(k + 1) // 2}"].shape if kind == "Linear" else ()
            steps.make(f"m{k}", kind, *sides)
            if kind == "Linear":
                steps.set(f"m{k}", W=given[f"W{(k + 1) // 2}"], W0=given[f"W0{(k + 1) // 2}"])
        steps.make("loss", "NLL")
        value: Any = given["X"]
        for k in range(1, len(modules) + 1):
            steps.call(f"m{k}", "forward", value, to=f"A{k}", give=True)
            value = ref(f"A{k}")
        steps.call("loss", "forward", value, given["Y"], to="L")
        steps.call("loss", "backward", to=f"D{len(modules)}", give=True)
        for k in range(len(modules), 0, -1):
            steps.call(f"m{k}", "backward", ref(f"D{k}"), to=f"D{k - 1}", give=True)
        for k in (k for k, kind in enumerate(modules, 1) if kind == "Linear"):
            steps.get(f"m{k}", "dLdW", f"dLdW{k}")
            steps.get(f"m{k}", "dLdW0", f"dLdW0{k}")
        return steps


def kinds(hidden: str) -> tuple[str, ...]:
    """The modules in their order."""
    return ("Linear", hidden, "Linear", "SoftMax")


def methods(hidden: str) -> list[str]:
    """The criteria on which a network stands."""
    classes = {*kinds(hidden), "NLL"}
    return [name for name in CRITERIA.criteria if name.partition(".")[0] in classes]


def judged_network(
    given: Given, values: Values, hidden: str, faulted: Mapping[str, Judged], counted: Collection[str]
) -> Judged:
    """Each method's link. `faulted` are wrong by themselves, and `counted` are those that lose points for it elsewhere."""
    criterion = CRITERIA.criteria[NAME]
    if values.missing:  # what is not there has made no network, whatever it lost before
        return Judged(criterion, {"network": False}, trouble=f"there is no class {' or '.join(values.missing)}")
    if values.error:
        charged = [each for each in faulted if each in methods(hidden) and each in counted]
        if charged:
            return Judged(criterion, {"network": True}, findings=(_carried(charged),))
        return Judged(criterion, {"network": False}, trouble=values.error)
    wrong = [name for name, links in _links(given, values.arrays, hidden).items() if not all(links)]
    parts = {name: name not in wrong or name in counted for name in _links(given, values.arrays, hidden)}
    carried = [name for name in wrong if name in faulted and name in counted]
    alone = [name for name in wrong if name not in faulted]
    findings = [_carried(carried)] if carried else []
    findings += [each for name in wrong if name in faulted and name not in counted for each in faulted[name].findings]
    changers = dict.fromkeys(
        f"{kinds(hidden)[int(of[1:]) - 1]}.{method.split('|')[0]}" for of, method in _changes(values)
    )
    findings += [_overwritten(list(changers), alone) if changers else _shared(alone)] if alone else []
    parts |= dict.fromkeys(alone, False)
    return Judged(criterion, parts, tuple(findings))


def _carried(names: Sequence[str]) -> Finding:
    about = f"It follows from {' and '.join(names)}, and is not counted again."
    return Finding("carried_forward", about, carried=True)


def _changes(values: Values) -> list[tuple[str, str]]:
    """The module, m1 ..., and the method of each call that changed what its module was given."""
    pairs = [each.partition(" ") for each in values.changed]
    return [(of, method) for of, _, method in pairs if of in {f"m{k}" for k in range(1, 5)}]


def _overwritten(changers: Sequence[str], names: Sequence[str]) -> Finding:
    who = f"{' and '.join(changers)} {'change' if len(changers) > 1 else 'changes'}"
    what = f"{' and '.join(names)} {'are' if len(names) > 1 else 'is'}"
    about = f"{who} an array that came from another module, which still needs it: {what} right alone and wrong in a network."
    return Finding(
        "input_changed",
        about,
        f"{' and '.join(changers)} in place",
        "a module changes no array but its own",
        "What forward is given is the output of the module before: work on a copy.",
    )


def _shared(names: Sequence[str]) -> Finding:
    several = len(names) > 1
    about = (
        f"{' and '.join(names)} {'are' if several else 'is'} right alone and wrong in a network: mostly two modules share an "
        "attribute of their class."
    )
    return Finding(
        "shared_state",
        about,
        f"{' and '.join(names)} in a network",
        "each module keeps its own values, in self",
        "What forward keeps for backward belongs to the object: self.A = A.",
    )


def _links(given: Given, answers: Answers, hidden: str) -> Mapping[str, list[bool]]:
    """For each method whether its results are right, given what it got in this pass."""
    modules = kinds(hidden)
    before = {"A0": given["X"], **answers}
    found: dict[str, list[bool]] = {}

    def compare(name: str, got: Array | None, right: Any) -> None:
        found.setdefault(name, []).append(got is not None and agree(got, np.asarray(right, dtype=float)))

    for k, kind in enumerate(modules, 1):
        module: Any = REFERENCE[kind](*(given[f"W{(k + 1) // 2}"].shape if kind == "Linear" else ()))
        if kind == "Linear":
            module.W, module.W0 = given[f"W{(k + 1) // 2}"], given[f"W0{(k + 1) // 2}"]
        try:
            compare(f"{kind}.forward", answers.get(f"A{k}"), module.forward(before[f"A{k - 1}"]))
            if f"A{k}" in answers and kind != "Linear":
                module.A = answers[f"A{k}"]
            compare(f"{kind}.backward", answers.get(f"D{k - 1}"), module.backward(before[f"D{k}"]))
        except (ValueError, KeyError, IndexError):  # what came has no fitting shape, and that is counted where it arose
            continue
        if kind == "Linear":
            compare("Linear.backward", answers.get(f"dLdW{k}"), module.dLdW)
            compare("Linear.backward", answers.get(f"dLdW0{k}"), module.dLdW0)
    if f"A{len(modules)}" in answers and answers[f"A{len(modules)}"].shape == given["Y"].shape:
        compare("NLL.backward", answers.get(f"D{len(modules)}"), answers[f"A{len(modules)}"] - given["Y"])
    return found
