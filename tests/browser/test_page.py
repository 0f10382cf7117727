"""The page of a trace in a browser: it opens from its file, is walked by keys, and shows the trace's numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import clearprop as cp
from clearprop.explanation import Trace
from clearprop.explanation.page.json_values import in_script
from clearprop.formulas.losses import Loss

from .conftest import TRACES, Opened, chain, moons

Open = Callable[..., Opened]
AXE = Path(__file__).parents[2] / "studio-ui" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = 360


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", TRACES)
def test_it_is_walked_from_end_to_end_without_a_complaint_or_a_request(opened: Open, name: str, theme: str) -> None:
    there = opened(name, theme=theme)
    steps = len(TRACES[name]().to_dict()["phases"]) + 1
    for view in ("Units", "Neurons"):
        there.page.get_by_role("button", name=view, exact=True).click()
        there.page.keyboard.press("Home")
        for _ in range(steps):
            there.page.keyboard.press("ArrowRight")
        assert there.text(".place") == f"{steps} / {steps}"
    assert there.complaints == []


def test_the_raw_row_is_shown_with_what_scaled_it(opened: Open) -> None:
    there = opened("scaled")
    trace = TRACES["scaled"]()
    assert trace.row is not None
    section = there.page.locator("#row")
    said = section.inner_text()
    for word in ("From the raw row", "size", "a gap", "mean", "std", "price", "predicted"):
        assert word in said
    shown = section.locator("td.forward").evaluate_all("all => all.map(one => Number(one.title))")
    a = trace.forward[trace.L].A.ravel().tolist()
    back = [each.unscaled(value) for each, value in zip(trace.row.targets, a, strict=True)]
    assert shown == pytest.approx([*(each.value for each in trace.row.inputs), *back])
    assert opened("moons").page.locator("#row").count() == 0


def kinked() -> Trace:
    """At the kink of its loss, so that no entry has a derivative to be compared."""
    return cp.explain(cp.Network.from_weights([([[2.0]], [1.0])], ("identity",)), [3.0], [7.0], loss="linear")


def partly_kinked() -> Trace:
    """One of two units is at the kink of relu; the entries of the other are compared."""
    net = cp.Network.from_weights([([[1.0, 2.0]], [0.0, 1.0]), ([[1.0], [1.0]], [0.0])], ("relu", "identity"))
    return cp.explain(net, [0.0], [3.0], loss="square")


def wrong() -> Trace:
    """A loss whose derivative lacks its factor of 2."""

    class Halved(Loss):
        name = "halved"
        formula, derivative = "Σⱼ (aⱼ − yⱼ)²", "a − y"
        latex, latex_derivative = r"\sum_j (a_j - y_j)^2", "a - y"

        def L(self, A: Any, Y: Any) -> Any:
            return ((A - Y) ** 2).sum(axis=-1)

        def dL_dA(self, A: Any, Y: Any) -> Any:
            return A - Y

    return cp.explain(cp.Network((2, 1), ("tanh",), seed=0), [0.3, 0.7], [1.0], Halved())


@pytest.mark.parametrize(
    ("make", "verdict", "tone"),
    [
        (chain, "agrees, error", "ok"),
        (partly_kinked, "agrees, error", "ok"),
        (kinked, "cannot be told", "untold"),
        (wrong, "differs, error", "alarm"),
    ],
)
def test_the_head_of_the_page_has_the_verdict_of_the_check(
    visit: Open, make: Callable[[], Trace], verdict: str, tone: str
) -> None:
    trace = make()
    page = visit(f"verdict_of_{make.__name__}", trace.html()).page
    fact = page.locator(".facts div").filter(has=page.get_by_text("checked", exact=True)).locator("dd")
    assert trace.check is not None
    assert verdict.startswith(trace.check.outcome)
    assert fact.inner_text().startswith(verdict)
    assert (fact.inner_text() == verdict) == (trace.check.outcome == "cannot be told")
    assert fact.get_attribute("class") == tone == page.locator("#check [data-outcome]").get_attribute("class")


def test_keys_walk_in_the_order_of_the_notes(opened: Open) -> None:
    there, seen = opened("moons"), []
    for _ in range(13):
        seen.append(there.step())
        there.page.keyboard.press("ArrowRight")
    forward = ["input:0", "Z:1", "A:1", "Z:2", "A:2", "loss:2"]
    backward = ["dL_dA:2", "dL_dZ:2", "dL_dW:2", "dL_dA:1", "dL_dZ:1", "dL_dW:1"]
    assert seen == [*forward, *backward, "update:2"]
    there.page.keyboard.press("ArrowLeft")
    assert there.step() == "dL_dW:1"
    there.page.keyboard.press("Home")
    assert there.step() == "input:0"
    there.page.keyboard.press("End")
    assert there.step() == "update:2"


def test_space_plays_and_pauses(opened: Open) -> None:
    there = opened("chain")
    there.page.keyboard.press(" ")
    there.page.get_by_role("button", name="Pause").wait_for()
    there.page.locator('.now-card[data-step="Z:1"]').wait_for()
    there.page.keyboard.press(" ")
    there.page.get_by_role("button", name="Play").wait_for()


def test_a_click_on_an_arrow_goes_to_its_step(opened: Open) -> None:
    there = opened("moons")
    there.page.locator('.flow[data-step="dL_dZ:1"] .symbol').first.click()
    there.page.locator('.now-card[data-step="dL_dZ:1"]').wait_for()


@pytest.mark.parametrize("name", TRACES)
def test_the_values_on_screen_are_those_of_the_trace(opened: Open, name: str) -> None:
    there, document = opened(name), TRACES[name]().to_dict()
    checked = 0
    for step in range(len(document["phases"]) + 1):
        if step:
            there.page.keyboard.press("ArrowRight")
        key = there.step()
        known = {key, str(key).replace("dL_dW", "point_dL_dW"), "A:0" if key == "input:0" else key}
        wanted = {
            number
            for one in known & set(document["values"])
            for row in document["values"][one]["values"]
            for number in row
        }
        cells = there.page.locator(".now-card [data-value]").evaluate_all(
            "all => all.map(one => [Number(one.dataset.value), one.textContent.trim()])"
        )
        shown = {value for value, _ in cells}
        if wanted:
            assert shown & wanted, f"{name}, {key}: none of its values is on screen"
            checked += 1
        for value, text in cells:
            assert said(text) == pytest.approx(value, abs=half_a_digit(text)), (
                f"{name}, {key}: {value} is shown as {text}"
            )
    assert checked > len(document["phases"]) / 2


def said(text: str) -> float:
    return float(text.replace("−", "-"))


def half_a_digit(text: str) -> float:
    """Half a unit of the last digit that is shown, and a little for the doubles themselves."""
    mantissa, _, power = text.replace("−", "-").partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 0.5001 * 10.0 ** (int(power or 0) - decimals) if decimals else 1e-12


@pytest.mark.parametrize("name", TRACES)
def test_nothing_scrolls_sideways_on_a_phone(opened: Open, name: str) -> None:
    there = opened(name, width=PHONE)
    for view in ("Units", "Neurons"):
        there.page.get_by_role("button", name=view, exact=True).click()
        for key in ("Home", "End"):
            there.page.keyboard.press(key)
            assert there.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    strips = "'.scroll, .diagram, .neurons'"
    wider = (
        f"all => all.filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest({strips})).length"
    )
    assert there.page.locator("main *").evaluate_all(wider) == 0


@pytest.mark.parametrize("width", [PHONE, 1200])
def test_the_arrow_of_the_step_at_hand_is_in_view(opened: Open, width: int) -> None:
    page = opened("batch", width=width, reduced_motion="reduce").page
    inside = """arrow => {
      const [own, seen] = [arrow, arrow.closest('.diagram')].map(one => one.getBoundingClientRect());
      return own.left < seen.right && own.right > seen.left;
    }"""
    for step in ("Z:1", "A:1", "Z:2", "A:2", "Z:3", "A:3", "loss:3", "dL_dA:3", "dL_dZ:3", "dL_dW:3", "dL_dA:2"):
        page.keyboard.press("ArrowRight")
        page.locator(f'.now-card[data-step="{step}"]').wait_for()
        assert page.locator(f'.flow.now[data-step="{step}"] path.arrow').evaluate(inside), step


def test_dark_and_light_follow_the_system_and_the_switch(opened: Open) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light, dark = opened("moons", theme="light").page, opened("moons", theme="dark").page
    on_paper, on_dark = light.evaluate(ground), dark.evaluate(ground)
    assert on_paper != on_dark
    for page, theme, wanted in ((light, "dark", on_dark), (dark, "light", on_paper)):
        page.get_by_role("button", name=theme, exact=True).click()
        page.locator(f'html[data-theme="{theme}"]').wait_for(state="attached")
        assert page.evaluate(ground) == wanted


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground(opened: Open, theme: str) -> None:
    page = opened("moons", theme=theme).page
    page.keyboard.press("End")
    colours = page.evaluate(
        """() => ['forward', 'backward', 'shared', 'quiet', 'ok', 'ink'].flatMap(name =>
          ['paper', 'card', 'wash'].map(ground => {
            const probe = document.createElement('i');
            document.body.append(probe);
            probe.style.color = `var(--${name})`;
            probe.style.backgroundColor = `var(--${ground})`;
            const style = getComputedStyle(probe);
            const found = [name + ' on ' + ground, style.color, style.backgroundColor];
            probe.remove();
            return found;
        }))"""
    )
    assert len(colours) == 18
    for name, text, ground in colours:
        assert contrast(text, ground) >= 4.5, f"{theme}: {name}"  # WCAG 2.2, AA, small text


def contrast(one: str, other: str) -> float:
    """Of relative luminances (WCAG 2.2); colours as a browser writes them, rgb(1, 2, 3)."""

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


DIM = """([group, what]) => {
  const own = document.querySelector(group);
  const [one, whole] = [own.querySelector(what) ?? own, getComputedStyle(document.documentElement)];
  const probe = document.createElement('i');
  document.body.append(probe);
  probe.style.color = getComputedStyle(one).fill;
  const dim = Number(getComputedStyle(own).opacity) * (one === own ? 1 : Number(getComputedStyle(one).opacity));
  probe.style.backgroundColor = 'var(--card)';
  const found = [getComputedStyle(probe).color, getComputedStyle(probe).backgroundColor, dim];
  probe.remove();
  return found;
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_the_walk_has_not_reached_can_be_read(opened: Open, theme: str) -> None:
    page = opened("moons", theme=theme).page
    page.wait_for_timeout(400)  # until nothing fades any more
    places = [(".flow.backward.ahead", "g.symbol"), (".flow.forward.ahead", ".symbol"), (".unit.ahead", "text")]
    for place in [*places, (".diagram text.result.ahead", "none")]:
        text, ground, opacity = page.evaluate(DIM, place)
        mixed = [opacity * one + (1 - opacity) * other for one, other in zip(rgb(text), rgb(ground), strict=True)]
        assert contrast(f"rgb({', '.join(str(round(each)) for each in mixed)})", ground) >= 3, place


def rgb(colour: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", colour)[:3]]


def test_switches_that_are_folded_away_have_their_names(opened: Open) -> None:
    there = opened("moons", width=390, height=844)
    there.page.locator(".settings summary").click()
    words = there.text(".settings > div").split("\n")
    assert [word for word in ("Layout", "Notation", "Theme", "Keys and colours") if word not in words] == []
    assert "?" not in words
    there.page.set_viewport_size({"width": 1200, "height": 900})
    there.page.locator(".settings").wait_for(state="detached")
    widths = there.page.locator(".in-settings").evaluate_all("all => all.map(one => one.offsetWidth)")
    assert (len(widths) > 3, max(widths)) == (True, 1)  # read aloud, and not seen


def test_a_section_is_reached_from_the_top(opened: Open) -> None:
    there = opened("moons", width=926, height=780)
    menu = there.page.get_by_text("Sections", exact=True)
    for title in there.page.locator(".contents a").all_text_contents():
        there.page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        menu.click()
        link = there.page.locator(".contents a", has_text=title)
        link.click()
        section = (link.get_attribute("href") or "").removeprefix("#")
        there.until(f"Math.abs(document.getElementById('{section}').getBoundingClientRect().top) < 700")
        assert there.page.locator(".menu[open]").count() == 0
    assert there.complaints == []


@pytest.mark.parametrize("name", ["moons", "batch", "chain"])
def test_the_loss_has_one_letter_and_L_counts_layers(visit: Open, name: str) -> None:
    there = visit(name, lambda: TRACES[name]().html())
    found = set()
    for _ in range(30):
        found |= set(there.page.evaluate(LONE))
        there.page.keyboard.press("ArrowRight")
    layers = ("l = L, the loss unit:", "layers count 1..L", "L")  # the last is the code's name, in the table of symbols
    assert [text for text in found if not any(each in text if each != "L" else each == text for each in layers)] == []


LONE = r"""() => [...document.querySelectorAll('main *')].flatMap(one => [...one.childNodes])
  .filter(node => node.nodeType === 3 && /(?<![A-Za-z])[L\u{1d43f}](?![A-Za-z])/u.test(node.data) &&
    !(node.parentElement.closest('msup, msub, msubsup') && node.parentElement.matches(':not(:first-child)')))
  .map(node => node.data.trim())"""


def test_the_boxes_that_turn_are_called_the_shape_rail(opened: Open) -> None:
    there = opened("moons")
    there.page.keyboard.press("End")
    there.page.keyboard.press("ArrowLeft")
    assert there.text(".rail h3") == "The shape rail"


def test_the_drawing_has_the_derivatives_by_weights_and_by_biases(opened: Open) -> None:
    there = opened("chain")
    there.page.keyboard.press("End")
    for l in (1, 2):
        flow = there.page.locator(f'.flow.weight[data-step="dL_dW:{l}"]')
        assert flow.locator("g.symbol").count() == 2
        wanted = [chain().values[f"{name}:{l}"].array.item() for name in ("dL_dW", "dL_dW0")]
        numbers = flow.locator("text.number").all_text_contents()
        assert [float(each.replace("−", "-")) for each in numbers] == pytest.approx(wanted, abs=1e-3)


def test_the_bars_of_an_update_say_how_many_numbers_there_are(opened: Open) -> None:
    there = opened("moons")
    there.page.keyboard.press("End")
    assert "The 6 that change most, of 9. Bars:" in there.text(".update-bars .note")


def test_a_unit_s_reason_has_a_line_of_its_own_on_a_phone(opened: Open) -> None:
    page = opened("moons", width=390, height=844).page
    why = page.locator("#forward td.why").first.bounding_box()
    assert why["width"] > 300
    assert why["height"] < 60


def test_a_factor_in_focus_lights_up_its_arrow(opened: Open) -> None:
    page = opened("moons").page
    page.locator('[data-factor="dA_dZ:1"]').focus()
    page.locator('.flow.lit[data-step="dL_dZ:1"]').wait_for(state="attached")
    page.locator('[data-factor="dZ_dW:1"]').focus()
    page.locator('.flow.lit[data-step="dL_dW:1"]').wait_for(state="attached")


def test_what_a_layer_reuses_is_marked_as_shared(opened: Open) -> None:
    page = opened("moons").page
    assert page.locator("#chain .factor.shared").evaluate_all("all => all.map(one => one.dataset.factor)") == [
        "dA_dZ:2",
        "dL_dA:2",
    ]
    assert "reused from layer 2" in page.locator("#chain .group small").inner_text()


def test_picking_a_weight_shows_its_derivative_as_a_sum(opened: Open) -> None:
    page, trace = opened("moons").page, moons()
    page.get_by_role("button", name=re.compile(r"W¹, row 1, column 3")).click()
    total = float(page.locator("#one-weight .paths").get_attribute("data-value"))
    assert total == trace.backward[1].dL_dW[0, 2]
    terms = page.locator("#one-weight .paths .product-value").evaluate_all(
        "all => all.map(one => Number(one.dataset.value))"
    )
    assert sum(terms) == pytest.approx(total, rel=1e-12)  # two terms, each a product of four doubles
    page.get_by_role("button", name="Neurons").click()
    assert page.locator(".weight.path").count() == 3  # the weight, and both ways on from it


def test_the_derivation_strikes_out_what_cancels(opened: Open) -> None:
    page = opened("moons").page
    page.keyboard.press("End")
    page.locator("#both-ways").get_by_role("button", name="2", exact=True).click()
    assert page.locator("#both-ways menclose").count() >= 2


def test_an_address_asks_for_a_notation_and_boxes_check_shapes(opened: Open) -> None:
    page = opened("moons").page
    assert page.get_by_role("combobox", name="Notation").input_value() == "mn"
    page.goto(f"{page.url}#notation=dd")
    page.reload()
    assert page.get_by_role("combobox", name="Notation").input_value() == "dd"
    page.keyboard.press("End")
    assert "as W" in page.locator("#chain .shape-check").inner_text()
    page.get_by_role("combobox", name="Notation").select_option("mn")
    assert not page.locator("#chain .shape-check").count()
    page.goto(page.url.replace("=dd", "=none"))
    page.reload()
    assert page.get_by_role("combobox", name="Notation").input_value() == "mn"


@pytest.mark.parametrize("make", [moons, chain], ids=["moons", "chain"])
@pytest.mark.parametrize("notation", ["dd", "nielsen", "pytorch"])
@pytest.mark.parametrize("layout", ["denominator", "numerator"])
def test_a_page_switched_reads_as_one_made_that_way(visit: Open, make: Any, notation: str, layout: str) -> None:
    name = make.__name__
    switched = visit(name, lambda: make().html())
    switched.page.get_by_role("combobox", name="Notation").select_option(notation)
    switched.page.get_by_role("button", name=layout).click()
    made = visit(f"{name}-{notation}-{layout}", lambda: make(notation=notation, layout=layout).html())
    for there in (switched, made):
        there.page.keyboard.press("End")
    for part in (
        "#stage",
        "#chain",
        "#forward",
        "#both-ways",
        "#one-weight",
        "#update",
        "#health",
        "#symbols",
    ):
        assert switched.text(part) == made.text(part), part
    outcomes = [there.page.locator("#check [data-outcome]").get_attribute("data-outcome") for there in (switched, made)]
    assert outcomes[0] == outcomes[1]  # the page checks anew, and what it finds is the rounding of its own arithmetic
    assert switched.complaints == made.complaints == []


def at_the_target(**options: Any) -> Any:
    """The absolute error where the prediction is the target, a kink."""
    net = cp.Network.from_weights([([[2.0, 1.0]], [0.0, 0.5])], ("identity",))
    return cp.explain(net, [1.0], [2.0, 1.5], loss="linear", **options)


def half_at_a_kink(**options: Any) -> Any:
    """One of two units is on the kink of its activation."""
    net = cp.Network.from_weights([([[1.0, 1.0]], [-1.0, 0.5]), ([[1.0], [1.0]], [0.0])], ("relu", "identity"))
    return cp.explain(net, [1.0], [3.0], loss="square", **options)


@pytest.mark.parametrize(
    ("make", "outcome", "head", "rows"),
    [(at_the_target, "cannot be told", "It cannot be told.", 5), (half_at_a_kink, "agrees", "Right.", 3)],
)
@pytest.mark.parametrize("notation", ["mn", "pytorch"])
def test_what_cannot_be_told_is_a_verdict_of_its_own_with_the_derivatives_to_both_sides(
    visit: Open, make: Any, outcome: str, head: str, rows: int, notation: str
) -> None:
    there = visit(make.__name__, lambda: make().html())
    there.page.get_by_role("combobox", name="Notation").select_option(notation)
    check = make(notation=notation).check
    assert there.page.locator("#check [data-outcome]").get_attribute("data-outcome") == outcome == check.outcome
    assert there.text("#check [data-outcome] strong") == head
    assert "Wrong" not in there.text("#check")
    entries = [entry for array in check.arrays for entry in array.kinks]
    assert len(entries) == rows
    shown = there.page.locator("#kinks tbody tr").evaluate_all(
        "all => all.map(row => [row.querySelector('.tex').getAttribute('aria-label'),"
        " ...[...row.querySelectorAll('[data-value]')].map(cell => Number(cell.dataset.value))])"
    )
    assert shown == [[in_script(entry.symbol), entry.given, entry.behind, entry.ahead] for entry in entries]
    verdicts = there.page.locator("#check table.rows:not(#kinks) td.text").all_inner_texts()
    assert verdicts == [array.outcome for array in check.arrays]
    assert there.complaints == []


def test_text_from_outside_stays_text(visit: Open) -> None:
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)> & <!-- <b>bold</b>"
    there = visit("hostile", lambda: moons(point=hostile).html())
    assert hostile in there.text(".sub")
    assert there.complaints == []


def test_help_is_a_key_away(opened: Open) -> None:
    page = opened("chain").page
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")


def test_what_only_works_on_a_screen_is_not_printed(opened: Open) -> None:
    page = opened("moons").page
    page.emulate_media(media="print")
    assert not page.locator(".scrubber").is_visible()
    assert not page.locator(".tools").is_visible()
    assert page.locator("#chain .factor").first.is_visible()


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is there once `make page` has been run")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["moons", "batch"])
def test_a_checker_of_accessibility_finds_nothing(opened: Open, name: str, theme: str) -> None:
    page = opened(name, theme=theme, bypass_csp=True).page  # the page's own policy lets no checker in
    page.keyboard.press("End")
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})")
    assert [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]] == []


def test_a_chain_of_neurons_is_shown_in_scalars(opened: Open) -> None:
    there = opened("chain")
    there.page.keyboard.press("End")
    assert there.page.locator("#chain table.matrix").count() == 0
    factors = there.page.locator("#chain .factor:not(.result) [data-value]")
    product = math.prod(factors.evaluate_all("all => all.map(one => Number(one.dataset.value))"))
    assert product == pytest.approx(float(chain().backward[1].dL_dW[0, 0]), rel=1e-12)


def labels(there: Any, section: str) -> list[str]:
    """The formulas of a section, as they are read aloud."""
    found: list[str] = there.page.locator(f"#{section} .tex").evaluate_all("all => all.map(one => one.ariaLabel)")
    return found


def test_entry_by_entry_a_normalised_layer_names_what_its_activation_takes(opened: Open) -> None:
    shown = labels(opened("normalised"), "both-ways")
    assert {"f′(V¹)", "∂ℒ₁/∂A¹", "∂ℒ₁/∂V¹"} <= set(shown)
    assert not [each for each in shown if "Z¹" in each]


def test_in_a_batch_the_chain_is_of_its_points_loss_and_the_product_of_the_whole(opened: Open) -> None:
    there = opened("batch")
    assert "∂ℒ₃/∂W¹" in labels(there, "chain")
    assert "∂ℒ/∂W¹" not in labels(there, "chain")
    assert {"∂ℒ/∂W¹", "(∂ℒ/∂Z¹)ᵀ"} <= set(labels(there, "batch"))
    assert not [each for each in labels(there, "batch") if "ℒ₃" in each]
