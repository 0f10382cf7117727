"""Random sequences of actions leave a live page where Python's replay of them leads: step, texts and numbers.

`sequences.py` performs a thousand of them on request; `tests/browser/test_sequences.py` does some by hand on a real page.
"""

from __future__ import annotations

import pytest

from .sequences import differing


@pytest.mark.parametrize("draw", [0])
def test_a_page_that_was_acted_on_is_where_python_is(draw: int) -> None:
    assert differing(draw) == []
