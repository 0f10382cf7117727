"""The classroom's first room: given derivatives are compared with the chain rule, and a mistake is named by its link."""

from .mistake import Mistake
from .record import Entry, Found
from .result import Diagnosis
from .solution import diagnose

__all__ = ["Diagnosis", "Entry", "Found", "Mistake", "diagnose"]
