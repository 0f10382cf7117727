"""JAX on two processes with gloo: seconds of a step, as JSON. It needs JAX and nothing else.

`python jax_ranks.py 784-512-512-10` starts both processes; each has a thread, half of each batch of 4,096 points, and SGD. The
step is one compiled function over both: points are sharded, weights are on each, and XLA adds up the gradients.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from itertools import pairwise
from typing import Any

BATCH, SECONDS = 4096, 0.6
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def work(rank: int, ranks: int, port: int, shapes: list[str]) -> None:
    """What each process does; the first one prints."""
    import jax

    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.distributed.initialize(f"127.0.0.1:{port}", ranks, rank)
    found = {shape: seconds_of([int(width) for width in shape.split("-")]) for shape in shapes}
    if rank == 0:
        sys.stdout.write(json.dumps(found))
    jax.distributed.shutdown()


def seconds_of(widths: list[int]) -> float:
    """Of a step on a batch that both processes share, by the clock of this one."""
    import jax
    import jax.numpy as jnp
    import numpy as np
    from jax.sharding import Mesh, NamedSharding, PartitionSpec

    mesh = Mesh(np.array(jax.devices()), ("points",))
    sharded, same = (NamedSharding(mesh, PartitionSpec(*axes)) for axes in (("points",), ()))
    rng, points = np.random.default_rng(0), BATCH // jax.process_count()

    def everywhere(array: Any, how: Any) -> Any:
        return jax.make_array_from_process_local_data(how, array)

    net = [
        (everywhere((rng.normal(size=(m, n)) / m**0.5).astype("f4"), same), everywhere(np.zeros(n, "f4"), same))
        for m, n in pairwise(widths)
    ]
    batches = [
        (
            everywhere(rng.normal(size=(points, widths[0])).astype("f4"), sharded),
            everywhere(rng.integers(widths[-1], size=points).astype("i4"), sharded),
        )
        for _ in range(2)
    ]

    def loss(net: Any, X: Any, labels: Any) -> Any:
        for W, b in net[:-1]:
            X = jax.nn.relu(X @ W + b)
        W, b = net[-1]
        log_A = jax.nn.log_softmax(X @ W + b)
        return -jnp.take_along_axis(log_A, labels[:, None], axis=1).mean()

    @jax.jit
    def step(net: Any, X: Any, labels: Any) -> Any:
        return jax.tree.map(lambda theta, g: theta - 1e-4 * g, net, jax.grad(loss)(net, X, labels))

    def steps(count: int, net: Any) -> float:
        began = time.perf_counter()
        for k in range(count):
            net = step(net, *batches[k % 2])
        jax.block_until_ready(net)
        return (time.perf_counter() - began) / count

    steps(3, net)
    from jax.experimental import multihost_utils

    own = max(2, int(SECONDS / steps(3, net)))
    return steps(int(multihost_utils.broadcast_one_to_all(np.int32(own))), net)


def main(shapes: list[str]) -> None:
    """Start both processes; the first one's answer is printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"XLA_FLAGS": ONE_THREAD, "TF_CPP_MIN_LOG_LEVEL": "3"}
    started = [
        subprocess.Popen([sys.executable, __file__, "--rank", str(rank), str(port), *shapes], env=environment)
        for rank in range(2)
    ]
    if sum(abs(each.wait()) for each in started):
        raise SystemExit("a process failed")


if __name__ == "__main__":
    if sys.argv[1] == "--rank":
        work(int(sys.argv[2]), 2, int(sys.argv[3]), sys.argv[4:])
    else:
        main(sys.argv[1:])
