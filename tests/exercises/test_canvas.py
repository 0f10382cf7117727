"""A quiz for Canvas: a zip of QTI 1.2 that scores right answers with all points, and Canvas's report judged from the seed."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from clearprop.cli import clearprop
from clearprop.exercises import quiz
from clearprop.exercises.canvas_report import answer_of, columns_of
from clearprop.exercises.exercise import Exercise
from clearprop.exercises.qti import heading_of, place_of, ways_of

from .test_quiz import right_of

QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
ASKED = quiz(7)
KINDS = {"choice": "multiple_choice_question", "order": "matching_question"}


def files_of(archive: bytes) -> dict[str, ET.Element]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: ET.fromstring(opened.read(name)) for name in opened.namelist()}


def items_of(archive: bytes) -> list[ET.Element]:
    (assessment,) = (tree for name, tree in files_of(archive).items() if tree.tag == f"{QTI}questestinterop")
    return list(assessment.iter(f"{QTI}item"))


def typed(each: Exercise, answer: Any) -> dict[str, str]:
    """An answer as Canvas has it: what was chosen, or typed, at each of a question's responses."""
    if each.form == "choice":
        return {"response1": f"choice_{answer}"}
    if each.form == "order":
        return {f"response_{place}": f"piece_{piece}" for place, piece in enumerate(answer, 1)}
    if len(answer) == 1:
        return {"response1": f"{answer[0]:g}"}
    columns = each.shape[1]
    return {f"response_row{i // columns + 1}column{i % columns + 1}": f"{value:g}" for i, value in enumerate(answer)}


def score(item: ET.Element, given: dict[str, str]) -> float:
    """The points of an item, of 100, by its conditions."""
    labels: dict[str, dict[str, str]] = {}
    for response in item.iter(f"{QTI}response_lid"):
        texts = {each.get("ident", ""): "".join(each.itertext()) for each in response.iter(f"{QTI}response_label")}
        labels[response.get("ident", "")] = texts
    total = 0.0
    for condition in item.iter(f"{QTI}respcondition"):
        equal, setting = condition.find(f".//{QTI}varequal"), condition.find(f"{QTI}setvar")
        if equal is None or setting is None:
            continue
        name, wanted = equal.get("respident", ""), equal.text or ""
        # Of a blank, Canvas takes every text of its labels.
        hit = given[name] in labels[name].values() if "row" in name else given[name] == wanted
        if hit:
            total = total + float(setting.text or 0) if setting.get("action") == "Add" else float(setting.text or 0)
    return total


@pytest.mark.parametrize("number", range(1, len(ASKED) + 1))
def test_a_right_answer_has_all_points_and_a_wrong_one_has_not(number: int) -> None:
    each, item = ASKED.exercises[number - 1], items_of(ASKED.qti())[number - 1]
    answer = right_of(each)
    assert score(item, typed(each, answer)) == pytest.approx(100, abs=0.05)
    wrong = (
        (answer + 1) % len(each.choices)
        if each.form == "choice"
        else answer[::-1]
        if each.order
        else [*answer[:-1], 77.0]
    )
    assert score(item, typed(each, wrong)) < 99
    metadata = ["".join(field.itertext()) for field in item.iter(f"{QTI}qtimetadatafield")]
    kind = KINDS.get(each.form, "numerical_question" if len(each.numbers) == 1 else "fill_in_multiple_blanks_question")
    assert f"question_type{kind}" in metadata


def test_the_manifest_names_the_files_and_feedback_that_is_shown_is_there() -> None:
    files = files_of(ASKED.qti(title="Week 8 & more"))
    manifest = files["imsmanifest.xml"]
    hrefs = {each.get("href") for each in manifest.iter() if each.tag.endswith("}file")}
    assert hrefs == {*files} - {"imsmanifest.xml"}
    for item in items_of(ASKED.qti(title="Week 8 & more")):
        shown = {each.get("linkrefid") for each in item.iter(f"{QTI}displayfeedback")}
        assert shown <= {each.get("ident") for each in item.iter(f"{QTI}itemfeedback")}
        order = [child.tag.removeprefix(QTI) for child in item]
        assert order[:3] == ["itemmetadata", "presentation", "resprocessing"]
        assert {*order[3:]} == {"itemfeedback"}
    assert ASKED.qti() == quiz(7).qti()
    assert ASKED.qti() != quiz(8).qti()


def test_words_in_brackets_are_blanks_and_nothing_else_is() -> None:
    (each,) = quiz(7, kinds=["gradient"]).exercises
    (item,) = items_of(quiz(7, kinds=["gradient"]).qti())
    text = item.findtext(f"{QTI}presentation/{QTI}material/{QTI}mattext") or ""
    names = [response.get("ident", "").removeprefix("response_") for response in item.iter(f"{QTI}response_lid")]
    assert re.findall(r"\[(.*?)\]", text) == names
    assert len(names) == len(each.numbers)


@pytest.mark.parametrize(
    ("value", "ways"),
    [(-1.5, {"-1.5", "−1.5", "-3/2", "−3/2"}), (2.0, {"2", "2.0", "+2", "+2.0"}), (0.0, {"0", "0.0"})],
)
def test_a_number_may_be_typed_in_several_ways(value: float, ways: set[str]) -> None:
    assert {*ways_of(value)} == ways


def as_canvas_writes(each: Exercise, answer: Any) -> str:
    if answer is None:
        return ""
    if each.form == "choice":
        return each.choices[answer].plain
    if each.form == "order":
        return ",".join(f"{place_of(place)}=>{each.choices[piece].plain}" for place, piece in enumerate(answer, 1))
    return ",".join(f"{value:g}" for value in answer)


def report(people: dict[str, Sequence[Any]]) -> str:
    """Canvas's report: what is known of a person, then for each question its answer and its points."""
    file = io.StringIO()
    questions: list[str] = []
    for number, each in enumerate(ASKED.exercises, 1):
        questions += [f"{9000 + number}: {heading_of(each, number)} {each.asks}", "1.0"]
    writer = csv.writer(file)
    writer.writerow(
        ["name", "id", "sis_id", "section", "submitted", "attempt", *questions, "n correct", "n incorrect", "score"]
    )
    for name, answers in people.items():
        cells = [
            each
            for one, given in zip(ASKED.exercises, answers, strict=True)
            for each in (as_canvas_writes(one, given), "1")
        ]
        writer.writerow([name, "1", "", "A", "2026-11-28", "1", *cells, "8", "0", "8"])
    return file.getvalue()


def test_a_report_is_judged_from_the_seed(tmp_path: Path) -> None:
    right = [right_of(each) for each in ASKED.exercises]
    file = tmp_path / "report.csv"
    file.write_text(report({"ada": right, "eve": [None, *right[1:-1], 1 - right[-1] if right[-1] < 2 else 0]}))
    asked = ["grade", "--quiz", str(file)]
    lines = CliRunner().invoke(clearprop, [*asked, "--seed", "7"], catch_exceptions=False).output.splitlines()
    assert lines[0].split() == ["ada", "8/8", "all", "right"]
    assert lines[1].endswith("6/8  wrong: 1, 8")
    refused = CliRunner().invoke(clearprop, asked)
    assert "give --seed" in str(refused.exception)


def test_what_cannot_be_read_in_a_report_is_left_out() -> None:
    for each in ASKED.exercises:
        assert answer_of(each, "") is None
        assert answer_of(each, "nonsense, of course") is None
        assert answer_of(each, as_canvas_writes(each, right_of(each))) == right_of(each)
    assert columns_of(["name", "code"]) is None
    found = columns_of(["7: Exercise 2 (slip). What?", "8: Exercise 1 (shape). What?"])
    assert found is not None
    assert found.kinds == ("shape", "slip")
    with pytest.raises(ValueError, match="not all from 1 on"):
        columns_of(["1: Exercise 2 (shape). What?"])


def test_the_command_writes_a_zip_and_replaces_only_its_own(tmp_path: Path) -> None:
    file = tmp_path / "quiz.zip"
    asked = ["quiz", "--seed", "7", "--kind", "slip", "--qti", str(file)]
    for _ in range(2):
        assert CliRunner().invoke(clearprop, asked, catch_exceptions=False).exit_code == 0
    assert len(items_of(file.read_bytes())) == 1
    file.write_bytes(b"mine")
    assert CliRunner().invoke(clearprop, asked).exit_code != 0
