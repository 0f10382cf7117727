"""Record what FANN's Quickprop does on the fixed problem: `python -m tests.recorded.make_fann_trajectories`.

Needs a C compiler and FANN (Debian: libfann-dev). Keys are the texts of parts.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from clearprop.formulas import find
from clearprop.formulas.optimizers import Optimizer
from tests.recorded.problem import RECORDED, START, STEPS, eta, gradient

FILE = Path(__file__).with_name("fann_trajectories.json")
TEXTS = ("quickprop", "quickprop(growth=1.25)")


def by_fann(program: Path, text: str) -> list[list[float]]:
    rule = find(Optimizer, text)
    theta, path = START.copy(), []
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as fann:
        assert fann.stdin is not None
        assert fann.stdout is not None
        print(rule.growth, file=fann.stdin)  # type: ignore[attr-defined]
        for t in range(1, STEPS + 1):
            print(*map(repr, map(float, [eta(rule.name, t), *gradient(theta, t)])), file=fann.stdin, flush=True)
            theta += [float(step) for step in fann.stdout.readline().split()]
            path.append(theta.tolist())
        fann.stdin.close()
    return [path[t - 1] for t in RECORDED]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "fann_quickprop"
        source = Path(__file__).with_name("fann_quickprop.c")
        subprocess.run(["cc", "-O1", source, "-o", program, "-ldoublefann", "-lm"], check=True)
        recorded = {"made_by": "python -m tests.recorded.make_fann_trajectories", "versions": {"fann": "2.2.0"}}
        paths = {"fann": {text: by_fann(program, text) for text in TEXTS}}
    FILE.write_text(
        json.dumps(recorded | paths, indent=None).replace("], [[", "],\n[[").replace("]], ", "]],\n") + "\n"
    )
    print(f"{FILE}: {len(TEXTS)} trajectories")  # noqa: T201 - a script
