"""Restarts in the page: each ends at the loss that Python's training from the same seed has, and the minima are told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from clearprop.live import studio
from clearprop.live.replay import replayed
from clearprop.live.scenes import SCENES

from .conftest import Opened
from .test_studio import READY


def test_the_two_minima_of_the_scene_are_found_and_counted(visit: Callable[..., Opened]) -> None:
    at = next(k for k, scene in enumerate(SCENES) if scene.title == "Two minima")
    there = visit("studio-moons", lambda: studio(data="moons").html, ready=READY)
    there.page.locator(".controls > label select").select_option(str(at))
    there.page.get_by_role("button", name="Restarts").click()
    dialog = there.page.locator("dialog.restarts")
    for label, value in (("Restarts", "10"), ("Epochs of each", "1000")):
        dialog.locator("label", has_text=label).locator("select").select_option(value)
    dialog.get_by_role("button", name="Train them").click()
    dialog.locator('[data-reached="10"]').wait_for()
    rows = dialog.locator("tbody tr").all()
    found = [
        (float(row.locator("[data-value]").get_attribute("data-value")), row.locator("td").nth(3).inner_text())
        for row in rows
    ]
    run = SCENES[at].runs[0]
    losses = {seed: replayed(replace(run, seed=seed), 4000).loss for seed in range(10)}
    low = [seed for seed, loss in losses.items() if loss < 0.1]
    assert found[0][1] == ", ".join(map(str, low))
    assert found[0][0] == pytest.approx(np.mean([losses[seed] for seed in low]), rel=1e-9)
    assert sum(len(seeds.split(", ")) for _, seeds in found) == 10
    assert there.complaints == []
