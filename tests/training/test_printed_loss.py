"""The loss that training prints is the one whose gradient its optimiser gets, on either engine.

For every loss with every output activation that it takes, for one output and for three, with and without weights, without a
penalty and with each. Nothing here looks inside: the number is the history's, moved about; the gradient is what an optimiser
is handed, or, where steps are taken in compiled code, what parameters lose in a step of size 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

from clearprop import Network, forward_pass, train
from clearprop.engines import Task, compiled
from clearprop.formulas import Array, find
from clearprop.formulas.activations import Activation, Tanh
from clearprop.formulas.losses import Loss
from clearprop.formulas.optimizers import SGD, Optimizer
from clearprop.formulas.penalties import Penalty
from clearprop.training import Run
from tests.parts import LEGAL_WITH_OUTPUTS, Case, label, random_case

pytestmark = [  # both are drawn for the loss alone
    pytest.mark.filterwarnings("ignore::clearprop.advice.TargetOutOfRange"),
    pytest.mark.filterwarnings("ignore::clearprop.advice.OutputsCountedApart"),
]

PENALTIES = [None, *(find(Penalty, text) for text in ("l1(strength=0.1)", "l2(strength=0.1)"))]
COMBINATIONS = [
    (output, loss, outputs, weighted, penalty)
    for (output, loss, outputs), weighted, penalty in product(LEGAL_WITH_OUTPUTS, (False, True), PENALTIES)
]
H = 1e-5
"""Half of the step over which differences are taken."""
AWAY = 0.01
"""How far every value keeps from a kink."""


@dataclass(frozen=True)
class Probe(Optimizer):
    """Takes no step, and keeps each gradient that it is handed."""

    name = "probe"
    handed: list[Array] = field(default_factory=list, compare=False)

    def update_in_place(self, parameters: Array, gradient: Array, eta: float, state: dict[str, Array]) -> None:
        self.handed.append(gradient.copy())


def step_of(
    case: Case, parameters: Array, batch_size: int, optimizer: Any, eta: float, engine: str, **more: Any
) -> Run:
    """One step of training from `parameters`, on the same points each time, with the same units left out."""
    return train(
        case.net.with_parameters(parameters),
        case.X,
        case.Y,
        loss=case.loss,
        optimizer=optimizer,
        eta=eta,
        batch_size=batch_size,
        steps=1,
        sample_weight=case.weights,
        penalty=case.penalty,
        engine=engine,
        progress=False,
        seed=5,
        **more,
    )


def a_case(output: Activation, loss: Loss, outputs: int, weighted: bool, penalty: Penalty | None) -> Case:
    """A small network whose values keep away from every kink, with its points and targets."""
    return replace(_even_case(output, loss, outputs, weighted), penalty=penalty)


@cache
def _even_case(output: Activation, loss: Loss, outputs: int, weighted: bool) -> Case:
    for seed in range(1000):
        case = random_case(np.random.default_rng(seed), output, loss, outputs, hidden=(Tanh(),), weighted=weighted, n=3)
        if _keeps_away(case) and (_slope(case) > 0.05 or output.name == "step"):
            return case
    raise AssertionError(f"no network with {output} and {loss} was found that keeps away from kinks")


def _keeps_away(case: Case) -> bool:
    """Z from the activation's kinks, errors from the loss's, weights from a penalty's."""
    fwd, L = case.forward(), case.net.L
    from_z = [abs(fwd.Z[L] - kink).min() for kink in case.net.f[L].kinks]
    from_error = [abs(fwd.A[L] - fwd.Y - kink).min() for kink in case.loss.kinks]
    if case.net.f[L].name == "step":  # its values do not move, wherever they are
        from_error = []
    return min([*from_z, *from_error, abs(case.net.parameters).min()]) > AWAY


def _slope(case: Case) -> float:
    """The steepest of the output activation's slopes: where all are flat, nothing would be seen."""
    fwd, L = case.forward(), case.net.L
    return float(abs(case.net.f[L].dL_dZ(np.eye(*fwd.A[L].shape), fwd.Z[L], fwd.A[L])).max())


def slope_along(function: Callable[[Array], float], at: Array, direction: Array) -> float:
    """d function(at + s direction) / ds at s = 0, by a central difference."""
    return (function(at + H * direction) - function(at - H * direction)) / (2 * H)


def assert_is_the_gradient(gradient: Array, printed: Callable[[Array], float], case: Case) -> None:
    """Along the gradient, and in a direction in which every entry counts."""
    at, rng = case.net.parameters, np.random.default_rng(9)
    size = np.linalg.norm(gradient)
    for each in (gradient if size else np.ones_like(at), rng.normal(size=at.size)):
        direction = each / np.linalg.norm(each)
        numeric, ours = slope_along(printed, at, direction), gradient @ direction
        # h²/6 times a third derivative, which a 1/a may bring to 1e3, and a rounding of 1e-16 / h.
        assert abs(ours - numeric) < 1e-7 * (size + 1e-3), f"{case}: along {direction}: {ours!r}, numeric {numeric!r}"


@pytest.mark.parametrize(("output", "loss", "outputs", "weighted", "penalty"), COMBINATIONS, ids=label)
def test_the_printed_loss_is_the_one_whose_gradient_the_optimizer_gets(
    output: Activation, loss: Loss, outputs: int, weighted: bool, penalty: Penalty | None
) -> None:
    case, probe = a_case(output, loss, outputs, weighted, penalty), Probe()
    step_of(case, case.net.parameters, 3, probe, 1.0, "numpy")

    def printed(parameters: Array) -> float:
        return float(step_of(case, parameters, 3, "sgd", 0.0, "numpy").history["loss"][-1])

    (handed,) = probe.handed
    assert_is_the_gradient(handed, printed, case)


@pytest.mark.parametrize(("output", "loss", "outputs", "weighted", "penalty"), COMBINATIONS, ids=label)
def test_the_printed_loss_is_the_forward_pass_s_and_the_validation_s(
    output: Activation, loss: Loss, outputs: int, weighted: bool, penalty: Penalty | None
) -> None:
    """Three places print a loss. Training has weights of mean 1; a validation set has none."""
    case = a_case(output, loss, outputs, weighted, penalty)
    watched = (case.X, case.Y)
    history = step_of(case, case.net.parameters, 3, "sgd", 0.0, "numpy", validation=watched).history
    weights = None if case.weights is None else case.weights / case.weights.mean()
    shown = forward_pass(case.net, case.X, case.Y, loss, sample_weight=weights, penalty=penalty).loss
    even = forward_pass(case.net, case.X, case.Y, loss, penalty=penalty).loss
    assert history["loss"][-1] == pytest.approx(shown, rel=1e-14), "three points, added in another order"
    assert history["validation_loss"][-1] == pytest.approx(even, rel=1e-14), "three points, added in another order"


MORE: dict[str, dict[str, Any]] = {
    "dropout": {"dropout": (0.3, 0.5)},
    "input noise": {"input_noise": 0.3},
    "label smoothing": {"label_smoothing": 0.2},
    "class weights": {"class_weight": (1.0, 3.0, 0.5)},
    "batch_norm": {},
    "layer_norm": {},
    "all": {"dropout": (0.3, 0.5), "input_noise": 0.3, "label_smoothing": 0.2, "class_weight": (1.0, 3.0, 0.5)},
}
"""What else changes a step: the noise and the units left out are those of the step, the same whatever the parameters are."""


@pytest.mark.parametrize("weighted", [False, True], ids=["even", "weighted"])
@pytest.mark.parametrize("penalty", PENALTIES, ids=label)
@pytest.mark.parametrize(
    ("output", "loss"), [("softmax", "nllm"), ("softmax", "kl_divergence"), ("log_softmax", "nllm_log")]
)
@pytest.mark.parametrize("which", MORE)
def test_with_all_that_training_adds_the_printed_loss_is_still_the_one_that_is_lowered(
    which: str, output: str, loss: str, penalty: Penalty | None, weighted: bool
) -> None:
    rng = np.random.default_rng(4)
    normalization = which if which.endswith("norm") else "layer_norm" if which == "all" else None
    net = Network((3, 4, 3), ("tanh", output), normalization=normalization, seed=rng)
    labels = rng.integers(0, 3, 8)
    case = Case(
        net=net,
        X=rng.normal(size=(8, 3)),
        Y=np.eye(3)[labels],
        loss=find(Loss, loss),
        weights=rng.uniform(0.1, 3, 8) if weighted else None,
        penalty=penalty,
    )
    more = MORE[which]
    step_of(case, net.parameters, 8, probe := Probe(), 1.0, "numpy", **more)

    def printed(parameters: Array) -> float:
        return float(step_of(case, parameters, 8, "sgd", 0.0, "numpy", **more).history["loss"][-1])

    assert_is_the_gradient(probe.handed[0], printed, case)


def _compiled() -> list[tuple[Any, ...]]:
    """The combinations that the kernels take: of each pair, half in steps of one point, half in steps of all three."""
    taken = []
    for number, (output, loss, outputs, weighted, penalty) in enumerate(COMBINATIONS):
        case = random_case(np.random.default_rng(0), output, loss, outputs, hidden=(Tanh(),), n=3)
        if not compiled.why_not(Task(case.net, loss, SGD(), case.X, case.Y, None, penalty)):
            taken.append(((1, 3)[number % 2], output, loss, outputs, weighted, penalty))
    return taken


@pytest.mark.parametrize(("batch_size", "output", "loss", "outputs", "weighted", "penalty"), _compiled(), ids=label)
def test_the_loss_that_a_kernel_prints_is_the_one_that_its_step_lowers(
    batch_size: int, output: Activation, loss: Loss, outputs: int, weighted: bool, penalty: Penalty | None
) -> None:
    case = a_case(output, loss, outputs, weighted, penalty)
    before = case.net.parameters.copy()
    stepped = step_of(case, before, batch_size, "sgd", 1.0, "compiled")
    assert stepped.engine.name == "compiled"
    lost = before - stepped.network.parameters

    def printed(parameters: Array) -> float:
        return float(step_of(case, parameters, batch_size, "sgd", 0.0, "compiled").history["loss"][-1])

    assert_is_the_gradient(lost, printed, case)
    step_of(case, before, batch_size, probe := Probe(), 1.0, "numpy")
    # A step of size 1 loses what is smaller than the rounding of the parameters that it is taken from.
    np.testing.assert_allclose(
        lost, probe.handed[0], rtol=1e-12, atol=1e-13 * max(1, abs(lost).max()), err_msg=str(case)
    )


def test_every_kernel_s_output_and_loss_is_among_them() -> None:
    if compiled.KERNELS is None:
        pytest.skip("installed without a compiler")
    taken = _compiled()
    assert {type(loss) for _, _, loss, *_ in taken} == {*compiled.LOSSES, *compiled.PAIRED}
    assert {type(output) for _, output, *_ in taken} == set(compiled.ACTIVATIONS)
    assert {batch_size for batch_size, *_ in taken} == {1, 3}
