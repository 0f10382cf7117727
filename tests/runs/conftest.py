"""A table and recipes that are small enough to be trained in a moment."""

from __future__ import annotations

import pytest

import clearprop as cp

RECIPE = cp.Recipe(epochs=4, optimizer="adam", validation=0.2, layers="4:tanh")


@pytest.fixture(scope="session")
def table() -> cp.Table:
    """36 rows of one number and one text."""
    return cp.load_table("blobs(points=60)")
