"""Optuna proposes parameters, and prunes trainings by what `partial_fit` has reached."""

from __future__ import annotations

import warnings
from types import ModuleType
from typing import Any

import numpy as np
import optuna
import pytest
from sklearn.model_selection import cross_val_score

from .controls import KINDS, OPTIONS, beside, data

pytestmark = pytest.mark.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


@KINDS
def test_a_search_proposes_and_finds_the_same(kind: str) -> None:
    X, y = data(kind)

    def found(room: ModuleType) -> Any:
        def objective(trial: optuna.Trial) -> float:
            options = {
                "hidden_layer_sizes": (trial.suggest_int("units", 2, 12),) * trial.suggest_int("layers", 1, 2),
                "activation": trial.suggest_categorical("activation", ["relu", "tanh", "logistic"]),
                "alpha": trial.suggest_float("alpha", 1e-6, 1.0, log=True),
                "learning_rate_init": trial.suggest_float("rate", 1e-3, 1e-1, log=True),
            }
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return float(cross_val_score(getattr(room, kind)(**OPTIONS | options), X, y, cv=3).mean())

        study = optuna.create_study(
            direction="maximize", sampler=optuna.samplers.TPESampler(seed=0, n_startup_trials=4)
        )
        study.optimize(objective, n_trials=10)
        return [trial.value for trial in study.trials], study.best_params

    beside(found)


@KINDS
def test_trainings_are_pruned_in_the_same_epoch(kind: str) -> None:
    X, y = data(kind)
    first = {"classes": np.unique(y)} if kind == "MLPClassifier" else {}

    def reached(room: ModuleType) -> Any:
        def objective(trial: optuna.Trial) -> float:
            options = {"learning_rate_init": trial.suggest_float("rate", 1e-4, 1e-1, log=True), "batch_size": 32}
            model, score = getattr(room, kind)(**OPTIONS | options), 0.0
            for epoch in range(15):
                model.partial_fit(X, y, **(first if epoch == 0 else {}))
                score = float(model.score(X, y))
                trial.report(score, epoch)
                if trial.should_prune():
                    raise optuna.TrialPruned
            return score

        study = optuna.create_study(
            direction="maximize",
            sampler=optuna.samplers.RandomSampler(seed=0),
            pruner=optuna.pruners.MedianPruner(3, 2),
        )
        study.optimize(objective, n_trials=8)
        assert any(trial.state.name == "PRUNED" for trial in study.trials)
        return [list(trial.intermediate_values.values()) for trial in study.trials]

    beside(reached)
