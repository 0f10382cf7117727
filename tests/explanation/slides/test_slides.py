"""Frames and drawings of phases: they compile, hold every phase and value, and light what is computed."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree as ET

import pytest

import clearprop as cp
from clearprop.explanation.page.phases import phases_of
from clearprop.explanation.slides.units import scene_of
from tests.explanation.latex.test_latex import compiled, needs_latex
from tests.explanation.samples import SAMPLES

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.lengthy
@needs_latex
def test_the_frames_of_every_kind_of_step_compile_and_nothing_sticks_out(tmp_path):
    """One talk of all: a chain, and a batch in numerator layout with all that a layer may have."""
    net = cp.Network((2, 3, 2), ("prelu", "softmax"), normalization="layer_norm", seed=0)
    options = {"factors": {0: [[0.0, 2.0]] * 2, 1: [[2.0, 0.0, 2.0]] * 2}, "notation": "pytorch", "layout": "numerator"}
    parts = {"optimizer": "momentum", "penalty": "l2", "check": False}
    traces = [SAMPLES["two_neurons"](), cp.explain(net, [[0.4, -1.2], [1.0, 2.0]], [1, 0], **options, **parts)]
    preamble = traces[0].beamer(document=True).partition(r"\begin{document}")[0]
    body = "\n".join(trace.beamer() for trace in traces)
    log = compiled(tmp_path, f"{preamble}\\begin{{document}}\n{body}\\end{{document}}\n")
    assert "Overfull" not in log
    pages = re.search(r"\((\d+) pages", log.replace("\n", ""))
    assert pages
    assert int(pages[1]) == sum(len(phases_of(trace)) for trace in traces)


@needs_latex
def test_a_fragment_compiles_inside_a_frame(tmp_path):
    trace = SAMPLES["small"]()
    packages = r"\usepackage{amsmath,amssymb,booktabs,tikz}\newcommand{\cancel}[1]{#1}"
    frames = r"\begin{frame}[allowframebreaks]{A step}" + trace.latex() + r"\end{frame}"
    frames += r"\begin{frame}{The cost}" + trace.latex(sections=["cost"]) + r"\end{frame}"
    log = compiled(tmp_path, rf"\documentclass{{beamer}}{packages}\begin{{document}}{frames}\end{{document}}")
    assert "Overfull \\hbox" not in log


def test_a_frame_has_the_numbers_of_its_phase():
    trace = SAMPLES["small"]()
    frames = trace.beamer(digits=4).split(r"\begin{frame}")[1:]
    assert len(frames) == len(phases_of(trace))
    for name, l, index in (("dL_dZ", 2, 6), ("dL_dA", 1, 8), ("dL_dZ", 1, 9)):
        for value in trace.values[f"{name}:{l}"].array.ravel():
            assert f"{value:.4f}" in frames[index], (name, l)
    for value in trace.update[1].W_after.ravel():
        assert f"{value:.4f}" in frames[-1]
    assert r"\frac{\partial \mathcal{L}}{\partial Z^{1}}" in frames[9]


@pytest.mark.parametrize("name", list(SAMPLES))
def test_a_drawing_lights_its_phase_and_hides_what_comes_after_it(name):
    trace = SAMPLES[name]()
    for phase in (1, len(phases_of(trace)) // 2 + 1):
        scene = scene_of(trace, phase)
        assert any(each.state == "now" for each in (*scene.units, *scene.arrows))
        assert all(each.value is None for each in scene.arrows if each.state == "ahead")
        root = ET.fromstring(trace.svg(drawn="units", phase=phase))
        assert root.get("aria-label").endswith(f"phase {phase}")
    whole = scene_of(trace)
    assert {each.state for each in (*whole.units, *whole.arrows)} == {"done"}
    assert sum(each.to_weights for each in whole.arrows) == trace.L
    assert sum(each.kind == "linear" for each in whole.units) == trace.L


def test_a_drawing_has_every_value_of_a_small_step():
    trace = SAMPLES["small"]()
    texts = {"".join(each.itertext()) for each in ET.fromstring(trace.svg(drawn="units")).iter(f"{SVG}text")}
    tikz = trace.tikz(drawn="units")
    for l in (1, 2):
        for value in (*trace.forward[l].Z.ravel(), *trace.forward[l].A.ravel()):
            assert f"{value:.2f}" in texts
            assert f"{value:.2f}" in tikz
        for value in trace.backward[l].dL_dZ.ravel():
            assert f"{value:.3f}" in texts
            assert f"{value:.3f}" in tikz


def test_no_two_parts_of_a_drawing_overlap():
    for name in ("small", "batch", "two_neurons"):
        units = scene_of(SAMPLES[name]()).units
        for one, after in itertools.pairwise(units):
            assert one.x + one.width / 2 < after.x - after.width / 2


def test_names_cannot_break_out_of_a_drawing():
    net = cp.Network((2, 2), ("softmax",), seed=0)
    trace = cp.explain(net, [1.0, 2.0], 1, point="</text><script>alert(1)</script>")
    assert "<script" not in trace.svg(drawn="units")


def test_what_is_not_drawn_is_refused():
    trace = SAMPLES["small"]()
    with pytest.raises(ValueError, match="drawn must be 'neurons' or 'units'; given 'boxes'"):
        trace.svg(drawn="boxes")
    with pytest.raises(ValueError, match="drawn='units'"):
        trace.tikz(phase=3)
    with pytest.raises(ValueError, match="phase"):
        trace.tikz(drawn="units", phase=99)


def test_the_frame_of_one_phase_is_that_of_all_frames():
    trace = SAMPLES["small"]()
    frames = trace.beamer().split(r"\begin{frame}")[1:]
    for phase in (1, 5, len(frames)):
        assert trace.beamer(phase=phase).split(r"\begin{frame}")[1].strip() == frames[phase - 1].strip()
    with pytest.raises(ValueError, match="phase"):
        trace.beamer(phase=len(frames) + 1)


@pytest.mark.parametrize(
    ("notation", "begins"), [("dd", "g: softmax"), ("nielsen", "z$^{2}$ = "), ("pytorch", "h1: tanh")]
)
def test_the_title_of_a_frame_writes_a_symbol_as_the_notation_has_it(notation: str, begins: str) -> None:
    net = cp.Network((2, 3, 2), ("tanh", "softmax"), seed=3)
    frames = cp.explain(net, [0.41, -1.2], [0, 1], loss="nllm", eta=0.05, notation=notation).beamer()
    titles = re.findall(r"\\begin\{frame\}\{.*?\\quad (.*)\}\n", frames)
    assert any(title.startswith(begins) for title in titles), titles
    assert any(title.startswith("The loss unit") for title in titles)
