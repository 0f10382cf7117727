"""The log of a run: a line of JSON for each event, written as it happens; read even where a line is torn."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from .folder import LOG, RunFolder

LONGEST_LINE = 1_000_000
"""Characters of a line that are read; a report has some two hundred."""


class Log:
    """The log of a run folder, to be appended to. Lines that cannot be written are kept, and written with the next."""

    def __init__(self, folder: RunFolder) -> None:
        self.path = folder.file(LOG)
        self._waiting: list[bytes] = []
        if self.path.exists() and not _ends_with_a_newline(self.path):
            self._waiting.append(b"\n")  # a line was cut off when the process was killed

    def add(self, event: str, **values: Any) -> None:
        """Append an event. OSError where it cannot be written now; it is kept for the next call."""
        line = {"event": event, "time": datetime.now(UTC).isoformat(timespec="milliseconds"), **_plain(values)}
        self._waiting.append(json.dumps(line, allow_nan=False).encode() + b"\n")
        self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not self._waiting:
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(self.path, flags, 0o644)
        try:
            while self._waiting:
                written = os.write(handle, self._waiting[0])
                self._waiting[0] = self._waiting[0][written:]
                if not self._waiting[0]:
                    del self._waiting[0]
        finally:
            os.close(handle)


def _ends_with_a_newline(path: Any) -> bool:
    with open(path, "rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _plain(value: Any) -> Any:
    """The value with None for numbers that JSON does not have: infinity and NaN."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read_log(folder: RunFolder) -> Iterator[dict[str, Any]]:
    """The events, in order. Lines that are torn or no JSON objects are left out."""
    path = folder.file(LOG)
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        while line := file.readline(LONGEST_LINE):
            try:
                event = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict) and isinstance(event.get("event"), str):
                yield event


def reports_of(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reports, each once: a run that goes on from a checkpoint reports again what came after it."""
    reports: list[dict[str, Any]] = []
    for event in events:
        if event["event"] == "resume":
            begun = event.get("step")
            reports = [each for each in reports if isinstance(begun, int | float) and each["step"] <= begun]
        elif event["event"] == "report" and _is_a_report(event):
            reports.append(event)
    return reports


def _is_a_report(event: dict[str, Any]) -> bool:
    numbers = (event.get("step"), event.get("epoch"))
    return all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers)
