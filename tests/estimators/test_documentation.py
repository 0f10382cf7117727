"""Both classes' parameters are documented where people look, in the constructor's order, and alike where they are alike."""

from __future__ import annotations

import ast
import inspect
import re

import pytest

from clearprop.estimators import MLPClassifier, MLPRegressor

KINDS = [MLPClassifier, MLPRegressor]
OWN_WORDS = {"loss"}
"""Parameters that both have and that mean something else in each."""


def sections(kind: type) -> dict[str, dict[str, str]]:
    """The numpydoc sections with a header "name : type" for each entry: what is said of each name, type included."""
    found: dict[str, dict[str, str]] = {}
    for title, text in re.findall(
        r"^([\w ]+)\n-+\n(.*?)(?=^[\w ]+\n-+\n|\Z)", inspect.getdoc(kind) or "", re.MULTILINE | re.DOTALL
    ):
        found[title] = {}
        for names, said in re.findall(r"^([\w, ]+?)( : .*?)(?=^[\w, ]+ : |\Z)", text, re.MULTILINE | re.DOTALL):
            found[title] |= dict.fromkeys(names.split(", "), said.strip())
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_is_documented_and_nothing_else(kind: type) -> None:
    assert set(sections(kind)["Parameters"]) == set(inspect.signature(kind).parameters)


@pytest.mark.parametrize("kind", KINDS)
def test_defaults_are_those_of_the_constructor(kind: type) -> None:
    real = {name: parameter.default for name, parameter in inspect.signature(kind).parameters.items()}
    said = {name: text.splitlines()[0].partition("default=")[2] for name, text in sections(kind)["Parameters"].items()}
    together = ("beta_1", "beta_2", "epsilon")
    assert [ast.literal_eval(said.pop(name)) for name in together] == [tuple(real.pop(name) for name in together)] * 3
    assert {name: ast.literal_eval(text) for name, text in said.items()} == real


@pytest.mark.parametrize("section", ["Parameters", "Attributes"])
def test_what_both_have_is_said_in_the_same_words(section: str) -> None:
    of_classes, of_values = (sections(kind)[section] for kind in KINDS)
    shared = (of_classes.keys() & of_values.keys()) - OWN_WORDS
    assert len(shared) > 10
    assert {name: of_classes[name] for name in shared} == {name: of_values[name] for name in shared}
