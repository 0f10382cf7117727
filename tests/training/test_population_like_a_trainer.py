"""What a `Trainer` has beside `step`, a `Population` has too: each network gets the bits of a trainer of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from tests.training.test_population import K, net_of, require_same, rows_of, trainers_of

MASK = np.ones((4, 6))
MASK[1] = 0
OPTIONS: list[dict[str, Any]] = [{}, {"penalty": "l2(strength=0.01)"}, {"engine": "numpy"}]
HELD: list[dict[str, Any]] = [{"frozen": 1}, {"mask": {1: MASK}}, {"frozen": "W0", "mask": {"W[1]": MASK}}]
IN_EACH_WAY = pytest.mark.parametrize("options", OPTIONS, ids=str)
HOLDING = pytest.mark.parametrize("options", HELD, ids=["frozen", "mask", "both"])


def batches_of(count: int) -> list[tuple[Any, Any]]:
    rng = np.random.default_rng(8)
    return [rows_of(rng, n) for n in (5, 3, 131, 1, 6)[:count]]


@IN_EACH_WAY
def test_steps_are_those_of_trainers_and_give_the_mean_loss_of_each(options: dict[str, Any]) -> None:
    population = cp.Population(net_of(), K, loss="nllm", optimizer="adam", **options)
    trainers = trainers_of(population, optimizer="adam", **options)
    losses = population.steps(batches_of(5))
    assert losses == pytest.approx([trainer.steps(batches_of(5)) for trainer in trainers], rel=1e-15)
    require_same(population, trainers)
    with pytest.raises(ValueError, match="batches has no batch"):
        population.steps([])


@IN_EACH_WAY
def test_a_gradient_that_is_applied_is_a_step(options: dict[str, Any]) -> None:
    population = cp.Population(net_of(), K, loss="nllm", optimizer="adam", **options)
    trainers = trainers_of(population, optimizer="adam", **options)
    for batch in batches_of(4):
        gradients = population.gradient(*batch)
        assert (gradients == np.stack([trainer.gradient(*batch) for trainer in trainers])).all()
        population.apply(gradients)
        for trainer, gradient in zip(trainers, gradients, strict=True):
            trainer.apply(gradient)
        require_same(population, trainers)
        assert population.history["loss"][-1] == pytest.approx(np.mean([t.history["loss"][-1] for t in trainers]))
    population.step(*batches_of(1)[0])  # which goes on from the state that `apply` left
    for trainer in trainers:
        trainer.step(*batches_of(1)[0])
    require_same(population, trainers)


@IN_EACH_WAY
def test_gradients_that_are_none_are_refused_and_nothing_changes(options: dict[str, Any]) -> None:
    population = cp.Population(net_of(), K, loss="nllm", optimizer="adam", **options)
    population.step(*batches_of(1)[0])
    before, gradients = population.parameters, np.zeros((K, 51))
    wrong = gradients.copy()
    wrong[2, 5] = np.nan
    for given, words in (
        (wrong, "gradients has nan in row 2 column 5"),
        (gradients[0], r"gradients must be \(7, 51\)"),
    ):
        with pytest.raises(ValueError, match=words):
            population.apply(given)
    far = cp.Population(net_of(dtype="float32"), K, loss="nllm", eta=[1.0] * 6 + [1e30], **options)
    weights = far.parameters
    with pytest.raises(cp.Diverged, match="step 1 was not taken, by any network: network 6"):
        far.apply(np.full((K, 51), 1e30))
    assert (far.parameters == weights).all()
    assert (population.parameters == before).all()
    assert (population.step_count, far.step_count) == (1, 0)


@IN_EACH_WAY
def test_until_ends_by_the_mean_loss_of_the_networks(options: dict[str, Any]) -> None:
    X, Y = rows_of(np.random.default_rng(0), 40)
    population = cp.Population(net_of(), K, loss="nllm", optimizer="adam", eta=0.05, **options)
    reason = population.until("target_loss(value=1.0)", [(X, (X[:, 0] > 0).astype(int))] * 500, report_every=5)
    assert reason == "the loss reached 1"
    assert population.step_count % 5 == 0
    assert population.losses.mean() < 1.1
    assert population.until("target_loss(value=0)", [(X, Y)] * 3) == "all 3 batches taken"
    with pytest.raises(ValueError, match="until needs a stop condition"):
        population.until(None, [(X, Y)])


@HOLDING
def test_what_is_held_is_held_in_every_network_and_across_a_file(options: dict[str, Any], tmp_path: Path) -> None:
    net = net_of()
    population = cp.Population(net, K, loss="nllm", optimizer="adamw", **options)
    assert "here is a frozen layer or a mask" in str(population.engine)
    trainers = trainers_of(population, optimizer="adamw", **options)
    for batch in batches_of(3):
        population.step(*batch)
        for trainer in trainers:
            trainer.step(*batch)
        require_same(population, trainers)
    started = cp.Trainer(net, loss="nllm", **options).network.parameters
    still = np.ones(51, bool)
    still[: 4 * 6] = (MASK == 0).ravel() if "mask" in options else True
    still[4 * 6 : 5 * 6] = "frozen" in options
    still[5 * 6 :] = False
    assert (population.parameters[:, still] == started[still]).all()
    assert (population.parameters[:, ~still] != population.parameters[0, ~still])[1:].any()
    population.save(tmp_path / "population")
    later = cp.Population.load(tmp_path / "population")
    population.step(*batches_of(1)[0])
    later.step(*batches_of(1)[0])
    assert (later.parameters == population.parameters).all()
    freed = cp.Population.load(tmp_path / "population", frozen=())
    freed.step(*batches_of(1)[0])
    assert (freed.parameters[:, still] != started[still]).any()


def test_what_holds_nothing_or_all_is_refused() -> None:
    with pytest.raises(ValueError, match="no parameter is left to train"):
        cp.Population(net_of(), K, loss="nllm", frozen=[1, 2])
    with pytest.raises(ValueError, match="this network has layers"):
        cp.Population(net_of(), K, loss="nllm", frozen=3)
