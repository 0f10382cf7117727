"""C sources cross-compiled for ARM: run under emulation, and as an object for a microcontroller."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from clearprop.columns.cells import TEXTS
from clearprop.io.exports import Function, function_of
from clearprop.io.exports.c_file import c_files
from clearprop.io.exports.names import c_text, identifiers
from tests.io.exports.in_c import CFLAGS, built, compiler
from tests.io.exports.models import columns_of, fitted

ARM_GCC, ARM_PACKAGE = "arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf"
CORTEX_M4 = ("-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", "-Os", "-ffreestanding", "-fno-pic")


def program(function: Function, rows: list[dict[str, object]]) -> str:
    """A program that predicts rows and prints the class and the numbers of each."""
    names = identifiers([each.name for each in function.given], "c")
    lines = []
    for row in rows:
        fields = [
            f".{field} = {c_text(str(row[g.name])) if g.holds == TEXTS else f'{row[g.name]}f'}"
            for field, g in zip(names, function.given, strict=True)
        ]
        lines.append(f"  {{{', '.join(fields)}}},")
    loop = (
        "  for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {\n"
        f'    float p[{function.width}];\n    printf("%d", model_predict(&rows[i], p));\n'
        f'    for (int j = 0; j < {function.width}; j++) printf(" %.9g", (double)p[j]);\n'
        '    printf("\\n");\n  }\n  return 0;\n'
    )
    head = '#include <stdio.h>\n#include "model.h"\n'
    return (
        f"{head}int main(void) {{\n  static const model_row rows[] = {{\n" + "\n".join(lines) + f"\n  }};\n{loop}}}\n"
    )


@pytest.mark.parametrize("int8", [False, True])
@pytest.mark.parametrize("name", ["classes of text", "values"])
def test_an_emulated_processor_predicts_the_same(name: str, int8: bool, tmp_path: Path) -> None:
    compiler(ARM_GCC, ARM_PACKAGE)
    emulator = compiler("qemu-arm", "qemu-user")
    model, table = fitted(name)
    made = c_files(function_of(model), "model", int8=int8)
    built(made, tmp_path, "model", "-O2", "-c", cc=ARM_GCC, output="model.o")
    columns = columns_of(table)
    rows = [{each: values[i].item() for each, values in columns.items()} for i in range(40)]
    (tmp_path / "main.c").write_text(program(function_of(model), rows), encoding="utf-8")
    link = [ARM_GCC, "-std=c99", "-static", str(tmp_path / "main.c"), str(tmp_path / "model.o"), "-lm"]
    subprocess.run([*link, "-o", str(tmp_path / "main")], check=True)
    out = subprocess.run([emulator, str(tmp_path / "main")], capture_output=True, text=True, check=True).stdout
    said = np.array([line.split() for line in out.splitlines()], float)
    some = table.rows(np.arange(40))
    if model.prepared.classes is None:
        wanted = model.predict(some)
        far = (
            0.05 if int8 else 2e-5
        ) * model.prepared.target.scale  # 8 bits: one part in 254 of a column's largest weight
        np.testing.assert_allclose(said[:, 1], wanted, atol=far)
        return
    wanted = model.probabilities(some)
    np.testing.assert_allclose(said[:, 1:], wanted, atol=0.05 if int8 else 2e-5)
    if not int8:
        assert said[:, 0].astype(int).tolist() == wanted.argmax(axis=1).tolist()


def test_a_microcontroller_needs_the_functions_of_math_h_and_no_writable_memory(tmp_path: Path) -> None:
    compiler(ARM_GCC, ARM_PACKAGE)
    model, _ = fitted("classes of text")
    made = c_files(function_of(model), "model")
    target = tmp_path / "model.o"
    (tmp_path / "model.c").write_text(made.source, encoding="utf-8")
    (tmp_path / "model.h").write_text(made.header, encoding="utf-8")
    command = [ARM_GCC, *CFLAGS, *CORTEX_M4, "-c", str(tmp_path / "model.c"), "-o", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    undefined = subprocess.run(["nm", "-u", str(target)], capture_output=True, text=True, check=True).stdout
    needed = set(re.findall(r"U (\w+)", undefined))
    assert needed <= {"expf", "tanhf", "rintf", "fabsf", "fmaxf", "fminf", "strcmp", "memcpy", "memset", "__isnanf"}, (
        needed
    )
    sizes = subprocess.run(["size", "-B", str(target)], capture_output=True, text=True, check=True).stdout
    text, data, bss = map(int, sizes.splitlines()[1].split()[:3])
    assert data == bss == 0, "weights are constants"
    assert made.constants < text < 12_000, "a few kilobytes of code and weights"
