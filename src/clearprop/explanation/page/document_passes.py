"""The two passes in a trace's document: layers, links and products."""

from __future__ import annotations

from ..account.shapes import shape_check
from ..notation.symbols import Written, shape_of
from ..trace.equations import (
    assembly,
    entry_by_entry,
    factor_formula,
    factor_symbol,
    linear,
    scaling,
    weights_equation,
    written_out,
)
from ..trace.passes import BackwardLayer, Elementwise, Factor, ForwardLayer, Link, Product, Shortcut
from ..trace.record import Step
from ..trace.values import KEPT, key_of
from .json_values import Plain, formula_json, number, sentence_json


def forward_part(trace: Step, layer: ForwardLayer, fold: int | None) -> Plain:
    """A layer of the forward pass: what it computes, one value after the other, and where its units stand."""
    symbols, l = trace.header.symbols, layer.l
    m, n = trace.header.widths[l - 1 : l + 1]
    shapes = f"({n} × {m}) ({m} × 1) + ({n} × 1) = {n} × 1"
    if not symbols.notation.out_in:
        shapes = f"({m} × {n})ᵀ ({m} × 1) + ({n} × 1) = {n} × 1"
    taken = trace.taken(l)
    turned = not symbols.notation.out_in and not symbols.scalar
    W, W0 = _operand(trace, "", "W", l, turned), _operand(trace, "+", "W0", l)
    operands = [W, _operand(trace, "·", taken, l - 1), W0]
    stages = [_stage(trace, "Z", l, linear(l, symbols, taken), shapes, operands, "7.25")]
    if l == 1 and taken != "A":
        stages.insert(0, _left_out(trace, 0, f"{m} × 1"))
    into_f = "Z"
    if layer.normalized is not None:
        own, into_f = layer.normalized, "V"
        moments = [_operand(trace, sign, name, l) for sign, name in (("", "Z"), (",", "mean"), (",", "variance"))]
        stages.append(_stage(trace, "Z_hat", l, own.formula, f"{n} × 1", moments, own.source))
        scaled = [_operand(trace, sign, name, l) for sign, name in (("", "gain"), ("⊙", "Z_hat"), ("+", "shift"))]
        stages.append(_stage(trace, "V", l, scaling(symbols, l), f"{n} × 1", scaled, own.source))
    taken_by_f = [_operand(trace, "", into_f, l)] + (
        [_operand(trace, ",", "alpha", l)] if layer.alpha is not None else []
    )
    stages.append(_stage(trace, "A", l, layer.formula, f"{n} × 1", taken_by_f, layer.source))
    if layer.kept is not None:
        stages.append(_left_out(trace, l, f"{n} × 1"))
    counts = {zone: sum(each.zone == zone for each in layer.zones) for zone in ("active", "off", "saturated")}
    shown = trace.values.kept(l, fold, KEPT) if fold is not None else None
    return {
        "l": l,
        "number": symbols.notation.first_layer + l - 1,
        "activation": layer.activation,
        "formula": formula_json(layer.formula),
        "derivative": formula_json(layer.derivative),
        "elementwise": layer.elementwise,
        "stages": stages,
        "zone_counts": counts,
        "zones": [
            {
                "unit": zone.unit,
                "zone": zone.zone,
                "slope": number(zone.slope),
                "depth": number(zone.depth),
                "reason": zone.reason,
            }
            for zone in layer.zones
            if shown is None or zone.unit - 1 in shown
        ],
    }


def _left_out(trace: Step, l: int, shapes: str) -> Plain:
    """What dropout leaves of A^l."""
    kept = Written("m a / (1 − rate)", r"\frac{m\, a}{1 - p}")
    both = [_operand(trace, "", "kept", l), _operand(trace, "⊙", "A", l)]
    return _stage(trace, "A_taken", l, kept, shapes, both, "dropout")


def _stage(
    trace: Step,
    name: str,
    l: int,
    formula: Written,
    shapes: str,
    operands: list[Plain],
    source: str,
) -> Plain:
    """One value of a layer: what it is computed from, and how."""
    return {
        "quantity": key_of(name, l),
        "symbol": formula_json(trace.header.symbols.of(name, l)),
        "formula": formula_json(formula),
        "shapes": shapes,
        "operands": operands,
        "source": source,
    }


def _operand(trace: Step, sign: str, name: str, l: int, transposed: bool = False) -> Plain:
    """What a value is computed from, and the sign that stands before it."""
    symbol = trace.header.symbols.of(name, l, transposed=transposed)
    return {"value": key_of(name, l), "transposed": transposed, "sign": sign, "symbol": formula_json(symbol)}


def link_part(trace: Step, link: Link) -> Plain:
    """One factor of the chain rule."""
    symbols = trace.header.own
    return {
        "name": link.name,
        "l": link.l,
        "role": link.role,
        "symbol": formula_json(symbols.of(link.name, link.l)),
        "formula": formula_json(link.formula),
        "shape": list(link.value.shape),
        "shape_text": shape_of(link.value.shape),
        "structure": link.structure,
        "value": key_of(link.name, link.l),
        "reason": link.reason,
        "source": link.source,
        "reused_by": list(link.reused_by),
    }


def _factor(trace: Step, factor: Factor) -> Plain:
    name, l = factor.name, factor.l
    formula = factor_formula(trace, factor)
    return {
        "value": key_of(name, l),
        "link": key_of(name, l) if (name, l) in trace.links else None,
        "symbol": formula_json(factor_symbol(trace, factor)),
        "formula": None if formula is None else formula_json(formula),
        "transposed": factor.transposed,
        "shape": list(factor.value.shape),
    }


def _product(trace: Step, product: Product, result: str) -> Plain:
    symbols = trace.header.of_point if product.name == "dL_dW" else trace.header.own
    return {
        "result": result,
        "symbol": formula_json(symbols.of(product.name, product.l)),
        "factors": [_factor(trace, factor) for factor in product.factors],
        "written": formula_json(assembly(trace, product)),
    }


def backward_part(trace: Step, layer: BackwardLayer) -> Plain:
    """A layer of the backward pass: its product written out, each link multiplied on, and the weight gradient."""
    symbols, l = trace.header.own, layer.l
    new = {(link.name, link.l) for link in layer.links}
    learnt = []
    if layer.alpha is not None:
        product = _product(trace, layer.alpha.product, key_of("point_dL_dalpha", l))
        learnt = [product | {"total": key_of("dL_dalpha", l)}]
    return {
        "l": l,
        "product": {
            "result": key_of("dL_dZ", l),
            "factors": [{"link": key_of(*key), "new": key in new} for key in layer.product],
            "written": formula_json(written_out(trace, layer)),
        },
        "compressed": None if l == trace.L else _compressed(trace, layer),
        "steps": [
            _product(trace, step, key_of("long_way" if layer.shortcut and step.name == layer.result else step.name, l))
            for step in layer.steps
        ],
        "elementwise": None if layer.elementwise is None else _elementwise(trace, layer, layer.elementwise),
        "shortcut": None if layer.shortcut is None else _shortcut(layer, layer.shortcut),
        "weights": {
            **_product(trace, layer.weights, key_of("point_dL_dW", l)),
            "penalty": None if layer.dR_dW is None else key_of("dR_dW", l),
            "total": key_of("dL_dW", l),
            "written": formula_json(weights_equation(trace, layer)),
        },
        "shape_check": [sentence_json(line) for line in shape_check(trace, layer)],
        "bias": {
            "result": key_of("dL_dW0", l),
            "written": formula_json(symbols.of("dL_dW0", l) + Written("=", "=") + symbols.of("dL_dZ", l)),
            "reason": "a bias adds to z as it is",
        },
        "learnt": learnt,
    }


def _compressed(trace: Step, layer: BackwardLayer) -> Plain:
    """The factors that the layer after has multiplied already, as one."""
    symbols, new = trace.header.own, {(link.name, link.l) for link in layer.links}
    return {
        "factors": sum(key not in new for key in layer.product),
        "value": key_of("dL_dZ", layer.l + 1),
        "symbol": formula_json(symbols.of("dL_dZ", layer.l + 1)),
        "about": f"reused from layer {symbols.notation.first_layer + layer.l} (Notation 11)",
    }


def _elementwise(trace: Step, layer: BackwardLayer, own: Elementwise) -> Plain:
    """The link of the activation entry by entry."""
    return {
        "slopes": key_of("slopes", layer.l),
        "times": key_of("dL_dA", layer.l),
        "result": key_of(layer.result, layer.l),
        "difference": number(own.difference),
        "written": formula_json(entry_by_entry(trace, layer.l)),
    }


def _shortcut(layer: BackwardLayer, own: Shortcut) -> Plain:
    """The two last links as one (Concept 19)."""
    return {
        "name": own.name,
        "formula": formula_json(own.formula),
        "result": key_of(layer.result, layer.l),
        "long_way": key_of("long_way", layer.l),
        "difference": None if own.difference is None else number(own.difference),
        "reason": own.reason,
        "derivation": [{"written": formula_json(step.written), "reason": step.reason} for step in own.derivation],
    }
