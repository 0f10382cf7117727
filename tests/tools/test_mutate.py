"""The planted faults: each still finds its line, and one that does not is an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.mutate.fault import LIKELIEST, SOURCE, Fault, Stale
from tools.mutate.faults import FAULTS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.file}: {fault.what}")
def test_every_fault_finds_its_line_once(fault: Fault) -> None:
    before = (ROOT / fault.path).read_text()
    assert fault.planted(before) != before


def test_there_are_faults_in_every_room_that_computes_and_no_two_alike() -> None:
    assert len(FAULTS) >= 40
    rooms = {fault.file.split("/")[0] for fault in FAULTS}
    assert {"formulas", "backprop.py", "engines", "training", "io", "explanation", "checks"} <= rooms
    assert sum(fault.is_compiled for fault in FAULTS) >= 8
    assert len({(fault.file, fault.new, fault.what) for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("text", ["nothing of it", "a + b; a + b"])
def test_a_fault_that_no_longer_finds_its_line_once_is_an_error(text: str) -> None:
    fault = Fault("a sign", "backprop.py", "a + b", "a - b")
    assert fault.planted("c = a + b") == "c = a - b"
    with pytest.raises(Stale, match="write the fault anew: a sign"):
        fault.planted(text)


def test_a_fault_s_room_are_the_tests_that_mirror_its_file() -> None:
    rooms = {fault.room for fault in FAULTS}
    assert {"tests/formulas", "tests/test_backprop.py", "tests/engines"} <= rooms
    assert all((ROOT / room).exists() for room in rooms)


@pytest.mark.parametrize("name", LIKELIEST)
def test_where_faults_are_likeliest_to_be_seen_there_are_tests(name: str) -> None:
    assert (ROOT / SOURCE / name).is_dir() or (ROOT / SOURCE / name).with_suffix(".py").is_file()
    for pattern in LIKELIEST[name].split():
        assert list(ROOT.glob(pattern)), pattern
