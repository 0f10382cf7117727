"""scikit-learn's own tests of its perceptrons, run against ours: what was written for theirs keeps passing."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
import sklearn.neural_network as theirs

from clearprop.estimators import MLPClassifier, MLPRegressor

NOT_RUN = {
    "test_gradient": "calls a private function with the lists that it works in; check_gradients looks at every gradient here",
}
pytestmark = [pytest.mark.filterwarnings("default")]  # their tests were written for warnings that are not errors


def with_our_classes() -> ModuleType:
    """Their module of tests, imported once more with our classes in the place of theirs."""
    kept = theirs.MLPClassifier, theirs.MLPRegressor
    theirs.MLPClassifier, theirs.MLPRegressor = MLPClassifier, MLPRegressor
    try:
        spec = importlib.util.find_spec("sklearn.neural_network.tests.test_mlp")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        theirs.MLPClassifier, theirs.MLPRegressor = kept
    return module


TESTS = {name: test for name, test in vars(with_our_classes()).items() if name.startswith("test_")}
globals().update({name: test for name, test in TESTS.items() if name not in NOT_RUN})


@pytest.fixture
def global_random_seed() -> int:
    return 42


def test_their_tests_are_there_and_only_the_listed_ones_are_left_out() -> None:
    assert len(TESTS) > 30
    assert NOT_RUN.keys() <= TESTS.keys()
