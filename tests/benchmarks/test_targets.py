"""What a measured row is held to, in words; and the nets on which peers are compared."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.targets import Target, in_units
from benchmarks.workloads import NAMED, Workload, named


@pytest.mark.parametrize(
    ("target", "measured", "words"),
    [
        (Target(), {"ratio": 1.0}, ""),
        (Target(1.3), {"ratio": 1.3}, "at least 1.3x: reached"),
        (Target(1.3), {"ratio": 1.29}, "at least 1.3x: SHORT"),
        (Target(1.3), {"ratio": None}, "at least 1.3x: not measured"),
        (Target(5, 8), {"ratio": 6}, "at least 5x, aim 8x: reached"),
        (Target(5, 8), {"ratio": 8}, "at least 5x, aim 8x: aim reached"),
        (Target(seconds=9e-6, seconds_aim=6e-6), {"seconds": 10e-6}, "at most 9 µs, aim 6 µs: SHORT"),
        (Target(seconds=9e-6, seconds_aim=6e-6), {"seconds": 7e-6}, "at most 9 µs, aim 6 µs: reached"),
        (
            Target(1.1, share=0.8),
            {"ratio": 1.2, "share": 0.7},
            "at least 1.1x: reached; at least 80% of the peak: SHORT",
        ),
    ],
)
def test_a_verdict_says_target_and_outcome(target: Target, measured: dict[str, float | None], words: str) -> None:
    assert target.verdict(**measured).strip() == words


@pytest.mark.parametrize(("seconds", "words"), [(1.5, "1.5 s"), (0.9996, "1 s"), (2e-3, "2 ms"), (3.9e-8, "39 ns")])
def test_times_have_three_digits_and_their_unit(seconds: float, words: str) -> None:
    assert in_units(seconds) == words


def test_each_net_is_found_by_its_name() -> None:
    assert [named(str(work)) for work in NAMED] == list(NAMED)


@pytest.mark.parametrize("normalization", [None, "batch_norm", "layer_norm"])
def test_parameters_of_a_peers_layers_are_the_flat_ones(normalization: str | None) -> None:
    work = Workload((4, 5, 3), ("relu", "softmax"), "nllm", normalization=normalization)
    net = work.net
    scaled = {l: (net.gain[l], net.shift[l]) for l in net.normalization}
    layers = [(net.W[l], net.W0[l], *scaled.get(l, ())) for l in net.layers]
    np.testing.assert_array_equal(work.parameters(layers), net.parameters)
    moved = net.parameters + 1
    cancelled = 5 if normalization == "batch_norm" else 0
    assert (work.comparable(moved) != moved).sum() == cancelled
