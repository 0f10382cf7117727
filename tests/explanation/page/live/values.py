"""What Python and NumPy give, recorded for the unit tests of the runtime: `python -m tests.explanation.page.live.values`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np

RECORD = Path(__file__).parents[4] / "studio-ui" / "test" / "python_values.json"
NUMBERS = (
    *(
        0.0,
        -0.0,
        0.5,
        1.5,
        2.5,
        -2.5,
        0.125,
        0.375,
        1.0,
        3.0,
        10.0,
        123456.5,
        1234567.5,
        1e15,
        1e16,
        1e17,
        123456789012345680.0,
    ),
    *(
        0.1,
        0.2,
        1 / 3,
        2 / 3,
        -7.0e-5,
        1e-4,
        9.9995,
        99999.5,
        999999.5,
        1e21,
        1e22,
        1e300,
        5e-324,
        2.2250738585072014e-308,
    ),
    *(0.00012345, 1.2345e-5, 65504.0, 4503599627370497.5, 2.675, 1.005, 8.5e-10, 25e-1, 35.0, 45.0, 1.25e8, 0.045),
)
SPECS = (
    "",
    ".4f",
    ".0f",
    ".2f",
    ".1e",
    ".0e",
    ".3e",
    ".8g",
    ".3g",
    ".4g",
    "g",
    ".6g",
    ">10.2f",
    "<8.3g",
    "+.2f",
    ",.2f",
    "08.3f",
)
WHOLE = (0, 1, -1, 12, 1234, 1234567, -98765)
WHOLE_SPECS = ("", "d", ",", ">6", "<6", "^7", "05d")
TEXTS = ("", "a", "layer", "∂L/∂w¹₂₃")
SENTENCES = ("", "words", "{a}", "of {a} and {b_2}: {{{c}}}", "{{x}} = {{", "}}{a}", "{a}{b}")
SUBSTITUTED = (
    (r"\$(/?)\$", r"\1", "a$$b$/$c"),
    (r"(\w)-(\w)", r"\2\\\1$1", "a-b c-d"),
    (" {2,}", r"\\quad ", "a  b   c d"),
)
TOLD = (
    *('{"a": [1, -2.5e-3, true, null, "x\\u00e9\\n"], "b": {}}', "[]", " 12 ", '{"a": 1, "a": 2}'),
    *("", "[1,]", "{1: 2}", "[1 2]", '{"a" 1}', "[1] 2", "TRUE", '["a\nb"]', '"\\x"', "01", "[", '{"a":'),
)
"""JSON, right and wrong."""
TEXT_SPECS = ("", "<7", ">7", "^9", ".3", "*^9")


def told(text: str) -> Any:
    """The JSON of a text, records as lists of pairs; "refused" where it is none."""
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: ["record", *pairs])
    except ValueError:
        return "refused"


def values() -> dict[str, Any]:
    """Everything that is recorded."""
    draws = {}
    for seed in (0, 1, 12345, 2**33 + 7):
        rng = np.random.default_rng(seed)
        draws[str(seed)] = {
            "normal": rng.normal(size=600).tolist(),
            "uniform": rng.uniform(-1.0, 2.0, 5).tolist(),
            "choice": rng.choice(40, 12, replace=False).tolist(),
            "after": rng.normal(0.5, 2.0, (2, 2)).tolist(),
        }
    rows = np.random.default_rng(5).normal(size=(3, 300)) * 10.0 ** np.arange(-150, 150)
    return {
        "sentences": [[text, list(Formatter().parse(text))] for text in SENTENCES],
        "substituted": [[*each, re.sub(*each)] for each in SUBSTITUTED],
        "told": [[text, told(text)] for text in TOLD],
        "floats": [
            [value, spec, format(value, spec)]
            for value in NUMBERS
            for spec in SPECS
            if spec or not value.is_integer()  # JavaScript does not tell 1.0 from 1
        ],
        "shortest": [[value, repr(value)] for value in NUMBERS],
        "whole": [[value, spec, format(value, spec)] for value in WHOLE for spec in WHOLE_SPECS],
        "texts": [[text, spec, format(text, spec)] for text in TEXTS for spec in TEXT_SPECS],
        "draws": draws,
        "sums": {"rows": rows.tolist(), "all": float(rows.sum()), "by row": rows.sum(axis=1).tolist()},
    }


if __name__ == "__main__":
    RECORD.write_text(json.dumps(values(), ensure_ascii=False) + "\n", encoding="utf-8")
