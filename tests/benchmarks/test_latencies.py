"""The table of latencies: its calls work, and its lines are those of a table."""

from __future__ import annotations

from typing import Any

from benchmarks import latencies


def test_the_table_has_a_line_for_each_call_and_names_what_is_missing(capsys: Any, monkeypatch: Any) -> None:
    def missing(*_: Any) -> Any:
        raise ImportError

    monkeypatch.setattr(latencies, "ROUNDS", 1)
    monkeypatch.setattr(latencies, "SECONDS", 1e-4)
    monkeypatch.setattr(latencies, "PEERS", {"NumPy": latencies.PEERS["NumPy"], "a library": missing})
    assert latencies.main() == 0
    printed = capsys.readouterr().out
    assert printed.rstrip().endswith("Not installed: a library.")
    lines = [line for line in printed.splitlines() if line.startswith("| ")]
    assert len(lines) == 2 + len(latencies.own_calls()) + 2
    assert {line.count("|") for line in lines} == {7}
    assert latencies.TARGETS.keys() <= latencies.own_calls().keys()
