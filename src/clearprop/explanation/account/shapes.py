"""The box that checks shapes: of the product that goes back to Z, and of the weight gradient."""

from __future__ import annotations

from ..notation.sentences import Place, Sentence, Shape, say
from ..notation.symbols import Written
from ..trace.passes import BackwardLayer
from ..trace.record import Step

SHAPE_CHECK = "shape check"


def shape_check(trace: Step, layer: BackwardLayer) -> tuple[Sentence, ...]:
    """Lines for a layer, where the notation checks shapes and there are any: a number has none."""
    symbols, l = trace.header.symbols, layer.l
    if not symbols.notation.checks_shapes or trace.is_chain:
        return ()
    links = [trace.links[each].value.shape for each in layer.product]
    to_Z = _product(trace.header.own.of("dL_dZ", l), links, layer.dL_dZ.shape, symbols.of("Z", l))
    factors = [factor.value.shape for factor in layer.weights.factors]
    gradient = layer.weights.value.shape
    turned = symbols.of("W", l, transposed=gradient != trace.forward[l].W.shape)
    to_W = _product(trace.header.own.of("dL_dW", l), factors, gradient, turned)
    widths = say("{W} is {m} × {n}", W=symbols.of("W", l), m=symbols.of("m", l), n=symbols.of("n", l))
    return (to_Z, to_W, widths)


def _product(left: Written, factors: list[tuple[int, ...]], result: tuple[int, ...], like: Written) -> Sentence:
    """Shapes from left to right, what is left of them, and what has the same shape."""
    places: dict[str, Place] = {f"factor{place}": Shape(of) for place, of in enumerate(factors)}
    shapes = " · ".join([f"({{{name}}})" for name in places])
    places["left"], places["result"], places["like"] = left, Shape(result), like
    return Sentence(f"{{left}}: {shapes} = {{result}}, as {{like}}", places)
