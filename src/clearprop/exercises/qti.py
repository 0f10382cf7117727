"""A quiz as a zip of QTI 1.2, as Canvas imports it: choices, numbers, blanks for a matrix, places for an order.

Canvas tells the feedback of a choice, and for a wrong number the hints. It gives a blank, or a place, its share of the point.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from fractions import Fraction
from html import escape
from xml.sax.saxutils import quoteattr

from .exercise import Choice, Exercise

MARK = b"written by clearprop quiz"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation'
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
MANIFEST = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"


def qti_of(exercises: Sequence[Exercise], title: str) -> bytes:
    """The zip: a manifest, what Canvas knows of the quiz, and the questions. The same exercises give the same bytes."""
    items = "".join(_item(exercise, number) for number, exercise in enumerate(exercises, 1))
    name = f"clearprop_{hashlib.sha256((title + items).encode()).hexdigest()[:32]}"
    assessment = f"<assessment ident={quoteattr(name)} title={quoteattr(title)}>{_metadata(cc_maxattempts='1')}"
    files = {
        "imsmanifest.xml": _manifest(name),
        f"{name}/assessment_meta.xml": _quiz(name, title, len(exercises)),
        f"{name}/{name}.xml": f'<questestinterop xmlns="{QTI}" {XSI}="{QTI} {QTI}p1.xsd">{assessment}'
        f'<section ident="root_section">{items}</section></assessment></questestinterop>',
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), XML + text + "\n", zipfile.ZIP_DEFLATED)
        archive.comment = MARK
    return written.getvalue()


def heading_of(exercise: Exercise, number: int) -> str:
    """How a question begins: its number and kind, by which a report of Canvas's is read again."""
    return f"Exercise {number} ({exercise.kind})."


def place_of(number: int) -> str:
    """The name of a place in an order, counted from 1."""
    return f"place {number}"


def _manifest(name: str) -> str:
    return (
        f'<manifest identifier="{name}_manifest" xmlns="{MANIFEST}" {XSI}="{MANIFEST} http://www.imsglobal.org/xsd/imscp_v1p1.xsd">'
        "<metadata><schema>IMS Content</schema><schemaversion>1.1.3</schemaversion></metadata><organizations/><resources>"
        f'<resource identifier="{name}" type="imsqti_xmlv1p2"><file href="{name}/{name}.xml"/>'
        f'<dependency identifierref="{name}_meta"/></resource>'
        f'<resource identifier="{name}_meta" type="associatedcontent/imscc_xmlv1p1/learning-application-resource" '
        f'href="{name}/assessment_meta.xml"><file href="{name}/assessment_meta.xml"/></resource></resources></manifest>'
    )


def _quiz(name: str, title: str, points: int) -> str:
    said = {"title": title, "shuffle_answers": "false", "scoring_policy": "keep_highest", "quiz_type": "assignment"}
    said |= {
        "points_possible": f"{points}.0",
        "show_correct_answers": "true",
        "allowed_attempts": "1",
        "available": "false",
    }
    fields = "".join(f"<{key}>{escape(value, quote=False)}</{key}>" for key, value in said.items())
    return f'<quiz identifier="{name}" xmlns="{CANVAS}" {XSI}="{CANVAS} https://canvas.instructure.com/xsd/cccv1p0.xsd">{fields}</quiz>'


def _metadata(**fields: str) -> str:
    pairs = [f"<fieldlabel>{label}</fieldlabel><fieldentry>{entry}</fieldentry>" for label, entry in fields.items()]
    return f"<qtimetadata>{''.join(f'<qtimetadatafield>{pair}</qtimetadatafield>' for pair in pairs)}</qtimetadata>"


def _item(exercise: Exercise, number: int) -> str:
    form = _FORMS["number" if exercise.form == "numbers" and len(exercise.numbers) == 1 else exercise.form]
    kind, more, presented, judged = form(exercise)
    given = "\n".join(exercise.given)
    asked = f"<p>{escape(f'{heading_of(exercise, number)} {exercise.asks}')}</p><pre>{escape(given)}</pre>{more}"
    if exercise.form == "numbers":  # Canvas takes a word in brackets for a blank
        asked = asked.replace("[", "(").replace("]", ")").replace("⟦", "[").replace("⟧", "]")
    metadata = _metadata(
        question_type=kind, points_possible="1", assessment_question_identifierref=f"question_{number}"
    )
    wrong = " ".join(exercise.hints)
    feedback = _feedback("correct_fb", exercise.solution) + (_feedback("general_incorrect_fb", wrong) if wrong else "")
    feedback += "".join(_feedback(f"choice_{place}_fb", each.says) for place, each in enumerate(_told(exercise)))
    outcome = '<outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
    otherwise = _condition("<other/>", "general_incorrect_fb", more="Yes") if wrong else ""
    return (
        f'<item ident="exercise_{number}" title="Exercise {number}"><itemmetadata>{metadata}</itemmetadata>'
        f"<presentation>{_material(asked)}{presented}</presentation>"
        f"<resprocessing>{outcome}{judged}{otherwise}</resprocessing>{feedback}</item>"
    )


def _told(exercise: Exercise) -> Sequence[Choice]:
    return exercise.choices if exercise.form == "choice" else ()


def _material(html: str, kind: str = "text/html") -> str:
    return f'<material><mattext texttype="{kind}">{escape(html, quote=False)}</mattext></material>'


def _feedback(name: str, text: str) -> str:
    return f'<itemfeedback ident="{name}"><flow_mat>{_material(f"<p>{escape(text)}</p>")}</flow_mat></itemfeedback>'


def _condition(of: str, feedback: str = "", *, points: str = "", action: str = "Set", more: str = "No") -> str:
    scored = f'<setvar action="{action}" varname="SCORE">{points}</setvar>' if points else ""
    shown = f'<displayfeedback feedbacktype="Response" linkrefid="{feedback}"/>' if feedback else ""
    return f'<respcondition continue="{more}"><conditionvar>{of}</conditionvar>{scored}{shown}</respcondition>'


def _equal(to: str, of: str = "response1") -> str:
    return f'<varequal respident="{of}">{to}</varequal>'


def _choices(name: str, labels: Sequence[tuple[str, str]], of: str = "") -> str:
    inside = "".join(
        f'<response_label ident="{ident}">{_material(text, "text/plain")}</response_label>' for ident, text in labels
    )
    return (
        f'<response_lid ident="{name}" rcardinality="Single">{of}<render_choice>{inside}</render_choice></response_lid>'
    )


def _of_choice(exercise: Exercise) -> tuple[str, str, str, str]:
    labels = [(f"choice_{place}", each.plain) for place, each in enumerate(exercise.choices)]
    told = "".join(_condition(_equal(ident), f"{ident}_fb", more="Yes") for ident, _ in labels)
    right = next(place for place, each in enumerate(exercise.choices) if each.right)
    judged = told + _condition(_equal(f"choice_{right}"), "correct_fb", points="100")
    return "multiple_choice_question", "", _choices("response1", labels), judged


def _of_number(exercise: Exercise) -> tuple[str, str, str, str]:
    value = f"{exercise.numbers[0] + 0.0:g}"
    within = f'<and><vargte respident="response1">{value}</vargte><varlte respident="response1">{value}</varlte></and>'
    presented = (
        '<response_str ident="response1" rcardinality="Single"><render_fib fibtype="Decimal">'
        '<response_label ident="answer1"/></render_fib></response_str>'
    )
    judged = _condition(f"<or>{_equal(value)}{within}</or>", "correct_fb", points="100")
    return "numerical_question", "", presented, judged


def _of_numbers(exercise: Exercise) -> tuple[str, str, str, str]:
    """A blank for each entry; Canvas gives each blank its share."""
    rows, columns = exercise.shape
    names = [f"row{i}column{j}" for i in range(1, rows + 1) for j in range(1, columns + 1)]
    lines = [" ".join(f"⟦{name}⟧" for name in names[i * columns : (i + 1) * columns]) for i in range(rows)]
    presented = judged = ""
    for name, value in zip(names, exercise.numbers, strict=True):
        labels = [(f"{name}_{way}", text) for way, text in enumerate(ways_of(value))]
        presented += _choices(f"response_{name}", labels, f"<material><mattext>{name}</mattext></material>")
        judged += _condition(
            _equal(f"{name}_0", f"response_{name}"), points=f"{100 / len(names):.2f}", action="Add", more="Yes"
        )
    return "fill_in_multiple_blanks_question", "".join(f"<p>{line}</p>" for line in lines), presented, judged


def ways_of(value: float) -> tuple[str, ...]:
    """How a whole number or a half is typed: -1.5, −1.5, -3/2, −3/2. Canvas compares letters."""
    plain = [f"{value + 0.0:g}", f"{value + 0.0:.1f}"]
    if value != round(value):
        plain.append(str(Fraction(value)))
    if value > 0:
        plain += [f"+{each}" for each in plain]
    return tuple(dict.fromkeys([*plain, *(each.replace("-", "−") for each in plain)]))


def _of_order(exercise: Exercise) -> tuple[str, str, str, str]:
    """A place of the product for each piece; Canvas gives each place its share."""
    labels = [(f"piece_{piece}", each.plain) for piece, each in enumerate(exercise.choices)]
    presented = judged = ""
    for place, piece in enumerate(exercise.order, 1):
        presented += _choices(f"response_{place}", labels, _material(place_of(place), "text/plain"))
        points = f"{100 / len(exercise.order):.2f}"
        judged += _condition(_equal(f"piece_{piece}", f"response_{place}"), points=points, action="Add", more="Yes")
    return "matching_question", "", presented, judged


_FORMS = {"choice": _of_choice, "number": _of_number, "numbers": _of_numbers, "order": _of_order}
