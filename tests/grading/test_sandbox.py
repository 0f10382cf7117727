"""What a submission may try: it is reported, and nothing is harmed."""

from __future__ import annotations

import json
import platform
import socket
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import clearprop
from clearprop.cli import clearprop as command
from clearprop.grading import Graded, Limits, NoSandboxError, Submission, Task, grade, sandbox
from clearprop.grading.answers import Answer
from clearprop.grading.seccomp import refused_calls

from .made import RIGHT
from .sandboxes import TRUST, WHY_NONE

TASK = Task(points={"Tanh.forward": 1.0, "Tanh.backward": 1.0, "NLL.forward": 1.0}, limits=Limits(seconds=1.5))
FORWARD = "        self.A = np.tanh(Z)\n        return self.A\n"


def inside(line: str) -> str:
    """The right submission with a line before what Tanh.forward does."""
    return RIGHT.replace(FORWARD, f"        {line}\n{FORWARD}")


def graded(text: str, folder: Path, task: Task = TASK) -> Graded:
    (folder / "eve").mkdir()
    (folder / "eve" / "modules.py").write_text(text)
    return next(grade([Submission("eve", folder / "eve")], task))


def trouble(found: Graded, name: str = "Tanh.forward") -> str:
    return next(row.judged.trouble for row in found.rows if row.name == name)


def test_there_is_a_sandbox_here() -> None:
    assert WHY_NONE == "" or TRUST


pytestmark = pytest.mark.skipif(TRUST, reason=f"no sandbox: {WHY_NONE}")


@pytest.mark.lengthy
def test_a_loop_without_an_end_is_ended_and_the_rest_is_judged(tmp_path: Path) -> None:
    found = graded(inside("while len(Z) == 3 and type(self) is Tanh: pass"), tmp_path)
    assert "more than 1.5 seconds" in trouble(found)
    assert found.rows[-1].points == 1
    assert len(found.remarks) == 2


@pytest.mark.lengthy
def test_a_loop_at_the_import_is_ended(tmp_path: Path) -> None:
    start = time.monotonic()
    found = graded("while True: pass", tmp_path)
    assert "more than 1.5 seconds" in found.error
    assert found.points == 0
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("import os; os.fork()", "Operation not permitted"),
        ("import subprocess; subprocess.run(['/bin/ls'])", "Operation not permitted"),
        ("import threading; threading.Thread(target=print).start()", "can't start new thread"),
        ("import multiprocessing as m; p = m.Process(target=print); p.start()", "Operation not permitted"),
        ("import ctypes; assert ctypes.CDLL(None).syscall(272, 0x10000000) == 0", "AssertionError"),  # unshare
        ("open('/packages/numpy/__init__.py', 'w')", "Read-only"),
        ("open('/grading/runner.py', 'w')", "Read-only"),
        ("open('/work/modules.py', 'w')", "Read-only"),
        ("open('/usr/x', 'w')", "Read-only"),
        ("open('/dev/shm/x', 'w')", "Read-only"),
        ("open('/x', 'w')", "Read-only"),
        ("open('/proc/sys/kernel/hostname', 'w')", "Read-only"),
        ("open('/proc/sys/kernel/core_pattern', 'w')", "Read-only"),
        ("open('/proc/self/oom_score_adj', 'w')", "Read-only"),
        ("import shutil; shutil.rmtree('/usr')", "Read-only"),
        ("open('/etc/passwd')", "No such file"),
        ("import clearprop", "only NumPy and Python's own modules are there"),
        ("import sys; sys.path.append('/work'); import scipy", "only NumPy and Python's own modules are there"),
        ("x = np.ones(10**9)", "more memory than is allowed"),
        ("import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))", "maximum limit"),
        ("raise SystemExit(0)", "ended itself"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_an_error_of_the_submission(line: str, said: str, tmp_path: Path) -> None:
    found = graded(inside(line), tmp_path)
    assert said in trouble(found)
    assert found.rows[-1].points == 1


def test_there_is_no_network_not_even_this_machine(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        line = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 1)"
        assert "ConnectionRefusedError" in trouble(graded(inside(line), tmp_path))
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    "line", ["import os; os._exit(0)", "import os; os.kill(os.getpid(), 9)", "import ctypes; ctypes.string_at(0)"]
)
def test_a_program_that_ends_itself_is_reported_and_the_rest_judged(line: str, tmp_path: Path) -> None:
    found = graded(inside(line), tmp_path)
    assert "ended" in trouble(found)
    assert found.rows[-1].points == 1


def test_a_program_that_ends_itself_at_the_import_is_reported(tmp_path: Path) -> None:
    assert "ended itself" in graded("import sys; sys.exit()", tmp_path).error
    (tmp_path / "other").mkdir()
    assert "ended" in graded("import os; os._exit(0)", tmp_path / "other").error


def test_gigabytes_that_are_printed_end_the_program(tmp_path: Path) -> None:
    found = graded(inside("while True: print('x' * 100_000)"), tmp_path)
    assert "printed more than 1 MB" in trouble(found)
    assert found.rows[-1].points == 1


def test_its_own_folder_takes_a_few_megabytes_in_all(tmp_path: Path) -> None:
    line = "for i in range(99): open(f'/work/{i}', 'wb').write(bytes(1_000_000))"
    assert "No space left" in trouble(graded(inside(line), tmp_path))


def test_results_of_many_entries_are_not_taken(tmp_path: Path) -> None:
    found = graded(RIGHT.replace(FORWARD, "        return np.ones((1000, 300))\n"), tmp_path)
    assert "an array of 300000 entries" in trouble(found)


def test_other_submissions_the_task_and_the_solution_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "modules.py").write_text("SECRET = 1")
    (tmp_path / "task.toml").write_text("")
    places = [str(tmp_path), str(tmp_path / "bob"), str(Path(clearprop.__file__).parent), str(Path.home() / ".ssh")]
    line = f"import os; raise ValueError([each for each in {places!r} if os.path.exists(each) and os.listdir(each)])"
    assert trouble(graded(inside(line), tmp_path)).endswith("ValueError: []")


def test_submissions_inside_of_pythons_own_folders_are_hidden(tmp_path: Path) -> None:
    with sandbox.seccomp_file() as file:
        options = sandbox.confined(
            tmp_path, tmp_path, sandbox.Packages(), Limits(), file.fileno(), [Path("/usr/share")]
        )
    assert options[options.index("/usr/share") - 1] == "--tmpfs"


def test_a_link_to_another_file_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.py"
    secret.write_text(RIGHT)
    (tmp_path / "eve").mkdir()
    (tmp_path / "eve" / "modules.py").symlink_to(secret)
    (found,) = grade([Submission("eve", tmp_path / "eve")], TASK)
    assert "a link" in found.error
    (tmp_path / "eve" / "modules.py").unlink()
    (tmp_path / "eve" / "other.py").symlink_to(secret)
    (tmp_path / "eve" / "modules.py").write_text("import other")
    assert "ModuleNotFoundError" in next(grade([Submission("eve", tmp_path / "eve")], TASK)).error


def test_files_of_a_submission_are_not_touched(tmp_path: Path) -> None:
    text = "import os\nfor each in os.listdir('/work'):\n    os.remove('/work/' + each)\n"
    assert graded(text, tmp_path).error
    assert (tmp_path / "eve" / "modules.py").read_text() == text


def test_a_patched_numpy_is_the_submissions_own(tmp_path: Path) -> None:
    patches = (
        "np.allclose = lambda *a, **k: True\nnp.array_equal = lambda *a, **k: True\nnp.tanh = lambda Z: Z\n"
        "import sys\nsys.modules['clearprop'] = sys\n"
    )
    before = np.tanh(1.0)
    found = graded(RIGHT.replace("import numpy as np\n", "import numpy as np\n" + patches), tmp_path)
    assert [row.points for row in found.rows] == [0, 1, 1]  # tanh is wrong, its backward pass right for what it gave
    assert np.tanh(1.0) == before
    assert not np.allclose(1, 2)


def test_lines_that_a_submission_writes_itself_are_not_believed(tmp_path: Path) -> None:
    forged = (
        "import os, sys\n"
        "for line in (b'{{{', b'[1]', b'{\"case\": 3}', b'[' * 5000, b'\\xff', b'{\"imported\": true}'):\n"
        "    os.write(int(sys.argv[2]), line + b'\\n')\n"
    )
    assert graded(forged + RIGHT, tmp_path).points == 3


@pytest.mark.parametrize(
    "value",
    [
        {"shape": [2], "data": [1]}, {"shape": [10**9, 10**9], "data": []}, {"shape": [-1], "data": [1]},
        {"shape": "x", "data": [1]}, {"shape": [1], "data": [10**400]}, {"shape": [1], "data": [[1]]},
        {"shape": [1], "data": ["1"]}, {"shape": [True], "data": [1]},
        [], None, 3, {"type": 5}, {"shape": [1] * 60, "data": [1]},
    ],
)  # fmt: skip
def test_a_value_that_is_no_array_is_none(value: object) -> None:
    answer = Answer([{"case": "a", "give": ["x"]}])
    answer.take(json.dumps({"case": "a", "values": {"x": value}}).encode())
    assert not answer.done["a"].arrays


def test_without_a_sandbox_nothing_is_run_unless_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    sandbox.why_none.cache_clear()
    try:
        with pytest.raises(NoSandboxError, match=r"bwrap is missing; install bubblewrap.*with your rights.*trust=True"):
            graded(f"open({str(tmp_path / 'run')!r}, 'w')", tmp_path)
        assert not (tmp_path / "run").exists()
        (tmp_path / "task.toml").write_text('[points]\n"Tanh.forward" = 1\n')
        args = ["grade", str(tmp_path / "eve"), "--task", str(tmp_path / "task.toml")]
        refused = CliRunner().invoke(command, args)
        assert isinstance(refused.exception, NoSandboxError)
        (tmp_path / "eve" / "modules.py").write_text(RIGHT)
        assert "1 of 1 points" in CliRunner().invoke(command, [*args, "--trust"], catch_exceptions=False).output
    finally:
        sandbox.why_none.cache_clear()


@pytest.mark.lengthy
def test_trusted_programs_have_limits_too(tmp_path: Path) -> None:
    (tmp_path / "eve").mkdir()
    (tmp_path / "eve" / "modules.py").write_text(inside("while True: pass"))
    (found,) = grade([Submission("eve", tmp_path / "eve")], TASK, trust=True)
    assert "more than 1.5 seconds" in trouble(found)
    assert found.rows[-1].points == 1


def test_the_filter_of_system_calls_is_that_of_the_processor() -> None:
    assert refused_calls("riscv64") is None
    for machine in ("x86_64", "aarch64"):
        program = refused_calls(machine)
        assert program is not None
        assert len(program) % 8 == 0
    assert refused_calls(platform.machine()) is not None
