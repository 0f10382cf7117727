"""Splitting: which rows of a table are for training, validation and testing, as row numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..io.tables.table import Table

Fold: TypeAlias = tuple[int, int]
"""(k, K), the k-th of K folds, counted from 1."""
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Split:
    """Row numbers, counted from 0, in ascending order; no row is in two of them."""

    training: Rows
    validation: Rows
    """Evaluated during training, to keep the best network and to stop."""
    test: Rows
    """Evaluated once, after training."""


def split_rows(
    table: Table,
    target: str,
    task: str,
    *,
    test: float,
    validation: float,
    seed: int,
    choices: Sequence[str] = (),
    fold: Fold | None = None,
) -> Split:
    """A split of the table's rows, the same for the same seed.

    `fold` (k, K) tests on the k-th of K parts, which together are all rows, in place of `test`.
    `test` and `validation` are fractions of all rows. In classification each class is split in the same proportions. If
    only one row has a class, or a category in one of the columns `choices`, it is a training row: the model would not know
    it otherwise. A column that would leave no row to hold out is not heeded.
    """
    for name, fraction in (("test", test), ("validation", validation)):
        if not 0 <= fraction < 1:
            raise ValueError(f"{name} must be a fraction of the rows, 0 or more and less than 1; given {fraction!r}")
    if test + validation >= 1:
        raise ValueError(f"test and validation take {test + validation:g} of the rows; some must be left for training")
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(table))
    if task == "classification":
        order = _by_class(order, table.cells(target).codes[1])
    test = test if fold is None else 1 / fold[1]
    in_test = _evenly_spaced(test, len(order)) if fold is None else np.arange(len(order)) % fold[1] == fold[0] - 1
    in_validation = np.zeros(len(order), bool)
    in_validation[~in_test] = _evenly_spaced(validation / (1 - test), int((~in_test).sum()))
    training = np.zeros(len(order), bool)
    training[order[~in_test & ~in_validation]] = True
    if task == "classification":
        training = _with_every_value(table, target, training)
    for name in choices:
        larger = _with_every_value(table, name, training)
        training = training if larger.all() else larger
    return Split(
        np.flatnonzero(training), *(np.sort(rows[~training[rows]]) for rows in (order[in_validation], order[in_test]))
    )


def folds_of(split: Split, labels: Sequence[int] | Rows | None, *, folds: int, seed: int) -> tuple[Split, ...]:
    """The split, and others whose validation rows are the rest of the training rows, in parts; test rows stay.

    `labels` (rows of the table,) are the classes, in whose proportions each part is drawn.
    """
    if folds == 1 or len(split.training) < folds:
        return (split,)
    rest = np.random.default_rng(seed).permutation(split.training)
    if labels is not None:
        rest = _by_class(rest, np.asarray(labels))
    learnt = np.sort(np.concatenate([split.training, split.validation]))
    parts = [np.sort(rest[k :: folds - 1]) for k in range(folds - 1)]
    return split, *(Split(np.setdiff1d(learnt, part), part, split.test) for part in parts)


def _by_class(order: Rows, labels: npt.NDArray[np.integer]) -> Rows:
    """The rows class by class, each in their order. Of few classes the labels become bytes: sorted at once, in less memory."""
    few = labels.min(initial=0) >= -128 and labels.max(initial=0) < 128
    return order[np.argsort((labels.astype(np.int8) if few else labels)[order], kind="stable")]


def _with_every_value(table: Table, name: str, training: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The training rows (n,) and those whose value in a column no training row has."""
    different, codes = table.cells(name).codes
    there = np.bincount(codes[training] + 1, minlength=len(different) + 1)
    there[0] += 1  # gaps
    return training | (there[codes + 1] == 0)


def _evenly_spaced(fraction: float, n: int) -> npt.NDArray[np.bool_]:
    """Which of n rows in order are chosen, evenly spaced: any run of k rows has k · fraction of them, to within one."""
    count = np.arange(n + 1, dtype=np.float64)  # in place, for a table may have many millions of rows
    count *= fraction
    count += 0.5
    np.floor(count, out=count)
    return np.greater(count[1:], count[:-1])


def as_fold(text: str | None) -> Fold | None:
    """The fold of a text such as "2/5"; ValueError where it is none.

    >>> as_fold("2/5")
    (2, 5)
    """
    if text is None:
        return None
    k, slash, K = text.partition("/")
    if not (slash and k.isascii() and k.isdecimal() and K.isascii() and K.isdecimal() and 1 <= int(k) <= int(K) >= 2):
        raise ValueError(f"fold is written k/K, such as 2/5, the second of five parts; given {text!r}")
    return int(k), int(K)
