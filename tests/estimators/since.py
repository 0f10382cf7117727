"""Marks of tests that need what only newer versions of scikit-learn have; `make corners` runs the others on older ones."""

from __future__ import annotations

import pytest
import sklearn

VERSION = tuple(map(int, sklearn.__version__.split(".")[:2]))
SINCE_1_7 = pytest.mark.skipif(
    VERSION < (1, 7), reason="scikit-learn's own class has weights, losses and a diagram since 1.7"
)
SINCE_1_9 = pytest.mark.skipif(
    VERSION < (1, 9), reason="scikit-learn has callbacks, and sees the newest polars, since 1.9"
)
