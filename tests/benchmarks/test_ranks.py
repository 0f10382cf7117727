"""The model of what sending costs, and the simulation of failures, against what is known of both."""

from __future__ import annotations

import math

import numpy as np
import pytest
from benchmarks.failures import share_of_work, waiting
from benchmarks.ranks import FIGURES, fitted

from clearprop.engines.wire import LINKS, Link, Step


def test_alpha_and_beta_come_back_from_sums_that_have_them() -> None:
    link = Link("any", alpha=5e-6, beta=2e-9)
    found = fitted({numbers: link.sum_seconds(2, 8 * numbers) for numbers in FIGURES})
    assert found.alpha == pytest.approx(link.alpha)
    assert found.beta == pytest.approx(link.beta)


def test_the_links_have_about_what_was_measured() -> None:
    """1,000 numbers over 1 Gbit/s are left out: what shaped the wire lets so short a burst through."""
    shared = {10**3: 4e-6, 10**4: 15e-6, 10**5: 79e-6, 10**6: 0.57e-3}
    gigabit = {10**4: 0.66e-3, 10**5: 6.7e-3, 10**6: 67e-3}
    for link, measured in zip(LINKS, (shared, gigabit), strict=True):
        for numbers, seconds in measured.items():
            assert 0.6 < link.sum_seconds(2, 8 * numbers) / seconds < 1.6, (link, numbers)


def test_ranks_without_a_wire_share_the_gradient_and_not_the_update() -> None:
    nothing = Link("none", 0.0, 0.0)
    assert Step(gradient=3.0, update=1.0, size=8).gain(3, nothing) == pytest.approx(2.0)
    assert Step(gradient=3.0, update=1.0, size=8).gain(1, nothing) == pytest.approx(1.0)


def test_youngs_interval_loses_as_much_as_it_says() -> None:
    between, checkpoint = 30_000.0, 10.0
    best = math.sqrt(2 * checkpoint * between)
    lost = 1 - share_of_work(between, checkpoint, best, np.random.default_rng(1))
    assert lost == pytest.approx(checkpoint / best + best / (2 * between), rel=0.25)


def test_the_slowest_of_many_is_waited_for_less_after_many_steps() -> None:
    rng = np.random.default_rng(0)
    every, local = (waiting(200, 0.1, steps, rng, rounds=50) for steps in (1, 16))
    assert every > 1.2
    assert 1 < local < 1.1
