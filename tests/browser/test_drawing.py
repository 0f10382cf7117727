"""The drawing of a step in a browser: no text leaves its box or the drawing, and none lies on another or on an arrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS, Trace

from .conftest import Opened, batch, moons, normalised

Open = Callable[..., Opened]
SIZES = {"desk": (1366, 768), "tablet": (760, 760), "phone": (390, 844)}
STEPS = {"Home": "input", "End": "update"}

MISPLACED = """drawing => {
  const box = one => one.getBoundingClientRect();
  const whole = box(drawing), found = [];
  // A line's box has room above and below its letters; what counts is where the letters are.
  const letters = one => {
    const { left, right, top, bottom, height } = box(one);
    return { left, right, top: top + 0.25 * height, bottom: bottom - 0.25 * height };
  };
  const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
  const texts = [...drawing.querySelectorAll('text')].filter(one => one.textContent.trim());
  const units = [...drawing.querySelectorAll('.unit')];
  for (const text of texts) {
    const own = text.closest('.unit');
    if (!inside(letters(text), whole)) found.push(`${text.textContent} leaves the drawing`);
    if (own && !inside(letters(text), box(own.querySelector('rect')))) found.push(`${text.textContent} leaves its box`);
    for (const unit of units)
      if (unit !== own && !apart(letters(text), box(unit.querySelector('rect'))))
        found.push(`${text.textContent} lies on the box of ${unit.textContent}`);
  }
  texts.forEach((one, index) => texts.slice(index + 1).forEach(other => {
    if (!apart(letters(one), letters(other))) found.push(`${one.textContent} lies on ${other.textContent}`);
  }));
  for (const bar of drawing.querySelectorAll('.bar'))
    for (const text of texts)
      if (text.parentNode !== bar.parentNode && !apart(letters(text), box(bar)))
        found.push(`${text.textContent} lies on the fraction bar of ${bar.parentNode.textContent}`);
  for (const arrow of drawing.querySelectorAll('path.arrow')) {
    const matrix = arrow.getScreenCTM(), length = arrow.getTotalLength();
    for (let at = 0; at <= length; at += 3) {
      const { x, y } = arrow.getPointAtLength(at).matrixTransform(matrix);
      const point = { left: x, right: x, top: y, bottom: y };
      for (const text of texts)
        if (!apart(letters(text), point)) found.push(`${text.textContent} lies on an arrow`);
    }
  }
  return [...new Set(found)];
}"""


def regression(**options: Any) -> Trace:
    rng = np.random.default_rng(0)
    net = cp.Network((3, 4, 1), ("tanh", "identity"), seed=1)
    X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 1))
    return cp.explain(net, X, Y, loss="square", eta=0.01, optimizer="adam", **options)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("make", [moons, batch, normalised, regression], ids=lambda make: make.__name__)
def test_every_text_of_the_drawing_has_its_place(visit: Open, make: Callable[..., Trace], size: str) -> None:
    width, height = SIZES[size]
    there = visit(f"drawn-{make.__name__}", lambda: make().html(), width=width)
    there.page.set_viewport_size({"width": width, "height": height})
    if width < 1100:
        there.page.locator(".settings summary").click()
    found = {}
    for notation in NOTATIONS:
        there.page.get_by_role("combobox", name="Notation").select_option(notation)
        for view, drawing in (("Units", ".diagram svg"), ("Neurons", ".neurons svg")):
            there.page.get_by_role("button", name=view, exact=True).click()
            for key in ("Home", "End"):
                there.page.keyboard.press(key)
                there.page.locator(f'.now-card[data-step^="{STEPS[key]}"]').wait_for()
                there.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
                found[notation, view, key] = there.page.locator(drawing).evaluate(MISPLACED)
    misplaced = [f"{' '.join(place)}: {text}" for place, texts in found.items() for text in texts]
    assert not misplaced, "\n".join(misplaced)
