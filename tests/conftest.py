"""Settings of all tests: property tests have no time limit, and parallel tests do not compete for processors."""

from __future__ import annotations

import os
import signal

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is first imported

from hypothesis import HealthCheck, settings

settings.register_profile("clearprop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("clearprop")

from tests.tiers import (  # noqa: E402, F401 - pytest finds its hooks here
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_report_header,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what is in its background without one
