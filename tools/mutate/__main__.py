"""`make mutate`: plant each fault, run the tests, and tell which test saw it. Ends with an error where none did."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from clearprop.engines import levels

from .bench import ROOT, Bench, Verdict, workers
from .fault import Fault, Stale
from .faults import FAULTS


def main() -> int:
    """The number of faults that nothing saw, as the program's exit."""
    asked = argparse.ArgumentParser(prog="python -m tools.mutate", description=__doc__)
    asked.add_argument(
        "only", nargs="*", metavar="WORD", help="only faults whose file or description has one of these words"
    )
    asked.add_argument("--list", action="store_true", help="list the faults and plant none")
    asked.add_argument(
        "--bench", type=Path, default=ROOT / "build" / "mutate", help="where the copy is put; one for each run"
    )
    given = asked.parse_args()
    faults = [fault for fault in FAULTS if _is_asked_for(fault, given.only)]
    require_fresh(faults)
    if given.list:
        print("\n".join(f"{fault.file}: {fault.what}" for fault in faults))
        return 0
    if levels.LEVEL is None:
        print("no kernels are installed here, so faults in them are left out")
        faults = [fault for fault in faults if not fault.is_compiled]
    bench = Bench(given.bench.resolve())
    report = bench.tree.parent / "report.md"
    verdicts = []
    for number, fault in enumerate(faults, 1):
        verdicts.append(bench.judged(fault, workers=workers()))
        print(f"{number:3}/{len(faults)}  {line_of(verdicts[-1])}", flush=True)
        report.write_text(table_of(verdicts))
    survivors = [verdict for verdict in verdicts if not verdict.killed_by]
    failed = bench.failed_test(*sorted({each.killed_by for each in verdicts if "::" in each.killed_by}))
    if failed:
        print(f"a test that fails without any fault has seen nothing: {failed}", file=sys.stderr)
        return len(survivors) + 1
    print(f"\n{len(verdicts) - len(survivors)} of {len(verdicts)} faults were seen; the table is in {report}")
    for verdict in survivors:
        print(f"NOT SEEN  {verdict.fault.file}: {verdict.fault.what}", file=sys.stderr)
    return len(survivors)


def require_fresh(faults: list[Fault]) -> None:
    """Stale, with all that no longer find their text, before anything is run."""
    stale = []
    for fault in faults:
        try:
            fault.planted((ROOT / fault.path).read_text())
        except (Stale, FileNotFoundError) as error:
            stale.append(str(error))
    if stale:
        raise SystemExit("\n".join(["faults that must be written anew:", *stale]))


def _is_asked_for(fault: Fault, words: list[str]) -> bool:
    return not words or any(word in fault.file or word in fault.what for word in words)


def line_of(verdict: Verdict) -> str:
    """One verdict, in a line."""
    seen = f"seen by {verdict.killed_by}" if verdict.killed_by else "NOT SEEN"
    return f"{verdict.seconds:5.0f} s  {verdict.fault.file}: {verdict.fault.what}: {seen}"


def table_of(verdicts: list[Verdict]) -> str:
    """All verdicts, as a table in Markdown."""
    head = "| fault | in | seen by | s |\n| --- | --- | --- | ---: |\n"
    rows = (
        f"| {each.fault.what} | `{each.fault.file}` | {each.killed_by or '**nothing**'} | {each.seconds:.0f} |"
        for each in verdicts
    )
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
