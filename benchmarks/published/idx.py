"""A folder of images in MNIST's format, packed or not, as both Fashion-MNIST and MNIST have it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from clearprop.io.tables.idx_file import array_of
from clearprop.io.tables.sources import Source

FILES = ("train", "t10k")


def images_and_labels(folder: Path, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Rows of pixels (n, 784) from 0 to 255, and labels (n,). FileNotFoundError where a file is not in the folder."""
    images, labels = (array_of(Source.of(_file(folder, kind, what))) for what in ("images", "labels"))
    return images.reshape(len(images), -1).astype(np.float64), labels.astype(int)


def _file(folder: Path, kind: str, what: str) -> Path:
    dimensions = 3 if what == "images" else 1
    for dot in "-.":
        for packed in ("", ".gz"):
            path = folder / f"{kind}-{what}{dot}idx{dimensions}-ubyte{packed}"
            if path.is_file():
                return path
    raise FileNotFoundError(f"{folder} has no {kind}-{what}-idx{dimensions}-ubyte, and none that ends with .gz")
