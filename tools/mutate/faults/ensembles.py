"""Faults in ensembles and temperatures: whose mean it is, which network is meant, on what a temperature is fitted."""

from __future__ import annotations

from ..fault import Fault

ENSEMBLES = [
    Fault(
        "the mean of logarithms is taken for the logarithm of the mean",
        "ensemble.py",
        "_log_sum(total, A) if _are_logarithms(output) else total + A",
        "total + A",
    ),
    Fault("an ensemble is the sum of its networks", "ensemble.py", "else total / K", "else total"),
    Fault(
        "the best network alone is an ensemble",
        "training/run.py",
        "return self.ensemble if self.is_ensemble else self.network",
        "return self.network",
    ),
    Fault(
        "side by side, every network of an ensemble is the best one",
        "training/lanes.py",
        'self._run_of(k, because if np.isfinite(loss) else "diverged") for k, loss in enumerate(self.judged)',
        "best for k, loss in enumerate(self.judged)",
    ),
    Fault(
        "of restarts that are all kept, one that diverges is left out",
        "training/restarts.py",
        "self.members.append(error.run)",
        "pass",
    ),
    Fault(
        "a population whose step is not finite keeps the weights of one network after another",
        "training/population_steps.py",
        "self.parameters = before[0]",
        "pass",
    ),
    Fault(
        "networks one after another all take the rows of the first",
        "training/population_steps.py",
        "return array[k] if array is not None and array.ndim == ndim else array",
        "return array[0] if array is not None and array.ndim == ndim else array",
    ),
    Fault(
        "the predictor follows its network",
        "engines/predictor.py",
        "self._net = net.copy()",
        "self._net = net",
    ),
    Fault(
        "a step of a population is taken though one network is not finite",
        "engines/kernels/population.hpp",
        "if (not_finite_[g] >= 0) return std::int64_t(g) * together + not_finite_[g];",
        "if (not_finite_[g] > 0) return std::int64_t(g) * together + not_finite_[g];",
    ),
    Fault(
        "networks side by side all take the step size of the first",
        "engines/kernels/population.hpp",
        "= etas[std::min(first + k, K_ - 1)];",
        "= etas[0];",
    ),
    Fault(
        "the optimiser of networks side by side counts no steps",
        "engines/kernels/population.hpp",
        "const Age age = (age_.*older_)(hypers_.data());",
        "const Age age{1, (age_.*older_)(hypers_.data()).product};",
    ),
    Fault(
        "networks side by side lose what the optimiser keeps over a step on many rows",
        "training/population_steps.py",
        "self.restore(others.state())",
        "pass",
    ),
    Fault(
        "a network side by side takes a step along a gradient that is not finite",
        "engines/kernels/population.hpp",
        ", doubt.v[v] += g - g;",
        ";",
    ),
    Fault(
        "single steps until a condition holds do not look at those after the last report",
        "training/stop_watches.py",
        'because = self._reported(report) if self._losses.points else ""',
        'because = ""',
    ),
    Fault(
        "the frozen layers of a recipe are trained",
        "fitting/one_training.py",
        "        **recipe.moves,\n",
        "",
    ),
    Fault(
        "a trainer takes any seed where nothing is drawn from it",
        "training/small_steps.py",
        "noise_seed(task, as_generator(seed))",
        "noise_seed(task, seed)",
    ),
    Fault(
        "a label is taken for the class that it would stand before",
        "validation.py",
        "np.where(classes[places] == labels, places, -1)",
        "places",
    ),
    Fault(
        "a continued ensemble has lost the networks that were finished",
        "training/restarts.py",
        'self.members = [self._run(each) for each in values.get("members", ())]',
        "self.members = []",
    ),
    Fault(
        "a network that diverged is left out of the mean",
        "training/restarts.py",
        "                if self.training.ensemble > 1:\n                    raise",
        "                if self.training.ensemble < 1:\n                    raise",
    ),
    Fault(
        "all networks of a file get the weights of the first",
        "io/model_file.py",
        "own[int(k)][inner] = array",
        "own[int(k)][inner] = tensors[f'0/{inner}']",
    ),
    Fault(
        "a bare network of an ensemble is the first, unasked",
        "ensemble.py",
        "        if isinstance(function, Ensemble):\n            raise",
        "        if not isinstance(function, Network | Ensemble):\n            raise",
    ),
    Fault(
        "all members have one seed",
        "estimators/several.py",
        "own.update(told, ensemble=1, random_state=seed)\n",
        "own.update(told, ensemble=1, random_state=(seed := seeds[0]))\n",
    ),
    Fault(
        "members do not hear of a changed parameter",
        "estimators/perceptron.py",
        "several.begin(self) if anew else several.tell(self)",
        "several.begin(self) if anew else None",
    ),
    Fault(
        "each member repeats the warning",
        "estimators/several.py",
        "            own.repeats = k > 0\n",
        "",
    ),
    Fault(
        "a spread is the mean of the members' own",
        "estimators/several.py",
        "+ means.var(axis=0))",
        "+ 0 * means.var(axis=0))",
    ),
    Fault(
        "what was of one network stays beside the members",
        "estimators/several.py",
        "        vars(estimator).pop(name, None)\n    estimator._began",
        "        pass\n    estimator._began",
    ),
    # ---- temperatures
    Fault(
        "a temperature is multiplied by",
        "training/calibration.py",
        "getattr(net, name)[net.L][...] /= T",
        "getattr(net, name)[net.L][...] *= T",
    ),
    Fault(
        "a temperature leaves the biases",
        "training/calibration.py",
        'else ("W", "W0")',
        'else ("W",)',
    ),
    Fault(
        "points' weights do not count for a temperature",
        "training/calibration.py",
        "(self.likelihood.dL_dZ(A, Y) * self.Z).sum(axis=1), weights=self.weights)",
        "(self.likelihood.dL_dZ(A, Y) * self.Z).sum(axis=1))",
    ),
    Fault(
        "a temperature has no limit where every point is right",
        "training/calibration.py",
        "POINTS_MORE = 0.5",
        "POINTS_MORE = 0.0",
    ),
    Fault(
        "a temperature is fitted on smoothed targets",
        "estimators/calibrating.py",
        "replace(held_out, Y=estimator._truth(held_out.Y))",
        "held_out",
    ),
    Fault(
        "training goes on with the temperature of the call before",
        "estimators/perceptron.py",
        "        calibrating.take_back(self)\n",
        "",
    ),
    Fault(
        "a calibration that cannot be is left out without a word",
        "estimators/calibrating.py",
        'if asked != "auto":',
        "if asked is None:",
    ),
    Fault(
        "the networks of a recipe have one temperature",
        "training/calibration.py",
        "found = [calibrated(net, held_out) for net in networks_of(function)]",
        "found = [calibrated(networks_of(function)[0], held_out) for net in networks_of(function)]",
    ),
]
