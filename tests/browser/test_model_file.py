"""The model file that a page writes: Python reads it, and predicts with it what the page's network gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from clearprop.live.embedded import of_table

from .conftest import Opened
from .test_own_data import drop, html, table
from .test_sharing import shared
from .test_studio import READY, fact, saved

Open = Callable[..., Opened]


def written(there: Opened, path: Path) -> Path:
    """The model file of the page as it stands."""
    with there.page.expect_download() as download:
        shared(there).get_by_role("button", name="The model file").click()
    assert download.value.suggested_filename.endswith(".clearprop")
    download.value.save_as(path)
    there.page.keyboard.press("Escape")
    return path


def test_a_model_file_has_the_page_s_weights_and_preprocessing(visit: Open, tmp_path: Path) -> None:
    there = visit("studio-moons", html, ready=READY)
    there.page.get_by_role("button", name="One epoch").click()
    there.page.locator('[data-fact="epoch"] dd:text-is("1")').wait_for()
    path = written(there, tmp_path / "moons.clearprop")
    with pytest.warns(UserWarning, match="preprocessing"):
        net = cp.load(path)
    assert net.parameters.tolist() == saved(there)["parameters"]
    rows = cp.load_table("moons")
    made = cp.load_model(path).predict(rows)
    points = of_table(rows)
    assert np.mean(made == rows["class"]) > 0.8
    assert np.array_equal(
        np.sort(net.predict(points.X), axis=0), np.sort(cp.load_model(path).probabilities(rows), axis=0)
    )
    assert there.complaints == []


def test_a_model_of_a_dropped_table_takes_that_table_s_columns(visit: Open, tmp_path: Path) -> None:
    path = tmp_path / "räume.csv"
    path.write_text(table().replace("weight", "größe €"), encoding="utf-8")
    there = visit("studio-moons", html, ready=READY)
    drop(there, path)
    there.page.locator(".picture h2", has_text="räume.csv").wait_for()
    for epoch in range(1, 6):
        there.page.get_by_role("button", name="One epoch").click()
        there.page.locator(f'[data-fact="epoch"] dd:text-is("{epoch}")').wait_for()
    model = cp.load_model(written(there, tmp_path / "own.clearprop"))
    rows = cp.load_table(str(path))
    assert model.network.parameters.tolist() == saved(there)["parameters"]
    hits = float(np.mean(model.predict(rows) == rows["place"]))
    shown = [float(there.text(f'[data-fact="right in {part}"] dd').rstrip(" %")) / 100 for part in ("training", "test")]
    assert hits == pytest.approx(0.8 * shown[0] + 0.2 * shown[1], abs=0.006)
    assert there.complaints == []


def test_digits_are_pictures_with_the_class_that_the_network_gives(visit: Open) -> None:
    there = visit("studio-moons", html, ready=READY)
    there.page.locator(".choices select").first.select_option(label="few_digits")
    there.page.locator("canvas[aria-label^='30 pictures of few_digits']").wait_for()
    before = float(fact(there, "training loss"))
    there.page.get_by_role("button", name="One epoch").click()
    there.page.locator('[data-fact="epoch"] dd:text-is("1")').wait_for()
    assert float(fact(there, "training loss")) < before
    assert "drawn by its weights" in there.text(".network .signs")
    assert there.complaints == []
