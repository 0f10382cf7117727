"""Rows that are the names of the columns once more, as files have them that were put together of several."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from ...callers import give
from ...formulas.catalogue import Array
from .formats import Block, Piece
from .not_rows import NUMBER, may_be_names
from .text_pieces import piece_of


def without_names(block: Block, names: Sequence[str], texts: Collection[int] = ()) -> tuple[Block, int]:
    """A block without the rows that are the names once more, and how many these were.

    `names` are the cells of the first line; `texts` are the places of columns that stay texts.
    """
    pieces = block.pieces
    words = [place for place, name in enumerate(names[: len(pieces)]) if name and not NUMBER.fullmatch(name)]
    if (
        len(names) != len(pieces)
        or not may_be_names(names)
        or any(not isinstance(pieces[place], list) for place in words)
    ):
        return block, 0
    found = [
        row for row, cell in enumerate(pieces[words[0]]) if cell is not None and str(cell).strip() == names[words[0]]
    ]
    again = {row for row in found if all(_is(piece[row], name) for piece, name in zip(pieces, names, strict=True))}
    if not again:
        return block, 0
    kept = np.array([row not in again for row in range(len(block.numbers))])
    made = [_rows_of(piece, kept, as_texts=place in texts) for place, piece in enumerate(pieces)]
    return Block(made, block.numbers[kept]), len(again)


def said_of_names(number: int, first: int) -> str:
    """How many rows were left out, and how to have them read; `first` is the line with the names."""
    are = "1 row repeats" if number == 1 else f"{number:,} rows repeat"
    is_left_out = "is left out" if number == 1 else "are left out"
    return (
        f"{are} the names of the columns and {is_left_out}; {give(f'--skip={first}', '--no-header')} reads every line below "
        "the first names as a row"
    )


def _is(cell: Any, name: str) -> bool:
    if isinstance(cell, float):
        return (not name and bool(np.isnan(cell))) or (
            bool(NUMBER.fullmatch(name)) and cell == float(name.replace(",", "."))
        )
    return ("" if cell is None else str(cell).strip()) == name


def _rows_of(piece: Piece, kept: Array, *, as_texts: bool) -> Piece:
    if isinstance(piece, np.ndarray):
        return piece[kept]
    cells = [cell for cell, keep in zip(piece, kept.tolist(), strict=True) if keep]
    return piece_of(cells, as_texts=as_texts) if all(isinstance(cell, str) for cell in cells) else cells
