"""`mpiexec -n N clearprop train`: one training, one model file, and one line for what goes wrong. These tests start ranks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from clearprop.cli import launch
from tests.cli.conftest import Shell
from tests.runs.killed_ranks import MPIEXEC, command, killed, write_table
from tests.training.shared_trainings import digest

ROOT = Path(__file__).parents[2]
there = MPIEXEC.exists() and find_spec("mpi4py") is not None
if not there and "CLEARPROP_CI" in os.environ:
    pytest.fail("mpi4py and mpich are of the dependency group `test`, and are not installed", pytrace=False)
with_mpi = pytest.mark.skipif(not there, reason="needs mpi4py and mpich, which bring mpiexec")
TRAININGS = {2: 25, 4: 8}
OPTIONS = ["table.csv", "--target", "y", "--epochs", "3", "--layers", "4:tanh", "--penalty", "none", "--quiet"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The folder of a table."""
    write_table(tmp_path / "table.csv")
    return tmp_path


def started(folder: Path, ranks: int, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`clearprop train` on so many ranks, to its end."""
    told = {name: value for name, value in os.environ.items() if name not in {"PMI_RANK", "PMI_SIZE"}}
    return subprocess.run(
        command(ranks, *arguments),
        cwd=folder,
        env=told | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@with_mpi
@pytest.mark.lengthy
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("ranks", list(TRAININGS))
def test_ranks_of_mpi_get_the_bits_of_one_process(ranks: int) -> None:
    """Random settings, drawn by the seed of the day's sample; threads differ from rank to rank."""
    first = 1000 + int(os.environ.get("CLEARPROP_TEST_SEED", "0")) % 1000 * 25
    program = [sys.executable, "-m", "tests.training.shared_trainings", str(first), str(TRAININGS[ranks])]
    done = subprocess.run(
        [str(MPIEXEC), "-n", str(ranks), *program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    own = [digest(number) for number in range(first, first + TRAININGS[ranks])]
    assert done.stdout.splitlines() == own


@with_mpi
def test_ranks_write_one_model_file_the_same_as_one_process_and_the_first_alone_prints(table: Path) -> None:
    done = started(table, 2, *OPTIONS[:-1], "-o", "two.clearprop")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("held out") == 2
    assert "2 on" in done.stdout
    assert done.stdout.count("over 2 ranks") == 1
    assert started(table, 0, *OPTIONS, "--shards", "8", "-o", "one.clearprop").returncode == 0
    assert (table / "one.clearprop").read_bytes() == (table / "two.clearprop").read_bytes()
    assert sorted(path.name for path in table.iterdir()) == ["one.clearprop", "table.csv", "two.clearprop"]


@with_mpi
@pytest.mark.lengthy
def test_a_training_whose_ranks_are_killed_goes_on_with_other_numbers_of_them_to_the_same_bits() -> None:
    done, slowest, same = killed(2, seed=int(os.environ.get("CLEARPROP_TEST_SEED", "0")))
    assert done == 2
    assert same
    assert slowest < 1


@with_mpi
@pytest.mark.parametrize(
    ("of_rank_1", "said"),
    [
        ("other.csv", "rank 1 on .* has other rows of the table than rank 0"),
        ("missing.csv", "rank 1 on .*: there is no file missing.csv"),
    ],
)
def test_a_rank_with_another_table_is_named_and_nothing_is_written(table: Path, of_rank_1: str, said: str) -> None:
    text = (table / "table.csv").read_text().splitlines()
    a, b, y = text[-1].split(",")
    (table / "other.csv").write_text("\n".join([*text[:-1], f"{a},{b},{float(y) + 1e-9}"]) + "\n")
    program = "import os, sys; sys.argv[2] = [sys.argv[2], sys.argv.pop()][os.environ['PMI_RANK'] == '1']; "
    program += "from clearprop.cli import main; main()"
    arguments = ["train", *OPTIONS, "--test", "0", "-o", "m.clearprop", of_rank_1]
    done = subprocess.run(
        [str(MPIEXEC), "-n", "2", sys.executable, "-c", program, *arguments],
        cwd=table, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert re.match(f"error: {said}", done.stderr), done.stderr
    assert not (table / "m.clearprop").exists()


@with_mpi
@pytest.mark.parametrize("kept", [("--run", "run"), ("-o", "m.clearprop")], ids=["--run", "-o"])
def test_a_rank_with_another_seed_is_told_its_seed_and_leaves_nothing(table: Path, kept: tuple[str, str]) -> None:
    program = "import os, sys; sys.argv += ['--seed', os.environ['PMI_RANK']]; from clearprop.cli import main; main()"
    done = subprocess.run(
        [str(MPIEXEC), "-n", "2", sys.executable, "-c", program, "train", *OPTIONS, *kept],
        cwd=table, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert re.fullmatch(
        r"error: rank 1 on \S+ has seed 1, and rank 0 on \S+ has 0; all ranks need the same\n", done.stderr
    )
    assert [path.name for path in table.iterdir()] == ["table.csv"]


@with_mpi
def test_an_mpi_that_is_not_the_launchers_is_refused(table: Path) -> None:
    """Then each process would be a rank 0 of its own."""
    done = started(table, 0, *OPTIONS, OMPI_COMM_WORLD_RANK="0", OMPI_COMM_WORLD_SIZE="2")
    assert done.returncode == 1
    assert "a launcher has started 2 processes, and MPICH" in done.stderr
    assert "knows of 1" in done.stderr


@pytest.mark.parametrize("launcher", ["PMI_{}", "OMPI_COMM_WORLD_{}"])
def test_several_processes_without_mpi4py_are_refused(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, launcher: str
) -> None:
    monkeypatch.setenv(launcher.format("RANK"), "0")
    monkeypatch.setenv(launcher.format("SIZE"), "2")
    monkeypatch.setitem(sys.modules, "mpi4py", None)  # type: ignore[arg-type]
    done = shell("train", "xor")
    assert done.status == 1
    assert "a launcher has started 2 processes" in done.err
    assert "pip install 'clearprop[mpi]'" in done.err


def test_a_job_of_one_process_needs_no_mpi(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "find_spec", lambda name: None)
    few = ("train", "xor", "--epochs", "1", "--layers", "2:tanh", "--penalty", "none", "-o", "m.clearprop")
    for rank, size in (("PMI_RANK", "PMI_SIZE"), ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS")):
        with monkeypatch.context() as alone:
            alone.setenv(rank, "0")
            alone.setenv(size, "1")
            done = shell(*few)
        assert done.status == 0, done.err
        assert "shards" not in done.out


def test_other_commands_are_for_one_process(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMI_RANK", "0")
    monkeypatch.setenv("PMI_SIZE", "2")
    done = shell("evaluate", "a.clearprop", "xor")
    assert done.status == 2
    assert "`evaluate` is for one process, and a launcher has started 2; `train` shares its work" in done.err
