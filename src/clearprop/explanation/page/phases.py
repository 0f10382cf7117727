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
    found: list[Plain] = []

    def phase(kind: str, l: int, caption: str, shows: list[str], edges: list[str], nodes: list[str]) -> None:
        found.append(
            {
                "index": len(found),
                "kind": kind,
                "l": l,
                "caption": caption,
                "shows": shows,
                "edges": edges,
                "nodes": nodes,
            }
        )

    symbols, L = trace.header.own, trace.L
    for l, layer in trace.forward.items():
        Z, A = symbols.of("Z", l).plain, symbols.of("A", l).plain
        phase(
            "forward",
            l,
            f"{Z} = {linear(l, symbols, trace.taken(l)).plain}",
            [key_of("Z", l)],
            [f"forward:A:{l - 1}"],
            [f"linear:{l}"],
        )
        phase("forward", l, f"{A}: {layer.activation}", [key_of("A", l)], [f"forward:Z:{l}"], [f"activation:{l}"])
    loss = symbols.of("L").plain
    phase("loss", L, f"the loss: {loss} = {trace.header.point_loss:.6g}", [], [f"forward:A:{L}", "forward:Y"], ["loss"])
    for l in range(L, 0, -1):
        for place, link in enumerate(trace.backward[l].links):
            reached = f"dL_d{link.name.split('_d')[1]}" if place or l < L else "dL_dA"
            name, to = symbols.of(reached, l).plain, symbols.of(reached.removeprefix("dL_d"), l).plain
            if l == L and place == 0:
                caption, box = f"the loss unit: {name}", "loss"
            elif link.role == "within layer":
                number = symbols.notation.first_layer + l - 1
                caption, box = f"within layer {number}: the gradient reaches {to}, {name}", f"activation:{l}"
            else:
                by = symbols.of(link.name, link.l).plain
                caption, box = f"the gradient reaches {to}: {name}, by the link {by}", f"linear:{l + 1}"
            phase("backward", l, caption, [key_of(reached, l)], [f"backward:{link.name}:{link.l}"], [box])
        dL_dW, W0 = symbols.of("dL_dW", l).plain, symbols.of("dL_dW0", l).plain
        phase(
            "gradient",
            l,
            f"the weight gradient {dL_dW}, and {W0}",
            [key_of("dL_dW", l), key_of("dL_dW0", l)],
            [f"backward:dZ_dW:{l}"],
            [f"weights:{l}"],
        )
        if trace.backward[l].alpha is not None:
            alpha, dL_dalpha = symbols.of("alpha", l).plain, symbols.of("dL_dalpha", l).plain
            number = symbols.notation.first_layer + l - 1
            caption = f"what activation {number} learns, {alpha}: its gradient {dL_dalpha}"
            phase("gradient", l, caption, [key_of("point_dL_dalpha", l)], [], [f"activation:{l}"])
    after = [key_of(name, l) for l in trace.update for name in ("W_after", "W0_after")]
    phase(
        "update",
        0,
        "the step: all layers at once, when every link has been taken",
        after,
        [],
        [f"weights:{l}" for l in trace.update],
    )
    return found


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
