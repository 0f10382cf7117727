"""What a screen reader says of a phase: words in place of symbols, the shape, and the values where they are few."""

from __future__ import annotations

import numpy as np

from ...formulas.catalogue import Array
from ..notation.numbers import number

FEW = 4
"""Values that are read out; of more of them only the largest is."""
NAMES = {
    "Z": "pre-activation Z",
    "Z_hat": "normalised pre-activation Z hat",
    "V": "scaled and shifted value V",
    "A": "activation A",
    "A_taken": "activation A after dropout",
    "W": "weights W",
    "W0": "biases W 0",
    "alpha": "parameter alpha",
}


def spoken(name: str, number_of_layer: int, array: Array) -> str:
    """A quantity in words: "the derivative of the loss by the weights W of layer 2, 3 by 2; its largest value ...".

    >>> spoken("dL_dZ", 2, np.array([[0.25], [-1.0]]))
    'the derivative of the loss by the pre-activation Z of layer 2, 2 by 1: 0.2500, -1'
    """
    shown = name.removeprefix("point_")
    of = shown.removeprefix("dL_d")
    called = f"the {NAMES.get(of, of)} of layer {number_of_layer}"
    if of != shown:
        called = f"the derivative of the loss by {called}"
    return f"{called}{of_shape(array)}"


def of_shape(array: Array) -> str:
    """A shape, and the values or the largest of them."""
    if array.size == 1:
        return f": {number(float(array[0, 0]))}"
    rows, columns = array.shape
    if array.size <= FEW:
        return f", {rows} by {columns}: {', '.join(number(float(each)) for each in array.ravel())}"
    return f", {rows} by {columns}; its largest value is {number(float(array.ravel()[place_of_largest(array)]))}"


def place_of_largest(array: Array) -> int:
    """Where the value of the largest size stands, counted along the rows; the first of those that differ by rounding."""
    sizes = np.abs(np.nan_to_num(array)).ravel()
    return int(np.argmax(sizes >= (1 - 1e-9) * sizes.max()))
