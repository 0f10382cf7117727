"""Named data sets: every one of the catalogue, and the errors for unknown ones."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from clearprop.formulas.catalogue import CATALOGUE, find, names
from clearprop.io import Dataset, load_table
from clearprop.io.preprocessing import TASKS
from clearprop.io.tables.planar import Planar

PLANAR = [name for name in names(Dataset) if issubclass(CATALOGUE["dataset"][name], Planar)]
SIZES = {"digits": (1797, 64), "iris": (150, 4), "wine": (178, 13), "breast_cancer": (569, 30), "diabetes": (442, 10)}


@pytest.mark.parametrize("name", names(Dataset))
def test_it_has_a_target_and_a_task(name: str) -> None:
    table = load_table(name)
    assert table.target in table.names
    assert table.task in TASKS


@pytest.mark.parametrize("name", SIZES)
def test_it_has_the_published_size(name: str) -> None:
    table = load_table(name)
    assert (len(table), len(table.names) - 1) == SIZES[name]


def test_the_first_image_is_a_zero() -> None:
    assert load_table("digits")["digit"][:5].tolist() == [0, 1, 2, 3, 4]


def test_classes_have_their_names() -> None:
    assert np.unique(load_table("iris")["species"]).tolist() == ["setosa", "versicolor", "virginica"]


@pytest.mark.parametrize("name", PLANAR)
def test_a_planar_set_depends_on_its_seed_alone(name: str) -> None:
    first, again, other = (load_table(f"{name}(seed={seed})") for seed in (1, 1, 2))
    assert first["x1"].tobytes() == again["x1"].tobytes()
    assert first["x1"].tobytes() != other["x1"].tobytes()


@pytest.mark.parametrize("name", PLANAR)
def test_a_planar_set_is_shared_out_evenly_among_its_classes(name: str) -> None:
    _, counts = np.unique(load_table(f"{name}(points=100)")["class"], return_counts=True)
    assert counts.sum() == 100
    assert counts.max() - counts.min() <= 1


def test_xor_is_xor() -> None:
    table = load_table("xor(noise=0.0)")
    assert ((table["x1"] != table["x2"]) == (table["class"] == "different")).all()


def test_circles_have_their_radii() -> None:
    table = load_table("circles(noise=0.0)")
    radii = np.where(table["class"] == "outer", 1.0, 0.5)
    np.testing.assert_allclose(np.hypot(table["x1"], table["x2"]), radii, rtol=1e-12)


def test_a_name_may_be_written_with_a_hyphen() -> None:
    assert len(load_table("breast-cancer")) == 569


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"unknown dataset 'digit'; did you mean 'digits'\?"):
        load_table("digit")


def test_a_path_that_is_not_there_is_answered_with_the_names() -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no file nowhere.csv; data sets with a name are .*digits"):
        load_table("nowhere.csv")


def test_half_a_point_is_refused() -> None:
    with pytest.raises(ValueError, match="points must be a whole number"):
        find(Dataset, "moons(points=10.5)")


def test_a_file_goes_before_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("iris").write_text("a,b\n1,2\n")
    assert load_table("iris").names == ["a", "b"]


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match=r"pip install 'clearprop\[sklearn\]'"):
        load_table("digits")
