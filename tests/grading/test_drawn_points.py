"""The points that a training took, from where it ended."""

from __future__ import annotations

import numpy as np
import pytest

from clearprop.grading.drawn_points import drawn_points
from clearprop.grading.runner import LossProbe, Probe


@pytest.mark.parametrize("points", [[0, 3, 2], [1, 1, 1], [3, 0, 3]])
def test_a_sequence_of_points_is_found_and_nothing_else(points: list[int]) -> None:
    rng = np.random.default_rng(1)
    X, Y, matrices = rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), list(rng.normal(size=(3, 3, 3)))
    probes, loss = [Probe(matrix) for matrix in matrices], LossProbe()
    for i in points:
        A = X[:, [i]]
        for probe in probes:
            A = probe.forward(A)
        loss.forward(A, Y[:, [i]])
        derivative = loss.backward()
        for probe in reversed(probes):
            derivative = probe.backward(derivative)
        for probe in probes:
            probe.sgd_step(0.1)
    ends = [probe.C for probe in probes]
    assert drawn_points(matrices, ends, X, Y, len(points), 0.1) == points
    assert drawn_points(matrices, ends, X, Y, len(points) + 1, 0.1) is None
    assert drawn_points(matrices, [ends[0] + 1e-3, *ends[1:]], X, Y, len(points), 0.1) is None
