"""The step as a play: its phases in the order in which they happen, and the diagram on which they are walked.

The diagram is that of Notation 15: boxes from left to right, straight arrows forward, curved arrows back.
"""

from __future__ import annotations

from ..notation.symbols import Written, shape_of, upright
from ..trace.equations import linear
from ..trace.passes import Link
from ..trace.record import Step
from ..trace.values import key_of
from .json_values import Plain, formula_json


def phases_of(trace: Step) -> list[Plain]:
    """Each phase: what is computed, a caption, the values known after it, the arrows and boxes it lights."""
    play = _Play(trace)
    for l in trace.forward:
        play.forward(l)
    play.loss()
    for l in range(trace.L, 0, -1):
        play.backward(l)
        play.gradient(l)
    play.update()
    return play.phases


class _Play:
    """Phases being collected."""

    def __init__(self, trace: Step) -> None:
        self.trace, self.symbols, self.phases = trace, trace.header.own, list[Plain]()

    def phase(self, kind: str, l: int, caption: str, shows: list[str], edges: list[str], nodes: list[str]) -> None:
        """One more phase."""
        own = {"kind": kind, "l": l, "caption": caption, "shows": shows, "edges": edges, "nodes": nodes}
        self.phases.append({"index": len(self.phases), **own})

    def written(self, name: str, l: int) -> str:
        """A symbol in plain text."""
        return self.symbols.of(name, l).plain

    def forward(self, l: int) -> None:
        """Z, then A."""
        Z = f"{self.written('Z', l)} = {linear(l, self.symbols, self.trace.taken(l)).plain}"
        A = f"{self.written('A', l)}: {self.trace.forward[l].activation}"
        self.phase("forward", l, Z, [key_of("Z", l)], [f"forward:A:{l - 1}"], [f"linear:{l}"])
        self.phase("forward", l, A, [key_of("A", l)], [f"forward:Z:{l}"], [f"activation:{l}"])

    def loss(self) -> None:
        """The loss of the point shown."""
        L = self.trace.L
        caption = f"the loss: {self.written('L', 0)} = {self.trace.header.point_loss:.6g}"
        self.phase("loss", L, caption, [], [f"forward:A:{L}", "forward:Y"], ["loss"])

    def backward(self, l: int) -> None:
        """The links that are new in layer l, one by one."""
        for place, link in enumerate(self.trace.backward[l].links):
            reached = f"dL_d{link.name.split('_d')[1]}" if place or l < self.trace.L else "dL_dA"
            name, to = self.written(reached, l), self.written(reached.removeprefix("dL_d"), l)
            if l == self.trace.L and place == 0:
                caption, box = f"the loss unit: {name}", "loss"
            elif link.role == "within layer":
                caption, box = f"within layer {self.number_of(l)}: the gradient reaches {to}, {name}", f"activation:{l}"
            else:
                by = self.written(link.name, link.l)
                caption, box = f"the gradient reaches {to}: {name}, by the link {by}", f"linear:{l + 1}"
            self.phase("backward", l, caption, [key_of(reached, l)], [f"backward:{link.name}:{link.l}"], [box])

    def gradient(self, l: int) -> None:
        """The gradients by what layer l learns."""
        caption = f"the weight gradient {self.written('dL_dW', l)}, and {self.written('dL_dW0', l)}"
        shows = [key_of("dL_dW", l), key_of("dL_dW0", l)]
        self.phase("gradient", l, caption, shows, [f"backward:dZ_dW:{l}"], [f"weights:{l}"])
        if self.trace.backward[l].alpha is not None:
            alpha, slope = self.written("alpha", l), self.written("dL_dalpha", l)
            caption = f"what activation {self.number_of(l)} learns, {alpha}: its gradient {slope}"
            self.phase("gradient", l, caption, [key_of("point_dL_dalpha", l)], [], [f"activation:{l}"])

    def update(self) -> None:
        """All layers after the step."""
        layers = self.trace.update
        after = [key_of(name, l) for l in layers for name in ("W_after", "W0_after")]
        caption = "the step: all layers at once, when every link has been taken"
        self.phase("update", 0, caption, after, [], [f"weights:{l}" for l in layers])

    def number_of(self, l: int) -> int:
        """The number that the notation gives a layer."""
        return self.symbols.notation.first_layer + l - 1


def diagram_of(trace: Step) -> Plain:
    """Nodes from left to right, arrows forward between them, arrows back for each link, arrows to the weights."""
    symbols, L, widths = trace.header.own, trace.L, trace.header.widths
    nodes: list[Plain] = [_node("input", "input", 0, symbols.of("A", 0), f"{widths[0]} × 1", key_of("A", 0))]
    edges: list[Plain] = []
    before = "input"
    for l, layer in trace.forward.items():
        W = trace.values[key_of("W", l)].array
        nodes.append(
            _node(f"linear:{l}", "linear", l, linear(l, symbols, trace.taken(l)), shape_of(W.shape), key_of("W", l))
        )
        f = layer.activation.partition("(")[0]
        name = Written(f, rf"\mathrm{{{upright(f)}}}")
        nodes.append(_node(f"activation:{l}", "activation", l, name, f"{widths[l]} × 1", None))
        nodes.append(_node(f"weights:{l}", "weights", l, symbols.of("W", l), shape_of(W.shape), key_of("W", l)))
        edges.append(_forward_edge(trace, "A", l - 1, before, f"linear:{l}"))
        edges.append(_forward_edge(trace, "Z", l, f"linear:{l}", f"activation:{l}"))
        before = f"activation:{l}"
    nodes += [
        _node("loss", "loss", L, symbols.of("L"), "1 × 1", None),
        _node("target", "target", L, symbols.of("Y"), f"{widths[L]} × 1", key_of("Y", L)),
    ]
    edges.append(_forward_edge(trace, "A", L, before, "loss"))
    edges.append(
        {
            "id": "forward:Y",
            "direction": "forward",
            "from": "target",
            "to": "loss",
            "symbol": formula_json(symbols.of("Y")),
            "value": key_of("Y", L),
            "link": None,
        }
    )
    for l in range(L, 0, -1):
        own = (*trace.backward[l].links, trace.backward[l].weight_link)
        edges += [_backward_edge(trace, link) for link in own]
    units = [
        {
            "l": l,
            "width": widths[l],
            "labels": list(trace.header.classes)
            if l == L and trace.header.classes and len(trace.header.classes) == widths[l]
            else None,
        }
        for l in range(L + 1)
    ]
    return {"nodes": nodes, "edges": edges, "layers": units}


def _node(key: str, kind: str, l: int, label: Written, shape: str, value: str | None) -> Plain:
    return {"id": key, "kind": kind, "l": l, "label": formula_json(label), "shape": shape, "value": value}


def _forward_edge(trace: Step, name: str, l: int, start: str, end: str) -> Plain:
    return {
        "id": f"forward:{name}:{l}",
        "direction": "forward",
        "from": start,
        "to": end,
        "symbol": formula_json(trace.header.symbols.of(name, l)),
        "value": key_of(name, l),
        "link": None,
    }


def _backward_edge(trace: Step, link: Link) -> Plain:
    """From where the gradient stands to where the link takes it. Links within a layer lie between the same two boxes."""
    l, reached = link.l, link.name.split("_d")[1]
    if link.name == "dL_dA":
        start, end, reaches = "loss", f"activation:{l}", key_of("dL_dA", l)
    elif link.name == "dZ_dW":
        start, end, reaches = f"linear:{l}", f"weights:{l}", key_of("dL_dW", l)
    elif link.name.startswith("dZ_dA"):
        start, end, reaches = f"linear:{l}", f"activation:{l - 1}", key_of(f"dL_d{reached}", l - 1)
    else:
        start, end, reaches = f"activation:{l}", f"linear:{l}", key_of(f"dL_d{reached}", l)
    return {
        "id": f"backward:{link.name}:{l}",
        "direction": "backward",
        "from": start,
        "to": end,
        "symbol": formula_json(trace.header.own.of(link.name, l)),
        "value": reaches,
        "link": key_of(link.name, l),
    }
