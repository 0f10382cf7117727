"""Cards: the description of a part, read from its record, with curves and an example, for the shell and the documents."""

from .card import Card, Hyper, card_of, first_sentence, hypers_of, kinds, where
from .curves import Curve, curves_of
from .examples import Example, example_of

__all__ = [
    "Card",
    "Curve",
    "Example",
    "Hyper",
    "card_of",
    "curves_of",
    "example_of",
    "first_sentence",
    "hypers_of",
    "kinds",
    "where",
]
