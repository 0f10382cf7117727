"""PyTorch's DistributedDataParallel with gloo on two processes: seconds of a step, as JSON. It needs PyTorch and nothing else.

`python torch_ddp.py 784-512-512-10` starts both processes; each has a thread, half of each batch of 4,096 points, and SGD.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
import warnings
from itertools import pairwise

warnings.simplefilter("ignore")
import torch  # noqa: E402 - it warns of a missing NumPy, which is not needed

BATCH, SECONDS = 4096, 0.6


def work(rank: int, ranks: int, port: int, shapes: list[str]) -> None:
    """What each process does; the first one prints."""
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo", rank=rank, world_size=ranks)
    found = {shape: seconds_of([int(width) for width in shape.split("-")], BATCH // ranks) for shape in shapes}
    if rank == 0:
        sys.stdout.write(json.dumps(found))
    torch.distributed.destroy_process_group()


def seconds_of(widths: list[int], points: int) -> float:
    """Of a step on so many points of each process, by the clock of this one."""
    torch.manual_seed(0)
    layers: list[torch.nn.Module] = []
    for m, n in pairwise(widths):
        layers += [torch.nn.Linear(m, n), torch.nn.ReLU()]
    model = torch.nn.parallel.DistributedDataParallel(torch.nn.Sequential(*layers[:-1]))
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)
    X, labels = torch.randn(2 * points, widths[0]), torch.randint(widths[-1], (2 * points,))

    def steps(count: int) -> float:
        torch.distributed.barrier()
        began = time.perf_counter()
        for step in range(count):
            rows = slice(points * (step % 2), points * (step % 2 + 1))
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(X[rows]), labels[rows]).backward()
            optimizer.step()
        torch.distributed.barrier()
        return (time.perf_counter() - began) / count

    steps(3)
    count = torch.tensor([max(2, int(SECONDS / steps(3)))])
    torch.distributed.broadcast(count, 0)
    return steps(int(count[0]))


if __name__ == "__main__":
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    torch.multiprocessing.spawn(work, (2, port, sys.argv[1:]), nprocs=2)
