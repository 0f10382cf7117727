"""What is taken along from a page gives the same training again; a state that was tampered with is refused."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import numpy as np
import pytest

from clearprop.live import studio
from clearprop.live.beginning import Beginning
from clearprop.live.replay import replayed

from .conftest import Opened
from .test_studio import READY, saved

Open = Callable[..., Opened]
HIDDEN = ((5, "relu"), (4, "tanh"))
RUN = Beginning("circles", HIDDEN, "softmax", "nllm", eta=0.2, seed=3, init="he_normal", batch_size=7)
RUNS = {
    "plain": RUN,
    "penalty and dropout": Beginning(
        "moons", HIDDEN, "softmax", "nllm", decay=0.01, dropout=0.3, optimizer="adam", eta=0.01
    ),
    "too early": Beginning("moons", HIDDEN, "softmax", "nllm", early=True, eta=0.3, batch_size=5),
    "values": Beginning("sine", ((6, "tanh"),), "identity", "huber", optimizer="momentum", eta=0.01),
}


def html() -> str:
    return studio(data="moons").html


def address(*runs: Any, **others: Any) -> str:
    return "#state=" + quote(json.dumps({"version": 1, "runs": list(runs), **others}))


def go(there: Opened, state: str) -> None:
    there.page.evaluate("state => { location.hash = state; }", state)


def wait_for_step(there: Opened, step: int) -> None:
    there.page.locator(f'[data-fact="step"] dd:text-is("{step:,}")').first.wait_for()


@pytest.mark.parametrize("name", RUNS)
def test_an_address_gives_python_s_training_with_its_step_sizes(visit: Open, name: str) -> None:
    run = RUNS[name]
    there = visit("studio-moons", html, ready=READY)
    past = {"taken": 150, "rates": [[0, run.eta], [60, run.eta / 2]]}
    go(there, address({**run.document(), "eta": run.eta / 2, "past": past}))
    wait_for_step(there, 150)
    wanted = replayed(run, 150, rates=[(60, run.eta / 2)], engine="numpy")
    np.testing.assert_allclose(saved(there)["parameters"], wanted.network.parameters, rtol=1e-11, atol=1e-12)
    assert there.complaints == []


def shared(there: Opened) -> Any:
    there.page.get_by_role("button", name="Share", exact=True).click()
    there.page.locator("dialog.share").wait_for()
    return there.page.locator("dialog.share")


def trained(visit: Open, **window: Any) -> Opened:
    """A page some steps on, whose step size was changed on the way."""
    there = visit("studio-moons", html, ready=READY, **window)
    go(there, address(RUN.document()))
    there.page.locator(".picture h2", has_text="circles").wait_for()
    there.page.get_by_role("button", name="One epoch").click()
    wait_for_step(there, 46)
    there.page.get_by_label("Step size η").fill("-2")
    there.page.get_by_role("button", name="One epoch").click()
    wait_for_step(there, 92)
    return there


def test_the_address_and_the_file_that_are_given_open_where_one_was(visit: Open, tmp_path: Path) -> None:
    there = trained(visit)
    before = saved(there)
    dialog = shared(there)
    link = dialog.locator("input").input_value()
    with there.page.expect_download() as download:
        dialog.get_by_role("button", name="The page as it is").click()
    other = visit("studio-moons", html, ready=READY)
    go(other, link[link.index("#") :])
    wait_for_step(other, 92)
    assert saved(other)["parameters"] == before["parameters"]
    text = download.value.path().read_text(encoding="utf-8")
    file = visit("studio-saved", text, ready=READY)
    wait_for_step(file, 92)
    assert saved(file)["parameters"] == before["parameters"]
    assert there.complaints + other.complaints + file.complaints == []


def test_the_python_that_is_given_gives_the_losses(visit: Open) -> None:
    there = trained(visit)
    loss = float(there.text('[data-fact="training loss"] dd'))
    code = shared(there).locator("textarea").input_value()
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["there"].loss == pytest.approx(loss, abs=6e-5)
    assert names["run"] == Beginning(**{**RUN.__dict__, "hidden": HIDDEN, "data": RUN.source, "init": "he_normal"})


def test_pictures_are_png_and_svg(visit: Open) -> None:
    there = trained(visit)
    dialog = shared(there)
    for title in ("The data", "The network", "The losses", "Gradients by layer"):
        with there.page.expect_download() as png:
            dialog.get_by_role("button", name=f"{title} as PNG").click()
        assert png.value.path().read_bytes().startswith(b"\x89PNG"), title
        with there.page.expect_download() as svg:
            dialog.get_by_role("button", name=f"{title} as SVG").click()
        root = ET.fromstring(svg.value.path().read_text(encoding="utf-8"))
        assert len(list(root.iter("{http://www.w3.org/2000/svg}path"))) >= 2, title
        assert "Infinity" not in ET.tostring(root, "unicode")
        assert "NaN" not in ET.tostring(root, "unicode")
    assert there.complaints == []


GOOD = RUN.document()
TAMPERED = {
    "not JSON": ("#state=%7Bversion", "it is not JSON"),
    "cut off": ("#state=%7", "it is cut off"),
    "another version": (address(GOOD).replace("%22version%22%3A%201", "%22version%22%3A%202"), "its version is 2"),
    "no runs": (address(), "there must be one run, or two"),
    "an unknown key": (address({**GOOD, "code": "alert(1)"}), 'a run has "code"'),
    "an unknown set": (address({**GOOD, "data": "<img src=x onerror=alert(1)>"}), "which this page does not have"),
    "a huge layer": (address({**GOOD, "hidden": [[1e9, "tanh"]]}), "the units of a layer is 1000000000"),
    "a text as a number": (address({**GOOD, "eta": "0.1"}), 'eta is "0.1"'),
    "a wrong pair": (
        address({**GOOD, "loss": "square", "output": "softmax", "data": "x"}),
        "which this page does not have",
    ),
    "endless steps": (address({**GOOD, "past": {"taken": 1e12, "rates": [[0, 0.1]]}}), "taken is 1000000000000"),
    "too many parameters": (address({**GOOD, "hidden": [[64, "tanh"]] * 8}), "at most 20000"),
    "an unknown scene": (address(GOOD, scene=12), "scene is 12"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_state_that_was_tampered_with_is_refused_and_nothing_changes(visit: Open, name: str) -> None:
    state, message = TAMPERED[name]
    there = visit("studio-moons", html, ready=READY)
    there.page.get_by_role("button", name="One step").click()
    wait_for_step(there, 1)
    go(there, state)
    alarm = there.page.get_by_role("alert")
    alarm.wait_for()
    assert "The state in the address is refused" in alarm.inner_text()
    assert message in alarm.inner_text(), unquote(state)
    assert there.text('[data-fact="step"] dd') == "1"
    assert there.complaints == []
