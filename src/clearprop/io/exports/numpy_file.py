"""A model as a Python file that needs NumPy alone, and reads like the notes: Z = A W + W0, A = f(Z), layer after layer."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ...columns.cells import DATES, NUMBERS, TEXTS
from ...columns.texts import GAP_MARKS
from ...operators import Graph
from .c_file import MARK
from .columns import Given
from .function import VALUES, Function
from .names import comment, identifiers
from .numpy_forms import NumPyForms, array_text, places_text, texts_text
from .traced import Called, TracedLayer, Tracer, described, place_of
from .writing import ATOM, Words, statements

_HELPERS = {
    "number(": '''
def number(columns, name):
    """A column of numbers, (n, 1)."""
    return np.asarray(columns[name], dtype=float)[:, None]
''',
    "date(": '''
def date(columns, name):
    """A column of dates, (n, 1): dates of NumPy, or seconds since 1970-01-01 00:00, as clocks show them; NaN in gaps."""
    cells = np.asarray(columns[name])
    if cells.dtype.kind == "M":
        cells = np.where(np.isnat(cells), np.nan, (cells - np.datetime64(0, "s")) / np.timedelta64(1, "s"))
    return cells.astype(float)[:, None]
''',
    "written_date(": '''
def written_date(columns, name, written, gaps=()):
    """A column of dates, (n, 1), of which some may be texts: `written` is their pattern. Others are as for `date`."""
    cells = np.asarray(columns[name], dtype=object).tolist()
    if not any(isinstance(cell, str) for cell in cells):
        return date(columns, name)
    found = [seconds(cell, written, gaps) for cell in cells]
    others = [cell for cell, each in zip(cells, found) if each is None]
    if others and all(each is None or np.isnan(each) for each in found):
        raise ValueError(f"{others[0]!r} is not written as the dates that the model was trained with, and no cell is")
    if others:
        what = "is not written as the dates that the model was trained with, and counts as a gap"
        warnings.warn(f"column {name!r}: {others[0]!r}, one of {len(others)}, {what}", stacklevel=2)
    return np.array([[np.nan if each is None else each] for each in found])


def seconds(cell, written, gaps):
    """Seconds since 1970-01-01 00:00; NaN where a cell is a gap, None for a text that is no date."""
    if cell is None or str(cell).strip().lower() in GAPS or cell in gaps:
        return np.nan
    if not isinstance(cell, str):
        return (np.datetime64(cell, "s") - np.datetime64(0, "s")) / np.timedelta64(1, "s")
    found = re.fullmatch(written, cell.strip(), re.IGNORECASE)
    if found is None:
        return None
    part = found.groupdict()
    month = MONTHS.index(part["named"][:3].lower()) + 1 if part.get("named") else int(part.get("month") or 0)
    month = month or 3 * int(part["quarter"]) - 2
    try:
        day = np.datetime64(f"{part['year']}-{month:02}-{int(part.get('day') or 1):02}", "s")
    except ValueError:
        return None
    hour, minute, second = (int(part[each] or 0) for each in ("hour", "minute", "second"))
    if part["half"]:
        hour = hour % 12 + 12 * (part["half"][0] in "pP")
    if hour >= 24 or minute >= 60 or second >= 60:
        return None
    return (day - np.datetime64(0, "s")) / np.timedelta64(1, "s") + 3600 * hour + 60 * minute + second


MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
GAPS = {marks}
'''.replace("{marks}", repr(sorted(GAP_MARKS))),
    "text(": '''
def text(columns, name):
    """A column of texts, (n, 1); one that is missing, such as None or NaN, is empty."""
    cells = np.asarray(columns[name], dtype=object).tolist()
    missing = [cell is None or (not isinstance(cell, str) and str(cell) in ("nan", "NaT", "<NA>")) for cell in cells]
    return np.array(["" if gap else str(cell) for cell, gap in zip(cells, missing)], dtype=str)[:, None]
''',
    "require(": '''
def require(met, what):
    """ValueError for the first row, counted from 0, of which this is not true."""
    if not np.all(met):
        raise ValueError(f"row {np.argmin(np.all(met, axis=1))}: {what}")
''',
    "log_softmax_of(": '''
def log_softmax_of(Z):
    """z_j - log(sum of e^z): the largest term, 1, stays outside the sum, so that a small rest is not rounded away."""
    top = Z.argmax(axis=1)[:, None]
    shifted = Z - np.take_along_axis(Z, top, axis=1)
    others = np.exp(shifted)
    np.put_along_axis(others, top, 0, axis=1)
    return shifted - np.log1p(others.sum(axis=1, keepdims=True))
''',
}
"""What a file has if something in it is called so."""
_READ_BY = {NUMBERS: "number", TEXTS: "text", DATES: "date"}


def numpy_file(function: Function) -> str:
    """The text of the file. CannotExpress where NumPy's common functions do not suffice."""
    return _Writer(function).text()


class _Writer:
    def __init__(self, function: Function) -> None:
        self.function, self.dtype = function, function.network.dtype
        self.tracer = Tracer(function, self.dtype, of_units=False)
        self.arrays: list[str] = []
        self.used: set[str] = set()

    def text(self) -> str:
        """The whole file: what it is, its functions, and its numbers."""
        networks = self.tracer.networks()
        self.used |= {f"network_{k}" for k in range(1, len(networks) + 1)}
        names = [re.sub(r"^([tx]\d)", r"f_\1", each.f.name) for each in self.tracer.called]  # t1 and x1 are values
        calls = identifiers(names, "python", self.used)
        self.used |= set(calls)
        activations = [self._activation(each, name) for each, name in zip(self.tracer.called, calls, strict=True)]
        body = "\n\n".join([*activations, self._inputs(), *self._networks(networks, calls), *self._answers()])
        helpers = [text.strip("\n") for call, text in _HELPERS.items() if call in body]
        numbers = [*self._classes(), *self.arrays]
        parts = [
            self._head(uses_re="written_date(" in body),
            *("\n\n" + each for each in (*helpers, body)),
            "\n\n" + "\n".join(numbers),
        ]
        return "\n".join(parts).rstrip() + "\n"

    def _head(self, *, uses_re: bool) -> str:
        rows = (
            "X, an array of rows" if not self.function.by_name else "columns by name: a dict of arrays, or a data frame"
        )
        about = [f"# {MARK}. It needs NumPy alone.", *(f"# {comment(line)}" for line in described(self.function))]
        imports = ["import re", "import warnings", "", "import numpy as np"] if uses_re else ["import numpy as np"]
        return "\n".join([*about, f"# predict takes {rows}.", "", *imports, "", f"dtype = np.{self.dtype}"])

    # ---- functions

    def _activation(self, called: Called, name: str) -> str:
        words = {"z": Words("Z"), "alpha": Words("alpha")}
        made = statements(called.graph, words, NumPyForms("dtype", called.graph), _declared)
        said = comment(f"{called.f}: {called.f.formula}" if called.f.formula else str(called.f))
        takes = ", ".join(words[each].text for each in called.takes)
        return _function(name, takes, [f"# {said}", *made.said, f"return {made.results[0].text}"])

    def _inputs(self) -> str:
        function, m = self.function, self.function.inputs
        graph, made = Tracer(function, np.dtype(float)).inputs()
        words = {place_of(each.name): Words(f"x{i}") for i, each in enumerate(function.given, 1)}
        takes, given = (
            "columns",
            [f"x{i} = {self._read(each)}{_said(each)}" for i, each in enumerate(function.given, 1)],
        )
        if not function.by_name:
            takes, given, words = "X", _rows(function.given[0].width), {place_of("X"): Words("X")}
        lines = statements(graph, words | self._constants(graph, {}, "float"), NumPyForms("float", graph), _declared)
        checks = [
            f"require({met.text}, {each.says!a})" for met, each in zip(lines.results[1:], made.required, strict=True)
        ]
        A = lines.results[0]
        result = A.text if self.dtype == np.float64 else f"{A.within(ATOM)}.astype(dtype)"
        about = f'"""The network\'s inputs (n, {m}) of {"the columns of a table" if function.by_name else "rows X"}."""'
        return _function("inputs", takes, [about, *given, *lines.said, *checks, f"return {result}"])

    def _read(self, given: Given) -> str:
        """The call that reads a column."""
        if not given.written:
            return f"{_READ_BY[given.holds]}(columns, {given.name!a})"
        written = self._declared("dates_written", ascii(given.written))
        gaps = f", {given.gaps!a}" if given.gaps else ""
        return f"written_date(columns, {given.name!a}, {written}{gaps})"

    def _networks(self, networks: list[list[TracedLayer]], calls: list[str]) -> list[str]:
        """A function for the network, or for each and their mean."""
        if len(networks) == 1:
            return [self._network("network", networks[0], calls)]
        each = [self._network(f"network_{k}", layers, calls) for k, layers in enumerate(networks, 1)]
        return [*each, self._mean(len(networks))]

    def _mean(self, count: int) -> str:
        """The function of the mean of several networks, one after another."""
        words = {"A": Words("A"), "total": Words("total")}
        one_more, mean = (
            statements(graph, words, NumPyForms("dtype", graph), _declared) for graph in self.tracer.mean()
        )
        others = ", ".join(f"network_{k}" for k in range(2, count + 1))
        lines = [
            f'"""The mean of the outputs of {count} networks, (n, outputs)."""',
            "total = network_1(X)",
            f"for member in ({others}{',' * (count == 2)}):",
            *(f"    {line}" for line in ["A = member(X)", *one_more.said, f"total = {one_more.results[0].text}"]),
            *mean.said,
            f"return {mean.results[0].text}",
        ]
        return _function("network", "X", lines)

    def _network(self, name: str, layers: list[TracedLayer], calls: list[str]) -> str:
        about = [
            '"""The outputs (n, outputs) of inputs A (n, inputs). Points are rows, so Z = A W + W0; with points as columns,',
            'as in many texts, it is Z = W^T A + W0."""',
        ]
        if name not in {"network", "network_1"}:
            about = ['"""The same for another network."""']
        lines = [line for layer in layers for line in self._layer(layer, calls)]
        quiet = '@np.errstate(all="ignore")  # formulas choose between two values, of which one may overflow\n'
        return quiet + _function(name, "A", [*about, *lines, "return A"])

    def _layer(self, layer: TracedLayer, calls: list[str]) -> list[str]:
        graph = layer.graph
        words = {"A": Words("A"), **self._constants(graph, layer.about)}
        titles = {layer.V: "Z"}
        made = statements(graph, words, NumPyForms("dtype", graph, calls), _declared, titles)
        return ["", f"# {comment(layer.said)}", *made.said, f"A = {made.results[0].text}"]

    def _answers(self) -> list[str]:
        """`predict`, and before it what gives its numbers where they are no predictions."""
        function, takes = self.function, "columns" if self.function.by_name else "X"
        graph, _ = Tracer(function, self.dtype).answer()
        words = {"A": Words("A"), **self._constants(graph, {})}
        made = statements(graph, words, NumPyForms("dtype", graph), _declared)
        results = [each.text for each in made.results]
        outputs = f"A = network(inputs({takes}))"
        if function.values_are == VALUES and self.dtype != np.float64:
            outputs += ".astype(float)"
        if function.classes is None:
            one = len(function.targets) == 1
            alone = f"{made.results[0].within(ATOM)}[:, 0]" if one else results[0]
            about = '"""The prediction of each row, (n,)."""' if one else '"""The outputs of each row, (n, outputs)."""'
            return [_function("predict", takes, [about, outputs, *made.said, f"return {alone}"])]
        numbers = f"predict_{'proba' if function.values_are == 'probabilities' else 'outputs'}"
        about_numbers = (
            f'"""A number for each class, (n, {function.width}), in the order of `classes`: {function.values_are}."""'
        )
        chosen = f"{made.results[1].within(ATOM)}.astype(int)" if function.several else results[1]
        label = f"return {chosen}" if function.several else f"return classes[{chosen}]"
        about = "1 for each label that a row has, else 0" if function.several else "The class of each row, (n,)"
        return [
            _function(numbers, takes, [about_numbers, outputs, *made.said, f"return {results[0]}"]),
            _function("predict", takes, [f'"""{about}."""', outputs, *made.said, label]),
        ]

    # ---- numbers

    def _constants(self, graph: Graph, about: dict[str, str], dtype: str = "dtype") -> dict[str, Words]:
        """Words for the constants of a graph that are arrays, which are named at the end of the file."""
        words = {}
        for name, values in graph.constants.items():
            if values.dtype.kind == "i":
                words[name] = Words(places_text(values.ravel()))
            elif values.dtype.kind in "UO":
                words[name] = Words(self._declared("known_texts", texts_text(values.ravel())))
            elif values.size > 1 or values.ndim == 2:
                words[name] = Words(self._declared(about.get(name, "constant"), array_text(values, dtype)))
        return words

    def _declared(self, name: str, text: str) -> str:
        count, made = 1, name
        while made in self.used:
            count += 1
            made = f"{name}_{count}"
        self.used.add(made)
        self.arrays.append(f"{made} = {text}\n")
        return made

    def _classes(self) -> list[str]:
        classes = self.function.classes
        if classes is None:
            return []
        plain = [each.item() if isinstance(each, np.generic) else each for each in classes]
        return [f"classes = np.array([{', '.join(ascii(each) for each in plain)}])\n"]


def _rows(width: int) -> list[str]:
    """Lines that make an array of rows X, and say so if it has another shape."""
    return [
        "X = np.asarray(X, float)",
        f"if X.ndim != 2 or X.shape[1] != {width}:",
        f'    raise ValueError(f"X must be (n, {width}), given {{X.shape}}")',
    ]


def _said(given: Given) -> str:
    """What a number is, as a comment."""
    return f"  # {comment(given.about)}" if given.about and given.holds != DATES else ""


def _declared(name: str, text: str, truth: bool) -> str:
    del truth
    return f"{name} = {text}"


def _function(name: str, takes: str, lines: Sequence[str]) -> str:
    return "\n".join([f"def {name}({takes}):", *(f"    {line}".rstrip() for line in lines), ""])
