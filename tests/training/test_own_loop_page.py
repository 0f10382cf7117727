"""The blocks of `docs/own-loop.md` run as they stand, and the examples do what they say."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.shown import DOCS, programs_of, require_shown

ROOT = Path(__file__).parents[2]


def example(name: str) -> Any:
    spec = spec_from_file_location(f"example_{name}", ROOT / "examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.lengthy
def test_the_page_runs_and_prints_what_it_shows(tmp_path: Path) -> None:
    page = DOCS / "own-loop.md"
    assert len(programs_of(page)) >= 10
    require_shown(page, tmp_path)


@pytest.mark.parametrize("name", ["service", "bandit", "policy_gradient"])
def test_an_example_is_short(name: str) -> None:
    assert len((ROOT / "examples" / f"{name}.py").read_text(encoding="utf-8").splitlines()) < 60


def test_the_bandit_finds_the_best_arms() -> None:
    """A tenth of the rounds explores, and an arm at random costs some 0.4."""
    regret = example("bandit").play(1500)
    assert regret[:20].mean() > 0.15
    assert regret[1000:].mean() < 0.07


def test_the_policy_keeps_the_pole_up() -> None:
    lasted = example("policy_gradient").learn(45)
    assert lasted[:5].mean() < 50
    assert lasted[-5:].mean() > 150


def test_the_service_answers_learns_and_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    service = example("service")
    path = tmp_path / "service.clearprop"
    server = service.server(path, 0, every=10)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def ask(where: str, **given: Any) -> dict[str, Any]:
        request = urllib.request.Request(f"http://127.0.0.1:{server.server_port}/{where}", json.dumps(given).encode())
        with urllib.request.urlopen(request, timeout=20) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found

    try:
        rng = np.random.default_rng(0)
        for _ in range(90):
            x = rng.normal(size=2)
            answer = ask("learn", x=x.tolist(), y="left" if x[0] < -0.5 else "right" if x[0] > 0.5 else "middle")
        assert answer["steps"] == 90
        chances = ask("predict", x=[-2.0, 0.0])
        assert max(chances, key=lambda name: chances[name]) == "left"
        for where, wrong in (
            ("learn", {"x": [0.0], "y": "left"}),
            ("learn", {"x": [0, 0], "y": "up"}),
            ("predict", {}),
        ):
            with pytest.raises(urllib.error.HTTPError) as caught:
                ask(where, **wrong)
            assert caught.value.code == 400
            caught.value.close()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert service.opened(path).step_count == 90
