"""How many threads may work: binding, quota and environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearprop.engines import processors as room
from clearprop.engines.processors import _quota, processors, threads_for


@pytest.mark.parametrize(
    ("asked", "expected"), [("1", 1), ("3", 3), ("64", 8), ("2,4", 2), ("", 8), ("0", 8), ("many", 8)]
)
def test_omp_num_threads_is_respected(asked: str, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(room, "_quota", lambda: None)
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert processors() == expected


def test_a_step_of_a_few_microseconds_is_tried_on_one_thread_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "processors", lambda: 2)
    assert [threads_for(2410, batch_size) for batch_size in (1, 128, 512)] == [1, 1, 2]


def test_the_quota_of_a_control_group_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(room, "_quota", lambda: 3)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert processors() == 3


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"cpu.max": "250000 100000\n"}, 2),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu.max": "max 100000\n"}, None),
        ({"cpu/cpu.cfs_quota_us": "400000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 4),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None),
        ({}, None),
    ],
)
def test_a_quota_is_read_from_either_kind_of_control_group(
    files: dict[str, str], expected: int | None, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert _quota(tmp_path) == expected
