"""The catalogue: `find` reads what `str` writes, errors name the mistake, and a part of your own needs no registration."""

from __future__ import annotations

import ast
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop import Network, back_propagate, forward_pass, sgd_neural_net, train
from clearprop.formulas import CATALOGUE, Array, Part, find, hyper, names
from clearprop.formulas.activations import Activation, Elementwise, LeakyReLU, Sigmoid
from clearprop.formulas.averaging import Averaging
from clearprop.formulas.catalogue import READINGS
from clearprop.formulas.compression import Compression
from clearprop.formulas.initializers import Initializer
from clearprop.formulas.losses import Loss, Square
from clearprop.formulas.metrics import Metric
from clearprop.formulas.normalizations import Normalization
from clearprop.formulas.optimizers import Optimizer
from clearprop.formulas.penalties import Penalty
from clearprop.formulas.regularizers import Regularizer
from clearprop.formulas.schedules import Constant, Schedule
from clearprop.training.sampling import Sampling
from clearprop.training.stopping import NoImprovement, Stop
from tests.parts import central_difference, relative_error, with_hypers

KINDS = [
    *(Activation, Loss, Initializer, Normalization, Penalty, Regularizer, Averaging),
    *(Optimizer, Schedule, Metric, Sampling, Stop, Compression),
]
DEFINITIONS = [(kind, definition) for kind in KINDS for definition in CATALOGUE[kind.kind].values()]
every_definition = pytest.mark.parametrize(
    ("kind", "definition"), DEFINITIONS, ids=lambda given: getattr(given, "name", "") or getattr(given, "kind", "")
)


@every_definition
def test_a_name_finds_its_part(kind: type[Part], definition: type[Part]) -> None:
    found = find(kind, definition.name)
    assert type(found) is definition
    assert found == definition()
    assert definition.name in names(kind)


@every_definition
@given(data=st.data())
def test_what_a_part_is_written_as_finds_an_equal_part(
    kind: type[Part], definition: type[Part], data: st.DataObject
) -> None:
    part = data.draw(with_hypers(definition))
    found = find(kind, str(part))
    assert found == part, f"{part!r} is written {str(part)!r} and read {found!r}"
    assert hash(found) == hash(part)


@every_definition
def test_a_part_finds_itself(kind: type[Part], definition: type[Part]) -> None:
    part = definition()
    assert find(kind, part) is part


@every_definition
def test_a_record_has_a_formula_a_source_and_a_first_line(kind: type[Part], definition: type[Part]) -> None:
    assert definition.kind == kind.kind
    assert definition.name
    assert definition.formula
    assert definition.source
    assert (definition.__doc__ or "").strip()


@every_definition
def test_every_hyper_parameter_has_bounds_around_its_default_and_a_meaning(
    kind: type[Part], definition: type[Part]
) -> None:
    for own in fields(definition):
        assert own.metadata["about"]
        if "kind" in own.metadata:
            assert isinstance(own.default, own.metadata["kind"])
            continue
        for value in own.default if isinstance(own.default, tuple) else (own.default,):
            assert own.metadata["low"] <= value <= own.metadata["high"]


@pytest.mark.parametrize("text", [" relu", "relu ", "relu()", "  leaky_relu( slope = 0.5 )"])
def test_space_and_empty_brackets_do_not_matter(text: str) -> None:
    assert find(Activation, text) == find(Activation, text.replace(" ", "").removesuffix("()"))


@pytest.mark.parametrize(
    ("given", "nearest"),
    [("rellu", "relu"), ("sigmoidd", "sigmoid"), ("soft_max", "softmax"), ("ReLU", "relu"), ("Tanh", "tanh")],
)
def test_an_unknown_name_is_answered_with_the_nearest(given: str, nearest: str) -> None:
    with pytest.raises(ValueError, match=f"unknown activation '{given}'; did you mean '{nearest}'"):
        find(Activation, given)


def test_a_name_near_none_is_answered_with_all_of_them() -> None:
    with pytest.raises(
        ValueError, match="unknown loss 'xyzzy'; there are square, half_square, linear, nll, nllm, huber"
    ):
        find(Loss, "xyzzy")


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (Activation, "leaky_relu(slop=0.1)", "leaky_relu has no hyper-parameter 'slop'; it has slope"),
        (Activation, "relu(slope=0.1)", "relu has no hyper-parameter 'slope'; it has no hyper-parameters"),
        (Activation, "leaky_relu(slope=1.5)", r"leaky_relu: slope = 1.5 is outside \[0.0, 1.0\]"),
        (Activation, "leaky_relu(slope=-0.1)", r"leaky_relu: slope = -0.1 is outside \[0.0, 1.0\]"),
        (Activation, "leaky_relu(slope='a')", "leaky_relu: slope must be a number, given 'a'"),
        (Activation, "leaky_relu(slope=True)", "leaky_relu: slope must be a number, given True"),
        (Activation, "leaky_relu(slope=None)", "leaky_relu: slope must be a number, given None"),
        (Penalty, "l2(strength=1e999)", "l2: strength must be finite, given inf"),
        (Schedule, "constant(value=1e999)", "constant: value must be finite, given inf"),
        (Stop, "no_improvement(patience=2.5)", "no_improvement: patience must be a whole number, given 2.5"),
        (Stop, "no_improvement(patience=0)", "no_improvement: patience = 0 is outside"),
    ],
)
def test_a_bad_hyper_parameter_is_named_with_what_is_allowed(kind: type[Part], text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        find(kind, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "relu tanh",
        "leaky_relu(0.1)",
        "leaky_relu(slope=0.1",
        "leaky_relu(slope=2*3)",
        "leaky_relu(slope=open('x'))",
        "leaky_relu(slope=0.1, slope=0.2)",
        "leaky_relu(**{'slope': 0.5})",
        "__import__('os').system('x')",
        "a.b(c=1)",
        "relu\0",
        "leaky_relu(slope=" + "-" * 100_000 + "1)",
    ],
    ids=lambda text: text[:40],
)
def test_text_that_is_not_a_part_is_refused_and_never_run(text: str) -> None:
    with pytest.raises(ValueError, match=r"(?s)cannot read activation .*write a name, or name\(hyper_parameter=value"):
        find(Activation, text)


def test_a_reading_that_another_thread_disturbs_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where parsers of all threads share one counter, Python raises SystemError: a race that no test can time."""
    whole, disturbed = ast.parse, [SystemError("AST constructor recursion depth mismatch")] * 3

    def parse(*arguments: Any, **words: Any) -> ast.AST:
        if disturbed:
            raise disturbed.pop()
        return whole(*arguments, **words)

    monkeypatch.setattr(ast, "parse", parse)
    assert find(Activation, "leaky_relu(slope=0.2)") == LeakyReLU(0.2)
    assert not disturbed
    disturbed.extend([SystemError("of another cause")] * READINGS)
    with pytest.raises(SystemError, match="of another cause"):
        find(Activation, "leaky_relu(slope=0.2)")


def test_a_class_is_refused_with_the_hint_to_make_an_instance() -> None:
    with pytest.raises(TypeError, match=r"activation must be a name or a part of that kind.*with \(\)"):
        find(Activation, Sigmoid)  # type: ignore[arg-type]  # the mistake


@pytest.mark.parametrize("given", [None, 3, ["relu"], Square(), np.tanh])
def test_what_is_neither_text_nor_a_part_of_the_kind_is_a_type_error(given: object) -> None:
    with pytest.raises(TypeError, match="activation must be a name or a part of that kind, given"):
        find(Activation, given)  # type: ignore[call-overload]  # the mistake


@pytest.mark.parametrize("slope", [np.float64(0.25), np.float32(0.25), np.int64(1)])
def test_a_hyper_parameter_of_numpys_types_is_held_as_pythons(slope: np.generic) -> None:
    part = LeakyReLU(slope=slope)  # type: ignore[arg-type]  # as it comes from a parameter search
    assert type(part.slope) in {int, float}
    assert find(Activation, str(part)) == part


def test_nan_is_within_no_bounds() -> None:
    with pytest.raises(ValueError, match="slope"):
        LeakyReLU(slope=float("nan"))


def test_a_fraction_is_not_a_number_that_text_can_hold() -> None:
    with pytest.raises(ValueError, match="slope must be a number"):
        LeakyReLU(slope=Fraction(1, 3))  # type: ignore[arg-type]  # the mistake


def test_a_whole_number_in_float_clothes_is_whole() -> None:
    assert find(Stop, "no_improvement(patience=3.0)") == NoImprovement(patience=3)


def test_parts_are_frozen_and_compare_by_value() -> None:
    assert LeakyReLU(0.1) == LeakyReLU(0.1) != LeakyReLU(0.2)
    with pytest.raises(AttributeError):
        LeakyReLU(0.1).slope = 0.2  # type: ignore[misc]  # the mistake


# ---- a part of your own


class Cube(Elementwise):
    """z^3: not in the catalogue."""

    name = "cube"

    def A(self, Z: Array) -> Array:
        return Z**3

    def dA_dZ(self, Z: Array, A: Array) -> Array:
        return 3 * Z**2


class Quartic(Loss):
    """(a - y)^4 summed over outputs: not in the catalogue."""

    name = "quartic"

    def L(self, A: Array, Y: Array) -> Array:
        return ((A - Y) ** 4).sum(axis=-1)

    def dL_dA(self, A: Array, Y: Array) -> Array:
        return 4 * (A - Y) ** 3


@dataclass(frozen=True)
class Sizes(Penalty):
    """strength * sum |w|: not in the catalogue, with a hyper-parameter."""

    name = "sizes"
    strength: float = hyper(0.1, low=0.0, high=10.0, about="lambda")

    def R(self, W: Array) -> float:
        return self.strength * abs(W).sum()

    def dR_dW(self, W: Array) -> Array:
        return self.strength * np.sign(W)


class HalfStep(Optimizer):
    """Steps half as long: not in the catalogue, with a state."""

    name = "half_step"

    def initial_state(self, parameters: Array) -> dict[str, Array]:
        return {"steps": np.zeros(1)}

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        state["steps"] += 1
        parameters -= eta / 2 * gradient


class Halving(Schedule):
    """1 / 2^t: not in the catalogue."""

    name = "halving"

    def eta(self, t: Array) -> Array:
        return 0.5**t


class Ones(Initializer):
    """All ones: not in the catalogue."""

    name = "ones"

    def W(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return np.ones((m, n))

    def W0(self, m: int, n: int, rng: np.random.Generator) -> Array:
        return np.ones(n)


class Largest(Metric):
    """The largest error: not in the catalogue."""

    name = "largest"

    def value(self, A: Array, Y: Array) -> float:
        return float(abs(A - Y).max())


class InOrder(Sampling):
    """The points in their order: not in the catalogue."""

    name = "in_order"

    def draw(self, n: int, b: int, rng: np.random.Generator):
        while True:
            yield np.arange(n - n % b).reshape(-1, b)


class Twice(Stop):
    """Two reports are enough: not in the catalogue."""

    name = "twice"

    def watch(self):
        return lambda report: "twice is enough" if report.step >= 4 else None


X = np.array([[0.5, -1.0], [1.0, 0.25], [-0.5, 0.75], [0.1, 0.2]])
Y = np.array([[1.0], [0.0], [-1.0], [0.5]])


def test_your_own_parts_are_differentiated_as_the_built_in_ones() -> None:
    net = Network((2, 3, 1), (Cube(), "identity"), init=Ones())
    net.parameters *= 0.3
    fwd = forward_pass(net, X, Y, Quartic(), penalty=Sizes(0.2))
    numeric = central_difference(
        lambda p: forward_pass(net.with_parameters(p), X, Y, Quartic(), penalty=Sizes(0.2)).loss, net.parameters
    )
    assert relative_error(back_propagate(net, fwd).flat, numeric) < 1e-7, "what a central difference can tell"


def test_your_own_parts_train_together() -> None:
    run = train(
        Network((2, 3, 1), (Cube(), "identity"), seed=1),
        X,
        Y,
        loss=Quartic(),
        optimizer=HalfStep(),
        eta=Halving(),
        penalty=Sizes(0.01),
        metrics=[Largest()],
        sampling=InOrder(),
        stop=Twice(),
        batch_size=2,
        epochs=9,
    )
    assert run.stopped_because == "twice is enough"
    assert run.history["eta"].tolist() == [0.25, 0.0625]
    assert "largest" in run.history


def test_your_own_parts_follow_the_notes_procedure() -> None:
    net = sgd_neural_net((X, Y), T=5, L=2, m=(2, 3), f=(Cube(), "identity"), loss="square", eta=lambda t: 0.01)
    assert np.isfinite(net.parameters).all()


def test_your_own_part_is_not_found_by_name() -> None:
    with pytest.raises(ValueError, match="unknown activation 'cube'"):
        find(Activation, "cube")


def test_your_own_bounds_are_held() -> None:
    with pytest.raises(ValueError, match=r"sizes: strength = 11 is outside \[0.0, 10.0\]"):
        Sizes(11)


def test_every_schedule_value_that_is_accepted_is_finite() -> None:
    with pytest.raises(ValueError, match="value must be finite"):
        Constant(float("inf"))


def test_a_part_with_hyper_parameters_that_is_no_dataclass_says_what_to_add() -> None:
    class Undecorated(Activation):
        name = "undecorated"
        slope: float = hyper(0.1, low=0.0, high=1.0, about="a slope")

    with pytest.raises(TypeError, match="Undecorated has hyper-parameters; decorate it"):
        Undecorated()


def test_two_letters_in_the_wrong_order_are_the_nearest_name() -> None:
    with pytest.raises(ValueError, match="unknown optimizer 'adma'; did you mean 'adam'\\?"):
        find(Optimizer, "adma")
