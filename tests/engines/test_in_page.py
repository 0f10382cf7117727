"""The engine of a page, run by Node from its TypeScript sources: its steps are those of the native kernels, to the last bit."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from clearprop import Network
from clearprop.engines import Batches, NonFinite, Task, in_page
from clearprop.engines.compiled import padded, trainer
from clearprop.engines.levels import KERNELS, kernels_of, usable_levels
from clearprop.formulas.activations import Tanh
from clearprop.formulas.catalogue import CATALOGUE, find
from clearprop.formulas.clipping import ClipNorm
from clearprop.formulas.losses import Square
from clearprop.formulas.optimizers import SGD, Optimizer
from clearprop.formulas.penalties import L2, OfSum
from clearprop.formulas.regularizers import Dropout
from tests.engines.closeness import expected
from tests.engines.test_kernels_descent import random_task
from tests.engines.test_mini_batches import random_dropout, random_optimizer, random_penalty
from tests.node import run

CHUNKS, TASKS, STEPS = 16, 12, 100
PORTABLE = "portable" in usable_levels()


def answers(cases: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """What the module makes of some cases, and of what else is asked."""
    module = base64.b64encode(in_page.packed_module()).decode()
    given = {"module": module, "cases": cases, "refused": [], "orders": [], **more}
    return json.loads(run("test/run_cases.ts", json.dumps(given)))


def packed(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array, np.float64).tobytes()).decode()


def unpacked(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text))


def trained_on_a_page(rng: np.random.Generator) -> Task:
    """A task of whatever parts a page has; it does not clip array by array, and takes no likelihood of two outputs."""
    while True:
        optimizer = random_optimizer(rng) if rng.random() < 0.7 else SGD()
        seed = int(rng.integers(2**32))
        task = replace(random_task(rng), optimizer=optimizer, penalty=random_penalty(rng), seed=seed)
        if not in_page.why_not(task):
            return task


def drawn(rng: np.random.Generator) -> tuple[Task, np.ndarray, np.ndarray, np.ndarray]:
    """A task with whatever kernels take, and its steps, on single points as often as on batches: rows, begins and etas."""
    task = trained_on_a_page(rng)
    if rng.random() < 0.5:
        task = replace(task, dropout=random_dropout(rng, task.network.L))
        sizes = rng.integers(1, 1 + rng.choice([2, 10, 30]), STEPS)
    else:
        sizes = np.ones(STEPS, int)
    begins = np.concatenate([[0], np.cumsum(sizes)])
    etas = rng.uniform(0.5, 1.5, STEPS) * 0.01 / max(task.network.widths)
    return task, rng.integers(0, len(task.X), begins[-1]), begins, etas


def as_case(task: Task, rows: np.ndarray, begins: np.ndarray, etas: np.ndarray, cut: int) -> dict[str, Any]:
    one_each = len(rows) == len(etas)
    return {
        "options": in_page.options(task),
        **{name: packed(getattr(task, name)) for name in ("X", "Y")},
        "weights": None if task.weights is None else packed(task.weights),
        "parameters": packed(task.network.parameters),
        "batch": int(np.diff(begins).max()),
        "rows": rows.tolist(),
        "begins": None if one_each else begins.tolist(),
        "etas": etas.tolist(),
        "cut": cut,
    }


def native(level: str, task: Task, rows: np.ndarray, begins: np.ndarray, etas: np.ndarray, cut: int) -> dict[str, Any]:
    """What the kernels of a level make of the same steps, cut in the same place."""
    given = None if len(rows) == len(etas) else begins
    batch, parameters = int(np.diff(begins).max()), task.network.parameters.copy()
    gradient, Y = np.empty_like(parameters), padded(task.Y)
    made = trainer(task, kernels=kernels_of(level), batch_size=batch, Y=Y)
    before = made.loss_and_gradient(parameters, rows[: begins[1]], 1, gradient, 0, begins[1])
    total, taken, state = 0.0, 0, [np.zeros_like(parameters) for _ in range(8)]
    for first, end in ((0, cut), (cut, STEPS)):
        if first:
            counts = made.get_state(state)
            made = trainer(task, kernels=kernels_of(level), batch_size=batch, Y=Y)
            made.set_state(state, *counts)
        own = rows[begins[first] : begins[end]]
        starts = None if given is None else begins[first : end + 1] - begins[first]
        steps, loss, _ = made.run(parameters, task.network.statistics, own, etas[first:end], first + 1, starts)
        total, taken = total + loss, taken + steps
    made.get_state(state)
    return {
        "kernel": made.kernel, "taken": taken, "loss": total, "before": before, "gradient": gradient,
        "parameters": parameters, "state": state,
    }  # fmt: skip


def bits(array: np.ndarray) -> np.ndarray:
    """An array's bits, of numbers that are not subnormal: native kernels make 0 of those, and WebAssembly cannot."""
    array = np.asarray(array, np.float64)
    return np.where(abs(array) < np.finfo(np.float64).tiny, 0.0, array).view(np.uint64)


@pytest.mark.skipif(not PORTABLE, reason="the portable kernels are not built: make test-all builds them")
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_steps_have_the_bits_of_the_portable_kernels(chunk: int) -> None:
    """Any parts, batches and penalties; a second engine goes on from the state that the first one gives."""
    rng = np.random.default_rng([chunk, 15])
    steps = [(*drawn(rng), int(rng.integers(1, STEPS))) for _ in range(TASKS)]
    given = answers([as_case(*each) for each in steps])["answers"]
    for (task, *rest), ours in zip(steps, given, strict=True):
        theirs = native("portable", task, *rest)
        about = f"{task.network}, {task.loss}, {task.optimizer}, {task.penalty}, {ours['kernel']}"
        assert (ours["kernel"], ours["taken"]) == (theirs["kernel"], theirs["taken"]), about
        for name in ("gradient", "parameters"):
            assert np.array_equal(bits(unpacked(ours[name])), bits(theirs[name])), f"{name}: {about}"
        for mine, kept in zip(ours["state"], theirs["state"], strict=False):
            assert np.array_equal(bits(unpacked(mine)), bits(kept)), f"state: {about}"
        assert (ours["loss"], ours["before"]) == (theirs["loss"], theirs["before"]), about


@pytest.mark.parametrize("chunk", range(4))
def test_steps_are_those_of_the_numpy_engine(chunk: int) -> None:
    """Where there are no native kernels to compare with: the same sums in another order."""
    rng, steps, references = np.random.default_rng([chunk, 16]), [], []
    while len(steps) < TASKS:
        task, rows, begins, etas = drawn(rng)
        task = replace(task, optimizer=SGD())
        try:
            references.append(expected(task, Batches(rows, begins), etas))
        except NonFinite:  # an exponential in the loss, or a wild start
            continue
        steps.append((task, rows, begins, etas, STEPS // 2))
    for (task, *_), ours, reference in zip(
        steps, answers([as_case(*each) for each in steps])["answers"], references, strict=True
    ):
        assert ours["taken"] == STEPS
        reference.require(unpacked(ours["parameters"]), ours["loss"], f"{task.network}, {task.loss}, {task.penalty}")
        with np.errstate(all="ignore"):
            trained = task.network.with_parameters(unpacked(ours["parameters"]))
            assert np.allclose(unpacked(ours["predicted"]), trained.predict(task.X).ravel(), rtol=1e-9, atol=1e-12)


def test_its_parts_are_the_catalogue_s_with_as_many_hyper_parameters() -> None:
    parts = answers([])["parts"]
    for kind, names in parts.items():
        for code, (name, part) in enumerate(names.items()):
            assert part == {"code": code, "hypers": len(fields(CATALOGUE[kind][name]))}, name
    assert in_page.known_parts() == {CATALOGUE[kind][name] for kind, names in parts.items() for name in names}
    if KERNELS:
        assert [list(names) for names in parts.values()] == [
            [name for name in names if name != "quickprop"]  # which the page does without, to stay small
            for names in (KERNELS.activations, KERNELS.losses, KERNELS.optimizers)
        ]


def small_task(**changed: Any) -> Task:
    task = Task(Network((2, 3, 1), ("tanh", "identity"), seed=1), Square(), SGD(), np.ones((4, 2)), np.ones((4, 1)))
    return replace(task, **changed)


@pytest.mark.parametrize(
    ("task", "why"),
    [
        (small_task(), ""),
        (small_task(optimizer=ClipNorm(1.0, then=find(Optimizer, "adam")), penalty=OfSum(L2(0.1))), ""),
        (small_task(dropout=Dropout((0.5,))), ""),
        (small_task(optimizer=find(Optimizer, "lbfgs")), r"optimizer 'lbfgs\(.*\)' has no kernel"),
        (
            small_task(network=Network((2, 3, 1), ("tanh", "identity"), normalization="layer_norm")),
            r"normalization 'layer_norm\(.*\)' has no kernel",
        ),
        (small_task(network=Network((2, 3, 1), ("prelu", "identity"))), r"activation 'prelu\(.*\)' has no kernel"),
        (
            small_task(network=Network((2, 7000, 1), ("tanh", "identity"))),
            "the network has 28001 parameters, and a page trains at most 20000",
        ),
    ],
)
def test_what_a_page_cannot_train_is_refused_by_name(task: Task, why: str) -> None:
    assert re.fullmatch(why, in_page.why_not(task))


def test_a_users_own_part_has_no_kernel_in_a_page_either() -> None:
    class Own(Tanh):
        """Its formula may be another one."""

    task = small_task(network=Network((2, 3, 1), (Own(), "identity")))
    assert in_page.why_not(task) == "activation 'tanh' has no kernel"


def test_the_module_refuses_what_it_does_not_know_with_the_name() -> None:
    good = in_page.options(small_task())
    wrong = [
        ({}, ""),
        ({"loss": {"name": "squares", "hypers": []}}, "loss 'squares' has no kernel"),
        ({"optimizer": {"name": "adam", "hypers": [0.9]}}, "optimizer 'adam' has 3 hyper-parameters, not 1"),
        ({"activations": good["activations"][:1]}, "1 activations for 2 layers; each layer has one"),
        ({"widths": [2, 0, 1]}, "widths 2-0-1 must be two or more whole numbers from 1 on"),
        ({"dropout": {"rates": [0.5], "seed": 0}}, "1 dropout rates for 2 layers; each layer's input has one"),
    ]
    assert answers([], refused=[good | change for change, _ in wrong])["refusals"] == [why for _, why in wrong]


def test_python_repeats_the_order_of_a_page_s_points() -> None:
    given = [(0, 0, 1), (7, 0, 40), (7, 3, 40), (2**32 - 1, 12, 257)]
    assert answers([], orders=given)["orders"] == [in_page.order_of_epoch(*each).tolist() for each in given]
