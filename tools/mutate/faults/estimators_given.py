"""Faults in what estimators do with what they are given: tables, scorers, parameters that were written, weights."""

from __future__ import annotations

from ..fault import Fault

ESTIMATORS_GIVEN = [
    # ---- tables
    Fault(
        "pandas' NA among texts is no gap",
        "columns/cells.py",
        "    except TypeError:  # pandas' NA is neither equal nor unequal\n        return True",
        "    except TypeError:  # pandas' NA is neither equal nor unequal\n        return False",
    ),
    Fault(
        "truth values of polars are categories",
        "estimators/columns.py",
        'return bool(dtype.is_numeric()) or str(dtype) == "Boolean"',
        "return bool(dtype.is_numeric())",
    ),
    Fault(
        "columns are made plain in fit alone",
        "estimators/columns.py",
        "return super().transform(plain_columns(as_table(X), self.records), **params)",
        "return super().transform(X, **params)",
    ),
    Fault(
        "values below a mask are used",
        "estimators/columns.py",
        "if np.ma.is_masked(given):",
        "if np.ma.is_masked(None):",
    ),
    Fault(
        "a missing label is looked for in numbers alone",
        "estimators/targets.py",
        'if labels.dtype.kind != "O" or labels.ndim == 0:',
        'if labels.dtype.kind == "O" or labels.ndim == 0:',
    ),
    Fault(
        "sizes of layers may be any numbers",
        "estimators/perceptron.py",
        "if not all(isinstance(width, Integral) for width in widths):",
        "if not all(isinstance(width, object) for width in widths):",
    ),
    # ---- what a score is of
    Fault(
        "a scorer gets rows that have been prepared",
        "estimators/scoring.py",
        "check(estimator, rows.X, rows.y)",
        "check(estimator, held_out.X, rows.y)",
    ),
    Fault(
        "a scorer gets the rows that are trained on",
        "estimators/held_out.py",
        "given.only(held)",
        "given.only(train)",
    ),
    Fault(
        "a metric compares in standard units",
        "estimators/regressor.py",
        "        return values if targets is None else targets.unscaled(values)\n\n    def _truth",
        "        return values\n\n    def _truth",
    ),
    Fault(
        "a metric sees smoothed targets",
        "estimators/scoring.py",
        "estimator._truth(held_out.Y), estimator._answers()",
        "held_out.Y, estimator._answers()",
    ),
    Fault(
        "a metric guesses from the rows held out how labels are read",
        "estimators/scoring.py",
        "estimator._truth(held_out.Y), estimator._answers()",
        "estimator._truth(held_out.Y), None",
    ),
    Fault(
        "a metric compares logarithms of probabilities",
        "estimators/classifier.py",
        "return np.exp(A) if isinstance(self._output().range",
        "return A if isinstance(self._output().range",
    ),
    Fault(
        "rows are prepared again after every epoch",
        "estimators/border.py",
        "self._prepared = X, self._checked_points(X)",
        "self._checked_points(X)",
    ),
    # ---- what is written stays
    Fault(
        "a preset replaces what was written at its default",
        "estimators/written.py",
        "_written=tuple(sorted({*self.names[: len(args)], *given})), _replaced={}",
        "_written=(), _replaced={}",
    ),
    Fault(
        "a default that was written beside a preset is not shown",
        "estimators/written.py",
        "if each.name in differ else each for each in plain]",
        "if False else each for each in plain]",
    ),
    Fault(
        "what was written by position is not known to be",
        "estimators/written.py",
        "{*self.names[: len(args)], *given}",
        "{*given}",
    ),
    Fault(
        "a parameter that is set later is the preset's again with the next preset",
        "estimators/written.py",
        'tuple(sorted({*made.get("_written", ()), name}))',
        'tuple(sorted({*made.get("_written", ())}))',
    ),
    Fault(
        "a clone takes every value for written",
        "estimators/written.py",
        "vars(twin).update(_written=self._written, _replaced=dict(self._replaced))",
        "vars(twin).update(_replaced=dict(self._replaced))",
    ),
    Fault(
        "a preset that is taken away leaves its values",
        "estimators/written.py",
        "        made.update(self._replaced)\n",
        "        made.update({})\n",
    ),
    Fault(
        "a state of an older version has the defaults in place of the preset's values",
        "estimators/written.py",
        '            made["_replaced"] = {}\n            self._fill_in()\n',
        '            made["_replaced"] = {}\n',
    ),
    # ---- copies
    Fault(
        "a copy shares what training changes",
        "estimators/holder.py",
        "twin.__setstate__(shared | deepcopy(learnt))",
        "twin.__setstate__(shared | learnt)",
    ),
    # ---- weights of points
    Fault(
        "very large weights of points are not scaled before their mean",
        "validation.py",
        "scaled, power = scaled_by_power_of_2(weights, rows)",
        "scaled, power = weights, 0",
    ),
    Fault(
        "the mean of the weights is that of all points, not of those trained on",
        "validation.py",
        "mean = scaled[rows].mean()",
        "mean = scaled.mean()",
    ),
    Fault(
        "alpha forgets by which power of 2 the weights were scaled",
        "estimators/weights.py",
        "float(np.ldexp(mean, self.power))",
        "float(np.ldexp(mean, 0 * self.power))",
    ),
    Fault(
        "weights are taken into the network's type before they are scaled",
        "estimators/weights.py",
        "given = PointWeights.of(checked)",
        "given = PointWeights.of(checked.astype(dtype))",
    ),
    Fault(
        "a validation loss is of the user's weights, not of weights of mean 1",
        "estimators/held_out.py",
        'weights=weights.of_mean_1(held, "that is held out")[0][held])',
        "weights=weights.values[held])",
    ),
    Fault(
        "partial_fit brings the weights of its rows to mean 1",
        "estimators/calls.py",
        "return weights.as_given(), 1.0",
        "return weights.of_mean_1(slice(None))",
    ),
    Fault(
        "partial_fit divides alpha by the mean weight of its rows",
        "estimators/calls.py",
        "return weights.as_given(), 1.0",
        "return weights.as_given(), weights.of_mean_1(slice(None))[1]",
    ),
    Fault(
        "a negative class weight is trained with",
        "training/class_weights.py",
        "if not (math.isfinite(weight) and weight >= 0):",
        "if not math.isfinite(weight):",
    ),
    Fault(
        "the classes of a rarer split refuse the weights of all classes",
        "estimators/class_weights.py",
        "return {label: given[label] for label in classes}",
        "return given",
    ),
    # ---- the penalty
    Fault(
        "the penalty of a batch's sum is not divided by its points",
        "formulas/penalties.py",
        "return replace(self, points=points)",
        "return replace(self, points=1)",
    ),
    Fault(
        "a penalty of the sum is given to the kernels as one of the mean",
        "engines/compiled.py",
        "added is not penalty)",
        "False)",
    ),
    # ---- what is said
    Fault(
        "gaps of columns that are left out, or are categories, are named too",
        "estimators/refusals.py",
        "if only is None or name in only]",
        "if True]",
    ),
    Fault(
        "rows at fault are counted from 1",
        "estimators/places.py",
        'return f"row {rows[0]}"',
        'return f"row {rows[0] + 1}"',
    ),
    Fault(
        "the nearest name is looked for without scikit-learn's words",
        "estimators/parameters.py",
        "known = [*words, *names(self.kind)]",
        "known = names(self.kind)",
    ),
    Fault(
        "a warning names the line of a package that the user called",
        "advice/warned.py",
        'NOT_THE_USERS = {"clearprop", "sklearn", "joblib"}',
        'NOT_THE_USERS = {"clearprop"}',
    ),
    Fault(
        "a scale is learnt from a first call of one row",
        "estimators/perceptron.py",
        "            require_rows(self, call.given.X)\n",
        "            pass\n",
    ),
    Fault(
        "the schedule of a preset is taken for another solver",
        "estimators/presets.py",
        'GO_WITH = {"learning_rate": "solver"}',
        "GO_WITH: dict[str, str] = {}",
    ),
    Fault(
        "scoring without a set that is looked at is said to have an effect",
        "estimators/unused.py",
        '    if of.held_out:\n        return ""\n',
        '    if of.held_out or True:\n        return ""\n',
    ),
    Fault(
        "trials compare losses and not falls, so that large targets have no better step",
        "advice/trials.py",
        "if larger.fall > max(FURTHER * now.fall, enough) else None",
        "if larger.after < 0.98 * now.after else None",
    ),
    Fault(
        "the step explained is the first of the optimiser, not the next one",
        "estimators/next_step.py",
        '"state": solver.state if solver.steps else None,',
        '"state": None,',
    ),
    Fault(
        "the step explained is at the t of the last one",
        "estimators/next_step.py",
        '"t": solver.steps + 1,',
        '"t": solver.steps,',
    ),
    Fault(
        "the target explained is not smoothed",
        "estimators/inspection.py",
        "self._smoothed(Y)[0]",
        "Y[0]",
    ),
    Fault(
        "what a preset has filled in is shown as if it had been written",
        "estimators/written.py",
        "each.replace(default=made[each.name]) if each.name in stands_in else each for each in listed]",
        "each for each in listed]",
    ),
    Fault(
        "standard deviations are left behind without a word",
        "estimators/spread.py",
        'if hasattr(estimator, "classes_") or',
        "if True or",
    ),
]
