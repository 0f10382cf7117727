r"""The large formulas of a trace, in plain text and in LaTeX: products with their braces, the weight gradient, the update."""

from __future__ import annotations

from ..notation.symbols import Symbols, Written, transpose
from .passes import BackwardLayer, Factor, Product
from .record import Step

_TIMES = r" \cdot "


def written_out(trace: Step, layer: BackwardLayer) -> Written:
    """dL/dZ^l as the product of all links, each over a brace with its role (7.18, Notation 16)."""
    symbols = trace.header.own
    new = {(link.name, link.l) for link in layer.links}
    plain, latex = [], []
    for name, l in layer.product:
        symbol, link = symbols.of(name, l), trace.links[name, l]
        tone = "back" if (name, l) in new else "shared"
        plain.append(symbol.plain)
        latex.append(braced(symbol.latex, f"{link.role}", shape(link.value.shape), tone))
    left = symbols.of("dL_dZ", layer.l)
    return Written(f"{left.plain} = {' · '.join(plain)}", f"{left.latex} = {_TIMES.join(latex)}")


def braced(latex: str, role: str, below: str, tone: str) -> str:
    r"""A factor over a brace with its role and shape; \clearpropback and \clearpropshared are colours, or nothing."""
    return rf"\underbrace{{\clearprop{tone}{{{latex}}}}}_{{\substack{{\text{{{role}}} \\ {below}}}}}"


def shape(of: tuple[int, ...]) -> str:
    """A shape in LaTeX."""
    return r" \times ".join(map(str, of))


def assembly(trace: Step, product: Product) -> Written:
    """A product in symbols: dL/dA^1 = dZ^2/dA^1 . dL/dZ^2."""
    left = trace.header.own.of(product.name, product.l)
    factors = [factor_symbol(trace, factor) for factor in product.factors]
    return Written(
        f"{left.plain} = {' · '.join(each.plain for each in factors)}",
        f"{left.latex} = {_TIMES.join(each.latex for each in factors)}",
    )


def entry_by_entry(trace: Step, l: int) -> Written:
    """dL/dZ^l as f'(Z^l) times dL/dA^l, entry by entry."""
    symbols = trace.header.own
    result = trace.backward[l].result
    dL_dZ, dL_dA, Z = symbols.of(result, l), symbols.of("dL_dA", l), symbols.of(result.removeprefix("dL_d"), l)
    return Written(
        f"{dL_dZ.plain} = f′({Z.plain}) ⊙ {dL_dA.plain}",
        rf"{dL_dZ.latex} = f'\left({Z.latex}\right) \odot {dL_dA.latex}",
    )


def scaling(symbols: Symbols, l: int) -> Written:
    """V^l as gain and shift make it of Z_hat^l."""
    gain, Z_hat, shift = symbols.of("gain", l), symbols.of("Z_hat", l), symbols.of("shift", l)
    return Written(
        f"{gain.plain} ⊙ {Z_hat.plain} + {shift.plain}", rf"{gain.latex} \odot {Z_hat.latex} + {shift.latex}"
    )


def linear(l: int, symbols: Symbols, taken: str = "A") -> Written:
    """Z^l as a function of what comes in (7.25): (W^l)^T A^(l-1) + W_0^l, or without the transpose where W is (n, m).

    `taken` is "A_taken" where dropout leaves out some of A^(l-1).
    """
    W = symbols.of("W", l) if symbols.notation.out_in else symbols.of("W", l, transposed=True)
    A, W0 = symbols.of(taken, l - 1), symbols.of("W0", l)
    product = Written(f"{W.plain} {A.plain}", rf"{W.latex} \, {A.latex}")  # names of several letters need the space
    return product + Written("+", "+") + W0


def factor_symbol(trace: Step, factor: Factor) -> Written:
    """A factor's symbol, transposed where it stands so."""
    symbol = trace.header.own.of(factor.name, factor.l)
    return transpose(symbol) if factor.transposed else symbol


def batch_symbol(trace: Step, name: str, l: int, *, transposed: bool = False) -> Written:
    """How A or dL/dZ of all points of the batch is written, a column for each; A as the layer after takes it in."""
    taken = trace.taken(l + 1) if name == "A" else name
    return trace.header.symbols.of(taken, l, transposed=transposed)


def factor_formula(trace: Step, factor: Factor) -> Written | None:
    """What a link is as it stands in a product: of the weight link A, or A^T where it is turned; None for what is no link."""
    link = trace.links.get((factor.name, factor.l))
    if link is None or not factor.transposed:
        return None if link is None else link.formula
    return trace.header.symbols.of(trace.taken(factor.l), factor.l - 1, transposed=trace.header.layout != "numerator")


def weights_equation(trace: Step, layer: BackwardLayer) -> Written:
    """dL/dW^l = dZ^l/dW^l (dL/dZ^l)^T, and the penalty's part."""
    product = assembly(trace, layer.weights)
    if layer.dR_dW is None or trace.batch is not None:
        return product
    return product + Written("+", "+") + trace.header.symbols.of("dR_dW", layer.l)


def update_rule(trace: Step, l: int) -> tuple[Written, Written]:
    """W^l and W0^l after the step, in symbols."""
    return update_of(trace, l, "W"), update_of(trace, l, "W0")


def update_of(trace: Step, l: int, name: str) -> Written:
    """One array after the step, in symbols; for another rule than plain SGD, its name in place of the formula."""
    symbols, turned = trace.header.symbols, trace.header.layout == "numerator"
    W, dL_dW = symbols.of(name, l), symbols.of(f"dL_d{name}", l, transposed=turned)
    becomes = W + Written("←", r"\leftarrow")
    if trace.rule.plain:
        return becomes + W + Written("−", "-") + symbols.of("eta") + dL_dW
    rule = trace.rule.name.partition("(")[0]
    upright = rule.replace("_", r"\_")
    given = Written(f"{rule}({W.plain}, {dL_dW.plain})", rf"\mathrm{{{upright}}}\left({W.latex}, {dL_dW.latex}\right)")
    return becomes + given
