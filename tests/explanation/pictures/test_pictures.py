"""Pictures of a network: well formed, and with every unit and every weight of a small one."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

import clearprop as cp
from tests.explanation.samples import SAMPLES


@pytest.mark.parametrize("name", list(SAMPLES))
def test_a_picture_is_well_formed_and_stands_by_itself(name):
    svg = SAMPLES[name]().svg()
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    texts = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert all(text.strip() for text in texts)


def test_a_picture_has_every_unit_and_every_weight_of_a_small_network():
    trace = SAMPLES["small"]()
    root = ET.fromstring(trace.svg())
    ns = "{http://www.w3.org/2000/svg}"
    assert len(list(root.iter(f"{ns}circle"))) == 2 + 3 + 2
    assert len([line for line in root.iter(f"{ns}line") if line.get("class") != "to"]) == 2 * 3 + 3 * 2
    texts = {"".join(each.itertext()) for each in root.iter(f"{ns}text")}
    for W in (trace.forward[1].W, trace.forward[2].W):
        assert {f"{w:.2f}" for w in W.ravel()} <= texts
    negative = [line for line in root.iter(f"{ns}line") if line.get("class") == "neg"]
    assert len(negative) == int((trace.forward[1].W < 0).sum() + (trace.forward[2].W < 0).sum())


def test_a_picture_of_a_wide_network_has_a_gap_with_the_number_left_out():
    svg = SAMPLES["wide"]().svg()
    assert "⋮ 776 more" in svg
    assert "⋮ 92 more" in svg


def test_names_cannot_break_out_of_a_picture():
    net = cp.Network((2, 2), ("softmax",), seed=0)
    trace = cp.explain(net, [1.0, 2.0], 1, point="</text><script>alert(1)</script>")
    assert "<script" not in trace.svg()


@pytest.mark.parametrize("drawn", ["neurons", "units"])
def test_a_picture_brings_the_ground_it_reads_on_in_light_and_in_dark(drawn):
    svg = SAMPLES["small"]().svg(drawn=drawn)
    root = ET.fromstring(svg)
    ground = root.find("{http://www.w3.org/2000/svg}rect")
    assert [ground.get("width"), ground.get("height")] == [root.get("width"), root.get("height")]
    light, dark = svg.split("</style>")[0].split("@media (prefers-color-scheme:dark)")
    for style, paper in ((light, "#ffffff"), (dark, "#14171d")):
        assert f".{ground.get('class')}{{fill:{paper}}}" in style
