"""`export`: a model as a file in another format. It replaces only what it wrote itself."""

from __future__ import annotations

import warnings
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ...callers import either, give
from ...columns.cells import DATES
from ...ensemble import Ensemble
from ...formulas.catalogue import CATALOGUE, find
from ...network import Network
from ..files import has_mark, write_atomically
from ..files import replaceable as replaceable_file
from ..model import Model
from ..model_file import load_model, require_finite
from ..preprocessing import abbreviate
from .c_file import MARK
from .exporters import Export
from .function import Function, function_of
from .json_file import FORMAT

_MARKS = {".onnx": b"clearprop", ".json": f'"format": "{FORMAT}"'.encode()}
"""What the beginning of a file says if `export` wrote it; others say `MARK`."""
_BEGINNING = 200
"""Bytes in which the mark stands."""
_ROUNDED = 1e-3
"""By how many standard deviations a number may be rounded before a warning says so."""
_DTYPES = ("float32", "float64")


def export(
    model: Any,
    path: str | PathLike[str],
    to: str | Export | None = None,
    *,
    dtype: str | None = None,
    int8: bool = False,
) -> list[Path]:
    """Write a model as "onnx", "c", "numpy" or "json"; the files that were written.

    `model` is a `Model`, a `Network`, an `Ensemble`, the path of a model file, or a fitted estimator. Without `to` the suffix
    of `path` decides: .onnx, .c, .py or .json. `dtype` is the type of numbers in ONNX and C: float32 by default, float64
    where a column has dates; `int8` stores the weights of C in 8 bits. An existing file is replaced only if an export wrote it.

    ValueError where the format has no words for a part of the model, which it names; OSError where a file cannot be written;
    ImportError for ONNX without the package onnx.

    >>> import tempfile, clearprop as cp
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in export(cp.Network((2, 1), ("tanh",)), f"{folder}/net.c")]
    ['net.c', 'net.h']
    """
    if hasattr(model, "export"):  # an estimator, of a later room
        return model.export(path, to, dtype=dtype, int8=int8)
    return export_function(_function(model), path, to, dtype=dtype, int8=int8)


def export_function(
    function: Function,
    path: str | PathLike[str],
    to: str | Export | None = None,
    *,
    dtype: str | None = None,
    int8: bool = False,
) -> list[Path]:
    """The same for a function that was put together."""
    format_ = format_of(path, to)
    options = _options(format_, dtype or _dtype_of(function, format_), int8)
    target = Path(path) if Path(path).suffix else Path(path).with_suffix(format_.suffix)
    first = replaceable(target)
    for net in function.networks:
        require_finite(net)
    if "dtype" in format_.options and options.get("dtype", np.float32) == np.float32:
        _warn_of_few_digits(function)
    made = format_.files(function, target.stem, **options)
    files = {first if suffix == format_.suffix else target.with_suffix(suffix): text for suffix, text in made.items()}
    if len(files) < len(made):
        better = f"{target.stem}{format_.suffix}"
        raise ValueError(
            f"{format_.name} becomes {' and '.join(made)}, so {target} cannot be the first; call it {better}"
        )
    for each in files:
        replaceable(each)
    for each, content in files.items():
        write_atomically(each, content)
    return list(files)


def replaceable(path: Path) -> Path:
    """The path, if a file can be written there and none is there but one that an export wrote; else OSError or ValueError."""
    mark = _MARKS.get(path.suffix, MARK.encode())
    return replaceable_file(
        path,
        lambda file: has_mark(file, mark, within=_BEGINNING),
        why="was not written by clearprop export",
        mend="choose another name with -o, or remove it",
    )


def _warn_of_few_digits(function: Function) -> None:
    """A warning for columns whose numbers are so far from 0 that float32 rounds away what tells them apart."""
    lost = [each.name for each in function.given if each.distance * np.finfo(np.float32).eps > _ROUNDED]
    if lost:
        warnings.warn(
            f"numbers of {abbreviate(lost)} are so large for their spread that float32 changes predictions; "
            f"export with {give('--dtype=float64')}",
            UserWarning,
            stacklevel=4,
        )


def _function(model: Any) -> Function:
    if isinstance(model, str | PathLike):
        model = load_model(model)
    if not isinstance(model, Model | Network | Ensemble):
        raise TypeError(
            f"export takes a Model, a Network, an Ensemble, the path of a model file or a fitted estimator of clearprop; given "
            f"{type(model).__name__}"
        )
    return function_of(model)


def format_of(path: str | PathLike[str], to: str | Export | None) -> Export:
    """The format that is asked for, or that of the suffix."""
    suffixes = {part.suffix: part for part in CATALOGUE[Export.kind].values() if issubclass(part, Export)}
    suffix = Path(path).suffix.lower()
    if to is not None:
        format_ = find(Export, to)
        if suffix in suffixes and suffix != format_.suffix:
            other = suffixes[suffix].name
            raise ValueError(
                f"{path} is a name of {other}, and the format is {format_.name}; call it "
                f"{Path(path).with_suffix(format_.suffix)}, or leave {either('--to', 'to')} out for {other}"
            )
        return format_
    if suffix not in suffixes:
        known = ", ".join(f"{each} for {part.name}" for each, part in suffixes.items())
        raise ValueError(
            f"the suffix of {path} says no format; there are {known}; or say it: " + either("--to onnx", "to='onnx'")
        )
    return suffixes[suffix]()


def _dtype_of(function: Function, format_: Export) -> str | None:
    """float64 where float32 would not do for what a row holds; else None, the format's own."""
    of_dates = any(each.holds == DATES for each in function.given)
    return "float64" if of_dates and "dtype" in format_.options else None


def _options(format_: Export, dtype: str | None, int8: bool) -> dict[str, Any]:
    """The options for a format. ValueError for one that it does not have."""
    asked = {"dtype": dtype, "int8": int8 or None}
    for name, value in asked.items():
        if value is not None and name not in format_.options:
            having = [part.name for part in CATALOGUE[Export.kind].values() if name in getattr(part, "options", ())]
            raise ValueError(
                f"{format_.name} has no option {name}; {' and '.join(having)} {'have' if having[1:] else 'has'} it"
            )
    if dtype is not None and dtype not in _DTYPES:
        raise ValueError(f"dtype is {' or '.join(_DTYPES)}, given {dtype!r}")
    made: dict[str, Any] = {} if dtype is None else {"dtype": np.dtype(dtype)}
    return made | ({"int8": True} if int8 else {})
