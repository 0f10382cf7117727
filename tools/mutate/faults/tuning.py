"""Faults in a search: what trials are compared by, what they draw, who trains them, and what a kill leaves."""

from __future__ import annotations

from ..fault import Fault

TUNING = [
    Fault(
        "the penalty counts among the losses that trials are pruned by",
        "tuning/problem.py",
        "loss = report.validation_loss - total_penalty(report.network, self.penalty)",
        "loss = report.validation_loss",
    ),
    Fault(
        "a trial's network is drawn as the first recipe says",
        "fitting/planned.py",
        'OF_NETWORK = ("layers", "output_activation", "loss", "init", "normalization", "seed", "dtype")',
        'OF_NETWORK = ("layers", "output_activation", "loss", "seed", "dtype")',
    ),
    Fault(
        "a trial that another process trains is taken too",
        "tuning/study.py",
        'if each.state.name == "RUNNING" and lock.try_to_take():',
        'if each.state.name == "RUNNING" and (lock.try_to_take() or True):',
    ),
    Fault(
        "what is drawn together depends on what was drawn before a kill",
        "tuning/study.py",
        "self._study.draw_by(self._trial.number, 0)",
        "pass",
    ),
    Fault(
        "a trial that is taken up again is judged by what it told before it ended",
        "tuning/study.py",
        "elif epoch < max(self._told):  # in a life before this one it has told this, and gone on",
        "elif epoch < 0:",
    ),
    Fault(
        "a line is glued to one that was cut off",
        "tuning/journal.py",
        "cut_torn_line(self.path)",
        "pass",
    ),
    Fault(
        "the best of a metric is the lowest",
        "tuning/study.py",
        "sign = -1 if maximize else 1",
        "sign = 1",
    ),
    Fault(
        "a trial that ends its process is begun for ever",
        "tuning/worker.py",
        "if claim.lives > MOST_LIVES:",
        "if claim.lives > 1000:",
    ),
    Fault(
        "a range of whole numbers has ends that are not",
        "tuning/ranges.py",
        "if whole and value != int(value):",
        "if whole and value < 0:",
    ),
]
