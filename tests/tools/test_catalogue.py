"""The catalogue's pages are what its records give, all of them and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tools.catalogue.pages import FOLDER, pages

from clearprop.formulas import CATALOGUE

ROOT = Path(__file__).parents[2]
PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_records_give(name: str) -> None:
    assert (ROOT / name).exists(), "run `make catalogue`"
    assert (ROOT / name).read_text() == PAGES[name], f"{name} is out of date; run `make catalogue`"


def test_no_page_of_a_part_that_is_gone_is_left() -> None:
    there = {str(path.relative_to(ROOT)) for path in (ROOT / FOLDER).rglob("*") if path.is_file()}
    assert there == set(PAGES)


def test_every_part_has_a_card_and_a_place_in_the_index() -> None:
    index = PAGES[str(FOLDER / "README.md")]
    for kind, parts in CATALOGUE.items():
        for name in parts:
            assert f"[{name}](" in index, f"{kind} {name} is not in the index"
    cards = sum(len(re.findall("^## ", text, re.MULTILINE)) for text in PAGES.values())
    assert cards == sum(map(len, CATALOGUE.values()))


def test_every_link_leads_to_a_heading_or_a_file() -> None:
    for name, text in PAGES.items():
        if name.endswith(".md"):
            for page, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", text):
                if page.startswith("../"):
                    assert (ROOT / FOLDER / page).exists(), f"{name}: {page}"
                    continue
                target = str(FOLDER / page) if page else name
                assert target in PAGES, f"{name}: {page}"
                headings = re.findall("^## (.*)$", PAGES[target], re.MULTILINE)
                anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
                assert not anchor or anchor in anchors, f"{name}: {page}#{anchor}"


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    for name, text in PAGES.items():
        for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            counts = {len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}
            assert len(counts) == 1, f"{name}: {block}"


def test_a_card_has_each_formula_once_and_no_table_without_a_head() -> None:
    for name, text in PAGES.items():
        assert "\n|  |  |\n" not in text, name
        for card in text.split("\n## ")[1:] if name.endswith(".md") else ():
            assert not ("```math" in card and "- **formula**" in card), card
    assert "- **the same, by names**: `strength · Σ w²`" in PAGES[str(FOLDER / "penalties.md")], "λ is `strength`"
    assert "e+09" not in "".join(PAGES.values())


def test_a_long_formula_is_set_in_lines() -> None:
    for name, text in PAGES.items():
        for formula in re.findall(r"```math\n(.*?)```", text, re.DOTALL):
            assert max(map(len, formula.splitlines())) < 190, f"{name}: {formula}"


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith(".svg")])
def test_a_picture_is_well_formed_and_within_its_frame(name: str) -> None:
    root = ET.fromstring(PAGES[name])
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    places = [
        float(number) for points in re.findall(r'points="([^"]+)"', PAGES[name]) for number in re.split("[ ,]", points)
    ]
    assert places, "a curve is drawn"
    assert 0 <= min(places[::2]) <= max(places[::2]) <= width
    assert 0 <= min(places[1::2]) <= max(places[1::2]) <= height
    for each in root.iter("{http://www.w3.org/2000/svg}text"):
        wide, x = 6.2 * len(each.text or ""), float(each.get("x", 0))
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[each.get("text-anchor", "start")]
        assert left >= 0, each.text
        assert left + wide <= width, each.text
