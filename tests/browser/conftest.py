"""Pages opened in the Chromium that is installed, headless; without one, or without Playwright, the tests say so and skip."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import Prepared, RawRow, Trace
from clearprop.explanation.notation.symbols import Written

PATIENCE = 120_000
"""Milliseconds: a machine that does much else at once is slow, not wrong."""
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def moons(**options: Any) -> Trace:
    net = cp.Network((2, 3, 2), ("tanh", "softmax"), seed=3)
    chosen: dict[str, Any] = {"eta": 0.05, "t": 412, "point": "point 17 of moons"} | options
    return cp.explain(net, [0.41, -1.2], [0, 1], loss="nllm", **chosen)


def chain(**options: Any) -> Trace:
    net = cp.Network((1, 1, 1), ("tanh", "sigmoid"), seed=1)
    return cp.explain(net, [0.7], [1], loss="nll", eta=0.5, **options)


def batch(**options: Any) -> Trace:
    rng = np.random.default_rng(0)
    net = cp.Network((4, 6, 5, 3), ("relu", "leaky_relu", "softmax"), seed=1)
    X, Y = rng.normal(size=(5, 4)), np.eye(3)[rng.integers(0, 3, 5)]
    chosen: dict[str, Any] = {"penalty": "l2", "optimizer": "adam", "at": 2} | options
    return cp.explain(net, X, Y, loss="nllm", eta=0.1, classes=["setosa", "versicolor", "virginica"], **chosen)


def wide(**options: Any) -> Trace:
    rng = np.random.default_rng(0)
    net = cp.Network((784, 100, 10), ("relu", "softmax"), seed=0)
    return cp.explain(net, rng.random(784) * (rng.random(784) < 0.2), np.eye(10)[3], loss="nllm", eta=0.01, **options)


def normalised(**options: Any) -> Trace:
    rng = np.random.default_rng(0)
    net = cp.Network((3, 4, 2), ("tanh", "identity"), seed=0, normalization="batch_norm")
    return cp.explain(net, rng.normal(size=(6, 3)), rng.normal(size=(6, 2)), loss="square", eta=0.1, **options)


def scaled(**options: Any) -> Trace:
    net = cp.Network((2, 3, 1), ("tanh", "identity"), seed=0)
    inputs = Prepared("size", "7.5", 7.5, 6.0, 3.0, 0.5), Prepared("age", "a gap", 40.0, 48.0, 8.0, -1.0)
    formula = Written("(x − mean) / std", r"\frac{x - \bar x}{\sigma}")
    row = RawRow(inputs, "standard", formula, ("mean", "std"), (Prepared("price", "150", 150.0, 100.0, 50.0, 1.0),))
    return cp.explain(net, [0.5, -1.0], [1.0], loss="square", eta=0.1, row=row, **options)


TRACES: dict[str, Callable[..., Trace]] = {
    "moons": moons,
    "chain": chain,
    "batch": batch,
    "wide": wide,
    "normalised": normalised,
    "scaled": scaled,
}


@dataclass
class Opened:
    """A page in the browser, with everything that it has complained of or asked the network for."""

    page: Any
    complaints: list[str] = field(default_factory=list)

    def text(self, selector: str) -> str:
        text: str = self.page.locator(selector).inner_text()
        return text

    def see(self, selector: str, where: str, **options: Any) -> None:
        """Waits until something is there; else the error says where that was, and what the page has complained of."""
        try:
            self.page.locator(selector).wait_for(**options)
        except Exception as error:
            raise AssertionError(f"{where}: no {selector}; the page says {self.complaints}") from error

    def until(self, holds: str) -> None:
        """Asks until a JavaScript expression is true; the page's own policy lets no text be evaluated within it."""
        for _ in range(PATIENCE // 20):
            if self.page.evaluate(holds):
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"never: {holds}; the page says {self.complaints}")

    def step(self) -> str | None:
        name: str | None = self.page.locator(".now-card").get_attribute("data-step")
        return name


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Writes a page once for all tests that open it."""
    folder = tmp_path_factory.mktemp("pages")

    def write(name: str, text: str) -> Path:
        path = folder / f"{name}.html"
        if not path.exists():
            path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def visit(browser: Any, files: Callable[[str, str], Path]) -> Iterator[Callable[..., Opened]]:
    """Opens a page from its file, as a double click does, in a window of its own."""
    contexts: list[Any] = []
    pages: list[Opened] = []

    def go(
        name: str,
        html: str | Callable[[], str],
        *,
        width: int = 1200,
        height: int = 900,
        theme: str = "light",
        ready: str = ".now-card",
        **options: Any,
    ) -> Opened:
        path = files(name, html if isinstance(html, str) else html())
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        opened = Opened(context.new_page())
        pages.append(opened)
        page, complain = opened.page, opened.complaints.append
        page.on("console", lambda message: complain(f"console: {message.text}"))
        page.on("pageerror", lambda error: complain(f"error: {error}"))
        page.on("dialog", lambda dialog: (complain(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on(
            "request",
            lambda request: request.url.startswith(("file:", "data:", "blob:")) or complain(f"asked for {request.url}"),
        )
        page.goto(path.as_uri())
        page.locator(ready).first.wait_for()
        return opened

    yield go
    for context in contexts:
        context.close()
    assert [each for there in pages for each in there.complaints if each.startswith("error:")] == []


@pytest.fixture
def opened(visit: Callable[..., Opened]) -> Callable[..., Opened]:
    """Opens the page of one of TRACES."""
    return lambda name, **window: visit(name, lambda: TRACES[name]().html(), **window)
