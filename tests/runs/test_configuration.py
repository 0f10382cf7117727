"""Configurations are written with what each choice is, read back as they were, and their errors name the line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.runs.configuration import Choice, inside, read_toml, to_toml

VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.floats(allow_nan=False),
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers(-(2**63), 2**63 - 1), max_size=3),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
)


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    assert read_toml(to_toml([Choice("eta", value=value)]), ["eta"], "run.toml") == {"eta": value}


def test_a_choice_that_is_not_made_is_a_comment_with_its_example() -> None:
    text = to_toml([Choice("epochs", "Passes over the rows.", None, "20")])
    assert text == "# Passes over the rows.\n# epochs = 20\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seed = 1\n\noptimiser = 'adam'", "a.toml, line 3: unknown key 'optimiser'; did you mean 'optimizer'?"),
        (
            "[optimizer]\nname = ['adam']",
            "a.toml, line 1: optimizer must be a text, a number, true or false, or several",
        ),
        ("seed = 1\nseed = 2", "a.toml: this is not TOML: Cannot overwrite a value (at "),
        ("seed = ", "a.toml: this is not TOML: Invalid value (at "),
        ("batch-size = 3\nbatch_size = 4", "a.toml, line 2: 'batch_size' is given twice"),
        ("seed = 2026-01-01", "a.toml, line 1: seed must be a text, a number"),
        ("a = " + "[" * 5000, "a.toml: this is not TOML"),
    ],
)
def test_an_error_names_the_file_the_line_and_the_nearest_key(text: str, said: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared below
        read_toml(text, ["seed", "optimizer", "batch_size"], "a.toml")
    assert said in str(caught.value)


def test_a_hyphen_is_an_underscore() -> None:
    assert read_toml("batch-size = 3", ["batch_size"], "a") == {"batch_size": 3}


@pytest.mark.parametrize("path", ["../a", "/tmp/a", "a/../../b", "link/a"])
def test_what_a_configuration_writes_stays_in_the_folder(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "link").symlink_to(tmp_path)
    monkeypatch.chdir(here)
    with pytest.raises(ValueError, match="is outside this folder"):
        inside(path, "a.toml, line 1")
    assert inside("runs/../runs/a", "a.toml") == "runs/../runs/a"
