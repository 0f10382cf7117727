"""Packages that only some formats need: imported where one is read, and named with the command that installs them."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def require(package: str, extra: str, what_for: str) -> Any:
    """The module; ImportError, with the command, where it is not installed."""
    try:
        return import_module(package)
    except ImportError:
        raise ImportError(
            f"{package.partition('.')[0]} is needed {what_for}: pip install 'clearprop[{extra}]'"
        ) from None


def has(package: str) -> bool:
    """Whether a package can be imported."""
    try:
        import_module(package)
    except ImportError:
        return False
    return True
