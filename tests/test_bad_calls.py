"""Every public function and method of networks, called with wrong things: a refusal is in this package's words.

The calls are made from signatures and a right call of each: one argument at a time is replaced by each wrong thing. What is
raised may be neither Python's nor NumPy's nor the kernels' own complaint from inside.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import clearprop as cp

X = np.random.default_rng(0).normal(size=(5, 2))
Y = np.random.default_rng(1).normal(size=(5, 1))


def network() -> cp.Network:
    return cp.Network((2, 3, 1), ("tanh", "identity"), seed=0)


def classifier() -> cp.Network:
    return cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0)


def layers() -> list[Any]:
    return [(network().W[l].copy(), network().W0[l].copy()) for l in (1, 2)]


def back_propagation() -> tuple[Callable[..., Any], dict[str, Any]]:
    net = network()
    return cp.back_propagate, {"net": net, "fwd": cp.forward_pass(net, X, Y, loss="square")}


# A right call of each: the function, and its arguments by name.
CALLS: dict[str, Callable[[], tuple[Callable[..., Any], dict[str, Any]]]] = {
    "Network": lambda: (cp.Network, {"widths": (2, 3, 1), "activations": ("tanh", "identity")}),
    "Network.from_weights": lambda: (
        cp.Network.from_weights,
        {"weights": layers(), "activations": ("tanh", "identity")},
    ),
    "Network.predict": lambda: (network().predict, {"X": X}),
    "Network.learn_one": lambda: (network().learn_one, {"x": X[0], "y": Y[0], "loss": "square", "eta": 0.1}),
    "forward_pass": lambda: (cp.forward_pass, {"net": network(), "X": X, "Y": Y, "loss": "square"}),
    "back_propagate": back_propagation,
    "train": lambda: (
        cp.train,
        {"net": network(), "X": X, "Y": Y, "loss": "square", "steps": 2, "progress": False},
    ),
    "check_gradients": lambda: (cp.check_gradients, {"net": network(), "X": X, "Y": Y, "loss": "square"}),
    "explain": lambda: (cp.explain, {"net": network(), "x": X[0], "y": Y[0], "loss": "square"}),
    "calibrate": lambda: (cp.calibrate, {"net": classifier(), "X": X, "Y": [0, 1, 1, 0, 1]}),
    "sgd_neural_net": lambda: (
        cp.sgd_neural_net,
        {"D": (X, Y), "T": 2, "L": 1, "m": [2], "f": ["identity"], "loss": "square", "eta": 0.1},
    ),
    "with_parameters": lambda: (network().with_parameters, {"parameters": np.zeros(13)}),
    "in_layout": lambda: (cp.in_layout, {"jacobian": np.ones((2, 3)), "layout": "numerator"}),
    "load_model": lambda: (cp.load_model, {"path": "/nowhere/at/all/net.clearprop"}),
    "save_model": lambda: (cp.save_model, {"model": cp.Model(network()), "path": "/nowhere/at/all/net.clearprop"}),
    "find": lambda: (cp.find, {"kind": cp.Optimizer, "given": "adam"}),
    "save": lambda: (network().save, {"path": "/nowhere/at/all/net.clearprop"}),
    "load": lambda: (cp.load, {"path": "/nowhere/at/all/net.clearprop"}),
}

WRONG: dict[str, Any] = {
    "None": None,
    "text": "rubbish",
    "no text": "",
    "number": 3.5,
    "negative": -1,
    "nan": float("nan"),
    "inf": float("inf"),
    "true": True,
    "complex": 1j,
    "empty list": [],
    "list of texts": ["a", "b"],
    "ragged list": [[1.0], [1.0, 2.0]],
    "dict": {"a": 1},
    "callable": lambda *_: None,
    "class": dict,
    "object": object(),
    "transposed": X.T.copy(),
    "cube": np.ones((2, 3, 4)),
    "no rows": np.ones((0, 2)),
    "nan array": np.full((5, 2), np.nan),
    "complex array": np.ones((5, 2), complex),
    "text array": np.array([["a", "b"]] * 5),
    "objects": np.array([[object(), None]] * 5, dtype=object),
    "dates": np.zeros((5, 2), "datetime64[s]"),
    "another network": cp.Network((3, 2), ("relu",)),
}

OF_OTHERS = re.compile(
    r"nanobind|setting an array|_kernels|incompatible function arguments|broadcast|operands|ufunc|truth value|has no attribute"
    r"|object is not (iterable|callable|subscriptable)|unhashable|could not convert|invalid literal|unsupported operand"
    r"|not supported between|cannot be interpreted|object of type '|setting an array element|must be real number, not"
    r"|positional argument|unexpected keyword|cannot unpack|not enough values|too many values|indices must be|dimension"
    r"|data type .* not understood|expected str, bytes|SeedSequence|a bytes-like object|index out of range"
)


def arguments() -> list[tuple[str, str]]:
    """Every argument of every call."""
    return [(name, each) for name, make in CALLS.items() for each in inspect.signature(make()[0]).parameters]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CALLS)
def test_the_right_call_is_right(name: str) -> None:
    function, given = CALLS[name]()
    if "path" in given:
        with pytest.raises(OSError, match="nowhere"):
            function(**given)
    else:
        function(**given)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "argument"), arguments())
def test_a_wrong_argument_is_refused_in_our_words(name: str, argument: str, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = []
    flag = "bool" in str(inspect.signature(CALLS[name]()[0]).parameters[argument].annotation)
    for label, value in WRONG.items():
        if flag and isinstance(value, np.ndarray):
            continue  # anything that is true or false is a flag
        function, given = CALLS[name]()
        said = refusal(function, given | {argument: value})
        if said and (OF_OTHERS.search(said) or not said.startswith(("ValueError: ", "TypeError: ", "OSError"))):
            wrong.append(f"{label}: {said}")
    assert not wrong, "\n".join(wrong)


def refusal(function: Callable[..., Any], given: dict[str, Any]) -> str:
    """What a call is refused with; empty where it is accepted."""
    try:
        function(**given)
    except (cp.Diverged, cp.NoStepSize, OSError, ArithmeticError):
        return ""  # in this package's words by what they are
    except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
        return f"{type(error).__name__}: {error}"
    return ""


def test_a_point_that_is_transposed_is_answered_with_what_mends_it() -> None:
    with pytest.raises(
        ValueError, match=r"X must be \(n, 2\).*given shape \(2, 5\); if its columns are the points, give X.T"
    ):
        network().predict(X.T)
    with pytest.raises(ValueError, match=r"x must be \(2,\), the inputs of one point; given shape \(2, 1\)"):
        network().learn_one(X[0][:, None], Y[0], loss="square", eta=0.1)


@pytest.mark.parametrize(
    ("eta", "message"), [("cosine", "must be a number"), (None, "must be a number"), (-1, "0 or more")]
)
@pytest.mark.parametrize("activation", ["tanh", "gaussian"])
def test_a_step_size_is_refused_as_train_refuses_it_and_no_step_is_taken(eta, message, activation) -> None:
    net = cp.Network(
        (2, 3, 1), (activation, "identity"), normalization="layer_norm" if activation == "gaussian" else None
    )
    before = net.parameters.copy()
    with pytest.raises((ValueError, TypeError), match=f"eta .*{message}"):
        net.learn_one(X[0], Y[0], loss="square", eta=eta)
    assert np.array_equal(net.parameters, before)


def test_a_kind_is_a_class_and_not_its_name() -> None:
    with pytest.raises(
        TypeError, match=r"the first argument is a kind of part, such as cp\.Optimizer; given 'optimizer'"
    ):
        cp.find("optimizer", "adam")


def test_a_metric_may_be_a_function_and_two_need_two_names() -> None:
    def bias(A, Y):
        return (A - Y).mean()

    run = cp.train(network(), X, Y, loss="square", steps=3, metrics=["rmse", bias], progress=False)
    assert run.history["bias"][-1] == pytest.approx((run.network.predict(X) - Y).mean())
    assert "function" in cp.train(network(), X, Y, loss="square", steps=1, metrics=lambda A, Y: 1.0).history
    with pytest.raises(ValueError, match="two metrics are called 'bias'"):
        cp.train(network(), X, Y, loss="square", metrics=[bias, bias])
    with pytest.raises(
        ValueError, match=r"metric 'function' must give one number for all points; it gave an array of shape"
    ):
        cp.train(network(), X, Y, loss="square", steps=1, metrics=lambda A, Y: (A - Y)[:, 0])
