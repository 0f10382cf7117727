"""Pages as widgets, in Chromium: a plain page plays the notebook, with the model that anywidget gives and a kernel's comm."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import Trace

from .conftest import PATIENCE

comm = pytest.importorskip("comm", reason='anywidget is not installed: pip install "clearprop[jupyter]"')
pytest.importorskip("anywidget")

HOST = """
async ([esm, state]) => {
  const hearers = new Set();
  window.model = {
    get: (name) => state[name],
    on: (_, hear) => hearers.add(hear),
    off: (_, hear) => hearers.delete(hear),
    send: (content) => window.toPython(content),
  };
  window.hearers = hearers;
  window.fromPython = (content, packed) => {
    const bytes = packed.map((each) => new DataView(Uint8Array.from(atob(each), (c) => c.charCodeAt(0)).buffer));
    for (const hear of [...hearers]) hear(content, bytes);
  };
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  window.widget = (await import(url)).default;
  window.views = [];
}
"""
SHOW = """() => {
  const el = document.createElement("div");
  document.body.append(el);
  const end = widget.render({ model, el });
  views.push(() => { end(); el.remove(); });
}"""


class Comm(comm.base_comm.BaseComm):
    """A comm whose messages wait to be taken to the page."""

    sent: ClassVar[list[tuple[dict[str, Any], list[bytes]]]] = []

    def publish_msg(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
    ) -> None:
        if data and data.get("method") == "custom":
            self.sent.append((data["content"], list(buffers or ())))


class Notebook:
    """A window with the views of one widget."""

    def __init__(self, page: Any, widget: Any) -> None:
        self.page, self.widget, self.asked = page, widget, list[dict[str, Any]]()
        self.bytes = 0
        page.expose_function("toPython", self.hear)
        page.goto("about:blank")
        page.evaluate(HOST, [widget._esm, {name: getattr(widget, name) for name in ("title", "still", "height")}])

    def hear(self, content: dict[str, Any]) -> None:
        self.asked.append(content)

    def show(self) -> None:
        self.page.evaluate(SHOW)

    def frame(self, index: int = 0) -> Any:
        return self.page.frame_locator("iframe").nth(index)

    def carry(self) -> None:
        """Messages that wait, both ways."""
        while self.asked:
            data = {"method": "custom", "content": self.asked.pop(0)}
            self.widget.comm.handle_msg({"content": {"data": data}, "buffers": []})
        while Comm.sent:
            content, buffers = Comm.sent.pop(0)
            self.bytes += sum(map(len, buffers))
            self.page.evaluate(
                "([c, b]) => fromPython(c, b)", [content, [base64.b64encode(b).decode() for b in buffers]]
            )

    def until(self, holds: Callable[[], Any]) -> None:
        end = time.monotonic() + PATIENCE / 1000
        while not holds():
            assert time.monotonic() < end, "it took too long"
            self.carry()
            self.page.wait_for_timeout(20)


@pytest.fixture
def notebook(browser: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], Any]], Notebook]]:
    """A notebook with a widget that is made when the notebook is there."""
    monkeypatch.setattr(comm, "create_comm", Comm)
    Comm.sent.clear()
    context = browser.new_context(viewport={"width": 760, "height": 900})
    made: list[Any] = []

    def begin(make: Callable[[], Any]) -> Notebook:
        made.append(make())
        return Notebook(context.new_page(), made[-1])

    yield begin
    context.close()
    for each in made:
        each.close()


def small() -> tuple[cp.Network, Trace]:
    net = cp.Network((2, 3, 2), ("tanh", "softmax"), seed=3)
    return net, cp.explain(net, [0.41, -1.2], [0, 1], loss="nllm", eta=0.05)


def test_a_step_on_the_page_is_a_step_in_python_and_the_other_way_round(notebook: Any) -> None:
    net, trace = small()
    shared = notebook(lambda: trace.widget(net))
    widget = shared.widget
    shared.show()
    shared.until(lambda: shared.frame().locator(".now-card").count())
    wanted = trace.update[1].W_after
    shared.frame().get_by_role("button", name="Take step").click()
    shared.until(lambda: widget.changes)
    assert np.array_equal(net.W[1], wanted)
    assert widget.trace.header.t == 2
    assert [each.t for each in widget.history] == [2]
    assert widget.history[0].loss < trace.header.loss_value

    net.W[1][...] = 0
    widget.refresh()
    shared.until(lambda: not shared.asked and not Comm.sent)
    shared.frame().get_by_role("button", name="Undo").click()
    shared.until(lambda: widget.changes == 2)
    assert np.array_equal(net.W[1], wanted)  # what Python did is one change more, which the page takes back
    assert len(widget.history) == 3


def test_views_show_the_same_step_and_load_the_code_once(notebook: Any) -> None:
    net, trace = small()
    shared = notebook(lambda: trace.widget(net))
    shared.show()
    shared.until(lambda: shared.frame().locator(".now-card").count())
    once = shared.bytes
    assert 100_000 < once < 400_000
    shared.show()
    shared.until(lambda: shared.frame(1).locator(".now-card").count())
    assert shared.bytes < once + 30_000  # its numbers alone
    shared.frame(1).get_by_role("button", name="Take step").click()
    shared.until(lambda: shared.widget.changes)
    shared.until(lambda: shared.frame(0).get_by_role("button", name="Undo").is_enabled())

    assert shared.page.evaluate("hearers.size") == 2
    shared.page.evaluate("views[0]()")
    shared.carry()
    assert shared.page.evaluate("hearers.size") == 1
    assert len(shared.widget._views) == 1


def test_a_frame_that_is_moved_in_the_document_goes_on_where_it_was(notebook: Any) -> None:
    net, trace = small()
    shared = notebook(lambda: trace.widget(net))
    shared.show()
    shared.until(lambda: shared.frame().locator(".now-card").count())
    shared.frame().get_by_role("button", name="Take step").click()
    shared.until(lambda: shared.widget.changes)
    shared.page.evaluate("() => document.body.prepend(document.querySelector('div'))")
    shared.until(lambda: shared.frame().get_by_role("button", name="Undo").is_enabled())


def test_a_network_of_another_shape_on_the_page_leaves_that_of_python(notebook: Any) -> None:
    net, trace = small()
    shared = notebook(lambda: trace.widget(net))
    shared.show()
    shared.until(lambda: shared.frame().locator(".now-card").count())
    before = net.parameters.copy()
    shared.frame().get_by_role("button", name="Parts").click()
    shared.frame().get_by_role("button", name="One layer more").click()
    shared.until(lambda: "the network in Python stays as it is" in shared.frame().locator("main").inner_text())
    assert np.array_equal(net.parameters, before)
    assert len(shared.widget.trace.header.widths) == 4


def test_a_training_on_the_page_is_one_of_python(notebook: Any) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 2))
    net = cp.Network((2, 4, 2), ("tanh", "softmax"), seed=1)
    page = cp.studio(net, X, np.where(X[:, 0] > 0, "right", "left"), validation=0.25)
    shared = notebook(lambda: page.widget(net))
    widget = shared.widget
    first = net.parameters.copy()
    shared.show()
    shared.until(lambda: widget.history)
    shared.frame().get_by_role("button", name="One epoch").click()
    shared.until(lambda: widget.history[-1].epochs == 1)
    assert not np.array_equal(net.parameters, first)
    assert widget.history[-1].loss < widget.history[0].loss
    assert widget.history[-1].test_accuracy is not None
    assert widget.data is page.data

    net.parameters = first
    widget.refresh()
    steps = widget.history[-1].steps
    widget.take(1)
    shared.until(lambda: widget.history[-1].steps == steps + 1)
    assert np.abs(net.parameters - first).max() < 0.2

    there, changes = net.parameters.copy(), widget.changes
    shared.show()  # another view goes on from the weights that Python has
    shared.until(lambda: widget.changes > changes)
    assert np.array_equal(net.parameters, there)
    assert widget.history[-1].steps == steps + 1


def test_points_that_come_to_the_page_come_to_python(notebook: Any, tmp_path: Path) -> None:
    shared = notebook(lambda: cp.studio(data="moons").widget())
    widget = shared.widget
    shared.show()
    shared.until(lambda: widget.history)
    path = tmp_path / "mine.csv"
    path.write_text("size,weight,place\n" + "".join(f"{i / 10},{-i},{'in' if i % 3 else 'out'}\n" for i in range(30)))
    shared.frame().get_by_label("A CSV file or a model file").first.set_input_files(str(path))
    shared.until(lambda: widget.data.features == ("size", "weight"))
    assert widget.data.classes == ("in", "out")
    assert widget.data.X.shape == widget.data.Y.shape == (30, 2)
    assert widget.network.widths[0] == 2
    assert [each.steps for each in widget.history] == [0]


def test_steps_that_python_asks_for_before_the_page_stands_are_taken_in_order(notebook: Any) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 2))
    page = cp.studio(cp.Network((2, 4, 2), ("tanh", "softmax"), seed=1), X, np.where(X[:, 0] > 0, "right", "left"))
    net = page.task.network.copy()
    shared = notebook(lambda: page.widget(net))
    widget = shared.widget
    first = net.parameters.copy()
    widget.take(70)
    widget.take(30)
    net.parameters = first / 2  # after these
    widget.take(20)
    shared.carry()
    assert widget.history == []  # nobody sees it yet
    shared.show()
    shared.until(lambda: widget.history and widget.history[-1].steps == 120)
    shared.until(lambda: not shared.asked and not Comm.sent)
    assert [each.steps for each in widget.history] == [0, 70, 100, 120]
    assert np.abs(net.parameters - first / 2).max() < np.abs(net.parameters - first).max()

    widget.take(1)
    widget.take(2)
    shared.until(lambda: widget.history[-1].steps == 123)

    shared.page.evaluate("() => document.body.prepend(document.querySelector('div'))")  # its page loads anew
    changes, there = widget.changes, net.parameters.copy()
    shared.until(lambda: widget.changes > changes)
    shared.until(lambda: not shared.asked and not Comm.sent)
    assert np.array_equal(net.parameters, there)  # no step is taken twice
    assert widget.history[-1].steps == 123


def test_steps_are_a_whole_number(notebook: Any) -> None:
    shared = notebook(lambda: cp.studio(data="moons").widget())
    with pytest.raises(ValueError, match="steps must be a whole number, 1 or more; given 0"):
        shared.widget.take(0)


@pytest.mark.parametrize("place", ["jpThemeLight", "color-scheme"])
def test_a_page_is_dark_in_a_dark_notebook(notebook: Any, place: str) -> None:
    shared = notebook(small()[1].widget)
    light = {"jpThemeLight": "true", "color-scheme": "light"}[place]
    dark = {"jpThemeLight": "false", "color-scheme": "dark"}[place]

    def make(theme: str) -> None:
        where = "document.body.dataset.jpThemeLight" if place == "jpThemeLight" else "document.body.style.colorScheme"
        shared.page.evaluate(f"{where} = '{theme}'")

    def ground() -> str:
        return str(shared.frame().locator("body").evaluate("each => getComputedStyle(each).backgroundColor"))

    make(dark)
    shared.show()
    shared.until(lambda: shared.frame().locator(".now-card").count())
    assert ground() == "rgb(20, 23, 29)"
    make(light)
    shared.until(lambda: ground() == "rgb(251, 250, 247)")
    make(dark)
    shared.until(lambda: ground() == "rgb(20, 23, 29)")
