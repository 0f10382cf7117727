"""The backward pass as links and products: each factor with its value, formula, reason and place. It computes no gradient.

A layer's chain is a list of links: within it, one for each function that its values pass; then the link to the layer
before. What multiplies them is the order of that list, so a layer with another function in it is a longer list.
"""

from __future__ import annotations

import numpy as np

from ..formulas import shortcuts
from ..formulas.activations import Elementwise as ElementwiseActivation
from ..formulas.catalogue import Array, Part
from .cancelling import derivation
from .passes import Passes
from .reasons import activation_reason, link_reason, loss_reason, weight_reason
from .symbols import Written
from .trace import BackwardLayer, Elementwise, Factor, Link, Product, Shortcut


def backward_layer(passes: Passes, l: int) -> BackwardLayer:
    """Layer l of the backward pass."""
    net, one, penalty = passes.net, passes.one_grads, passes.fwd.penalty
    links = _links(passes, l)
    dL_dA, dL_dZ = passes.laid_out(one.dL_dA[l].T), passes.laid_out(one.dL_dZ[l].T)
    weight_link = _weight_link(passes, l)
    return BackwardLayer(
        l=l,
        product=_product(passes, l),
        links=links,
        steps=_steps(passes, l, links),
        dL_dA=dL_dA,
        dL_dZ=dL_dZ,
        elementwise=_elementwise(passes, l, links[-1], dL_dA),
        shortcut=_shortcut(passes) if l == net.L else None,
        weight_link=weight_link,
        weights=_weight_product(passes, l, weight_link, dL_dZ),
        dR_dW=None if penalty is None else passes.gradient_shown(penalty.dR_dW(net.W[l])),
        dL_dW=passes.gradient_shown(passes.grads.dL_dW[l]),
        dL_dW0=passes.laid_out(passes.grads.dL_dW0[l][:, None]),
    )


def multiply(factors: tuple[Factor, ...]) -> Array:
    """Factors from left to right as they are shown; a value that is not finite stays what it is."""
    with np.errstate(all="ignore"):
        value = factors[0].value
        for factor in factors[1:]:
            value = value @ factor.value
        return value


def _links(passes: Passes, l: int) -> tuple[Link, ...]:
    first = _loss_unit(passes) if l == passes.net.L else _link_layers(passes, l + 1)
    return first, _within_layer(passes, l)


def _product(passes: Passes, l: int) -> tuple[tuple[str, int], ...]:
    """The factors of dL/dZ^l: from Z^l to the loss in denominator layout, from the loss to Z^l in the other.

    In a chain of single neurons the order has no meaning, and the notes go from the loss to the weight (7.18).
    """
    L = passes.net.L
    inner = [pair for k in range(l + 1, L + 1) for pair in (("dZ_dA", k), ("dA_dZ", k))]
    factors = (("dA_dZ", l), *inner, ("dL_dA", L))
    return factors if passes.layout == "denominator" and not passes.scalar else factors[::-1]


def _steps(passes: Passes, l: int, links: tuple[Link, ...]) -> tuple[Product, ...]:
    """Each link multiplied on to what came back so far."""
    L, grads, steps = passes.net.L, passes.one_grads, []
    if l == L:
        came, name = links[0].value, "dL_dA"
    else:
        came = passes.laid_out(grads.dL_dZ[l + 1].T)
        dL_dA = _in_order(passes, Factor("dZ_dA", l + 1, links[0].value), Factor("dL_dZ", l + 1, came))
        came, name = passes.laid_out(grads.dL_dA[l].T), "dL_dA"
        steps.append(Product("dL_dA", l, dL_dA, came))
    factors = _in_order(passes, Factor("dA_dZ", l, links[1].value), Factor(name, l, came))
    steps.append(Product("dL_dZ", l, factors, multiply(factors)))
    return tuple(steps)


def _in_order(passes: Passes, link: Factor, came: Factor) -> tuple[Factor, ...]:
    """The link before what came back, or behind it in numerator layout and in a chain of scalars."""
    return (link, came) if passes.layout == "denominator" else (came, link)


def _loss_unit(passes: Passes) -> Link:
    loss, L = passes.one.loss_function, passes.net.L
    value = passes.links.dL_dA()
    return Link(
        name="dL_dA",
        l=L,
        role="loss unit",
        formula=derivative_of(loss, "′(a, y)"),
        reason=loss_reason(value.ravel()),
        value=value,
        structure="vector",
        source="7.19",
        reused_by=tuple(range(L - 1, 0, -1)),
    )


def _within_layer(passes: Passes, l: int) -> Link:
    f, z, a = passes.net.f[l], passes.one.Z[l][0], passes.one.A[l][0]
    formula = derivative_of(f, "′(z)")
    elementwise = isinstance(f, ElementwiseActivation)
    if elementwise and not passes.scalar:
        formula = Written(f"diag({formula.plain})", rf"\mathrm{{diag}}\left({formula.latex}\right)")
    return Link(
        name="dA_dZ",
        l=l,
        role="within layer",
        formula=formula,
        reason=activation_reason(f, l, z, a, passes.symbols),
        value=passes.links.dA_dZ(l).copy(),
        structure="diagonal" if elementwise else "full",
        source="7.23, Notation 17",
        reused_by=tuple(range(l - 1, 0, -1)),
    )


def _link_layers(passes: Passes, l: int) -> Link:
    turned = (passes.layout == "numerator") != passes.symbols.notation.out_in
    return Link(
        name="dZ_dA",
        l=l,
        role="link layers",
        formula=passes.symbols.of("W", l, transposed=turned),
        reason=link_reason(l, passes.symbols),
        value=passes.links.dZ_dA(l).copy(),
        structure="weights",
        source="7.26, Notation 17",
        reused_by=tuple(range(l - 2, 0, -1)),
    )


def _weight_link(passes: Passes, l: int) -> Link:
    return Link(
        name="dZ_dW",
        l=l,
        role="get weight gradient",
        formula=passes.symbols.of("A", l - 1, transposed=passes.layout == "numerator"),
        reason=weight_reason(l, passes.symbols),
        value=passes.links.dZ_dW(l),
        structure="vector",
        source="7.29, Notation 17",
    )


def _weight_product(passes: Passes, l: int, link: Link, dL_dZ: Array) -> Product:
    """A (dL/dZ)^T, or its transpose dL/dZ A^T: a column times a row, whichever of the two lie so already."""
    rows = passes.layout == "numerator"  # then both are rows as they are

    def as_column(factor: Factor) -> Factor:
        return _turned(factor) if rows else factor

    def as_row(factor: Factor) -> Factor:
        return factor if rows else _turned(factor)

    a, z = Factor("dZ_dW", l, link.value), Factor("dL_dZ", l, dL_dZ)
    if passes.scalar and rows is False and not passes.symbols.notation.out_in:
        factors = (z, a)  # from the loss to the weight, as in 7.10
    else:
        factors = (as_column(z), as_row(a)) if passes.gradient_turned else (as_column(a), as_row(z))
    return Product("dL_dW", l, factors, passes.gradient_shown(passes.one_grads.dL_dW[l]))


def _turned(factor: Factor) -> Factor:
    return Factor(factor.name, factor.l, factor.value.T, transposed=True)


def _elementwise(passes: Passes, l: int, link: Link, dL_dA: Array) -> Elementwise | None:
    """f'(Z) times dL/dA entry by entry, for an activation that has it."""
    f = passes.net.f[l]
    if not isinstance(f, ElementwiseActivation):
        return None
    slopes = passes.laid_out(f.dA_dZ(passes.one.Z[l], passes.one.A[l]).T)
    with np.errstate(all="ignore"):
        value = slopes * dL_dA
        product = multiply(_in_order(passes, Factor("dA_dZ", l, link.value), Factor("dL_dA", l, dL_dA)))
        difference = float(np.nanmax(abs(value - product), initial=0.0)) if np.isfinite(product).all() else 0.0
    return Elementwise(slopes, value, difference)


def _shortcut(passes: Passes) -> Shortcut | None:
    """Both ways to dL/dZ^L, where the output pair has two (Concept 19)."""
    L, loss = passes.net.L, passes.one.loss_function
    direct = shortcuts.shortcut(passes.net.f[L], loss)
    if direct is None:
        return None
    value, long_way = passes.laid_out(passes.one_grads.dL_dZ[L].T), passes.links.dL_dZ(L)
    finite = bool(np.isfinite(long_way).all())
    return Shortcut(
        name=direct.name,
        formula=Written(direct.derivative, direct.latex_derivative),
        value=value,
        long_way=long_way,
        difference=float(abs(value - long_way).max()) if finite else None,
        reason=_shortcut_reason(finite),
        derivation=derivation(direct),
    )


def _shortcut_reason(finite: bool) -> str:
    if finite:
        return "a factor of the activation's derivative cancels the loss's denominator"
    return (
        "an output is 0 or 1 to the last digit, so the long way is 0 times infinity; the short way divides by nothing"
    )


def derivative_of(part: Part, otherwise: str) -> Written:
    """A part's derivative as a formula; its name and a prime where its author wrote none."""
    plain = part.derivative or f"{part.name}{otherwise}"
    prime = otherwise.replace("′", "'")
    return Written(plain, part.latex_derivative or rf"\mathrm{{{upright(part.name)}}}{prime}")


def formula_of(part: Part, otherwise: str) -> Written:
    """A part's formula; its name where its author wrote none."""
    plain = part.formula or f"{part.name}{otherwise}"
    return Written(plain, part.latex or rf"\mathrm{{{upright(part.name)}}}{otherwise}")


def upright(name: str) -> str:
    """A name for LaTeX."""
    return name.replace("_", r"\_")
