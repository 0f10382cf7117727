"""The symbols on the page of a step: each names its own layer, as Python writes it, in every notation and layout."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from clearprop.explanation import NOTATIONS, Trace
from clearprop.explanation.notation.symbols import Symbols
from clearprop.explanation.page.json_values import in_script

from .conftest import Opened, batch, chain, moons, normalised
from .test_drawing import regression

Open = Callable[..., Opened]
LABELS = "all => all.map(one => one.ariaLabel)"
SECTIONS = ("#stage", "#chain", "#batch", "#update")


def plain(text: str) -> str:
    """The letters of a drawing, which are slanted there, and its digits."""
    return unicodedata.normalize("NFKC", text)


def drawn(page: Any, step: str) -> str:
    """The symbol on an arrow; a fraction has its parts in a group of their own."""
    flow = page.locator(f'.flow[data-step="{step}"]')
    first = flow.locator("g.symbol").first  # that of the bias stands beside it
    fraction = first.locator("text").all_text_contents() if flow.locator("g.symbol").count() else []
    return plain("/".join(fraction) or "".join(flow.locator("text.symbol:not(.small)").all_text_contents()))


def on_arrows(trace: Trace) -> Iterator[tuple[str, str]]:
    """Each step of the drawing and the symbol on its arrow."""
    whole, own = trace.header.symbols, trace.header.own
    for l in trace.forward:
        yield f"Z:{l}", whole.of("Z", l).plain
        yield f"A:{l}", whole.of("A", l).plain
        yield f"dL_dW:{l}", whole.of("dL_dW", l).plain
        for link in trace.backward[l].links:
            yield f"dL_d{link.name.split('_d')[1]}:{l}", own.of(link.name, link.l).plain


def in_batch(trace: Trace, l: int) -> list[str]:
    """The symbols of the product over the batch."""
    whole, own = trace.header.symbols, trace.batch
    assert own is not None
    named = (whole.of(each.name, each.l, transposed=each.transposed) for each in own.layers[l].weights.factors)
    factors = [in_script(each) for each in named]
    penalty = [] if trace.backward[l].dR_dW is None else [whole.of("dR_dW", l).plain]
    return [in_script(whole.of("dL_dW", l)), *factors, *penalty]


def in_update(trace: Trace, l: int) -> set[str]:
    """What is before, the gradient and what is after."""
    whole, turned = trace.header.symbols, trace.header.layout == "numerator"
    before = {f"{whole.of(name, l).plain}, {word}" for name in ("W", "W0") for word in ("before", "after")}
    return before | {in_script(whole.of(f"dL_d{name}", l, transposed=turned)) for name in ("W", "W0")}


def general(symbols: Symbols) -> set[str]:
    """The symbols for a layer in general, which no single layer is called by."""
    names = ("W", "W0", "Z", "A", "V", "dL_dW", "dL_dW0", "dL_dZ", "dL_dA")
    return {symbols.general(name).plain for name in names}


@pytest.mark.parametrize("make", [moons, regression, batch, normalised], ids=lambda make: make.__name__)
def test_every_symbol_names_its_own_layer(visit: Open, make: Callable[..., Trace]) -> None:
    there = visit(f"symbols-{make.__name__}", lambda: make().html())
    page = there.page
    page.keyboard.press("End")
    for notation, layout in product(NOTATIONS, ("denominator", "numerator")):
        page.get_by_role("combobox", name="Notation").select_option(notation)
        page.get_by_role("button", name=layout).click()
        page.locator(f'button[aria-pressed="true"]:text-is("{layout}")').wait_for()
        trace = make(notation=notation, layout=layout)
        where = f"{notation}, {layout}"
        for step, symbol in on_arrows(trace):
            assert drawn(page, step) == plain(symbol), f"{where}, {step}"
        for l in trace.forward:
            number = trace.header.symbols.notation.first_layer + l - 1
            page.locator("#chain").get_by_role("button", name=str(number), exact=True).click()
            page.locator(f'#chain .product[data-layer="{l}"]').wait_for()
            result = page.locator("#chain .factor.result .tex").get_attribute("aria-label")
            assert result == in_script(trace.header.own.of("dL_dW", l)), where
            for factor in trace.backward[l].product:
                label = page.locator(f'#chain [data-factor="{factor[0]}:{factor[1]}"] .tex').first
                assert label.get_attribute("aria-label") == in_script(trace.header.own.of(*factor)), where
            if trace.batch:
                equation = page.locator("#batch .equation").first.locator(".operand > .tex")
                assert equation.evaluate_all(LABELS) == in_batch(trace, l), where
            assert in_update(trace, l) <= set(page.locator("#update .tex").evaluate_all(LABELS)), where
            require_no_general_letter(page, trace.header.symbols, where)
    assert there.complaints == []


def require_no_general_letter(page: Any, symbols: Symbols, where: str) -> None:
    """Neither in a text or a label, nor as the index of a formula."""
    for section in SECTIONS:
        place = page.locator(section)
        formulas = f"{section} .tex:not(.code *)"  # the algorithm is of a layer in general
        texts = place.locator("svg text").all_text_contents() + page.locator(formulas).evaluate_all(LABELS)
        for sign in general(symbols):
            found = [text for text in texts if text and plain(sign) in plain(text)]
            assert not found, f"{where}, {section}: {found}"
        indices = page.locator(f"{formulas} :is(msup, msub, msubsup) > :not(:first-child)").all_text_contents()
        assert "l" not in indices, f"{where}, {section}"


@pytest.mark.parametrize("make", [moons, batch, chain], ids=lambda make: make.__name__)
def test_every_weight_is_written_as_python_writes_it(visit: Open, make: Callable[..., Trace]) -> None:
    page = visit(f"symbols-{make.__name__}", lambda: make().html()).page
    page.keyboard.press("End")
    page.get_by_role("button", name="Neurons", exact=True).click()
    for notation in NOTATIONS:
        page.get_by_role("combobox", name="Notation").select_option(notation)
        page.locator(".neurons").wait_for()
        trace = make(notation=notation)
        symbols, widths = trace.header.symbols, trace.header.widths
        wanted = {
            (
                symbols.letter("W", l)
                if symbols.scalar and not symbols.notation.from_zero
                else symbols.entry("W", l, (i + 1, j + 1))
            ).plain
            for l in trace.forward
            for i in range(widths[l - 1])
            for j in range(widths[l])
        }
        titles = page.locator(".neurons .weight title").all_text_contents()
        assert {title.partition(" = ")[0] for title in titles} == wanted, notation


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("make", [moons, regression], ids=lambda make: make.__name__)
def test_the_links_of_a_path_are_written_as_python_writes_them(
    visit: Open, make: Callable[..., Trace], notation: str
) -> None:
    trace = make(notation=notation, entry=(1, 1, 1))
    page = visit(f"paths-{make.__name__}-{notation}", trace.html()).page
    written = {in_script(symbol) for path in trace.entries[0].paths for symbol, _ in path.factors}
    shown = page.locator("#one-weight .paths .tex").evaluate_all(LABELS)
    assert written <= set(shown), notation
