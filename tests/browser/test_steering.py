"""What a reader does on the stage: watch the product grow, choose a way, turn shapes, answer questions, ask about units."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from clearprop.explanation import Trace

from .conftest import TRACES, Opened, batch, chain, moons, normalised, wide
from .test_page import AXE
from .test_products import deep, learnt
from .test_products import normalised as with_dropout

Open = Callable[..., Opened]
MAKERS: dict[str, Callable[..., Trace]] = {**TRACES, "deep": deep, "with dropout": with_dropout, "learnt": learnt}
TARGET = 44
"""Pixels that a finger needs."""


def go(there: Opened, step: str) -> None:
    """Walk to a step by its name."""
    for _ in range(60):
        if there.page.locator(f'[data-step="{step}"]:is(.now-card)').count():
            return
        there.page.keyboard.press("ArrowRight")
    raise AssertionError(f"no step {step}")


@pytest.mark.parametrize("name", MAKERS)
def test_each_backward_phase_adds_its_factor_to_the_product(visit: Open, name: str) -> None:
    there, document = visit(f"steering-{name}", lambda: MAKERS[name]().html()), MAKERS[name]().to_dict()
    links = document["links"]
    for phase in document["phases"]:
        there.page.keyboard.press("ArrowRight")
        shown = there.page.locator(".growing .piece[data-link]").evaluate_all("all => all.map(one => one.dataset.link)")
        chain = phase["chain"]
        assert shown == [each["link"] for each in chain["pieces"]] if chain else shown == []
        roles = there.page.locator(".growing .piece small").evaluate_all("all => all.map(one => one.firstChild.data)")
        assert roles == [links[each]["role"] for each in shown]
        newest = there.page.locator(".growing .piece.new[data-link]")
        assert newest.count() == (1 if chain else 0)
    assert there.complaints == []


def test_the_fork_has_two_ways_and_a_third_that_is_struck_out_with_its_reason(opened: Open) -> None:
    there = opened("moons")
    go(there, "dL_dZ:2")
    ways = there.page.locator(".fork li")
    assert ways.evaluate_all("all => all.map(one => one.dataset.way)") == ["end", "on", "struck"]
    struck = there.page.locator('.fork [data-way="struck"]')
    assert struck.locator("s .tex").get_attribute("aria-label") == "not ∂W²/∂A¹"
    assert "not a function of A¹" in struck.inner_text()
    assert struck.locator("button").count() == 0
    there.page.locator('.fork [data-way="on"] button').click()
    assert there.step() == "dL_dA:1"
    assert there.page.locator(".fork .taken").get_attribute("data-way") == "on"
    there.page.locator('.fork [data-way="end"] button').click()
    assert there.step() == "dL_dW:2"
    go(there, "dL_dZ:1")
    assert there.page.locator('.fork [data-way="none"]').count() == 1


@pytest.mark.parametrize("name", ["moons", "chain", "batch"])
def test_the_line_of_the_algorithm_is_lit(opened: Open, name: str) -> None:
    there, document = opened(name), TRACES[name]().to_dict()
    lines = there.page.locator(".code li")
    assert lines.count() == len(document["pseudocode"])
    for line in [document["opening"]["line"], *(phase["line"] for phase in document["phases"])]:
        lit = lines.evaluate_all("all => all.map((one, at) => one.ariaCurrent ? at : -1).filter(at => at >= 0)")
        assert lit == [line]
        there.page.keyboard.press("ArrowRight")


def test_a_piece_turned_or_swapped_does_not_join_and_says_so(opened: Open) -> None:
    there = opened("moons")
    go(there, "dL_dW:2")
    rail, dominoes = there.page.locator(".rail"), there.page.locator(".rail .domino")
    assert rail.get_attribute("data-verdict") == "right"
    assert dominoes.evaluate_all(
        "all => all.map(one => one.querySelector('.sides').innerText.split(/\\s+/).join(' '))"
    ) == [
        "3 1",
        "1 2",
    ]
    dominoes.nth(0).focus()
    there.page.keyboard.press("Enter")
    assert rail.get_attribute("data-verdict") == "apart"
    assert "3 meets 1" in rail.locator("[role=status]").inner_text()
    assert rail.locator(".joint.apart").count() == 1
    rail.get_by_role("button", name="As it was").click()
    rail.locator(".joint").click()
    assert rail.get_attribute("data-verdict") == "apart"
    assert "2 meets 3" in rail.locator("[role=status]").inner_text()


def test_the_rail_tells_a_shape_and_numbers_that_are_not_those_of_the_gradient(visit: Open) -> None:
    there = visit("steering-deep", lambda: deep().html())
    go(there, "dL_dZ:2")
    rail = there.page.locator(".rail")
    rail.locator(".domino").nth(0).click()
    assert rail.get_attribute("data-verdict") == "right"  # a diagonal matrix is its own transpose
    square = visit("steering-square", lambda: squares().html())
    go(square, "dL_dA:1")
    square.page.locator(".rail .domino").nth(0).click()
    assert square.page.locator(".rail").get_attribute("data-verdict") == "numbers"
    go(square, "dL_dW:1")
    square.page.locator(".rail .joint").click()
    assert square.page.locator(".rail").get_attribute("data-verdict") == "other"  # a row times a column is one number


def squares() -> Trace:
    import clearprop as cp

    net = cp.Network((3, 3, 3), ("tanh", "identity"), seed=1)
    return cp.explain(net, [0.3, -0.4, 0.5], [1.0, 0.0, 0.5], loss="square", eta=0.1)


@pytest.mark.parametrize("notation", ["mn", "pytorch"])
def test_the_shorthand_unfolds_to_a_matrix_for_each_output_with_its_zeros(visit: Open, notation: str) -> None:
    there = visit(f"steering-unfold-{notation}", lambda: moons(notation=notation).html())
    go(there, "dL_dW:1")
    there.page.locator(".unfolded button").click()
    read = "all => all.map(one => [...one.rows].map(row => [...row.cells].map(cell => Number(cell.dataset.value))))"
    blocks = np.array(there.page.locator(".unfolded table.matrix").evaluate_all(read))
    trace = moons(notation=notation)
    A, dL_dZ = trace.forward[1].A_prev.ravel(), trace.backward[1].dL_dZ.ravel()
    assert np.count_nonzero(blocks) == 6  # a column of each of three matrices
    shown = np.tensordot(dL_dZ, blocks, 1)
    np.testing.assert_allclose(shown, trace.backward[1].dL_dW, rtol=1e-12)
    assert A.tolist() == pytest.approx([0.41, -1.2])


@pytest.mark.parametrize("name", ["moons", "chain", "deep"])
def test_a_wrong_answer_is_told_what_it_computes_and_the_right_one_reveals_the_phase(visit: Open, name: str) -> None:
    there, document = visit(f"steering-{name}", lambda: MAKERS[name]().html()), MAKERS[name]().to_dict()
    there.page.get_by_role("button", name="Predict").click()
    kinds = set()
    for phase in document["phases"]:
        there.page.keyboard.press("ArrowRight")
        for question in phase["questions"]:
            kinds.add(question["kind"])
            card = there.page.locator(f'.predict[data-question="{question["kind"]}"]')
            card.wait_for()
            assert there.page.locator(".rail, .now-card .equation").count() == 0
            right = next(at for at, choice in enumerate(question["choices"]) if choice["right"])
            for at, choice in enumerate(question["choices"]):
                if at != right:
                    card.locator(".choices button").nth(at).click()
                    assert card.locator("[role=status]").inner_text() == f"Not this. {choice['says']}"
            card.locator(".choices button").nth(right).click()
            assert card.locator("[role=status]").inner_text().startswith("Right. ")
            card.get_by_role("button", name=re.compile("Next question|Show the step")).click()
        there.page.locator(".now-card:not(.predict)").wait_for()
    assert kinds == ({"sign", "factor"} if name == "chain" else {"sign", "factor", "transpose", "shape"})
    assert there.complaints == []


def test_what_is_asked_is_not_written_elsewhere_on_the_stage(opened: Open) -> None:
    there = opened("moons")
    there.page.get_by_role("button", name="Predict").click()
    go(there, "dL_dZ:2")
    told = there.page.locator("#stage .tex:not(.predict *, .code *)").evaluate_all(
        "all => all.map(one => one.ariaLabel)"
    )
    assert "∂A²/∂Z²" not in told
    assert there.page.locator('.flow[data-step="dL_dZ:2"] text').count() == 0
    assert there.page.locator(".code li.now").inner_text().strip().endswith("?")
    there.page.get_by_role("button", name="Show me").click()
    assert there.page.locator('.flow[data-step="dL_dZ:2"] text').count() > 0


@pytest.mark.parametrize("width", [390, 760, 1366])
def test_a_unit_and_a_weight_are_answered_beside_the_drawing(visit: Open, width: int) -> None:
    heights = {390: 844, 760: 760, 1366: 768}
    there = visit("steering-moons", lambda: moons().html(), width=width, height=heights[width], has_touch=width < 500)
    page, trace = there.page, moons()
    page.get_by_role("button", name="Neurons", exact=True).click()
    unit = page.locator(".neuron").nth(3)  # the second one of the hidden layer
    unit.tap() if width < 500 else unit.click()
    answer = page.locator(".answer")
    assert answer.get_attribute("data-asked") == "a¹₂"
    values = answer.locator("td[data-value]").evaluate_all("all => all.map(one => Number(one.dataset.value))")
    layer, back = trace.forward[1], trace.backward[1]
    assert values == [
        float(each.ravel()[1]) for each in (layer.Z, layer.A, back.elementwise.slopes, back.dL_dA, back.dL_dZ)
    ]
    assert answer.bounding_box()["y"] < heights[width] - 200
    assert page.evaluate("scrollY") == 0
    answer.get_by_role("button").filter(has=page.locator('.tex[aria-label="w¹₂₂"]')).click()
    assert answer.get_attribute("data-asked") == "w¹₂₂"
    assert float(answer.locator(".paths").get_attribute("data-value")) == trace.backward[1].dL_dW[1, 1]
    answer.get_by_role("button", name="Back to the step").click()
    assert page.locator(".now-card").is_visible()


def test_units_are_picked_by_keyboard(opened: Open) -> None:
    there = opened("moons")
    there.page.get_by_role("button", name="Neurons", exact=True).click()
    there.page.locator('.neuron[tabindex="0"]').focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        there.page.keyboard.press(key)
    assert there.page.locator(".answer").get_attribute("data-asked") == "a¹₂"
    assert there.text(".place").startswith("1 /")  # the arrows moved among units, and not along the walk


def test_a_normalisation_and_dropout_are_boxes_with_phases_of_their_own(visit: Open) -> None:
    there = visit("steering-with dropout", lambda: with_dropout().html())
    boxes = there.page.locator(".unit").evaluate_all("all => all.map(one => one.dataset.box)")
    assert boxes[:6] == ["dropout:0", "linear:1", "norm:1", "scale:1", "activation:1", "dropout:1"]
    there.page.locator('[data-box="norm:1"]').click()
    assert there.step() == "Z_hat:1"
    document = with_dropout().to_dict()
    shown = there.page.locator(".now-card [data-value]").evaluate_all(
        "all => all.map(one => Number(one.dataset.value))"
    )
    assert {row[0] for row in document["values"]["Z_hat:1"]["values"]} <= set(shown)


def test_the_update_is_drawn_before_change_and_after(opened: Open) -> None:
    there, trace = opened("moons"), moons()
    there.page.keyboard.press("End")
    read = "all => all.map(one => Number(one.dataset.value))"
    before, change, after = (
        np.array(there.page.locator(f".change-bars > g:nth-of-type({column}) [data-value]").evaluate_all(read))
        for column in (1, 2, 3)
    )
    np.testing.assert_allclose(before + change, after, rtol=1e-12)
    update = trace.update[1]
    changes = np.concatenate(
        [(update.W_after - trace.forward[1].W).ravel(), (update.W0_after - trace.forward[1].W0).ravel()]
    )
    np.testing.assert_allclose(np.sort(abs(change))[::-1], np.sort(abs(changes))[::-1][: len(change)], rtol=1e-9)


@pytest.mark.parametrize("name", ["moons", "batch"])
def test_each_phase_is_read_out(opened: Open, name: str) -> None:
    there, document = opened(name), TRACES[name]().to_dict()
    for phase in document["phases"]:
        there.page.keyboard.press("ArrowRight")
        assert phase["spoken"] in there.page.locator("#stage > [role=status]").inner_text()


SMALL = """(all, least) => all.filter(one => one.checkVisibility() && !one.closest('.unseen'))
  .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.width < least - 0.5 || box.height < least - 0.5)
  .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""


@pytest.mark.parametrize("width", [390, 760, 1366])
@pytest.mark.parametrize("view", ["Units", "Neurons"])
def test_targets_are_as_large_as_a_finger(visit: Open, width: int, view: str) -> None:
    page = visit("steering-moons", lambda: moons().html(), width=width).page
    page.get_by_role("button", name=view, exact=True).click()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    targets = page.locator("button, select, summary, a, [role=button], input")
    assert targets.evaluate_all(SMALL, TARGET) == []


def test_the_first_sentence_says_what_to_do_and_words_are_explained_where_they_stand(opened: Open) -> None:
    there, document = opened("batch"), batch().to_dict()
    assert there.text(".lead") == document["words"]["lead"]
    glossary = document["words"]["glossary"]
    go(there, "A:1")
    zones = document["forward"][0]["zone_counts"]
    for zone in (zone for zone, some in zones.items() if some):
        assert glossary[zone] in there.text(".now-card .glossary")
    for section, words in (("#forward", zones), ("#health", ("blame", "dead"))):
        for word in (word for word in words if section == "#health" or zones[word]):
            assert glossary[word] in there.text(f"{section} .glossary")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is there once `make page` has been run")
@pytest.mark.parametrize("width", [390, 1366])
@pytest.mark.parametrize("state", ["neurons", "predict", "fork", "unfolded"])
def test_a_checker_of_accessibility_finds_nothing_in_any_state(visit: Open, width: int, state: str) -> None:
    there = visit("steering-moons", lambda: moons().html(), width=width, bypass_csp=True)
    page: Any = there.page
    if state == "neurons":
        page.get_by_role("button", name="Neurons", exact=True).click()
        page.locator(".neuron").nth(3).click()
    if state == "predict":
        page.get_by_role("button", name="Predict").click()
    if state != "neurons":
        go(there, "dL_dW:2")
    if state == "unfolded":
        page.locator(".unfolded button").click()
    page.add_script_tag(path=str(AXE))
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    assert [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]] == []


@pytest.mark.parametrize("make", [wide, normalised, chain], ids=lambda make: make.__name__)
def test_units_of_any_network_are_answered_without_a_complaint(visit: Open, make: Callable[..., Trace]) -> None:
    there = visit(f"steering-{make.__name__}", lambda: make().html())
    there.page.get_by_role("button", name="Neurons", exact=True).click()
    for at in range(there.page.locator(".neuron").count()):
        there.page.locator(".neuron").nth(at).click()
        assert there.page.locator(".answer td[data-value]").count() > 0
        weights = there.page.locator(".answer .choices button")
        if weights.count():
            weights.last.click()
            assert there.page.locator(".answer td[data-value]").count() > 0
    assert there.complaints == []
