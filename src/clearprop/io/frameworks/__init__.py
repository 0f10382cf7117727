"""Networks of other software, made networks of this one, and back. No framework is imported before it is used."""

from .keras_models import from_keras
from .perceptrons import from_sklearn
from .torch_modules import from_torch, to_torch

__all__ = ["from_keras", "from_sklearn", "from_torch", "to_torch"]
