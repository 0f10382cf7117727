"""A training in the page: it opens from its file, learns, and takes the steps that Python takes on the same order of points."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.engines import Batches, in_page
from clearprop.engines.choice import choose_engine
from clearprop.live import Studio, studio
from clearprop.live.embedded import OFFERED

from .conftest import Opened
from .test_page import AXE

Open = Callable[..., Opened]
PLANE = ".plane canvas"
READY = '[data-fact="test loss"] dd:not(:text-is("—"))'
"""Shown once something has been measured."""


def moons() -> Studio:
    return studio(data="moons")


def own() -> Studio:
    """A network of its own, with parts that have hyper-parameters, on points that it takes as they are."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    net = cp.Network((3, 5, 4, 1), ("leaky_relu(slope=0.2)", "sigmoid", "identity"), seed=5)
    chosen: dict[str, Any] = {
        "optimizer": "adam(beta1=0.8)",
        "penalty": "l2(strength=0.01)",
        "loss": "huber(delta=0.5)",
    }
    return studio(net, X, X[:, :1] * X[:, 1:2], eta=0.02, batch_size=7, seed=3, **chosen)


MADE: dict[str, Callable[[], Studio]] = {"moons": moons, "own": own}


def trained(page: Studio, steps: int) -> np.ndarray:
    """The parameters after so many steps of Python's formulas, on the points in a page's order."""
    task = replace(page.task, network=page.task.network.copy())
    n, b = len(task.X), page.batch_size
    per_epoch = -(-n // b)
    engine, _ = choose_engine(task, "numpy", b, None)
    for epoch in range(-(-steps // per_epoch)):
        rows = in_page.order_of_epoch(page.seed, epoch, n)
        count = min(per_epoch, steps - epoch * per_epoch)
        begins = np.minimum(np.arange(count + 1) * b, n)
        engine.run(Batches(rows[: begins[-1]], begins), np.full(count, page.eta), 1 + epoch * per_epoch)
    return task.network.parameters


def saved(there: Opened) -> dict[str, Any]:
    with there.page.expect_download() as download:
        there.page.get_by_role("button", name="Save").click()
    return json.loads(download.value.path().read_text())


def fact(there: Opened, name: str) -> str:
    """What is measured while the page draws, as soon as it is known."""
    return there.text(f'[data-fact="{name}"] dd:not(:text-is("—"))')


@pytest.mark.parametrize("name", MADE)
def test_its_steps_are_python_s(visit: Open, name: str) -> None:
    """Single steps, the rest of the epoch, and whole epochs; where batches do not divide the points, the last is smaller."""
    page = MADE[name]()
    there = visit(f"studio-{name}", lambda: page.html, ready=READY)
    for taken in (1, 2, 3):
        there.page.get_by_role("button", name="One step").click()
        there.page.locator(f'[data-fact="step"] dd:text-is("{taken}")').wait_for()
    for epoch in (1, 2, 3):
        there.page.get_by_role("button", name="One epoch").click()
        there.page.locator(f'[data-fact="epoch"] dd:text-is("{epoch}")').wait_for()
    given = saved(there)
    per_epoch = -(-page.data.training // page.batch_size)
    assert given["steps"] == 3 * per_epoch
    assert (given["widths"], given["seed"]) == (list(page.task.network.widths), page.seed)
    np.testing.assert_allclose(given["parameters"], trained(page, 3 * per_epoch), rtol=1e-12, atol=1e-12)
    assert there.complaints == []


def test_it_plays_and_learns(visit: Open) -> None:
    there = visit("studio-moons", lambda: moons().html, ready=READY)
    changes = there.page.locator('[data-picture="changes"] .tick')
    assert changes.all_text_contents() == ["no values yet"]
    before = float(fact(there, "training loss"))
    there.page.get_by_role("button", name="Play").click()
    there.page.locator(".play", has_text="Pause").wait_for()
    while int("".join(filter(str.isdigit, fact(there, "epoch")))) <= 60:
        there.page.wait_for_timeout(50)
    there.page.get_by_role("button", name="Pause").click()
    there.page.locator(".play", has_text="Play").wait_for()
    assert float(fact(there, "training loss")) < 0.2 * before
    assert fact(there, "right in training") in {"99 %", "100 %"}
    assert changes.count() > 2
    there.page.get_by_role("button", name="Start again").click()
    there.page.locator('[data-fact="step"] dd:text-is("0")').wait_for()
    there.page.locator(READY).wait_for()
    assert float(fact(there, "training loss")) == before
    assert there.complaints == []


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_one_row_stays_at_the_bottom_and_no_text_is_cut(visit: Open, width: int) -> None:
    there = visit("studio-moons", lambda: moons().html, width=width, height=740, ready=READY)
    boxes = there.page.evaluate(
        "[...document.querySelectorAll('.player button, .player select')].map(each => {"
        "  const {y, height} = each.getBoundingClientRect();"
        "  return [each.innerText, y, height, each.scrollWidth <= each.clientWidth + 1]; })"
    )
    assert all(height >= 44 and whole for _, _, height, whole in boxes), boxes
    assert (
        len({y for _, y, _, _ in boxes if 740 - 170 < y < 740}) == 1
    )  # one row, and the page has the rest of the window
    there.page.get_by_role("button", name="One phase").click()
    there.until("document.querySelector('.phase .fit')?.getBoundingClientRect().bottom < 740 - 60")
    assert there.complaints == []


@pytest.mark.parametrize("width", [360, 760, 1366])
def test_every_data_set_is_drawn_and_fits_the_window(visit: Open, width: int) -> None:
    there = visit("studio-moons", lambda: moons().html, width=width, ready=READY)
    for index, name in enumerate(OFFERED):
        there.page.locator(".choices select").first.select_option(str(index))
        there.page.locator(".picture h2", has_text=name).wait_for()
        there.page.get_by_role("button", name="One epoch").click()
        there.page.locator('[data-fact="epoch"] dd:text-is("1")').wait_for()
        drawn = there.page.locator(PLANE).evaluate("canvas => canvas.toDataURL().length")
        assert drawn > 6000, name  # an empty picture has some 2,000
    assert there.page.evaluate("document.documentElement.scrollWidth") <= width
    assert there.complaints == []


def table() -> Studio:
    rng = np.random.default_rng(1)
    X = {f"column {j}": rng.normal(size=60) for j in range(10)}
    return cp.studio(data=cp.Table.of({**X, "y": rng.choice(["a", "b"], 60)}, target="y"))


@pytest.mark.parametrize("width", [910, 1040, 1180, 1366])
def test_network_and_data_are_seen_together(visit: Open, width: int) -> None:
    there = visit("studio-moons", lambda: moons().html, width=width, height=760, ready=READY)
    network, data, plot = (
        there.page.locator(each).first.bounding_box() for each in ("figure.network", "figure.picture", PLANE)
    )
    assert network
    assert data
    assert plot
    assert network["y"] == pytest.approx(data["y"], abs=2)
    assert network["y"] + 300 < 760
    assert plot["width"] > 0.75 * data["width"]
    assert network["width"] > 250


def test_the_drawn_inputs_of_a_table_have_their_names(visit: Open) -> None:
    there = visit("studio-table", lambda: table().html, ready=READY)
    there.page.get_by_role("button", name="Share").click()
    with there.page.expect_download() as svg:
        there.page.get_by_role("dialog").get_by_role("button", name="The network as SVG").click()
    text = svg.value.path().read_text(encoding="utf-8")
    for name in ("column 0", "column 7", "8 of 10"):
        assert f">{name}<" in text
    assert ">column 8<" not in text


def test_choices_begin_anew_and_the_step_size_does_not(visit: Open) -> None:
    there = visit("studio-moons", lambda: moons().html, ready=READY)
    step = there.page.locator('[data-fact="step"] dd')
    there.page.get_by_role("button", name="One epoch").click()
    there.page.locator('[data-fact="epoch"] dd:text-is("1")').wait_for()
    there.page.get_by_label("Step size η").fill("-2")
    assert step.inner_text() == "40"
    there.page.get_by_label("Activation of layer 1").select_option("relu")
    there.page.locator('[data-fact="step"] dd:text-is("0")').wait_for()
    there.page.get_by_role("button", name="Remove layer 2").click()
    there.page.get_by_label("Optimiser").select_option("momentum(beta=0.9)")
    there.page.get_by_role("button", name="One step").click()
    there.page.locator('[data-fact="step"] dd:text-is("1")').wait_for()
    given = saved(there)
    assert (given["widths"], given["activations"]) == ([2, 6, 2], ["relu", "softmax"])
    assert given["optimizer"] == "momentum(beta=0.9)"
    assert there.complaints == []


def test_a_step_that_is_not_finite_is_not_taken_and_the_page_says_so(visit: Open) -> None:
    net = cp.Network((1, 4, 1), ("identity", "identity"), seed=0)
    made = studio(net, np.linspace(-5, 5, 40)[:, None], np.linspace(-5, 5, 40), eta=10.0)
    there = visit("studio-diverges", lambda: made.html, ready=READY)
    there.page.get_by_role("button", name="Play").click()
    alarm = there.page.get_by_role("alert")
    alarm.wait_for()
    assert "smaller η" in alarm.inner_text()
    assert there.page.get_by_role("button", name="Play").is_disabled()
    assert there.complaints == []


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is there once `make page` has been run")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(visit: Open, theme: str) -> None:
    there = visit("studio-moons", lambda: moons().html, theme=theme, ready=READY, bypass_csp=True)
    there.page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    found = there.page.evaluate("axe.run(document)")
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]] == []
