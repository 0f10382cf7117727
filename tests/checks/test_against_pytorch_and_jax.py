"""Back-propagation on thousands of random networks is that of PyTorch and of JAX, to 1e-12.

Depth 1 to 6, widths 1 to 40, any legal mixture of activations, losses, penalties and weights. What PyTorch gave is recorded
under `tests/recorded/`, with the script that made it. Where the libraries are installed they are asked again, every entry is
compared, and the networks are drawn from all that the catalogue has today.
"""

from __future__ import annotations

import json
from importlib import import_module, util
from pathlib import Path

import numpy as np
import pytest

from clearprop import back_propagate
from clearprop.formulas import CATALOGUE
from tests.parts import Case
from tests.recorded.networks import NETWORKS, Lists, allowed, directions, drawn, layers_of

RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "network_gradients.json").read_text())
LISTS = Lists(**RECORDED["lists"])
TODAY = Lists.of_the_catalogue()
LIBRARIES = [name for name in ("torch", "jax") if util.find_spec(name) and (name == "torch" or util.find_spec("optax"))]
AT_ONCE = 20
"""Networks in a test: as many as take a moment."""


def name_of(seed: int, case: Case) -> str:
    penalty, weights = case.penalty or "no penalty", "" if case.weights is None else ", weighted"
    return f"network {seed}: {case.net}, {case.loss}, {penalty}, {len(case.X)} points{weights}"


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


@pytest.mark.parametrize("first", range(0, NETWORKS, AT_ONCE))
@pytest.mark.parametrize("library", LIBRARIES)
def test_every_entry_of_a_gradient_is_the_library_s(library: str, first: int) -> None:
    by_library = import_module(f"tests.recorded.by_{library}")
    for seed in range(first, first + AT_ONCE):
        case = drawn(seed, TODAY)
        fwd = case.forward()
        grads, L = back_propagate(case.net, fwd), case.net.L
        loss, gradient = by_library.loss_and_gradient(case)
        assert fwd.loss == pytest.approx(loss, rel=1e-12), f"{name_of(seed, case)}, {library}"
        for ours, theirs in zip(layers_of(case.net, grads.flat), layers_of(case.net, gradient), strict=True):
            limit = allowed(case, gradient, theirs, grads.dL_dA[L])
            error = np.linalg.norm(ours - theirs)
            assert error <= limit, f"{name_of(seed, case)}: {error:.1e}, {limit:.1e} allowed\n{ours}\n{library}: {theirs}"


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_part_has_its_counterpart_in_the_library(library: str) -> None:
    by_library = import_module(f"tests.recorded.by_{library}")
    for kind, told in (("activation", "ACTIVATIONS"), ("loss", "LOSSES"), ("penalty", "PENALTIES")):
        assert not set(CATALOGUE[kind]) - set(getattr(by_library, told)), f"write how {library} has it"
