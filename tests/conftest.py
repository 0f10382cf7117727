"""Settings of all tests: property tests have no time limit, and parallel tests do not compete for processors."""

from __future__ import annotations

import os
import sys
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is first imported
os.environ.pop("COLUMNS", None)  # tests in parallel have the width of a terminal, tests alone have none

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("clearprop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("clearprop")

from tools.signals import restore_signals  # noqa: E402

from tests.tiers import (  # noqa: E402, F401 - pytest finds its hooks here
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_report_header,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
)

restore_signals()


# A test draws the same numbers from the generators of its modules whichever tests ran before it in its process.
_FRESH: list[tuple[np.random.Generator, Any]] = []


def pytest_collection_finish() -> None:
    modules = [module for name, module in sys.modules.items() if name.startswith("tests.")]
    generators = [each for module in modules for each in vars(module).values() if isinstance(each, np.random.Generator)]
    _FRESH[:] = [(each, each.bit_generator.state) for each in generators]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    for generator, state in _FRESH:
        generator.bit_generator.state = state
