"""Notation: how several books write the same quantities, and how numbers are written."""
