"""The two passes in LaTeX: for each layer its matrices in place, what each factor is and why; it computes none of them."""

from __future__ import annotations

from ..findings.reasons import linear
from ..notation.numbers import disagreement
from ..notation.symbols import Written
from ..trace.equations import assembly, scaling, shape, written_out
from ..trace.passes import BackwardLayer, Factor, ForwardLayer, Link, Product
from ..trace.values import key_of
from .pieces import display, headed, sentence
from .writer import Writer


def write_forward(tex: Writer) -> str:
    """Layer by layer: formula, values, and where units stand that let little through."""
    lines: list[str] = []
    for l, layer in tex.trace.forward.items():
        lines.append(tex.layer_title(l))
        Z, A, out_in = tex.symbols.of("Z", l), tex.symbols.of("A", l), tex.symbols.notation.out_in
        taken = "A_taken" if key_of("kept", l - 1) in tex.trace.values else "A"
        formula = linear(l, tex.symbols, taken).latex
        lines.append(display(rf"{Z.latex} = {formula}, \qquad {A.latex} = {layer.formula.latex}"))
        W = Factor("W", l, layer.W, transposed=not out_in and not tex.symbols.scalar)
        lines.append(
            display(
                tex.factor(W),
                r"\cdot" if tex.trace.is_chain else "",
                tex.quantity(taken, l - 1, "forward"),
                "+",
                tex.quantity("W0", l),
                "=",
                tex.quantity("Z", l, "forward"),
                *([] if layer.normalized else [r"\;\longrightarrow\;", tex.quantity("A", l, "forward")]),
            )
        )
        lines += _between(tex, layer)
        if layer.alpha is not None:
            lead = f"{tex.symbols.of('alpha', l).latex} =" if tex.trace.is_chain else ""
            lines.append(display(lead, tex.quantity("alpha", l)))
        telling = [zone for zone in layer.zones if zone.zone != "active"]
        said = "; ".join(f"unit {zone.unit} is {zone.zone} ({zone.reason})" for zone in telling[:4])
        more = f"; and {len(telling) - 4} more" if len(telling) > 4 else ""
        lines.append(sentence(said + more) if said else "")
    return headed("Forward", lines)


def _between(tex: Writer, layer: ForwardLayer) -> list[str]:
    """What stands between Z and A in a layer that is normalised, and between A and the next layer under dropout."""
    l, lines = layer.l, []
    if layer.normalized is not None:
        Z_hat, V = tex.symbols.of("Z_hat", l).latex, tex.symbols.of("V", l).latex
        scaled = rf"{V} = {scaling(tex.symbols, l).latex}"
        lines.append(display(rf"{Z_hat}: {layer.normalized.formula.latex}, \qquad {scaled}"))
        V_made = [tex.quantity("V", l, "forward"), "=", tex.quantity("gain", l), r"\odot"]
        V_made += [tex.quantity("Z_hat", l, "forward"), "+", tex.quantity("shift", l)]
        lines.append(display(*V_made, r"\;\longrightarrow\;", tex.quantity("A", l, "forward")))
    if layer.kept is not None:
        kept = tex.quantity("kept", l, called=r"m / (1 - p)")
        taken = tex.quantity("A_taken", l, "forward")
        lines.append(display(taken, "=", kept, r"\odot", tex.quantity("A", l, "forward")))
    return lines


def write_backward(tex: Writer) -> str:
    """Layer by layer from the last: the product written out, then its links one by one."""
    layers = [_layer(tex, tex.trace.backward[l]) for l in range(tex.trace.L, 0, -1)]
    return headed("Backward", layers)


def _layer(tex: Writer, layer: BackwardLayer) -> str:
    """One layer: its product, its links, and the gradients that it comes to."""
    l, symbols = layer.l, tex.symbols
    lines = [tex.layer_title(l), display(written_out(tex.trace, layer).latex)]
    if l < tex.trace.L:
        known = sentence(f"reused from layer {tex.number_of(l + 1)} (Notation 11)")
        count = len(layer.product) - 2
        lines.append(rf"\clearpropshared{{{count} of these factors are ${symbols.inline('dL_dZ', l + 1)}$, {known}.}}")
    for index, link in enumerate(layer.links):
        lines.append(_link(tex, link))
        if index == 0 and l == tex.trace.L:
            lines.append(display(tex.quantity("dL_dA", l, "back")))
            continue
        step = layer.steps[index - (l == tex.trace.L)]
        name = "long_way" if layer.shortcut and step.name == layer.result else step.name
        lines.append(_product(tex, step, key_of(name, l)))
        if step.name == layer.result:
            lines += _both_ways(tex, layer)
    lines += [_link(tex, layer.weight_link), _weights(tex, layer)]
    alone = tex.trace.batch is None
    if layer.alpha is not None:
        lines.append(_link(tex, layer.alpha.link))
        lines.append(_product(tex, layer.alpha.product, key_of("dL_dalpha" if alone else "point_dL_dalpha", l)))
    others = [name for name, _ in layer.others if name != "dL_dalpha" or not alone]
    lines += [display(tex.quantity(name, l, "back")) for name in others]
    lines.append(display(rf"{symbols.of('dL_dW0', l).latex} = {symbols.of('dL_dZ', l).latex}"))
    return "\n\n".join(lines)


def _both_ways(tex: Writer, layer: BackwardLayer) -> list[str]:
    """The link of the activation entry by entry, and its shortcut with the loss."""
    l, symbols, lines = layer.l, tex.symbols, []
    into_f = layer.result.removeprefix("dL_d")
    if layer.elementwise is not None and not tex.trace.is_chain:
        agree = disagreement(layer.elementwise.difference)
        lines.append(f"Entry by entry, which needs no matrix; both ways agree {agree}:")
        slopes = tex.quantity("slopes", l, called=rf"f'\left({symbols.of(into_f, l).latex}\right)")
        lines.append(
            display(tex.quantity(layer.result, l, "back"), "=", slopes, r"\odot", tex.quantity("dL_dA", l, "back"))
        )
    if layer.shortcut is not None:
        own = layer.shortcut
        agree = "" if own.difference is None else f"; both ways agree {disagreement(own.difference)}"
        formula = rf"${symbols.inline(layer.result, l)} = {own.formula.latex}$"
        lines.append(
            rf"\textbf{{shortcut}} (Concept 19) \quad {formula}\quad {sentence(own.name + ': ' + own.reason + agree)}."
        )
        if own.derivation:
            steps = [_derived(each.written, each.reason) for each in own.derivation]
            lines.append(r"\begin{align*}" + r" \\ ".join(steps) + r"\end{align*}")
        lines.append(display(tex.quantity(layer.result, l, "back")))
    return lines


def _derived(written: Written, reason: str) -> str:
    """A line of a derivation, aligned at its equality sign."""
    left, _, right = written.latex.partition("=") if not written.latex.startswith("=") else ("", "=", written.latex[1:])
    return rf"{left} &= {right} && \text{{\footnotesize {sentence(reason)}}}"


def _link(tex: Writer, link: Link) -> str:
    """A link: its role, formula, shape and source, and why it has its value."""
    symbol = rf"${tex.symbols.inline(link.name, link.l)} = {link.formula.latex}$"
    shape_ = rf"${shape(link.value.shape)}$"
    head = rf"\clearpropkeep\textbf{{{link.role}}} \quad {symbol} \quad {shape_} \quad "
    return head + rf"\clearpropquiet{{{sentence(link.source)}}}\\ {sentence(link.reason)}."


def _product(tex: Writer, product: Product, key: str) -> str:
    """A product with its factors in place; of a chain of scalars, its symbols too."""
    result = tex.value(tex.trace.values[key], tex.symbols.inline(product.name, product.l), "back")
    factors = r" \cdot ".join(tex.factor(factor) for factor in product.factors)
    lead = f"{tex.symbols.of(product.name, product.l).latex} = " if tex.trace.is_chain else ""
    names = rf"{assembly(tex.trace, product).latex.partition(' = ')[2]} = " if tex.trace.is_chain else ""
    if tex.trace.is_chain:
        return display(lead, names, factors, "=", rf"\clearpropback{{{result}}}")
    return display(result, "=", factors)


def _weights(tex: Writer, layer: BackwardLayer) -> str:
    """dL/dW = A (dL/dZ)^T; a chain of scalars is one product from the loss to the weight (7.18, 7.30)."""
    l, alone = layer.l, tex.trace.batch is None
    key = key_of("dL_dW" if alone else "point_dL_dW", l)
    penalty = ""
    if layer.dR_dW is not None and alone:
        R, W = tex.symbols.of("R").latex, tex.symbols.of("W", l).latex
        penalty = " + " + tex.quantity("dR_dW", l, called=rf"\partial {R} / \partial {W}")
    if tex.trace.is_chain:
        links = [*(tex.trace.links[each] for each in layer.product), layer.weight_link]
        symbols = r" \cdot ".join(tex.symbols.of(link.name, link.l).latex for link in links)
        formulas = r" \cdot ".join(rf"\left({link.formula.latex}\right)" for link in links)
        numbers = r" \cdot ".join(tex.quantity(link.name, link.l) for link in links)
        left = tex.symbols.of("dL_dW", l).latex
        value = tex.value(tex.trace.values[key], left)
        first = display(left, "=", symbols, "=", formulas)
        last = display(left, "=", numbers, penalty, "=", rf"\clearpropback{{{value}}}")
        return f"{first}\n\n{last}"
    factors = r" \cdot ".join(tex.factor(factor) for factor in layer.weights.factors)
    result = tex.value(tex.trace.values[key], tex.symbols.inline("dL_dW", l), "back")
    return display(result, "=", factors, penalty)
