"""LaTeX that compiles, whatever is explained, and that writes names and numbers as they are."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata

import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS
from clearprop.explanation.latex.document import as_document
from clearprop.explanation.latex.pieces import number, sentence
from clearprop.formulas import CATALOGUE
from tests.explanation.account.test_every_block_in_every_rendering import STEPS, WAYS, explained
from tests.explanation.samples import SAMPLES

needs_latex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")


def compiled(tmp_path, source, name="step"):
    (tmp_path / f"{name}.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    log = ran.stdout.decode(errors="replace")
    assert ran.returncode == 0, "\n".join(log.splitlines()[-30:])
    assert "Missing character" not in log
    return log


@pytest.mark.lengthy
@needs_latex
@pytest.mark.parametrize("name", list(SAMPLES))
def test_every_sample_compiles_and_nothing_sticks_out(name, tmp_path):
    log = compiled(tmp_path, SAMPLES[name]().latex(document=True))
    assert "Overfull \\hbox" not in log
    assert (tmp_path / "step.pdf").stat().st_size > 20_000


@needs_latex
def test_every_notation_and_layout_compiles(tmp_path):
    net = cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0)
    parts = []
    for notation in NOTATIONS:
        for layout in ("denominator", "numerator"):
            trace = cp.explain(net, [0.4, -1.2], 1, notation=notation, layout=layout, penalty="l1", check=False)
            parts.append(trace.latex())
    compiled(tmp_path, _around("\n\n".join(parts)))


@needs_latex
def test_every_part_of_the_catalogue_compiles(tmp_path):
    parts = []
    for f in CATALOGUE["activation"]:
        net = cp.Network((2, 2, 1), (f, "identity"), seed=0)
        parts.append(cp.explain(net, [0.4, -1.2], 1.0, "square", check=False).latex(sections=["forward", "backward"]))
    for optimizer in CATALOGUE["optimizer"]:
        net = cp.Network((1, 1), ("identity",), seed=0)
        trace = cp.explain(net, [0.4], 1.0, "square", optimizer=optimizer, check=False)
        parts.append(trace.latex(sections=["update"]))
    compiled(tmp_path, _around("\n\n".join(parts)))


@needs_latex
def test_names_that_mean_something_to_latex_are_written_as_they_are(tmp_path):
    net = cp.Network((2, 2), ("softmax",), seed=0)
    trace = cp.explain(net, [1.0, 2.0], "a_b", classes=["50% & $x", "a_b"], point=r"C:\rows #7 {α} größe 数")
    compiled(tmp_path, trace.latex(document=True))


@needs_latex
def test_a_tikz_picture_compiles_by_itself(tmp_path):
    source = "\\documentclass{article}\\usepackage{xcolor,tikz}\\begin{document}\n%s\\end{document}\n"
    compiled(tmp_path, source % SAMPLES["batch"]().tikz())


def _around(fragment):
    """A document as a person has one, with a fragment in it."""
    packages = "amsmath,amssymb,xcolor,booktabs,tikz"
    cancel = r"\newcommand{\cancel}[1]{#1}"
    return f"\\documentclass{{article}}\\usepackage{{{packages}}}{cancel}\\begin{{document}}\n{fragment}\n\\end{{document}}\n"


def test_a_fragment_is_a_part_of_the_document():
    trace = SAMPLES["small"]()
    assert trace.latex() in trace.latex(document=True)
    assert "\\documentclass" not in trace.latex()


def test_what_cancels_is_struck_out_in_latex_and_in_brackets_in_text():
    assert r"\cancel{a_j}" in SAMPLES["small"]().latex()
    text = SAMPLES["small"]().text(100)
    assert "«aⱼ» ([i = j] − aᵢ) yⱼ/«aⱼ»" in text
    assert "what stands in « » cancels" in text
    assert not any(unicodedata.combining(letter) for letter in text)  # a font may draw one beside its letter


def test_the_derivation_of_a_shortcut_ends_in_its_formula():
    for shortcut in CATALOGUE["shortcut"].values():
        f, loss = shortcut.activation(), shortcut.loss()
        outputs = 1 if f.name == "sigmoid" else 2
        net = cp.Network((2, outputs), (f,), seed=0)
        own = cp.explain(net, [1.0, 2.0], [[1.0], [0.0, 1.0]][outputs - 1], loss).backward[1].shortcut
        assert own.derivation, shortcut.name
        last = own.derivation[-1].written.plain
        if own.formula.plain == "a − y":
            assert re.sub("[ᵢ=]", "", last).strip() == "a − y"


def test_sections_may_be_chosen_and_have_the_same_names_everywhere():
    trace = SAMPLES["small"]()
    for write in (trace.text, trace.latex):
        only = write(sections=["cost"])
        assert "multiplications" in only
        assert "Health" not in only
        with pytest.raises(ValueError, match="unknown section 'costs'; did you mean 'cost'"):
            write(sections=["costs"])


@pytest.mark.parametrize(
    ("plain", "latex"),
    [
        ("50 % of a_b & #3", r"50 \% of a\_b \& \#3"),
        ("∂A¹²/∂Z¹", r"$\partial $A$^{12}/\partial $Z$^{1}$"),
        ("W₀² ≥ 0", r"W$_{0}^{2}$ $\ge $ 0"),
        ("∂L/∂w₀¹₁", r"$\partial $L/$\partial $w$_{0}^{1}{}_{1}$"),  # TeX takes one index below a letter
        ("x^2 ~ {y} \\ z", r"x\textasciicircum{}2 \textasciitilde{} \{y\} \textbackslash{} z"),
    ],
)
def test_a_sentence_becomes_latex(plain, latex):
    assert sentence(plain) == latex


@pytest.mark.parametrize("value", [0.1, -1.5e-300, 123456789.123, 1e-5, -0.0])
def test_every_digit_reads_back(value):
    written = number(value, 17)
    assert float(re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", written)) == value


@needs_latex
def test_normalisation_and_dropout_compile(tmp_path):
    net = cp.Network((2, 3, 2), ("tanh", "softmax"), normalization="layer_norm", seed=0)
    parts = [
        cp.explain(
            net, [0.4, -1.2], 1, factors={0: [[0.0, 2.0]], 1: [[2.0, 0.0, 2.0]]}, notation=notation, check=False
        ).latex()
        for notation in NOTATIONS
    ]
    compiled(tmp_path, _around("\n\n".join(parts)))


@pytest.mark.lengthy
@needs_latex
def test_every_kind_of_step_compiles_and_nothing_sticks_out(tmp_path):
    fragments = [explained(name, *WAYS[index % len(WAYS)]).latex() for index, name in enumerate(STEPS)]
    log = compiled(tmp_path, as_document("\n\n".join(fragments), ""))
    assert "Overfull \\hbox" not in log
