"""What a `Trainer` refuses: with the words of `train`, and its state as it was before."""

from __future__ import annotations

import copy
import json
import math
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas.losses import Square

RNG = np.random.default_rng(5)
X, LABELS = RNG.normal(size=(12, 4)), np.arange(12) % 3
ENGINES = pytest.mark.parametrize("engine", ["auto", "numpy"])


def net_of(**options: Any) -> cp.Network:
    return cp.Network((4, 6, 3), ("tanh", "softmax"), seed=1, **options)


def trainer_of(**options: Any) -> cp.Trainer:
    trainer = cp.Trainer(net_of(), **{"loss": "nllm", "optimizer": "adam"} | options)
    trainer.step(X, LABELS)
    return trainer


def held(trainer: cp.Trainer) -> tuple[Any, ...]:
    """All that a trainer holds, but for the time."""
    arrays, rest = trainer.state().packed()
    rest["values"].pop("seconds")
    rest["values"]["history"]["columns"].pop("seconds")
    return {name: array.tobytes() for name, array in arrays.items()}, json.dumps(rest, sort_keys=True)


def message(call: Callable[[], object]) -> str:
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    return f"{type(caught.value).__name__}: {caught.value}"


def with_(where: tuple[int, int], value: float) -> np.ndarray:
    changed = X.copy()
    changed[where] = value
    return changed


ROWS: dict[str, tuple[Any, ...]] = {
    "NaN": (with_((3, 2), math.nan), LABELS),
    "infinity": (with_((0, 0), -math.inf), LABELS),
    "transposed": (X.T, LABELS),
    "one point without an axis": (X[0], LABELS[:1]),
    "no rows": (X[:0], LABELS[:0]),
    "text": (X.astype(str), LABELS),
    "ragged": ([[1.0, 2.0], [1.0]], LABELS[:2]),
    "None": (None, LABELS),
    "fewer labels": (X, LABELS[:-1]),
    "more labels": (X[:-1], LABELS),
    "a label too many": (X, np.where(LABELS == 2, 3, LABELS)),
    "a negative label": (X, LABELS - 1),
    "labels that are not whole": (X, LABELS + 0.5),
    "targets that do not sum to 1": (X, np.eye(3)[LABELS] * 0.9),
    "targets with NaN": (X, np.full((12, 3), math.nan)),
    "targets of another width": (X, np.eye(4)[LABELS]),
    "no targets": (X, None),
    "a negative weight": (X, LABELS, -np.ones(12)),
    "weights of 0": (X, LABELS, np.zeros(12)),
    "fewer weights": (X, LABELS, np.ones(3)),
}


@ENGINES
@pytest.mark.parametrize("rows", ROWS)
def test_rows_are_refused_with_the_words_of_train(rows: str, engine: str) -> None:
    given = ROWS[rows]
    trainer = trainer_of(engine=engine)
    before = held(trainer)
    found = message(lambda: trainer.step(*given))
    weights = {"sample_weight": given[2]} if len(given) > 2 else {}
    if rows in {"a negative label", "a label too many"}:  # `train`, which sees all rows, sees that there are three
        assert "give classes=[...] with all labels that will ever come" in found
    else:
        asked: dict[str, Any] = {"loss": "nllm", "steps": 1, "progress": False}
        assert found == message(lambda: cp.train(net_of(), *given[:2], **asked, **weights))
    assert message(lambda: trainer.gradient(*given)) == found
    assert message(lambda: trainer.steps([given])) == found
    assert held(trainer) == before


@ENGINES
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "momentum"])
def test_a_step_that_is_not_finite_is_undone_and_named(optimizer: str, engine: str) -> None:
    net = cp.Network((4, 6, 3), ("identity", "identity"), seed=1)
    trainer = cp.Trainer(net, loss="square", optimizer=optimizer, eta=1e-3, engine=engine)
    Y = np.eye(3)[LABELS]
    trainer.step(X, Y)
    before = held(trainer)
    huge = X * 1e200
    for call in (lambda: trainer.step(huge, Y), lambda: trainer.gradient(huge, Y), lambda: trainer.steps([(huge, Y)])):
        with pytest.raises(
            cp.Diverged, match=r"step 2 was not taken: .* of layer \d is not finite; eta was 0.001"
        ) as caught:
            call()
        assert held(trainer) == before
    assert caught.value.run.network is trainer.network
    trainer.step(X, Y)
    assert trainer.step_count == 2


@ENGINES
def test_an_update_that_overflows_is_undone_with_the_optimizers_state(engine: str) -> None:
    net = cp.Network((4, 3), ("identity",), seed=1)
    trainer = cp.Trainer(net, loss="square", optimizer="momentum", eta=1e300, engine=engine)
    before = held(trainer)
    for call in (
        lambda: trainer.apply(np.full(trainer.network.parameters.shape, 1e200)),
        lambda: trainer.step(X * 1e100, np.eye(3)[LABELS]),
    ):
        with pytest.raises(cp.Diverged, match="step 1 was not taken"):
            call()
        assert held(trainer) == before


def test_a_schedule_that_fails_says_at_which_step() -> None:
    trainer = cp.Trainer(net_of(), loss="nllm", eta=lambda t: 0.1 if t < 4 else math.nan)
    for _ in range(3):
        trainer.step(X, LABELS)
    before = held(trainer)
    with pytest.raises(cp.NoStepSize, match="the schedule failed at t = 4, after 3 steps"):
        trainer.step(X, LABELS)
    assert held(trainer) == before


class Absolute(Square):
    """A loss of a user's own."""

    name = "absolute_of_mine"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "lbfgs": ({"optimizer": "lbfgs"}, "lbfgs uses every point in each step"),
    "a schedule without an end": (
        {"eta": "cosine(start=0.1, steps=0)"},
        "cosine: steps=0 is the length of the training",
    ),
    "a schedule that follows losses": ({"eta": "reduce_on_plateau"}, "follows the losses that a training reports"),
    "a negative eta": ({"eta": -1}, "eta must be a finite number, 0 or more"),
    "balanced classes": ({"class_weight": "balanced"}, "class_weight='balanced' counts the classes of all rows"),
    "a class that is none": ({"class_weight": {7: 1.0}}, "class_weight has 7, which is none of the classes"),
    "too few classes": ({"classes": ["a", "b"]}, "classes has 2 labels, and the network's outputs stand for 3"),
    "the same class twice": ({"classes": ["a", "b", "a"]}, "different labels"),
    "a loss of other outputs": ({"loss": "nll(eps=0)"}, "has no hyper-parameter"),
    "smoothing of numbers": (
        {"loss": "square", "label_smoothing": 0.1},
        "square takes predictions|label_smoothing is for",
    ),
    "an odd history": ({"history": 1}, "history must be a whole number, 2 or more"),
    "no state": ({"resume": "yesterday"}, "resume must be a State"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_arguments_that_do_not_fit_are_refused(case: str) -> None:
    options, words = REFUSED[case]
    with pytest.raises((ValueError, TypeError), match=words):
        cp.Trainer(net_of(), **{"loss": "nllm"} | options)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("wrong", [math.nan, -math.inf, 1e300])
def test_a_gradient_of_one_s_own_that_is_not_finite_is_named_and_no_step_is_taken(wrong: float, dtype: str) -> None:
    trainer = cp.Trainer(net_of(dtype=dtype), loss="nllm", optimizer="adam")
    trainer.step(X, LABELS)
    before, gradient = held(trainer), np.zeros(trainer.network.parameters.size)
    gradient[4 * 6 + 6 + 3] = wrong
    if wrong == 1e300 and dtype == "float64":
        trainer.apply(gradient)
        return
    too_large = ", too large for float32," if wrong == 1e300 else ""
    words = re.escape(f"gradient has {wrong:g}{too_large} in W[2], at place 33 counted from 0")
    with pytest.raises(ValueError, match=words):
        trainer.apply(gradient)
    assert held(trainer) == before


def test_what_is_no_condition_and_no_batch_is_said_and_no_step_is_taken() -> None:
    trainer, batches = cp.Trainer(net_of(), loss="nllm"), [(X, LABELS)]
    for call, words in {
        "until(None, batches)": "until needs a stop condition",
        "until([], batches)": "until needs a stop condition",
        "until(batches, 'target_loss')": "the stop condition first, and then the batches",
        "until(X, batches)": "stop must be a condition.*given an object of type ndarray",
        "until(lambda report: True, batches)": "a function of reports is a callback",
        "until(cp.Stop, batches)": "stop must be a name or a part of that kind",
        "steps([])": "batches has no batch, so no step was taken; a generator gives its batches once",
        "steps(x for x in ())": "batches has no batch",
    }.items():
        with pytest.raises((ValueError, TypeError), match=words):
            eval(f"trainer.{call}", {"trainer": trainer, "batches": batches, "X": X, "cp": cp})
    assert trainer.step_count == 0


def test_an_estimator_is_not_a_network() -> None:
    from clearprop.estimators import MLPClassifier

    with pytest.raises(TypeError, match=r"clf.partial_fit"):
        cp.Trainer(MLPClassifier(), loss="nllm")


def test_a_state_of_another_training_is_refused() -> None:
    state = trainer_of().state()
    with pytest.raises(ValueError, match="the state is of a training with optimizer 'adam"):
        cp.Trainer(net_of(), loss="nllm", resume=state)
    with pytest.raises(ValueError, match="the state is of a training with network"):
        cp.Trainer(cp.Network((4, 5, 3), ("tanh", "softmax")), loss="nllm", optimizer="adam", resume=state)
    state.values["optimizer"]["m"] = np.zeros(3)
    with pytest.raises(ValueError, match="resume: the state cannot be restored: state/optimizer/m is an array"):
        trainer_of(resume=state)
    several = cp.train(net_of(), X, LABELS, loss="nllm", steps=2, restarts=2, progress=False)
    with pytest.raises(ValueError, match="the state is of several networks"):
        cp.Trainer(net_of(), loss="nllm", resume=several)


# ---- files


def test_a_file_that_is_none_or_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.trainer"
    with pytest.raises(FileNotFoundError, match="there is no file"):
        cp.Trainer.load(path)
    trainer = trainer_of()
    trainer.save(path)
    whole = path.read_bytes()
    for place in range(9, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(ValueError, match=r"t.trainer"):
            cp.Trainer.load(path)
    path.write_bytes(whole[:-3])
    with pytest.raises(ValueError, match=r"t.trainer"):
        cp.Trainer.load(path)
    trainer.network.save(path)
    with pytest.raises(ValueError, match=r"is not a trainer's file, which trainer.save writes"):
        cp.Trainer.load(path)
    trainer.save(path)
    with pytest.raises(ValueError, match="holds a trainer, not a model"):
        cp.load(path)


def test_what_a_file_cannot_hold_is_said(tmp_path: Path) -> None:
    own = cp.Trainer(cp.Network((4, 1), ("identity",)), loss=Absolute())
    with pytest.raises(ValueError, match="loss 'absolute_of_mine' is not in the catalogue"):
        own.save(tmp_path / "own.trainer")
    assert not list(tmp_path.iterdir())
    function = cp.Trainer(net_of(), loss="nllm", eta=lambda t: 0.1 / t)
    function.save(tmp_path / "f.trainer")
    with pytest.raises(ValueError, match=r"a function of your own as eta; give Trainer.load\(path, eta=...\)"):
        cp.Trainer.load(tmp_path / "f.trainer")
    assert cp.Trainer.load(tmp_path / "f.trainer", eta=lambda t: 0.1 / t).step_count == 0


def test_a_file_brings_back_all_settings(tmp_path: Path) -> None:
    trainer = cp.Trainer(
        net_of(),
        loss="nllm",
        optimizer="adamw",
        eta="inverse_time(start=0.1)",
        penalty="l1(strength=0.01)",
        dropout=0.1,
        label_smoothing=0.05,
        class_weight={"b": 2.0},
        classes=["a", "b", "c"],
        history=None,
        seed=7,
    )
    labels = np.array(["a", "b", "c"])[LABELS]
    trainer.step(X, labels)
    trainer.save(tmp_path / "t")
    back = cp.Trainer.load(tmp_path / "t")
    for each in (trainer, back):
        each.step(X[:5], labels[:5])
    assert held(back) == held(trainer)


def test_a_killed_save_leaves_the_last_file(tmp_path: Path) -> None:
    """The process ends in the middle of writing, after the new file has been begun."""
    path = tmp_path / "t.trainer"
    trainer = trainer_of()
    trainer.save(path)
    program = f"""
import os
import clearprop as cp
trainer = cp.Trainer.load({str(path)!r})
trainer.step([[0.0] * 4], [0])
os.fsync = lambda descriptor: os._exit(9)
trainer.save({str(path)!r})
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    assert held(cp.Trainer.load(path)) == held(trainer)


def test_what_a_new_user_tries_is_answered() -> None:
    trainer = cp.Trainer(net_of(), loss="nllm")
    with pytest.raises(ValueError, match=r"Y has labels such as 'a'; .*give classes=\[...\] with all labels"):
        trainer.step(X[:2], ["a", "b"])
    for call in (trainer.steps, lambda batches: trainer.until("target_loss", batches)):
        with pytest.raises(ValueError, match=r"batches must be pairs \(X, Y\).*given None"):
            call(None)
    for each in (trainer, cp.Population(net_of(), 5, loss="nllm")):
        name = type(each).__name__
        for kept in (pickle.dumps, copy.deepcopy):
            with pytest.raises(TypeError, match=rf"a {name} is not copied or pickled: write it with save\(path\)"):
                kept(each)
        with pytest.raises(ValueError, match=rf"the state is of a {name.lower()}; cp.{name}\(..., resume=state\)"):
            cp.train(net_of(), X, LABELS, loss="nllm", steps=9, resume=each.state(), progress=False)
