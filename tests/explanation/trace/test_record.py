"""The record of a step: every array once, with the units that its sides stand for; it computes, and knows no rendering."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS
from clearprop.explanation.trace.record import Step
from tests.explanation.samples import SAMPLES

WAYS = [(notation, layout) for notation in NOTATIONS for layout in ("denominator", "numerator")]


@pytest.mark.parametrize(("notation", "layout"), WAYS)
def test_the_sides_of_every_array_are_as_long_as_what_they_stand_for(notation, layout):
    rng = np.random.default_rng(0)
    net = cp.Network((2, 3, 5, 4), ("prelu", "tanh", "softmax"), normalization=["layer_norm", None, None], seed=0)
    options = {"notation": notation, "layout": layout, "optimizer": "adam", "penalty": "l1"}
    trace = cp.explain(net, rng.normal(size=(6, 2)), [0, 1, 2, 3, 0, 1], factors={1: np.full((6, 3), 2.0)}, **options)
    for key, value in trace.values.items():
        for side, size in ((value.rows, value.array.shape[0]), (value.columns, value.array.shape[1])):
            expected = {"points": 6, None: 1}.get(side, None if isinstance(side, str) else side)
            assert size == (net.widths[side] if isinstance(side, int) else expected), key


def test_a_fold_keeps_the_units_that_matter_most_in_their_order():
    trace = SAMPLES["wide"]()
    folded = trace.values.fold("dL_dZ:1", 64, 16)
    kept = np.argsort(-abs(trace.backward[1].dL_dZ[:, 0]), kind="stable")[:16]
    assert list(folded.rows) == sorted(kept.tolist())
    assert (folded.array == trace.backward[1].dL_dZ[list(folded.rows)]).all()
    assert trace.values.fold("dL_dZ:1", None, 16).array.shape == (100, 1)


def test_targets_fewer_than_the_outputs_are_folded_by_themselves():
    """gaussian_nll has two outputs for each target, so a unit that is shown may have none of its own."""
    net = cp.Network((2, 160), ("identity",), seed=0)
    trace = cp.explain(net, [0.3, 0.4], np.linspace(0, 1, 80), loss="gaussian_nll", check=False)
    folded = trace.values.fold("Y:1", 64, 16)
    assert folded.rows == tuple(range(16))
    assert folded.array[:, 0].tolist() == np.linspace(0, 1, 80)[:16].tolist()
    assert trace.to_dict()["values"]["Y:1"]["rows"] is not None


def test_a_record_has_no_way_to_be_read_and_the_facade_has_its_data():
    trace = SAMPLES["small"]()
    assert isinstance(trace, Step)
    record = Step(**{field.name: getattr(trace, field.name) for field in dataclasses.fields(Step)})
    for method in ("text", "latex", "html", "svg", "tikz", "to_dict", "_repr_html_"):
        assert hasattr(trace, method)
        assert not hasattr(record, method)
    own = [field.name for field in dataclasses.fields(record)]
    assert [field.name for field in dataclasses.fields(trace)] == [*own, "asked"]  # by which a live page makes it anew
