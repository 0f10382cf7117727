"""What all tests share: no property test is judged by the clock."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("clearprop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("clearprop")
