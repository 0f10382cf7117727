"""The page of a quiz in a browser: answers, hints and the code; nothing sticks out on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import clearprop as cp
from clearprop.exercises import mark
from tests.exercises.test_quiz import right_of, typed

from .conftest import PATIENCE

SIZES = {"desk": (1366, 768), "phone": (390, 844)}


def test_a_quiz_is_answered_and_its_code_is_graded(browser: Any, tmp_path: Path) -> None:
    asked = cp.quiz(seed=12)
    (tmp_path / "quiz.html").write_text(asked.html(), encoding="utf-8")
    for width, height in SIZES.values():
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        errors: list[str] = []
        page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
        page.on("request", lambda request, errors=errors: request.url.startswith("file:") or errors.append(request.url))
        page.goto((tmp_path / "quiz.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for number, each in enumerate(asked.exercises, 1):
            section = page.locator(f"section[data-number='{number}']")
            answer = right_of(each)
            if each.form == "choice":
                section.locator("input").nth((answer + 1) % len(each.choices)).check()
                section.get_by_text("Answer", exact=True).click()
                assert "Not right" in section.locator(".said").inner_text()
                section.locator("input").nth(answer).check()
            else:
                section.locator("input").fill("nothing at all")
                section.locator("input").press("Enter")
                assert "Not read" in section.locator(".said").inner_text()
                section.locator("input").fill(typed(each, answer))
            if number == 6:
                section.get_by_text("Hint", exact=True).click()
                assert section.locator(".hints li").inner_text() == each.hints[0]
            section.get_by_text("Answer", exact=True).click()
            assert section.locator(".said").inner_text().startswith("Right.")
        marked = mark(page.locator("#code code").inner_text(), seed=12)
        assert all(marked.right)
        assert marked.points == 7.75
        assert "7.75 of 8 points" in page.locator("#points").inner_text()
        assert errors == []
        page.close()


def test_an_exam_takes_answers_says_nothing_of_them_and_is_graded(browser: Any, tmp_path: Path) -> None:
    asked = cp.quiz(seed=918273645)
    (tmp_path / "exam.html").write_text(asked.html(exam=True), encoding="utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((tmp_path / "exam.html").as_uri())
    assert page.get_by_text("Hint", exact=True).count() == 0
    for number, each in enumerate(asked.exercises, 1):
        section, answer = page.locator(f"section[data-number='{number}']"), right_of(each)
        if each.form == "choice":
            section.locator("input").nth(answer).check()
        else:
            section.locator("input").fill(typed(each, answer))
        section.get_by_text("Keep this answer", exact=True).click()
        assert section.locator(".said").inner_text().startswith("Kept:")
    assert page.locator("#points").inner_text() == "8 answered. The code to hand in:"
    assert mark(page.locator("#code code").inner_text(), seed=918273645).points == 8
    assert errors == []
    page.close()


def test_in_a_frame_of_the_site_a_quiz_is_as_light_or_dark_as_the_site(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "quiz.html").write_text(cp.quiz(seed=7, kinds=["slip"]).html(), encoding="utf-8")
    script = Path(__file__).parents[2] / "tools/site/_static/theme.js"
    frame = '<iframe class="live" src="quiz.html"></iframe>'
    (tmp_path / "site.html").write_text(
        f"<!doctype html><html data-theme=dark><body>{frame}<script>{script.read_text()}</script></body></html>"
    )
    page = browser.new_page(color_scheme="light")
    page.set_default_timeout(PATIENCE)
    page.goto((tmp_path / "site.html").as_uri())
    inside = page.frame_locator("iframe").locator("html")
    for theme, paper in (("dark", "#14171f"), ("light", "#fbfaf7")):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        page.frame_locator("iframe").locator(f"html[data-theme={theme}]").wait_for(state="attached")
        assert inside.evaluate("it => getComputedStyle(it).getPropertyValue('--paper')").strip() == paper
