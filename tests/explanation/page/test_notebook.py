"""What a notebook gets of a trace: its page in a frame, and its formulas."""

from __future__ import annotations

import numpy as np

from tests.explanation.samples import SAMPLES


def test_a_notebook_gets_a_page_in_a_frame_and_formulas():
    trace = SAMPLES["small"]()
    page = trace._repr_html_()
    assert page.startswith('<iframe sandbox="allow-scripts"')
    assert page.count("<iframe") == 1
    assert "<script" not in page  # all of it is inside the attribute, escaped
    formulas = trace._repr_latex_()
    assert formulas.startswith("$")
    assert "\\clearprop" not in formulas
    assert "\\underbrace" in formulas
    assert np.isfinite(trace.header.loss_value)
