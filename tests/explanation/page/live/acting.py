"""A reader's actions on a live page, replayed in Python: what each is to lead to, written anew from what the page promises."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clearprop.explanation.page.live import after_step, asked_of, first_parameters, moved_target

Step = dict[str, Any]
Action = dict[str, Any]


@dataclass
class Replay:
    """A page's state: the step at hand, the one that nudges lead away from, and what can be taken back."""

    first: Step
    now: Step = field(init=False)
    base: Step | None = None
    past: list[tuple[Step, Step | None]] = field(default_factory=list)
    on_its_way: tuple[Step, Step | None] | None = None
    refused: str | None = None

    def __post_init__(self) -> None:
        self.now = self.first

    def do(self, action: Action) -> None:
        """One action. A step that does not exist is refused, and all stays as it was."""
        name = action["do"]
        if name in {"undo", "reset", "nudge", "end nudge"}:
            self._turn(name)
            return
        arrived = action.get("arrived", True)
        last = self.on_its_way or (self.now, self.base)
        try:
            now, base = self._led(action)
            asked_of(now)
            self.now, self.base, self.refused = now, base, None
        except ValueError as error:
            self.refused = str(error)
        self.on_its_way = None if arrived else last
        if arrived and self.now is not last[0]:
            self.past.append(last)

    def _turn(self, name: str) -> None:
        here = self.now, self.base
        if name == "undo":
            if self.past:
                (self.now, self.base), self.on_its_way, self.refused = self.past.pop(), None, None
        elif name == "reset":
            if self.now is not self.first or self.base is not None:
                self.past.append(here)
                self.now, self.base, self.on_its_way, self.refused = self.first, None, None, None
        else:
            if self.base is not None and self.base is not self.now:
                self.past.append(here)
            self.base = self.now if name == "nudge" else None

    def _led(self, action: Action) -> tuple[Step, Step | None]:
        name, base = action["do"], self.base
        if name == "move":
            both = base is not None and action["handle"]["kind"] in {"Y", "eta"}
            return moved(self.now, action), moved(base, action) if both and base is not None else base
        if name in {"step", "choose"}:
            now = stepped(self.now) if name == "step" else reshaped(self.now, action["chosen"])
            return now, None if base is None else now
        if base is None:
            return self.now, None
        return between(base, self.now, 0.5 if name == "halve" else 0.0), base


def without(step: Step, *names: str) -> Step:
    return {name: value for name, value in step.items() if name not in names}


def moved(step: Step, action: Action) -> Step:
    """The step with another number in one place."""
    handle, value = action["handle"], action["value"]
    kind, at = handle["kind"], step.get("at", 0)
    if kind == "eta":
        return without(step, "after") | {"eta": value}
    if kind in {"X", "Y"}:
        rows = copy.deepcopy(step[kind])
        if kind == "X":
            rows[at][handle["j"]] = value
        else:
            rows[at] = moved_target({"loss": step["loss"], "row": rows[at], "j": handle["j"], "value": value})
        return without(step, "after", "point", "row") | {kind: rows}
    net = asked_of(step).net
    array = getattr(net, kind)[handle["l"]]
    array[(handle["i"], handle["j"]) if kind == "W" else handle["j"]] = value
    return without(step, "after", "seed") | {"parameters": net.parameters.tolist()}


def stepped(step: Step) -> Step:
    return without(step, "after", "note") | after_step(step) | {"t": step.get("t", 1) + 1}


def reshaped(step: Step, chosen: Step) -> Step:
    """Other parts; where the shape is another one, new weights, and a first step."""
    now = without(step, "after", "note", *(["state"] if "optimizer" in chosen else [])) | chosen
    if not {"widths", "activations"} & chosen.keys():
        return now
    hidden, L = now["activations"][:-1], len(now["widths"]) - 1
    more = [hidden[-1] if hidden else "tanh"] * (L - 1 - len(hidden))
    now["activations"] = [*[*hidden, *more][: L - 1], now["activations"][-1]]
    fresh = first_parameters({**{name: now[name] for name in ("widths", "activations")}, "seed": now.get("seed") or 0})
    if "widths" not in chosen and len(fresh) == len(step["parameters"]):
        return now
    return without(now, "state", "factors") | {"parameters": fresh, "t": 1, "entries": [], "biases": []}


def between(base: Step, now: Step, share: float) -> Step:
    """A share of the way from one step's weights and inputs to another's."""
    if share == 0:
        return now | {"parameters": base["parameters"], "X": base["X"]}
    part = {
        name: np.array(base[name]) + share * (np.array(now[name]) - np.array(base[name]))
        for name in ("parameters", "X")
    }
    return without(now, "after") | {name: array.tolist() for name, array in part.items()}


ACTIVATIONS = ("tanh", "relu", "sigmoid", "leaky_relu(slope=0.1)", "softplus", "prelu", "identity", "softmax", "step")
LOSSES = ("square", "nll", "nllm", "hinge", "linear", "huber(delta=1.0)")
OPTIMIZERS = ("sgd", "adam", "momentum(beta=0.9)", "rmsprop", "adagrad")


def random_actions(rng: np.random.Generator, replay: Replay, count: int) -> Iterator[Action]:
    """Actions that fit what the page has come to, each done in the replay before the next is drawn."""
    for _ in range(count):
        for action in _one(rng, replay.now):
            replay.do(action)
            yield action


def _one(rng: np.random.Generator, now: Step) -> list[Action]:
    kind = rng.choice(
        ["move", "choose", "step", "undo", "reset", "nudge", "end nudge", "halve", "back"],
        p=[0.45, 0.1, 0.12, 0.1, 0.03, 0.08, 0.03, 0.06, 0.03],
    )
    if kind == "choose":
        return [{"do": "choose", "chosen": _chosen(rng, now)}]
    if kind != "move":
        return [{"do": str(kind)}]
    handle = _handle(rng, now)
    values = [float(each) for each in np.round(rng.uniform(-1.5, 1.5, rng.integers(1, 4)), 3)]
    if handle["kind"] == "eta":
        values = [abs(each) for each in values]
    last = len(values) - 1
    return [{"do": "move", "handle": handle, "value": value, "arrived": at == last} for at, value in enumerate(values)]


def _handle(rng: np.random.Generator, now: Step) -> dict[str, Any]:
    widths = now["widths"]
    l = int(rng.integers(1, len(widths)))
    j = int(rng.integers(widths[l]))
    kinds = ["W", "W", "W0", "X", "Y", "eta", *(["alpha"] if now["activations"][l - 1].startswith("prelu") else [])]
    kind = str(rng.choice(kinds))
    if kind == "eta":
        return {"kind": kind}
    if kind in {"X", "Y"}:
        return {"kind": kind, "j": int(rng.integers(len(now[kind][0])))}
    return {"kind": kind, "l": l, **({"i": int(rng.integers(widths[l - 1]))} if kind == "W" else {}), "j": j}


def _chosen(rng: np.random.Generator, now: Step) -> Step:
    what = rng.choice(["loss", "optimizer", "activations", "widths"])
    if what == "loss":
        return {"loss": str(rng.choice(LOSSES))}
    if what == "optimizer":
        return {"optimizer": str(rng.choice(OPTIMIZERS))}
    if what == "activations":
        texts = list(now["activations"])
        texts[rng.integers(len(texts))] = str(rng.choice(ACTIVATIONS))
        return {"activations": texts}
    hidden = [int(rng.integers(1, 6)) for _ in range(rng.integers(0, 4))]
    return {"widths": [now["widths"][0], *hidden, now["widths"][-1]]}
