"""Ticks: labels that are short, tell the values apart, and have room beside one another."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from clearprop.io.pictures import largest_of, plain_axes
from clearprop.io.ticks import tick_labels

matplotlib = pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install matplotlib")

SPANS = [(0, 1), (-130_000, 490_000), (1999, 2023), (9e6, 9.000_4e6), (0, 3e-7), (-2e12, 7e12), (0, 4e17), (5e5, 5e5)]


@pytest.mark.parametrize("width", [4.6, 7.2])
@pytest.mark.parametrize("span", SPANS, ids=str)
def test_labels_of_an_axis_neither_touch_nor_repeat(span, width):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, 3.3), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.plot(span, span, "o")
    plain_axes(axes, "x", "y")
    figure.draw_without_rendering()
    for axis, low, high in ((axes.xaxis, "x0", "x1"), (axes.yaxis, "y0", "y1")):
        inside = [each for each in axis.get_ticklabels() if each.get_text()]
        assert len({each.get_text() for each in inside}) == len(inside) >= 2
        boxes = sorted((each.get_window_extent() for each in inside), key=lambda box: getattr(box, low))
        for before, after in itertools.pairwise(boxes):
            assert getattr(after, low) - getattr(before, high) > 2, [each.get_text() for each in inside]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0, 100_000, 200_000], ["0", "100k", "200k"]),
        ([0, 2_500_000, 5_000_000], ["0", "2.5M", "5.0M"]),
        ([750_000, 1_000_000, 1_250_000], ["750k", "1,000k", "1,250k"]),
        ([100_000, 100_010, 100_020], ["100,000", "100,010", "100,020"]),
        ([2000, 2005, 2010], ["2000", "2005", "2010"]),
        ([-0.5, 0, 0.5], ["−0.5", "0", "0.5"]),
        ([0, 5e-5, 1e-4], ["0", "5e−5", "1.0e−4"]),
    ],
    ids=str,
)
def test_a_label_says_the_value(values, labels):
    assert tick_labels(values) == labels


@pytest.mark.parametrize("many", [1, 5, 6, 7, 30])
def test_the_sentence_under_bars_names_or_counts_each_of_them(many):
    names, values = [f"column {k}" for k in range(many)], -np.arange(many) / 10
    said = largest_of(names, values, 1)
    named = sum(f"column {k}:" in said for k in range(many))
    rest = int(said.split("and ")[1].split(" more")[0]) if " more" in said else 0
    assert named + rest == many
    assert rest != 1
    assert "-0.0" not in said
