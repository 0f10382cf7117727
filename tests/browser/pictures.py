"""The pictures of the page in docs/: `python -m tests.browser.pictures` takes them again."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

import clearprop as cp

from .conftest import CHROMIUM, PATIENCE, moons

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def training() -> str:
    """XOR, recorded."""
    net = cp.Network((2, 4, 1), ("tanh", "sigmoid"), seed=1)
    X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    run = cp.train(net, X, Y, loss="nll", eta=0.5, batch_size=4, epochs=2000, record=40, progress=False)
    return cp.replay(run).html()


SHOTS = {
    # name: page, width and height, theme, keys, what to scroll to
    "step": (lambda: moons().html(), (1366, 768), "light", 8, None),
    "phone": (lambda: moons().html(), (390, 844), "dark", 8, None),
    "chain": (lambda: moons().html(), (1160, 880), "light", 10, "#chain"),
    "training": (training, (1160, 880), "light", 0, None),
}


def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (make, (width, height), theme, keys, place) in SHOTS.items():
            path = Path(folder) / f"{name}.html"
            path.write_text(make(), encoding="utf-8")
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce"
            )
            page.set_default_timeout(PATIENCE)
            page.goto(path.as_uri())
            for _ in range(keys):
                page.keyboard.press("ArrowRight")
            if place:
                page.locator(place).evaluate("one => one.scrollIntoView()")
            page.wait_for_timeout(400)  # for what moves to have come to rest
            page.screenshot(path=FOLDER / f"explain-{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
