"""The products on the page, read from the browser: in every notation and layout shapes conform and numbers multiply."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS, Trace
from clearprop.explanation.page.json_values import in_script
from clearprop.formulas import Array

from .conftest import Opened, chain, moons

Open = Callable[..., Opened]
WAYS = list(itertools.product(("denominator", "numerator"), NOTATIONS))

READ = """all => all.map(one => {
  const operand = node => {
    const rows = [...node.querySelectorAll('table.matrix tbody tr')];
    const cells = rows.map(row => [...row.querySelectorAll('td[data-value]')].map(cell => cell.dataset.value));
    const [symbol, formula] = [...node.querySelectorAll('.tex')].map(each => each.getAttribute('aria-label'));
    return {
      id: node.dataset.factor ?? null,
      symbol,
      formula: formula ?? null,
      shape: node.querySelector('.shape')?.textContent ?? '',
      values: rows.length ? cells : [[node.querySelector('[data-value]').dataset.value]],
    };
  };
  const tokens = node => [...node.children].flatMap(each => {
    if (each.matches('.operand, .factor')) return [operand(each)];
    if (each.matches('.operator')) return [each.textContent.trim()];
    if (each.matches('.signed')) return tokens(each);
    return each.matches('.group') ? tokens(each.querySelector('.product')) : [];
  });
  return tokens(one);
})"""
"""The tokens of each equation: signs as text, operands with their symbol, formula, shape and numbers, as they are shown."""


def deep(**options: Any) -> Trace:
    """Three layers, element-wise, with a penalty."""
    net = cp.Network((2, 3, 4, 2), ("relu", "tanh", "identity"), seed=1)
    return cp.explain(net, [0.4, -1.2], [0.3, 0.8], loss="square", penalty="l2(strength=0.01)", eta=0.1, **options)


def mixing(**options: Any) -> Trace:
    """Units that mix in a hidden layer, over a batch, and an output without a shortcut."""
    rng = np.random.default_rng(0)
    net = cp.Network((3, 4, 2), ("softmax", "sigmoid"), seed=1)
    return cp.explain(net, rng.normal(size=(4, 3)), rng.random((4, 2)), loss="square", eta=0.1, at=2, **options)


def normalised(**options: Any) -> Trace:
    """A layer that is normalised over its units, and units left out."""
    net = cp.Network((2, 3, 4, 2), ("tanh", "relu", "softmax"), seed=2, normalization=("layer_norm", None, None))
    factors = {0: [[2.0, 1.0]], 1: [[2.0, 0.0, 2.0]]}
    return cp.explain(net, [0.4, -1.2], [0.0, 1.0], loss="nllm", factors=factors, eta=0.1, **options)


def learnt(**options: Any) -> Trace:
    """Units that learn their slopes."""
    net = cp.Network((2, 3, 2), ("prelu", "parametric(of=tanh)"), seed=3)
    return cp.explain(net, [0.5, -1.0], [1.0, 0.0], loss="square", eta=0.1, **options)


SECTIONS = "#both-ways .equation, #update .equation, #batch .equation"
MAKERS = {each.__name__: each for each in (moons, chain, deep, mixing, normalised, learnt)}


CLOSING = (")", ")T")


class Product:
    """An expression of matrices, worked out from left to right as a reader would, shapes included."""

    def __init__(self, tokens: list[Any]) -> None:
        self.tokens = tokens

    def __str__(self) -> str:
        return " ".join(each if isinstance(each, str) else f"{each['symbol']}[{each['shape']}]" for each in self.tokens)

    def sides(self) -> tuple[Array, Array]:
        """Both sides of the equality sign."""
        at = self.tokens.index("=")
        return self.sum(self.tokens[:at]), self.sum(self.tokens[at + 1 :])

    @property
    def is_equality(self) -> bool:
        """Whether it says that matrices are equal: not what goes over into what."""
        signs = {re.sub(r"[\d.e-]+", "", each) for each in self.tokens if isinstance(each, str)}
        return "=" in signs and signs <= {"=", "·", "+", "−", "−  ·", "⊙", "(", ")", ")T"}

    def sum(self, tokens: list[Any]) -> Array:
        """Terms; a subtracted one may have a number before it."""
        total, term, sign, depth = None, [], 1.0, 0
        for token in [*tokens, "+"]:
            depth += (token == "(") - (token in CLOSING)
            if isinstance(token, str) and depth == 0 and token[0] in "+−" and term:
                value = sign * self.term(term)
                assert total is None or total.shape == value.shape, f"{self}: {total.shape} and {value.shape}"
                total, term = value if total is None else total + value, []
                number = token.strip("+− ·")
                sign = (-1.0 if token[0] == "−" else 1.0) * (float(number) if number else 1.0)
            else:
                term.append(token)
        assert total is not None
        return total

    def term(self, tokens: list[Any]) -> Array:
        """Factors, one of which may be a product in brackets."""
        value, entrywise, place = None, False, 0
        while place < len(tokens):
            token = tokens[place]
            place += 1
            if token in ("·", "⊙"):
                entrywise = token == "⊙"
                continue
            if token == "(":
                end = next(at for at in range(place, len(tokens)) if tokens[at] in CLOSING)
                factor = self.term(tokens[place:end])
                factor = factor.T if tokens[end] == ")T" else factor
                place = end + 1
            else:
                factor = array_of(token)
            if value is None:
                value = factor
                continue
            assert value.shape == factor.shape if entrywise else value.shape[1] == factor.shape[0], (
                f"{self}: {value.shape} and {factor.shape} do not conform"
            )
            value = value * factor if entrywise else value @ factor
        assert value is not None
        return value


def array_of(operand: dict[str, Any]) -> Array:
    """The numbers shown; the shape shown under them must be theirs."""
    values = np.array([[float(each) for each in row] for row in operand["values"]])
    said = re.match(r"(\d+) × (\d+)", operand["shape"])
    shape = tuple(map(int, said.groups())) if said else (1, 1)
    assert values.shape == shape, f"{operand['symbol']} is said to be {shape}"
    return values


def holds(product: Product) -> None:
    left, right = product.sides()
    assert left.shape == right.shape, f"{product}: {left.shape} and {right.shape}"
    assert np.allclose(left, right, rtol=1e-12, atol=1e-13), f"{product}: {left} and {right}"


def written(there: Opened, layout: str, notation: str) -> None:
    there.page.get_by_role("combobox", name="Notation").select_option(notation)
    there.page.get_by_role("button", name=layout).click()


def layers(there: Opened, section: str, trace: Trace) -> Iterator[int]:
    """Each layer, chosen in a section."""
    for l in range(trace.L, 0, -1):
        if trace.L > 1:
            number = trace.header.symbols.notation.first_layer + l - 1
            choice = there.page.locator(section).get_by_role("group", name="Layer", exact=True)
            choice.get_by_role("button", name=str(number), exact=True).click()
        yield l


@pytest.fixture
def pages(visit: Open) -> Callable[[str], Opened]:
    return lambda name: visit(f"products-{name}", lambda: MAKERS[name]().html())


@pytest.mark.parametrize("name", MAKERS)
def test_what_is_shown_of_each_layer_holds_in_every_notation_and_layout(pages: Any, name: str) -> None:
    there = pages(name)
    for layout, notation in WAYS:
        written(there, layout, notation)
        trace, seen = MAKERS[name](layout=layout, notation=notation, check=False), 0
        for l in layers(there, "#chain", trace):  # the layer that is chosen is that of every section
            the_chain_multiplies_to_the_gradient(there, trace, l)
            the_gradient_is_called_what_it_is(there, trace, l)
            for tokens in there.page.locator(SECTIONS).evaluate_all(READ):
                if (product := Product(tokens)).is_equality:
                    holds(product)
                    seen += 1
        assert seen >= 3 * trace.L, f"{layout}, {notation}"
    assert there.complaints == []


def the_chain_multiplies_to_the_gradient(there: Opened, trace: Trace, l: int) -> None:
    (tokens,) = there.page.locator("#chain .product[data-layer]").evaluate_all(READ)
    product = Product(tokens)
    holds(product)
    np.testing.assert_allclose(array_of(tokens[0]), trace.backward[l].weights.value, rtol=1e-12, atol=1e-13)
    for factor in (each for each in tokens[1:] if not isinstance(each, str)):
        told_as_shown(trace, factor)


def told_as_shown(trace: Trace, factor: dict[str, Any]) -> None:
    """A factor's symbol, formula and numbers are of the same matrix: all of its link, or all of its transpose."""
    value, kept = array_of(factor), trace.values[factor["id"]].array
    symbol = trace.links[factor["id"].split(":")[0], int(factor["id"].split(":")[1])]
    plain = in_script(trace.header.own.of(symbol.name, symbol.l))
    if factor["symbol"] == plain:
        np.testing.assert_allclose(value, kept, rtol=1e-12, atol=1e-13)
        assert factor["formula"] in {None, in_script(symbol.formula)}
    else:
        assert factor["symbol"] == in_script(trace.header.own.of(symbol.name, symbol.l, transposed=True))
        np.testing.assert_allclose(value, kept.T, rtol=1e-12, atol=1e-13)
        assert factor["formula"] != in_script(symbol.formula)


@pytest.mark.parametrize("name", MAKERS)
def test_every_equation_of_the_walk_holds(pages: Any, name: str) -> None:
    there = pages(name)
    there.page.set_viewport_size({"width": 1600, "height": 1100})  # room for every matrix, whole
    for layout, notation in WAYS[list(MAKERS).index(name) % 2 :: 2]:  # weights both ways round, in both layouts
        written(there, layout, notation)
        trace, seen = MAKERS[name](layout=layout, notation=notation, check=False), 0
        there.page.keyboard.press("Home")
        for _ in trace.to_dict()["phases"]:
            there.page.keyboard.press("ArrowRight")
            for tokens in there.page.locator(".now-card .equation").evaluate_all(READ):
                if (product := Product(tokens)).is_equality:
                    holds(product)
                    seen += 1
        assert seen >= 3 * trace.L, f"{layout}, {notation}"


def the_gradient_is_called_what_it_is(there: Opened, trace: Trace, l: int) -> None:
    """The step subtracts what lies as W does; where dL/dW lies the other way, that is its transpose, and is called so."""
    names = ["W", "W0", *(each.name for each in trace.update[l].others)]
    equations = there.page.locator("#update .equation").evaluate_all(READ)[: len(names)]
    for name, (_, _, _, _, gradient) in zip(names, equations, strict=True):
        turned = trace.header.layout == "numerator"
        assert gradient["symbol"] == in_script(trace.header.symbols.of(f"dL_d{name}", l, transposed=turned))


@pytest.mark.parametrize("name", ["moons", "deep"])
def test_a_path_passes_the_numbers_that_stand_in_the_matrices(pages: Any, name: str) -> None:
    there = pages(name)
    for layout, notation in WAYS:
        written(there, layout, notation)
        trace = MAKERS[name](layout=layout, notation=notation, check=False)
        symbols, W = trace.header.symbols, {l: layer.W for l, layer in trace.forward.items()}
        weights = {}
        for l, array in W.items():
            for row, column in np.ndindex(array.shape):
                i, j = (column, row) if symbols.notation.out_in else (row, column)
                weights[symbols.entry("W", l, (i + 1, j + 1)).plain] = array[row, column]
        terms = there.page.locator("#one-weight .term").evaluate_all(
            "all => all.map(one => [one.querySelector('.tex').getAttribute('aria-label'), one.querySelector('.number').title])"
        )
        of_weights = [(symbol, float(value)) for symbol, value in terms if symbol in weights]
        assert of_weights
        assert all(weights[symbol] == value for symbol, value in of_weights), (layout, notation)
