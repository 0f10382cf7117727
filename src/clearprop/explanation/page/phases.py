"""The step as a play: its phases in their order, each with what is known, lit, multiplied, asked and read out."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from ..trace.equations import linear
from ..trace.passes import Link
from ..trace.record import Step
from ..trace.values import key_of
from . import pseudocode, questions
from .diagram import boxes_of, ends_of
from .growing import chain_of, chain_to
from .json_values import Plain, in_script
from .spoken import of_shape, spoken


def phases_of(trace: Step) -> list[Plain]:
    """Each phase: what is computed, a caption, the values known after it, the arrows and boxes it lights."""
    play = _Play(trace)
    play.forward()
    play.loss()
    for l in range(trace.L, 0, -1):
        play.backward(l)
        play.gradient(l)
    play.update()
    return play.phases


def opening_of(trace: Step) -> Plain:
    """What is lit and read out before the first phase, when the data point goes in."""
    x = f"The data point goes in{of_shape(trace.header.x)}."
    return {"line": pseudocode.OPENING, "spoken": x}


class _Play:
    """Phases being collected."""

    def __init__(self, trace: Step) -> None:
        self.trace, self.symbols, self.phases = trace, trace.header.own, list[Plain]()

    def phase(
        self,
        kind: str,
        l: int,
        caption: str,
        shows: list[str],
        lit: tuple[list[str], list[str]],
        asked: Sequence[Plain] = (),
        **more: object,
    ) -> None:
        """One more phase; `lit` are arrows and boxes, `more` is what not every phase has."""
        edges, nodes = lit
        own = {"kind": kind, "l": l, "caption": caption, "shows": shows, "edges": edges, "nodes": nodes}
        asked = [questions.mixed(each, len(self.phases)) for each in asked]
        rest: Plain = {"chain": None, "fork": None, "questions": asked}
        self.phases.append({"index": len(self.phases), **own, **rest, **more})

    def written(self, name: str, l: int) -> str:
        """A symbol in plain text."""
        return in_script(self.symbols.of(name, l))

    def forward(self) -> None:
        """What each box gives, one after the other."""
        boxes = boxes_of(self.trace)
        for before, box in itertools.pairwise(boxes):
            (name, l), (came, k) = box.gives, before.gives
            caption = f"{self.written(name, l)}: {box.label.plain}"
            if box.kind == "linear":
                caption = f"{self.written(name, l)} = {linear(l, self.symbols, self.trace.taken(l)).plain}"
            line = pseudocode.LINEAR if box.kind == "linear" else pseudocode.ACTIVATION
            lit = [f"forward:{came}:{k}"], [box.id]
            self.phase("forward", l, caption, [key_of(name, l)], lit, line=line, spoken=self.said("Forward", name, l))

    def loss(self) -> None:
        """The loss of the point shown."""
        L, header = self.trace.L, self.trace.header
        caption = f"the loss: {in_script(header.point_letter)} = {header.point_loss:.6g}"
        lit = [f"forward:A:{L}", "forward:Y"], ["loss"]
        said = f"The loss of this point is {header.point_loss:.6g}."
        self.phase("loss", L, caption, [], lit, line=pseudocode.LOSS, spoken=said)

    def backward(self, l: int) -> None:
        """The links that are new in layer l, one by one."""
        links = self.trace.backward[l].links
        for link in links:
            (_, bottom), k = ends_of(link)
            reached = f"dL_d{bottom}"
            self.phase(
                "backward",
                l,
                self.caption(l, link, reached),
                [key_of(reached, l)],
                ([f"backward:{link.name}:{link.l}"], [self.box_of(link)]),
                line=self.line_of(link),
                spoken=self.said("Backward", reached, k),
                chain=chain_to(self.trace, l, link, key_of(reached, l)),
                fork=self.fork(l, link, links),
                asked=questions.of_link(self.trace, l, link),
            )

    def caption(self, l: int, link: Link, reached: str) -> str:
        """What a link does, in a few words."""
        name, to = self.written(reached, l), self.written(reached.removeprefix("dL_d"), l)
        if link.role == "loss unit":
            return f"the loss unit: {name}"
        if link.role == "within layer":
            return f"within layer {self.number_of(l)}: the gradient reaches {to}, {name}"
        return f"the gradient reaches {to}: {name}, by the link {self.written(link.name, link.l)}"

    def box_of(self, link: Link) -> str:
        """The box that a link goes through: the one that gives what it differentiates."""
        (top, _), _ = ends_of(link)
        return next((box.id for box in boxes_of(self.trace) if box.gives == (top, link.l)), "loss")

    def line_of(self, link: Link) -> int:
        """Its line of the pseudocode."""
        if link.role == "loss unit":
            return pseudocode.LOSS_UNIT
        return pseudocode.WITHIN if link.role == "within layer" else pseudocode.TO_LAYER

    def fork(self, l: int, link: Link, links: Sequence[Link]) -> Plain | None:
        """At the end of a layer's links the gradient stands at its linear unit; a link of two layers has gone on from one."""
        if link is links[-1]:
            return {"l": l, "taken": None}
        return {"l": link.l, "taken": "on"} if link.name.startswith("dZ_dA") else None

    def gradient(self, l: int) -> None:
        """The gradients by what layer l learns."""
        layer = self.trace.backward[l]
        shows = [key_of("dL_dW", l), key_of("dL_dW0", l)]
        self.phase(
            "gradient",
            l,
            f"the weight gradient {self.written('dL_dW', l)}, and {self.written('dL_dW0', l)}",
            shows,
            ([f"backward:dZ_dW:{l}"], [f"weights:{l}"]),
            line=pseudocode.WEIGHTS,
            spoken=self.said("Weight gradient", "point_dL_dW", l),
            chain=chain_of(self.trace, layer.weights, layer.links[-1], key_of("point_dL_dW", l)),
            fork={"l": l, "taken": "end"},
            asked=questions.of_gradient(self.trace, layer.weights),
        )
        if layer.alpha is not None:
            product, shown = layer.alpha.product, key_of("point_dL_dalpha", l)
            alpha, slope = self.written("alpha", l), self.written("dL_dalpha", l)
            to_A = next(link for link in layer.links if ends_of(link)[0][1] == "A")
            self.phase(
                "gradient",
                l,
                f"what activation {self.number_of(l)} learns, {alpha}: its gradient {slope}",
                [shown],
                ([], [f"activation:{l}"]),
                line=pseudocode.WEIGHTS,
                spoken=self.said("Gradient", "point_dL_dalpha", l),
                chain=chain_of(self.trace, product, to_A, shown),
            )

    def update(self) -> None:
        """All layers after the step."""
        layers, rule = self.trace.update, self.trace.rule
        after = [key_of(name, l) for l in layers for name in ("W_after", "W0_after")]
        caption = "the step: all layers at once, when every link has been taken"
        before = self.trace.header.loss_value
        loss = "loss with the penalty" if self.trace.header.penalty else "loss"
        said = f"The step moves the weights of every layer. The {loss} goes from {before:.6g} to {rule.loss_after:.6g}."
        lit = list[str](), [f"weights:{l}" for l in layers]
        asked = questions.of_update(self.trace)
        self.phase("update", 0, caption, after, lit, line=pseudocode.STEP, spoken=said, asked=asked)

    def said(self, where: str, name: str, l: int) -> str:
        """A quantity, read out."""
        return f"{where}: {spoken(name, self.number_of(l), self.trace.values[key_of(name, l)].array)}."

    def number_of(self, l: int) -> int:
        """The number that the notation gives a layer."""
        return self.symbols.notation.first_layer + l - 1
