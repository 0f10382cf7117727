"""Back-propagation on thousands of random networks is what PyTorch gave, to 1e-12.

Depth 1 to 6, widths 1 to 40, any legal mixture of activations, losses, penalties, weights and normalisations, with and
without units left out; recorded under `tests/recorded/`, with the script that did it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from clearprop import back_propagate
from tests.recorded.networks import NETWORKS, Lists, allowed, directions, drawn, layers_of, name_of

RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "network_gradients.json").read_text())
LISTS = Lists(**RECORDED["lists"])
AT_ONCE = 20
"""Networks in a test: as many as take a moment."""


@pytest.mark.parametrize("first", range(0, len(RECORDED["networks"]), AT_ONCE))
def test_losses_and_gradients_are_those_that_pytorch_gave(first: int) -> None:
    for seed, (loss, *shares) in enumerate(RECORDED["networks"][first : first + AT_ONCE], first):
        case = drawn(seed, LISTS)
        fwd = case.forward()
        grads, L = back_propagate(case.net, fwd), case.net.L
        # Sums of at most 8 points, 40 outputs and 9,000 squared weights.
        assert fwd.loss == pytest.approx(loss, rel=1e-12), name_of(seed, case)
        pieces = zip(layers_of(case.net, grads.flat), directions(seed, case.net), shares, strict=True)
        for ours, direction, share in pieces:
            error = abs(ours @ direction - share) / np.linalg.norm(direction)
            limit = allowed(case, grads.flat, ours, grads.dL_dA[L])
            assert error <= limit, f"{name_of(seed, case)}: ours {ours @ direction!r}, PyTorch {share!r}"


def test_thousands_of_networks_are_on_record_and_each_pair_among_them_more_than_once() -> None:
    assert len(RECORDED["networks"]) == NETWORKS >= 2_000
    assert 2 * len(LISTS.pairs) <= NETWORKS
    drawn_as = {f.name for seed in range(NETWORKS) for f in drawn(seed, LISTS).net.activations[:-1]}
    assert drawn_as == set(LISTS.activations)
    assert {drawn(seed, LISTS).net.L for seed in range(100)} == set(range(1, 7))
