"""What students ask is answered on the page of a step: where each question leads, its answer is seen or done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import clearprop as cp
from clearprop.explanation.page.words import QUESTIONS

from .conftest import Opened

SEEN: dict[str, tuple[str, str]] = {
    "Why forward first?": (".now-card", "weight gradient"),
    "Why backward?": ("#cost", "from the loss, using what is known"),
    "Why not through w?": (".fork", "No way"),
    "Why the transposes?": (".now-card .rail", "Turn"),
    "Why the reversed order?": (".now-card .rail", "swap"),
    "What is f′ as a matrix?": ("#both-ways", "As a matrix"),
    "Why A − Y?": ("#both-ways", "what cancels"),
    "What does η do?": (".hand", "Valley"),
    "Why random first weights?": ("#health", "layer"),
    "What vanishes, and why?": ("#health", "layer"),
    "Where are local minima?": (".hand", "Valley"),
    "What does the bias do?": (".now-card", "weigh and add"),
}
"""Where each answer is, and a word of it there."""


def html() -> str:
    net = cp.Network((2, 2, 2), ("tanh", "softmax"), seed=3)
    return cp.explain(net, x=[0.41, -1.2], y=[0, 1], loss="nllm", eta=0.05).html()


def test_each_question_leads_to_its_answer(visit: Callable[..., Opened]) -> None:
    there = visit("questions", html, height=768, width=1366, reduced_motion="reduce")
    page = there.page
    page.set_default_timeout(20_000)
    page.get_by_text("Questions that this page answers").click()
    assert [asks for asks, _, _ in QUESTIONS] == list(SEEN)
    for asks, says, at in QUESTIONS:
        page.get_by_role("button", name=asks).click()
        assert says in there.text(".asked-answer")
        if at.startswith("phase"):
            page.locator(f'.now-card[data-step^="{at.split()[1]}:"]').wait_for()
        place, word = SEEN[asks]
        assert word in page.locator(place).first.inner_text(), asks
        page.get_by_role("link", name="See").click()
        target = page.locator(f"#{'stage' if at.startswith('phase') else at}")
        while not -5 < target.bounding_box()["y"] < 768:  # it scrolls there smoothly
            page.wait_for_timeout(20)
    assert there.complaints == []


def ask(there: Opened, asks: str) -> None:
    there.page.get_by_role("button", name=asks).click()


def put(there: Opened, handle: str, value: str) -> None:
    """Types a number of the equation at hand."""
    there.page.locator(f'.side [data-handle="{handle}"]').focus()
    there.page.keyboard.press("Enter")
    there.page.keyboard.type(value)
    there.page.keyboard.press("Enter")


def test_what_the_answers_say_to_do_shows_what_they_say(visit: Callable[..., Opened]) -> None:
    """A piece that is turned does not fit, nor do two that are swapped; a bias moves z by as much; equal units are named."""
    there = visit("questions", html, height=768, width=1366, reduced_motion="reduce")
    page = there.page
    page.set_default_timeout(20_000)
    page.get_by_text("Questions that this page answers").click()
    for asks, piece in (("Why the transposes?", ".domino"), ("Why the reversed order?", ".joint")):
        ask(there, asks)
        page.locator('.rail[data-verdict="right"]').wait_for()
        page.locator(f".rail {piece}").first.click()
        page.locator('.rail:not([data-verdict="right"])').wait_for()
    ask(there, "What does the bias do?")
    z = page.locator(".side .operand").last.locator("td").first
    before = float(z.get_attribute("title"))
    bias = float(page.locator('.side [data-handle="W0:1:0"]').get_attribute("aria-valuenow"))
    put(there, "W0:1:0", str(bias + 0.25))
    assert float(z.get_attribute("title")) - before == pytest.approx(0.25)
    for handle, value in {"W:1:0:0": "0.3", "W:1:0:1": "0.3", "W:1:1:0": "-0.2", "W:1:1:1": "-0.2"}.items():
        put(there, handle, value)
    for unit in (0, 1):
        put(there, f"W0:1:{unit}", "0.1")
    page.get_by_role("button", name="Units", exact=True).wait_for()
    ask(there, "Why random first weights?")
    page.locator('#health [data-code="symmetric units"]').wait_for()
    assert there.complaints == []
