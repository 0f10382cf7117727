"""The report of a training, opened in a browser: readable by itself, at desk and phone width, in both themes, and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import clearprop as cp
from clearprop.fitting.evaluating import evaluate
from clearprop.fitting.fits import carry_out, plan
from clearprop.fitting.report import evaluation_report, training_report

from .conftest import PATIENCE

pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install matplotlib")
SIZES = {"desk": (1366, 768), "phone": (390, 844)}


def made(name: str, **choices: Any) -> str:
    planned = plan(cp.load_table(name), cp.Recipe(**({"epochs": 3} | choices)))
    return training_report(planned, carry_out(planned, progress=False), ["A warning with <marks> & signs."])


def of_an_evaluation() -> str:
    model = cp.fit(cp.load_table("iris"), cp.Recipe(epochs=3), progress=False).model
    return evaluation_report(model, evaluate(model, cp.load_table("iris"), "all"))


REPORTS: dict[str, Callable[[], str]] = {
    "three classes": lambda: made("iris", validation=0.2),
    "two classes": lambda: made("breast_cancer"),
    "many columns": lambda: made("digits"),
    "values": lambda: made("diabetes"),
    "an evaluation": of_an_evaluation,
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    paths = {}
    for name, make in REPORTS.items():
        paths[name] = folder / f"{name.replace(' ', '-')}.html"
        paths[name].write_text(make(), encoding="utf-8")
    return paths


@pytest.fixture
def show(browser: Any, reports: dict[str, Path]) -> Iterator[Callable[..., Any]]:
    contexts: list[Any] = []

    def go(name: str, size: str = "desk", theme: str = "light") -> tuple[Any, list[str]]:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page, complaints = context.new_page(), []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: request.url.startswith("file:") or complaints.append(request.url))
        page.goto(reports[name].as_uri())
        return page, complaints

    yield go
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("size", "theme"), [("desk", "light"), ("phone", "dark")])
@pytest.mark.parametrize("name", REPORTS)
def test_it_asks_for_nothing_and_fits_the_window(show: Any, name: str, size: str, theme: str) -> None:
    page, complaints = show(name, size, theme)
    assert complaints == []
    assert page.locator("body").evaluate("body => body.scrollWidth") <= SIZES[size][0]
    for figure in page.locator("figure svg").all():
        box = figure.bounding_box()
        assert box["width"] > 150
        assert box["height"] > 60
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= SIZES[size][0]


@pytest.mark.parametrize("name", REPORTS)
def test_headings_pictures_and_tables_are_named(show: Any, name: str) -> None:
    page, _ = show(name)
    assert page.locator("h1").count() == 1
    assert page.locator("section").count() == page.locator("h2").count() >= 6
    pictures = page.locator("figure svg")
    assert pictures.count() >= 3
    for index in range(pictures.count()):
        assert pictures.nth(index).get_attribute("role") == "img"
        assert len(pictures.nth(index).get_attribute("aria-label")) > 20
    assert page.locator("html").get_attribute("lang") == "en"
    for link in page.locator("nav a").all():
        assert page.locator(link.get_attribute("href")).count() == 1


def test_its_numbers_are_those_of_the_training(show: Any) -> None:
    planned = plan(cp.load_table("diabetes"), cp.Recipe(epochs=3))
    fitted = carry_out(planned, progress=False)
    page, _ = show("values")
    rows = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts()
        for row in page.locator("#scores ~ .wide tbody tr").all()
    }
    for name, label in (("rmse", "RMSE"), ("mae", "MAE"), ("r2", "R²")):
        expected = [fitted.scores["test"], *fitted.beside.values()]
        assert rows[label] == [f"{each.metrics[name]:.4g}" for each in expected]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_in_pictures_can_be_read_in_both_themes(show: Any, theme: str) -> None:
    page, _ = show("three classes", theme=theme)
    paper = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    words = page.locator("figure svg g[id*=text] g:not([id])")  # a word's background is a group with a name
    inks = words.evaluate_all("all => all.map(each => getComputedStyle(each).fill)")
    assert inks
    for ink in set(inks):
        assert contrast(ink, paper) >= 4.5, f"{ink} on {paper}"


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.1."""

    def light(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_it_prints_on_a_few_pages(show: Any, tmp_path: Path) -> None:
    page, _ = show("three classes", theme="dark")
    page.emulate_media(media="print")
    paper = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert contrast(paper, "rgb(255, 255, 255)") < 1.2, "paper is light, whatever the theme"
    assert not page.locator("nav").is_visible()
    content = page.pdf(path=str(tmp_path / "report.pdf"), format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 8


@pytest.mark.parametrize("name", REPORTS)
def test_it_is_small_and_the_same_each_time(reports: dict[str, Path], name: str) -> None:
    text = reports[name].read_text(encoding="utf-8")
    assert len(text.encode()) < 1_000_000
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids)), "each identifier is there once"
    assert not re.search(r"\bID-", text)


def test_a_warning_is_text_and_not_markup(show: Any) -> None:
    page, _ = show("values")
    assert "A warning with <marks> & signs." in page.locator("section").last.inner_text()
