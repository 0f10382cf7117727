"""Where there is no sandbox: what only a sandbox holds is skipped, and submissions of the tests' own run without one."""

from __future__ import annotations

import os

from clearprop.grading import sandbox

WHY_NONE = sandbox.why_none()
TRUST = bool(WHY_NONE) and "CLEARPROP_CI" not in os.environ
