"""The NumPy engine: one BLAS call a product, into buffers made once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from clearprop.engines.numpy_engine import NumpyEngine
from clearprop.formulas.catalogue import Array

from ..workloads import ETA, Workload

VERSION = f"NumPy {np.__version__}"


def steps(work: Workload, order: Array) -> Callable[[], Array]:
    task = work.task
    engine, etas, batches = NumpyEngine(task), np.full(len(order), ETA), order[:, None]

    def run() -> Array:
        task.network.parameters = work.net.parameters
        engine.run(batches, etas, 1)
        return task.network.parameters

    return run
