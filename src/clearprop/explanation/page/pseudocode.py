"""The notes' pseudocode (7.6.2), made exact: every layer has its dL/dZ, and weights move when every link is taken."""

from __future__ import annotations

from ..notation.symbols import Written, transpose
from ..trace.record import Step
from .json_values import Plain, formula_json

OPENING, LOSS, LOSS_UNIT, TO_LAYER, WITHIN, WEIGHTS, STEP = 1, 5, 7, 8, 9, 10, 12
"""The lines, counted from 0, that phases light; of two that belong together the first one."""
LINEAR, ACTIVATION = 3, 4


def pseudocode_of(trace: Step) -> list[Plain]:
    """Each line: how far it is indented, its words, its formula."""
    own, rule = trace.header.symbols, trace.rule
    Z, A, L = own.general("Z"), own.general("A"), own.general("L")
    number = own.notation.general
    W, before = own.general("W"), own.general("A", back=1)
    turned = W if own.notation.out_in or trace.is_chain else transpose(W)
    to_A = _product(trace, own.general("dL_dA"), [own.general("dZ_dA", back=-1), own.general("dL_dZ", back=-1)])
    to_Z = _product(trace, own.general("dL_dZ"), [own.general("dA_dZ"), own.general("dL_dA")])
    steps = [_step(trace, name) for name in ("W", "W0")]
    return [
        _line(0, "repeat, for t = 1, 2, …"),
        _line(1, "take a data point; it is the input of layer 1"),
        _line(1, f"forward: for every layer {number}, the first one first"),
        _line(
            2,
            "",
            _equal(
                Z,
                Written(f"{turned.plain} {before.plain}", rf"{turned.latex}\, {before.latex}")
                + _PLUS
                + own.general("W0"),
            ),
        ),
        _line(2, "", _equal(A, Written(f"f({Z.plain})", rf"f\left({Z.latex}\right)"))),
        _line(1, "compare with the target:", L),
        _line(1, f"backward: for every layer {number}, the last one first"),
        _line(2, f"{number} = L, the loss unit:", own.general("dL_dA")),
        _line(2, "else, the link of two layers:", to_A),
        _line(2, "within the layer:", to_Z),
        _line(2, "", _product(trace, own.general("dL_dW"), _weights(trace))),
        _line(2, "", _equal(own.general("dL_dW0"), own.general("dL_dZ"))),
        _line(1, f"step: for every layer {number}, when all links are taken"),
        _line(2, "" if rule.plain else rule.name.partition("(")[0] + ":", steps[0]),
        _line(2, "" if rule.plain else rule.name.partition("(")[0] + ":", steps[1]),
    ]


_PLUS = Written("+", "+")


def _line(indent: int, words: str, written: Written | None = None) -> Plain:
    return {"indent": indent, "words": words, "written": None if written is None else formula_json(written)}


def _equal(left: Written, right: Written) -> Written:
    return left + Written("=", "=") + right


def _product(trace: Step, left: Written, factors: list[Written]) -> Written:
    """A link and what came back, in the order of the layout."""
    first, second = factors if trace.header.layout == "denominator" else factors[::-1]
    return _equal(left, Written(f"{first.plain} · {second.plain}", rf"{first.latex} \cdot {second.latex}"))


def _weights(trace: Step) -> list[Written]:
    """The factors of a weight gradient, turned as they are in this layout and notation; always the link's first."""
    factors, own = trace.backward[trace.L].weights.factors, trace.header.symbols
    shown = [transpose(own.general(each.name)) if each.transposed else own.general(each.name) for each in factors]
    return shown if trace.header.layout == "denominator" else shown[::-1]


def _step(trace: Step, name: str) -> Written:
    own, rule = trace.header.symbols, trace.rule
    W, slope = own.general(name), own.general(f"dL_d{name}")
    if trace.header.layout == "numerator" and not trace.is_chain:
        slope = transpose(slope)
    becomes = W + Written("←", r"\leftarrow") + W
    if not rule.plain:
        return W + Written("by", r"\text{ by }") + slope
    return becomes + Written("−", "-") + own.of("eta") + slope
