"""`python -m benchmarks.live_training`: a page that trains at full speed, in Chromium: pictures a second, and steps a second.

The training is in a worker, and is compared with the same engine in Node, which does nothing else. Frames are those that the
browser gives to the page's main thread, in the middle and the slowest of a hundred.
"""

from __future__ import annotations

import base64
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright
from tests.browser.conftest import CHROMIUM
from tests.node import run

from clearprop import Network
from clearprop.engines import in_page
from clearprop.live import Studio, studio

from .in_page import as_plan
from .targets import outcome

FRAMES, SHARE = 55, 0.8
"""At least: pictures a second in the middle; the worker's speed as a part of that in Node."""
SECONDS = 6
SEEN = """async seconds => {
  const steps = () => Number(document.querySelector('[data-fact=step] dd').textContent.replace(/\\D/g, ''));
  const [times, first, began] = [[], steps(), performance.now()];
  while (performance.now() - began < 1000 * seconds)
    times.push(await new Promise(done => requestAnimationFrame(done)));
  return { times, steps: (steps() - first) / (performance.now() - began) * 1000 };
}"""


def pages() -> dict[str, Studio]:
    """The page that everybody begins with, and pictures of digits."""
    digits = Network((64, 32, 10), ("tanh", "softmax"), seed=1)
    return {
        "moons, 2-6-6-2, 8 points": studio(data="moons"),
        "digits, 64-32-10, 8 points": studio(digits, *_digits()),
    }


def _digits() -> tuple[Any, Any]:
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    return X / 16, y


def in_node(page: Studio) -> float:
    """Steps a second of the page's task in Node, in slices as long as the worker's."""
    module = base64.b64encode(in_page.packed_module()).decode()
    plans = [as_plan(page.task, page.batch_size)]
    ((_, slices),) = json.loads(run("test/measure.ts", json.dumps({"module": module, "plans": plans})))
    return float(slices)


def main() -> None:
    """Print a row for each page."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, page in pages().items():
            path = Path(folder) / "page.html"
            path.write_text(page.html, encoding="utf-8")
            window = browser.new_page(viewport={"width": 1366, "height": 768})
            window.goto(path.as_uri())
            window.get_by_label("Speed").select_option(label="full speed")
            window.get_by_role("button", name="Play").click()
            window.wait_for_timeout(2000)
            seen = window.evaluate(SEEN, SECONDS)
            window.close()
            gaps = np.diff(seen["times"]) / 1000
            frames, slow = 1 / np.median(gaps), np.percentile(gaps, 99) * 1000
            share = seen["steps"] / in_node(page)
            fast = outcome(frames >= FRAMES)
            print(f"\n{name}: {seen['steps']:,.0f} steps a second in the worker")
            print(f"  {frames:.1f} frames a second, at least {FRAMES}: {fast}; 99 of 100 within {slow:.0f} ms")
            print(f"  {share:.0%} of the speed in Node, at least {SHARE:.0%}: {outcome(share >= SHARE)}")
        browser.close()


if __name__ == "__main__":
    main()
