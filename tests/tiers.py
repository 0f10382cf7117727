"""Tiers of tests: all of them, with `--sampled` a part that is drawn anew each day, and with `--left` what that part left.

It tests nothing itself.

A test of one behaviour is always run, unless it takes seconds. Of a test that is run for many cases, a cross product of
parts or some hundred random networks, `--sampled` keeps some: every value of every parameter at least once, so that no part is
left out, while the seed draws which values meet; of numbered draws, one in eight. Of the tests that take seconds, those in a
browser and those marked `lengthy`, one in five is run, with one case. The seed is the day's date, is printed, and can be given
again: CLEARPROP_TEST_SEED=20261127.

`--left` runs the cases that the last `--sampled` run here did not pass, and all of the kernels, of which other levels may be
built by then: both runs are all cases.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from clearprop.engines.levels import levels_of_processor, usable_levels

SEED = "CLEARPROP_TEST_SEED"
FEW = 8
"""Cases of one test that are not worth a sample."""
ONE_IN = 8
"""Of numbered draws, such as random networks."""
OF_LEVELS = "tests/engines/"
"""Where a case, though it is named alike, compares as many levels as are built."""
IN_A_BROWSER = "tests/browser/"
"""Where each case opens a page in a browser, which takes seconds."""
LENGTHY = "lengthy"
"""The mark of the other tests that take seconds: they start commands, compile, or kill what they started."""
LENGTHY_ONE_IN = 5
"""Of the tests that take seconds; each of them is run with one case."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sampled", action="store_true", help="of tests with many cases, run some: see tests/tiers.py")
    parser.addoption("--left", action="store_true", help="run what the last --sampled run here did not pass")
    parser.addoption("--clients", action="store_true", help="in tests/clients, run what needs packages of others too")


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault(SEED, f"{datetime.now(UTC):%Y%m%d}")  # workers inherit it: a day may end in between
    config.stash[COUNTS] = []
    if config.getoption("--sampled") and config.getoption("--left"):
        raise pytest.UsageError("--sampled and --left are two parts of the tests: one at a time")
    if config.getoption("--sampled") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Passed(config))
    if config.getoption("--left") and not passed_before(config):
        raise pytest.UsageError("--left: no run with --sampled was here, so nothing is left of one")
    config.addinivalue_line("markers", f"{LENGTHY}: takes seconds; --sampled runs one such test in {LENGTHY_ONE_IN}")


COUNTS = pytest.StashKey[list[tuple[int, int]]]()
"""Cases that are run and cases that there are, one entry for each process that collected them."""


class Passed:
    """Keeps the names of the cases that pass, for `--left`, in the process that hears of all of them."""

    CACHED = "tiers/passed"

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.names.append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.config.cache.set(self.CACHED, self.names)


def passed_before(config: pytest.Config) -> set[str]:
    """The names of the cases that the last sampled run passed."""
    return set(config.cache.get(Passed.CACHED, []))


def pytest_report_header(config: pytest.Config) -> list[str]:
    packages = (
        "all packages" if config.getoption("--clients") else "scikit-learn alone; make clients runs the other packages"
    )
    return [f"tests: {tier_of(config)}", f"kernels: {levels_covered()}", f"clients: {packages}"]


def tier_of(config: pytest.Config) -> str:
    if config.getoption("--left"):
        return "those that the last sampled run did not pass"
    if not config.getoption("--sampled"):
        return "all cases"
    return f"sampled with seed {os.environ[SEED]} ({SEED} repeats it; make test-all runs all cases)"


def levels_covered() -> str:
    """Which instruction levels these tests run, and which of the processor's they do not."""
    built, missing = usable_levels(), [level for level in levels_of_processor() if level not in usable_levels()]
    covered = f"levels {', '.join(built)}" if built else "none are built: the NumPy engine alone"
    return covered + (f"; NOT BUILT: {', '.join(missing)} (make test-all builds all levels)" if missing else "")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    there = len(items)
    kept = set(items)
    if config.getoption("--sampled"):
        kept = sampled(items, os.environ[SEED])
    if config.getoption("--left"):
        kept = left(items, passed_before(config))
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]
    config.stash[COUNTS].append((len(items), there))


def left(items: Iterable[pytest.Item], passed: set[str]) -> set[pytest.Item]:
    """The items that are not among those that passed, and those that depend on the levels that are built."""
    return {item for item in items if item.nodeid not in passed or item.nodeid.startswith(OF_LEVELS)}


def sampled(items: Iterable[pytest.Item], seed: str) -> set[pytest.Item]:
    """The items that the seed draws, the same ones in whatever order they come."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: item.nodeid):
        cases[item.nodeid.partition("[")[0]].append(item)
    return {item for name, those in cases.items() for item in sample_of(those, random.Random(f"{seed} {name}"))}


def sample_of(cases: list[pytest.Item], rng: random.Random) -> list[pytest.Item]:
    """Cases of one test in which every value of every parameter occurs, and one in eight of those that are only numbered.

    Of a test that takes seconds one case, or none today.
    """
    if cases[0].nodeid.startswith(IN_A_BROWSER) or cases[0].get_closest_marker(LENGTHY) is not None:
        return rng.sample(cases, 1) if rng.randrange(LENGTHY_ONE_IN) == 0 else []
    if len(cases) <= FEW:
        return cases
    values = [values_of(case) for case in cases]
    numbered = {name for name in values[0] if is_a_number(value[name] for value in values)}
    kept, seen = [], set()
    for at in rng.sample(range(len(cases)), len(cases)):
        met = {(name, value) for name, value in values[at].items() if name not in numbered}
        if not met <= seen:
            seen |= met
            kept.append(cases[at])
    if numbered:
        others = [case for case in cases if case not in kept]
        kept += rng.sample(others, max(0, -(-len(cases) // ONE_IN) - len(kept)))
    return kept


def values_of(case: pytest.Item) -> dict[str, tuple[type, str]]:
    """What tells the values of a case's parameters apart: parts of two kinds may be written alike."""
    called: Any = getattr(case, "callspec", None)
    return {} if called is None else {name: (type(value), repr(value)) for name, value in called.params.items()}


def is_a_number(values: Iterable[tuple[type, str]]) -> bool:
    """Whether the values of a parameter are 0, 1, 2, ..., more than a few: those of random draws."""
    different = set(values)
    return len(different) > FEW and different == {(int, str(number)) for number in range(len(different))}


@pytest.hookimpl(optionalhook=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["tiers"] = session.config.stash[COUNTS]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[COUNTS].extend(getattr(node, "workeroutput", {}).get("tiers", []))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for run, there in config.stash[COUNTS][:1]:
        terminalreporter.write_line(f"tests: {run:,} of {there:,} cases, {tier_of(config)}")
        terminalreporter.write_line(f"kernels: {levels_covered()}")
