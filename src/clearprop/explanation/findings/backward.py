"""The backward pass as links and products: each factor with its value, formula, reason and place. It computes no gradient.

A layer's chain is a list of links: within it, one for each function that its values pass; then the link to the layer
before. What multiplies them is the order of that list, so a layer with another function in it is a longer list.
"""

from __future__ import annotations

import numpy as np

from ...checks import on_kinks
from ...formulas import shortcuts
from ...formulas.activations import Elementwise as ElementwiseActivation
from ...formulas.catalogue import Array, Part
from ...formulas.learnt_activations import Learnt
from ..notation.sentences import Count, chain, say
from ..notation.symbols import Written, upright
from ..notation.variables import in_letters, variable
from ..trace.passes import BackwardLayer, Elementwise, Factor, Link, OwnParameters, Product, Shortcut, ToInput
from .cancelling import derivation
from .passes import Passes
from .reasons import why_activation, why_alpha, why_input, why_link, why_loss, why_weights


def backward_layer(passes: Passes, l: int) -> BackwardLayer:
    """Layer l of the backward pass."""
    net, one, penalty = passes.net, passes.one_grads, passes.fwd.penalty
    links = links_of(passes, l)
    dL_dA, dL_dZ = passes.laid_out(one.dL_dA[l].T), passes.laid_out(one.dL_dZ[l].T)
    weight_link = _weight_link(passes, l)
    return BackwardLayer(
        l=l,
        product=product_of(passes, l),
        links=links,
        steps=_steps(passes, l, links),
        dL_dA=dL_dA,
        dL_dZ=dL_dZ,
        elementwise=_elementwise(passes, l, dL_dA),
        shortcut=_shortcut(passes) if l == net.L else None,
        weight_link=weight_link,
        weights=_weight_product(passes, l, weight_link, dL_dZ),
        dR_dW=None if penalty is None else passes.gradient_shown(penalty.dR_dW(net.W[l])),
        dL_dW=passes.gradient_shown(passes.grads.dL_dW[l]),
        dL_dW0=passes.laid_out(passes.grads.dL_dW0[l][:, None]),
        whole=_whole(passes, l),
        others=_others(passes, l),
        alpha=_own_parameters(passes, l, dL_dA),
    )


def to_input(passes: Passes) -> ToInput:
    """The chain of layer 1, one link further."""
    links = _to_A(passes, 0)
    return ToInput(
        links=links,
        steps=_steps(passes, 0, links),
        why=why_input(passes.one_grads.dL_dA[0][0], passes.symbols),
        whole=passes.laid_out(passes.grads.dL_dA[0][passes.at][:, None]),
    )


def multiply(factors: tuple[Factor, ...]) -> Array:
    """Factors from left to right as they are shown; a value that is not finite stays what it is."""
    with np.errstate(all="ignore"):
        value = factors[0].value
        for factor in factors[1:]:
            value = value @ factor.value
        return value


def links_of(passes: Passes, l: int) -> tuple[Link, ...]:
    """The links that are new in layer l, in the order in which they are multiplied on: to A^l, then within the layer to Z^l."""
    return (*_to_A(passes, l), *_within(passes, l))


def _to_A(passes: Passes, l: int) -> tuple[Link, ...]:
    if l == passes.net.L:
        return (_loss_unit(passes),)
    return (_link_layers(passes, l + 1), *((_left_out(passes, l),) if l in passes.one.M else ()))


def _within(passes: Passes, l: int) -> tuple[Link, ...]:
    f = _activation(passes, l)
    return (f, _scaled(passes, l), _normalized(passes, l)) if l in passes.net.normalization else (f,)


def product_of(passes: Passes, l: int) -> tuple[tuple[str, int], ...]:
    """The factors of dL/dZ^l: from Z^l to the loss in denominator layout, from the loss to Z^l in the other.

    In a chain of single neurons the order has no meaning: the notes go from the loss to the weight (7.18), others do not.
    """
    factors = [(link.name, link.l) for k in range(passes.net.L, l - 1, -1) for link in links_of(passes, k)]
    return tuple(factors if passes.symbols.loss_first(passes.layout) else factors[::-1])


def _steps(passes: Passes, l: int, links: tuple[Link, ...]) -> tuple[Product, ...]:
    """Each of those links multiplied on to what came back so far."""
    came, steps = _came_back(passes, l, links[0]), []
    for link in links[1:] if l == passes.net.L else links:
        name = f"dL_d{link.name.split('_d')[1]}"
        factors = _in_order(passes, Factor(link.name, link.l, link.value), came)
        known = _known(passes, name, l)
        direct = l == passes.net.L and link is links[1] and _direct(passes) is not None
        value = multiply(factors) if direct or known is None else known
        steps.append(Product(name, l, factors, value))
        came = Factor(name, l, value if known is None else known)
    return tuple(steps)


def _came_back(passes: Passes, l: int, first: Link) -> Factor:
    """What the first of a layer's links is multiplied on to: dL/dA^L itself, or what came back to the layer after."""
    if l == passes.net.L:
        return Factor("dL_dA", l, first.value)
    return Factor("dL_dZ", l + 1, passes.laid_out(passes.one_grads.dL_dZ[l + 1].T))


def _known(passes: Passes, name: str, l: int) -> Array | None:
    """The gradient of that name as the backward pass has it; None for dL/dÃ, which it does not keep."""
    found: dict[int, Array] | None = getattr(passes.one_grads, name, None)
    return None if found is None or l not in found else passes.laid_out(found[l].T)


def _whole(passes: Passes, l: int) -> tuple[Link, ...]:
    """dA^l/dZ^l of a layer that is normalised, and dZ^(l+1)/dA^l where dropout stands between, as products of their links."""
    found, times = [], Written("·", r"\cdot")
    for name, k, parts in (("dA_dZ", l, _within(passes, l)), ("dZ_dA", l + 1, _to_A(passes, l))):
        if len(parts) == 1:
            continue
        shown = parts[::-1] if passes.layout == "denominator" else parts
        symbols = [passes.own.of(link.name, link.l) for link in shown]
        formula = symbols[0]
        for symbol in symbols[1:]:
            formula = formula + times + symbol
        found.append(
            Link(
                name=name,
                l=k,
                role=parts[0].role,
                formula=formula,
                why=chain(link.why for link in parts),
                value=multiply(tuple(Factor(link.name, link.l, link.value) for link in shown)),
                structure="diagonal" if all(link.structure == "diagonal" for link in parts) else "full",
                source=parts[-1].source,
                reused_by=parts[0].reused_by,
            )
        )
    return tuple(found)


def _others(passes: Passes, l: int) -> tuple[tuple[str, Array], ...]:
    """The gradients of a normalisation's gain and shift and of an activation's alpha, as columns."""
    grads = passes.grads
    found = {"dL_dgain": grads.dL_dgain, "dL_dshift": grads.dL_dshift, "dL_dalpha": grads.dL_dalpha}
    return tuple((name, passes.laid_out(own[l][:, None])) for name, own in found.items() if l in own)


def _own_parameters(passes: Passes, l: int, dL_dA: Array) -> OwnParameters | None:
    """The link to alpha^l, and dL/dalpha^l of the point."""
    f = passes.net.f[l]
    if not isinstance(f, Learnt):
        return None
    formula = Written(
        f.derivative_by_alpha or f"{f.name}′(α)",
        f.latex_derivative_by_alpha or rf"\mathrm{{{upright(f.name)}}}'(\alpha)",
    )
    value = passes.links.dA_dalpha(l).copy()
    link = Link(
        name="dA_dalpha",
        l=l,
        role="get weight gradient",
        formula=formula if passes.scalar else _diagonal(formula),
        why=why_alpha(np.diag(value), passes.symbols.of("alpha", l)),
        value=value,
        structure="diagonal",
        source=f.source,
    )
    factors = _in_order(passes, Factor(link.name, l, value), Factor("dL_dA", l, dL_dA))
    gradient = passes.laid_out(passes.one_grads.dL_dalpha[l][:, None])
    return OwnParameters(link, Product("dL_dalpha", l, factors, gradient))


def _in_order(passes: Passes, link: Factor, came: Factor) -> tuple[Factor, ...]:
    """The link before what came back, or behind it in numerator layout and in a chain of scalars."""
    return (link, came) if passes.layout == "denominator" else (came, link)


def _loss_unit(passes: Passes) -> Link:
    loss, L = passes.one.loss_function, passes.net.L
    value = passes.links.dL_dA()
    on_kink = on_kinks(passes.net, passes.one).get(("residual", L), np.zeros((1, passes.net.widths[-1]), dtype=bool))
    return Link(
        name="dL_dA",
        l=L,
        role="loss unit",
        formula=in_letters(derivative_of(loss, "′(a, y)"), passes.symbols, L),
        why=why_loss(value.ravel(), on_kink[0], variable(passes.symbols, "A", L)),
        value=value,
        structure="vector",
        source="7.19",
        reused_by=tuple(range(L - 1, 0, -1)),
    )


def _activation(passes: Passes, l: int) -> Link:
    f, z, a = passes.net.f[l], passes.one.into_f(l)[0], passes.one.A[l][0]
    formula = in_letters(derivative_of(f, "′(z)"), passes.symbols, l)
    elementwise = isinstance(f, ElementwiseActivation)
    if elementwise and not passes.scalar:
        formula = _diagonal(formula)
    name = "dA_dV" if l in passes.net.normalization else "dA_dZ"
    return Link(
        name=name,
        l=l,
        role="within layer",
        formula=formula,
        why=why_activation(f, z, a, passes.own.of(name, l), variable(passes.symbols, "A", l), scalar=passes.scalar),
        value=passes.links.dA_dV(l).copy(),
        structure="diagonal" if elementwise else "full",
        source="7.23, Notation 17",
        reused_by=tuple(range(l - 1, 0, -1)),
    )


def _scaled(passes: Passes, l: int) -> Link:
    gain, part = passes.symbols.of("gain", l), passes.net.normalization[l]
    return Link(
        name="dV_dZ_hat",
        l=l,
        role="within layer",
        formula=gain if passes.scalar else _diagonal(gain),
        why=say("what {part} has brought to mean 0 and variance 1 is scaled and shifted, unit by unit", part=part.name),
        value=passes.links.dV_dZ_hat(l).copy(),
        structure="diagonal",
        source=part.source,
        reused_by=tuple(range(l - 1, 0, -1)),
    )


def _normalized(passes: Passes, l: int) -> Link:
    part, fixed = passes.net.normalization[l], passes.one.is_fixed(passes.one_net, l)
    if passes.linked(l):
        reason = (
            "mean and variance are taken as numbers here; that they depend on every point of the batch is in the batch's "
            "gradient, and in no matrix of one point"
        )
    elif fixed:
        reason = "mean and variance are the running ones, numbers that depend on no z: the link is diagonal"
    else:
        reason = "mean and variance depend on every z of the layer, so every ẑ does: the link is full"
    root = r"\sqrt{\sigma^2 + \varepsilon}"
    formula = Written("diag(1 / √(σ² + ε))", rf"\mathrm{{diag}}\left(1 / {root}\right)")
    if not fixed:
        formula = Written(
            "(I − 1/k − ẑ ẑᵀ/k) / √(σ² + ε)",
            rf"\frac{{1}}{{{root}}} \left(I - \frac{{1}}{{k}} - \frac{{\hat z \hat z^T}}{{k}}\right)",
        )
    return Link(
        name="dZ_hat_dZ",
        l=l,
        role="within layer",
        formula=formula,
        why=say(reason),
        value=passes.links.dZ_hat_dZ(l).copy(),
        structure="diagonal" if fixed else "full",
        source=part.source,
        reused_by=tuple(range(l - 1, 0, -1)),
    )


def _left_out(passes: Passes, l: int) -> Link:
    """Dropout between A^l and layer l + 1."""
    kept = passes.one.M[l][0] != 0
    gone = int((~kept).sum())
    words = (
        f"dropout: {{gone}} left out of this step, and no gradient comes back through {'it' if gone == 1 else 'them'}; "
    )
    words += "what is kept is scaled up"
    return Link(
        name="dA_taken_dA",
        l=l,
        role="link layers",
        formula=Written("diag(m / (1 − rate))", r"\mathrm{diag}\left(\frac{m}{1 - p}\right)"),
        why=say(words, gone=Count(gone, len(kept), "unit")),
        value=passes.links.dA_taken_dA(l).copy(),
        structure="diagonal",
        source="Srivastava et al. 2014",
        reused_by=tuple(range(l - 1, 0, -1)),
    )


def _diagonal(formula: Written) -> Written:
    return Written(f"diag({formula.plain})", rf"\mathrm{{diag}}\left({formula.latex}\right)")


def _link_layers(passes: Passes, l: int) -> Link:
    turned = (passes.layout == "numerator") != passes.symbols.notation.out_in
    return Link(
        name="dZ_dA_taken" if l - 1 in passes.one.M else "dZ_dA",
        l=l,
        role="link layers",
        formula=passes.symbols.of("W", l, transposed=turned),
        why=why_link(l, passes.symbols, "A_taken" if l - 1 in passes.one.M else "A"),
        value=passes.links.dZ_dA(l).copy(),
        structure="weights",
        source="7.26, Notation 17",
        reused_by=tuple(range(l - 2, 0, -1)),
    )


def _weight_link(passes: Passes, l: int) -> Link:
    taken = "A_taken" if l - 1 in passes.one.M else "A"
    return Link(
        name="dZ_dW",
        l=l,
        role="get weight gradient",
        formula=passes.symbols.of(taken, l - 1, transposed=passes.layout == "numerator"),
        why=why_weights(l, passes.symbols),
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
    factors = (as_column(z), as_row(a)) if passes.gradient_turned else (as_column(a), as_row(z))
    if passes.scalar:
        # From the loss to the weight, as in 7.10, or the other way round; a number has no transpose.
        factors = (z, a) if passes.symbols.loss_first(passes.layout) else (a, z)
    return Product("dL_dW", l, factors, passes.gradient_shown(passes.one_grads.dL_dW[l]))


def _turned(factor: Factor) -> Factor:
    return Factor(factor.name, factor.l, factor.value.T, transposed=True)


def _elementwise(passes: Passes, l: int, dL_dA: Array) -> Elementwise | None:
    """f'(Z) times dL/dA entry by entry, for an activation that has it."""
    f = passes.net.f[l]
    if not isinstance(f, ElementwiseActivation):
        return None
    slopes = passes.laid_out(f.dA_dZ(passes.one.into_f(l), passes.one.A[l]).T)
    with np.errstate(all="ignore"):
        value = slopes * dL_dA
        product = multiply(_in_order(passes, Factor("", l, passes.links.dA_dV(l)), Factor("dL_dA", l, dL_dA)))
        difference = float(np.nanmax(abs(value - product), initial=0.0)) if np.isfinite(product).all() else 0.0
    return Elementwise(slopes, value, difference)


def _direct(passes: Passes) -> shortcuts.Shortcut | None:
    return shortcuts.shortcut(passes.net.f[passes.net.L], passes.one.loss_function)


def _shortcut(passes: Passes) -> Shortcut | None:
    """Both ways through the last activation, where the output pair has two (Concept 19)."""
    L, direct = passes.net.L, _direct(passes)
    if direct is None:
        return None
    grads = passes.one_grads
    value = passes.laid_out((grads.dL_dV[L] if L in grads.dL_dV else grads.dL_dZ[L]).T)
    links = passes.links
    long_way = multiply(_in_order(passes, Factor("", L, links.dA_dV(L)), Factor("dL_dA", L, links.dL_dA())))
    finite = bool(np.isfinite(long_way).all())
    return Shortcut(
        name=direct.name,
        formula=in_letters(Written(direct.derivative, direct.latex_derivative), passes.symbols, L),
        value=value,
        long_way=long_way,
        difference=float(abs(value - long_way).max()) if finite else None,
        reason=_shortcut_reason(finite),
        derivation=derivation(direct, passes.symbols, L),
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
