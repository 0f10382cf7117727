"""The formats that a model can be exported to, parts of the catalogue: a new one is a record with `files`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ...formulas.catalogue import Part, register
from .c_file import c_files
from .function import Function
from .json_file import json_file
from .numpy_file import numpy_file
from .onnx_file import onnx_file


@dataclass(frozen=True)
class Export(Part):
    """A format: `find(Export, "onnx")`."""

    kind = "export"
    suffix: ClassVar[str]
    """That of the file."""
    options: ClassVar[tuple[str, ...]] = ()
    """Which of `dtype` and `int8` it has."""

    def files(self, function: Function, name: str, **options: Any) -> dict[str, bytes]:
        """The contents of the files by their suffixes; they are called `name`. CannotExpress where the format has no words."""
        raise NotImplementedError(f"export {self.name!r} must define files")


@register
class ONNX(Export):
    """ONNX, for onnxruntime and other runtimes: columns by name in, labels and probabilities or values out."""

    name, suffix, options = "onnx", ".onnx", ("dtype",)
    source = "https://onnx.ai"

    def files(self, function: Function, name: str, **options: Any) -> dict[str, bytes]:
        return {self.suffix: onnx_file(function, **options)}


@register
class C99(Export):
    """C99 source, a .c and a .h file, with constant weights and no memory to allocate: for a microcontroller too."""

    name, suffix, options = "c", ".c", ("dtype", "int8")
    other_names = ("c99", "c_header")
    source = "ISO/IEC 9899:1999"

    def files(self, function: Function, name: str, **options: Any) -> dict[str, bytes]:
        made = c_files(function, name, **options)
        return {".c": made.source.encode(), ".h": made.header.encode()}


@register
class NumPyFile(Export):
    """A Python file that needs NumPy alone, written to be read."""

    name, suffix = "numpy", ".py"
    other_names = ("python", "np")
    source = "https://numpy.org"

    def files(self, function: Function, name: str, **options: Any) -> dict[str, bytes]:
        return {self.suffix: numpy_file(function).encode()}


@register
class JSONFile(Export):
    """JSON with layers, weights and preprocessing, which `clearprop.io.exports.read_json` reads back to the same model."""

    name, suffix = "json", ".json"
    source = "RFC 8259"

    def files(self, function: Function, name: str, **options: Any) -> dict[str, bytes]:
        return {self.suffix: json_file(function.model()).encode()}
