"""From a table to a model: the recipe, the split, the training and the scores."""

from .fits import Fit, carry_out, fit, plan, split_again
from .planned import Plan
from .recipe import Recipe
from .scores import Scores, score

__all__ = [
    "Fit",
    "Plan",
    "Recipe",
    "Scores",
    "carry_out",
    "fit",
    "plan",
    "score",
    "split_again",
]
