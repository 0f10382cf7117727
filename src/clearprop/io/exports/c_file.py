"""A model as C99: a .c file that needs <math.h> and <string.h> alone, and its header. Nothing is allocated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...columns.cells import TEXTS
from ...formulas.catalogue import Array
from ...operators import CannotExpress
from .c_forms import CForms
from .c_loops import Body
from .c_networks import CNetworks, c_function
from .c_places import NUMBER, TEXT, Constants, Place, array
from .function import Function
from .names import c_text, comment, identifiers
from .traced import Tracer, described, place_of, require_in_range

MARK = "Written by clearprop export"
"""What the first line of every file says."""
_SAME_TEXT = """\
static int same_text(const char *a, const char *b) {
  return strcmp(a == NULL ? "" : a, b) == 0;
}
"""
_LOG_SOFTMAX = """\
/* z_j - log(sum of e^z): the largest term, 1, stays outside the sum, so that a small rest is not rounded away. */
static void log_softmax(const {number} *z, {number} *out, int n) {{
  int top = 0;
  {number} rest = 0;
  for (int j = 0; j < n; j++) if (z[j] > z[top]) top = j;
  for (int j = 0; j < n; j++) if (j != top) rest += exp{f}(z[j] - z[top]);
  const {number} largest = z[top];
  for (int j = 0; j < n; j++) out[j] = z[j] - largest - log1p{f}(rest);
}}
"""


@dataclass(frozen=True)
class CFiles:
    """The text of both files, and how many bytes of constants there are."""

    source: str
    header: str
    constants: int


def c_files(function: Function, name: str, *, dtype: Any = np.float32, int8: bool = False) -> CFiles:
    """The .c and .h files called `name`: numbers of `dtype`, weights of 8 bits with `int8`.

    CannotExpress where C has no words.
    """
    return _Writer(function, name, np.dtype(dtype), int8).files()


class _Writer:
    def __init__(self, function: Function, name: str, dtype: np.dtype[Any], int8: bool) -> None:
        if not re.fullmatch(r"[\w.+-]+", name, re.ASCII):
            raise CannotExpress(
                f"a file of C is included by its name, {name!r}: use letters, digits, '_', '-' and '.' only"
            )
        self.function, self.file = function, name
        (self.prefix,) = identifiers([name], "c")
        self.forms = CForms(dtype)
        self.number = self.forms.number
        self.tracer = Tracer(function, dtype)
        self.used: set[str] = set()
        self.constants = Constants(self.forms, self._named, int8)
        self.fields = dict(
            zip((each.name for each in function.given), identifiers([g.name for g in function.given], "c"), strict=True)
        )

    def files(self) -> CFiles:
        """Both files."""
        inputs, networks = self._inputs(), CNetworks(self.tracer, self.constants)
        body = [inputs, *networks.functions, self._answer(), self._predict(networks)]
        steps = "\n".join(body)
        helpers = [_SAME_TEXT] if "same_text(" in steps else []
        if "log_softmax(" in steps:
            helpers.append(_LOG_SOFTMAX.format(number=self.number, f=self.forms.suffix))
        includes = ["#include <math.h>", *(["#include <stddef.h>", "#include <string.h>"] * ("same_text(" in steps))]
        head = [f"/* {MARK}: what a row is, and what the result means, is in {comment(self.file)}.h. */"]
        text = [*head, f'#include "{self.file}.h"', *includes, "", *self._classes(), *self.constants.lines]
        return CFiles("\n".join([*text, *helpers, *networks.units, steps]), self._header(), self.constants.bytes)

    def _named(self, about: str) -> str:
        """A name for an array."""
        count = 1
        name = about
        while name in self.used:
            count += 1
            name = f"{about}_{count}"
        self.used.add(name)
        return name

    # ---- what is in front of the network, and behind it

    def _inputs(self) -> str:
        graph, made = self.tracer.inputs()
        require_in_range(graph, "the preprocessing")
        places = {place_of(each.name): self._given(each) for each in self.function.given}
        about = {name: self._texts(values) for name, values in graph.constants.items() if values.dtype.kind in "UO"}
        goals = {made.A.name: array("out", self.function.inputs)}
        body = Body(graph, places, self.constants, about)
        lines = body.written(goals)
        met = [body.places[each.met.name].words for each in made.required]
        took = "const " + (f"{self.prefix}_row *row" if self.function.by_name else f"{self.number} *x")
        about_row = "/* The network's inputs of a row; 0 for a row that has no prediction. */"
        return c_function(
            about_row, f"static int inputs({took}, {self.number} *out)", [*lines, f"return {' && '.join(met) or '1'};"]
        )

    def _given(self, given: Any) -> Place:
        if not self.function.by_name:
            return Place(array("x", given.width), given.width)
        return Place(f"row->{self.fields[given.name]}", kind=TEXT if given.holds == TEXTS else NUMBER)

    def _texts(self, values: Array) -> str:
        name = self._named("known_texts")
        texts = [f"  {c_text(str(each))}," for each in values.ravel()]
        self.constants.lines += [f"static const char *const {name}[{values.size}] = {{", *texts, "};", ""]
        return name

    def _answer(self) -> str:
        graph, made = self.tracer.answer()
        width = self.function.outputs
        body = Body(graph, {"A": Place(array("a", width), width)}, self.constants, {})
        goals = {made.values.name: array("out", self.function.width)}
        labels = ""
        if self.function.several and made.chosen is not None:
            goals[made.chosen.name], labels = array("labels", self.function.width), ", int *labels"
        lines = body.written(goals)
        one = made.chosen is not None and not self.function.several
        result = body.places[made.chosen.name].words if one and made.chosen is not None else "0"
        signature = f"static int answer(const {self.number} *a{labels}, {self.number} *out)"
        return c_function("/* The prediction, of the network's outputs. */", signature, [*lines, f"return {result};"])

    def _predict(self, networks: CNetworks) -> str:
        given = "row" if self.function.by_name else "x"
        labels = "labels, " if self.function.several else ""
        lines, result = networks.lines(f"if (!inputs({given}, {{}})) return -1;")
        return c_function("", self._signature(), [*lines, f"return answer({result}, {labels}{self._result});"])

    # ---- what a user sees

    @property
    def _result(self) -> str:
        return self.function.values_are

    def _signature(self) -> str:
        width = self.function.given[0].width
        given = f"const {self.prefix}_row *row" if self.function.by_name else f"const {self.number} x[{width}]"
        labels = f"int labels[{self.function.width}], " if self.function.several else ""
        return f"int {self.prefix}_predict({given}, {labels}{self.number} {self._result}[{self.function.width}])"

    def _classes(self) -> list[str]:
        if self.function.classes is None:
            return []
        kind, texts = _class_constants(self.function.classes)
        return [f"{kind}{self.prefix}_classes[{len(texts)}] = {{", *(f"  {text}," for text in texts), "};", ""]

    def _header(self) -> str:
        guard = f"{self.prefix.upper()}_H"
        function = self.function
        lines = [
            f"/* {MARK}. {comment(' '.join(described(function)))}",
            "",
            *(f"   {line}" for line in self._meaning()),
            "   Nothing is allocated or changed, so it may be called from several threads. */",
            f"#ifndef {guard}",
            f"#define {guard}",
            "",
            "#ifdef __cplusplus",
            'extern "C" {',
            "#endif",
            "",
            *self._row(),
        ]
        if function.classes is not None:
            kind, texts = _class_constants(function.classes)
            lines += [f"extern {kind}{self.prefix}_classes[{len(texts)}];", ""]
        lines += [f"{self._signature()};", "", "#ifdef __cplusplus", "}", "#endif", "", "#endif", ""]
        return "\n".join(lines)

    def _meaning(self) -> list[str]:
        result, what = self._result, self.function.values_are
        if self.function.several:
            meaning = [f"0, with labels[j] 1 where the row has {self.prefix}_classes[j], else 0, and its {what}"]
        elif self.function.classes is not None:
            meaning = [f"the index of the class in {self.prefix}_classes, and fills {result} in that order"]
        else:
            meaning = [f"0, and fills {result}"]
        return [
            f"{self.prefix}_predict gives {meaning[0]};",
            "it gives -1, and fills nothing, for a row with an infinite number, or with a missing one that has no value here.",
        ]

    def _row(self) -> list[str]:
        if not self.function.by_name:
            return []
        fields = []
        for given in self.function.given:
            kind = "const char *" if given.holds == TEXTS else f"{self.number} "
            about = "; ".join(filter(None, [", ".join(map(repr, given.known)), given.about]))
            said = repr(given.name) + f": {about}" * bool(about)
            fields.append(f"  {kind}{self.fields[given.name]}; /* {comment(said)} */")
        return ["typedef struct {", *fields, f"}} {self.prefix}_row;", ""]


def _class_constants(classes: Iterable[Any]) -> tuple[str, list[str]]:
    """The type of the names of classes, and each of them: whole numbers, other numbers, or texts."""
    given = [each.item() if isinstance(each, np.generic) else each for each in classes]
    if all(isinstance(each, int) and abs(each) < 2**63 for each in given):
        return "const long long ", [f"{int(each)}LL" for each in given]
    if all(isinstance(each, int | float) for each in given):
        return "const double ", [CForms(np.dtype(np.float64)).constant(each).text for each in given]
    return "const char *const ", [c_text(str(each)) for each in given]
