"""`export` writes files whole, replaces its own only, and says what it cannot do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.columns.prepared import NumberColumn
from clearprop.io.exports import Export, Function
from clearprop.io.exports.columns import Given, Prepared
from clearprop.io.exports.function import Answer
from clearprop.io.preprocessing import Preprocessing
from clearprop.operators import CannotExpress
from tests.io.exports.models import fitted

NET = cp.Network((2, 3, 1), ("tanh", "identity"), seed=0)
PLAIN = [("c", ".c"), ("numpy", ".py"), ("json", ".json")]
"""Formats that need no package."""


@pytest.mark.parametrize(("format_", "suffix"), PLAIN)
def test_the_suffix_or_a_word_says_the_format(format_: str, suffix: str, tmp_path: Path) -> None:
    by_suffix = cp.export(NET, tmp_path / f"net{suffix}")
    first = [path.read_bytes() for path in by_suffix]
    assert by_suffix[0] == tmp_path / f"net{suffix}"
    assert [path.read_bytes() for path in cp.export(NET, tmp_path / f"net{suffix}", format_)] == first
    by_word = cp.export(NET, str(tmp_path / "net.txt"), to=format_)
    assert by_word[0].read_bytes() == first[0]


@pytest.mark.parametrize(("format_", "suffix"), PLAIN)
def test_a_file_of_an_export_is_replaced_and_no_other(format_: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"net{suffix}"
    cp.export(cp.Network((3, 1), ("relu",)), path)
    cp.export(NET, path)
    path.write_text("my own work")
    with pytest.raises(ValueError, match="exists and was not written by clearprop export, so it is not overwritten"):
        cp.export(NET, path)
    assert path.read_text() == "my own work"
    path.write_text("")
    cp.export(NET, path)
    assert path.stat().st_size


def test_a_name_without_a_suffix_gets_that_of_the_format(tmp_path: Path) -> None:
    assert [each.name for each in cp.export(NET, tmp_path / "net", "c")] == ["net.c", "net.h"]
    assert [each.name for each in cp.export(NET, tmp_path / "net", "numpy()")] == ["net.py"]


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(CannotExpress, match="two columns are called 'a'"):
        Function(NET, (Given("a"), Given("a")), lambda given: Prepared(given["a"]), Answer)


def test_a_header_that_somebody_wrote_is_seen_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "net.h").write_text("#define MINE\n")
    with pytest.raises(ValueError, match=r"net\.h exists and was not written by clearprop export"):
        cp.export(NET, tmp_path / "net.c")
    assert [path.name for path in tmp_path.iterdir()] == ["net.h"]


def test_a_model_file_is_never_replaced(tmp_path: Path) -> None:
    NET.save(tmp_path / "net.clearprop")
    before = (tmp_path / "net.clearprop").read_bytes()
    for to in ("c", "numpy", "json"):
        with pytest.raises(ValueError, match="was not written by clearprop export"):
            cp.export(tmp_path / "net.clearprop", tmp_path / "net.clearprop", to)
    assert (tmp_path / "net.clearprop").read_bytes() == before


def test_a_model_file_is_exported_by_its_path(tmp_path: Path) -> None:
    model, _ = fitted("classes of text")
    cp.save_model(model, tmp_path / "birds.clearprop")
    (path,) = cp.export(str(tmp_path / "birds.clearprop"), tmp_path / "a.py")
    (other,) = cp.export(model, tmp_path / "b.py")
    assert path.read_text() == other.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"path": "net.c", "to": "onxn"}, "unknown export 'onxn'; did you mean 'onnx'"),
        ({"path": "net.c", "to": "rust"}, "unknown export 'rust'; there are onnx, c, numpy, json"),
        ({"path": "net.txt"}, r"the suffix of net\.txt says no format; there are \.onnx for onnx, \.c for c"),
        ({"path": "net.py", "int8": True}, "numpy has no option int8; c has it"),
        ({"path": "net.json", "dtype": "float64"}, "json has no option dtype; onnx and c have it"),
        ({"path": "net.c", "dtype": "float16"}, "dtype is float32 or float64, given 'float16'"),
        ({"path": "no/such/net.c"}, "there is no folder"),
        ({"path": "net.h", "to": "c"}, r"c becomes \.c and \.h, so net\.h cannot be the first; call it net\.c"),
        ({"path": 'a"b.c'}, "a file of C is included by its name"),
    ],
)
def test_a_wrong_argument_is_named_with_the_nearest_right_one(
    arguments: dict[str, Any], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ValueError, OSError), match=message):
        cp.export(NET, **arguments)
    assert not list(tmp_path.iterdir())


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        TypeError, match="export takes a Model, a Network, an Ensemble, the path of a model file or a fitted estimator"
    ):
        cp.export({"a": 1}, tmp_path / "net.c")
    with pytest.raises(FileNotFoundError, match="there is no model file"):
        cp.export(tmp_path / "none.clearprop", tmp_path / "net.c")


def test_a_column_of_a_kind_without_operators_is_refused_by_name(tmp_path: Path) -> None:
    class DayColumn(NumberColumn):
        """A kind of column that nobody has written operators for."""

    model, _ = fitted("values of one column")
    (bill,) = model.prepared.inputs
    day = DayColumn("day", bill.mean, bill.scale)
    other = cp.Model(model.network, Preprocessing((day,), model.prepared.target))
    for to in ("c", "numpy"):
        with pytest.raises(CannotExpress, match="column 'day' is a DayColumn, which cannot be exported yet"):
            cp.export(other, tmp_path / "m", to)


def test_a_weight_that_is_not_finite_is_refused(tmp_path: Path) -> None:
    net = NET.copy()
    net.W[1][0, 0] = np.nan
    for suffix in (".c", ".py", ".json"):
        with pytest.raises(ValueError, match="weights that are not finite"):
            cp.export(net, tmp_path / f"net{suffix}")


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    model, _ = fitted("hostile names")
    for _, suffix in PLAIN:
        first = [path.read_bytes() for path in cp.export(model, tmp_path / f"m{suffix}")]
        assert [path.read_bytes() for path in cp.export(model, tmp_path / f"m{suffix}")] == first


def test_inputs_that_float32_cannot_tell_apart_are_named(tmp_path: Path) -> None:
    table = cp.Table.of({"seconds": [1.7e9, 1.7e9 + 1, 1.7e9 + 2, 1.7e9 + 3], "y": [1.0, 2, 3, 4.5]})
    model = cp.fit(table, cp.Recipe(target="y", epochs=1, test=0.0)).model
    with pytest.warns(UserWarning, match=r"'seconds' .* float32 .* dtype='float64'"):
        cp.export(model, tmp_path / "m.c")
    cp.export(model, tmp_path / "m.c", dtype="float64")
    cp.export(model, tmp_path / "m.py")


def test_every_format_says_what_it_is() -> None:
    from clearprop.formulas.catalogue import CATALOGUE

    for part in CATALOGUE["export"].values():
        assert issubclass(part, Export)
        assert part.__doc__
        assert part.suffix.startswith(".")
