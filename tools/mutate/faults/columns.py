"""Faults in what columns are taken for, and in what dates become."""

from __future__ import annotations

from ..fault import Fault

COLUMNS = [
    Fault(
        "a text of its own in each row is a category",
        "columns/kinds.py",
        "    if one_each:\n",
        "    if False:\n",
    ),
    Fault(
        "all numbers that differ are names of rows",
        "columns/kinds.py",
        "if kind == NUMBER and is_name_of_rows(name) and _counts(filled):",
        "if kind == NUMBER and _counts(filled):",
    ),
    Fault(
        "day and month are guessed",
        "columns/kinds.py",
        "    if len(forms) == 1:\n",
        "    if forms:\n",
    ),
    Fault(
        "the days of the week begin with the wrong one",
        "columns/date_parts.py",
        'MONDAY = np.datetime64("1969-12-29", "us")',
        'MONDAY = np.datetime64("1969-12-28", "us")',
    ),
    Fault(
        "a year is always as long",
        "columns/date_parts.py",
        "((year + 1).astype(DATE) - year.astype(DATE))",
        'np.timedelta64(365, "D")',
    ),
    Fault(
        "a date that is missing is 1970",
        "columns/date_parts.py",
        "        made[gaps, : len(columns)] = 0.0\n",
        "",
    ),
    Fault(
        "the time of new rows is counted from their own mean",
        "columns/date_parts.py",
        "return [(_days(values) - self.mean) / self.scale]",
        "return [(_days(values) - _days(values).mean()) / self.scale]",
    ),
    Fault(
        "a code that begins with 0 is a number",
        "columns/texts.py",
        'if "_" in plain or re.match(r"[+-]?0\\d", plain):',
        'if "_" in plain:',
    ),
    Fault(
        "a new word in a column of numbers is a gap, without a word",
        "columns/column.py",
        "news = [text for text in others if text not in self.others]",
        "news = list[str]()",
    ),
    Fault(
        "columns are left out without a warning",
        "estimators/preparation.py",
        "    warn_of(records, HOW)\n",
        "",
    ),
    Fault(
        "a gap among dates that nobody asked to fill is filled",
        "estimators/columns.py",
        "            if not self.gaps:\n",
        "            if False:\n",
    ),
    Fault(
        "marks of gaps are named in the order of the columns",
        "estimators/columns.py",
        "key=lambda each: each[1] == MISSING",
        "key=lambda each: 0",
    ),
]
