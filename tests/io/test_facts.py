"""A model file whose digest is right, but that somebody wrote by hand: what it says of itself is of the kind it must be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import clearprop as cp
from clearprop.io.sealed import seal, unseal


def sealed_again(path: Path, part: str, name: str, value: Any) -> Path:
    """A model file with one value of its document changed, and a new digest."""
    cp.save_model(cp.fit(cp.load_table("blobs(points=30)"), cp.Recipe(epochs=1)).model, path)
    arrays, document = unseal(path.read_bytes(), "m")
    document[part] = value if not name else {**document[part], name: value}
    path.write_bytes(seal(arrays, document))
    return path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("source", 3),
        ("loss", ["nllm"]),
        ("rows", "many"),
        ("seed", 1e308),
        ("seed", -1),
        ("test", True),
        ("eta", [1]),
        ("scores", [1]),
        ("scores", {"test": {"loss": 1.0}}),
        ("scores", {"test": {"loss": 1.0, "rows": 3, "accuracy": "good"}}),
    ],
    ids=str,
)
def test_a_fact_of_another_kind_is_named(name: str, value: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"its fact '{name}' must"):
        cp.load_model(sealed_again(tmp_path / "m", "facts", name, value))


def test_facts_are_an_object(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="its facts are list, not an object"):
        cp.load_model(sealed_again(tmp_path / "m", "facts", "", [1]))


def test_a_fact_of_a_user_s_own_may_be_anything(tmp_path: Path) -> None:
    assert cp.load_model(sealed_again(tmp_path / "m", "facts", "mine", [1])).facts["mine"] == [1]


def test_a_model_that_says_only_a_part_of_its_split_does_not_say_which_rows_it_was_trained_on(tmp_path: Path) -> None:
    from clearprop.fitting import split_again

    model = cp.load_model(sealed_again(tmp_path / "m", "facts", "", {"table": "x"}))
    with pytest.raises(ValueError, match="does not say which rows it was trained on"):
        split_again(model, cp.load_table("blobs(points=30)"))


def test_a_network_that_does_not_fit_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m"
    cp.save_model(cp.fit(cp.load_table("blobs(points=30)"), cp.Recipe(epochs=1)).model, path)
    arrays, document = unseal(path.read_bytes(), "m")
    document["preprocessing"]["inputs"].pop()
    path.write_bytes(seal(arrays, document))
    with pytest.raises(ValueError, match="its columns become 1 inputs and 3 outputs, and its network has 2 and 3"):
        cp.load_model(path)
