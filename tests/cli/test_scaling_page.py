"""The page about many machines: its commands run in their order, and so does its program."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runs.killed_ranks import MPIEXEC

from .conftest import PENGUINS
from .test_ranks import with_mpi

PAGE = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


def test_the_job_of_slurm_is_a_shell_script() -> None:
    (job,) = [block for block in blocks("sh") if block.startswith("#!")]
    assert subprocess.run(["bash", "-n"], input=job, text=True, check=False).returncode == 0
    assert {line.partition("=")[0] for line in job.splitlines() if line.startswith("#SBATCH")} == {
        "#SBATCH --ntasks",
        "#SBATCH --cpus-per-task",
    }


@with_mpi
@pytest.mark.lengthy
def test_the_commands_and_the_program_of_the_page_run(tmp_path: Path) -> None:
    (tmp_path / "penguins.csv").write_text(PENGUINS)
    (program,) = blocks("python")
    (tmp_path / "waves.py").write_text(program)
    commands = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("mpiexec -n")]
    commands.append(*re.findall(r"`(mpiexec .*waves\.py)`", PAGE))
    here = [shlex.split(each) for each in commands if "-hosts" not in each]
    assert len(here) == 4
    ours = {"clearprop": [sys.executable, "-m", "clearprop"], "python": [sys.executable]}
    for _, *given in here:
        told = [each for name in given for each in ours.get(name, [name])]
        more = ["--epochs", "2", "--layers", "4:tanh", "--penalty", "none"] if "--target" in told else []
        done = subprocess.run(
            [str(MPIEXEC), *told, *more], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "runs/penguins/best.clearprop").exists()
    assert (tmp_path / "penguins.clearprop").exists()
