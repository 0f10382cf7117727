"""LayerViews: an array for each layer, as views of one flat vector. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from .formulas.catalogue import Array


class LayerViews(Mapping[int, Array]):
    """An array for each layer that has one, as views of one flat vector. Assigning copies into the view."""

    def __init__(self, views: dict[int, Array], name: str) -> None:
        self._views, self._name = views, name

    def __getitem__(self, l: int) -> Array:
        if l not in self._views:
            has = list(self._views)
            counted = f"layers count 1..{len(has)}" if has == list(range(1, len(has) + 1)) else f"there are {has}"
            raise KeyError(f"{self._name}[{l!r}]: {counted if has else 'no layer has one'}")
        return self._views[l]

    def __setitem__(self, l: int, values: npt.ArrayLike) -> None:
        view, given = self[l], np.asarray(values)
        if given.shape != view.shape:
            raise ValueError(f"{self._name}[{l}] is {view.shape}, given {given.shape}")
        view[...] = given

    def __iter__(self) -> Iterator[int]:
        return iter(self._views)

    def __len__(self) -> int:
        return len(self._views)

    def __repr__(self) -> str:
        return repr(self._views)
