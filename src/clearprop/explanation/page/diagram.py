"""The diagram on which a step is walked (Notation 15): boxes from left to right, straight arrows forward, curved arrows back.

A layer is a row of boxes, one for each value that it computes: a normalisation and dropout are boxes as the activation is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..notation.symbols import Written, shape_of, upright
from ..trace.equations import linear
from ..trace.passes import Link
from ..trace.record import Step
from ..trace.values import key_of
from .json_values import Plain, formula_json


@dataclass(frozen=True)
class Box:
    """A unit of the drawing: it takes what the box before gives, and gives one value."""

    kind: str
    l: int
    gives: tuple[str, int]
    """Name and layer of the value."""
    label: Written
    shape: str

    @property
    def id(self) -> str:
        """What names it in the document."""
        return self.kind if self.kind == "input" else f"{self.kind}:{self.l}"


def boxes_of(trace: Step) -> list[Box]:
    """Every box between the data point and the loss, in the order of the forward pass."""
    symbols, widths = trace.header.own, trace.header.widths
    left_out = _in_words("dropout")
    boxes = [Box("input", 0, ("A", 0), symbols.of("A", 0), f"{widths[0]} × 1")]
    if trace.taken(1) != "A":
        boxes.append(Box("dropout", 0, ("A_taken", 0), left_out, boxes[0].shape))
    for l, layer in trace.forward.items():
        n, W = f"{widths[l]} × 1", trace.values[key_of("W", l)].array
        boxes.append(Box("linear", l, ("Z", l), linear(l, symbols, trace.taken(l)), shape_of(W.shape)))
        if layer.normalized is not None:
            boxes.append(Box("norm", l, ("Z_hat", l), _in_words(layer.normalized.name.partition("(")[0]), n))
            boxes.append(Box("scale", l, ("V", l), _in_words("gain, shift"), n))
        boxes.append(Box("activation", l, ("A", l), _in_words(layer.activation.partition("(")[0]), n))
        if layer.kept is not None:
            boxes.append(Box("dropout", l, ("A_taken", l), left_out, n))
    return boxes


def _in_words(name: str) -> Written:
    return Written(name, rf"\mathrm{{{upright(name)}}}")


def diagram_of(trace: Step) -> Plain:
    """Nodes from left to right, arrows forward between them, arrows back for each link, arrows to the weights."""
    symbols, L, widths, boxes = trace.header.own, trace.L, trace.header.widths, boxes_of(trace)
    nodes = [_node(box.id, box.kind, box.l, box.label, box.shape, _value_of(box)) for box in boxes]
    for l in trace.forward:
        shape = shape_of(trace.values[key_of("W", l)].array.shape)
        nodes.append(_node(f"weights:{l}", "weights", l, symbols.of("W", l), shape, key_of("W", l)))
    nodes += [
        _node("loss", "loss", L, symbols.of("L"), "1 × 1", None),
        _node("target", "target", L, symbols.of("Y"), f"{widths[L]} × 1", key_of("Y", L)),
    ]
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
    return {"nodes": nodes, "edges": [*_forward(trace, boxes), *_backward(trace, boxes)], "layers": units}


def _value_of(box: Box) -> str | None:
    """The array that a box is drawn with: the point that goes in, the weights of a linear unit."""
    return {"input": key_of("A", 0), "linear": key_of("W", box.l)}.get(box.kind)


def _node(key: str, kind: str, l: int, label: Written, shape: str, value: str | None) -> Plain:
    return {"id": key, "kind": kind, "l": l, "label": formula_json(label), "shape": shape, "value": value}


def _forward(trace: Step, boxes: list[Box]) -> Iterator[Plain]:
    """What each box gives, on the way to the next one; the last goes to the loss, and so does the target."""
    ends = [*(box.id for box in boxes[1:]), "loss"]
    for box, end in zip(boxes, ends, strict=True):
        (name, l), symbols = box.gives, trace.header.symbols
        yield _edge(f"forward:{name}:{l}", "forward", (box.id, end), symbols.of(name, l), key_of(name, l))
    Y = trace.header.own.of("Y")
    yield _edge("forward:Y", "forward", ("target", "loss"), Y, key_of("Y", trace.L))


def _backward(trace: Step, boxes: list[Box]) -> Iterator[Plain]:
    """From the box that gives what is differentiated to the box that gives what it is differentiated by."""
    given_by = {box.gives: box.id for box in boxes}
    for l in range(trace.L, 0, -1):
        for link in (*trace.backward[l].links, trace.backward[l].weight_link):
            (top, bottom), k = ends_of(link)
            end = f"weights:{l}" if bottom == "W" else given_by[bottom, k]
            start, symbol = given_by.get((top, link.l), "loss"), trace.header.own.of(link.name, link.l)
            reached, key = key_of(f"dL_d{bottom}", k), key_of(link.name, link.l)
            yield _edge(f"backward:{key}", "backward", (start, end), symbol, reached, key)


def ends_of(link: Link) -> tuple[tuple[str, str], int]:
    """What a link differentiates, by what, and of which layer that is: dZ/dA of layer 2 is by A of layer 1."""
    top, bottom = link.name.removeprefix("d").split("_d")
    return (top, bottom), link.l - 1 if link.name.startswith("dZ_dA") else link.l


def _edge(
    key: str, direction: str, ends: tuple[str, str], symbol: Written, value: str, link: str | None = None
) -> Plain:
    start, end = ends
    plain: Plain = {"id": key, "direction": direction, "from": start, "to": end}
    return plain | {"symbol": formula_json(symbol), "value": value, "link": link}
