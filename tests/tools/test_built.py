"""What is built and committed is built from the sources as they are."""

from __future__ import annotations

import pytest
from tools.built import BUILT, digests, record


@pytest.mark.parametrize("part", BUILT)
def test_what_is_committed_was_built_from_the_sources_as_they_are(part: str) -> None:
    built = record(part).read_text().splitlines()
    assert digests(part).splitlines() == built, "`make engine page` builds it anew; commit what it writes"
