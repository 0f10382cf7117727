"""Random trainings for ranks; as a program, under mpiexec, it prints the digests of what comes out, one a line."""

from __future__ import annotations

import hashlib
import sys
import warnings
from typing import Any

import numpy as np

import clearprop as cp
from clearprop.engines import processor_level
from clearprop.formulas.compression import BFloat16, Float32
from clearprop.formulas.optimizers import Optimizer
from clearprop.formulas.penalties import L2, OfSum
from tests.parts import all_of

POINTS = 61
OPTIMIZERS = [str(part) for part in all_of(Optimizer) if not part.rule.whole_set]
PENALTIES = [None, None, "l2(strength=0.01)", "elastic_net(strength=0.01)", OfSum(L2(0.1))]
SCHEDULES: list[Any] = [0.02, "cosine(start=0.05)", "reduce_on_plateau(of=constant(value=0.03), patience=0)"]
NUMBERS = ["loss", "eta", "validation_loss"]


def settings(number: int) -> dict[str, Any]:
    """The arguments of one training, drawn by its number."""
    rng = np.random.default_rng([number, 19])

    def one_of(values: list[Any]) -> Any:
        return values[rng.integers(len(values))]

    dtype, classes = one_of(["float64", "float32"]), rng.random() < 0.4
    points = int(rng.integers(9, POINTS))
    X = rng.normal(size=(points, 3))
    Y = np.eye(3)[np.arange(points) % 3] if classes else np.sin(X @ rng.normal(size=(3, 3)))
    f = ("tanh", "softmax") if classes else ("softplus", "identity")
    norm = one_of([None, None, "layer_norm", "batch_norm"])
    net = cp.Network((3, int(rng.integers(2, 20)), 3), f, seed=number, dtype=dtype, normalization=norm)
    given: dict[str, Any] = {
        "net": net, "X": X, "Y": Y, "seed": number, "epochs": float(rng.integers(1, 5)),
        "loss": "nllm" if classes else "square",
        "batch_size": one_of([None, 1, 3, 16, 30]),
        "engine": one_of(["auto", "numpy"]) if processor_level() else "auto",
        "shards": one_of([8, 8, 16]),
    }  # fmt: skip
    if norm == "batch_norm" and given["batch_size"] == 1:
        given["batch_size"] = 2
    if rng.random() < 0.1:
        return given | {"optimizer": "lbfgs", "batch_size": None}
    more = {
        "optimizer": one_of(OPTIMIZERS),
        "eta": one_of([None, *SCHEDULES]),
        "penalty": one_of(PENALTIES),
        "dropout": one_of([None, 0.3]),
        "input_noise": one_of([None, None, 0.1]),
        "max_norm": one_of([None, None, 1.0]),
        "averaging": one_of([None, "ema(decay=0.9)", "swa(start=0.3)"]),
        "sampling": one_of(["shuffle", "shuffle(last='even')", "with_replacement"]),
        "missing_targets": "refuse" if classes or rng.random() < 0.8 else "ignore",
        "sample_weight": one_of([None, rng.uniform(0.5, 2, points)]),
        "class_weight": one_of([None, "balanced"]) if classes else None,
        "label_smoothing": one_of([None, 0.1]) if classes else None,
        "validation": one_of([None, (X[:7] + 0.1, Y[:7])]),
        "stop": one_of([None, "no_improvement(patience=1)", "target_loss(value=0.4)"]),
        "frozen": one_of([None, None, ["W0[1]"]]),
        "restarts": one_of([1, 1, 2]),
        "metrics": one_of([(), "accuracy"]) if classes else (),
        "compression": one_of([None, BFloat16(exact_every=3), Float32() if dtype == "float64" else BFloat16()]),
    }
    if more["missing_targets"] == "ignore":
        Y[::3, 1] = np.nan
        more["validation"] = more["label_smoothing"] = None
    return given | more


def digest(number: int, communicator: Any = None, threads: int = 1, **changes: Any) -> str:
    """Of the parameters, the running numbers and the history; or the name of an error that ends a training."""
    return digest_of({**settings(number), **changes}, communicator, threads)


def digest_of(given: dict[str, Any], communicator: Any = None, threads: int = 1) -> str:
    """The same of a training with these arguments."""
    try:
        run = cp.train(communicator=communicator, threads=threads, progress=False, **given)
    except cp.Diverged as error:
        run = error.run
    found = hashlib.sha256(run.network.parameters.tobytes() + run.network.statistics.tobytes())
    history = run.history
    found.update(repr([history[name].tolist() for name in NUMBERS if name in history]).encode())
    return f"{found.hexdigest()[:16]} {run.stopped_because}"


def main(first: int, count: int) -> None:
    """Print the digests of some trainings, by rank 0; an error where a rank has another one."""
    from mpi4py import MPI

    warnings.simplefilter("ignore")
    world = MPI.COMM_WORLD
    for number in range(first, first + count):
        every = world.allgather(digest(number, world, 1 + world.rank % 2))
        assert len(set(every)) == 1, (number, every)
        if world.rank == 0:
            sys.stdout.write(every[0] + "\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
