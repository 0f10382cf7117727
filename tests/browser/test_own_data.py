"""A CSV file and points drawn by hand are trained on in the page; what is no table changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clearprop.live import studio

from .conftest import Opened
from .test_studio import READY, fact

Open = Callable[..., Opened]


def html() -> str:
    return studio(data="moons").html


def drop(there: Opened, path: Path) -> None:
    """A file chosen by the button's own input; a dropped one goes the same way."""
    there.page.get_by_label("A CSV file or a model file").first.set_input_files(str(path))


def table() -> str:
    rng = np.random.default_rng(0)
    rows = [f"{a:.3f},{b:.3f},{'in' if a * a + b * b < 1.2 else 'out'}" for a, b in rng.normal(size=(120, 2))]
    return "\n".join(["size,weight,place", *rows])


def test_a_csv_is_trained_on_and_stays_in_the_page(visit: Open, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(table())
    there = visit("studio-moons", html, ready=READY)
    drop(there, path)
    there.page.locator(".picture h2", has_text="mine.csv").wait_for()
    there.page.locator(".signs", has_text="trained on: 96").wait_for()
    before = float(fact(there, "training loss"))
    for epoch in range(1, 9):
        there.page.get_by_role("button", name="One epoch").click()
        there.page.locator(f'[data-fact="epoch"] dd:text-is("{epoch}")').wait_for()
    assert float(fact(there, "training loss")) < before
    there.page.get_by_role("button", name="Share", exact=True).click()
    assert "save the page as a file" in there.text("dialog.share")
    assert there.page.locator("dialog.share input").count() == 0
    with there.page.expect_download() as download:
        there.page.get_by_role("button", name="The page as it is").click()
    again = visit("studio-mine", download.value.path().read_text(encoding="utf-8"), ready=READY)
    again.page.locator(".picture h2", has_text="mine.csv").wait_for()
    again.page.locator('[data-fact="epoch"] dd:text-is("8")').wait_for()
    assert there.complaints + again.complaints == []


BAD = {
    "no table": ("a sentence, once\n" * 2, "at least 4"),
    "bytes": ("\x00\x01PNG", "no table"),
    "ragged": ("a,b\n1,2\n3\n4,5\n6,7\n", "line 3 of bad.csv has 1 columns"),
    "text": ("a,b,c\n1,x,2\n3,4,5\n6,7,8\n9,1,2\n", "inputs must be numbers"),
    "long": ("1,2\n" * 5001, "5001 rows"),
    "large": ("1,2\n" * 1_300_000, "bytes"),
    "wide": ("\n".join([",".join(["1"] * 4000 + [str(i % 2)]) for i in range(8)]), "at most 20000"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_table_is_refused_and_nothing_changes(visit: Open, tmp_path: Path, name: str) -> None:
    content, message = BAD[name]
    path = tmp_path / "bad.csv"
    path.write_text(content)
    there = visit("studio-moons", html, ready=READY)
    there.page.get_by_role("button", name="One step").click()
    there.page.locator('[data-fact="step"] dd:text-is("1")').wait_for()
    drop(there, path)
    alarm = there.page.get_by_role("alert")
    alarm.wait_for()
    assert "The file is refused, and nothing has changed" in alarm.inner_text()
    assert message in alarm.inner_text()
    assert fact(there, "step") == "1"
    assert there.text(".picture h2") == "moons"
    assert there.complaints == []


def test_points_are_drawn_by_hand(visit: Open) -> None:
    there = visit("studio-moons", html, ready=READY)
    there.page.get_by_role("button", name="Draw points").click()
    pad, dialog = there.page.locator(".pad"), there.page.locator("dialog.drawing")
    use = dialog.get_by_role("button", name="Train on these")
    for at in range(10):
        pad.click(position={"x": 40 + 6 * at, "y": 60 + 25 * (at % 4)})
    assert use.is_disabled()  # of one class only
    dialog.get_by_role("button", name="B", exact=True).click()
    for at in range(10):
        pad.click(position={"x": 250 + 6 * at, "y": 60 + 25 * (at % 4)})
    use.click()
    there.page.locator(".picture h2", has_text="drawn points").wait_for()
    there.page.locator(".signs", has_text="trained on: 16").wait_for()
    there.page.get_by_role("button", name="One epoch").click()
    there.page.locator('[data-fact="epoch"] dd:text-is("1")').wait_for()
    assert there.complaints == []
