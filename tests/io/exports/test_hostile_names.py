"""Names of columns and classes come from tables. In source code they are names and text, and nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clearprop as cp
from clearprop.io.exports import function_of
from clearprop.io.exports.c_file import c_files
from clearprop.io.exports.names import RESERVED, c_text, comment, identifiers
from clearprop.io.exports.numpy_file import numpy_file
from clearprop.operators import CannotExpress
from tests.io.exports.in_c import built, compiler, in_c
from tests.io.exports.models import HOSTILE, columns_of, fitted


def test_hostile_names_compile_and_predict_as_c_and_as_cpp(tmp_path: Path) -> None:
    model, table = fitted("hostile names")
    made = in_c(function_of(model), tmp_path, dtype=np.float64)
    which, numbers = made.rows(columns_of(table))
    np.testing.assert_allclose(numbers, model.probabilities(table), atol=1e-12)
    assert np.array(model.prepared.classes)[which].tolist() == model.predict(table).tolist()
    (tmp_path / "user.cpp").write_text('#include "model.h"\nint main() { return model_classes[0][0] == 0; }\n')
    plain = built(made.files, tmp_path, "model", "-c", output="model.o")
    import subprocess

    command = [compiler("c++", "g++"), "-Wall", "-Wextra", "-Werror", str(tmp_path / "user.cpp"), str(plain), "-lm"]
    subprocess.run([*command, "-o", str(tmp_path / "user")], check=True)
    subprocess.run([str(tmp_path / "user")], check=True)


def test_hostile_names_are_only_texts_in_the_python_file() -> None:
    model, _ = fitted("hostile names")
    text = numpy_file(function_of(model))
    tree = ast.parse(text)
    imported = [node.names[0].name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert imported == ["numpy"]
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    own = {"number", "text", "require", "inputs", "network", "gelu", "tanh", "softmax"}
    assert called <= own | {"ValueError", "isinstance", "str", "zip"}
    found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert set(HOSTILE) <= found
    assert "\u202e" not in text


def test_comments_show_names_and_hold_no_code() -> None:
    model, _ = fitted("hostile names")
    made = c_files(function_of(model), "model")
    for text in (made.source, made.header):
        assert "\u202e" not in text
        assert "??/" not in text
        code = re.sub(r'"(?:[^"\\]|\\.)*"|/\*.*?\*/', "", text, flags=re.DOTALL)
        assert "nowhere.h" not in code
        assert "os.system" not in code
        assert "main(" not in code
    assert "u202e" in made.header


@given(st.lists(st.text(), min_size=1, max_size=8), st.sampled_from(sorted(RESERVED)))
def test_identifiers_are_identifiers_and_differ(names: list[str], language: str) -> None:
    made = identifiers(names, language)
    assert len(set(made)) == len(made) == len(names)
    for each in made:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", each), each
        assert each not in RESERVED[language]


@given(st.text())
def test_a_comment_is_one_line_that_ends_nothing(text: str) -> None:
    made = comment(text)
    assert made.isprintable()
    for mark in ("*/", "/*", "??", "\\"):
        assert mark not in made


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_text_in_c_reads_back_to_its_bytes(text: str) -> None:
    made = c_text(text)
    assert made.isascii()
    assert made.isprintable()
    inner = made[1:-1].replace("\\?", "?")
    assert ast.literal_eval(f"b'''{inner}'''" if not inner.endswith("'") else f'b"{inner}"') == text.encode()


def test_a_text_that_c_cannot_hold_is_refused() -> None:
    with pytest.raises(CannotExpress, match="holds a character with the number 0"):
        c_text("a\0b")
    with pytest.raises(CannotExpress, match="has more than 4,000 bytes"):
        c_text("x" * 4001)
    table = cp.Table.of({"x": [0.0, 1] * 4, "y": ["a\0b", "b"] * 4})
    model = cp.fit(table, cp.Recipe(target="y", epochs=1, test=0.0)).model
    with pytest.raises(CannotExpress, match="the text 'a"):
        c_files(function_of(model), "model")


def test_labels_of_any_size_have_a_type(tmp_path: Path) -> None:
    import ctypes

    table = cp.Table.of({"x": [0.0, 1] * 4, "y": [0.5, 1e300] * 4})
    model = cp.fit(table, cp.Recipe(target="y", task="classification", epochs=1, test=0.0)).model
    made = in_c(function_of(model), tmp_path)
    assert "extern const" in made.files.header
    if "const double" in made.files.header:
        assert tuple((ctypes.c_double * 2).in_dll(made.library, "model_classes")) == (0.5, 1e300)
