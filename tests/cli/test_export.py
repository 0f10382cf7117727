"""`clearprop export`: a model file in another format."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from clearprop.io.exports import read_json

from .conftest import Shell


@pytest.fixture
def model(shell: Shell, penguins: Path) -> str:
    """A model of penguins, in this folder."""
    assert shell("train", str(penguins), "--target", "species", "--epochs", "30", "-o", "p.clearprop").status == 0
    return "p.clearprop"


def test_each_format_is_written_beside_a_line_that_says_how_it_is_used(shell: Shell, model: str) -> None:
    for to, files, use in (
        ("c", ["p.c", "p.h"], '#include "p.h"'),
        ("numpy", ["p.py"], "from p import predict"),
        ("json", ["p.json"], "read_json('p.json')"),
    ):
        outcome = shell("export", model, "--to", to)
        assert outcome.status == 0, outcome.err
        assert all(Path(file).exists() and file in outcome.out for file in files)
        assert use in outcome.out
        assert "'island', 'bill', 'mass'" in outcome.out


def test_what_was_written_is_one_json_object_too(shell: Shell, model: str) -> None:
    said = json.loads(shell("export", model, "--to", "c", "--json").out)
    assert said["format"] == "c"
    assert {each["file"]: each["bytes"] for each in said["files"]} == {
        name: Path(name).stat().st_size for name in ("p.c", "p.h")
    }
    assert [each["name"] for each in said["row"]] == ["island", "bill", "mass"]
    refused = shell("export", model, "--to", "nothing", "--json")
    assert refused.status != 0
    assert "nothing" in json.loads(refused.out)["error"]


def test_the_suffix_of_the_output_says_the_format(shell: Shell, model: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert shell("export", model, "-o", "out/birds.json").status == 0
    assert read_json("out/birds.json").preprocessing == cp.load_model(model).preprocessing
    assert shell("export", model, "--to", "c", "--int8", "-o", "out/birds.c").status == 0
    assert "signed char" in Path("out/birds.c").read_text()
    assert shell("export", model, "-o", "out/birds.c", "--dtype", "float64").status == 0
    assert "double" in Path("out/birds.c").read_text()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("-o", "sensors.csv"), "or say it: --to onnx"),
        (
            ("--to", "c", "-o", "sensors.json"),
            "sensors.json is a name of json, and the format is c; call it sensors.c, or",
        ),
        (("--to", "numpy", "-o", "sensors.onnx"), "call it sensors.py, or leave --to out for onnx"),
    ],
)
def test_a_name_of_another_format_is_refused(shell: Shell, model: str, given: tuple[str, ...], said: str) -> None:
    outcome = shell("export", model, *given)
    assert (outcome.status, [*Path().glob("sensors*")]) == (1, [])
    assert said in " ".join(outcome.err.split())


def test_a_python_file_predicts_alone(shell: Shell, model: str) -> None:
    shell("export", model, "-o", "birds.py")
    program = (
        "import birds; print(*birds.predict({'island': ['Dream', 'Biscoe'], 'bill': [38, 47], 'mass': [3600, 5000]}))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["Adelie", "Gentoo"]


def test_a_name_that_python_cannot_import_is_run_by_its_path(shell: Shell, model: str) -> None:
    assert "runpy.run_path('my-birds.py')['predict']" in shell("export", model, "-o", "my-birds.py").out


def test_several_networks_of_dates_become_one_file(shell: Shell, tmp_path: Path) -> None:
    days = [f"20{10 + i % 9}-{1 + i % 12:02}-{1 + i % 28:02}" for i in range(60)]
    rows = "\n".join(f"{day},{i % 12 + i / 100}" for i, day in enumerate(days))
    (tmp_path / "days.csv").write_text(f"day,y\n{rows}\n")
    shell("train", str(tmp_path / "days.csv"), "--target", "y", "--ensemble", "2", "--epochs", "3", "-o", "d.clearprop")
    outcome = shell("export", "d.clearprop", "--to", "c")
    assert outcome.status == 0, outcome.err
    assert "'day': seconds since 1970-01-01 00:00, as clocks show them" in outcome.out
    source = Path("d.c").read_text()
    assert "network_2(" in source
    assert "double" in source
    assert "float" not in source
    outcome = shell("export", "d.clearprop", "--to", "c", "--dtype", "float32", "-o", "e.c")
    assert outcome.status != 0
    assert "'day' is of dates" in outcome.err
    assert not Path("e.c").exists()


def test_a_bare_network_takes_an_array(shell: Shell) -> None:
    cp.Network((3, 2), ("tanh",)).save("net.clearprop")
    outcome = shell("export", "net.clearprop", "--to", "numpy")
    assert "an array of 3 numbers, as the network takes them: the model file has no preprocessing" in outcome.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "say which format: --to onnx; there are onnx, c, numpy, json"),
        (("--to", "onxn"), "unknown export 'onxn'; did you mean 'onnx'"),
        (
            ("-o", "birds.rs"),
            "the suffix of birds.rs says no format; there are .onnx for onnx, .c for c, .py for numpy",
        ),
        (("--to", "numpy", "--int8"), "numpy has no option int8; c has it"),
        (("--to", "c", "-o", "p.clearprop"), "exists and was not written by clearprop export"),
        (("--to", "c", "-o", "none/p.c"), "there is no folder none"),
    ],
)
def test_a_mistake_is_one_line_with_what_is_allowed(
    shell: Shell, model: str, arguments: tuple[str, ...], message: str
) -> None:
    before = Path(model).read_bytes()
    outcome = shell("export", model, *arguments)
    assert outcome.status in {1, 2}
    assert message in outcome.err
    assert "Traceback" not in outcome.err
    assert Path(model).read_bytes() == before


def test_a_model_file_with_a_part_that_is_not_registered_is_named(shell: Shell) -> None:
    @cp.register
    class Twice(cp.Elementwise):
        """Two times z."""

        name = "twice_of_a_test"

        def A(self, Z: np.ndarray) -> np.ndarray:
            return 2 * Z

        def dA_dZ(self, Z: np.ndarray, A: np.ndarray) -> np.ndarray:
            return 2 + 0 * Z

    try:
        cp.Network((3, 2), ("twice_of_a_test",)).save("net.clearprop")
    finally:
        from clearprop.formulas.catalogue import CATALOGUE

        del CATALOGUE["activation"]["twice_of_a_test"]
    outcome = shell("export", "net.clearprop", "--to", "c")
    assert outcome.status == 1
    assert "unknown activation 'twice_of_a_test'" in outcome.err


def test_what_is_no_model_file_is_named(shell: Shell) -> None:
    Path("a.csv").write_text("x,y\n1,2\n")
    assert "a.csv is not a clearprop model file" in shell("export", "a.csv", "--to", "c").err
    assert "there is no model file none.clearprop" in shell("export", "none.clearprop", "--to", "c").err
