"""Faults in metrics, baselines, and in what `evaluate` and `predict` say of rows."""

from __future__ import annotations

from ..fault import Fault

SCORES = [
    # ---- metrics
    Fault(
        "equal outputs are thresholds of their own, so that the order of the rows counts",
        "formulas/rankings.py",
        "last = np.append(np.diff(outputs[order]) != 0, True)",
        "last = np.append(np.diff(outputs[order]) < np.inf, True)",
    ),
    Fault(
        "balanced accuracy counts classes that no point is of as 0",
        "formulas/class_metrics.py",
        "return float((found.both[true] / found.true[true]).mean())",
        "return float(np.nan_to_num(_ratio(found.both, found.true)).mean())",
    ),
    Fault(
        "the log loss reads the predicted class's probability",
        "formulas/class_metrics.py",
        "p = np.clip(P[np.arange(len(P)), true], spacing, 1 - spacing)",
        "p = np.clip(P.max(axis=1), spacing, 1 - spacing)",
    ),
    Fault(
        "a bin of the calibration error counts as much as any other",
        "formulas/class_metrics.py",
        "return float((weight * abs(p - right)).sum() / weight.sum())",
        "return float(abs(p - right).mean())",
    ),
    Fault(
        "precision and recall are exchanged",
        "formulas/class_metrics.py",
        "return Counts(matrix.sum(axis=1), matrix.sum(axis=0), matrix.diagonal())",
        "return Counts(matrix.sum(axis=0), matrix.sum(axis=1), matrix.diagonal())",
    ),
    Fault(
        "equal targets whose mean is rounded have a spread, and R² is a huge number below 0",
        "formulas/metrics.py",
        "return np.where((Y[0] == Y).all(axis=0), 0.0, _sums((Y - mean) ** 2, weights))",
        "return _sums((Y - mean) ** 2, weights)",
    ),
    # ---- baselines
    Fault(
        "two classes have twice the penalty of scikit-learn's",
        "fitting/linear.py",
        "strength = 2 * STRENGTH if classes == 2 else STRENGTH",
        "strength = STRENGTH",
    ),
    Fault(
        "ridge regression penalises its bias",
        "fitting/linear.py",
        "C, D = X - mean_X, Y - mean_Y",
        "C, D = 1.0 * X, Y - mean_Y",
    ),
    Fault(
        "weights have more digits than two runs agree on",
        "fitting/baselines.py",
        "net = Network.from_weights([(_rounded(W), _rounded(W0))],",
        "net = Network.from_weights([(W, W0)],",
    ),
    # ---- which rows
    Fault(
        "the training rows are called held out",
        "fitting/evaluating.py",
        "        part = held_out\n",
        '        part = "training"\n',
    ),
    Fault(
        "a problem is put down to the first row of its half",
        "fitting/predicting.py",
        "if problem is None or len(rows) == 1:",
        "if problem is None or len(rows) <= 2:",
    ),
    Fault(
        "only the first input of a category is exchanged among rows",
        "fitting/importance.py",
        "changed[:, end - width : end] = X[rng.permutation(len(X)), end - width : end]",
        "changed[:, end - width] = X[rng.permutation(len(X)), end - width]",
    ),
    # ---- what a recipe decides
    Fault(
        "the choice with the highest validation loss is taken",
        "fitting/searching.py",
        "return math.isnan(mean), mean",
        "return math.isnan(mean), -mean",
    ),
    Fault(
        "hidden layers need no advantage",
        "fitting/searching.py",
        "if plain in losses and not clearly_better(losses[choice], losses[plain]):",
        "if plain in losses and losses[choice].mean() > losses[plain].mean():",
    ),
    Fault(
        "the costly choice is taken wherever its loss is lower",
        "fitting/searching.py",
        "if costly in losses and clearly_better(losses[costly], losses[choice]):",
        "if costly in losses and losses[costly].mean() < losses[choice].mean():",
    ),
    Fault(
        "a preset for many rows decides for few rows too",
        "fitting/recipe.py",
        "few = rows < LEAST_ROWS.get(self.preset, 0) and not self._has_network",
        "few = False",
    ),
    Fault(
        "Python is answered with an option of the shell",
        "fitting/planned.py",
        'IN_PYTHON = "kinds={{{name!r}: {kind!r}}}"',
        'IN_PYTHON = "--kind={name}={kind}"',
    ),
    Fault(
        "columns are blamed from which the linear model has learnt",
        "fitting/wording.py",
        "AT_FAULT if learnt else NOTHING_LEARNT",
        "NOTHING_LEARNT",
    ),
    Fault(
        "a choice with another scaling gets the inputs of the first",
        "fitting/planned.py",
        "if recipe.scaling != before.scaling:",
        "if False:",
    ),
    Fault(
        "inputs are scaled and not limited",
        "columns/prepared.py",
        "made[:, 0] = self.scaling.limited(scaled)",
        "made[:, 0] = scaled",
    ),
    Fault(
        "a choice that is a little behind is not compared further",
        "fitting/searching.py",
        "FAR = 2.0",
        "FAR = 0.0",
    ),
    Fault(
        "an ensemble is trained for every choice that is compared",
        "fitting/settling.py",
        'ALONE: dict[str, Any] = {"ensemble": 1, "restarts": 1}',
        "ALONE: dict[str, Any] = {}",
    ),
    # ---- the refit
    Fault(
        "the refit takes as many steps as the first training, though it has more rows",
        "fitting/refitting.py",
        "steps = max(1, round(best * longer))",
        "steps = max(1, round(best))",
    ),
    Fault(
        "the refit's step size ends with the refit, and not where the first training's would have",
        "fitting/refitting.py",
        "as_schedule(eta).over(round(whole * longer))",
        "as_schedule(eta).over(steps)",
    ),
    Fault(
        "validation rows are scored by the network that has learnt from them",
        "fitting/fits.py",
        'part: score(before if before is not None and part == "validation" else trained, planned.scored(part))',
        "part: score(trained, planned.scored(part))",
    ),
    Fault(
        "a training learns from inputs with the rows' own targets",
        "fitting/one_training.py",
        "start.points(rows, training=True, fitted_on=fitted_on),",
        "start.points(rows),",
    ),
    Fault(
        "the linear model learns from inputs with the rows' own targets",
        "fitting/fits.py",
        "X = start.points(rows, training=True, fitted_on=planned.fitted_on(numbers))",
        "X = start.points(rows)",
    ),
    Fault(
        "the means of a refit are standardised by their own deviation",
        "fitting/refitting.py",
        "                fitted_on=fitted_on,\n",
        "",
    ),
    Fault(
        "choices are compared on rows whose own targets are in their means",
        "fitting/settling.py",
        "    if any(isinstance(column, MeanColumn) for column in start.prepared.inputs):\n        return (split,)\n",
        "",
    ),
    Fault(
        "a table on the disk is refitted though nobody asks for it",
        "fitting/fits.py",
        "    if without_refit:\n",
        "    if False:\n",
    ),
    Fault(
        "the linear model beside validation scores has learnt from these rows",
        "fitting/fits.py",
        'fair = baselines if last != "validation" or again is None else _baselines(planned, split.training)',
        "fair = baselines",
    ),
    Fault(
        "an evaluation calls rows unseen that the refit has learnt from",
        "fitting/evaluating.py",
        'return bool(model.facts.get("refit_steps"))',
        "return False",
    ),
    Fault(
        "a preset replaces what was chosen",
        "fitting/recipe.py",
        "chosen = {**preset, **given,",
        "chosen = {**given, **preset,",
    ),
    Fault(
        "a chosen optimiser gets the step size of the preset",
        "fitting/recipe.py",
        "if self.eta is None and self.optimizer is None:",
        "if self.eta is None and not rule.whole_set:",
    ),
    Fault(
        "small tables search the penalty too",
        "fitting/presets.py",
        "of_n = (SOME,) if n < FEW_ROWS else SEVERAL",
        "of_n = SEVERAL",
    ),
]
