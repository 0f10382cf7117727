"""Models out: ONNX, C99, a Python file that needs NumPy alone, and JSON."""

from .exporters import Export
from .function import Function, function_of
from .json_file import read_json
from .written import export, export_function, format_of

__all__ = ["Export", "Function", "export", "export_function", "format_of", "function_of", "read_json"]
