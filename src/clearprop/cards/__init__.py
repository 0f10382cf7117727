"""Cards: all there is to say of a part, read from its record. The shell shows them, and the documentation is made of them."""

from .card import Card, Hyper, card_of, hypers_of, kinds, plural, where
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
    "hypers_of",
    "kinds",
    "plural",
    "where",
]
