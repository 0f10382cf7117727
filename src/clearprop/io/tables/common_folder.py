"""A folder for temporary files that several ranks see, for as long as they write into it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...engines import Ranks


@contextmanager
def common_folder(ranks: Ranks) -> Iterator[Path | None]:
    """A new folder that all ranks see, removed in the end; what is mapped from it stays. None where they see none."""
    if ranks.size == 1:
        yield None
        return
    name = tempfile.mkdtemp(prefix="clearprop-ranks-") if ranks.is_first else ""
    folder = Path(ranks.of_first(name))
    try:
        yield folder if all(ranks.each(folder.is_dir())) else None
    finally:
        if ranks.is_first:
            shutil.rmtree(folder, ignore_errors=True)
