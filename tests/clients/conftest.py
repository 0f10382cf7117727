"""Files that need packages are collected with `--clients` alone. Then a package that is missing is an error, not a skip."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from .packages import NEEDED


def pytest_configure(config: pytest.Config) -> None:
    for marker in ("thread_unsafe", "no_check_spmatrix"):
        config.addinivalue_line("markers", f"{marker}: of scikit-learn's own tests")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if collection_path.parent != Path(__file__).parent or collection_path.name not in NEEDED:
        return None
    if not config.getoption("--clients"):
        return True
    missing = [package for package in NEEDED[collection_path.name] if not is_installed(package)]
    if missing:
        raise pytest.UsageError(f"{collection_path.name} needs {', '.join(missing)}: make clients installs them")
    return None


def is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
