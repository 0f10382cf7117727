"""Doctests are collected from every module that can be imported: not from converters whose library is not installed."""

from importlib.util import find_spec

NEEDS = {
    "clearprop/estimators/exports/for_skl2onnx.py": ["skl2onnx"],
    "clearprop/estimators/exports/for_hummingbird.py": ["hummingbird", "torch"],
}
collect_ignore = [path for path, libraries in NEEDS.items() if not all(map(find_spec, libraries))]
