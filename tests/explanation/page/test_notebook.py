"""What a notebook gets of a trace: a widget and a still picture, or its page in a frame, and its formulas."""

from __future__ import annotations

import importlib
import json
import pickle
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation.page import notebook
from tests.explanation.samples import SAMPLES, recording

pytest.importorskip("anywidget", reason='anywidget is not installed: pip install "clearprop[jupyter]"')
widget = importlib.import_module("clearprop.explanation.page.widget")

LARGEST = 60_000
"""Bytes that a cell's output may take in the notebook's file, and as many the state of its widget."""


@pytest.fixture
def in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A shell with a kernel, as far as it is looked at."""
    calls: list[Any] = []
    events = SimpleNamespace(register=lambda _, call: calls.append(call), unregister=lambda _, call: calls.remove(call))
    shell = SimpleNamespace(kernel=object(), events=events, calls=calls)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    return shell


def test_without_a_widget_a_notebook_gets_a_page_in_a_frame_and_formulas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "has_widgets", lambda: False)
    trace = SAMPLES["small"]()
    assert trace._repr_mimebundle_() is None
    page = trace._repr_html_()
    assert page.startswith('<iframe sandbox="allow-scripts"')
    assert page.count("<iframe") == 1
    assert "<script" not in page  # all of it is inside the attribute, escaped
    assert page.endswith(f"<p>{notebook.HOW_LIVE.replace(chr(34), '&quot;')}</p>")
    formulas = trace._repr_latex_()
    assert formulas.startswith("$")
    assert "\\clearprop" not in formulas
    assert "\\underbrace" in formulas
    assert trace._display_()._repr_html_() == page
    assert np.isfinite(trace.header.loss_value)


@pytest.mark.parametrize("live", [None, False])
def test_a_cell_that_ends_with_the_text_of_a_page_shows_the_page(live: bool | None) -> None:
    page = SAMPLES["small"]().html(live=live)
    shown, _ = importlib.import_module("IPython.core.formatters").DisplayFormatter().format(page)
    assert shown["text/plain"] == f"<a page of {len(page):,} characters>"
    assert shown["text/html"].startswith('<iframe sandbox="allow-scripts"')
    assert page == str(page) == pickle.loads(pickle.dumps(page))
    assert page.startswith("<!doctype html>")
    assert recording().html()._repr_html_().startswith("<iframe")


def test_the_examples_of_the_document_run() -> None:
    page = (Path(__file__).parents[3] / "docs" / "explain.md").read_text(encoding="utf-8")
    part = page.partition("## In a notebook")[2].partition("\n## ")[0]
    names: dict[str, Any] = {"cp": cp}
    for block in re.findall(r"^```python\n(.*?)^```", part, flags=re.DOTALL | re.MULTILINE):
        exec(compile(block, "explain.md", "exec"), names)
    assert names["shared"].comm is None


def test_a_widget_says_what_to_install_where_it_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "has_widgets", lambda: False)
    with pytest.raises(ImportError, match=r'pip install "clearprop\[jupyter\]"'):
        SAMPLES["small"]().widget()
    with pytest.raises(ImportError, match=r'pip install "clearprop\[jupyter\]"'):
        cp.studio(data="moons").widget()


@pytest.mark.parametrize("name", list(SAMPLES))
def test_a_cell_keeps_a_picture_and_not_the_page(name: str, in_a_notebook: SimpleNamespace) -> None:
    trace = SAMPLES[name]()
    data, _ = trace._repr_mimebundle_()
    assert trace._repr_html_() is None
    assert set(data) == {"text/plain", "image/svg+xml", "application/vnd.jupyter.widget-view+json"}
    assert len(json.dumps({**data, "text/latex": trace._repr_latex_()})) < LARGEST


@pytest.mark.parametrize(("layers", "drawn"), [(3, "at one point"), (12, "unit by unit"), (60, None)])
def test_a_deep_network_keeps_no_more(layers: int, drawn: str | None, in_a_notebook: SimpleNamespace) -> None:
    net = cp.Network((8,) * (layers + 1), ("tanh",) * layers, seed=0)
    trace = cp.explain(net, [1.0] * 8, [0.5] * 8, "square", check=False)
    data, _ = trace._repr_mimebundle_()
    assert len(json.dumps({**data, "text/latex": trace._repr_latex_()})) < LARGEST
    assert (drawn is None) == ("image/svg+xml" not in data)
    assert drawn is None or drawn in data["image/svg+xml"]


@pytest.mark.parametrize("make", [lambda: cp.studio(data="moons"), recording], ids=["studio", "replay"])
def test_a_training_keeps_a_picture_too(make: Callable[[], Any], in_a_notebook: SimpleNamespace) -> None:
    page = make()
    data, _ = page._repr_mimebundle_()
    assert page._repr_html_() is None
    assert len(json.dumps(data)) < LARGEST
    opened = page._display_()  # as marimo has it
    assert len(json.dumps(opened.get_state(), default=str)) < LARGEST
    opened.close()


def test_a_shared_network_is_looked_at_after_each_cell_until_it_is_closed(in_a_notebook: SimpleNamespace) -> None:
    net = cp.Network((2, 3, 1), ("tanh", "sigmoid"), seed=0)
    opened = cp.explain(net, [1.0, 2.0], 1, "nll").widget(net)
    net.W[1][...] = 0
    for call in in_a_notebook.calls:
        call(None)
    assert not opened.trace.forward[1].W.any()
    assert len(opened.history) == 1
    opened.close()
    assert not in_a_notebook.calls


def test_a_page_that_only_its_cell_held_is_closed_when_nobody_sees_it(
    in_a_notebook: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    later: list[Any] = []
    loop = SimpleNamespace(call_later=lambda _, call: later.append(call))
    monkeypatch.setattr(widget.asyncio, "get_running_loop", lambda: loop)
    made: list[Any] = []
    begin = widget.PageWidget.__init__

    def noted(self: Any, *given: Any, **options: Any) -> None:
        begin(self, *given, **options)
        made.append(self)

    monkeypatch.setattr(widget.PageWidget, "__init__", noted)
    SAMPLES["small"]()._repr_mimebundle_()

    def hears(what: str, view: str) -> None:
        made[0]._heard(made[0], {"what": what, "view": view}, [])

    hears("open", "a")
    hears("closed", "a")
    hears("open", "b")  # the cell was moved
    later.pop()()
    assert made[0].comm is not None
    hears("closed", "b")
    later.pop()()
    assert made[0].comm is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda net: cp.Network((2, 4, 1), ("tanh", "sigmoid")), "stays as it is"),
        (lambda net: cp.Network((2, 3, 1), ("tanh", "sigmoid"), seed=5), "other weights"),
    ],
)
def test_another_network_is_not_shared(change: Any, message: str) -> None:
    net = cp.Network((2, 3, 1), ("tanh", "sigmoid"), seed=0)
    with pytest.raises(ValueError, match=message):
        cp.explain(net, [1.0, 2.0], 1, "nll").widget(change(net))


@pytest.mark.parametrize("page", [SAMPLES["small"], lambda: cp.studio(data="moons")])
def test_what_is_no_network_is_not_shared(page: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match="net must be a Network; given"):
        page().widget([1.0])


def test_a_page_that_stands_still_shares_nothing() -> None:
    net = cp.Network((2, 3, 1), ("tanh", "identity"), seed=0, normalization="layer_norm")
    with pytest.raises(ValueError, match="normalised"):
        cp.explain(net, [1.0, 2.0], 1.0, "square").widget(net)
