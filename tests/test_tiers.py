"""The sampled tier: which cases of a test it keeps, the same for one seed in whatever order they come; and what it leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import tiers
from tests.tiers import FEW, IN_A_BROWSER, LENGTHY, LENGTHY_ONE_IN, OF_LEVELS, ONE_IN, left, sampled


def cases(test: str, axes: dict[str, Iterable[Any]], folder: str = "tests/", mark: str | None = None) -> list[Any]:
    """Cases of one test, a cross product of the values of its parameters, as pytest collects them."""
    found = []
    for number, values in enumerate(product(*axes.values())):
        called = SimpleNamespace(params=dict(zip(axes, values, strict=True)))
        found.append(SimpleCase(f"{folder}test_a.py::{test}[{number}]", called, mark))
    return found


class SimpleCase:
    def __init__(self, nodeid: str, callspec: Any = None, mark: str | None = None) -> None:
        self.nodeid, self.mark = nodeid, mark
        if callspec is not None:
            self.callspec = callspec

    def get_closest_marker(self, name: str) -> str | None:
        return self.mark if self.mark == name else None


def test_a_test_of_one_behaviour_and_one_of_few_cases_are_kept_whole() -> None:
    items = [SimpleCase("tests/test_a.py::test_one"), *cases("test_few", {"x": range(FEW)})]
    assert sampled(items, "1") == set(items)


@pytest.mark.parametrize("seed", ["1", "20261127"])
def test_every_value_of_every_parameter_occurs_and_a_part_of_the_cases_is_left(seed: str) -> None:
    axes = {"f": "abcdefghij", "loss": [0.5, 1.5, None], "weighted": [False, True]}
    items = cases("test_pairs", axes)
    kept = sampled(items, seed)
    assert len(kept) < len(items) / 3
    for name, values in axes.items():
        assert {case.callspec.params[name] for case in kept} == set(values)


def test_cases_that_are_told_apart_by_one_parameter_are_all_kept() -> None:
    items = cases("test_rows", {"given": [f"mistake {k}" for k in range(50)]})
    assert sampled(items, "1") == set(items)


def test_of_numbered_draws_one_in_a_few_is_kept_whatever_else_there_is() -> None:
    items = cases("test_networks", {"number": range(400), "level": ["v3", "v4"]})
    kept = sampled(items, "1")
    assert len(kept) == len(items) // ONE_IN
    assert {case.callspec.params["level"] for case in kept} == {"v3", "v4"}


@pytest.mark.parametrize(("folder", "mark"), [(IN_A_BROWSER, None), ("tests/", LENGTHY)])
def test_of_tests_that_take_seconds_some_are_drawn_with_one_case(folder: str, mark: str | None) -> None:
    tests = [cases(f"test_{k}", {"page": ["moons", "chain", "batch"]}, folder, mark) for k in range(60)]
    items = [case for test in tests for case in test]
    kept = sampled(items, "1")
    assert len(tests) / LENGTHY_ONE_IN / 2 < len(kept) < 2 * len(tests) / LENGTHY_ONE_IN
    assert all(len(kept & set(test)) <= 1 for test in tests)
    drawn = set.union(*(sampled(items, f"{day}") for day in range(200)))
    assert drawn == set(items)


def test_parts_of_two_kinds_that_are_written_alike_are_two_values() -> None:
    class A(str):
        __slots__ = ()

    items = cases("test_parts", {"part": [*"abcdefghij", A("a")]})
    assert sampled(items, "1") == set(items)


def test_the_same_seed_keeps_the_same_cases_in_whatever_order_they_come_and_another_seed_others() -> None:
    items = cases("test_pairs", {"f": range(3, 23), "loss": range(5, 25)})
    once, again, other = sampled(items, "1"), sampled(items[::-1], "1"), sampled(items, "2")
    assert once == again
    assert once != other


def test_left_are_the_cases_that_did_not_pass_and_all_that_compare_levels() -> None:
    items, of_levels = cases("test_pairs", {"f": range(30)}), cases("test_bits", {"f": range(30)}, OF_LEVELS)
    passed = {item.nodeid for item in items[:7] + of_levels[:7]}
    assert left(items + of_levels, passed) == {*items[7:], *of_levels}


SOME = """
import pytest

@pytest.mark.parametrize("number", range(40))
def test_numbers(number):
    pass

def test_one():
    pytest.skip("not here")

def test_other():
    assert False
"""


@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["one process", "two"])
def test_both_parts_are_all_cases_and_what_failed_or_was_skipped_is_left(
    tmp_path: Path, processes: tuple[str, ...]
) -> None:
    hooks = [name for name in dir(tiers) if name.startswith("pytest_")]
    (tmp_path / "conftest.py").write_text(f"from tests.tiers import {', '.join(hooks)}\n")
    (tmp_path / "test_some.py").write_text(SOME)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    def run(tier: str) -> str:
        command = [sys.executable, "-m", "pytest", *processes, tier]
        own = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        done = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    assert "no run with --sampled was here" in run("--left")
    first, second = run("--sampled"), run("--left")
    assert "1 failed, 5 passed, 1 skipped" in first
    assert "1 failed, 35 passed, 1 skipped" in second
