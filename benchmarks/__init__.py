"""Benchmarks of the kernels: other libraries ("peers") that take the same steps, and the machine's own limits.

Every library has as many threads as CLEARPROP_BENCH_THREADS says, by default one.
"""

import os

THREADS = int(os.environ.get("CLEARPROP_BENCH_THREADS", "1"))

for _library in ("OPENBLAS", "OMP", "MKL"):  # here, before any of them is imported
    os.environ[f"{_library}_NUM_THREADS"] = str(THREADS)
if THREADS == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
