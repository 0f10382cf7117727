"""Exercises: numbers for paper, right answers by another way, wrong answers told what they computed, sheets, page, code."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import clearprop as cp
from clearprop.cli import clearprop
from clearprop.exercises import KINDS, mark, quiz, read_code, variants
from clearprop.exercises import exercise as exercises
from clearprop.exercises.by_hand import wrong_of
from clearprop.exercises.codes import code_of
from clearprop.exercises.exercise import LETTERS, Exercise
from clearprop.exercises.latex import sheets
from clearprop.exercises.networks import small
from clearprop.exercises.slips import SLIPS, exercise_of
from clearprop.explanation.latex.pieces import sentence
from tests.node import node

SEEDS = range(3)


def right_of(each: Exercise) -> Any:
    if each.form == "choice":
        return next(place for place, choice in enumerate(each.choices) if choice.right)
    return list(each.order) if each.form == "order" else list(each.numbers)


def typed(each: Exercise, answer: Any) -> str:
    if each.form == "numbers":
        return " ".join(f"{value:g}" for value in answer)
    return LETTERS[answer] if each.form == "choice" else " ".join(LETTERS[place] for place in answer)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_right_answer_is_right_and_no_other_choice_is(kind: str, seed: int) -> None:
    asked = quiz(seed, kinds=[kind])
    (each,) = asked.exercises
    answer = right_of(each)
    assert asked.answer(1, typed(each, answer)).right
    assert asked.answer(1, answer).right
    if each.form == "choice":
        verdicts = [each.judge(place) for place in range(len(each.choices))]
        assert sum(verdict.right for verdict in verdicts) == 1
        assert all(verdict.says for verdict in verdicts)


@pytest.mark.parametrize("seed", SEEDS)
def test_numbers_are_those_of_numeric_derivatives_and_halves_at_most(seed: int) -> None:
    drawn = small(np.random.default_rng(seed), hidden=2)
    net, step, right = drawn.net, 1e-6, drawn.gradients.dL_dW[1]
    numeric = np.empty((2, 2))
    for i, j in np.ndindex(2, 2):
        losses = []
        for sign in (1, -1):
            net.W[1][i, j] += sign * step
            losses.append(float(drawn.forward().loss))
            net.W[1][i, j] -= sign * step
        numeric[i, j] = (losses[0] - losses[1]) / (2 * step)
    np.testing.assert_allclose(right, numeric, rtol=1e-6, atol=1e-6)  # a parabola between kinks
    assert (right * 2 == np.round(right * 2)).all()
    (each,) = quiz(seed, kinds=["gradient"]).exercises
    assert all(float(value * 2).is_integer() and abs(value) <= 24 for value in each.numbers)


def test_the_factor_that_is_asked_for_follows_what_is_there() -> None:
    for seed in range(8):
        (each,) = quiz(seed, kinds=["factor"]).exercises
        reached = each.asks.partition("has come to ∂L/")[2].partition(".")[0]
        assert each.choices[right_of(each)].plain.startswith(f"{reached}/")
        assert [choice.plain.startswith(f"{reached}/") for choice in each.choices].count(True) == 1


def test_the_page_of_the_documents_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "quiz.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE):
        exec(compile(block, "quiz.md", "exec"), names)
    for line in capsys.readouterr().out.splitlines():
        assert line.strip() in page


def test_a_gradient_is_that_of_the_network_that_is_shown() -> None:
    (each,) = quiz(5, kinds=["gradient"]).exercises
    found = [np.array([[float(n) for n in row.split()] for row in m.replace("−", "-").split(";")])
             for m in re.findall(r"\[([^]]*)\]", " ".join(each.given))]  # fmt: skip
    x, y, W1, W01, W2, W02 = found
    net = cp.Network.from_weights([(W1, W01.ravel()), (W2, W02.ravel())], activations=("relu", "identity"))
    grads = cp.back_propagate(net, cp.forward_pass(net, x.T, y.T, "square"))
    assert grads.dL_dW[1].ravel().tolist() == list(each.numbers)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_wrong_gradient_is_told_what_it_computed_as_diagnose_says_it(seed: int) -> None:
    drawn = small(np.random.default_rng(seed), hidden=2)
    fwd, grads = drawn.forward(), drawn.gradients
    without_f_prime = fwd.A[0].T @ (grads.dL_dZ[2] @ drawn.net.W[2].T)
    said = {known.values: known.says for known in wrong_of(drawn, ("dL_dW", 1))}
    assert "f′ is missing" in said[tuple((without_f_prime + 0.0).ravel().tolist())]
    diagnosis = cp.diagnose(drawn.net, drawn.x[None, :], drawn.y[None, :], loss="square", dL_dW={1: without_f_prime})
    assert "missing_f_prime" in diagnosis.mistakes[0].names
    assert tuple(grads.dL_dW[1].ravel().tolist()) not in said


def test_hints_reveal_one_link_at_a_time_and_the_last_is_not_the_answer() -> None:
    asked = quiz(2, kinds=["gradient"])
    hints = asked.exercises[0].hints
    assert [each.partition(":")[0] for each in hints] == [
        "Forward",
        "The loss unit",
        "The link between the layers",
        "The activation",
    ]
    assert asked.hint(1, 2) == "\n".join(hints[:2])
    assert exercises.rows(np.reshape(asked.exercises[0].numbers, (2, 2))) not in " ".join(hints)


def test_a_planted_mistake_is_among_choices_that_give_other_numbers() -> None:
    for seed in SEEDS:
        (each,) = quiz(seed, kinds=["mistake"]).exercises
        shown = each.asks.partition(" = ")[2].partition("]")[0]
        says = [choice.says for choice in each.choices if not choice.right]
        assert len(says) == 3
        assert all(shown not in said.partition(", and ")[0] for said in says)


def test_a_wrong_order_is_told_which_product_has_no_value() -> None:
    (each,) = quiz(3, kinds=["order"]).exercises
    first, second, *rest = each.order
    assert "cannot be first" in each.judge([second, first, *rest]).says
    with pytest.raises(ValueError, match="names each once"):
        each.judge([0, 0, 1, 2])


def test_the_same_seed_gives_the_same_exercises_and_another_seed_others() -> None:
    assert quiz(4).text(solutions=True) == quiz(4).text(solutions=True) != quiz(5).text(solutions=True)


def test_three_variants_are_as_hard_as_one_another() -> None:
    three = variants(7, 3)
    assert len({each.text() for each in three}) == 3
    assert len({each.kinds for each in three}) == 1
    for many in zip(*(each.exercises for each in three), strict=True):
        assert len({(each.form, each.shape, len(each.hints)) for each in many if each.kind != "slip"}) <= 1
    for rng in (np.random.default_rng(seed) for seed in range(20)):
        drawn = small(rng, hidden=3)
        Z = drawn.forward().Z[1]
        assert (Z < 0).sum() == 1
        assert (Z != 0).all()


def test_no_slip_comes_twice_before_all_have_come_and_a_code_gives_the_same_ones() -> None:
    asked = quiz(3, kinds="slip", count=2 * len(SLIPS))
    slips = [each.asks for each in asked.exercises]
    assert sorted(slips[: len(SLIPS)]) == sorted(slips[len(SLIPS) :]) == sorted(each.asks for each in SLIPS)
    code = asked.code([right_of(each) for each in asked.exercises])
    assert all(mark(code).right)


def test_a_verdict_is_printed_in_lines_that_fit_each_mistake_that_it_may_be_on_its_own() -> None:
    lines = str(quiz(7, kinds=["gradient"]).answer(1, "-1 -2; 2 4")).splitlines()
    assert lines[0].startswith("not right: f′ is missing")
    assert [line.split(" ")[1] for line in lines if line.startswith("Or: ")] == ["f′", "dL/dA"]
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.where)
def test_every_slip_of_the_notes_is_an_exercise_and_stands_in_the_table(slip: Any) -> None:
    each = exercise_of(slip, np.random.default_rng(0))
    assert each.judge(right_of(each)).right
    assert {slip.printed, slip.correct} <= {choice.plain for choice in each.choices}
    table = (
        (Path(__file__).parents[2] / "docs" / "mathematics.md").read_text(encoding="utf-8").partition("## The slips")[2]
    )
    assert f"| {slip.where} " in table


def test_the_table_has_no_slip_without_an_exercise() -> None:
    table = (
        (Path(__file__).parents[2] / "docs" / "mathematics.md").read_text(encoding="utf-8").partition("## The slips")[2]
    )
    assert set(re.findall(r"^\| ([^|]+?) \|", table, flags=re.MULTILINE)) - {"where", "---"} == {
        slip.where for slip in SLIPS
    }


@pytest.mark.lengthy
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_sheets_compile_with_every_sign_and_slip(tmp_path: Path) -> None:
    source = sheets(variants(11, 3, kinds=list(KINDS), count=16), "Week 8", solutions=True)
    (tmp_path / "sheet.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "sheet.tex"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    log = ran.stdout.decode(errors="replace")
    assert ran.returncode == 0, log[-2000:]
    assert "Missing character" not in log
    assert source.count("variant A") == 2


def test_latex_knows_every_sign_of_an_exercise() -> None:
    asked = [each for seed in SEEDS for each in quiz(seed).exercises]
    asked += [exercise_of(slip, np.random.default_rng(0)) for slip in SLIPS]
    for each in asked:
        for text in (each.asks, each.solution, *each.given, *each.hints, *(choice.plain for choice in each.choices)):
            assert sentence(text).count("?") == text.count("?"), text


def in_node(page_script: str, call: str, given: Any) -> Any:
    script = f"{page_script}\nconst given = {json.dumps(given)};\nconsole.log(JSON.stringify({call}));"
    done = subprocess.run([node(), "-"], input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


SCRIPT = (Path(exercises.__file__).parent / "quiz.js").read_text(encoding="utf-8")


def test_the_page_judges_as_python_does() -> None:
    asked = [each for seed in SEEDS for each in quiz(seed).exercises]
    rng = np.random.default_rng(0)
    tried = []
    for each in asked:
        answers = [right_of(each)]
        if each.form == "choice":
            answers = list(range(len(each.choices)))
        elif each.form == "order":
            answers += [rng.permutation(len(each.order)).tolist() for _ in range(4)]
        else:
            answers += [list(known.values) for known in each.wrong] + [
                [99.0] * len(each.numbers),
                [*each.numbers[:-1], 0.25],
            ]
        tried += [(each.to_dict(), answer, each.judge(answer)) for answer in answers]
    told = in_node(
        SCRIPT, "given.map(([e, a]) => judge(e, a)).map((v) => [v.right, v.says])", [each[:2] for each in tried]
    )
    assert told == [[verdict.right, verdict.says] for *_, verdict in tried]


def test_the_page_reads_numbers_as_python_does() -> None:
    (each,) = quiz(0, kinds=["gradient"]).exercises
    texts = ["1 2; 3 4", "1,-2.5;−3/2 .5", "[1 2; 3 4]", "+1 2 3 4.", "(1, 2, 3, 4)"]
    told = in_node(SCRIPT, f"given.map((t) => read({json.dumps(each.to_dict())}, t, 'ABCDEFGH'))", texts)
    assert told == [each.read(text) for text in texts]
    for text in ("1 2 3", "1 2 3 x", "1 2 3 1/0", ""):
        with pytest.raises(ValueError, match="number"):
            each.read(text)


def test_the_code_of_the_page_is_graded_anew_from_the_seed() -> None:
    asked = quiz(9)
    answers = [right_of(each) for each in asked.exercises]
    answers[0], answers[3] = None, [99.0]
    hints = [0, 1, 0, 0, 0, 0, 0, 0]
    code = in_node(SCRIPT, "codeOf(...given)", [9, list(asked.kinds), answers, hints])
    assert code == asked.code(answers, hints) or mark(code) == mark(asked.code(answers, hints))
    marked = mark(code, seed=9)
    assert marked.right == (False, True, True, False, True, True, True, True)
    assert marked.points == 5.75
    with pytest.raises(ValueError, match="of the quiz with seed 9, and not 8"):
        mark(code, seed=8)


@pytest.mark.parametrize("code", ["", "x", "CQ1-", "CQ1-00000000-AAAA", "CQ1-zz-" + "A" * 5000, "CQ2-00000000-W10"])
def test_a_code_that_is_not_whole_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="code"):
        read_code(code)


def test_a_code_with_answers_that_are_none_gives_no_points() -> None:
    for answer in ("A", [[]], {"a": 1}, 99, -1, True, [1e400], 10**30):
        assert mark(code_of(1, ["shape", "gradient", "order"], [answer] * 3, [0] * 3)).points == 0
    with pytest.raises(ValueError, match="unknown kind"):
        mark(code_of(1, ["no"], [0], [0]))
    with pytest.raises(ValueError, match="a quiz has 1 to 50"):
        mark(code_of(1, ["slip"] * 51, [0] * 51, [0] * 51))


def test_wrong_questions_are_refused_with_the_nearest_word() -> None:
    with pytest.raises(ValueError, match="did you mean 'shape'"):
        quiz(0, kinds=["shap"])
    with pytest.raises(ValueError, match="count"):
        quiz(0, count=51)
    with pytest.raises(ValueError, match="exercises 1 to 1"):
        quiz(0, kinds="slip").answer(2, "A")
    with pytest.raises(ValueError, match="answer with A, B"):
        quiz(0, kinds="shape").answer(1, "x")


def test_the_terminal_gives_hints_says_what_was_computed_and_ends_with_the_code() -> None:
    (each,) = quiz(3, kinds=["gradient"]).exercises
    wrong = typed(each, each.wrong[0].values)
    typed_in = f"h\n1 2\n{wrong}\n{typed(each, each.numbers)}\n"
    result = CliRunner().invoke(
        clearprop, ["quiz", "--seed", "3", "--kind", "gradient"], input=typed_in, catch_exceptions=False
    )
    assert "Forward: Z¹" in result.output
    assert "4 numbers are asked for" in result.output
    assert each.wrong[0].says[:40] in result.output
    assert "0.75 of 1 points" in result.output
    code = result.output.split()[-1]
    graded = CliRunner().invoke(clearprop, ["grade", "--quiz", code, "--seed", "3"], catch_exceptions=False)
    assert "0.75/1  all right" in graded.output


def test_codes_of_a_class_are_graded_from_a_table(tmp_path: Path) -> None:
    asked = quiz(4, kinds=["slip", "shape"])
    right = asked.code([right_of(each) for each in asked.exercises])
    (tmp_path / "codes.csv").write_text(f"name,code\nada,{right}\nbob,CQ1-cut\neve,{asked.code([None, None])}\n")
    result = CliRunner().invoke(clearprop, ["grade", "--quiz", str(tmp_path / "codes.csv")], catch_exceptions=False)
    ada, bob, eve = result.output.splitlines()
    assert ada.split() == ["ada", "2/2", "all", "right"]
    assert "no code of a quiz" in bob
    assert eve.endswith("0/2  wrong: 1, 2")
    assert result.exit_code == 0


def test_a_table_of_which_no_code_can_be_judged_is_an_error(tmp_path: Path) -> None:
    code = quiz(4, kinds=["slip"]).code([None])
    (tmp_path / "codes.csv").write_text(f"name,code\nada,{code}\nbob,\n")
    result = CliRunner().invoke(clearprop, ["grade", "--quiz", str(tmp_path / "codes.csv"), "--seed", "7"])
    ada, bob = result.output.splitlines()
    assert ada.endswith("the code is of the quiz with seed 4, and not 7")
    assert bob.split() == ["bob", "0", "no", "code"]
    assert result.exit_code == 1
    (tmp_path / "codes.csv").write_text("name,code\n")
    result = CliRunner().invoke(clearprop, ["grade", "--quiz", str(tmp_path / "codes.csv")])
    assert "no line below its header" in str(result.exception)


@pytest.mark.lengthy
def test_the_command_writes_a_page_and_sheets_and_replaces_only_its_own(tmp_path: Path) -> None:
    page, sheet = tmp_path / "quiz.html", tmp_path / "quiz.tex"
    args = ["quiz", "--seed", "2", "--html", str(page), "--latex", str(sheet), "--variants", "3"]
    for _ in range(2):
        assert CliRunner().invoke(clearprop, args, catch_exceptions=False).exit_code == 0
    assert sheet.read_text().count("variant C") == 2
    text = page.read_text()
    assert "http" not in text.replace("http-equiv", "")
    sheet.write_text("mine")
    assert isinstance(CliRunner().invoke(clearprop, args).exception, ValueError)


def test_the_page_of_an_exam_holds_no_answer_and_not_the_seed() -> None:
    asked = quiz(918273645)
    page = asked.html(exam=True)
    assert "918273645" not in page
    assert "Hint" not in page
    for each in asked.exercises:
        assert json.dumps(each.solution, ensure_ascii=False)[1:-1] not in page
        assert not any(hint in page for hint in each.hints)
    carried = json.loads(page.partition('id="quiz">')[2].partition("</script>")[0])
    assert {key for each in carried["exercises"] for key in each} == {"kind", "form", "shape", "choices"}


def test_the_code_of_an_exam_is_judged_with_its_seed_and_no_other() -> None:
    asked = quiz(918273645)
    answers = [right_of(each) for each in asked.exercises]
    code = code_of(asked.fingerprint, asked.kinds, answers, [0] * len(asked))
    assert mark(code, seed=918273645).points == len(asked)
    with pytest.raises(ValueError, match="does not say its seed"):
        mark(code)
    with pytest.raises(ValueError, match="another exam"):
        mark(code, seed=918273646)
