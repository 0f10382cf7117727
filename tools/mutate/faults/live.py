"""Faults of the page on which a network learns: its points, what it begins with, its scenes, what Python repeats of it."""

from __future__ import annotations

from ..fault import Fault

LIVE = [
    Fault(
        "a page trains on the points that are only to be tested",
        "live/embedded.py",
        "        training=len(parts[0]),",
        "        training=len(ordered),",
    ),
    Fault(
        "a page tests a model on rows that it has learnt from",
        "live/embedded.py",
        "return (np.flatnonzero(~held_out), np.flatnonzero(held_out)), _HELD_OUT[part]",
        "return None, _HELD_OUT[part]",
    ),
    Fault(
        "the sample of a large table is its first rows",
        "live/embedded.py",
        "np.sort(np.random.default_rng(seed).permutation(n)[:most])",
        "np.arange(most)",
    ),
    Fault(
        "the values of a column are not in the order of their numbers",
        "live/embedded.py",
        '"levels": packed(np.concatenate([values for values, _ in columns])),',
        '"levels": packed(np.concatenate([values[::-1] for values, _ in columns])),',
    ),
    Fault(
        "a page takes the weights of a network in float32 for its own",
        "live/opened.py",
        'if described["dtype"] != "float64":',
        'if described["dtype"] is None:',
    ),
    Fault(
        "pixels are carried as numbers that do not give them back",
        "live/embedded.py",
        "whole = np.rint(X * scale + mean)",
        "whole = np.floor(X * scale + mean)",
    ),
    Fault(
        "a page counts no rows that have no target",
        "live/embedded.py",
        "        without_target=without,",
        "        without_target=0,",
    ),
    Fault(
        "a page forgets how the columns of its table were prepared",
        "live/embedded.py",
        "        preprocessing=made,\n",
        "        preprocessing=None,\n",
    ),
    Fault(
        "an output that cannot reach the targets is offered",
        "live/choices.py",
        "    if not classes and not f.range.includes(REALS):",
        "    if classes and not f.range.includes(REALS):",
    ),
    Fault(
        "a network that is given is drawn anew",
        "live/page.py",
        "None if self.drawn_by is not None else packed(net.parameters)",
        "None",
    ),
    Fault(
        "a step size that is given gives way to the page's own",
        "live/page.py",
        'if given is None and eta is None and str(task.optimizer) == "sgd":',
        'if given is None and str(task.optimizer) == "sgd":',
    ),
    Fault(
        "dropout reaches the inputs",
        "live/beginning.py",
        "Dropout(rates=(0.0, *(self.dropout,) * (L - 1)))",
        "Dropout(rates=(self.dropout,) * L)",
    ),
    Fault(
        "a step size that changes changes a step too late",
        "live/replay.py",
        "while coming and coming[0][0] <= taken:",
        "while coming and coming[0][0] < taken:",
    ),
    Fault(
        "every epoch has the order of the first",
        "live/replay.py",
        "order = in_page.order_of_epoch(seed, epoch, n)",
        "order = in_page.order_of_epoch(seed, 0, n)",
    ),
    Fault(
        "a claim holds where it is missed",
        "live/scenes.py",
        'return measured < self.bound if self.relation == "below" else measured > self.bound',
        'return measured > self.bound if self.relation == "below" else measured < self.bound',
    ),
    Fault(
        "minima with small losses are told apart by the smallest gap",
        "live/minima.py",
        "if loss - last > max(LEAST, APART * loss):",
        "if loss - last > min(LEAST, APART * loss):",
    ),
    Fault(
        "the gap between two minima is from the lowest of all",
        "live/minima.py",
        "        last = loss\n",
        "        last = order[0][0]\n",
    ),
    Fault(
        "whole numbers of a target are classes although each occurs once",
        "columns/class_targets.py",
        "min(counts) > 1",
        "min(counts) > 0",
    ),
    Fault(
        "more classes than rows can teach are trained on",
        "columns/class_targets.py",
        "return classes > FEW and 2 * classes > rows",
        "return classes > rows",
    ),
]
