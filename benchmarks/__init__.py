"""What the kernels are held against: peers doing the same steps, and the machine's own limits. One thread for everyone."""

import os

for _library in ("OPENBLAS", "OMP", "MKL"):  # here, before any of them is imported
    os.environ[f"{_library}_NUM_THREADS"] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
