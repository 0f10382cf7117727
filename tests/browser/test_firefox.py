"""The page of a step in Firefox: it opens from its file, is walked by keys, and every phase's equation is in view."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .firefox import FIREFOX, Firefox, started
from .test_stage import NETWORKS, SEEN, SIZES

pytestmark = pytest.mark.skipif(FIREFOX is None, reason="no Firefox is installed: apt-get install firefox-esr")


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with started(tmp_path_factory.mktemp("firefox")) as browser:
        yield browser


@pytest.mark.parametrize("size", [size for size in SIZES if size != "phone"])  # its window is not as narrow as a phone
@pytest.mark.parametrize("name", ["moons", "four layers", "chain", "dropout"])
def test_every_phase_is_in_view_in_firefox_too(
    firefox: Firefox, files: Callable[[str, str], Path], name: str, size: str
) -> None:
    firefox.open(files(f"firefox-{name}", NETWORKS[name]().html()), *SIZES[size])
    assert firefox.run("return [innerWidth, innerHeight]") == list(SIZES[size])
    found = []
    for phase in [None, *NETWORKS[name]().to_dict()["phases"]]:
        seen = firefox.run(f"return ({SEEN})(document.querySelector('#stage'))")
        step = firefox.run("return document.querySelector('.now-card').dataset.step")
        if phase and phase["shows"]:
            assert step.split(":")[0] in {"update", *(each.split(":")[0] for each in phase["shows"])}
        if seen["cut"] or seen["tall"] > 0.45 or not seen["numbers"]:
            found.append(f"{step}: {seen}")
        firefox.press("ArrowRight")
    assert found == []
