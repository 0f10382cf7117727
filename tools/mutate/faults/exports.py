"""Faults in exports: formulas with wrong parentheses, names that become code, files that guess."""

from __future__ import annotations

from ..fault import Fault

EXPORTS = [
    # ---- operators as text
    Fault(
        "a - (b - c) loses its parentheses",
        "io/exports/writing.py",
        "(level, level + 1 if right is None else right)",
        "(level, level if right is None else right)",
    ),
    Fault(
        "a value that is used again is written out at each use, under its condition or not",
        "io/exports/writing.py",
        "        if node.gives not in self.titles and (again or len(made.text) > LONGEST):",
        "        if node.gives not in self.titles and again and len(made.text) > LONGEST:",
    ),
    Fault(
        "a shortest number is cut to six digits",
        "io/exports/writing.py",
        'np.format_float_positional(value, trim="0")',
        'np.format_float_positional(value, precision=6, trim="0")',
    ),
    # ---- estimators as models in JSON
    Fault(
        "rows of W stay in the estimator's order, and columns come in their own",
        "estimators/exports/as_model.py",
        "    made.W[1][...] = (factor[:, None] * W)[list(places)]",
        "    made.W[1][...] = factor[:, None] * W",
    ),
    Fault(
        "the centre of marks and categories is lost",
        "estimators/exports/as_model.py",
        "    made.W0[1][...] = net.W0[1] + shift @ W",
        "    made.W0[1][...] = net.W0[1]",
    ),
    Fault(
        "a gap is filled where the estimator refuses it",
        "estimators/exports/as_model.py",
        "        required=not fills,",
        "        required=False,",
    ),
    # ---- C
    Fault(
        "a loop is shared with an operator that needs all of the array",
        "io/exports/c_loops.py",
        "        needs_whole = node.operator in OF_WHOLE_ARRAYS and in_loop.intersection(node.takes)",
        "        needs_whole = node.operator in BY_THEMSELVES and in_loop.intersection(node.takes)",
    ),
    Fault(
        "a maximum starts from 0",
        "io/exports/c_loops.py",
        'made = self._new(1, start=f" = {given.at(0).text}")',
        'made = self._new(1, start=" = 0")',
    ),
    Fault(
        "parts side by side all begin at 0",
        "io/exports/c_loops.py",
        "            start += part.width",
        "            start += 0",
    ),
    Fault(
        "a scale is taken over the inputs and not for each unit",
        "io/exports/c_places.py",
        "largest = abs(W).max(axis=0)",
        "largest = np.full(W.shape[1], abs(W).max())",
    ),
    Fault(
        "weights of 8 bits are cut and not rounded",
        "io/exports/c_places.py",
        "np.rint(W / scale)",
        "np.trunc(W / scale)",
    ),
    Fault(
        "the arrays between layers are as wide as the outputs",
        "io/exports/c_networks.py",
        "widest = max(self.tracer.function.networks[0].widths)",
        "widest = self.tracer.function.networks[0].widths[-1]",
    ),
    Fault(
        "a row that is refused is predicted all the same",
        "io/exports/c_file.py",
        "if (!inputs({given}, {{}})) return -1;",
        "inputs({given}, {{}});",
    ),
    Fault(
        "the last of several networks is left out of the mean",
        "io/exports/c_networks.py",
        "        for k in range(2, len(self.networks) + 1):",
        "        for k in range(2, len(self.networks)):",
    ),
    Fault(
        "the units of a network have the room of its last hidden layer",
        "io/exports/c_networks.py",
        "hidden = max(layers[0].net.widths[1:-1], default=0)",
        "hidden = layers[0].net.widths[-2]",
    ),
    Fault(
        "a Python file takes the first network for the mean",
        "io/exports/numpy_file.py",
        "        return [*each, self._mean(len(networks))]",
        '        return [*each, "network = network_1\\n"]',
    ),
    Fault(
        "JSON makes one network of an ensemble",
        "io/exports/json_file.py",
        'return {"networks": each} if isinstance(function, Ensemble) else each[0]',
        "return each[0]",
    ),
    # ---- names
    Fault(
        "a comment may be ended by a name",
        "io/exports/names.py",
        r'r"(?<=\?)(?=\?)|(?<=\*)(?=/)|(?<=/)(?=\*)"',
        r'r"(?<=\?)(?=\?)|(?<=/)(?=\*)"',
    ),
    Fault(
        "marks that turn the direction of writing stay in comments",
        "io/exports/names.py",
        'each if each.isprintable() and each != "\\\\" else',
        'each if each not in "\\n\\\\" else',
    ),
    Fault(
        "a question mark in a text may begin a trigraph",
        "io/exports/names.py",
        r"""if byte in b'"\\?':""",
        r"""if byte in b'"\\':""",
    ),
    Fault(
        "two columns get one name",
        "io/exports/names.py",
        "        used.add(found)",
        "        used.add(name)",
    ),
    # ---- what goes in and comes out
    Fault(
        "a gap counts as one of the rare categories",
        "io/exports/columns.py",
        "known = np.logical_or(gap, parts[0].sum(axis=1, keepdims=True) > 0)",
        "known = parts[0].sum(axis=1, keepdims=True) > 0",
    ),
    Fault(
        "a gap among numbers is filled with the mean where training filled in the median",
        "io/exports/columns.py",
        "return column.mean if column.fill is None else column.fill",
        "return column.mean",
    ),
    Fault(
        "an infinite number is predicted",
        "io/exports/columns.py",
        "required.append(finite(X, [each.name for each, _ in some], len(some), gaps=not never_gaps))",
        "pass",
    ),
    Fault(
        "a year of a century is always a leap year",
        "io/exports/dates.py",
        "np.logical_or(_rest(year, 100) > 0, _rest(year, 400) == 0)",
        "np.logical_or(_rest(year, 100) >= 0, _rest(year, 400) == 0)",
    ),
    Fault(
        "the leap day of a year is that of the year before",
        "io/exports/dates.py",
        "leap = _is_leap(np.where(next_year, year + 1, year))",
        "leap = _is_leap(year)",
    ),
    Fault(
        "the week begins on the first of January of 1970",
        "io/exports/dates.py",
        "_rest(_day(seconds) - _MONDAY, _WEEK)",
        "_rest(_day(seconds), _WEEK)",
    ),
    Fault(
        "a gap among dates is the first of January of 1970",
        "io/exports/dates.py",
        "[*(np.where(there, each, 0.0) for each in made)",
        "[*made",
    ),
    Fault(
        "dates are in single precision",
        "io/exports/dates.py",
        "    if x.graph.dtype != np.float64:",
        "    if False:",
    ),
    Fault(
        "milliseconds are taken for seconds of another age",
        "io/exports/dates.py",
        "    met: Any = np.abs(x) <= FARTHEST",
        "    met: Any = np.abs(x) < np.inf",
    ),
    Fault(
        "a gap is a rare category of an estimator too",
        "estimators/exports/as_operators.py",
        "np.logical_not(np.logical_or(gap, parts[-1].sum(axis=1, keepdims=True) > 0))",
        "np.logical_not(parts[-1].sum(axis=1, keepdims=True) > 0)",
    ),
    Fault(
        "a margin chooses the first of two classes",
        "estimators/exports/as_operators.py",
        "np.concatenate([half_way - A, A - half_way], axis=1)",
        "np.concatenate([A - half_way, half_way - A], axis=1)",
    ),
    Fault(
        "a value comes out in standard units",
        "io/exports/function.py",
        "Answer(restored(first(A, 1, outputs), target.mean, target.scale))",
        "Answer(first(A, 1, outputs))",
    ),
    Fault(
        "ONNX gives a number where there is no prediction",
        "io/exports/onnx_file.py",
        "np.where(met, answer.values, np.nan)",
        "np.where(met, answer.values, 0)",
    ),
    Fault(
        "JSON has the digits of float64 for float32",
        "io/exports/json_file.py",
        "[float(str(each)) for each in values.ravel()]",
        "[round(float(each), 6) for each in values.ravel()]",
    ),
    Fault(
        "any file is replaced",
        "io/exports/written.py",
        "        lambda file: has_mark(file, mark, within=_BEGINNING),",
        "        lambda file: True,",
    ),
    Fault(
        "the header is written over before it is looked at",
        "io/exports/written.py",
        "    for each in files:\n        replaceable(each)\n",
        "",
    ),
    Fault(
        "a label is chosen at the number that means no",
        "estimators/exports/as_operators.py",
        "np.greater(A, (1 + labels.no) / 2)",
        "np.greater(A, labels.no)",
    ),
    Fault(
        "a gap among texts is no category",
        "estimators/exports/as_operators.py",
        "        if with_gaps:",
        "        if with_gaps and not texts:",
    ),
    Fault(
        "log1p is written as operators where there is a function for it",
        "operators/symbol.py",
        "        if ufunc in self.graph.more:\n            return",
        "        if False:\n            return",
    ),
]
