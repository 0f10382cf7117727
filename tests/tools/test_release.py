"""The checks of a release see what is wrong with an archive, and one version is written everywhere."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from tools.release import checks
from tools.release.build import ROOT, Kind, version

import clearprop

WHOLE = (
    "clearprop/py.typed",
    "clearprop/viewer/live.js",
    "clearprop/trace.schema.json",
    "clearprop.dist-info/licenses/LICENSE",
)


def wheel(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name in names:
            packed.writestr(zipfile.ZipInfo(name), "text")
    return path


def test_one_version_is_written_everywhere() -> None:
    assert clearprop.__version__ == version()
    faults = checks.changelog_fault(ROOT, version())
    assert faults in ([], [f"CHANGELOG.md has no heading '## [{version()}] - YYYY-MM-DD'"])
    first = re.search(r"^## \[(.*?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert first
    assert first[1] in (version(), "Unreleased")


@pytest.mark.parametrize(
    ("kind", "names", "faults"),
    [
        (Kind.PURE, WHOLE, []),
        (Kind.NATIVE, (*WHOLE, "clearprop/engines/_kernels.so"), []),
        (Kind.PURE, (*WHOLE, "clearprop/engines/_kernels.so"), ["a.whl has 1 compiled modules"]),
        (Kind.NATIVE, WHOLE, ["a.whl has 0 compiled modules"]),
        (Kind.PURE, (*WHOLE, "clearprop/k/a.hpp"), ["a.whl has clearprop/k/a.hpp"]),
        (Kind.PURE, WHOLE[1:], ["a.whl lacks py.typed"]),
    ],
)
def test_a_wheel_has_what_it_should_and_nothing_else(
    tmp_path: Path, kind: Kind, names: tuple[str, ...], faults: list[str]
) -> None:
    assert checks.contents_fault(wheel(tmp_path / "a.whl", *names), kind) == faults


def test_two_builds_that_differ_are_told_by_the_file_that_differs(tmp_path: Path) -> None:
    first, same = wheel(tmp_path / "a.whl", "x", "y"), wheel(tmp_path / "b.whl", "x", "y")
    assert checks.different(first, same) == []
    assert checks.different(first, wheel(tmp_path / "c.whl", "x", "z")) == ["a.whl: a second build differs in y, z"]
    assert checks.different(first, wheel(tmp_path / "d.whl", "y", "x")) == [
        "a.whl: a second build differs in how it is packed"
    ]


def test_a_wheel_for_newer_c_libraries_alone_is_told() -> None:
    old, new = (Path(f"a-cp311-cp311-manylinux_2_{minor}_x86_64.whl") for minor in (28, 35))
    assert checks.library_fault(old) == checks.library_fault(Path("a-py3-none-any.whl")) == []
    assert checks.library_fault(Path("a-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_35_x86_64.whl")) == []
    assert checks.library_fault(new) == [f"{new.name} needs glibc 2.35, and is to run with 2.28"]


def test_an_archive_that_is_too_large_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(bytes(checks.LARGEST + 1))
    assert checks.size_fault(tmp_path / "a.whl") == ["a.whl has 6,000,001 bytes, more than 6,000,000"]
