"""The zip for Canvas against the content models of QTI 1.2 (ims_qtiasiv1p2) and of content packages, as far as it uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from clearprop.exercises import quiz

from .test_canvas import QTI, files_of, items_of

ARCHIVE = quiz(7).qti()
CONTENT = {
    "questestinterop": "assessment",
    "assessment": "qtimetadata (section )+",
    "qtimetadata": "(qtimetadatafield )+",
    "qtimetadatafield": "fieldlabel fieldentry",
    "section": "(item )+",
    "item": "itemmetadata presentation resprocessing (itemfeedback )*",
    "itemmetadata": "qtimetadata",
    "presentation": "((material|response_lid|response_str) )+",
    "response_lid": "(material )?render_choice",
    "response_str": "(material )?render_fib",
    "render_choice": "(response_label )+",
    "render_fib": "(response_label )*",
    "response_label": "(material )*",
    "material": "mattext",
    "resprocessing": "outcomes (respcondition )+",
    "outcomes": "decvar",
    "respcondition": "conditionvar (setvar )*(displayfeedback )*",
    "conditionvar": "((not|and|or|other|varequal|vargte|varlte) )+",
    "or": "((not|and|or|varequal|vargte|varlte) )+",
    "and": "((not|and|or|varequal|vargte|varlte) )+",
    "itemfeedback": "((flow_mat|material) )+",
    "flow_mat": "((flow_mat|material) )+",
}
"""The children of an element, in their order; of what is not here there are none."""
VALUES = {
    ("setvar", "action"): {"Set", "Add"},
    ("respcondition", "continue"): {"Yes", "No"},
    ("displayfeedback", "feedbacktype"): {"Response"},
    ("response_lid", "rcardinality"): {"Single"},
    ("response_str", "rcardinality"): {"Single"},
    ("render_fib", "fibtype"): {"Decimal"},
    ("mattext", "texttype"): {"text/html", "text/plain"},
    ("decvar", "vartype"): {"Decimal"},
}
NEEDED = {
    "item": {"ident"},
    "section": {"ident"},
    "assessment": {"ident", "title"},
    "response_lid": {"ident"},
    "response_str": {"ident"},
    "response_label": {"ident"},
    "varequal": {"respident"},
    "vargte": {"respident"},
    "varlte": {"respident"},
    "itemfeedback": {"ident"},
    "displayfeedback": {"linkrefid", "feedbacktype"},
    "setvar": {"varname", "action"},
}


def questions() -> ET.Element:
    return next(tree for tree in files_of(ARCHIVE).values() if tree.tag == f"{QTI}questestinterop")


def plain(element: ET.Element) -> str:
    assert element.tag.startswith(QTI), f"{element.tag} is of another namespace"
    return element.tag.removeprefix(QTI)


def faults(element: ET.Element) -> Iterator[str]:
    """What an element and those in it break."""
    name, inside = plain(element), [plain(child) for child in element]
    content = CONTENT.get(name, "").rstrip()
    if not re.fullmatch(content, " ".join(inside)) and not re.fullmatch(
        f"{content} ?", "".join(f"{each} " for each in inside)
    ):
        yield f"{name} holds {inside}"
    yield from (f"{name} has no {each}" for each in NEEDED.get(name, set()) - element.attrib.keys())
    for attribute, value in element.attrib.items():
        if value not in VALUES.get((name, attribute), {value}):
            yield f"{name} has {attribute}={value}"
    for child in element:
        yield from faults(child)


def test_elements_are_in_the_order_of_the_content_model() -> None:
    assert list(faults(questions())) == []


def test_an_element_in_a_wrong_place_is_seen() -> None:
    tree = questions()
    item = next(tree.iter(f"{QTI}item"))
    item.insert(0, item[-1])
    assert any(fault.startswith("item holds") for fault in faults(tree))
    next(tree.iter(f"{QTI}setvar")).set("action", "Plus")
    assert "setvar has action=Plus" in list(faults(tree))


def test_identifiers_are_unique() -> None:
    tree = questions()
    whole = [each.get("ident") for name in ("assessment", "section", "item") for each in tree.iter(f"{QTI}{name}")]
    assert len(set(whole)) == len(whole)
    for item in items_of(ARCHIVE):
        for names in (("response_lid", "response_str"), ("itemfeedback",)):
            inside = [each.get("ident") for name in names for each in item.iter(f"{QTI}{name}")]
            assert len(set(inside)) == len(inside), item.get("ident")
        for response in item.iter(f"{QTI}response_lid"):
            labels = [each.get("ident") for each in response.iter(f"{QTI}response_label")]
            assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("number", range(len(items_of(ARCHIVE))))
def test_every_condition_asks_for_a_response_that_is_there_and_every_response_is_asked_for(number: int) -> None:
    item = items_of(ARCHIVE)[number]
    responses = {
        each.get("ident"): each for name in ("response_lid", "response_str") for each in item.iter(f"{QTI}{name}")
    }
    asked = set()
    for condition in item.iter(f"{QTI}respcondition"):
        for test in (each for name in ("varequal", "vargte", "varlte") for each in condition.iter(f"{QTI}{name}")):
            of = responses[test.get("respident")]
            labels = {each.get("ident") for each in of.iter(f"{QTI}response_label")}
            assert test.text
            assert plain(of) == "response_str" or test.text in labels
            asked.add(test.get("respident"))
        assert all(each.get("varname") == "SCORE" for each in condition.iter(f"{QTI}setvar"))
    assert asked == set(responses)
    shown = {each.get("linkrefid") for each in item.iter(f"{QTI}displayfeedback")}
    there = {each.get("ident") for each in item.iter(f"{QTI}itemfeedback")}
    assert shown <= there
    assert there - shown <= {"correct_fb"}  # which Canvas takes by its name, where points are added up


def test_every_resource_of_the_manifest_is_in_the_zip_and_every_file_is_a_resource() -> None:
    files = files_of(ARCHIVE)
    (manifest,) = (tree for name, tree in files.items() if name == "imsmanifest.xml")
    space = manifest.tag.partition("}")[0] + "}"
    assert [each.tag.removeprefix(space) for each in manifest] == ["metadata", "organizations", "resources"]
    resources = {each.get("identifier"): each for each in manifest.iter(f"{space}resource")}
    assert {each.get("type") for each in resources.values()} == {
        "imsqti_xmlv1p2",
        "associatedcontent/imscc_xmlv1p1/learning-application-resource",
    }
    named = {each.get("href") for each in manifest.iter(f"{space}file")}
    assert named == files.keys() - {"imsmanifest.xml"}
    assert {each.get("identifierref") for each in manifest.iter(f"{space}dependency")} <= resources.keys()
    assert all(each.get("href") in {None, *named} for each in resources.values())
    (questions_in,) = (name for name, tree in files.items() if tree.tag == f"{QTI}questestinterop")
    assessment = next(files[questions_in].iter(f"{QTI}assessment"))
    assert questions_in == f"{assessment.get('ident')}/{assessment.get('ident')}.xml"
