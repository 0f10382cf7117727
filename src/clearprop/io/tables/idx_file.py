"""IDX files, as MNIST has them: images with a row of pixels for each, and the labels of a file beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ...formulas.catalogue import Array, register
from .formats import TableFormat
from .numpy_file import ArrayRows
from .reading import Reading
from .sources import Source

_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
MOST_DIMENSIONS = 8
_IMAGES = re.compile(r"images([-.])idx\d")


@register
class IDX(TableFormat):
    """MNIST's format: images, flattened to the columns `pixel 1`, `pixel 2`, ..., and their `label`."""

    name = "idx"
    source = "LeCun, Cortes and Burges 1998, the MNIST database"
    suffixes = (".idx", ".idx1-ubyte", ".idx3-ubyte")
    options = ()

    def recognises(self, source: Source) -> bool:
        head = source.head
        return head[:2] == b"\0\0" and len(head) > 4 and head[2] in _TYPES and 1 <= head[3] <= MOST_DIMENSIONS

    def open(self, source: Source, how: Reading) -> ArrayRows:
        array = array_of(source)
        if array.ndim == 1:
            return ArrayRows(source, how, {"label": array})
        pixels = array.reshape(len(array), -1)
        columns = {f"pixel {j + 1}": pixels[:, j] for j in range(pixels.shape[1])}
        rows = ArrayRows(source, how, columns)
        beside = labels_beside(source.path)
        if beside is None:
            rows.said = ["no file of labels is beside it"]
            return rows
        labels = array_of(Source.of(beside))
        if labels.shape != (len(array),):
            raise ValueError(f"{beside} has labels of shape {labels.shape}, and {source.name} has {len(array)} images")
        rows = ArrayRows(source, how, {**columns, "label": labels})
        rows.said, rows.target = [f"labels are from {beside.name}, beside it"], "label"
        return rows


def array_of(source: Source) -> Array:
    """The array of an IDX file. ValueError where it has more or fewer bytes than its dimensions say."""
    with source.opened() as stream:
        begin = stream.read(4)
        if begin[:2] != b"\0\0" or len(begin) < 4 or begin[2] not in _TYPES or not 1 <= begin[3] <= MOST_DIMENSIONS:
            raise ValueError(f"{source.name} is not an IDX file: its first bytes are {begin!r}")
        sizes = stream.read(4 * begin[3])
        shape = tuple(np.frombuffer(sizes[: len(sizes) // 4 * 4], ">u4").tolist())
        dtype = np.dtype(_TYPES[begin[2]])
        needed = dtype.itemsize
        for length in shape:
            needed *= length
        if len(shape) < begin[3] or 0 in shape or needed > source.limit:
            raise ValueError(f"{source.name} says that it has the shape {shape} of {dtype}: it is damaged")
        content = stream.read(needed)
        others = "fewer" if len(content) < needed else "more" if stream.read(1) else None
        if others is not None:
            raise ValueError(f"{source.name} says that its shape is {shape}, and has {others} bytes: it is damaged")
    return np.frombuffer(content, dtype).reshape(shape)


def labels_beside(images: Path) -> Path | None:
    """The file with the labels of a file of images: train-labels-idx1-ubyte beside train-images-idx3-ubyte."""
    if not _IMAGES.search(images.name):
        return None
    name = _IMAGES.sub(r"labels\1idx1", images.name)
    tries: list[Callable[[str], str]] = [str, lambda n: n.removesuffix(".gz"), lambda n: f"{n}.gz"]
    return next((found for form in tries if (found := images.with_name(form(name))).is_file()), None)
