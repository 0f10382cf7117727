"""A search takes the choice with the lowest loss over the folds, and the plain one unless another is clearly better."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.fitting import plan
from clearprop.fitting.fits import carry_out
from clearprop.fitting.presets import FOLDS, MOST_ROWS_IN_FOLDS
from clearprop.fitting.recipe import NO_HIDDEN_LAYERS
from clearprop.fitting.searching import best_of, clearly_better
from clearprop.fitting.settling import settled
from clearprop.fitting.splitting import folds_of, split_rows

RUN = cp.fit(cp.load_table("xor"), epochs=1, test=0, validation=0).run
ROWS = np.array([0.5, 1.0, 1.5])


def losses(given: dict[str, Any]) -> Callable[[str, cp.Run, int], np.ndarray]:
    """The losses of the choice that the run's reason names, on each fold: other rows are hard for each of them."""

    def of(choice: str, run: cp.Run, k: int) -> np.ndarray:
        each = given[run.stopped_because]
        return np.roll(ROWS, ord(run.stopped_because[0])) * (each[k] if isinstance(each, list) else each)

    return of


def train(choice: str, k: int) -> cp.Run:
    return replace(RUN, stopped_because=choice)


def test_the_mean_over_all_folds_decides() -> None:
    found = best_of("ab", train, losses({"a": [1.0, 9.0], "b": [1.01, 1.0]}), folds=2)
    assert (found.choice, found.losses["b"]) == ("b", pytest.approx(1.005))
    assert best_of("ab", train, losses({"a": 1.0, "b": 1.0})).choice == "a"
    assert best_of("ab", train, losses({"a": float("nan"), "b": 2.0})).choice == "b"


@pytest.mark.parametrize(
    ("plain", "choice"), [([1.0, 1.1, 1.2], "a"), ([1.4, 0.9, 0.9], "p"), ([0.9, 0.9, 0.9], "p"), ([np.nan] * 3, "a")]
)
def test_the_plain_choice_is_taken_unless_another_is_clearly_better(plain: list[float], choice: str) -> None:
    """The differences of the second are 0.4, -0.1 and -0.1: their mean is 0.07 and its standard error 0.17."""

    def of(choice: str, run: cp.Run, k: int) -> np.ndarray:
        return np.array([1.0, 1.0, 1.0] if run.stopped_because == "a" else plain)

    assert best_of("ap", train, of, plain="p").choice == choice


@pytest.mark.parametrize(
    ("costly", "choice"), [([0.9, 0.9, 0.9], "c"), ([0.5, 1.2, 0.8], "a"), ([1.1, 1.1, 1.1], "a"), ([np.nan] * 3, "a")]
)
def test_the_costly_choice_is_taken_only_where_it_is_clearly_better(costly: list[float], choice: str) -> None:
    """Of the second the mean is lower by 0.17, and the standard error of that is 0.2; "p" is plain, and far behind."""

    def of(choice: str, run: cp.Run, k: int) -> np.ndarray:
        return np.array({"a": [1.0, 1.0, 1.0], "c": costly, "p": [2.0, 2.0, 2.0]}[choice])

    assert best_of("cap", train, of, plain="p", costly="c").choice == choice
    assert best_of("c", train, of, costly="c").choice == "c"


def test_it_is_said_on_how_many_folds_a_choice_was_compared() -> None:
    found = best_of("ab", train, losses({"a": [1.0, 1.0, 1.0], "b": [9.0, 0.1, 0.1]}), folds=3)
    assert (found.choice, found.folds) == ("a", {"a": 3, "b": 1})


def test_a_choice_that_was_compared_on_fewer_folds_stands_beside_the_chosen_one_on_these() -> None:
    found = best_of("ab", train, losses({"a": [1.0, 2.0, 3.0], "b": [9.0, 0.1, 0.1]}), folds=3)
    assert found.losses == {"a": pytest.approx(2.0), "b": pytest.approx(9.0)}
    assert found.on_the_same == {"b": pytest.approx(1.0)}
    assert best_of("ab", train, losses({"a": 1.0, "b": 1.0}), folds=2).on_the_same == {}


def test_clearly_better_is_by_more_than_a_standard_error() -> None:
    ones, differences = np.ones(4), np.array([0.0, 1.0, 2.0, 3.0])
    error = differences.std(ddof=1) / 2
    assert clearly_better(ones, ones + differences, 1.5 / error * 0.99)
    assert not clearly_better(ones, ones + differences, 1.5 / error * 1.01)
    assert not clearly_better(ones, ones)
    assert clearly_better(np.array([1.0]), np.array([1.1]))


def test_a_choice_that_is_far_behind_is_not_trained_on_more_folds() -> None:
    asked: list[tuple[str, int]] = []

    def counted(choice: str, k: int) -> cp.Run:
        asked.append((choice, k))
        return train(choice, k)

    found = best_of("abc", counted, losses({"a": 1.0, "b": 1.0, "c": 7.0}), folds=3)
    assert asked == [("a", 0), ("b", 0), ("c", 0), ("a", 1), ("b", 1), ("a", 2), ("b", 2)]
    assert list(found.losses) == ["a", "b", "c"]


def test_of_several_trainings_one_that_diverges_is_not_taken() -> None:
    def failing(bad: set[tuple[str, int]]) -> Callable[[str, int], cp.Run]:
        def of(choice: str, k: int) -> cp.Run:
            if (choice, k) in bad:
                raise cp.Diverged(choice, RUN)
            return train(choice, k)

        return of

    same = losses({"a": 1.0, "b": 1.0, "c": 1.0})
    assert best_of("abc", failing({("a", 0)}), same).choice == "b"
    assert best_of("abc", failing({("a", 1)}), same, folds=2).choice == "b"
    assert best_of("abc", failing({("a", 1), ("b", 1)}), same, folds=2, plain="a").choice == "c"
    with pytest.raises(cp.Diverged, match="c"):
        best_of("abc", failing({("a", 0), ("b", 0), ("c", 0)}), same)


@pytest.mark.parametrize("at", [("b", 0), ("b", 1)])
def test_a_search_that_is_interrupted_decides_by_the_first_fold(at: tuple[str, int]) -> None:
    def of(choice: str, k: int) -> cp.Run:
        return replace(RUN, stopped_because="interrupted" if (choice, k) == at else choice)

    found = best_of("abc", of, losses({"a": 1.0, "b": 1.0, "c": 0.99, "interrupted": 0.5}), folds=2)
    assert found.interrupted
    assert found.choice == ("b" if at == ("b", 0) else "c")


def test_warnings_are_those_of_the_choice_on_its_own_split() -> None:
    def of(choice: str, k: int) -> cp.Run:
        warnings.warn(f"{choice}{k}", UserWarning, stacklevel=1)
        return train(choice, k)

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        best_of("ab", of, losses({"a": 2.0, "b": 1.9}), folds=3)
    assert [str(each.message) for each in said] == ["b0"]


# ---- folds, and what a recipe compares


def test_folds_hold_each_row_out_once_with_the_classes_in_proportion() -> None:
    table = cp.Table.of({"x": np.arange(200.0), "y": ["a"] * 150 + ["b"] * 50})
    split = split_rows(table, "y", "classification", test=0.2, validation=0.16, seed=3)
    labels = table.cells("y").codes[1]
    folds = folds_of(split, labels, folds=5, seed=3)
    assert folds[0] is split
    held_out = np.concatenate([each.validation for each in folds])
    assert sorted(held_out) == sorted([*split.training, *split.validation])
    for each in folds:
        assert not set(each.training) & set(each.validation)
        assert len(each.training) + len(each.validation) == 160
        assert each.test is split.test
        assert abs(np.mean(labels[each.validation]) - 0.25) < 0.04
    assert folds_of(split, labels, folds=1, seed=3) == (split,)


def noise(n: int, curved: bool) -> cp.Table:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, 2))
    y = np.abs(x[:, 0]) * 3 if curved else x @ [1.0, 2.0]
    return cp.Table.of({"a": x[:, 0], "b": x[:, 1], "y": y + rng.normal(size=n)}, target="y")


def test_hidden_layers_are_left_out_where_they_are_not_clearly_better() -> None:
    straight, curved = (cp.fit(noise(200, curved)) for curved in (False, True))
    assert (straight.model.network.L, straight.model.facts["layers"]) == (1, "")
    assert (curved.model.network.L, curved.model.facts["layers"]) == (3, "64:relu,64:relu")
    assert NO_HIDDEN_LAYERS in straight.model.facts["compared"]
    assert straight.scores["test"].metrics["r2"] == pytest.approx(
        straight.beside["linear model"].metrics["r2"], abs=0.01
    )


@pytest.mark.parametrize(
    "choice",
    [
        {"layers": "64:relu,64:relu"},
        {"penalty": "none"},
        {"optimizer": "adam"},
        {"eta": 0.01},
        {"dropout": 0.1},
        {"preset": "fast"},
        {"validation": 0},
        {"stop": ("time_limit(seconds=9)",)},
    ],
)
def test_hidden_layers_that_somebody_chose_or_cannot_be_compared_stay(choice: dict[str, Any]) -> None:
    assert plan(noise(200, False), cp.Recipe(**choice)).rivals == {}
    assert list(plan(noise(200, False)).rivals) == [NO_HIDDEN_LAYERS]
    assert plan(noise(50, False)).rivals == {}


def test_many_rows_or_a_long_training_are_compared_on_one_part(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(choices: Any, train: Any, losses_of: Any, *, folds: int, plain: str, costly: str | None) -> Any:
        asked.append(folds)
        return best_of(choices[:1], train, losses_of)

    monkeypatch.setattr("clearprop.fitting.settling.best_of", counted)
    settled(plan(noise(200, False), cp.Recipe(epochs=1)))
    settled(plan(noise(MOST_ROWS_IN_FOLDS * 5 // 4 + 5, False), cp.Recipe(epochs=1)))
    monkeypatch.setattr("clearprop.fitting.settling.MOST_WORK_IN_FOLDS", {"default": 1e5})
    settled(plan(noise(200, False), cp.Recipe(epochs=1)))
    assert asked == [FOLDS, 1, 1]


def test_an_interrupted_search_gives_a_model_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from clearprop.fitting import planned

    calls = []

    def interrupted(*given: Any, **named: Any) -> cp.Run:
        calls.append(given)
        run = right(*given, **named)
        return replace(run, stopped_because="interrupted") if len(calls) == 6 else run

    right = planned.train_by
    monkeypatch.setattr(planned, "train_by", interrupted)
    fitted = carry_out(plan(noise(200, True), cp.Recipe(epochs=2)))
    assert fitted.run.stopped_because == fitted.model.facts["stopped_because"] == "interrupted"
    assert fitted.refit is None
    assert len(calls) == 6
