"""`python -m benchmarks.live_step`: how soon the numbers of a live page follow one that is dragged; its size.

Beside the time on the clock it prints the processor time of the page's main thread, which other programs do not lengthen.
"""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright
from tests.browser.conftest import CHROMIUM

import clearprop as cp
from clearprop.formulas.catalogue import Array

WIDTHS = (4, 8, 8, 3)
MOVES = 400
WARM_UP = 20
FOLLOW = """async moves => {
  const slider = document.querySelector('.hand input[type=range]'), loss = document.querySelector('.hand output');
  const times = [];
  for (let move = 0; move < moves; move++) {
    slider.value = String(Math.sin(move) / 2 + 0.001);
    const changed = new Promise(done => new MutationObserver((_, own) => { own.disconnect(); done(); })
      .observe(loss, { attributes: true, childList: true, characterData: true, subtree: true }));
    performance.mark('moved');
    const began = performance.now();
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await changed;
    performance.mark('followed');
    times.push(performance.now() - began);
    await new Promise(done => requestAnimationFrame(done));
  }
  return times;
}"""


def page() -> str:
    """A step of the network whose figures are given."""
    net = cp.Network(WIDTHS, ("tanh", "tanh", "softmax"), seed=0)
    return cp.explain(net, np.random.default_rng(0).normal(size=WIDTHS[0]), [0, 1, 0], "nllm", eta=0.1).html()


def follow(window: Any) -> tuple[Array, Array]:
    """Milliseconds from each move to the new numbers: on the clock, and of the main thread's processor time."""
    events: list[dict[str, Any]] = []
    ended: list[Any] = []
    session = window.context.new_cdp_session(window)
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.append(True))
    chosen = {"includedCategories": ["blink.user_timing"], "excludedCategories": ["*"]}
    session.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": chosen})
    times = np.array(window.evaluate(FOLLOW, MOVES))
    session.send("Tracing.end")
    while not ended:
        window.wait_for_timeout(20)
    marks = {
        name: [event["tts"] for event in sorted(events, key=lambda event: event["ts"]) if event["name"] == name]
        for name in ("moved", "followed")
    }
    busy = (np.array(marks["followed"]) - np.array(marks["moved"])) / 1000
    return times[WARM_UP:], busy[WARM_UP:]


def main() -> None:
    """Print the page's size, and the median and the 99th percentile of the time from a move to the new numbers."""
    html = page()
    raw, name = html.encode(), "-".join(map(str, WIDTHS))
    print(f"the page of a step, {name}: {len(raw) / 1e6:.2f} MB, {len(gzip.compress(raw)) / 1000:.0f} kB packed")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "page.html"
        path.write_text(html, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        window = browser.new_page(viewport={"width": 1366, "height": 768})
        for what in ("moved", "nudged"):
            window.goto(path.as_uri())
            window.get_by_label("Number of").select_option(index=3)
            if what == "nudged":
                window.get_by_role("button", name="Nudge", exact=True).click()
            print(f"  a weight is {what}, and every number on the stage follows:")
            for clock, times in zip(("on the clock", "processor time"), follow(window), strict=True):
                median, late = np.percentile(times, [50, 99])
                print(f"    {clock}: {median:.1f} ms (median), {late:.1f} ms (p99)")
        browser.close()


if __name__ == "__main__":
    main()
