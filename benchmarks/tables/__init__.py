"""How good defaults are on a folder of tables, beside linear models, a perceptron and boosted trees."""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "CLEARPROP_THREADS"):
    os.environ.setdefault(name, "1")  # read when libraries are first imported
