"""C sources of an export compiled with every warning an error, and called from Python."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearprop.columns.cells import TEXTS
from clearprop.io.exports.c_file import CFiles, c_files
from clearprop.io.exports.function import Function
from clearprop.io.exports.names import identifiers

CFLAGS = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wshadow", "-Wdouble-promotion", "-Wconversion", "-Werror")


def compiler(name: str, package: str) -> str:
    """The path of a compiler or an emulator. Where it is missing a test is skipped; in continuous integration it fails."""
    found = shutil.which(name)
    if found is None:
        reason = f"{name} is not installed: apt-get install {package}"
        (pytest.fail if os.environ.get("CLEARPROP_CI") else pytest.skip)(reason)
    return str(found)


def built(made: CFiles, folder: Path, name: str, *options: str, cc: str = "cc", output: str = "") -> Path:
    """The sources, written to a folder and compiled."""
    (folder / f"{name}.c").write_text(made.source, encoding="utf-8")
    (folder / f"{name}.h").write_text(made.header, encoding="utf-8")
    target = folder / (output or f"{name}.so")
    command = [compiler(cc, "gcc"), *CFLAGS, *options, str(folder / f"{name}.c"), "-o", str(target), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stderr}\n{made.source}"
    return target


@dataclass(frozen=True)
class InC:
    """A compiled function."""

    function: Function
    files: CFiles
    number: Any
    call: Any
    prefix: str
    library: Any

    def rows(self, columns: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        """What `predict` gives for each row of columns by name, (n,), and the numbers (n, k) that it fills."""
        (first, *_) = columns.values()
        results = [self.row({name: values[i] for name, values in columns.items()}) for i in range(len(first))]
        return np.array([result for result, _ in results]), np.stack([numbers for _, numbers in results])

    def row(self, row: dict[str, Any]) -> tuple[int, np.ndarray]:
        """One row, by the names of columns."""
        fields = identifiers([each.name for each in self.function.given], "c")
        types = [ctypes.c_char_p if each.holds == TEXTS else self.number for each in self.function.given]
        kind = type("Row", (ctypes.Structure,), {"_fields_": list(zip(fields, types, strict=True))})
        values = [row[each.name] for each in self.function.given]
        plain = [each.encode() if isinstance(each, str) else each for each in values]
        numbers = (self.number * self.function.width)(*[7.0] * self.function.width)
        result = self.call(ctypes.byref(kind(*plain)), numbers)
        return result, np.array(numbers)

    def points(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same for rows without names, X (n, m)."""
        results, numbers = [], []
        labels = [(ctypes.c_int * self.function.width)()] if self.function.several else []
        for x in X:
            filled = (self.number * self.function.width)()
            results.append(self.call((self.number * len(x))(*x.tolist()), *labels, filled))
            numbers.append([list(each) for each in (*labels, filled)])
        return np.array(results), np.array(numbers).squeeze(1) if not labels else np.array(numbers)


def in_c(function: Function, folder: Path, name: str = "model", **options: Any) -> InC:
    """A function compiled."""
    made = c_files(function, name, **options)
    library = ctypes.CDLL(str(built(made, folder, name, "-O1", "-shared", "-fPIC")))
    number = ctypes.c_double if options.get("dtype") == np.float64 else ctypes.c_float
    (prefix,) = identifiers([name], "c")
    return InC(function, made, number, getattr(library, f"{prefix}_predict"), prefix, library)
