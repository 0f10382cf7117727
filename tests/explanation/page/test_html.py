"""The page of a trace as a file: it carries the trace, is closed to everything else, and stays small."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib.resources import files
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop import tones
from clearprop.explanation.page.document import as_document
from clearprop.explanation.page.html import embedded
from clearprop.explanation.page.variants import other_ways, variants_of
from tests.browser.conftest import TRACES, moons, wide

CARRIED = re.compile(r'<script type="application/json" id="carried">(.*?)</script>', re.DOTALL)


def carried(page: str) -> dict[str, Any]:
    found = CARRIED.search(page)
    assert found
    inside: dict[str, Any] = json.loads(found.group(1))
    if "trace" in inside:  # equal arrays stand once
        values = inside["trace"]["values"]
        inside["trace"]["values"] = {
            key: values[each] if isinstance(each, str) else each for key, each in values.items()
        }
    return inside


def test_equal_arrays_stand_once_in_a_page() -> None:
    found = CARRIED.search(moons().html())
    assert found
    values = json.loads(found.group(1))["trace"]["values"]
    assert values["dZ_dA:1"] == "W:1"
    assert values["step_dW:1"] == values["point_dL_dW:1"] == "dL_dW:1"
    assert isinstance(values["W:1"], dict)
    assert isinstance(values["W_after:1"], dict)


def test_a_page_with_layers_of_64_units_stays_under_1_7_megabytes() -> None:
    net = cp.Network((20, 64, 64, 3), ("tanh", "tanh", "softmax"), seed=3)
    x = np.random.default_rng(0).normal(size=20)
    assert len(cp.explain(net, x, [0, 1, 0], loss="nllm", eta=0.05).html()) < 1_700_000


@pytest.mark.parametrize("name", TRACES)
def test_a_page_carries_the_document_of_its_trace(name: str) -> None:
    trace = TRACES[name]()
    assert carried(trace.html())["trace"] == trace.to_dict()


def test_a_page_of_784_100_10_stays_under_two_megabytes() -> None:
    assert len(wide().html().encode()) < 2_000_000


def test_the_policy_allows_the_page_s_own_script_and_styles_and_nothing_else() -> None:
    page = moons().html()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    directives = dict(each.strip().split(" ", 1) for each in policy.group(1).split(";"))
    assert directives["default-src"] == directives["base-uri"] == directives["form-action"] == "'none'"
    for kind, tag in (("script-src", "script"), ("style-src", "style")):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert directives[kind].split() == [f"'sha256-{digest(text)}'" for text in inside]


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_built_script_cannot_end_its_own_element() -> None:
    viewer = files("clearprop.explanation.page") / "viewer"
    script, style = (viewer / "viewer.js").read_text("utf-8"), (viewer / "viewer.css").read_text("utf-8")
    assert not re.search(r"</script|<!--", script, re.IGNORECASE)
    assert "</style" not in style.lower()
    assert "\r" not in script + style  # a browser would read another text than the one whose digest was taken


@pytest.mark.parametrize("outside", ["</script><script>alert(1)", "<!--", "\u2028", 'a "quote"', "& ü ∂"])
def test_text_from_outside_cannot_leave_the_json(outside: str) -> None:
    text = embedded({"point": outside})
    assert "<" not in text
    assert "\u2028" not in text
    assert json.loads(text) == {"point": outside}


def test_the_page_asks_nothing_of_any_other_address() -> None:
    page = moons().html()
    addresses = set(re.findall(r"https?://[^\s\"'<>)\\]+", page))
    names = {"http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"}
    assert {each for each in addresses if not each.startswith(tuple(names | {"http://www.w3.org/1999/xlink"}))} == set()


def test_the_three_tones_are_those_of_every_other_picture() -> None:
    page = moons().html()
    for tone in (tones.FORWARD_ON_PAPER, tones.BACKWARD_ON_PAPER, tones.SHARED_ON_PAPER, tones.FORWARD_ON_DARK):
        assert f":{tone};" in page


def others(trace: cp.Trace) -> list[dict[str, object]]:
    """The documents of a trace in every other layout and notation."""
    assert trace.retell is not None
    ways = other_ways(trace.header.layout, trace.header.notation)
    return [as_document(trace.retell(*way), fold=64) for way in ways]


def test_a_variant_changes_no_number() -> None:
    trace = moons()
    document = trace.to_dict()
    for variant in variants_of(document, others(trace)):
        for path, _ in variant["replaced"]:
            assert path[0] != "values" or path[2:3] == ["units"], path


def test_there_is_a_variant_for_every_other_layout_and_notation() -> None:
    trace = moons(layout="numerator", notation="nielsen")
    pairs = {(each["layout"], each["notation"]) for each in variants_of(trace.to_dict(), others(trace))}
    assert len(pairs) == 7
    assert ("numerator", "nielsen") not in pairs


def test_a_recorded_training_carries_its_steps_and_as_many_traces_as_fit() -> None:
    net = cp.Network((2, 4, 1), ("tanh", "sigmoid"), seed=1)
    X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    run = cp.train(net, X, Y, loss="nll", eta=0.5, batch_size=4, epochs=30, record=4, progress=False)
    played = cp.replay(run)
    inside = carried(played.html())
    assert inside["recording"] == played.to_dict()
    traces = inside["traces"]
    assert isinstance(traces, dict)
    assert list(traces) == [str(t) for t in played.steps]
    assert traces["1"]["header"]["t"] == 1


def test_the_page_of_a_large_recorded_training_stays_small() -> None:
    rng = np.random.default_rng(0)
    net = cp.Network((200, 80, 10), ("relu", "softmax"), seed=1)
    X, Y = rng.random((40, 200)), rng.integers(0, 10, 40)
    run = cp.train(net, X, Y, loss="nllm", eta=0.01, batch_size=10, epochs=10, record=30, progress=False)
    page = cp.replay(run).html()
    assert len(page.encode()) < 2_500_000
    assert carried(page)["traces"]
