"""Examples of a part: lines of Python made from the part's own text, and their result, in one way for each kind.

Each example is run when it is asked for, so the result that is shown is the real one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..formulas import CATALOGUE, Part
from ..formulas.activations import Activation, Elementwise
from ..formulas.averaging import Averaging
from ..formulas.clipping import Clipping
from ..formulas.compression import Compression
from ..formulas.domains import LogSimplex, Simplex
from ..formulas.initializers import Initializer
from ..formulas.losses import Loss
from ..formulas.metrics import Metric
from ..formulas.normalizations import Normalization
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty
from ..formulas.plateaus import ReduceOnPlateau
from ..formulas.regularizers import MaxNorm, Regularizer
from ..formulas.scalings import Scaling
from ..formulas.schedules import Schedule
from ..formulas.shortcuts import Shortcut
from ..io.exports import Export
from ..io.tables.formats import TableFormat
from ..io.tables.named import Dataset
from ..training.last_batch import LastBatch
from ..training.sampling import BlockShuffle, Sampling
from ..training.stopping import Stop
from .files import FILES

IMPORTS = "import clearprop as cp; import numpy as np"
XOR = "X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]"
NET = 'net = cp.Network((2, 4, 1), ("tanh", "sigmoid"), seed=1)'
LOSSES = 'run.history["loss"][[0, -1]].round(3).tolist()'


@dataclass(frozen=True)
class Example:
    """Lines of Python, after `import clearprop as cp` and `import numpy as np`, and the value of the last line."""

    lines: tuple[str, ...]
    result: str

    def __str__(self) -> str:
        *before, last = self.lines
        return "\n".join([*(f">>> {line}" for line in before), f">>> {last}", self.result])


def example_of(part: Part) -> Example | None:
    """The example of a part; None for a kind that has none."""
    for kind, lines_of in LINES.items():
        if isinstance(part, kind):
            return _run(lines_of(part))
    return None


def _run(lines: tuple[str, ...]) -> Example:
    names: dict[str, Any] = {}
    exec(IMPORTS, names)
    try:
        with np.errstate(all="ignore"):
            for line in lines[:-1]:
                exec(line, names)
            return Example(lines, repr(eval(lines[-1], names)))
    except ImportError as missing:  # an optional dependency; the message says what to install
        return Example(lines, str(missing))


def _text(part: Part) -> str:
    """The text of a part: only its name if all hyper-parameters are the defaults."""
    try:
        return part.name if part == type(part)() else str(part)
    except TypeError:  # a hyper-parameter without a default
        return str(part)


def _activation(f: Any) -> tuple[str, ...]:
    if isinstance(f, Elementwise):
        net = f'net = cp.Network.from_weights([([[1.0]], [0.0])], ("{_text(f)}",))'
        return net, "net.predict([[-2.0], [-0.5], [0.0], [0.5], [2.0]]).ravel().round(4).tolist()"
    net = f'net = cp.Network.from_weights([(np.eye(3), np.zeros(3))], ("{_text(f)}",))'
    return net, "net.predict([[1.0, 2.0, 3.0]]).round(4).tolist()"


def _how(**choices: Any) -> str:
    """A line with the choices of a training, so that the call fits in a line too."""
    return f"how = {choices | {'progress': False}!r}".replace("'", '"')


def _loss(loss: Any) -> tuple[str, ...]:
    several = isinstance(loss.domain_A, Simplex | LogSimplex)
    f, outputs = _output_for(loss), 2 if several else loss.outputs_per_target
    target = "[[0.0, 1.0]]" if several else "[[1.0]]"
    net = f'net = cp.Network((2, {outputs}), ("{f}",), seed=0)'
    forward = f'fwd = cp.forward_pass(net, [[1.0, -1.0]], {target}, loss="{_text(loss)}")'
    return net, forward, "round(float(fwd.loss), 4)"


def _output_for(loss: Any) -> str:
    """An output activation for a loss: the first of the usual ones that is legal."""
    usual = ("identity", "sigmoid", "softmax", "softplus", "log_softmax", *CATALOGUE["activation"])
    return next(f for f in usual if loss.domain_A.includes(CATALOGUE["activation"][f].range))  # type: ignore[attr-defined]


def _shortcut(shortcut: Any) -> tuple[str, ...]:
    two = isinstance(shortcut.loss.domain_A, Simplex)
    loss = str(shortcut).partition(" + ")[2]
    X, target = ("[[1e4, -1e4]]", "[[0.0, 1.0]]") if two else ("[[1e4]]", "[[0.0]]")
    if shortcut.activation.name == "exp":
        X, target = "[[-1e4]]", "[[2.0]]"  # exp(-1e4) is 0 in float64, and y/a of the long way a division by it
    width = 2 if two else 1
    return (
        f'net = cp.Network.from_weights([(np.eye({width}), np.zeros({width}))], ("{shortcut.activation.name}",))',
        f'fwd = cp.forward_pass(net, {X}, {target}, loss="{loss}")',
        "float(fwd.loss), cp.back_propagate(net, fwd).dL_dZ[1].tolist()",
    )


def _training(word: str) -> Callable[[Any], tuple[str, ...]]:
    """A training with the part as the argument `word`."""

    def lines(part: Any) -> tuple[str, ...]:
        how = _how(loss="nll", batch_size=4, epochs=200)
        return XOR, NET, how, f'run = cp.train(net, X, Y, {word}="{_text(part)}", **how)', LOSSES

    return lines


def _optimizer(part: Any) -> tuple[str, ...]:
    """A training; of a rule that clips, how far one step with a large gradient goes, without it and with it."""
    if not isinstance(part, Clipping):
        return _training("optimizer")(part)
    return (
        'X, Y, net = [[20, -10]], [[0]], cp.Network((2, 1), ("identity",), seed=1)',
        _how(loss="square", eta=0.1, steps=1),
        f'runs = [cp.train(net, X, Y, optimizer=o, **how) for o in ("sgd", "{_text(part)}")]',
        "[(run.network.W[1] - net.W[1]).ravel().round(3).tolist() for run in runs]",
    )


def _averaging(part: Any) -> tuple[str, ...]:
    """The weight of a training without the part and of one with it, where steps on single points do not come to rest."""
    points = 'X, Y, net = [[1], [2], [3]], [[1], [5], [3]], cp.Network((1, 1), ("identity",), seed=1)'
    how = _how(loss="square", batch_size=1, epochs=200, eta=0.05)
    runs = f'runs = [cp.train(net, X, Y, averaging=a, **how) for a in (None, "{_text(part)}")]'
    return points, how, runs, "[run.network.W[1].round(3).tolist() for run in runs]"


def _regularizer(part: Any) -> tuple[str, ...]:
    if not isinstance(part, MaxNorm):
        return _training(part.name)(part)
    how = _how(loss="nll", batch_size=4, epochs=500, eta=1.0)
    runs = f'runs = [cp.train(net, X, Y, max_norm=m, **how) for m in (None, "{_text(part)}")]'
    return XOR, NET, how, runs, "[np.linalg.norm(run.network.W[2], axis=0).round(3).tolist() for run in runs]"


def _normalization(part: Any) -> tuple[str, ...]:
    return (
        f'net = cp.Network((2, 3, 1), ("tanh", "identity"), normalization="{_text(part)}", seed=0)',
        'fwd = cp.forward_pass(net, [[1, 2], [3, 5], [0, 1]], [[0], [1], [0]], loss="square")',
        "fwd.Z_hat[1].round(3).tolist()",
    )


def _sampling(part: Any) -> tuple[str, ...]:
    """The first batches; blocks are small, so that they are seen among eight points."""
    small = replace(part, rows=2, blocks=2) if isinstance(part, BlockShuffle) else part
    sampling = f'sampling = cp.find(cp.Sampling, "{_text(small)}")'
    return sampling, "np.concatenate([*sampling.draw(8, 2, np.random.default_rng(1))])[:4].tolist()"


def _compression(part: Any) -> tuple[str, ...]:
    rounding = f'part = cp.find(cp.Compression, "{_text(part)}")'
    return rounding, "g = np.array([1.0, 0.1, -3e-30])", "(g - part.restored(part.rounded(g))).tolist()"


def _last_batch(part: Any) -> tuple[str, ...]:
    """Ten points in batches of four: how many batches of how many points."""
    return (
        f'last = cp.find(cp.LastBatch, "{_text(part)}")',
        "[batches.shape for batches in last.divided(np.arange(10), 4)]",
    )


def _stop(part: Any) -> tuple[str, ...]:
    how = _how(loss="nll", batch_size=4, epochs=2000, eta=1.0)
    return XOR, NET, how, f'run = cp.train(net, X, Y, stop="{_text(part)}", **how)', "run.stopped_because"


def _schedule(schedule: Any) -> tuple[str, ...]:
    if isinstance(schedule, ReduceOnPlateau):  # its factor, after each loss that a training reports
        listener = f'listen = cp.find(cp.Schedule, "{schedule.name}(patience=1)").listener()'
        return listener, "[listen(loss) for loss in (1.0, 0.9, 0.9, 0.9, 0.9, 0.9)]"
    found = f'schedule = cp.find(cp.Schedule, "{_text(schedule)}")'
    return found, "schedule.eta(np.array([1, 250, 500, 1000, 2000])).round(6).tolist()"


def _initializer(part: Any) -> tuple[str, ...]:
    return (f'cp.Network((2, 3), ("tanh",), init="{_text(part)}", seed=0).W[1].round(3).tolist()',)


def _penalty(part: Any) -> tuple[str, ...]:
    net = 'net = cp.Network.from_weights([([[3.0], [-4.0]], [0.0])], ("identity",))'
    fwd = f'fwd = cp.forward_pass(net, [[0.0, 0.0]], [[0.0]], loss="square", penalty="{_text(part)}")'
    return net, fwd, "round(float(fwd.loss), 6)"


def _metric(part: Any) -> tuple[str, ...]:
    arrays = "A, Y = np.array([[0.2], [0.9], [0.6]]), np.array([[0.0], [1.0], [0.0]])"
    return arrays, f'round(cp.find(cp.Metric, "{_text(part)}").value(A, Y), 4)'


def _scaling(part: Any) -> tuple[str, ...]:
    column = "X = np.array([[1.0], [2.0], [3.0], [4.0], [1000.0]])"
    return (
        column,
        f'scaling = cp.find(cp.Scaling, "{_text(part)}")',
        "scaling.scaled(X, *scaling.learnt(X)).ravel().round(3).tolist()",
    )


def _dataset(part: Any) -> tuple[str, ...]:
    return f'table = cp.load_table("{_text(part)}")', "len(table), len(table.names)"


def _export(part: Any) -> tuple[str, ...]:
    return f'export = cp.find(cp.Export, "{_text(part)}")', "export.suffix, export.options"


def _format(part: Any) -> tuple[str, ...]:
    return (*FILES[part.name], "table.names, table[table.names[0]].tolist()")


LINES: dict[type[Part], Callable[[Any], tuple[str, ...]]] = {
    Activation: _activation,
    Loss: _loss,
    Shortcut: _shortcut,
    Initializer: _initializer,
    Metric: _metric,
    Penalty: _penalty,
    Schedule: _schedule,
    Scaling: _scaling,
    Optimizer: _optimizer,
    Averaging: _averaging,
    Compression: _compression,
    Regularizer: _regularizer,
    Normalization: _normalization,
    Sampling: _sampling,
    LastBatch: _last_batch,
    Stop: _stop,
    Dataset: _dataset,
    Export: _export,
    TableFormat: _format,
}
"""The function that writes the example, for each kind."""
