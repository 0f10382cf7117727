"""What the columns of a table are: numbers, categories, dates, names of rows; why; and which inputs each of them becomes."""

from .column import Column, ColumnWarning, NotOfKind
from .describing import describe

__all__ = ["Column", "ColumnWarning", "NotOfKind", "describe"]
