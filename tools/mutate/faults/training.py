"""Faults in training: the loop, its state, sampling, stopping, restarts."""

from __future__ import annotations

from ..fault import Fault

TRAINING = [
    # ---- the loop
    Fault(
        "the loop tells the engine the number of the step before",
        "training/loop.py",
        "self.engine.run(self.supply.take(len(etas)), etas, self.step + 1)",
        "self.engine.run(self.supply.take(len(etas)), etas, self.step)",
    ),
    Fault(
        "every call of the engine begins with step 1 again",
        "training/loop.py",
        "self.engine.run(self.supply.take(len(etas)), etas, self.step + 1)",
        "self.engine.run(self.supply.take(len(etas)), etas, 1)",
    ),
    Fault(
        "a recorder counts the steps of each call from 1",
        "training/recording.py",
        "etas[done : done + count], t + done)",
        "etas[done : done + count], 1 + done)",
    ),
    Fault(
        "eta(t) is asked from t = 0",
        "training/loop.py",
        "np.arange(self.step + 1, self.step + count + 1)",
        "np.arange(self.step, self.step + count)",
    ),
    Fault(
        "the reported loss is a sum over steps",
        "training/loop.py",
        "loss=self.lost / (self.step - self.reported),",
        "loss=self.lost,",
    ),
    Fault(
        "the best network is kept by reference, and goes on changing",
        "training/best.py",
        "loss, net.parameters.copy(), net.statistics.copy()",
        "loss, net.parameters, net.statistics.copy()",
    ),
    Fault(
        "the last network is returned, not the best by its validation loss",
        "training/best.py",
        "        return loss < self.loss\n",
        "        return True\n",
    ),
    Fault(
        "the best network is returned with the running moments of the last",
        "training/best.py",
        "            net.statistics[...] = self.statistics\n",
        "",
    ),
    Fault(
        "training changes the network that it was given",
        "training/trainer.py",
        "return loop_for(training, (training.task.network.copy(), rng))",
        "return loop_for(training, (training.task.network, rng))",
    ),
    Fault(
        "NumPy's True is no answer of a callback",
        "training/callbacks.py",
        "isinstance(answer, bool | np.bool_) and bool(answer)",
        "answer is True",
    ),
    Fault(
        "any answer of a callback that is not empty ends training",
        "training/callbacks.py",
        "isinstance(answer, bool | np.bool_) and bool(answer)",
        "bool(answer)",
    ),
    Fault(
        "after the first callback that asks to stop the others are not told",
        "training/callbacks.py",
        "    answers = [callback(report) for callback in callbacks]\n",
        "    answers = (callback(report) for callback in callbacks)\n",
    ),
    # ---- what a continuation needs
    Fault(
        "a continued training counts its steps from 0 again",
        "training/loop.py",
        'NUMBERS: ClassVar[tuple[str, ...]] = ("step", "eta"',
        'NUMBERS: ClassVar[tuple[str, ...]] = ("eta"',
    ),
    Fault(
        "a continued training draws other masks",
        "training/loop.py",
        '"factor", "seed")',
        '"factor")',
    ),
    Fault(
        "a continued training begins with a fresh optimiser",
        "training/loop.py",
        'self._begin(net, {name: array.copy() for name, array in values["optimizer"].items()})',
        "self._begin(net, None)",
    ),
    Fault(
        "a continued training forgets the best network so far",
        "training/loop.py",
        '("supply", "history", "best", ',
        '("supply", "history", ',
    ),
    Fault(
        "a continued training forgets its average",
        "training/loop.py",
        '"best", "average", "listener"',
        '"best", "listener"',
    ),
    Fault(
        "a schedule that listens begins anew in a continued training",
        "training/loop.py",
        '"average", "listener", "recording")',
        '"average", "recording")',
    ),
    Fault(
        "a stop condition begins anew in a continued training",
        "training/loop.py",
        "                    watch.restore(same[1])\n",
        "                    pass\n",
    ),
    Fault(
        "a reason to end outlives the condition that gave it",
        "training/loop.py",
        '            self.because = self.stopped_by = ""\n',
        "            pass\n",
    ),
    Fault(
        "a continued training draws the points of the last draw again",
        "training/sampling.py",
        '        self.skip(state["taken"])\n',
        "",
    ),
    Fault(
        "the place in the sampling is the generator's state after the last draw",
        "training/sampling.py",
        'return {"generator": self._before, "taken": self._taken}',
        'return {"generator": self._rng.bit_generator.state, "taken": self._taken}',
    ),
    Fault(
        "the steps before one that diverged are not counted",
        "training/loop.py",
        "        self.step += error.step\n",
        "",
    ),
    Fault(
        "a state holds the parameters themselves, which go on changing",
        "training/loop.py",
        '"parameters": net.parameters.copy(),',
        '"parameters": net.parameters,',
    ),
    Fault(
        "L-BFGS goes on with its memory where a state was taken",
        "training/whole_set.py",
        "        self._state_taken = True\n",
        "",
    ),
    Fault(
        "a continued training forgets which restart is the best",
        "training/restarts.py",
        'values["best_loss"]\n',
        "math.inf\n",
    ),
    Fault(
        "another validation set is taken in a continuation",
        "training/training.py",
        "digest(self.held_out.X, self.held_out.Y),",
        '"there is one",',
    ),
    Fault(
        "restarts that are over are made longer in silence",
        "training/restarts.py",
        '            "steps of each restart": training.steps,\n',
        "",
    ),
    Fault(
        "fewer steps than were taken are accepted in a continuation",
        "training/trainer.py",
        "    if state.step > trained.steps:",
        "    if False:",
    ),
    Fault(
        "the state of a training on another table is taken",
        "training/training.py",
        '            "data": digest(task.X, task.Y, task.weights),\n',
        "",
    ),
    # ---- sampling, stopping, weights, evaluation
    Fault(
        "points are drawn in the same order in every epoch",
        "training/sampling.py",
        "orders = rng.permuted(np.tile(np.arange(n), (epochs, 1)), axis=1)",
        "orders = np.tile(rng.permutation(n), (epochs, 1))",
    ),
    Fault(
        "the last, short batch of an epoch is dropped",
        "training/sampling.py",
        "            yield order[full:].reshape(1, -1)\n",
        "            continue\n",
    ),
    Fault(
        "patience counts all reports without improvement, not those running",
        "formulas/patience.py",
        "self.waited = 0 if self.improves(value) else self.waited + 1",
        "self.waited = self.waited if self.improves(value) else self.waited + 1",
    ),
    Fault(
        "a loss that has fallen by exactly the tolerance counts as better",
        "formulas/patience.py",
        "return value < self.best - self.tolerance",
        "return value <= self.best - self.tolerance",
    ),
    Fault(
        "weights of points are scaled to sum 1",
        "validation.py",
        "return scaled / mean, ",
        "return scaled / scaled[rows].sum(), ",
    ),
    Fault(
        "a restart whose loss is not a number is the best",
        "training/best.py",
        "    return loss if math.isfinite(loss) else math.inf\n",
        "    return loss\n",
    ),
    Fault(
        "a validation set is judged without the penalty",
        "training/evaluation.py",
        "+ total_penalty(net, added))",
        "+ 0 * total_penalty(net, added))",
    ),
    Fault(
        "a block of points is skipped between two",
        "training/evaluation.py",
        "self.X[start : start + BLOCK]",
        "self.X[start : start + BLOCK - 1]",
    ),
]
