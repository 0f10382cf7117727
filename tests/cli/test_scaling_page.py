"""The page about many machines: its commands run in their order, and so does its program."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

import clearprop
from clearprop.cli.train import command
from tests.runs.killed_ranks import MPIEXEC

from .conftest import PENGUINS
from .test_ranks import with_mpi

PAGE = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


def require_trains(arguments: list[str]) -> None:
    """A usage error for a command with options that `train` has not."""
    assert arguments[:2] == ["clearprop", "train"]
    command.make_parser(click.Context(command)).parse_args(arguments[2:])


def test_the_job_of_slurm_is_a_shell_script_whose_options_and_commands_there_are() -> None:
    (job,) = [block for block in blocks("sh") if block.startswith("#!")]
    assert subprocess.run(["bash", "-n"], input=job, text=True, check=False).returncode == 0
    asked = dict(
        line.removeprefix("#SBATCH --").partition("=")[::2] for line in job.splitlines() if line.startswith("#SBATCH")
    )
    assert re.fullmatch(r"\d+:\d\d:\d\d", asked.pop("time"))
    assert asked.pop("job-name")
    assert asked == {"ntasks": "8", "cpus-per-task": "4", "mem-per-cpu": "2G", "requeue": "", "open-mode": "append"}
    commands = [shlex.split(line) for line in job.splitlines() if line.lstrip().startswith("srun")]
    assert [each[:2] for each in commands] == [["srun", "--mpi=pmi2"]] * 2
    for each in commands:
        require_trains(each[2:])


def test_the_mpijob_of_kubernetes_is_one_and_has_a_core_for_each_rank() -> None:
    (text,) = blocks("yaml")
    job = yaml.safe_load(text)
    assert (job["apiVersion"], job["kind"]) == ("kubeflow.org/v2beta1", "MPIJob")
    assert set(job) == {"apiVersion", "kind", "metadata", "spec"}
    spec = job["spec"]
    assert set(spec) == {"slotsPerWorker", "mpiImplementation", "sshAuthMountPath", "runPolicy", "mpiReplicaSpecs"}
    assert spec["mpiImplementation"] in {"OpenMPI", "Intel", "MPICH"}
    assert spec["runPolicy"]["cleanPodPolicy"] in {"None", "Running", "All"}
    launcher, worker = (spec["mpiReplicaSpecs"][name] for name in ("Launcher", "Worker"))
    pods = [each["template"]["spec"] for each in (launcher, worker)]
    (starts,), (works,) = (pod["containers"] for pod in pods)
    assert launcher["replicas"] == 1
    assert works["resources"]["limits"] == works["resources"]["requests"]
    assert works["resources"]["limits"]["cpu"] == spec["slotsPerWorker"]
    assert starts["command"][:3] == ["mpiexec", "-n", str(worker["replicas"] * spec["slotsPerWorker"])]
    require_trains(starts["command"][3:])
    assert starts["image"] == works["image"]
    assert starts["image"].endswith(f":{clearprop.__version__}")
    for pod in pods:
        (container,) = pod["containers"]
        assert [each["name"] for each in pod["volumes"]] == [each["name"] for each in container["volumeMounts"]]


@with_mpi
@pytest.mark.lengthy
def test_the_commands_and_the_programs_of_the_page_run(tmp_path: Path) -> None:
    (tmp_path / "penguins.csv").write_text(PENGUINS)
    for program in blocks("python"):
        (tmp_path / program.split()[1]).write_text(program)
    lines = [line for block in blocks("sh") for line in block.replace("\\\n", "").splitlines()]
    commands = [line for line in lines if line.startswith("mpiexec -n")]
    commands += re.findall(r"`(mpiexec .*\w+\.py)`", PAGE)
    here = [shlex.split(each) for each in commands if "-hosts" not in each]
    assert len(here) == 6
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
