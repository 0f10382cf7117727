"""scikit-learn's own checks of docstrings, by numpydoc: every public method and attribute of both classes is described."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpydoc
import pytest
import sklearn.neural_network as theirs
from sklearn.tests.test_docstring_parameters import test_fit_docstring_attributes as check_attributes
from sklearn.tests.test_docstrings import get_all_methods
from sklearn.tests.test_docstrings import test_docstring as check_docstring

from clearprop import estimators as ours

pytestmark = pytest.mark.filterwarnings("default")
NOT_RUN = {"settings": "a property; its docstring is one sentence"}
KINDS = [getattr(room, name) for room in (theirs, ours) for name in ("MLPClassifier", "MLPRegressor")]


def methods(kind: type) -> list[str | None]:
    found = [name for name in dir(kind) if not name.startswith("_")]
    return [
        None,
        *(name for name in found if callable(getattr(kind, name)) or isinstance(getattr(kind, name), property)),
    ]


CASES = [
    pytest.param(kind, name, id=f"{kind.__module__.partition('.')[0]} {kind.__name__} {name}")
    for kind in KINDS
    for name in methods(kind)
]


@pytest.mark.parametrize(("kind", "method"), CASES)
def test_a_method_is_described_as_theirs_are(kind: type, method: str | None) -> None:
    check_docstring(kind, method, SimpleNamespace(applymarker=lambda _: None, node=None))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.__module__.partition('.')[0]} {kind.__name__}")
def test_every_attribute_of_a_fitted_model_is_described(kind: Any) -> None:
    check_attributes(kind.__name__, kind)


def test_the_checks_are_theirs() -> None:
    assert numpydoc.__version__
    assert (theirs.MLPClassifier, "predict") in set(get_all_methods())
