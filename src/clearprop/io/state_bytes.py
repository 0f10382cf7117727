"""The state of a training as the bytes of a file, and back. Which file, and when, others decide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..formulas.catalogue import Array
from ..training import State
from .sealed import seal, unseal

_REST = "rest"
"""The array that holds, as UTF-8, what is not an array: a header may not be that long."""


def state_to_bytes(state: State, holds: str, more: Mapping[str, Any] | None = None) -> bytes:
    """The bytes of a state, the same for the same state. The document says that it `holds` this, and `more`, plain JSON."""
    arrays, rest = state.packed()
    forms = {path: [list(array.shape), str(array.dtype)] for path, array in arrays.items()}
    text = json.dumps({"rest": rest, "forms": forms}, sort_keys=True, separators=(",", ":"))
    flat = {f"/{path}": np.ascontiguousarray(array).reshape(-1) for path, array in arrays.items()}
    document = {"holds": holds, "step": state.step, **(more or {})}
    return seal({**flat, _REST: np.frombuffer(text.encode(), np.uint8)}, document)


def state_from_bytes(content: bytes, name: str, holds: str, what: str) -> tuple[State, dict[str, Any]]:
    """The state in a file's bytes, and the document. ValueError where they are truncated, altered, or not `what` is wanted."""
    arrays, document = unseal(content, name)
    if document.get("holds") != holds:
        held = f": it holds a {document['holds']}" if "holds" in document else ""
        raise ValueError(f"{name} is not {what}{held}")
    try:
        held = json.loads(arrays.pop(_REST).tobytes())
        forms, rest = held["forms"], held["rest"]
        state = State.unpacked({path: _formed(arrays, path, *form) for path, form in forms.items()}, rest)
        if not (isinstance(state.kind, str) and isinstance(state.about, dict) and isinstance(state.step, int)):
            raise ValueError("its kind, its description or its step is missing")
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ValueError(f"{name} cannot be read: {error!r}") from None
    return state, document


def _formed(arrays: dict[str, Array], path: str, shape: list[int], dtype: str) -> Array:
    array = arrays[f"/{path}"]
    if str(array.dtype) != dtype:
        raise ValueError(f"array {path} is {array.dtype}, not {dtype}")
    return array.reshape(shape).copy()
